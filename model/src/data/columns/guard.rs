//! Checks the sizes in a Parquet file before the parquet crate acts on them.
//!
//! That crate reserves memory for sizes as the file states them, and an allocation that fails ends the process, which
//! nothing can catch. Invariant: after these checks no stated size asks for more memory than [`PAGE_BYTES_MAX`], a
//! multiple of the bytes that are really there, or the length of one column's values, and no nesting is deeper than
//! [`SCHEMA_DEPTH_MAX`]. What stays unbounded is how far a gzip or Brotli page unpacks past the size it states.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use super::thrift::{Broken, LIST, STRUCT, Walk};
use crate::data::PAGE_BYTES_MAX;

/// Deepest nesting of columns that is read.
const SCHEMA_DEPTH_MAX: usize = 64;
/// Largest footer, in bytes.
const FOOTER_BYTES_MAX: u64 = 64 << 20;
/// Largest dictionary once unpacked, in bytes. Each of its values takes several times its four bytes of length.
const DICTIONARY_BYTES_MAX: u64 = 64 << 20;
/// Longest page header, in bytes: it may hold the page's least and greatest value.
const PAGE_HEADER_BYTES_MAX: u64 = 1 << 20;
const MAGIC: &[u8; 4] = b"PAR1";

/// Why a file is not read.
#[derive(Debug)]
pub(super) enum Refused {
    /// It is damaged, or no Parquet at all.
    Fault(String),
    /// A page of this many bytes once unpacked.
    PageTooLarge(u64),
    /// The operating system refused.
    Read(io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

fn fault<T>(text: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Fault(text.into()))
}

/// Checks the file's ends and the shape of its schema.
pub(super) fn footer(file: &mut File) -> Result<(), Refused> {
    let bytes = file.metadata()?.len();
    if bytes < 12 {
        return fault(format!("it has only {bytes} bytes"));
    }
    let (head, tail) = (read_at(file, 0, 4)?, read_at(file, bytes - 8, 8)?);
    if head != MAGIC {
        return fault("it does not begin with PAR1");
    }
    if &tail[4..] == b"PARE" {
        return fault("it is encrypted");
    }
    if &tail[4..] != MAGIC {
        return fault("it does not end with PAR1, so its end is missing");
    }
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if length > bytes - 12 {
        return fault(format!("its footer should have {length} bytes, more than the file"));
    }
    if length > FOOTER_BYTES_MAX {
        return fault(format!("its footer has {length} bytes, above the {FOOTER_BYTES_MAX} that are read"));
    }
    let footer = read_at(file, bytes - 8 - length, length)?;
    match schema(&footer) {
        Ok(true) => Ok(()),
        Ok(false) => fault("its columns are nested wrongly or too deeply"),
        Err(_) => fault("its footer is damaged"),
    }
}

/// Whether the columns in a footer form one tree, not too deep.
fn schema(footer: &[u8]) -> Result<bool, Broken> {
    let mut walk = Walk::new(footer);
    let mut last = 0;
    while let Some((field, kind)) = walk.field(&mut last)? {
        if (field, kind) != (2, LIST) {
            walk.skip(kind)?;
            continue;
        }
        let (columns, kind) = walk.list()?;
        if kind != STRUCT {
            return Ok(false);
        }
        // For each column group that is open, how many columns are still missing in it.
        let mut open: Vec<u64> = Vec::new();
        for column in 0..columns {
            let children = children(&mut walk)?;
            if children > columns {
                return Ok(false);
            }
            match open.last_mut() {
                Some(missing) => *missing -= 1,
                None if column == 0 => {}
                None => return Ok(false),
            }
            open.push(children);
            while open.last() == Some(&0) {
                open.pop();
            }
            if open.len() > SCHEMA_DEPTH_MAX {
                return Ok(false);
            }
        }
        if !open.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many columns the one at hand has below it.
fn children(walk: &mut Walk) -> Result<u64, Broken> {
    let (mut last, mut children) = (0, 0);
    while let Some((field, kind)) = walk.field(&mut last)? {
        if field == 5 {
            children = u64::try_from(walk.integer()?).map_err(|_| Broken::Malformed)?;
        } else {
            walk.skip(kind)?;
        }
    }
    Ok(children)
}

/// Checks the header of every page in `length` bytes from `start`: one column of one row group.
pub(super) fn pages(file: &mut File, start: u64, length: u64) -> Result<(), Refused> {
    let bytes = file.metadata()?.len();
    let Some(end) = start.checked_add(length).filter(|&end| end <= bytes) else {
        return fault(format!("a column should lie in {length} bytes from {start} on, beyond its end at {bytes}"));
    };
    let mut at = start;
    while at < end {
        let page = page_header(file, at, end)?;
        let Ok(unpacked) = u64::try_from(page.unpacked) else { return fault("a page has a negative size") };
        if unpacked > PAGE_BYTES_MAX {
            return Err(Refused::PageTooLarge(unpacked));
        }
        if let Some(values) = page.dictionary {
            if unpacked > DICTIONARY_BYTES_MAX {
                return fault(format!(
                    "a dictionary has {unpacked} bytes, above the {DICTIONARY_BYTES_MAX} that are read"
                ));
            }
            // Each value is written with a length of four bytes.
            if values < 0 || values as u64 > unpacked / 4 {
                return fault(format!("a dictionary of {unpacked} bytes should hold {values} values"));
            }
        }
        let Ok(packed) = u64::try_from(page.packed) else { return fault("a page has a negative size") };
        match at.checked_add(page.header).and_then(|at| at.checked_add(packed)).filter(|&next| next <= end) {
            Some(next) => at = next,
            None => return fault(format!("the page at byte {at} goes past the end of its column")),
        }
    }
    Ok(())
}

/// The sizes in a page header, as stated.
#[derive(Debug, Default, PartialEq, Eq)]
struct PageHeader {
    header: u64,
    unpacked: i64,
    packed: i64,
    /// Values in the page, where it is a dictionary.
    dictionary: Option<i64>,
}

fn page_header(file: &mut File, at: u64, end: u64) -> Result<PageHeader, Refused> {
    let mut window = 512; // far more than most need
    loop {
        let bytes = read_at(file, at, (end - at).min(window))?;
        match parse_page_header(&bytes) {
            Ok(page) => return Ok(page),
            Err(Broken::Short) if window < PAGE_HEADER_BYTES_MAX && window < end - at => window = PAGE_HEADER_BYTES_MAX,
            Err(_) => return fault(format!("the page header at byte {at} is damaged")),
        }
    }
}

fn parse_page_header(bytes: &[u8]) -> Result<PageHeader, Broken> {
    let mut walk = Walk::new(bytes);
    let (mut page, mut last) = (PageHeader::default(), 0);
    while let Some((field, kind)) = walk.field(&mut last)? {
        match (field, kind) {
            (2, _) => page.unpacked = walk.integer()?,
            (3, _) => page.packed = walk.integer()?,
            (7, STRUCT) => {
                let mut last = 0;
                while let Some((field, kind)) = walk.field(&mut last)? {
                    if field == 1 {
                        page.dictionary = Some(walk.integer()?);
                    } else {
                        walk.skip(kind)?;
                    }
                }
            }
            (_, kind) => walk.skip(kind)?,
        }
    }
    page.header = walk.at as u64;
    Ok(page)
}

/// Reads `length` bytes, which were checked to be in the file.
fn read_at(file: &mut File, at: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, bytes).unwrap();
        file
    }

    fn said(result: Result<(), Refused>) -> String {
        match result {
            Err(Refused::Fault(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    /// A file whose footer lists columns with these numbers of children.
    fn columns(children: &[u8]) -> Vec<u8> {
        let mut footer = vec![0x29, 0xfc, children.len() as u8 & 0x7f | 0x80, (children.len() >> 7) as u8];
        for &count in children {
            footer.extend([0x55, count << 1, 0]);
        }
        footer.push(0);
        let length = (footer.len() as u32).to_le_bytes();
        [MAGIC, &footer[..], &length, MAGIC].concat()
    }

    #[test]
    fn the_ends_of_a_file_are_checked() {
        assert_eq!(said(footer(&mut file(b"PAR1"))), "it has only 4 bytes");
        assert_eq!(said(footer(&mut file(b"just some text"))), "it does not begin with PAR1");
        assert_eq!(said(footer(&mut file(b"PAR1, then cut off"))), "it does not end with PAR1, so its end is missing");
        assert_eq!(said(footer(&mut file(b"PAR1\0\0\0\0\0\0\0\0PARE"))), "it is encrypted");
        assert_eq!(
            said(footer(&mut file(b"PAR1\xff\xff\xff\x7fPAR1"))),
            "its footer should have 2147483647 bytes, more than the file"
        );
    }

    #[test]
    fn columns_must_form_one_shallow_tree() {
        footer(&mut file(&columns(&[2, 0, 1, 0]))).unwrap();
        footer(&mut file(&columns(&[0]))).unwrap();
        for wrong in [&[2, 0][..], &[1, 0, 0], &[63, 0], &[1; 100]] {
            assert_eq!(said(footer(&mut file(&columns(wrong)))), "its columns are nested wrongly or too deeply");
        }
        let mut deep = vec![1; 100];
        deep.push(0);
        assert_eq!(said(footer(&mut file(&columns(&deep)))), "its columns are nested wrongly or too deeply");
        let damaged = [&MAGIC[..], &[0xff; 8], &[8, 0, 0, 0], MAGIC].concat();
        assert_eq!(said(footer(&mut file(&damaged))), "its footer is damaged");
    }

    #[test]
    fn page_sizes_are_checked_before_anything_is_unpacked() {
        let check = |bytes: &[u8]| pages(&mut file(bytes), 0, bytes.len() as u64);
        check(&[0x15, 0, 0x15, 8, 0x15, 2, 0, 0xaa]).unwrap();
        let huge = [0x15, 0, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 2, 0, 0xaa];
        assert!(matches!(check(&huge), Err(Refused::PageTooLarge(0x7fff_ffff))));
        assert_eq!(said(check(&[0x15, 0, 0x15, 1, 0x15, 2, 0, 0xaa])), "a page has a negative size");
        assert_eq!(
            said(check(&[0x15, 0, 0x15, 8, 0x15, 4, 0, 0xaa])),
            "the page at byte 0 goes past the end of its column"
        );
        assert_eq!(said(check(&[0x15, 0, 0x15])), "the page header at byte 0 is damaged");
        let dictionary = [0x15, 4, 0x15, 16, 0x15, 2, 0x4c, 0x15, 6, 0, 0, 0xaa];
        assert_eq!(said(check(&dictionary)), "a dictionary of 8 bytes should hold 3 values");
        assert!(said(pages(&mut file(&[0; 9]), 5, 5)).starts_with("a column should lie in 5 bytes from 5 on"));
    }
}
