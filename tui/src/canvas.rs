//! Drawing that every panel shares: lines that are clipped, frames with titles, gauges with words, and the last pass that
//! leaves nothing but ASCII.

use crate::chart;
use crate::decimal;
use crate::feed::{Reach, Tier, View};
use crate::format::{count, fit, width};
use crate::governance;
use crate::keys::{self, Binding, Command, Group};
use crate::snapshot::TrainingState;
use crate::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};

/// Shares from which a gauge warns.
const TIGHT: f64 = 0.75;
const FULL: f64 = 0.9;

/// What stands for a glyph where only ASCII is drawn.
const PLAIN: &[(&str, char)] = &[
    ("─━╌–—·", '-'),
    ("│┃▏▌▐", '|'),
    ("╭╮╯╰┌┐└┘├┤┬┴┼✓", '+'),
    ("●◆•", '*'),
    ("◌○", 'o'),
    ("✗×", 'x'),
    ("▲↑", '^'),
    ("▼↓", 'v'),
    ("▸→", '>'),
    ("←", '<'),
    ("…", '~'),
    ("█▉", '#'),
    ("▒", '='),
    ("°", ' '),
];

/// What stands in a panel's frame.
#[derive(Debug, Default)]
pub(crate) struct Title {
    pub name: &'static str,
    /// The most important value, beside the name.
    pub value: Vec<Span<'static>>,
}

impl Title {
    pub(crate) const fn of(name: &'static str) -> Self {
        Self { name, value: Vec::new() }
    }

    pub(crate) fn with(name: &'static str, value: impl Into<String>, style: Style) -> Self {
        Self { name, value: vec![Span::styled(value.into(), style)] }
    }
}

