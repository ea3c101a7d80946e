//! All about one proposal: what it changes, how the votes stand, and what it still takes.

use super::governance::{blocks_left, seconds_left, status};
use super::{Detail, Panel, Reply};
use crate::canvas::{Title, message, more, put, put_all, share_bar, sides};
use crate::decimal;
use crate::feed::{Tier, View};
use crate::format::{
    UNKNOWN, brief, count, duration, fit, moment, neuro, paragraphs, plural, safe, short, width, wrap,
};
use crate::governance::{refusal, weight};
use crate::keys::Command;
use crate::snapshot::{Nep, NepChange};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Columns of names, with the gap behind.
const NAMES: usize = 10;
/// Shortest bar that says anything, and the longest that is as easy to read.
const BAR_MIN: usize = 4;
const BAR_MAX: usize = 40;
/// Columns that text is comfortable to read in.
const TEXT_WIDTH: usize = 100;

/// The proposal that is chosen, as far as there is room, the rest by scrolling.
#[derive(Debug, Default)]
pub(crate) struct Proposal {
    /// Which it was when it was drawn last: another starts at its top.
    id: String,
    top: usize,
    page: usize,
}

fn chosen<'a>(view: &View<'a>) -> Option<&'a Nep> {
    let id = view.chosen?;
    view.snapshot.governance.neps.iter().find(|nep| nep.id == id)
}

/// A share, cut and never rounded up: what is just below a limit must not look as if it had reached it.
fn share(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    format!("{} %", format!("{:.1}", tenths(value)).trim_end_matches(".0"))
}

/// Percent of a share, with no more than a tenth of one.
fn tenths(share: f64) -> f64 {
    (share.clamp(0.0, 10.0) * 1000.0 + 1e-6).floor() / 10.0
}

/// What happens next and when, or since when it is as it is; in short where there is little room.
fn course(nep: &Nep, whole: bool, view: &View<'_>) -> String {
    let left = seconds_left(nep, view).map(duration);
    let until = nep.ends_at.as_ref().map(|time| format!("{} UTC", moment(time)));
    let when = |words: &str| match (&left, &until) {
        (Some(left), Some(_)) if !whole => format!("{words} in {left}"),
        (Some(left), Some(until)) => format!("{words} in {left}, {until}"),
        (None, Some(until)) => format!("{words} {until}"),
        _ => String::new(),
    };
    match (nep.status.as_str(), nep.activation_height) {
        ("voting", _) => when("ends"),
        ("review", _) => when("voting begins"),
        ("scheduled", Some(height)) => {
            let blocks = plural(blocks_left(nep, view).unwrap_or(0), "block");
            format!("from block {}, in {blocks} or about {}", count(height), left.unwrap_or_default())
        }
        ("active", Some(height)) => format!("in force since block {}", count(height)),
        ("deprecated", Some(height)) => format!("was in force from block {} on", count(height)),
        _ => String::new(),
    }
}

fn change(change: &NepChange) -> String {
    let [name, old, new, unit] = [&change.name, &change.old, &change.new, &change.unit].map(|text| safe(text));
    format!("{name}  {old} → {new} {unit}")
}

/// Whether anyone could ever vote on it.
fn counted(nep: &Nep) -> bool {
    nep.status == "voting" || nep.votes > 0 || decimal::some(&nep.electorate)
}

/// A limit that is reached, may still be, or was not.
fn reached(nep: &Nep, done: bool) -> &'static str {
    match (done, nep.status.as_str()) {
        (true, _) => "✓",
        (false, "voting") => "◌",
        (false, _) => "✗",
    }
}

/// What this node says, or why it says nothing.
fn own(nep: &Nep, view: &View<'_>) -> (String, Style) {
    let theme = view.theme;
    let weight = format!("{} NEURO", brief(&nep.own_weight));
    match (&nep.own_vote, refusal(nep)) {
        (Some(vote), _) => (format!("✓ {} with {weight}", safe(vote)), theme.good),
        (None, None) => (format!("◆ {weight}, not voted yet: V votes"), theme.warn),
        (None, Some(_)) if nep.status != "voting" => {
            let words = if decimal::some(&nep.own_weight) { "did not vote" } else { "had no stake when voting began" };
            (words.to_owned(), theme.muted)
        }
        (None, Some(why)) => (why.to_owned(), theme.muted),
    }
}

/// Name, bar and words of a result.
struct Bar {
    name: &'static str,
    share: f64,
    /// The share that it takes.
    needed: Option<f64>,
    words: String,
    style: Style,
}

