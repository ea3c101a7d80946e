//! A table whose rows can be chosen, sorted and filtered.
//!
//! The chosen row is known by its id, not its place, so that it stays chosen while rows come, go and change order.

use crate::canvas::{clip, more, put, seen, sides};
use crate::editor::{Allowed, Editor};
use crate::feed::{Tier, View};
use crate::format::{count, fit, safe, short, width};
use crate::keys::Command;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::cmp::Ordering;

/// Longest filter.
const FILTER_MAX: usize = 64;

/// Least width of the column that takes what is left.
const ELASTIC_MIN: usize = 12;

/// Rows from which one of them is spent on saying how many more there are.
const ROWS_MORE: usize = 3;

/// A column.
#[derive(Debug)]
pub(crate) struct Column {
    pub title: &'static str,
    /// Columns that it takes; the first with 0 takes what is left.
    pub width: u16,
    pub right: bool,
    /// Where there is no room for all, the highest go first.
    pub rank: u8,
}

/// By what a cell is sorted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sort {
    Text(String),
    Number(f64),
}

/// What stands where a row meets a column.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
    sort: Sort,
    /// Whether its two ends matter most where there is no room for all of it.
    ends: bool,
    /// The text in parts of their own style; nothing where all of it has one.
    parts: Vec<Span<'static>>,
}

impl Cell {
    /// A hash or an address.
    pub(crate) fn long(text: &str, style: Style) -> Self {
        Self { ends: true, ..Self::text(text, style) }
    }

    /// Text from outside.
    pub(crate) fn text(text: &str, style: Style) -> Self {
        let text = safe(text);
        Self { sort: Sort::Text(text.to_lowercase()), text, style, ends: false, parts: Vec::new() }
    }

    /// Our own words about a number.
    pub(crate) fn number(text: impl Into<String>, value: f64, style: Style) -> Self {
        Self { text: text.into(), style, sort: Sort::Number(value), ends: false, parts: Vec::new() }
    }

    /// As [`Cell::number`], in more than one style.
    pub(crate) fn parts(parts: Vec<Span<'static>>, value: f64) -> Self {
        let text: String = parts.iter().map(|part| part.content.as_ref()).collect();
        Self { parts, ..Self::number(text, value, Style::new()) }
    }
}

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub id: String,
    pub cells: Vec<Cell>,
}

/// What is chosen, and in which order rows stand.
#[derive(Debug)]
pub(crate) struct Table {
    columns: &'static [Column],
    sort: usize,
    descending: bool,
    chosen: Option<String>,
    offset: usize,
    filter: Editor,
    typing: bool,
    page: usize,
    /// Where the last drawing put things, for the mouse.
    heads: Vec<(Rect, usize)>,
    body: Rect,
}

impl Table {
    pub(crate) fn new(columns: &'static [Column], sort: usize, descending: bool) -> Self {
        Self {
            columns,
            sort,
            descending,
            chosen: None,
            offset: 0,
            filter: Editor::new(Allowed::Text, FILTER_MAX),
            typing: false,
            page: 1,
            heads: Vec::new(),
            body: Rect::ZERO,
        }
    }

    pub(crate) const fn typing(&self) -> bool {
        self.typing
    }

