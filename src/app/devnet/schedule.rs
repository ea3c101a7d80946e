//! What goes wrong on purpose, and when: a pure clockwork.
//!
//! Invariant: each fault comes once, in the order of their times, however late anybody asks.

use std::time::Duration;

use neuroshard_commands::{FaultArgs, Partition};

/// Something that is done to the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// Kill this node.
    Kill(usize),
    /// Start it again.
    Restart(usize),
    /// Cut the network in two.
    Cut(Partition),
    /// Join it again.
    Heal,
}

/// All that is still to come, the last first; times count from when all nodes are online.
#[derive(Debug, Clone)]
pub(super) struct Schedule(Vec<(Duration, Fault)>);

impl Schedule {
    pub(super) fn of(args: &FaultArgs) -> Self {
        let at = args.at.unwrap_or_default();
        let mut faults = Vec::new();
        if let Some(node) = args.kill_node {
            faults.push((at, Fault::Kill(node)));
            faults.extend(args.restart_after.map(|after| (at.saturating_add(after), Fault::Restart(node))));
        }
        if let Some(partition) = &args.partition {
            faults.push((at, Fault::Cut(partition.clone())));
            faults.extend(args.heal_after.map(|after| (at.saturating_add(after), Fault::Heal)));
        }
        faults.sort_by_key(|(at, _)| *at);
        faults.reverse();
        Self(faults)
    }

    /// The next fault whose time has come.
    pub(super) fn due(&mut self, now: Duration) -> Option<Fault> {
        self.0.pop_if(|(at, _)| *at <= now).map(|(_, fault)| fault)
    }

    /// When the last one comes.
    pub(super) fn last(&self) -> Option<Duration> {
        self.0.first().map(|(at, _)| *at)
    }

    /// How many nodes will still be started again.
    pub(super) fn restarts(&self) -> usize {
        self.0.iter().filter(|(_, fault)| matches!(fault, Fault::Restart(_))).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_come_once_and_in_order() {
        let seconds = |number| Some(Duration::from_secs(number));
        let partition = Partition(vec![0], vec![1]);
        let args = FaultArgs {
            kill_node: Some(1),
            at: seconds(5),
            restart_after: seconds(9),
            partition: Some(partition.clone()),
            heal_after: seconds(3),
            adversary: None,
        };
        let mut schedule = Schedule::of(&args);
        assert_eq!((schedule.last(), schedule.restarts()), (seconds(14), 1));
        assert_eq!(schedule.due(Duration::from_secs(4)), None);
        let mut all = Vec::new();
        while let Some(fault) = schedule.due(Duration::from_secs(100)) {
            all.push(fault);
        }
        let mut first = all.drain(..2).collect::<Vec<_>>();
        first.sort_by_key(|fault| matches!(fault, Fault::Cut(_)));
        assert_eq!(first, [Fault::Kill(1), Fault::Cut(partition)]);
        assert_eq!(all, [Fault::Heal, Fault::Restart(1)]);
        assert_eq!((schedule.due(Duration::MAX), schedule.last()), (None, None));
        assert_eq!(Schedule::of(&FaultArgs::default()).last(), None);
    }
}
