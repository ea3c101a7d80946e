//! What this node earned, what waits, and what comes next.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Title, fact, fact_in, more, put_all, seen, sides};
use crate::chart::sparkline;
use crate::feed::{Tier, View};
use crate::format::{duration, neuro, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Below this width a source's earnings of today are left out.
const TODAY_WIDTH: usize = 34;

#[derive(Debug, Default)]
pub(crate) struct Earned;

/// `1.2500 in 3 m`
pub(crate) fn next(view: &View<'_>) -> Option<String> {
    let next = view.snapshot.earnings.maturing.first()?;
    Some(format!("{} in {}", neuro(&next.amount, 4), duration(next.seconds_left)))
}

impl Panel for Earned {
    fn title(&self, view: &View<'_>) -> Title {
        let zone = if view.tier == Tier::Full { " (UTC)" } else { "" };
        let today = format!("{} today{zone}", neuro(&view.snapshot.earnings.today, 4));
        Title::with("Earnings", today, view.theme.accent)
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let earnings = &view.snapshot.earnings;
        let mut lines = vec![
            fact_in(view, "total", neuro(&earnings.total, 4), theme.good, columns),
            fact(view, "pending", neuro(&earnings.pending, 4), columns),
            fact(view, "next", next(view).unwrap_or_else(|| "nothing matures".to_owned()), columns),
        ];
        let earned = &view.snapshot.history.earned;
        let room = usize::from(area.height).saturating_sub(lines.len());
        // The curve gives way to sources.
        let curved = !earned.is_empty() && earnings.sources.len() < room;
        let listed = seen(earnings.sources.len(), room);
        for source in earnings.sources.iter().take(listed) {
            let name = Span::styled(format!("· {}", safe(&source.source)), theme.muted);
            let today = Span::styled(format!("+{}  ", neuro(&source.today, 4)), theme.muted);
            let total = Span::styled(format!("{:>11}", neuro(&source.total, 4)), theme.base);
            let values = if columns < TODAY_WIDTH { vec![total] } else { vec![today, total] };
            lines.push(sides(vec![name], values, columns));
        }
        if listed < earnings.sources.len() {
            lines.push(more(earnings.sources.len() - listed, view));
        }
        if curved {
            let curve = sparkline(earned, columns.saturating_sub(10), view.ascii);
            let name = Span::styled("per block", theme.muted);
            lines.push(sides(vec![name], vec![Span::styled(curve, theme.good)], columns));
        }
        put_all(buf, area, &lines);
    }
}
