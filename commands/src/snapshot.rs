//! `snapshot`: copy a ledger's state to a file, and begin a ledger from one.

use std::path::PathBuf;

use clap::ValueHint;

const SNAPSHOT_EXAMPLES: &str = "\
Examples:
  neuroshard snapshot export ledger.snapshot
  neuroshard snapshot import ledger.snapshot --trust HASH";

const EXPORT_EXAMPLES: &str = "\
Examples:
  neuroshard snapshot export ledger.snapshot";

const IMPORT_EXAMPLES: &str = "\
Examples:
  neuroshard snapshot import ledger.snapshot --trust HASH
  neuroshard snapshot import ledger.snapshot --trust HASH --network ours.toml";

/// Copy a ledger's state to a file, and begin a ledger from one
///
/// For a backup, or to take up a chain elsewhere. No node may run on the home meanwhile.
#[derive(Debug, clap::Args)]
#[command(after_help = SNAPSHOT_EXAMPLES)]
pub struct SnapshotArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: SnapshotCommand,
}

/// What to do with a snapshot.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "each variant's help text is the doc comment of its arguments")]
pub enum SnapshotCommand {
    Export(SnapshotExportArgs),
    Import(SnapshotImportArgs),
}

/// Write the state after the last block into a file
#[derive(Debug, clap::Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct SnapshotExportArgs {
    /// The file, which must not exist yet
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// Begin a ledger from a file
///
/// Nothing in the file is believed: its records have to be those of the block that you trust, and that block has to be
/// final.
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub struct SnapshotImportArgs {
    /// The file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,

    /// Hash of the block that it is of, from someone you trust; `snapshot export` prints it
    #[arg(long, value_name = "HASH")]
    pub trust: String,
}
