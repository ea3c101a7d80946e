//! Who this node trains with, in a few lines.

use super::{FACTS_WIDTH, Panel, health, reachability};
use crate::canvas::{Title, more, put_all, seen, sides};
use crate::chart::sparkline;
use crate::feed::View;
use crate::format::{amount, plural, safe, short};
use crate::snapshot::{Health, Member};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

#[derive(Debug, Default)]
pub(crate) struct Summary;

/// `layers 0–7`
pub(crate) fn stage(member: &Member) -> String {
    match member.layers {
        0 => "no layers".to_owned(),
        1 => format!("layer {}", member.first_layer),
        _ => format!("{}–{}", member.first_layer, u64::from(member.first_layer) + u64::from(member.layers) - 1),
    }
}

/// What people call a member.
pub(crate) fn name(member: &Member, columns: usize) -> String {
    if member.own { "this node".to_owned() } else { short(&member.address, columns) }
}

impl Panel for Summary {
    fn title(&self, view: &View<'_>) -> Title {
        match &view.snapshot.quorum {
            Some(_) if view.stale() => Title::with("Quorum", "? unknown", view.theme.muted),
            Some(quorum) => {
                let style = if quorum.state == "active" { view.theme.good } else { view.theme.warn };
                Title::with("Quorum", safe(&quorum.state), style)
            }
            None => Title::of("Quorum"),
        }
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let Some(quorum) = &view.snapshot.quorum else {
            let alone = Line::styled("in no quorum", theme.muted);
            return put_all(
                buf,
                area,
                &std::iter::once(alone).chain(reachability::line(view, columns)).collect::<Vec<_>>(),
            );
        };
        let online = quorum.members.iter().filter(|member| member.health == Health::Online).count();
        let online = if view.stale() { "?".to_owned() } else { online.to_string() };
        let online = format!("{online} of {} online", quorum.members.len());
        let rounds = Span::styled(plural(quorum.rounds, "round"), theme.base);
        let mut lines = vec![sides(vec![Span::styled(online, theme.muted)], vec![rounds], columns)];
        let listed = seen(quorum.members.len(), usize::from(area.height).saturating_sub(1));
        for member in quorum.members.iter().take(listed) {
            let (glyph, word, style) = health(member.health, view);
            let wide = columns > 50;
            let name = name(member, columns.saturating_sub(if wide { 37 } else { 28 }).clamp(9, 20));
            let left = vec![Span::styled(format!("{glyph} {word:<7} "), style), Span::raw(name)];
            let mut right = vec![Span::styled(format!("{:>7} ", stage(member)), theme.muted)];
            if wide {
                right.push(Span::styled(sparkline(&member.paces, 8, view.ascii), theme.good));
                right.push(Span::styled(format!("{:>8}", amount(member.tokens_per_second)), theme.base));
            } else {
                right.push(Span::styled(format!("{:>7}", amount(member.tokens_per_second)), theme.base));
            }
            lines.push(sides(left, right, columns));
        }
        if listed < quorum.members.len() {
            lines.push(more(quorum.members.len() - listed, view));
        }
        if let Some(line) = reachability::line(view, columns).filter(|_| lines.len() < area.height.into()) {
            lines.resize(usize::from(area.height) - 1, Line::default());
            lines.push(line);
        }
        put_all(buf, area, &lines);
    }
}