    /// A key while a filter is typed.
    pub(crate) fn typed(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Enter => self.typing = false,
            KeyCode::Esc => {
                self.filter.clear();
                self.typing = false;
            }
            _ => drop(self.filter.key(key)),
        }
    }

    /// Text that came at once, while a filter is typed.
    pub(crate) fn pasted(&mut self, text: &str) {
        self.filter.paste(text);
    }

    /// Drops the filter, if there is one.
    pub(crate) fn clear(&mut self) -> bool {
        let there = !self.filter.is_empty();
        self.filter.clear();
        there
    }

    /// Rows that the filter leaves, in their order.
    fn arrange(&self, mut rows: Vec<Row>) -> Vec<Row> {
        let filter = self.filter.text().to_lowercase();
        if !filter.is_empty() {
            rows.retain(|row| row.cells.iter().any(|cell| cell.text.to_lowercase().contains(&filter)));
        }
        let order = |a: &Row, b: &Row| {
            let order = match (a.cells.get(self.sort), b.cells.get(self.sort)) {
                (Some(a), Some(b)) => compare(&a.sort, &b.sort),
                _ => Ordering::Equal,
            };
            if self.descending { order.reverse() } else { order }
        };
        rows.sort_by(order);
        rows
    }

    fn place(&self, rows: &[Row]) -> usize {
        let chosen = self.chosen.as_ref().and_then(|id| rows.iter().position(|row| row.id == *id));
        chosen.unwrap_or(0)
    }

    /// Id of the chosen row, if it is still there.
    pub(crate) fn chosen(&self, rows: Vec<Row>) -> Option<String> {
        let rows = self.arrange(rows);
        let place = self.place(&rows);
        rows.into_iter().nth(place).map(|row| row.id)
    }

    /// Moves, sorts or filters; false where the command is not for a table.
    pub(crate) fn command(&mut self, command: Command, rows: Vec<Row>) -> bool {
        let rows = self.arrange(rows);
        let last = rows.len().saturating_sub(1);
        let place = self.place(&rows);
        let to = match command {
            Command::Down => place.saturating_add(1).min(last),
            Command::Up => place.saturating_sub(1),
            Command::Top => 0,
            Command::Bottom => last,
            Command::PageDown => place.saturating_add(self.page).min(last),
            Command::PageUp => place.saturating_sub(self.page),
            Command::Sort => {
                self.sort = (self.sort + 1) % self.columns.len().max(1);
                self.descending = matches!(
                    rows.first().and_then(|row| row.cells.get(self.sort)),
                    Some(Cell { sort: Sort::Number(_), .. })
                );
                place
            }
            Command::Filter => {
                self.typing = true;
                place
            }
            _ => return false,
        };
        self.chosen = rows.into_iter().nth(to).map(|row| row.id);
        true
    }

    /// A click; true where it met the row that was chosen already.
    pub(crate) fn click(&mut self, at: Position, rows: Vec<Row>) -> bool {
        if let Some((_, column)) = self.heads.iter().find(|(area, _)| area.contains(at)) {
            self.descending = if *column == self.sort { !self.descending } else { false };
            self.sort = *column;
            return false;
        }
        if !self.body.contains(at) {
            return false;
        }
        let rows = self.arrange(rows);
        let before = self.place(&rows);
        let place = self.offset + usize::from(at.y - self.body.y);
        let same = self.chosen.is_some() && place == before;
        if let Some(row) = rows.into_iter().nth(place) {
            self.chosen = Some(row.id);
            return same;
        }
        false
    }

    /// Which columns there is room for, and how wide they are.
    fn widths(&self, columns: usize, rows: &[Row]) -> Vec<(usize, usize)> {
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        let wide = |index: &usize| {
            if self.columns[*index].width == 0 { ELASTIC_MIN } else { self.columns[*index].width.into() }
        };
        while kept.len() > 1 && kept.iter().map(|index| wide(index) + 2).sum::<usize>() > columns + 2 {
            let least = kept.iter().copied().max_by_key(|index| self.columns[*index].rank);
            kept.retain(|index| Some(*index) != least);
        }
        let used: usize = kept.iter().map(|index| wide(index) + 2).sum();
        let mut spare = (columns + 2).saturating_sub(used);
        let elastic = kept.iter().copied().find(|index| self.columns[*index].width == 0);
        let mut sized: Vec<(usize, usize)> = kept.into_iter().map(|index| (index, wide(&index))).collect();
        // Words that can be read whole are worth more than a longer hash.
        for (index, wide) in sized.iter_mut().filter(|(index, _)| Some(*index) != elastic) {
            let cells = rows.iter().filter_map(|row| row.cells.get(*index));
            let mark = if *index == self.sort { 2 } else { 0 };
            let title = width(self.columns[*index].title) + mark;
            let needed = cells.map(|cell| width(&cell.text)).max().unwrap_or(0).max(title);
            let more = needed.saturating_sub(*wide).min(spare);
            *wide += more;
            spare -= more;
        }
        if let Some((_, wide)) = sized.iter_mut().find(|(index, _)| Some(*index) == elastic) {
            *wide += spare;
        }
        sized
    }

    pub(crate) fn draw(&mut self, buf: &mut Buffer, area: Rect, rows: Vec<Row>, view: &View<'_>) {
        let area = area.intersection(buf.area);
        let all = rows.len();
        let rows = self.arrange(rows);
        let place = self.place(&rows);
        let asked = self.typing || !self.filter.is_empty();
        let height = usize::from(area.height).saturating_sub(1 + usize::from(asked));
        // The last of too few rows says how many are below, until the end is seen.
        let listed = if height < ROWS_MORE { height.min(rows.len()) } else { seen(rows.len(), height) };
        let end = rows.len().saturating_sub(height);
        self.page = listed.max(1);
        self.offset = self.offset.min(place).max((place + 1).saturating_sub(listed)).min(end);
        let listed = if self.offset == end { height } else { listed };
        let widths = self.widths(usize::from(area.width).saturating_sub(2), &rows);
        self.head(buf, area, &widths, view);
        self.body = Rect { y: area.y.saturating_add(1), height: height as u16, ..area }.intersection(area);
        for (row, content) in rows.iter().skip(self.offset).take(listed).enumerate() {
            let chosen = self.offset + row == place;
            put(buf, self.body, row, &line(content, &widths, self.columns, chosen, view));
            if chosen && view.focused {
                let row = Rect { y: self.body.y + row as u16, height: 1, ..self.body };
                buf.set_style(row.intersection(self.body), view.theme.selection);
            }
        }
        if listed < height {
            let below = more(rows.len().saturating_sub(self.offset + listed), view);
            put(buf, self.body, listed, &Line::from([vec![Span::raw("  ")], below.spans].concat()).style(below.style));
        }
        if asked && area.height > 1 {
            let left = vec![Span::styled("/", view.theme.accent), Span::raw(self.filter.shown(self.typing))];
            let found = match rows.len() {
                0 => "no match".to_owned(),
                found => format!("{} of {}", count(found as u64), count(all as u64)),
            };
            let right = vec![Span::styled(found, view.theme.muted)];
            put(buf, area, usize::from(area.height) - 1, &sides(left, right, area.width.into()));
        }
    }

    fn head(&mut self, buf: &mut Buffer, area: Rect, widths: &[(usize, usize)], view: &View<'_>) {
        self.heads.clear();
        let mut spans = vec![Span::raw("  ")];
        let mut x = area.x.saturating_add(2);
        for (index, wide) in widths {
            let column = &self.columns[*index];
            let style = if *index == self.sort { view.theme.accent } else { view.theme.muted };
            let mark = if self.descending { "▼" } else { "▲" };
            let title = if *index == self.sort { format!("{} {mark}", column.title) } else { column.title.to_owned() };
            spans.push(Span::styled(format!("{}  ", aligned(&title, *wide, column.right)), style));
            let head = Rect { x, y: area.y, width: *wide as u16, height: area.height.min(1) };
            self.heads.push((head.intersection(area), *index));
            x = x.saturating_add(*wide as u16 + 2);
        }
        put(buf, area, 0, &Line::from(spans));
    }
}

