//! The model in training, and the numbers of its last step.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Title, fact, fact_in, put_all};
use crate::feed::View;
use crate::format::{amount, count, decimals, safe, small};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

#[derive(Debug, Default)]
pub(crate) struct Model;

impl Panel for Model {
    fn title(&self, view: &View<'_>) -> Title {
        match &view.snapshot.training {
            Some(training) => Title::with("Model", safe(&training.preset), view.theme.accent),
            None => Title::of("Model"),
        }
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let theme = view.theme;
        let columns = usize::from(area.width);
        let Some(training) = &view.snapshot.training else {
            return put_all(buf, area, &[Line::styled("no training on this node", theme.muted)]);
        };
        let perplexity = training.val_loss.or(training.loss).map(f64::exp);
        let lines = [
            fact_in(view, "last step's loss", decimals(training.loss, 4), theme.accent, columns),
            fact_in(view, "validation", decimals(training.val_loss, 4), theme.contrast, columns),
            fact(view, "perplexity", decimals(perplexity, 2), columns),
            fact(view, "gradient norm", decimals(training.grad_norm, 3), columns),
            fact(view, "learning rate", small(training.lr), columns),
            fact(view, "parameters", amount(training.parameters as f64), columns),
            fact(view, "layers", count(training.layers.into()), columns),
        ];
        put_all(buf, area, &lines);
    }
}
