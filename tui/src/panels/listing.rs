//! A panel that is a table: what its rows are is said by a [`Content`], everything else is the same for all.

use super::{Detail, Panel, Reply};
use crate::canvas::{Title, message};
use crate::feed::View;
use crate::keys::Command;
use crate::table::{Column, Row, Table};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use std::marker::PhantomData;

/// What a table shows of a snapshot.
pub(crate) trait Content: Send {
    const COLUMNS: &'static [Column];
    /// The column that rows are sorted by at first, and whether the largest comes first.
    const SORT: (usize, bool);
    /// What is said where there are no rows.
    const EMPTY: &'static str;
    /// Whether the page's other panels are about the row that is chosen in it.
    const LEADS: bool = false;

    fn title(view: &View<'_>) -> Title;

    fn rows(view: &View<'_>) -> Vec<Row>;

    /// All about the row with this id.
    fn detail(view: &View<'_>, id: &str) -> Option<Detail>;
}

/// A table of some content.
#[derive(Debug)]
pub(crate) struct Listing<C> {
    table: Table,
    content: PhantomData<C>,
}

impl<C: Content> Default for Listing<C> {
    fn default() -> Self {
        Self { table: Table::new(C::COLUMNS, C::SORT.0, C::SORT.1), content: PhantomData }
    }
}

impl<C: Content> Panel for Listing<C> {
    fn title(&self, view: &View<'_>) -> Title {
        C::title(view)
    }

    fn hints(&self) -> &'static [Command] {
        &[Command::Sort, Command::Filter, Command::Open]
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let rows = C::rows(view);
        if rows.is_empty() {
            return message(buf, area, &[Line::styled(C::EMPTY, view.theme.muted)]);
        }
        self.table.draw(buf, area, rows, view);
    }

    fn command(&mut self, command: Command, view: &View<'_>) -> Reply {
        let rows = C::rows(view);
        if rows.is_empty() {
            return Reply::Ignored;
        }
        if command == Command::Open {
            return Reply::Detail;
        }
        self.table.command(command, rows).into()
    }

    fn typing(&self) -> bool {
        self.table.typing()
    }

    fn typed(&mut self, key: KeyEvent, _view: &View<'_>) {
        self.table.typed(key);
    }

    fn pasted(&mut self, text: &str, _view: &View<'_>) {
        self.table.pasted(text);
    }

    fn clear(&mut self) -> bool {
        self.table.clear()
    }

    fn click(&mut self, at: Position, view: &View<'_>) -> Reply {
        if self.table.click(at, C::rows(view)) { Reply::Detail } else { Reply::Done }
    }

    fn chosen(&self, view: &View<'_>) -> Option<String> {
        if C::LEADS { self.table.chosen(C::rows(view)) } else { None }
    }

    fn detail(&self, view: &View<'_>) -> Option<Detail> {
        C::detail(view, &self.table.chosen(C::rows(view))?)
    }
}
