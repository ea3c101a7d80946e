//! The switch without its devices: which frame goes where, and when; what it is told and what it answers.
//!
//! Invariants: a frame never comes back to where it came from; frames pass only between ports of one group, as the groups
//! are when the frame leaves; no more than a bound of them waits.

use crate::port::Port;
use crate::random::Random;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fmt::Write as _;
use std::time::Duration;

/// Of a frame's header: to whom, from whom, what.
const HEADER_BYTES: usize = 14;
/// Frames that wait.
const WAITING_MAX: usize = 1 << 16;
/// Places that are remembered.
const LEARNED_MAX: usize = 1 << 12;

/// A frame that waits: when it leaves, its number, where it came in, and what it is.
type Waiting = Reverse<(Duration, u64, usize, Vec<u8>)>;

/// What a line of commands leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    Say(String),
    Quit,
}

/// The switch.
pub struct Switch {
    pub ports: Vec<Port>,
    learned: HashMap<[u8; 6], usize>,
    waiting: BinaryHeap<Waiting>,
    random: Random,
    number: u64,
}

impl Switch {
    pub fn new(ports: Vec<Port>, seed: u64) -> Self {
        let (learned, waiting) = (HashMap::new(), BinaryHeap::new());
        Self { ports, learned, waiting, random: Random::new(seed), number: 0 }
    }

    /// A frame comes in.
    pub fn arrive(&mut self, now: Duration, port: usize, frame: &[u8]) {
        let drawn = [self.random.next(), self.random.next()];
        if frame.len() < HEADER_BYTES {
            return;
        }
        let mut from = [0; 6];
        from.copy_from_slice(&frame[6..12]);
        if self.learned.len() < LEARNED_MAX || self.learned.contains_key(&from) {
            self.learned.insert(from, port);
        }
        let Some(leaves) = self.ports[port].admit(now, frame.len(), drawn) else { return };
        if self.waiting.len() >= WAITING_MAX {
            self.ports[port].lost += 1;
            return;
        }
        self.number += 1;
        self.waiting.push(Reverse((leaves, self.number, port, frame.to_vec())));
    }

    /// When the next frame leaves.
    pub fn next_leaves(&self) -> Option<Duration> {
        self.waiting.peek().map(|Reverse((leaves, ..))| *leaves)
    }

    /// A frame that leaves by now, and at which ports.
    pub fn leave(&mut self, now: Duration) -> Option<(Vec<usize>, Vec<u8>)> {
        self.next_leaves().filter(|leaves| *leaves <= now)?;
        let Reverse((_, _, from, frame)) = self.waiting.pop()?;
        let mut to = [0; 6];
        to.copy_from_slice(&frame[..6]);
        let group = self.ports[from].group;
        // The lowest bit of an address says that it is for many.
        let known = if to[0] & 1 == 0 { self.learned.get(&to).copied() } else { None };
        let takes = |(place, port): (usize, &mut Port)| {
            let takes = place != from && known.is_none_or(|known| known == place) && port.group == group && !port.deaf;
            port.sent += u64::from(takes);
            takes.then_some(place)
        };
        Some((self.ports.iter_mut().enumerate().filter_map(takes).collect(), frame))
    }

    /// Does what one line says: `set NAME KEY=VALUE…` (NAME `*`: all), `stats` or `quit`. Each is answered with a line.
    pub fn command(&mut self, line: &str) -> Answer {
        let words: Vec<&str> = line.split_whitespace().collect();
        Answer::Say(match words.as_slice() {
            ["quit"] => return Answer::Quit,
            ["stats"] => self.stats(),
            ["set", name, settings] => match self.set(name, settings) {
                Ok(()) => "ok".to_owned(),
                Err(why) => format!("error: {why}"),
            },
            _ => format!("error: `{line}` is no command"),
        })
    }

    fn set(&mut self, name: &str, settings: &str) -> Result<(), String> {
        let mut found = false;
        for port in self.ports.iter_mut().filter(|port| name == "*" || port.name == name) {
            port.apply(settings)?;
            found = true;
        }
        if found { Ok(()) } else { Err(format!("there is no port `{name}`")) }
    }

