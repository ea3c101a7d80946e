//! Checks delta-encoded pages before the parquet crate decodes them.
//!
//! Such a page states its own number of values, and the crate makes room for that many. Invariant: a page passes only
//! if it states no more values than its header does.

use parquet::{
    basic::Encoding,
    column::page::{Page, PageMetadata, PageReader},
    errors::{ParquetError, Result},
};

use super::thrift::{Broken, Walk};

/// Hands on the pages of another reader, once checked.
pub(super) struct Checked {
    pub(super) pages: Box<dyn PageReader>,
    /// Whether values may be missing, so that pages begin with levels.
    pub(super) optional: bool,
}

impl Checked {
    fn check(&self, page: &Page) -> Result<()> {
        let encoding = page.encoding();
        let lists = match encoding {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => return Ok(()),
        };
        let start = match page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len)
            }
            _ if !self.optional => 0,
            Page::DataPage { buf, def_level_encoding: Encoding::RLE, .. } => {
                let length = buf.first_chunk().ok_or_else(damaged)?;
                4 + u64::from(u32::from_le_bytes(*length))
            }
            _ => return Err(damaged()),
        };
        let mut walk = Walk::new(page.buffer());
        let walked = walk.forward(start);
        walked.and_then(|()| (0..lists).try_for_each(|_| list(&mut walk, page.num_values()))).map_err(|_| damaged())
    }
}

fn damaged() -> ParquetError {
    ParquetError::General("a delta-encoded page is damaged".to_owned())
}

/// Steps over one list of delta-encoded numbers.
fn list(walk: &mut Walk, values_max: u32) -> std::result::Result<(), Broken> {
    const BLOCK_MAX: u64 = 1 << 20;
    let (block, parts, values) = (walk.varint()?, walk.varint()?, walk.varint()?);
    walk.integer()?; // the first value
    if block > BLOCK_MAX || parts == 0 || parts > block || block % parts != 0 || values > u64::from(values_max) {
        return Err(Broken::Malformed);
    }
    let in_part = block / parts;
    let mut left = values.saturating_sub(1);
    while left > 0 {
        walk.integer()?; // the block's least delta
        let widths = (0..parts).map(|_| walk.byte()).collect::<std::result::Result<Vec<_>, _>>()?;
        for width in widths {
            if left > 0 {
                walk.forward(u64::from(width) * in_part / 8)?;
                left = left.saturating_sub(in_part);
            }
        }
    }
    Ok(())
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_not_state_more_values_than_its_page() {
        // Blocks of 128 values in 4 parts; 3 values from 7 on; least delta 0; widths 1, 0, 0, 0; one part of 32 bits.
        let bytes = [0x80, 1, 4, 3, 14, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        let mut walk = Walk::new(&bytes);
        assert_eq!(list(&mut walk, 3), Ok(()));
        assert_eq!(walk.at, bytes.len());
        assert_eq!(list(&mut Walk::new(&bytes), 2), Err(Broken::Malformed));
        assert_eq!(list(&mut Walk::new(&bytes[..bytes.len() - 1]), 3), Err(Broken::Short));
        let mut absurd = vec![0x80, 1, 4];
        absurd.extend([0xff; 8]);
        assert!(list(&mut Walk::new(&absurd), u32::MAX).is_err());
    }
}
