//! The home: whether it can be written, who else can, what room is left, and the node's key.

use std::path::Path;

use super::Check;
use crate::keystore::{NodeKey, NodeKeyError};

pub(super) fn checks(home: &Path) -> Vec<Check> {
    let mut checks = vec![writable(home)];
    checks.extend(room(home));
    checks.extend(permissions(home));
    checks.push(key(home));
    checks
}

/// The home, or the nearest folder above it that is there.
fn nearest(home: &Path) -> &Path {
    home.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"))
}

fn writable(home: &Path) -> Check {
    const MEND: &str = "make it writable, or choose another with --home DIR or NEUROSHARD_HOME";
    let folder = nearest(home);
    if !folder.is_dir() {
        return Check::fail("home", format!("{} is no folder", folder.display()), MEND);
    }
    match can_write(folder) {
        Err(error) => Check::fail("home", format!("{} can't be written: {error}", folder.display()), MEND),
        Ok(()) if folder == home => Check::ok("home", format!("{} is writable", home.display())),
        Ok(()) => Check::ok("home", format!("{} is made at the first start", home.display())),
    }
}

#[cfg(unix)]
fn can_write(folder: &Path) -> std::io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(folder, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK)?)
}

#[cfg(not(unix))]
fn can_write(folder: &Path) -> std::io::Result<()> {
    let readonly = std::fs::metadata(folder)?.permissions().readonly();
    if readonly { Err(std::io::ErrorKind::PermissionDenied.into()) } else { Ok(()) }
}

#[cfg(unix)]
fn room(home: &Path) -> Option<Check> {
    /// A checkpoint of the smallest model and a day of its chain.
    const LEAST_BYTES: u64 = 200 << 20;
    const COMFORTABLE_BYTES: u64 = 2 << 30;
    let free = crate::node::free_space(nearest(home))?;
    let detail = format!("{} free", super::machine::size(free));
    let mend = "make room there, or choose another disk with --home DIR";
    Some(if free < LEAST_BYTES {
        Check::fail("space", detail, mend)
    } else if free < COMFORTABLE_BYTES {
        Check::warn("space", detail, mend)
    } else {
        Check::ok("space", detail)
    })
}

#[cfg(not(unix))]
fn room(_: &Path) -> Option<Check> {
    None
}

#[cfg(unix)]
fn permissions(home: &Path) -> Option<Check> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(home).ok()?.permissions().mode() & 0o777;
    let detail = format!("the home has mode {mode:o}");
    if mode & 0o022 == 0 {
        return Some(Check::ok("permissions", detail));
    }
    let detail = format!("{detail}: other users of this machine can change what is in it");
    Some(Check::fail("permissions", detail, format!("chmod 700 '{}'", home.display())))
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Option<Check> {
    None
}

fn key(home: &Path) -> Check {
    const NAME: &str = "node key";
    match NodeKey::load(home) {
        Ok(key) => Check::ok(NAME, format!("{} in {}", key.address(), key.path().display())),
        Err(NodeKeyError::None(_)) => Check::ok(NAME, "is made at the first start"),
        Err(error @ NodeKeyError::Open { .. }) => {
            Check::fail(NAME, error.to_string(), format!("chmod 600 '{}'", NodeKey::path_in(home).display()))
        }
        Err(error) => Check::fail(NAME, error.to_string(), "put a copy of the file in its place"),
    }
}