pub(crate) fn spans_width(spans: &[Span<'_>]) -> usize {
    spans.iter().map(|span| width(&span.content)).sum()
}

/// A line in a row of an area, cut at its edge.
pub(crate) fn put(buf: &mut Buffer, area: Rect, row: usize, line: &Line<'_>) {
    let area = area.intersection(buf.area);
    if row < usize::from(area.height) {
        buf.set_line(area.x, area.y + row as u16, line, area.width);
    }
}

/// Lines from the top of an area.
pub(crate) fn put_all(buf: &mut Buffer, area: Rect, lines: &[Line<'_>]) {
    for (row, line) in lines.iter().enumerate().take(area.height.into()) {
        put(buf, area, row, line);
    }
}

/// That there are more rows than are seen.
pub(crate) fn more(rows: usize, view: &View<'_>) -> Line<'static> {
    Line::styled(format!("… {} more", count(rows as u64)), view.theme.muted)
}

/// How many of so many rows are seen where the last of too few says how many are not.
pub(crate) const fn seen(rows: usize, room: usize) -> usize {
    if rows <= room { rows } else { room.saturating_sub(1) }
}

/// What is on the left and what is on the right of a line; the left gives way.
pub(crate) fn sides(left: Vec<Span<'static>>, right: Vec<Span<'static>>, columns: usize) -> Line<'static> {
    let right_width = spans_width(&right);
    let room = columns.saturating_sub(right_width + usize::from(right_width > 0));
    let mut spans = clip(left, room);
    let gap = columns.saturating_sub(spans_width(&spans) + right_width);
    spans.push(Span::raw(" ".repeat(gap)));
    spans.extend(clip(right, columns));
    Line::from(spans)
}

/// As many spans as fit, the last of them cut.
pub(crate) fn clip(spans: Vec<Span<'static>>, mut columns: usize) -> Vec<Span<'static>> {
    let mut clipped = Vec::with_capacity(spans.len() + 1);
    for span in spans {
        let wide = width(&span.content);
        if wide > columns {
            clipped.push(Span::styled(fit(&span.content, columns), span.style));
            break;
        }
        columns -= wide;
        clipped.push(span);
    }
    clipped
}

/// A name and its value, at the two edges.
pub(crate) fn fact(view: &View<'_>, name: &str, value: impl Into<String>, columns: usize) -> Line<'static> {
    fact_in(view, name, value, view.theme.base, columns)
}

/// As [`fact`], in a style.
pub(crate) fn fact_in(
    view: &View<'_>,
    name: &str,
    value: impl Into<String>,
    style: Style,
    columns: usize,
) -> Line<'static> {
    // A name that is cut names nothing, so the value gives way.
    let value = fit(&value.into(), columns.saturating_sub(width(name) + 1));
    let name = Span::styled(name.to_owned(), view.theme.muted);
    sides(vec![name], vec![Span::styled(value, style)], columns)
}

/// As [`fact_in`], with the first of the values that there is room for.
pub(crate) fn fact_best(view: &View<'_>, name: &str, values: &[String], style: Style, columns: usize) -> Line<'static> {
    let room = columns.saturating_sub(width(name) + 1);
    let value = values.iter().find(|value| width(value) <= room).or(values.last());
    fact_in(view, name, value.cloned().unwrap_or_default(), style, columns)
}

/// A share that is of interest when it is high.
pub(crate) fn pressure(theme: &Theme, share: f64) -> Style {
    if share >= FULL {
        theme.bad
    } else if share >= TIGHT {
        theme.warn
    } else {
        theme.good
    }
}

/// One line of gauges that stand below each other.
#[derive(Debug)]
pub(crate) struct Gauge {
    pub name: &'static str,
    pub share: f64,
    pub words: String,
    pub style: Style,
}

/// Gauges with a name before and words behind, their bars of one length.
pub(crate) fn gauges(view: &View<'_>, gauges: &[Gauge], columns: usize) -> Vec<Line<'static>> {
    let names = gauges.iter().map(|gauge| width(gauge.name)).max().unwrap_or(0);
    let words = gauges.iter().map(|gauge| width(&gauge.words)).max().unwrap_or(0);
    let bar = columns.saturating_sub(names + words + 3);
    let line = |gauge: &Gauge| {
        let name = Span::styled(format!("{:<names$} ", gauge.name), view.theme.muted);
        let spans =
            if bar < 4 { vec![name] } else { vec![name, Span::styled(share_bar(view, gauge.share, bar), gauge.style)] };
        sides(spans, vec![Span::styled(gauge.words.clone(), view.theme.base)], columns)
    };
    gauges.iter().map(line).collect()
}

/// A bar of exactly so many columns; what is no share is none.
pub(crate) fn share_bar(view: &View<'_>, share: f64, columns: usize) -> String {
    chart::bar(if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }, columns, view.ascii)
}

/// A panel's frame; what is inside of it is returned. Small terminals have a line instead.
pub(crate) fn frame(buf: &mut Buffer, area: Rect, title: Title, hints: &[Command], view: &View<'_>) -> Rect {
    let theme = view.theme;
    let area = area.intersection(buf.area);
    let mut spans = vec![Span::raw(" ")];
    if view.focused && view.tier != Tier::Small {
        spans.push(Span::styled("▸ ", theme.accent));
    }
    spans.push(Span::styled(title.name, theme.title));
    if !title.value.is_empty() {
        spans.push(Span::raw(if title.name.is_empty() { "" } else { " " }));
        spans.extend(title.value);
    }
    spans.push(Span::raw(" "));
    let hint_spans = hint(hints, view);
    let (left, right) = (spans_width(&spans), spans_width(&hint_spans));
    let room = usize::from(area.width).saturating_sub(4);
    let hint_spans = if left + right < room { hint_spans } else { Vec::new() };
    if view.tier == Tier::Small {
        put(buf, area, 0, &sides(spans, hint_spans, area.width.into()));
        let inner = Rect { y: area.y.saturating_add(1), height: area.height.saturating_sub(1), ..area };
        return pad(inner);
    }
    let style = if view.focused { theme.accent } else { theme.muted };
    let block = Block::bordered()
        .border_set(border::ROUNDED)
        .border_style(style)
        .title_top(Line::from(clip(spans, room + 2)))
        .title_top(Line::from(hint_spans).right_aligned());
    let inner = block.inner(area);
    block.render(area, buf);
    pad(inner)
}

/// A column of air at either side.
fn pad(area: Rect) -> Rect {
    if area.width < 4 { area } else { Rect { x: area.x + 1, width: area.width - 2, ..area } }
}

/// Keys and what they do, for a title or the foot.
pub(crate) fn hint(commands: &[Command], view: &View<'_>) -> Vec<Span<'static>> {
    let mut pairs = Vec::new();
    for binding in commands.iter().filter_map(|command| keys::of(*command)) {
        let (Some(key), Some(words)) = (binding.keys.first(), offered(binding, view)) else { continue };
        pairs.push((key.label(view.ascii), words));
    }
    pair_spans(&pairs, view)
}

/// What a key does now; nothing where it would only be refused.
fn offered(binding: &Binding, view: &View<'_>) -> Option<&'static str> {
    let (training, wallet) = (view.snapshot.training.as_ref(), &view.snapshot.wallet);
    let there = match binding.command {
        _ if binding.group == Group::Node && matches!(view.reach, Reach::Lost(_)) => false,
        Command::Pause if view.frozen => return Some("go on"),
        Command::PauseTraining if training?.state == TrainingState::Paused => return Some("resume training"),
        Command::Stake => wallet.own,
        Command::Unstake => wallet.own && decimal::some(&wallet.staked),
        Command::Withdraw => wallet.own && decimal::some(&wallet.withdrawable),
        Command::Vote => governance::open(view.snapshot).any(|nep| view.chosen.is_none_or(|id| nep.id == id)),
        _ => true,
    };
    there.then_some(binding.short)
}

/// Keys and words, side by side.
pub(crate) fn pair_spans(pairs: &[(String, &'static str)], view: &View<'_>) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (key, words) in pairs {
        spans.push(Span::styled(if spans.is_empty() { " " } else { " · " }, view.theme.muted));
        spans.push(Span::styled(key.clone(), view.theme.accent));
        spans.push(Span::styled(format!(" {words}"), view.theme.muted));
    }
    if !spans.is_empty() {
        spans.push(Span::raw(" "));
    }
    spans
}

/// Centred in an area, and no larger than it.
pub(crate) fn centered(area: Rect, columns: usize, rows: usize) -> Rect {
    let width = area.width.min(columns.min(u16::MAX.into()) as u16);
    let height = area.height.min(rows.min(u16::MAX.into()) as u16);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Lines in the middle of an area.
pub(crate) fn message(buf: &mut Buffer, area: Rect, lines: &[Line<'_>]) {
    let columns = lines.iter().map(Line::width).max().unwrap_or(0);
    let middle = centered(area, columns, lines.len());
    for (row, line) in lines.iter().enumerate() {
        let indent = usize::from(middle.width).saturating_sub(line.width()) / 2;
        put(buf, Rect { x: middle.x + indent as u16, width: middle.width - indent as u16, ..middle }, row, line);
    }
}

/// Shows that what an area says may no longer be so.
pub(crate) fn dim(buf: &mut Buffer, area: Rect, theme: &Theme) {
    // Grey alone is dim enough to tell and still bright enough to read.
    let style = match theme.muted.fg {
        Some(grey) => Style::new().fg(grey),
        None => Style::new().add_modifier(Modifier::DIM),
    };
    buf.set_style(area.intersection(buf.area), style);
}

/// Leaves nothing in the buffer that is not ASCII.
pub(crate) fn fold(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if cell.symbol().is_ascii() {
            continue;
        }
        let found = PLAIN.iter().find(|(glyphs, _)| glyphs.contains(cell.symbol()));
        let plain = found.map_or('?', |(_, plain)| *plain);
        cell.set_char(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_left_gives_way_to_the_right() {
        let line = |columns| sides(vec!["name".into()], vec!["12.5".into()], columns).to_string();
        assert_eq!([line(12), line(9), line(7), line(3)], ["name    12.5", "name 12.5", "n… 12.5", "12…"]);
    }

    #[test]
    fn only_ascii_is_left() {
        let mut buf = Buffer::with_lines(["╭─ a … 日本 ● ╯"]);
        fold(&mut buf);
        assert_eq!(buf, Buffer::with_lines(["+- a ~ ? ?  * +"]));
    }
}
