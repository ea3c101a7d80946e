//! `.parquet` files: one document a row, its text in one column.
//!
//! Invariants: sizes are checked before they are acted on ([`guard`], [`delta`]); a panic of the parquet crate, which
//! hostile bytes can cause, becomes an error; one row's text is held at a time, and the page it stands in.

mod delta;
mod guard;
mod thrift;

use std::fs::File;

use parquet::{
    basic::{ConvertedType, Type},
    column::reader::ColumnReaderImpl,
    data_type::{ByteArray, ByteArrayType},
    errors::ParquetError,
    file::{
        metadata::{ColumnChunkMetaData, RowGroupMetaData},
        reader::{FileReader, SerializedFileReader},
    },
    schema::types::SchemaDescriptor,
};

use self::{delta::Checked, guard::Refused};
use super::{
    DataError,
    contained::contain,
    documents::{Extent, Piece, Sink},
};

/// Gives every row's text to `sink`.
pub(super) fn read(mut file: File, path: &str, column: &str, sink: &mut Sink) -> Result<(), DataError> {
    guard::footer(&mut file).map_err(|refused| refuse(path, refused))?;
    let bytes = file.metadata().map_err(|error| DataError::read(path, error))?.len();
    let copy = file.try_clone().map_err(|error| DataError::read(path, error))?;
    let reader = caught(path, || SerializedFileReader::new(copy))?;
    let index = find(reader.metadata().file_metadata().schema_descr(), path, column)?;
    let rows_in = |group: &RowGroupMetaData| u64::try_from(group.num_rows()).unwrap_or(0);
    let rows_all = reader.metadata().row_groups().iter().map(rows_in).fold(0, u64::saturating_add);
    let mut count = 0;
    for group in 0..reader.num_row_groups() {
        let mut rows = open(&reader, &mut file, path, (group, index))?;
        loop {
            let fault = |fault| DataError::Row { path: path.to_owned(), row: count + 1, fault };
            let value = match next(&mut rows, path)? {
                Next::Text(value) => value,
                Next::Nothing => return Err(fault("it has no text; remove the row")),
                Next::End => break,
            };
            let text = std::str::from_utf8(value.data());
            let text = text.map_err(|_| fault("it is not UTF-8 text; remove or mend it"))?;
            count += 1;
            // Where rows stand in the file is not known, but how many of them are left is.
            let position = (u128::from(bytes) * u128::from(count.min(rows_all)) / u128::from(rows_all.max(1))) as u64;
            if sink(Piece { text: text.to_owned(), extent: Extent::Document, position })?.is_break() {
                return Ok(());
            }
        }
    }
    if count < rows_all {
        let fault = format!("it should have {rows_all} rows, but only {count} are there");
        return Err(DataError::Parquet { path: path.to_owned(), fault });
    }
    Ok(())
}

/// The rows of a column, one at a time.
struct Rows {
    column: ColumnReaderImpl<ByteArrayType>,
    /// The level of a value that is there.
    present: i16,
    levels: Vec<i16>,
    values: Vec<ByteArray>,
}

/// The rows of one column in one row group, once its pages are checked.
fn open(
    reader: &SerializedFileReader<File>,
    file: &mut File,
    path: &str,
    (group, index): (usize, usize),
) -> Result<Rows, DataError> {
    let chunk = reader.metadata().row_groups().get(group).and_then(|group| group.columns().get(index));
    let (start, length) = caught(path, || {
        let range = chunk.map(ColumnChunkMetaData::byte_range);
        range.ok_or_else(|| ParquetError::General("a row group lacks a column".to_owned()))
    })?;
    guard::pages(file, start, length).map_err(|refused| refuse(path, refused))?;
    caught(path, || {
        let description = reader.metadata().file_metadata().schema_descr().column(index);
        let present = description.max_def_level();
        let pages = reader.get_row_group(group)?.get_column_page_reader(index)?;
        let pages = Box::new(Checked { pages, optional: present > 0 });
        Ok(Rows { column: ColumnReaderImpl::new(description, pages), present, levels: Vec::new(), values: Vec::new() })
    })
}

/// What a row holds.
enum Next {
    Text(ByteArray),
    /// Nothing: the text is null.
    Nothing,
    /// There is no further row.
    End,
}

/// The next row of a column.
fn next(rows: &mut Rows, path: &str) -> Result<Next, DataError> {
    let Rows { column, present, levels, values } = rows;
    levels.clear();
    values.clear();
    // One at a time: delta-encoded values may each hold most of the one before, so that many of them far outgrow
    // their page.
    let (rows, ..) = caught(path, || column.read_records(1, Some(levels), None, values))?;
    let there = *present == 0 || levels.first() == Some(&*present);
    Ok(match values.pop() {
        _ if rows == 0 => Next::End,
        Some(text) if there => Next::Text(text),
        _ => Next::Nothing,
    })
}

/// The number of the column with this name, once it is known to hold text.
fn find(schema: &SchemaDescriptor, path: &str, column: &str) -> Result<usize, DataError> {
    const SHOWN: usize = 20;
    let names = || {
        let mut names: Vec<String> =
            schema.columns().iter().take(SHOWN).map(|found| format!("{:?}", found.path().string())).collect();
        if schema.num_columns() > SHOWN {
            names.push("more".to_owned());
        }
        names.join(", ")
    };
    let Some(index) = schema.columns().iter().position(|found| found.path().string() == column) else {
        return Err(DataError::NoColumn { path: path.to_owned(), column: column.to_owned(), columns: names() });
    };
    let found = schema.column(index);
    let textual = matches!(
        found.converted_type(),
        ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM
    );
    let kind = match found.physical_type() {
        _ if found.max_rep_level() > 0 => "lists".to_owned(),
        Type::BYTE_ARRAY if textual => return Ok(index),
        Type::BYTE_ARRAY => found.converted_type().to_string(),
        other => other.to_string(),
    };
    Err(DataError::ColumnNotText { path: path.to_owned(), column: column.to_owned(), kind, columns: names() })
}

/// Runs a step of the parquet crate; what it throws is an error too.
fn caught<T>(path: &str, step: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, DataError> {
    let fault = match contain(step) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(ParquetError::General(said) | ParquetError::EOF(said))) => said,
        Ok(Err(error)) => error.to_string(),
        Err(_) => "its contents contradict each other".to_owned(),
    };
    Err(DataError::Parquet { path: path.to_owned(), fault })
}

fn refuse(path: &str, refused: Refused) -> DataError {
    let path = path.to_owned();
    match refused {
        Refused::Fault(fault) => DataError::Parquet { path, fault },
        Refused::PageTooLarge(bytes) => DataError::PageTooLarge { path, bytes },
        Refused::Read(error) => DataError::Read { path, error },
    }
}

#[cfg(test)]
mod tests;
