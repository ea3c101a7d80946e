//! What is sent and received, in all and by protocol.

use super::Panel;
use crate::canvas::{Title, more, put, put_all, seen, sides};
use crate::chart::sparkline;
use crate::feed::View;
use crate::format::{bytes, fit, rate, safe, width};
use crate::snapshot::{self, Network};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Columns beyond which curves only get longer than what is kept of them.
const WIDTH_MAX: u16 = 96;
/// Columns of a protocol's name, of an amount with its arrow, and of a rate.
const NAME: usize = 11;
const AMOUNT: usize = 13;
const RATE: usize = 12;
/// Columns from which a curve says anything.
const CURVE_MIN: usize = 5;

/// Rows from which one of them is spent on saying how many more there are.
const ROWS_MORE: usize = 3;

/// The panel.
#[derive(Debug, Default)]
pub(crate) struct Traffic;

/// A name, a curve, and what it is now.
fn curve(view: &View<'_>, name: &str, now: f64, last: &[f64], style: Style, columns: usize) -> Line<'static> {
    let room = columns.saturating_sub(width(name) + RATE + 2);
    let mut left = vec![Span::styled(format!("{name} "), view.theme.muted)];
    if room >= CURVE_MIN {
        left.push(Span::styled(sparkline(last, room, view.ascii), style));
    }
    sides(left, vec![Span::styled(rate(now), view.theme.base)], columns)
}

/// A protocol's name, what it moved, and its curve, as far as there is room.
fn protocol(view: &View<'_>, traffic: &snapshot::Traffic, columns: usize) -> Line<'static> {
    let theme = view.theme;
    let name = fit(&safe(&traffic.protocol), NAME);
    let mut spans = vec![Span::styled(format!("{name}{}", " ".repeat(NAME - width(&name))), theme.base)];
    let amounts = [("↓", bytes(traffic.received), theme.good), ("↑", bytes(traffic.sent), theme.accent)];
    let shown = (columns.saturating_sub(NAME) / AMOUNT).min(2);
    for (arrow, amount, style) in &amounts[..shown] {
        spans.push(Span::styled(format!(" {arrow}"), *style));
        spans.push(Span::styled(format!("{amount:>width$}", width = AMOUNT - 2), theme.muted));
    }
    let room = columns.saturating_sub(NAME + shown * AMOUNT + 2);
    if room >= CURVE_MIN {
        spans.push(Span::styled(format!("  {}", sparkline(&traffic.recent, room, view.ascii)), theme.contrast));
    }
    Line::from(spans)
}

/// Those that moved most first.
fn sorted(network: &Network) -> Vec<&snapshot::Traffic> {
    let mut all: Vec<_> = network.traffic.iter().collect();
    all.sort_by_key(|traffic| std::cmp::Reverse(traffic.sent.saturating_add(traffic.received)));
    all
}

impl Panel for Traffic {
    fn title(&self, view: &View<'_>) -> Title {
        let Some(network) = &view.snapshot.net else { return Title::of("Traffic") };
        let sum =
            |part: fn(&snapshot::Traffic) -> u64| bytes(network.traffic.iter().map(part).fold(0, u64::saturating_add));
        let words = format!("{} in · {} out", sum(|traffic| traffic.received), sum(|traffic| traffic.sent));
        Title::with("Traffic", words, view.theme.muted)
    }

    fn width_max(&self) -> u16 {
        WIDTH_MAX
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let Some(network) = &view.snapshot.net else {
            return put(buf, area, 0, &Line::styled("this node has no network", theme.muted));
        };
        let rates = &network.rates;
        let mut lines = vec![
            curve(view, "↓ in ", rates.received, &rates.recent_received, theme.good, columns),
            curve(view, "↑ out", rates.sent, &rates.recent_sent, theme.accent, columns),
        ];
        let all = sorted(network);
        let room = usize::from(area.height).saturating_sub(lines.len());
        if room > 0 {
            // Of few rows, none is spent on how many more there are.
            let listed = if room < ROWS_MORE { all.len().min(room) } else { seen(all.len(), room) };
            lines.extend(all.iter().take(listed).map(|traffic| protocol(view, traffic, columns)));
            if listed < all.len().min(room) {
                lines.push(more(all.len() - listed, view));
            }
        }
        put_all(buf, area, &lines);
    }
}