fn bars(nep: &Nep, view: &View<'_>) -> Vec<Bar> {
    let theme = view.theme;
    let votes = [(&nep.yes, "yes", theme.good), (&nep.no, "no", theme.bad), (&nep.abstain, "abstain", theme.muted)];
    let all: f64 = votes.iter().map(|(text, _, _)| weight(text)).sum();
    let mut bars: Vec<Bar> = votes
        .into_iter()
        .map(|(text, name, style)| {
            let part = if all > 0.0 { weight(text) / all } else { 0.0 };
            let words = format!("{} · {:>5.1} %", neuro(text, 4), tenths(part));
            Bar { name, share: part, needed: None, words, style }
        })
        .collect();
    let limit = |name, value: f64, needed: f64, done: bool, word: &str| {
        let words = format!("{} {} {word} · {} needed", reached(nep, done), share(value), share(needed));
        let style = if done { theme.good } else { theme.warn };
        Bar { name, share: value, needed: Some(needed), words, style }
    };
    let approved = nep.approval >= nep.threshold && weight(&nep.yes) > 0.0;
    bars.push(limit("quorum", nep.participation, nep.quorum, nep.quorum_reached, "voted"));
    bars.push(limit("approval", nep.approval, nep.threshold, approved, "yes"));
    bars
}

