//! What this node earned, what waits, and what comes next.

use super::Panel;
use crate::canvas::{Title, fact, fact_in, put_all, sides};
use crate::chart::sparkline;
use crate::feed::View;
use crate::format::{duration, neuro, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

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
            lines.push(sides(vec![name], vec![today, total], columns));
        }
        let earned = &view.snapshot.history.earned;
        if !earned.is_empty() {
            let curve = sparkline(earned, columns.saturating_sub(10), view.ascii);
            let name = Span::styled("per block", theme.muted);
            let at = lines.len().min(usize::from(area.height).saturating_sub(1)).max(3).min(lines.len());
            lines.insert(at, sides(vec![name], vec![Span::styled(curve, theme.good)], columns));
        }
        let shown: Vec<Line<'_>> = lines;
        put_all(buf, area, &shown);
    }
}
