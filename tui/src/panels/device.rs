//! The machine, and how much of it is in use.

use super::{FACTS_WIDTH, Panel};
use crate::canvas::{Gauge, Title, fact, fact_best, gauges, pressure, put_all};
use crate::feed::View;
use crate::format::{bytes, decimals, percent, safe, width};
use crate::snapshot::Device;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Degrees at which processors slow down to protect themselves.
const DEGREES_MAX: f64 = 100.0;

/// Columns of the longest name with what is around it, and of a bar that is still worth looking at.
const NAMES_WIDTH: usize = 10;
const BAR_MIN: usize = 8;

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

/// What the machine has, and what the node takes of it.
pub(crate) fn machine_lines(device: &Device, view: &View<'_>, columns: usize) -> Vec<Line<'static>> {
    let node = bytes(device.process_memory);
    let mut all = machine_gauges(device, view);
    let memory = part_of(device.memory_used, device.memory_total);
    let wide = format!("{memory} · node {node}");
    // Where the words would take the bar's place, the node has a line of its own.
    let beside = columns >= NAMES_WIDTH + width(&wide) + BAR_MIN;
    if let Some(gauge) = all.iter_mut().find(|gauge| beside && gauge.name == "memory") {
        gauge.words = wide;
    }
    let mut lines = gauges(view, &all, columns);
    if !beside {
        lines.push(fact(view, "node's memory", node, columns));
    }
    let free = format!("{} free", bytes(device.storage_free));
    let disk = [format!("{free} · home {}", bytes(device.storage_used)), free];
    lines.push(fact_best(view, "disk", &disk, view.theme.base, columns));
    lines
}

/// What has a share: how much of what there is.
fn machine_gauges(device: &Device, view: &View<'_>) -> Vec<Gauge> {
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
        let mut lines = machine_lines(device, view, columns);
        lines.push(fact(view, "threads", device.threads.to_string(), columns));
        put_all(buf, area, &lines);
    }
}
