//! What this node earned, what waits, and what comes next.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Title, fact, fact_in, put_all, sides};
use crate::chart::sparkline;
use crate::feed::View;
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
        let today = format!("{} today", neuro(&view.snapshot.earnings.today, 4));
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
        for source in earnings.sources.iter().take(area.height.into()) {
            let name = Span::styled(format!("· {}", safe(&source.source)), theme.muted);
            let today = Span::styled(format!("+{}  ", neuro(&source.today, 4)), theme.muted);
            let total = Span::styled(format!("{:>11}", neuro(&source.total, 4)), theme.base);
            let values = if columns < TODAY_WIDTH { vec![total] } else { vec![today, total] };
            lines.push(sides(vec![name], values, columns));
        }
        let earned = &view.snapshot.history.earned;
        if !earned.is_empty() {
            let curve = sparkline(earned, columns.saturating_sub(10), view.ascii);
            let name = Span::styled("per block", theme.muted);
            // More sources than there is room for give way to the curve.
            let at = usize::from(area.height).saturating_sub(1).clamp(3, lines.len());
            lines.insert(at, sides(vec![name], vec![Span::styled(curve, theme.good)], columns));
        }
        put_all(buf, area, &lines);
    }
}
