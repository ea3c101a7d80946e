//! The work that a registration shows.

use crate::ledger::nodes::{Work, work_bits};
use crate::types::{Address, ChainId};
use tokio_util::sync::CancellationToken;

/// Numbers tried between two looks whether to stop.
const LOOK_EVERY: u64 = 4096;

/// Searches a number whose hash begins with so many zero bits; nothing when told to stop.
pub(in crate::node) fn find(chain: ChainId, node: Address, bits: u64, stop: &CancellationToken) -> Option<Work> {
    let mut number: u64 = 0;
    loop {
        if number.is_multiple_of(LOOK_EVERY) && stop.is_cancelled() {
            return None;
        }
        if u64::from(work_bits(chain, node, Work(number))) >= bits {
            return Some(Work(number));
        }
        number = number.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::tests::{address, hash};

    #[test]
    fn work_is_found_and_a_search_can_be_ended() {
        let (chain, stop) = (ChainId(hash(1)), CancellationToken::new());
        let work = find(chain, address(1), 8, &stop).unwrap();
        assert!(work_bits(chain, address(1), work) >= 8);
        stop.cancel();
        assert_eq!(find(chain, address(1), 200, &stop), None);
    }
}
