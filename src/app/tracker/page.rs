//! The tracker's statistics as people and programs read them: one HTML page, JSON, and numbers for Prometheus.
//!
//! Invariants: the page needs nothing from elsewhere and runs no script; whatever a text says, it stays text.

use std::fmt::{self, Write as _};

use prometheus_client::encoding::text;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use serde::Serialize;

use super::stats::{Network, Stage, Stats};
use crate::app::units::{count, span};

/// Seconds after which a browser looks again.
const REFRESH_SECONDS: u32 = 10;
/// Stages of one network that are drawn; JSON has them all.
const STAGES_DRAWN: usize = 24;

/// What a tracker says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct About {
    /// Its program.
    pub(super) version: &'static str,
    /// Its identity.
    pub(super) peer_id: String,
    /// Where nodes find it, with its identity.
    pub(super) addresses: Vec<String>,
    /// Connections that it has.
    pub(super) connections: u64,
    /// How long it has been there.
    pub(super) uptime_seconds: u64,
}

/// All that is told, as JSON.
#[derive(Serialize)]
struct Whole<'a> {
    v: u32,
    tracker: &'a About,
    #[serde(flatten)]
    stats: &'a Stats,
}

/// `/stats.json`
pub(super) fn json(about: &About, stats: &Stats) -> String {
    serde_json::to_string(&Whole { v: 1, tracker: about, stats }).unwrap_or_default() + "\n"
}

/// A figure of a network, where it has it.
type Value = fn(&Network) -> Option<f64>;

/// `/metrics`
pub(super) fn metrics(about: &About, stats: &Stats) -> String {
    let mut registry = Registry::with_prefix("neuroshard_tracker");
    let mut single = |name: &str, help: &str, value: u64| {
        let gauge = Gauge::<i64>::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        registry.register(name, help, gauge);
    };
    single("uptime_seconds", "Time since the tracker began", about.uptime_seconds);
    single("connections", "Connections with nodes", about.connections);
    single("nodes", "Nodes of all networks", stats.nodes);
    single("unreadable_nodes", "Nodes whose statement can't be read", stats.unreadable);
    let numbers: [(&str, &str, Value); 6] = [
        ("network_nodes", "Nodes of a network", |network| Some(network.nodes as f64)),
        ("network_memory_bytes", "Memory of a network's nodes", |network| Some(network.memory_bytes as f64)),
        ("network_height", "Last block, as half of the nodes say", |network| Some(network.height as f64)),
        ("network_round", "Outer round, as half of the nodes say", |network| Some(network.round as f64)),
        ("network_epoch_age_seconds", "Time since the last block", |network| Some(network.epoch_age_seconds? as f64)),
        ("network_loss_nats", "Loss on held-out data", |network| network.loss),
    ];
    for (name, help, value) in numbers {
        let family = Family::<Vec<(&str, String)>, Gauge<f64, std::sync::atomic::AtomicU64>>::default();
        for network in &stats.networks {
            let Some(value) = value(network) else { continue };
            let labels = vec![("chain_id", network.chain_id.clone()), ("network", network.name.clone())];
            family.get_or_create(&labels).set(value);
        }
        registry.register(name, help, family);
    }
    let mut written = String::new();
    // Writing into memory never fails.
    let _ = text::encode(&mut written, &registry);
    written
}

/// `/`
pub(super) fn html(about: &About, stats: &Stats) -> String {
    let mut page = String::with_capacity(16 << 10);
    // Writing into memory never fails.
    let _ = write_page(&mut page, about, stats);
    page
}

/// A text as HTML shows it.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ if character.is_control() => f.write_str(" ")?,
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

const STYLE: &str = include_str!("page.css");

