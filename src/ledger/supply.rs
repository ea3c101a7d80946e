//! That no NEURO appears or vanishes: minted − burned is what all records hold.
//!
//! It is computed from the records that a block changed, before and after, and not from what the rules say they did. With
//! [`check_all`] over a whole state it holds for every state that follows by blocks that pass [`check`].

use super::accounts::{Account, Supply};
use super::challenge::Challenge;
use super::neps::Nep;
use super::nodes::Node;
use super::stakes::Stakes;
use super::state::{Draft, Key, Record};
use crate::types::Amount;

/// NEURO appeared or vanished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ledger does not add up: {held} NEURO are held, and {issued} were minted and not burned")]
pub struct SupplyError {
    /// Sum over all that is held (of the changed records).
    pub held: Amount,
    /// What should be.
    pub issued: Amount,
}

/// Of a record: what it holds, what was minted by it, what was burned by it.
type Parts = [Amount; 3];

const BROKEN: SupplyError = SupplyError { held: Amount::MAX, issued: Amount::ZERO };

/// That a block's changes add up.
pub fn check(draft: &Draft<'_>) -> Result<(), SupplyError> {
    let (mut before, mut after) = (Parts::default(), Parts::default());
    for (key, value) in draft.changes() {
        add(&mut before, key, draft.before(key).as_deref())?;
        add(&mut after, key, value.as_deref())?;
    }
    // held + burned − minted is the same before and after, put without differences.
    let sum = |[held, _, burned]: Parts, [_, other_minted, _]: Parts| {
        held.checked_add(burned).and_then(|sum| sum.checked_add(other_minted))
    };
    match (sum(before, after), sum(after, before)) {
        (Some(before), Some(after)) if before == after => Ok(()),
        (before, after) => {
            Err(SupplyError { held: after.unwrap_or(Amount::MAX), issued: before.unwrap_or(Amount::MAX) })
        }
    }
}

/// A whole state, record by record.
#[derive(Debug, Clone, Default)]
pub struct Sum(Parts);

impl Sum {
    /// One record more.
    pub fn add(&mut self, key: &[u8], value: &[u8]) -> Result<(), SupplyError> {
        add(&mut self.0, key, Some(value))
    }

    /// That all of them add up.
    pub fn check(&self) -> Result<(), SupplyError> {
        let [held, minted, burned] = self.0;
        let issued = minted.checked_sub(burned).ok_or(BROKEN)?;
        if held == issued { Ok(()) } else { Err(SupplyError { held, issued }) }
    }
}

/// That a whole state adds up.
pub fn check_all<K: AsRef<[u8]>, V: AsRef<[u8]>>(records: impl IntoIterator<Item = (K, V)>) -> Result<(), SupplyError> {
    let mut sum = Sum::default();
    for (key, value) in records {
        sum.add(key.as_ref(), value.as_ref())?;
    }
    sum.check()
}

fn add(sum: &mut Parts, key: &[u8], value: Option<&[u8]>) -> Result<(), SupplyError> {
    let parts = value.map_or(Some(Parts::default()), |value| parts(key, value)).ok_or(BROKEN)?;
    for (sum, part) in sum.iter_mut().zip(parts) {
        *sum = sum.checked_add(part).ok_or(BROKEN)?;
    }
    Ok(())
}

/// `None` for what is no record.
fn parts(key: &[u8], value: &[u8]) -> Option<Parts> {
    fn held<R: Record>(value: &[u8]) -> Option<Parts> {
        Some([borsh::from_slice::<R>(value).ok()?.holds()?, Amount::ZERO, Amount::ZERO])
    }
    match borsh::from_slice(key).ok()? {
        Key::Account(_) => held::<Account>(value),
        Key::Stakes(_) => held::<Stakes>(value),
        Key::Node(_) => held::<Node>(value),
        Key::Challenge(_) => held::<Challenge>(value),
        Key::Nep(_) => held::<Nep>(value),
        Key::Supply => {
            let supply: Supply = borsh::from_slice(value).ok()?;
            Some([supply.holds()?, supply.minted, supply.burned])
        }
        _ => Some(Parts::default()),
    }
}
