//! The machine, and how much of it is in use.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Gauge, Title, fact, gauges, pressure, put_all};
use crate::feed::View;
use crate::format::{bytes, decimals, percent, safe};
use crate::snapshot::Device;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Degrees at which processors slow down to protect themselves.
const DEGREES_MAX: f64 = 100.0;

#[derive(Debug, Default)]
pub(crate) struct Machine;

/// `26.0 of 64.0 GiB`; the unit is said once where it is the same.
fn part_of(part: u64, whole: u64) -> String {
    let (part, whole) = (bytes(part), bytes(whole));
    match (part.split_once(' '), whole.split_once(' ')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number} of {whole}"),
        _ => format!("{part} of {whole}"),
    }
}

/// What has a share: how much of what there is.
pub(crate) fn machine_gauges(device: &Device, view: &View<'_>) -> Vec<Gauge> {
    let theme = view.theme;
    let mut all = Vec::new();
    let mut gauge = |name, share: f64, words| {
        all.push(Gauge { name, share, words, style: pressure(theme, share) });
    };
    let of = |part: u64, whole: u64| part as f64 / whole as f64;
    let cpu = device.process_cpu / f64::from(device.cores);
    // A busy processor is what a trainer is for, so it never warns.
    gauge("cpu", cpu, format!("{} of {} cores", decimals(Some(device.process_cpu), 1), device.cores));
    let memory = part_of(device.memory_used, device.memory_total);
    gauge("memory", of(device.memory_used, device.memory_total), memory);
    if let Some(load) = device.gpu_load {
        gauge("gpu", load, percent(load));
    }
    if let (Some(used), Some(total)) = (device.gpu_memory_used, device.gpu_memory_total) {
        gauge("gpu mem", of(used, total), part_of(used, total));
    }
    if let Some(degrees) = device.temperature {
        gauge("heat", degrees / DEGREES_MAX, format!("{} °C", decimals(Some(degrees), 0)));
    }
    let disk = device.storage_used.saturating_add(device.storage_free);
    gauge("disk", of(device.storage_used, disk), format!("{} free", bytes(device.storage_free)));
    for busy in all.iter_mut().filter(|gauge| gauge.name == "cpu" || gauge.name == "gpu") {
        busy.style = theme.accent;
    }
    all
}

impl Panel for Machine {
    fn title(&self, view: &View<'_>) -> Title {
        let device = &view.snapshot.device;
        let name = Span::styled(safe(&device.name), view.theme.accent);
        let tier = Span::styled(format!(" · tier {}", safe(&device.tier)), view.theme.muted);
        Title { name: "Device", value: if device.tier.is_empty() { vec![name] } else { vec![name, tier] } }
    }

    fn width_max(&self) -> u16 {
        FACTS_WIDTH
    }

    fn draw(&mut self, buf: &mut Buffer, area: Rect, view: &View<'_>) {
        let device = &view.snapshot.device;
        let columns = usize::from(area.width);
        let mut lines = gauges(view, &machine_gauges(device, view), columns);
        lines.push(fact(view, "home on disk", bytes(device.storage_used), columns));
        lines.push(fact(view, "this process", bytes(device.process_memory), columns));
        lines.push(fact(view, "threads", device.threads.to_string(), columns));
        put_all(buf, area, &lines);
    }
}
