//! When to draw: soon after something changed, and never too often.
//!
//! Invariant: frames are at least [`FRAME`] apart.
//!
//! Times are those since any moment that stays the same. The loop that this is for, which takes all input before it draws:
//!
//! ```text
//! loop {
//!     let mut wait = pacer.wait(start.elapsed(), dirty);
//!     while let Some(event) = screen.event(wait)? {
//!         dirty |= app.update(event);
//!         wait = Duration::ZERO;
//!     }
//!     if dirty && pacer.may_draw(start.elapsed()) {
//!         screen.draw(|frame| app.draw(frame))?;
//!         pacer.drawn(start.elapsed());
//!         dirty = false;
//!     }
//! }
//! ```

use std::time::Duration;

/// Time from one frame to the next at least: ten a second.
const FRAME: Duration = Duration::from_millis(100);

/// Decides when a frame may be drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pacer {
    drawn: Option<Duration>,
}

impl Pacer {
    /// Nothing was drawn yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How long to wait for input: until the next frame may be drawn if one is due (`dirty`), else a frame's time, after which
    /// whoever else has news is asked for it.
    #[must_use]
    pub fn wait(&self, now: Duration, dirty: bool) -> Duration {
        if dirty { self.left(now) } else { FRAME }
    }

    /// Whether the last frame is long enough ago.
    #[must_use]
    pub fn may_draw(&self, now: Duration) -> bool {
        self.left(now).is_zero()
    }

    /// A frame was drawn.
    pub fn drawn(&mut self, now: Duration) {
        self.drawn = Some(now);
    }

    fn left(&self, now: Duration) -> Duration {
        self.drawn.map_or(Duration::ZERO, |drawn| FRAME.saturating_sub(now.saturating_sub(drawn)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn the_first_frame_and_a_late_key_are_drawn_at_once() {
        let mut pacer = Pacer::new();
        assert!(pacer.may_draw(ms(0)));
        assert_eq!(pacer.wait(ms(0), true), ms(0));
        pacer.drawn(ms(0));
        assert!(pacer.may_draw(ms(130)));
        assert_eq!(pacer.wait(ms(130), true), ms(0));
    }

    #[test]
    fn a_change_soon_after_a_frame_waits_for_the_next() {
        let mut pacer = Pacer::new();
        pacer.drawn(ms(1000));
        assert!(!pacer.may_draw(ms(1030)));
        assert_eq!(pacer.wait(ms(1030), true), ms(70));
        assert_eq!(pacer.wait(ms(1030), false), ms(100));
        assert!(pacer.may_draw(ms(1100)));
        assert_eq!(pacer.wait(ms(900), true), ms(100), "a clock that went back");
    }

    #[test]
    fn however_much_comes_in_there_are_ten_frames_a_second() {
        let mut pacer = Pacer::new();
        let mut frames = 0;
        for now in (0..10_000).step_by(3).map(ms) {
            if pacer.may_draw(now) {
                pacer.drawn(now);
                frames += 1;
            }
        }
        assert!((90..=100).contains(&frames), "{frames}");
    }
}
