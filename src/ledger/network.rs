//! What a chain is and where it stands: the facts that genesis settled, the last block, and what is due when.

use super::state::{Draft, Key, Record};
use crate::economics::Parameters;
use crate::governance::id::NepId;
use crate::types::{Address, Amount, ChainId, Domain, Hash, Height};
use borsh::{BorshDeserialize, BorshSerialize};

/// Blocks whose hashes decide a draw.
const DRAW_HASHES: u64 = 3;
/// Blocks whose hashes are remembered.
const PAST_BLOCKS: u64 = 1440;
/// Blocks after an event by which the hashes are known that decide a draw about it.
pub const DRAW_BLOCKS: u64 = DRAW_HASHES.saturating_add(1);

/// What genesis settled for good.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Network {
    /// Names it.
    pub chain: ChainId,
    /// Units of the model at genesis: the embedding, the layers, the head.
    pub units: u32,
    /// Bytes of the model's weights and optimizer at genesis.
    pub state_bytes: u64,
    /// Milliseconds since 1970 at which it began.
    pub start_ms: u64,
    /// Nodes of the first validators.
    pub founders: Vec<Address>,
}

/// The last block, as the one after it finds it.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tip {
    /// Its height.
    pub height: Height,
    /// Its time in milliseconds since 1970.
    pub time_ms: u64,
    /// Nodes that it registered.
    pub registrations: u64,
}

/// What has to happen when a height is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Agenda(pub Vec<Due>);

/// One thing of an [`Agenda`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = true)]
#[repr(u8)]
pub enum Due {
    /// It is drawn whether a receipt is checked.
    SpotCheck(Hash) = 0,
    /// A receipt's window ends.
    Mature(Hash) = 1,
    /// A challenge's verifiers are drawn.
    Draw(Hash) = 2,
    /// A step of a challenge runs out of time.
    Deadline(Hash) = 3,
    /// A node that left gets its bond back.
    Release(Address) = 4,
    /// A node may no longer count as active.
    Expire(Address) = 5,
    /// A node is paid for having been there.
    PayUptime(Address, Amount) = 6,
    /// A node is paid for data that it gave.
    PayData(Address, Amount) = 7,
    /// Data of a training receipt can no longer be claimed.
    CloseBudget(Hash, Address) = 8,
    /// A proposal is in force from the next block on.
    Activate(NepId) = 9,
    /// Voters on a proposal are paid.
    PayVoters(NepId) = 10,
}

/// The hash of a block, while draws may look at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Past(pub Hash);

/// What every rule may look at beside the state.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Values in force.
    pub parameters: &'a Parameters,
    /// Facts of genesis.
    pub network: &'a Network,
    /// Height of the block.
    pub height: Height,
    /// Time of the block, in milliseconds since 1970.
    pub time_ms: u64,
}

impl Context<'_> {
    /// Time of the block, in seconds since 1970.
    #[must_use]
    pub const fn seconds(&self) -> u64 {
        self.time_ms / 1000
    }

    /// What decides draws in this block about the one [`DRAW_BLOCKS`] before.
    #[must_use]
    pub fn entropy(&self, draft: &Draft<'_>) -> Hash {
        let then = Height(self.height.0.saturating_sub(DRAW_BLOCKS));
        entropy(draft, then).unwrap_or_default()
    }

    /// The height by which `seconds` will have passed, at least the next one.
    #[must_use]
    pub fn height_after(&self, seconds: u64) -> Height {
        self.height.after(seconds.div_ceil(self.parameters.epoch_seconds.max(1)).max(1))
    }
}

/// What decides draws about something that happened at a height: the hashes of the three blocks after it, which nobody knew
/// then. `None` while they are not there, or no more.
#[must_use]
pub fn entropy(draft: &Draft<'_>, after: Height) -> Option<Hash> {
    const DOMAIN: Domain = Domain::new("entropy");
    let hashes: Vec<Past> = (1..=DRAW_HASHES).map(|later| draft.get(after.after(later))).collect();
    hashes.iter().all(|hash| *hash != Past::default()).then(|| Hash::of(&DOMAIN, &hashes))
}

/// A draw about a subject, from entropy.
#[must_use]
pub fn drawn(entropy: Hash, subject: Hash, number: u64) -> u64 {
    const DOMAIN: Domain = Domain::new("draw");
    Hash::of(&DOMAIN, &(entropy, subject, number)).number()
}

/// Remembers the hash of the last block, for a day of epochs.
pub fn remember(draft: &mut Draft<'_>, last: Height, hash: Hash) {
    draft.put(last, &Past(hash));
    if let Some(old) = last.0.checked_sub(PAST_BLOCKS) {
        draft.put(Height(old), &Past::default());
    }
}

/// Puts something on the agenda of a height that is still to come.
pub fn schedule(draft: &mut Draft<'_>, at: Height, due: Due) {
    draft.update(at, |agenda: &mut Agenda| agenda.0.push(due));
}

impl Record for Network {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Network
    }
}

impl Record for Tip {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Tip
    }
}

impl Record for Agenda {
    type Id = Height;

    fn key(id: Height) -> Key {
        Key::Agenda(id)
    }
}

impl Record for Past {
    type Id = Height;

    fn key(id: Height) -> Key {
        Key::Past(id)
    }
}

impl Record for Parameters {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Parameters
    }
}
