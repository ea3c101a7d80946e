//! Data parallelism over the processor's cores: a micro-batch's rows are shared out, one lane a core.
//!
//! Each lane has its own gradient graph and runs on a thread of its own with no further threads below it, because most
//! tensors of a small model are too small to be worth sharing out one by one. Invariant: lanes are cut by the number of
//! threads and their results added in order, so that the numbers depend on that count alone, never on timing.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::ops::Range;
use std::sync::LazyLock;

/// A pool of one thread for each lane: what runs in it finds itself alone.
static POOLS: LazyLock<Vec<ThreadPool>> = LazyLock::new(|| {
    let lane = |index| ThreadPoolBuilder::new().num_threads(1).thread_name(move |_| format!("lane-{index}")).build();
    // Without threads to be had, everything runs in one lane.
    (0..rayon::current_num_threads()).map_while(|index| lane(index).ok()).collect()
});

/// The rows of each lane, none empty.
pub(super) fn cut(rows: usize) -> Vec<Range<usize>> {
    let lanes = POOLS.len().clamp(1, rows.max(1));
    (0..lanes).map(|lane| lane * rows / lanes..(lane + 1) * rows / lanes).collect()
}

/// Does the work of every lane at the same time; results in the order of the lanes.
pub(super) fn run<T: Send, R: Send>(lanes: Vec<T>, work: impl Fn(T) -> R + Sync) -> Vec<R> {
    if lanes.len() == 1 {
        return lanes.into_iter().map(work).collect();
    }
    let work = &work;
    std::thread::scope(|scope| {
        let started: Vec<_> = lanes
            .into_iter()
            .zip(POOLS.iter())
            .map(|(lane, pool)| scope.spawn(|| pool.install(|| work(lane))))
            .collect();
        let join = |lane: std::thread::ScopedJoinHandle<'_, R>| match lane.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        started.into_iter().map(join).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_lane_is_alone_and_results_keep_their_order() {
        let lanes: Vec<usize> = (0..cut(64).len()).collect();
        let alone = lanes.len() > 1;
        let results = run(lanes.clone(), |lane| (lane, rayon::current_num_threads()));
        assert_eq!(results.iter().map(|result| result.0).collect::<Vec<_>>(), lanes);
        assert!(!alone || results.iter().all(|result| result.1 == 1));
    }

    proptest! {
        #[test]
        fn prop_lanes_cover_all_rows(rows in 1usize..100) {
            let lanes = cut(rows);
            prop_assert_eq!(lanes.iter().cloned().flatten().collect::<Vec<_>>(), (0..rows).collect::<Vec<_>>());
            prop_assert!(lanes.iter().all(|lane| !lane.is_empty()));
        }
    }
}
