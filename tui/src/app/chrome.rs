//! The drawing: strip and tabs above, keys below, the page between, layers over all.

use super::{App, NoticeKind, tier, view};
use crate::canvas::{clip, dim, fold, hint, message, pair_spans, put, sides, spans_width};
use crate::feed::{Tier, View};
use crate::format::{count, duration, fit, safe, width};
use crate::governance::open;
use crate::keys::{self, Command, Group};
use crate::layers::Layer;
use crate::pages::{Entry, PAGES};
use crate::panels::{node_state, problems, reachability};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect, Size};
use ratatui::text::{Line, Span};

/// Keys while a filter or a search is typed.
const TYPING: &[(&str, &str)] = &[("Enter", "done"), ("Esc", "drop"), ("Ctrl-U", "clear"), ("← →", "move")];

/// Below this width the name gives way to what is going on.
const BRAND_WIDTH: u16 = 100;

/// The least that is said of a network of one's own.
const SHORTEST_NOTE: &str = " · private";

impl App {
    /// Draws what is known.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        let buf = frame.buffer_mut();
        self.size = area.as_size();
        self.dirty = false;
        self.tabs.clear();
        buf.set_style(area, self.options.theme.base);
        let snapshot = self.feed.shown();
        match tier(self.size) {
            Some(_) => self.all(buf, area, &snapshot),
            None => too_small(buf, area),
        }
        self.topmost(buf, area, &snapshot);
        if self.options.ascii {
            fold(buf);
        }
    }

    fn all(&mut self, buf: &mut Buffer, area: Rect, snapshot: &crate::snapshot::Snapshot) {
        let banner = self.feed.banner();
        let size = self.size;
        let look = view(&self.feed, snapshot, &self.options, size);
        let overview = self.page == 0 && look.tier != Tier::Stacked;
        let problem = problems::strip(&look).filter(|_| !overview);
        let rows = [
            Length(u16::from(look.tier != Tier::Small)),
            Length(1),
            Length(u16::from(banner.is_some())),
            Length(u16::from(problem.is_some())),
            Fill(1),
            Length(1),
        ];
        let [strip, tabs, warning, trouble, middle, foot] = Layout::vertical(rows).areas(area);
        put(buf, strip, 0, &self.strip(&look));
        let marks = self.marks(&look);
        let [names, marked] = Layout::horizontal([Fill(1), Length(width(&marks) as u16)]).areas(tabs);
        self.tabs = draw_tabs(buf, names, self.page, &look);
        put(buf, marked, 0, &Line::styled(marks, look.theme.warn));
        if let Some(banner) = banner {
            let words = fit(&format!(" {} ", safe(&banner)), warning.width.into());
            let gap = " ".repeat(usize::from(warning.width) - width(&words));
            let style = if self.feed.stale() { look.theme.bad } else { look.theme.warn };
            let style = style.add_modifier(ratatui::style::Modifier::REVERSED);
            put(buf, warning, 0, &Line::styled(words + &gap, style));
        }
        if let Some(problem) = problem {
            put(buf, trouble, 0, &Line::from(clip(problem.spans, trouble.width.into())));
        }
        // The log of a node that is only starting is already worth reading.
        if self.feed.known() || PAGES[self.page].digit == '7' {
            self.pages[self.page].draw(buf, middle, &look);
        } else if let Some(trouble) = problems::silence(&look) {
            let words = fit(&trouble, usize::from(middle.width));
            message(buf, middle, &[Line::styled(words, look.theme.bad)]);
        } else {
            message(buf, middle, &[Line::styled("waiting for the first news of the node …", look.theme.muted)]);
        }
        if self.feed.stale() {
            dim(buf, middle, look.theme);
        }
        put(buf, foot, 0, &self.foot(&look));
    }

    /// The topmost layer; what lies below it has asked already.
    fn topmost(&mut self, buf: &mut Buffer, area: Rect, snapshot: &crate::snapshot::Snapshot) {
        // A form is about what there is now, also over a view that is paused.
        let form = matches!(self.layers.last(), Some(Layer::Form(_)));
        let snapshot = if form { self.feed.latest() } else { snapshot };
        let look = view(&self.feed, snapshot, &self.options, self.size);
        let detail = matches!(self.layers.last(), Some(Layer::Detail { .. }));
        let detail = if detail { self.pages[self.page].detail(&look) } else { None };
        if let Some(layer) = self.layers.last_mut() {
            layer.draw(buf, area, detail, self.options.read_only, &look);
        }
    }

    /// Which network, what the node does, for how long, and how far.
    fn strip(&self, view: &View<'_>) -> Line<'static> {
        let (theme, snapshot) = (view.theme, view.snapshot);
        let brand = if view.columns < BRAND_WIDTH { " ◆ " } else { " ◆ NeuroShard  " };
        let mut left = vec![Span::styled(brand, theme.accent)];
        if self.options.demo {
            let words = if view.columns < BRAND_WIDTH { "DEMO · made up" } else { "DEMO · made-up numbers" };
            left.push(Span::styled(words, theme.warn));
            left.push(Span::raw("  "));
        }
        left.push(Span::styled(safe(&snapshot.network), theme.title));
        let (glyph, word, style) = match node_state(view) {
            _ if !self.feed.known() && !self.feed.lost() => ("◌", "waiting for the node", theme.warn),
            known => known,
        };
        let attached = if self.options.attached { " · attached" } else { "" };
        let mut right = vec![Span::styled(format!("{glyph} {word}"), style)];
        if self.feed.known() {
            let facts = format!("{attached} · up {} · block ", duration(snapshot.uptime_seconds));
            right.push(Span::styled(facts, theme.muted));
            right.push(Span::styled(count(snapshot.chain.height), theme.base));
        }
        let private = self.feed.known() && !snapshot.public;
        // What a network is worth goes before how many are in it.
        let kept = if private { width(SHORTEST_NOTE) } else { 0 };
        let room = usize::from(view.columns).saturating_sub(spans_width(&left) + spans_width(&right) + kept + 2);
        if let Some((words, style)) = reachability::peers(snapshot, theme).filter(|(words, _)| width(words) + 3 <= room)
            && self.feed.known()
            && !self.feed.stale()
        {
            right.extend([Span::styled(" · ", theme.muted), Span::styled(words, style)]);
        }
        right.push(Span::raw(" "));
        let note = snapshot.note.as_ref().map(|note| format!(" · {}", safe(note)));
        let short = [" · private devnet", SHORTEST_NOTE].into_iter().filter(|_| private).map(str::to_owned);
        let taken = spans_width(&left) + spans_width(&right);
        let fitting = note.into_iter().chain(short).find(|note| taken + width(note) < view.columns.into());
        left.extend(fitting.map(|note| Span::styled(note, theme.warn)));
        sides(left, right, view.columns.into())
    }

    /// What must be known of these numbers where there is no strip to say it: that they are made up, or of no worth.
    fn marks(&self, view: &View<'_>) -> String {
        if view.tier != Tier::Small {
            return String::new();
        }
        let private = (self.feed.known() && !view.snapshot.public).then_some("private");
        let marks: Vec<&str> = self.options.demo.then_some("DEMO").into_iter().chain(private).collect();
        if marks.is_empty() { String::new() } else { format!(" {} ", marks.join(" · ")) }
    }

    /// What became of what was asked for, or else the keys that are of most use here.
    fn foot(&self, view: &View<'_>) -> Line<'static> {
        let theme = view.theme;
        let columns = usize::from(view.columns);
        let mut left = Vec::new();
        if let Some((notice, _)) = &self.notice {
            let (glyph, style) = match notice.kind {
                NoticeKind::Done => ("✓", theme.good),
                NoticeKind::Failed => ("✗", theme.bad),
                NoticeKind::Info => ("●", theme.accent),
            };
            left.push(Span::styled(format!(" {glyph} {}", safe(&notice.text)), style));
        }
        let read_only = if self.options.read_only { "read only " } else { "" };
        // A column between what was done and the keys.
        let taken = spans_width(&left) + usize::from(!left.is_empty()) + width(read_only);
        let hints = self.hints(columns.saturating_sub(taken), view);
        let read_only = Span::styled(read_only, theme.warn);
        if left.is_empty() {
            return sides(hints, vec![read_only], columns);
        }
        sides(left, if hints.is_empty() { hints } else { [hints, vec![read_only]].concat() }, columns)
    }

    /// Keys that mean something now, as many as there is room for: what does not fit is in the help.
    fn hints(&self, room: usize, view: &View<'_>) -> Vec<Span<'static>> {
        let fixed = match self.layers.last() {
            Some(layer) => Some(layer.keys()),
            None => self.pages[self.page].typing().then_some(TYPING),
        };
        if let Some(fixed) = fixed {
            let mut pairs: Vec<_> = fixed.iter().map(|(key, words)| ((*key).to_owned(), *words)).collect();
            while spans_width(&pair_spans(&pairs, view)) > room {
                pairs.pop();
            }
            return pair_spans(&pairs, view);
        }
        let always = [Command::Help, Command::Close, Command::NextPage, Command::Pause];
        let acts = |command: Command| keys::of(command).is_some_and(|binding| binding.group == Group::Node);
        let here = self.pages[self.page].foot.iter().copied();
        let here = here.filter(|command| !(self.options.read_only && acts(*command)));
        let mut commands: Vec<Command> = always.into_iter().chain(here).collect();
        while spans_width(&hint(&commands, view)) > room {
            commands.pop();
        }
        hint(&commands, view)
    }
}

/// Digits and names of all pages; where there is no room, the name of the one that is seen.
fn draw_tabs(buf: &mut Buffer, area: Rect, page: usize, view: &View<'_>) -> Vec<(Rect, usize)> {
    let theme = view.theme;
    let names: usize = PAGES.iter().map(|entry| entry.name.len() + 4).sum();
    let whole = names <= usize::from(area.width);
    let gap = u16::from(names + PAGES.len() <= usize::from(area.width));
    let mut places = Vec::new();
    let mut x = area.x;
    for (index, Entry { digit, name, .. }) in PAGES.iter().enumerate() {
        let chosen = index == page;
        // A vote that is waited for is seen from every page.
        let calls = *digit == '6' && open(view.snapshot).next().is_some();
        let mark = if chosen {
            "▸"
        } else if calls {
            "◆"
        } else {
            " "
        };
        let text = if whole || chosen { format!("{mark}{digit} {name} ") } else { format!("{mark}{digit} ") };
        let place = Rect { x, width: text.len().min(width(&text)) as u16, ..area }.intersection(area);
        put(buf, place, 0, &Line::styled(text, if chosen { theme.selection } else { theme.muted }));
        x = x.saturating_add(place.width + gap);
        places.push((place, index));
    }
    places
}

fn too_small(buf: &mut Buffer, area: Rect) {
    let Size { width, height } = area.as_size();
    let lines = [Line::from("too small for the dashboard"), Line::from(format!("have {width}×{height}, need 50×12"))];
    message(buf, area, &lines);
}
