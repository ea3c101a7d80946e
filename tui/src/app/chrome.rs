//! The drawing: strip and tabs above, keys below, the page between, layers over all.

use super::{App, NoticeKind, tier, view};
use crate::canvas::{clip, dim, fold, hint, message, put, sides, spans_width};
use crate::feed::{Tier, View};
use crate::format::{count, duration, fit, safe, width};
use crate::keys::Command;
use crate::layers::Layer;
use crate::pages::{Entry, PAGES};
use crate::panels::{node_state, problems};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Constraint::{Fill, Length};
use ratatui::layout::{Layout, Rect, Size};
use ratatui::text::{Line, Span};

/// Below this width the name gives way to what is going on.
const BRAND_WIDTH: u16 = 100;

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
        self.tabs = draw_tabs(buf, tabs, self.page, &look);
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
            left.push(Span::styled("DEMO · made-up numbers", theme.warn));
            left.push(Span::raw("  "));
        }
        left.push(Span::styled(safe(&snapshot.network), theme.title));
        let (glyph, word, style) = if self.feed.lost() {
            ("✗", "unreachable", theme.bad)
        } else if self.feed.stale() {
            ("◌", "silent", theme.warn)
        } else {
            node_state(snapshot.state, theme)
        };
        let facts = format!(" · up {} · block ", duration(snapshot.uptime_seconds));
        let right = vec![
            Span::styled(format!("{glyph} {word}"), style),
            Span::styled(facts, theme.muted),
            Span::styled(format!("{} ", count(snapshot.chain.height)), theme.base),
        ];
        let note = snapshot.note.as_ref().map(|note| format!(" · {}", safe(note)));
        let short = (self.feed.known() && !snapshot.public).then(|| " · private devnet".to_owned());
        let taken = spans_width(&left) + spans_width(&right);
        let fitting = note.filter(|note| taken + width(note) < view.columns.into()).or(short);
        left.extend(fitting.map(|note| Span::styled(note, theme.warn)));
        sides(left, right, view.columns.into())
    }

    /// What became of what was asked for, or else the keys that are of most use here.
    fn foot(&self, view: &View<'_>) -> Line<'static> {
        let theme = view.theme;
        let columns = usize::from(view.columns);
        if let Some((notice, _)) = &self.notice {
            let (glyph, style) = match notice.kind {
                NoticeKind::Done => ("✓", theme.good),
                NoticeKind::Failed => ("✗", theme.bad),
                NoticeKind::Info => ("●", theme.accent),
            };
            return sides(vec![Span::styled(format!(" {glyph} {}", safe(&notice.text)), style)], Vec::new(), columns);
        }
        let always = [Command::Help, Command::Close, Command::NextPage, Command::Pause];
        let here = self.pages[self.page].foot.iter().copied();
        let acts = |command: &Command| {
            matches!(command, Command::PauseTraining | Command::Stake | Command::Unstake | Command::Stop)
        };
        let here = here.filter(|command| !(self.options.read_only && acts(command)));
        let mut commands: Vec<Command> = always.into_iter().chain(here).collect();
        let mut right = Vec::new();
        if self.options.read_only {
            right.push(Span::styled("read only ", theme.warn));
        }
        let room = columns.saturating_sub(spans_width(&right));
        // Whole hints only: what does not fit is in the help.
        while commands.len() > 1 && spans_width(&hint(&commands, view)) > room {
            commands.pop();
        }
        sides(hint(&commands, view), right, columns)
    }
}

/// Digits and names of all pages; where there is no room, the name of the one that is seen.
fn draw_tabs(buf: &mut Buffer, area: Rect, page: usize, view: &View<'_>) -> Vec<(Rect, usize)> {
    let theme = view.theme;
    let names: usize = PAGES.iter().map(|entry| entry.name.len() + 5).sum();
    let whole = names <= usize::from(area.width);
    let mut places = Vec::new();
    let mut x = area.x;
    for (index, Entry { digit, name, .. }) in PAGES.iter().enumerate() {
        let chosen = index == page;
        let mark = if chosen { "▸" } else { " " };
        let text = if whole || chosen { format!("{mark}{digit} {name} ") } else { format!("{mark}{digit} ") };
        let place = Rect { x, width: text.len().min(width(&text)) as u16, ..area }.intersection(area);
        put(buf, place, 0, &Line::styled(text, if chosen { theme.selection } else { theme.muted }));
        x = x.saturating_add(place.width + u16::from(whole));
        places.push((place, index));
    }
    places
}

fn too_small(buf: &mut Buffer, area: Rect) {
    let Size { width, height } = area.as_size();
    let lines = [Line::from("too small for the dashboard"), Line::from(format!("have {width}×{height}, need 50×12"))];
    message(buf, area, &lines);
}
