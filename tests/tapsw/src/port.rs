//! One port of the switch: how what its node sends is impaired.
//!
//! Invariant: frames of one port leave in the order in which they came.

use std::time::Duration;

/// Frames that would wait longer than this for the line are dropped.
const QUEUE_TIME: Duration = Duration::from_millis(200);

/// A port. Impairments hold for what its node sends; a deaf one's node is sent nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Port {
    pub name: String,
    /// On average, in milliseconds.
    pub delay_ms: f64,
    /// More or less than that, in milliseconds.
    pub jitter_ms: f64,
    /// Share of the frames that are lost, in percent.
    pub loss_percent: f64,
    /// Of the line, in megabits a second; 0: no bound.
    pub rate_mbit: f64,
    /// Frames pass between ports of one group.
    pub group: u32,
    /// Its node is sent nothing.
    pub deaf: bool,
    /// What its node sends is lost.
    pub mute: bool,
    pub received: u64,
    pub sent: u64,
    pub lost: u64,
    /// Until then the line is busy.
    free: Duration,
    /// When the last frame leaves.
    last: Duration,
}

impl Port {
    /// From `NAME[,KEY=VALUE]…`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, settings) = text.split_once(',').unwrap_or((text, ""));
        // The kernel's own bound, with the zero that ends the name.
        if name.is_empty() || name.len() > 15 {
            return Err(format!("`{name}` is no name of an interface"));
        }
        let mut port = Self { name: name.to_owned(), ..Self::default() };
        port.apply(settings)?;
        Ok(port)
    }

    /// Changes what `KEY=VALUE[,KEY=VALUE]…` says, or nothing at all.
    pub fn apply(&mut self, settings: &str) -> Result<(), String> {
        let mut changed = self.clone();
        for setting in settings.split(',').filter(|setting| !setting.is_empty()) {
            let (key, value) = setting.split_once('=').ok_or_else(|| format!("`{setting}` is not KEY=VALUE"))?;
            let number = value.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
            let number = number.ok_or_else(|| format!("`{value}` is not a number from 0"))?;
            match key {
                "delay" => changed.delay_ms = number,
                "jitter" => changed.jitter_ms = number,
                "loss" => changed.loss_percent = number,
                "rate" => changed.rate_mbit = number,
                "group" => changed.group = number as u32,
                "deaf" => changed.deaf = number > 0.0,
                "mute" => changed.mute = number > 0.0,
                _ => return Err(format!("there is no `{key}`")),
            }
        }
        *self = changed;
        Ok(())
    }

    /// When a frame that comes now leaves; nothing if it is lost. `drawn` are two numbers from 0 to 1.
    pub fn admit(&mut self, now: Duration, bytes: usize, drawn: [f64; 2]) -> Option<Duration> {
        self.received += 1;
        if self.mute || drawn[0] * 100.0 < self.loss_percent {
            self.lost += 1;
            return None;
        }
        let mut leaves = now;
        if self.rate_mbit > 0.0 {
            let begins = self.free.max(now);
            if begins.saturating_sub(now) > QUEUE_TIME {
                self.lost += 1;
                return None;
            }
            self.free = begins + Duration::from_secs_f64(bytes as f64 * 8.0 / (self.rate_mbit * 1e6));
            leaves = self.free;
        }
        let delay_ms = self.delay_ms + self.jitter_ms * (2.0 * drawn[1] - 1.0);
        leaves += Duration::from_secs_f64(delay_ms.max(0.0) / 1e3);
        self.last = self.last.max(leaves);
        Some(self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn settings_are_all_taken_or_none() {
        let mut port = Port::parse("tp1,delay=50,jitter=10,loss=1,group=2,deaf=1").unwrap();
        assert_eq!((port.delay_ms, port.jitter_ms, port.loss_percent), (50.0, 10.0, 1.0));
        assert!(port.group == 2 && port.deaf && !port.mute);
        let before = port.clone();
        for wrong in ["delay=1,loss", "delay=1,loss=x", "delay=1,loss=-1", "delay=1,loss=inf", "delay=1,los=1"] {
            assert!(port.apply(wrong).is_err() && port == before, "{wrong}");
        }
        assert!(Port::parse("").is_err() && Port::parse("sixteen-letters-").is_err());
    }

    #[test]
    fn frames_are_late_by_the_delay_and_stay_in_order() {
        let mut port = Port::parse("a,delay=50,jitter=10").unwrap();
        assert_eq!(port.admit(MS * 100, 60, [0.5, 0.5]), Some(MS * 150));
        assert_eq!(port.admit(MS * 101, 60, [0.5, 1.0]), Some(MS * 161));
        assert_eq!(port.admit(MS * 102, 60, [0.5, 0.0]), Some(MS * 161), "not before the one ahead of it");
    }

    #[test]
    fn a_line_has_a_rate_and_a_short_queue() {
        let mut port = Port::parse("a,rate=1").unwrap();
        let times: Vec<_> = (0..5).map(|_| port.admit(Duration::ZERO, 12_500, [0.5; 2])).collect();
        assert_eq!(times, [Some(MS * 100), Some(MS * 200), Some(MS * 300), None, None]);
        assert_eq!((port.received, port.lost), (5, 2));
    }

    #[test]
    fn a_lossy_and_a_mute_port_lose() {
        let mut port = Port::parse("a,loss=10").unwrap();
        assert!(port.admit(MS, 60, [0.09, 0.0]).is_none() && port.admit(MS, 60, [0.11, 0.0]).is_some());
        port.apply("loss=0,mute=1").unwrap();
        assert!(port.admit(MS, 60, [0.9, 0.0]).is_none() && port.lost == 2);
    }
}
