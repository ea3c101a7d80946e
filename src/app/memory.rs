//! How much memory this process holds, where the system tells.

use std::fs;

/// The most that it has held so far, in bytes.
pub(super) fn peak() -> Option<u64> {
    status("VmHWM:")
}

/// What it holds now, in bytes.
pub(super) fn held() -> Option<u64> {
    status("VmRSS:")
}

fn status(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}