fn write_page(w: &mut String, about: &About, stats: &Stats) -> fmt::Result {
    write!(
        w,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"refresh\" content=\"{REFRESH_SECONDS}\">\n\
         <title>NeuroShard tracker</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><h1>NeuroShard tracker</h1>\n<p>{} in {} · up {}</p></header>\n",
        plural(stats.nodes, "node"),
        plural(stats.networks.len() as u64, "network"),
        span(about.uptime_seconds)
    )?;
    if stats.networks.is_empty() {
        w.write_str("<p class=\"empty\">No node has told this tracker of itself yet.</p>\n")?;
    }
    stats.networks.iter().try_for_each(|network| write_network(w, network))?;
    w.write_str("<section>\n<h2>This tracker</h2>\n<dl>\n")?;
    write_fact(w, "peer id", &about.peer_id)?;
    about.addresses.iter().try_for_each(|address| write_fact(w, "address", address))?;
    write_fact(w, "connections", &count(about.connections))?;
    write_fact(w, "version", about.version)?;
    if stats.unreadable > 0 {
        write_fact(w, "not understood", &plural(stats.unreadable, "node"))?;
    }
    write!(
        w,
        "</dl>\n<p class=\"note\">Figures are what nodes say of themselves, and of the chain what the one in the middle \
         says; nobody checks them, and nothing depends on them. The same as <a href=\"/stats.json\">JSON</a> and for \
         <a href=\"/metrics\">Prometheus</a>. This page looks again every {REFRESH_SECONDS} seconds.</p>\n\
         </section>\n</main>\n</body>\n</html>\n"
    )
}

fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

fn write_fact(w: &mut String, name: &str, value: &str) -> fmt::Result {
    writeln!(w, "<div><dt>{}</dt><dd>{}</dd></div>", Text(name), Text(value))
}

fn write_network(w: &mut String, network: &Network) -> fmt::Result {
    writeln!(w, "<section>\n<h2>{}</h2>\n<p class=\"chain\">{}</p>", Text(&network.name), Text(&network.chain_id))?;
    w.write_str("<ul class=\"figures\">\n")?;
    let mut figure =
        |name: &str, value: &str| writeln!(w, "<li><b>{}</b><span>{}</span></li>", Text(value), Text(name));
    figure("nodes", &count(network.nodes))?;
    figure("memory", &bytes(network.memory_bytes))?;
    figure("block", &network.height.to_string())?;
    let age = network.epoch_age_seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{} ago", span(seconds)));
    figure("last block", &age)?;
    figure("round", &network.round.to_string())?;
    figure("loss", &network.loss.map_or_else(|| "–".to_owned(), |loss| format!("{loss:.3}")))?;
    w.write_str("</ul>\n<dl>\n")?;
    let listed = |counts: &mut dyn Iterator<Item = (String, u64)>| {
        counts.map(|(name, nodes)| format!("{name} × {}", count(nodes))).collect::<Vec<_>>().join(" · ")
    };
    let owned = |(name, nodes): (&String, &u64)| (name.clone(), *nodes);
    write_fact(w, "tiers", &listed(&mut network.tiers.iter().map(owned)))?;
    write_fact(w, "modes", &listed(&mut network.modes.iter().map(|(name, nodes)| ((*name).to_owned(), *nodes))))?;
    write_fact(w, "versions", &listed(&mut network.versions.iter().map(owned)))?;
    w.write_str("</dl>\n")?;
    write_stages(w, &network.stages)?;
    w.write_str("</section>\n")
}

/// A line for each stage, with the part of the model that it is.
fn write_stages(w: &mut String, stages: &[Stage]) -> fmt::Result {
    if stages.is_empty() {
        return w.write_str("<p class=\"note\">No node computes a part of the model yet.</p>\n");
    }
    let end = |stage: &Stage| stage.first.saturating_add(stage.units);
    let units = f64::from(stages.iter().map(end).max().unwrap_or(1).max(1));
    w.write_str(
        "<h3>Who computes which part of the model</h3>\n<table>\n<tr><th>units</th><th>part</th><th>nodes</th></tr>\n",
    )?;
    for stage in stages.iter().take(STAGES_DRAWN) {
        let (left, width) = (f64::from(stage.first) / units * 100.0, f64::from(stage.units) / units * 100.0);
        let last = end(stage).saturating_sub(1);
        let part = if last == stage.first { last.to_string() } else { format!("{}–{last}", stage.first) };
        writeln!(
            w,
            "<tr><td>{part}</td><td class=\"map\"><i style=\"margin-left:{left:.2}%;width:{width:.2}%\"></i></td>\
             <td>{}</td></tr>",
            count(stage.nodes)
        )?;
    }
    w.write_str("</table>\n")?;
    match stages.len().checked_sub(STAGES_DRAWN) {
        Some(more) if more > 0 => writeln!(w, "<p class=\"note\">… and {more} more.</p>"),
        _ => Ok(()),
    }
}

