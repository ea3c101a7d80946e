//! What other nodes ask of the past: blocks that are final, and who voted on them.
//!
//! Invariant: an answer is of one moment, and no longer than was asked for.

use super::StoreError;
use super::ledger::LedgerStore;
use super::tables::{BLOCKS, Final, HEADERS, VALIDATORS, decode, plain};
use crate::ledger::block::Header;
use crate::types::{Certificate, Hash, Height, ValidatorSet};
use borsh::{BorshDeserialize, BorshSerialize};
use redb::{ReadTransaction, ReadableTable as _};

/// A block and that it is final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    /// Its header.
    pub header: Header,
    /// That it is final; empty for genesis.
    pub certificate: Certificate,
    /// The whole block's encoding, unless it was pruned or never got: nobody has one of genesis.
    pub block: Option<Vec<u8>>,
}

/// A header and all that shows that it is final.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Signed {
    /// The header.
    pub header: Header,
    /// That it is final; empty for genesis.
    pub certificate: Certificate,
    /// Those who voted on it.
    pub validators: ValidatorSet,
}

impl LedgerStore {
    /// A block as it is kept.
    pub fn certified(&self, height: Height) -> Result<Option<Certified>, StoreError> {
        let read = self.db.begin_read()?;
        let Some((header, certificate)) = self.final_at(&read, height)? else { return Ok(None) };
        Ok(Some(Certified { header, certificate, block: self.body_at(&read, height)? }))
    }

    /// A header with its validators; nothing where one of them isn't kept.
    pub fn header_with_set(&self, height: Height) -> Result<Option<Signed>, StoreError> {
        let read = self.db.begin_read()?;
        let Some((header, certificate)) = self.final_at(&read, height)? else { return Ok(None) };
        let validators = self.set_of(&read, header.validators)?;
        Ok(validators.map(|validators| Signed { header, certificate, validators }))
    }

    /// A validator set by its hash.
    pub fn validators(&self, hash: Hash) -> Result<Option<ValidatorSet>, StoreError> {
        self.set_of(&self.db.begin_read()?, hash)
    }

    /// Blocks from a height on, one after the other, with their certificates: at most `count`, and as many as have
    /// `bytes_max` bytes together. The first one comes whatever it has, so that whoever asks gets on.
    pub fn blocks_from(
        &self,
        height: Height,
        count: usize,
        bytes_max: usize,
    ) -> Result<Vec<(Vec<u8>, Certificate)>, StoreError> {
        let read = self.db.begin_read()?;
        let (mut blocks, mut bytes) = (Vec::new(), 0usize);
        let mut at = height;
        while blocks.len() < count {
            let (Some(block), Some((_, certificate))) = (self.body_at(&read, at)?, self.final_at(&read, at)?) else {
                break;
            };
            bytes = bytes.saturating_add(block.len());
            if bytes > bytes_max && !blocks.is_empty() {
                break;
            }
            blocks.push((block, certificate));
            at = at.after(1);
        }
        Ok(blocks)
    }

    /// The oldest block whose body is kept, with all after it.
    pub fn first_body(&self) -> Result<Option<Height>, StoreError> {
        let blocks = self.db.begin_read()?.open_table(BLOCKS)?;
        Ok(blocks.first()?.map(|(height, _)| Height(height.value())))
    }

    fn final_at(&self, read: &ReadTransaction, height: Height) -> Result<Option<Final>, StoreError> {
        let Some(value) = read.open_table(HEADERS)?.get_owned(height.0)? else { return Ok(None) };
        decode(value.value()).map(Some).ok_or_else(|| self.damaged("a header is none"))
    }

    /// As [`crate::ledger::block::Block::encode`] gives it.
    fn body_at(&self, read: &ReadTransaction, height: Height) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(value) = read.open_table(BLOCKS)?.get_owned(height.0)? else { return Ok(None) };
        let block = plain(value.value()).ok_or_else(|| self.damaged("a block is none"))?;
        Ok(Some(block.to_vec()))
    }

    fn set_of(&self, read: &ReadTransaction, hash: Hash) -> Result<Option<ValidatorSet>, StoreError> {
        let Some(value) = read.open_table(VALIDATORS)?.get_owned(&hash.0)? else { return Ok(None) };
        decode(value.value()).map(Some).ok_or_else(|| self.damaged("a set of validators is none"))
    }
}