/// A bar with a mark where it has to reach.
fn marked(view: &View<'_>, bar: &Bar, columns: usize) -> Vec<Span<'static>> {
    let text: Vec<char> = share_bar(view, bar.share, columns).chars().collect();
    let Some(needed) = bar.needed.filter(|needed| needed.is_finite()) else {
        return vec![Span::styled(text.into_iter().collect::<String>(), bar.style)];
    };
    let at = ((needed.clamp(0.0, 1.0) * columns as f64) as usize).min(columns - 1);
    let part = |part: &[char]| Span::styled(part.iter().collect::<String>(), bar.style);
    vec![part(&text[..at]), Span::styled("│", view.theme.title), part(&text[at + 1..])]
}

fn drawn(bars: &[Bar], columns: usize, view: &View<'_>) -> Vec<Line<'static>> {
    let words = bars.iter().map(|bar| width(&bar.words)).max().unwrap_or(0);
    let room = columns.saturating_sub(NAMES + words + 2).min(BAR_MAX);
    let line = |bar: &Bar| {
        let mut left = vec![Span::styled(format!("{:<NAMES$}", bar.name), view.theme.muted)];
        let columns = if room < BAR_MIN { columns } else { NAMES + room + 2 + words };
        if room >= BAR_MIN {
            left.extend(marked(view, bar, room));
        }
        sides(left, vec![Span::styled(bar.words.clone(), view.theme.base)], columns)
    };
    bars.iter().map(line).collect()
}

/// A name and a value that goes on in the next line where it is long.
fn pair(name: &str, value: &str, style: Style, columns: usize, view: &View<'_>) -> Vec<Line<'static>> {
    let parts = wrap(value, columns.saturating_sub(NAMES).clamp(2, TEXT_WIDTH)).into_iter().enumerate();
    let name = |index: usize| format!("{:<NAMES$}", if index == 0 { name } else { "" });
    parts
        .map(|(index, part)| Line::from(vec![Span::styled(name(index), view.theme.muted), Span::styled(part, style)]))
        .collect()
}

fn lines(nep: &Nep, columns: usize, view: &View<'_>) -> Vec<Line<'static>> {
    let theme = view.theme;
    let mut lines = Vec::new();
    let said = |text: String, style: Style| {
        wrap(&text, columns.clamp(2, TEXT_WIDTH)).into_iter().map(move |part| Line::styled(part, style))
    };
    lines.extend(said(safe(&nep.title), theme.title));
    if let Some(lacks) = &nep.cannot_follow {
        lines.extend(said(format!("✗ THIS NODE CAN'T FOLLOW IT: {}", safe(lacks)), theme.bad));
    }
    let (glyph, word, style) = status(&nep.status, view);
    let course = [true, false].map(|whole| course(nep, whole, view));
    let stands = course.map(|course| {
        let gap = if course.is_empty() { "" } else { " · " };
        format!("{glyph} {word}{gap}{course}")
    });
    let fitting = stands.iter().find(|text| NAMES + width(text) <= columns).unwrap_or(&stands[1]);
    lines.extend(pair("status", fitting, style, columns, view));
    if let Some(reason) = &nep.reason {
        lines.extend(pair("why", reason, theme.bad, columns, view));
    }
    let changes = nep.changes.iter().map(change).enumerate();
    let changes = changes.flat_map(|(index, change)| {
        pair(if index == 0 { "changes" } else { "" }, &change, theme.accent, columns, view)
    });
    let results = if counted(nep) { drawn(&bars(nep, view), columns, view) } else { Vec::new() };
    // Where only some of it is seen at once, that is how the votes stand.
    if view.tier == Tier::Small {
        lines.extend(results.into_iter().chain(changes));
    } else {
        lines.extend(changes.chain(results));
    }
    if nep.status == "voting" {
        let missing = if nep.missing.is_empty() { "nothing: it would pass now" } else { &nep.missing };
        let style = if nep.missing.is_empty() { theme.good } else { theme.warn };
        lines.extend(pair("missing", missing, style, columns, view));
    }
    if counted(nep) {
        let (words, style) = own(nep, view);
        lines.extend(pair("own vote", &words, style, columns, view));
    }
    if !nep.impact.is_empty() {
        lines.extend(pair("estimate", &nep.impact, theme.base, columns, view));
    }
    let by = format!("{}, {} UTC", short(&nep.author, 24), moment(&nep.created_at));
    lines.extend(pair("by", &by, theme.base, columns, view));
    if !nep.summary.is_empty() {
        lines.push(Line::default());
        let text = paragraphs(&nep.summary, columns.min(TEXT_WIDTH));
        lines.extend(text.into_iter().map(|part| Line::styled(part, theme.base)));
    }
    lines
}

/// The same as names and values, everything in full.
pub(super) fn facts(nep: &Nep, view: &View<'_>) -> Vec<(&'static str, String)> {
    let (glyph, word, _) = status(&nep.status, view);
    let mut facts = vec![("status", format!("{glyph} {word}"))];
    let course = course(nep, true, view);
    facts.extend((!course.is_empty()).then_some(("when", course)));
    facts.extend(nep.cannot_follow.iter().map(|lacks| ("can't follow", safe(lacks))));
    facts.extend(nep.reason.iter().map(|reason| ("why", safe(reason))));
    facts.extend([("type", safe(&nep.nep_type)), ("proposed by", safe(&nep.author))]);
    facts.push(("proposed at", safe(&nep.created_at)));
    for (index, text) in nep.changes.iter().map(change).enumerate() {
        facts.push((if index == 0 { "changes" } else { "" }, text));
    }
    facts.push(("estimate", safe(&nep.impact)));
    if counted(nep) {
        facts.extend(bars(nep, view).into_iter().map(|bar| (bar.name, bar.words)));
        facts.extend((!nep.missing.is_empty()).then(|| ("missing", safe(&nep.missing))));
        facts.push(("votes", format!("of {}", plural(nep.votes, "account"))));
        facts.push(("could vote", format!("{} NEURO", neuro(&nep.electorate, 9))));
        facts.push(("own vote", own(nep, view).0));
    }
    for (index, text) in paragraphs(&nep.summary, TEXT_WIDTH * 4).into_iter().enumerate() {
        facts.push((if index == 0 { "summary" } else { "" }, text));
    }
    facts
}

impl Panel for Proposal {
    fn title(&self, view: &View<'_>) -> Title {
        let Some(nep) = chosen(view) else { return Title::of("Proposal") };
        let words = format!("{} · {}", fit(&safe(&nep.id), 24), fit(&safe(&nep.nep_type), 12));
        Title::with("Proposal", words, view.theme.accent)
    }

    fn hints(&self) -> &'static [Command] {
        &[Command::Vote, Command::Open]
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let Some(nep) = chosen(view) else {
            return message(buf, area, &[Line::styled("no proposal is chosen", view.theme.muted)]);
        };
        if self.id != nep.id {
            nep.id.clone_into(&mut self.id);
            self.top = 0;
        }
        let lines = lines(nep, area.width.into(), view);
        let height = usize::from(area.height);
        let last = lines.len().saturating_sub(height);
        self.top = self.top.min(last);
        self.page = height.saturating_sub(1).max(1);
        put_all(buf, area, &lines[self.top..]);
        if self.top < last && height > 1 {
            let below = lines.len() - self.top - (height - 1);
            let row = Rect { y: area.bottom() - 1, height: 1, ..area };
            buf.set_style(row, view.theme.base);
            put(buf, row, 0, &Line::raw(" ".repeat(area.width.into())));
            put(buf, row, 0, &more(below, view));
        }
    }

    fn command(&mut self, command: Command, view: &View<'_>) -> Reply {
        if view.snapshot.governance.neps.is_empty() {
            return Reply::Ignored;
        }
        self.top = match command {
            Command::Down => self.top.saturating_add(1),
            Command::Up => self.top.saturating_sub(1),
            Command::PageDown => self.top.saturating_add(self.page),
            Command::PageUp => self.top.saturating_sub(self.page),
            Command::Top => 0,
            Command::Bottom => usize::MAX,
            Command::Open => return Reply::Detail,
            _ => return Reply::Ignored,
        };
        Reply::Done
    }

    fn detail(&self, view: &View<'_>) -> Option<Detail> {
        let nep = chosen(view)?;
        Some(Detail { title: format!("{} {}", safe(&nep.id), safe(&nep.title)), facts: facts(nep, view) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_below_a_limit_never_looks_as_if_it_had_reached_it() {
        assert_eq!([share(0.6599), share(0.66), share(0.2), share(1.0)], ["65.9 %", "66 %", "20 %", "100 %"]);
        assert_eq!([share(0.0), share(f64::NAN), share(-1.0)], ["0 %", "–", "0 %"]);
    }
}
