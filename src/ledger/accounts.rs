//! Accounts, and the supply that all of them share.
//!
//! Invariant: minted − burned is what all records hold; nothing is created but by [`mint`] and nothing lost but by [`burn`].

use super::reject::Reject;
use super::state::{Draft, Key, Record};
use crate::types::{Address, Amount};
use borsh::{BorshDeserialize, BorshSerialize};

/// What an address has at hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Account {
    /// NEURO that can be spent.
    pub balance: Amount,
    /// Transactions it made; the next one has this nonce.
    pub nonce: u64,
    /// What it put down for challenges that are open, which their records hold.
    pub escrowed: Amount,
}

impl Record for Account {
    type Id = Address;

    fn key(id: Address) -> Key {
        Key::Account(id)
    }

    fn holds(&self) -> Option<Amount> {
        Some(self.balance)
    }
}

/// What there is, and where it is beside the accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Supply {
    /// All that was ever minted.
    pub minted: Amount,
    /// All that was ever burned.
    pub burned: Amount,
    /// What governance pays from.
    pub pool: Amount,
}

impl Record for Supply {
    type Id = ();

    fn key((): ()) -> Key {
        Key::Supply
    }

    fn holds(&self) -> Option<Amount> {
        Some(self.pool)
    }
}

/// Adds to a balance.
pub fn credit(draft: &mut Draft<'_>, to: Address, amount: Amount) -> Result<(), Reject> {
    if amount.is_zero() {
        return Ok(());
    }
    let mut account: Account = draft.get(to);
    account.balance = account.balance.checked_add(amount).ok_or(Reject::Overflow)?;
    draft.put(to, &account);
    Ok(())
}

/// Takes from a balance.
pub fn debit(draft: &mut Draft<'_>, from: Address, amount: Amount) -> Result<(), Reject> {
    let mut account: Account = draft.get(from);
    let short = Reject::Insufficient { have: account.balance, need: amount };
    account.balance = account.balance.checked_sub(amount).ok_or(short)?;
    draft.put(from, &account);
    Ok(())
}

/// Creates NEURO, which the caller gives to somebody.
pub fn mint(draft: &mut Draft<'_>, amount: Amount) -> Result<(), Reject> {
    let mut supply: Supply = draft.get(());
    supply.minted = supply.minted.checked_add(amount).ok_or(Reject::Overflow)?;
    draft.put((), &supply);
    Ok(())
}

/// Destroys NEURO, which the caller took from somebody.
pub fn burn(draft: &mut Draft<'_>, amount: Amount) -> Result<(), Reject> {
    let mut supply: Supply = draft.get(());
    supply.burned = supply.burned.checked_add(amount).ok_or(Reject::Overflow)?;
    draft.put((), &supply);
    Ok(())
}
