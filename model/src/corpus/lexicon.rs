//! Looks words up: named lists of entries, each entry with named fields.
//!
//! Invariant: every entry of a list has as many fields as the list's heading names, so a lookup of a known field never
//! fails (tested).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{morals, nature, people, things};

/// A list as it is written down: a heading `name field field …` and entries split by `;`, their fields by `,`. The
/// first field of an entry has no name.
pub(super) type Source = (&'static str, &'static str);

/// The entries of one list.
pub(super) struct Entries {
    fields: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Entries {
    fn parse(heading: &'static str, body: &'static str) -> (&'static str, Self) {
        let mut names = heading.split(' ');
        let name = names.next().unwrap_or_default();
        let fields = std::iter::once("").chain(names).collect();
        let rows = body.split(';').map(|row| row.split(',').map(str::trim).collect()).collect();
        (name, Self { fields, rows })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The field called `name` (empty: the entry itself) of entry number `row`.
    pub(super) fn field(&self, row: usize, name: &str) -> Option<&'static str> {
        let column = self.fields.iter().position(|field| *field == name)?;
        self.rows.get(row)?.get(column).copied()
    }
}

static LISTS: LazyLock<HashMap<&'static str, Entries>> =
    LazyLock::new(|| sources().map(|(heading, body)| Entries::parse(heading, body)).collect());

fn sources() -> impl Iterator<Item = Source> {
    [things::LISTS, nature::LISTS, people::LISTS, morals::LISTS].into_iter().flatten().copied()
}

/// The list called `name`.
pub(super) fn entries(name: &str) -> Option<&'static Entries> {
    LISTS.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn lists_are_regular() {
        assert_eq!(LISTS.len(), sources().count(), "two lists share a name");
        for (name, entries) in LISTS.iter() {
            assert!(entries.len() >= 4, "{name} is too short to vary a story");
            let mut seen = HashSet::new();
            for row in &entries.rows {
                assert_eq!(row.len(), entries.fields.len(), "{name}: {row:?}");
                assert!(row.iter().all(|field| !field.is_empty()), "{name}: {row:?}");
                assert!(seen.insert(row[0]), "{name} lists {:?} twice", row[0]);
            }
        }
    }
}
