//! Which member computes which layers, as a bar over the whole model.

use super::{Panel, health};
use crate::canvas::{Title, put};
use crate::feed::View;
use crate::format::{fit, plural, safe, short, width};
use crate::panels::quorum::{name, stage};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;

#[derive(Debug, Default)]
pub(crate) struct Stages;

impl Panel for Stages {
    fn title(&self, view: &View<'_>) -> Title {
        match &view.snapshot.quorum {
            Some(quorum) => {
                let id = if quorum.id.is_empty() { String::new() } else { format!("{} · ", short(&quorum.id, 12)) };
                let layers = plural(quorum.layers.into(), "layer");
                let state = if view.stale() { "? unknown".to_owned() } else { safe(&quorum.state) };
                let words = format!("{id}{state} · {layers} · {}", plural(quorum.rounds, "round"));
                Title::with("Stages", words, view.theme.muted)
            }
            None => Title::of("Stages"),
        }
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let Some(quorum) = &view.snapshot.quorum else {
            return put(buf, area, 0, &Line::styled("in no quorum", theme.muted));
        };
        let layers = f64::from(quorum.layers.max(1));
        // More members than columns would draw over each other.
        for (index, member) in quorum.members.iter().enumerate().take(area.width.into()) {
            let column = |layer: f64| ((layer / layers).clamp(0.0, 1.0) * f64::from(area.width)).round() as u16;
            let from = column(f64::from(member.first_layer));
            let to = column(f64::from(member.first_layer) + f64::from(member.layers));
            let segment = Rect { x: area.x + from, width: to.saturating_sub(from), ..area };
            if segment.is_empty() {
                continue;
            }
            let style = if index % 2 == 0 { theme.accent } else { theme.contrast };
            let style = style.add_modifier(Modifier::REVERSED);
            let (glyph, _, mark) = health(member.health, view);
            let room = usize::from(segment.width).saturating_sub(1);
            let layers = fit(&format!(" {}", stage(member)), room);
            let gap = " ".repeat(room - width(&layers));
            put(buf, segment, 0, &Line::styled(format!("{layers}{gap}"), style));
            let name = fit(&format!("{glyph} {}", name(member, room.saturating_sub(2))), room);
            put(buf, segment, 1, &Line::styled(name, mark));
        }
    }
}
