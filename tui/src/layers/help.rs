//! The help: the tables of pages and keys, as they are.

use crate::feed::View;
use crate::keys::{BINDINGS, Group, labels};
use crate::pages::PAGES;
use ratatui::text::{Line, Span};

/// Columns of a column of keys, and of the words behind.
const KEYS_WIDTH: usize = 11;
const WORDS_WIDTH: usize = 27;
/// Below this width, one column.
const TWO_COLUMNS: usize = 2 * (KEYS_WIDTH + WORDS_WIDTH);

/// A key and what it does, for every key there is.
fn groups(read_only: bool, ascii: bool) -> Vec<(&'static str, Vec<(String, &'static str)>)> {
    let pages = PAGES.iter().map(|entry| (entry.digit.to_string(), entry.name)).collect();
    let mut groups = vec![("Pages", pages)];
    for group in Group::ALL.into_iter().filter(|group| !(read_only && *group == Group::Node)) {
        let bindings = BINDINGS.iter().filter(|binding| binding.group == group);
        groups.push((group.title(), bindings.map(|binding| (labels(binding, ascii), binding.words)).collect()));
    }
    groups
}

/// The help's lines, in two columns where there is room.
pub(super) fn lines(read_only: bool, view: &View<'_>) -> Vec<Line<'static>> {
    let theme = view.theme;
    let mut all: Vec<Vec<Span<'static>>> = Vec::new();
    let mut starts = Vec::new();
    for (title, keys) in groups(read_only, view.ascii) {
        starts.push(all.len());
        all.push(vec![Span::styled(format!("{title:<width$}", width = KEYS_WIDTH + WORDS_WIDTH), theme.title)]);
        for (key, words) in keys {
            let key = Span::styled(format!("{key:<KEYS_WIDTH$}"), theme.accent);
            all.push(vec![key, Span::styled(format!("{words:<WORDS_WIDTH$}"), theme.base)]);
        }
        all.push(vec![Span::raw(" ".repeat(KEYS_WIDTH + WORDS_WIDTH))]);
    }
    all.pop();
    // Cut between two groups, where the longer side is shortest.
    let half = starts.into_iter().min_by_key(|start| (*start).max(all.len() - start)).unwrap_or(0);
    if view.columns < TWO_COLUMNS as u16 + 4 || half == 0 {
        return all.into_iter().map(Line::from).collect();
    }
    let right = all.split_off(half);
    all.pop();
    let rows = all.len().max(right.len());
    let empty = || vec![Span::raw(" ".repeat(KEYS_WIDTH + WORDS_WIDTH))];
    let side = |lines: &[Vec<Span<'static>>], row: usize| lines.get(row).cloned().unwrap_or_else(empty);
    (0..rows).map(|row| Line::from([side(&all, row), side(&right, row)].concat())).collect()
}