fn line(row: &Row, widths: &[(usize, usize)], columns: &[Column], chosen: bool, view: &View<'_>) -> Line<'static> {
    // A marker as well as a style: without colour it is all there is.
    let mark = if chosen && (view.focused || view.tier == Tier::Small) { "▸ " } else { "  " };
    let mut spans = vec![Span::styled(mark, view.theme.accent)];
    for (index, wide) in widths {
        let cell = row.cells.get(*index);
        if let Some(cell) = cell.filter(|cell| !cell.parts.is_empty()) {
            let gap = wide.saturating_sub(width(&cell.text)) + 2;
            spans.extend(clip(cell.parts.clone(), *wide));
            spans.push(Span::raw(" ".repeat(gap)));
        } else if let Some(cell) = cell {
            let text = if cell.ends { short(&cell.text, *wide) } else { cell.text.clone() };
            spans.push(Span::styled(format!("{}  ", aligned(&text, *wide, columns[*index].right)), cell.style));
        }
    }
    Line::from(spans)
}

fn aligned(text: &str, columns: usize, right: bool) -> String {
    let text = fit(text, columns);
    let gap = " ".repeat(columns.saturating_sub(width(&text)));
    if right { gap + &text } else { text + &gap }
}

fn compare(a: &Sort, b: &Sort) -> Ordering {
    match (a, b) {
        (Sort::Text(a), Sort::Text(b)) => a.cmp(b),
        (Sort::Number(a), Sort::Number(b)) => a.total_cmp(b),
        (Sort::Text(_), Sort::Number(_)) => Ordering::Less,
        (Sort::Number(_), Sort::Text(_)) => Ordering::Greater,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { title: "name", width: 0, right: false, rank: 0 },
        Column { title: "size", width: 8, right: true, rank: 1 },
    ];

    fn rows() -> Vec<Row> {
        let row = |(name, size): &(&str, f64)| Row {
            id: (*name).to_owned(),
            cells: vec![Cell::text(name, Style::new()), Cell::number(size.to_string(), *size, Style::new())],
        };
        [("beta", 2.0), ("alpha", 10.0), ("gamma", 1.0)].iter().map(row).collect()
    }

    fn names(table: &Table) -> Vec<String> {
        table.arrange(rows()).into_iter().map(|row| row.id).collect()
    }

    #[test]
    fn a_chosen_row_stays_chosen_when_the_order_changes() {
        let mut table = Table::new(COLUMNS, 0, false);
        assert_eq!(names(&table), ["alpha", "beta", "gamma"]);
        assert!(table.command(Command::Down, rows()));
        assert_eq!(table.chosen(rows()).unwrap(), "beta");
        assert!(table.command(Command::Sort, rows()));
        assert_eq!(
            (names(&table), table.chosen(rows()).unwrap()),
            (["alpha", "beta", "gamma"].map(str::to_owned).to_vec(), "beta".to_owned())
        );
        table.click(Position::new(0, 0), rows());
        assert!(table.command(Command::Bottom, rows()) && !table.command(Command::Window, rows()));
        assert_eq!(table.chosen(rows()).unwrap(), "gamma");
    }

    #[test]
    fn a_filter_leaves_what_contains_it() {
        let mut table = Table::new(COLUMNS, 1, true);
        table.command(Command::Filter, rows());
        for character in "AM".chars() {
            table.typed(KeyEvent::from(KeyCode::Char(character)));
        }
        assert_eq!((names(&table), table.typing()), (vec!["gamma".to_owned()], true));
        table.typed(KeyEvent::from(KeyCode::Enter));
        assert!(!table.typing() && table.clear() && !table.clear());
        assert_eq!(names(&table).len(), 3);
    }

    #[test]
    fn columns_go_by_rank_where_there_is_no_room() {
        let table = Table::new(COLUMNS, 0, false);
        assert_eq!(table.widths(30, &[]), [(0, 20), (1, 8)]);
        assert_eq!(table.widths(12, &[]), [(0, 12)]);
        let long = Row {
            cells: vec![Cell::text("", Style::new()), Cell::text("0123456789", Style::new())],
            ..rows().remove(0)
        };
        assert_eq!(table.widths(30, &[long]), [(0, 18), (1, 10)]);
    }
}