    fn stats(&self) -> String {
        self.ports.iter().fold(String::new(), |mut text, Port { name, received, sent, lost, group, .. }| {
            let gap = if text.is_empty() { "" } else { " " };
            let _ = write!(text, "{gap}{name}:received={received},sent={sent},lost={lost},group={group}");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: u8 = 0xff;

    fn switch(ports: &[&str]) -> Switch {
        Switch::new(ports.iter().map(|port| Port::parse(port).unwrap()).collect(), 1)
    }

    fn frame(to: u8, from: u8) -> Vec<u8> {
        [[to; 6].as_slice(), &[from; 6], &[8, 0]].concat()
    }

    /// Where a frame that comes in at `port` goes.
    fn goes(switch: &mut Switch, port: usize, to: u8) -> Option<Vec<usize>> {
        switch.arrive(Duration::ZERO, port, &frame(to, 2 * port as u8));
        switch.leave(Duration::from_secs(1)).map(|(places, _)| places)
    }

    #[test]
    fn it_learns_where_each_is() {
        let mut switch = switch(&["a", "b", "c"]);
        assert_eq!(goes(&mut switch, 0, 4), Some(vec![1, 2]), "not known yet");
        assert_eq!(goes(&mut switch, 2, 0), Some(vec![0]));
        assert_eq!(goes(&mut switch, 0, 4), Some(vec![2]));
        assert_eq!(goes(&mut switch, 0, MANY), Some(vec![1, 2]));
        switch.arrive(Duration::ZERO, 0, &[0; 13]);
        assert_eq!(switch.leave(Duration::from_secs(1)), None, "what is no frame goes nowhere");
    }

    #[test]
    fn groups_are_apart_and_a_deaf_port_hears_nothing_but_is_heard() {
        let mut switch = switch(&["a", "b", "c"]);
        assert_eq!(switch.command("set c group=1"), Answer::Say("ok".to_owned()));
        assert_eq!((goes(&mut switch, 0, MANY), goes(&mut switch, 2, MANY)), (Some(vec![1]), Some(vec![])));
        switch.command("set * group=0,deaf=0");
        switch.command("set c deaf=1");
        assert_eq!((goes(&mut switch, 0, MANY), goes(&mut switch, 2, MANY)), (Some(vec![1]), Some(vec![0, 1])));
    }

    #[test]
    fn frames_leave_when_they_are_due() {
        let mut switch = switch(&["a,delay=20", "b"]);
        switch.arrive(Duration::ZERO, 0, &frame(MANY, 0));
        switch.arrive(Duration::from_millis(5), 1, &frame(MANY, 2));
        assert_eq!(switch.next_leaves(), Some(Duration::from_millis(5)));
        assert_eq!(switch.leave(Duration::from_millis(4)), None);
        assert_eq!(switch.leave(Duration::from_millis(19)).unwrap().0, [0]);
        assert_eq!(switch.leave(Duration::from_millis(19)), None);
        assert_eq!(switch.leave(Duration::from_millis(20)).unwrap().0, [1]);
    }

    #[test]
    fn a_seed_loses_the_same_frames() {
        let lost = |seed| {
            let mut switch = Switch::new(vec![Port::parse("a,loss=30").unwrap(), Port::parse("b").unwrap()], seed);
            (0..200).map(|_| goes(&mut switch, 0, MANY).is_none()).collect::<Vec<bool>>()
        };
        assert!(lost(3) == lost(3) && lost(3) != lost(4));
        assert!((30..90).contains(&lost(3).iter().filter(|lost| **lost).count()));
    }

    #[test]
    fn what_it_can_not_do_it_says() {
        let mut switch = switch(&["a"]);
        for line in ["", "set", "set b loss=1", "set a loss", "open a"] {
            let Answer::Say(said) = switch.command(line) else { panic!("{line}") };
            assert!(said.starts_with("error: "), "{line}: {said}");
        }
        assert_eq!(switch.command("stats"), Answer::Say("a:received=0,sent=0,lost=0,group=0".to_owned()));
        assert_eq!(switch.command("quit"), Answer::Quit);
    }
}
