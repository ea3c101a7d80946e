//! Files written with the parquet crate, whole and broken.

use std::{ops::ControlFlow, path::Path, sync::Arc};

use parquet::{
    basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel},
    data_type::Int64Type,
    file::{
        properties::{WriterProperties, WriterVersion},
        writer::SerializedFileWriter,
    },
    schema::{parser::parse_message_type, types::ColumnPath},
};
use proptest::prelude::*;

use super::*;

const SCHEMA: &str = "message m { required int64 id; optional binary text (UTF8); optional binary raw (BSON);
    optional group list (LIST) { repeated group list { optional binary item (UTF8); } } }";

/// How a file is written.
struct Shape {
    properties: WriterProperties,
    rows_in_group: usize,
}

fn text() -> ColumnPath {
    ColumnPath::from("text")
}

fn plain() -> Shape {
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    Shape { properties, rows_in_group: usize::MAX }
}

fn write(path: &Path, texts: &[Option<&str>], shape: Shape) {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(shape.properties)).unwrap();
    for texts in texts.chunks(shape.rows_in_group.min(texts.len().max(1))) {
        let mut group = writer.next_row_group().unwrap();
        let ids: Vec<i64> = (0..).take(texts.len()).collect();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        column.close().unwrap();
        let there: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
        let values: Vec<ByteArray> = texts.iter().flatten().map(|text| ByteArray::from(*text)).collect();
        let none = vec![0; texts.len()];
        for (values, levels, repeated) in
            [(&values[..], &there, None), (&[], &none, None), (&[], &none, Some(&none[..]))]
        {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(values, Some(levels), repeated).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn rows(path: &Path, column: &str) -> Result<Vec<Piece>, DataError> {
    let mut pieces = Vec::new();
    read(File::open(path).unwrap(), "a.parquet", column, &mut |piece| {
        pieces.push(piece);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(pieces)
}

fn texts(path: &Path) -> Result<Vec<String>, DataError> {
    Ok(rows(path, "text")?.into_iter().map(|piece| piece.text).collect())
}

#[test]
fn every_row_is_a_document_however_the_file_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let written: Vec<String> = (0..1_000).map(|i| format!("document {} é🦀", i % 600)).collect();
    let given: Vec<Option<&str>> = written.iter().map(|text| Some(text.as_str())).collect();
    let codecs = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ];
    let encodings =
        [None, Some(Encoding::PLAIN), Some(Encoding::DELTA_LENGTH_BYTE_ARRAY), Some(Encoding::DELTA_BYTE_ARRAY)];
    for codec in codecs {
        for encoding in encodings {
            for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
                let properties = WriterProperties::builder().set_compression(codec).set_writer_version(version);
                let properties =
                    properties.set_dictionary_enabled(encoding.is_none()).set_data_page_row_count_limit(150);
                let properties = properties.set_write_batch_size(50);
                let properties = encoding
                    .into_iter()
                    .fold(properties, |p, encoding| p.set_column_encoding(text(), encoding))
                    .build();
                write(&path, &given, Shape { properties, rows_in_group: 400 });
                assert_eq!(texts(&path).unwrap(), written, "{codec:?} {encoding:?} {version:?}");
            }
        }
    }
    let pieces = rows(&path, "text").unwrap();
    assert_eq!(pieces[999].position, std::fs::metadata(&path).unwrap().len());
    assert!(pieces.windows(2).all(|two| two[0].position <= two[1].position));
    assert_eq!(pieces[0].extent, Extent::Document);
}

#[test]
fn a_wrong_column_is_answered_with_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, &[Some("one"), None], plain());
    let said = |column: &str| rows(&path, column).unwrap_err().to_string();
    let all = "\"id\", \"text\", \"raw\", \"list.list.item\"";
    assert_eq!(said("body"), format!("a.parquet has no column \"body\": choose one of {all}"));
    for (column, kind) in [("id", "INT64"), ("raw", "BSON"), ("list.list.item", "lists")] {
        assert_eq!(
            said(column),
            format!("a.parquet: column {column:?} holds {kind}, not text: choose another of {all}")
        );
    }
    assert_eq!(said("text"), "a.parquet, row 2: it has no text; remove the row");
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, &[Some("one"), Some("two"), Some("three")], plain());
    let whole = std::fs::read(&path).unwrap();
    for length in 0..whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let error = texts(&path).unwrap_err();
        assert!(matches!(error, DataError::Parquet { .. }), "cut at {length}: {error}");
    }
    std::fs::write(&path, &whole[..whole.len() - 5]).unwrap();
    assert_eq!(
        texts(&path).unwrap_err().to_string(),
        "a.parquet is not a whole Parquet file: it does not end with PAR1, so its end is missing; fetch or write it again"
    );
}

#[test]
fn a_panic_of_the_crate_is_an_error() {
    let error = caught("a.parquet", || -> Result<(), ParquetError> { panic!("on purpose, to be caught") }).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a.parquet is not a whole Parquet file: its contents contradict each other; fetch or write it again"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Nothing here may end the process. Where only text changed, the file may well be read.
    #[test]
    fn prop_a_damaged_file_is_answered(
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        encoding in prop::sample::select(vec![Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY]),
        compress: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let codec = if compress { Compression::SNAPPY } else { Compression::UNCOMPRESSED };
        let properties = WriterProperties::builder().set_dictionary_enabled(false).set_column_encoding(text(), encoding);
        let properties = properties.set_compression(codec).build();
        write(&path, &[Some("one"), Some("one and a half"), Some("two")], Shape { properties, rows_in_group: 2 });
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        std::fs::write(&path, bytes).unwrap();
        if let Ok(texts) = texts(&path) {
            prop_assert!(texts.len() <= 3);
        }
    }
}