/// `1.5 TiB`
fn bytes(value: u64) -> String {
    let mut scaled = value as f64;
    for unit in ["B", "KiB", "MiB", "GiB", "TiB"] {
        if scaled < 1024.0 {
            return if unit == "B" { format!("{scaled:.0} B") } else { format!("{scaled:.1} {unit}") };
        }
        scaled /= 1024.0;
    }
    format!("{scaled:.1} PiB")
}

#[cfg(test)]
mod tests {
    use super::super::stats::{add_up, tests::said};
    use super::*;

    fn about() -> About {
        About {
            version: "0.1.0",
            peer_id: "16Uiu2HAmTracker".to_owned(),
            addresses: vec!["/ip4/203.0.113.5/tcp/4001/p2p/16Uiu2HAmTracker".to_owned()],
            connections: 14,
            uptime_seconds: 12_000,
        }
    }

    fn stats() -> Stats {
        let all: Vec<_> = (0..3).map(|node| said(2, node)).chain((0..9).map(|node| said(1, node))).collect();
        add_up(&all, 1_790_000_012_000)
    }

    #[test]
    fn the_page_is_as_it_was_looked_at() {
        let page = html(&about(), &stats()).replace(STYLE, "…\n");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("tracker_page", page);
            // Which label comes first is up to chance.
        let text = metrics(&about(), &stats());
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        insta::assert_snapshot!("tracker_metrics", lines.join("\n"));
        });
        let empty = html(&about(), &Stats::default());
        assert!(empty.contains("No node has told this tracker of itself yet."));
    }

    #[test]
    fn nothing_comes_from_elsewhere_and_nothing_runs() {
        let page = html(&about(), &stats());
        for word in ["<script", "http://", "https://", "src=", "@import", "url(", "javascript:"] {
            assert!(!page.contains(word), "{word}");
        }
        assert!(STYLE.contains("prefers-color-scheme: dark") && page.len() < 16 << 10);
    }

    #[test]
    fn what_names_say_stays_text() {
        let evil = "</h2><script>alert('\"&')</script>\u{1b}[2J";
        let mut stats = stats();
        stats.networks[0].name = evil.to_owned();
        stats.networks[0].chain_id = evil.to_owned();
        stats.networks[0].tiers.insert(evil.to_owned(), 1);
        let about = About { peer_id: evil.to_owned(), addresses: vec![evil.to_owned()], ..about() };
        let page = html(&about, &stats);
        assert!(!page.contains("<script") && !page.contains('\u{1b}'), "{page}");
        let shown = "&lt;/h2&gt;&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt; [2J";
        assert_eq!(page.matches(shown).count(), 5);
        let parsed: serde_json::Value = serde_json::from_str(&json(&about, &stats)).unwrap();
        assert_eq!(parsed["networks"][0]["name"], evil);
        assert_eq!((&parsed["v"], &parsed["nodes"]), (&1.into(), &12.into()));
        // A line's end in a label would begin another figure.
        stats.networks[0].name = "a\"} 1\nneuroshard_evil 1".to_owned();
        assert!(!metrics(&about, &stats).contains("\nneuroshard_evil"), "{}", metrics(&about, &stats));
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([0, 1 << 10, 1536 << 30, 5 << 50].map(bytes), ["0 B", "1.0 KiB", "1.5 TiB", "5.0 PiB"]);
    }
}
