//! `wallet`: keep keys, look at accounts, send money, sign texts.
//!
//! Invariant: no secret is an argument; amounts and addresses are text here, and the program judges them.

use std::path::PathBuf;

use clap::ValueHint;

use crate::{KeyArgs, PassphraseArgs, SpendArgs, WaitArgs};

const WALLET_EXAMPLES: &str = "\
Examples:
  neuroshard wallet new                 make a wallet
  neuroshard wallet receive             show its address
  neuroshard wallet balance             look at the account
  neuroshard wallet send neuro1… 12.5   send 12.5 NEURO";

const NEW_EXAMPLES: &str = "\
Examples:
  neuroshard wallet new
  neuroshard wallet new savings
  neuroshard wallet new ci --passphrase-file secret.txt --json";

const IMPORT_EXAMPLES: &str = "\
Examples:
  neuroshard wallet import                           ask for the words
  neuroshard wallet import savings                   under this name
  neuroshard wallet import old --passphrase-file secret.txt < words.txt";

const LIST_EXAMPLES: &str = "\
Examples:
  neuroshard wallet list
  neuroshard wallet list --json";

const SHOW_EXAMPLES: &str = "\
Examples:
  neuroshard wallet show
  neuroshard wallet show savings
  neuroshard wallet show --node     the key that the node earns with";

const USE_EXAMPLES: &str = "\
Examples:
  neuroshard wallet use savings";

const BALANCE_EXAMPLES: &str = "\
Examples:
  neuroshard wallet balance
  neuroshard wallet balance neuro1…
  neuroshard wallet balance --verify    check the proof, trust no node";

const SEND_EXAMPLES: &str = "\
Examples:
  neuroshard wallet send neuro1… 12.5
  neuroshard wallet send neuro1… 0.001 --from savings --no-wait
  neuroshard wallet send neuro1… 5 --offline --out tx.json --nonce 3 \\
      --expires 9000 --chain CHAIN --fee-limit 0.01";

const BROADCAST_EXAMPLES: &str = "\
Examples:
  neuroshard wallet broadcast tx.json";

const HISTORY_EXAMPLES: &str = "\
Examples:
  neuroshard wallet history
  neuroshard wallet history neuro1… --json";

const RECEIVE_EXAMPLES: &str = "\
Examples:
  neuroshard wallet receive
  neuroshard wallet receive savings";

const EXPORT_EXAMPLES: &str = "\
Examples:
  neuroshard wallet export --reveal
  neuroshard wallet export --reveal savings
  neuroshard wallet export --reveal --node > words.txt";

const SIGN_EXAMPLES: &str = "\
Examples:
  neuroshard wallet sign \"this account is mine\"
  neuroshard wallet sign \"this account is mine\" savings --json";

const VERIFY_EXAMPLES: &str = "\
Examples:
  neuroshard wallet verify neuro1… \"this account is mine\" SIGNATURE";

const PASSWD_EXAMPLES: &str = "\
Examples:
  neuroshard wallet passwd
  neuroshard wallet passwd savings
  neuroshard wallet passwd --passphrase-file old --new-passphrase-file new";

/// Keep keys, look at accounts, send NEURO
///
/// A wallet is 12 words, kept encrypted under a passphrase in the folder wallets of the home. The words alone bring the
/// account back on any machine, so they belong on paper.
#[derive(Debug, clap::Args)]
#[command(after_help = WALLET_EXAMPLES)]
pub struct WalletArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: WalletCommand,
}

/// What to do with wallets: one variant a command.
#[derive(Debug, clap::Subcommand)]
#[expect(missing_docs, reason = "most variants' help text is the doc comment of their arguments")]
pub enum WalletCommand {
    New(WalletNewArgs),
    Import(WalletImportArgs),
    /// List the wallets in this home
    #[command(after_help = LIST_EXAMPLES)]
    List,
    /// Show a wallet's address and where it is kept
    #[command(after_help = SHOW_EXAMPLES)]
    Show(KeyArgs),
    Use(WalletUseArgs),
    Balance(BalanceArgs),
    Send(SendArgs),
    Broadcast(BroadcastArgs),
    History(HistoryArgs),
    /// Show the address to be paid at, on a terminal as a QR code too
    #[command(after_help = RECEIVE_EXAMPLES)]
    Receive(KeyArgs),
    Export(WalletExportArgs),
    Sign(SignArgs),
    Verify(VerifyTextArgs),
    Passwd(PasswdArgs),
}

/// Make a wallet
///
/// Asks for a passphrase of at least 8 characters and shows the 12 words once, on the terminal only. Without a terminal
/// the words are not shown: `wallet export --reveal` does that.
#[derive(Debug, clap::Args)]
#[command(after_help = NEW_EXAMPLES)]
pub struct WalletNewArgs {
    /// Name for the wallet: letters, digits, `-` and `_`
    #[arg(value_name = "NAME", default_value = "main")]
    pub name: String,

    /// What will open the wallet.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// Bring a wallet back from its 12 or 24 words
///
/// The words are asked for, or read from standard input when that is no terminal; capitals and spacing don't matter.
/// This is also the way to a new passphrase when the old one is lost.
#[derive(Debug, clap::Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub struct WalletImportArgs {
    /// Name for the wallet: letters, digits, `-` and `_`
    #[arg(value_name = "NAME", default_value = "main")]
    pub name: String,

    /// What will open the wallet.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// Choose the wallet that commands take when none is named
#[derive(Debug, clap::Args)]
#[command(after_help = USE_EXAMPLES)]
pub struct WalletUseArgs {
    /// Name of the wallet
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Show what an account has: available, staked, unbonding, pending
#[derive(Debug, clap::Args)]
#[command(after_help = BALANCE_EXAMPLES)]
pub struct BalanceArgs {
    /// Account to look at [default: the default wallet's, else the node key's]
    #[arg(value_name = "ADDRESS")]
    pub address: Option<String>,

    /// Check the proof that comes with the answer, so that no node has to be trusted
    #[arg(long)]
    pub verify: bool,
}

/// Send NEURO to an address
///
/// Asks before it sends; --yes answers. With --offline it signs without a network and writes the transaction to a file,
/// which any machine can then send with `wallet broadcast`.
#[derive(Debug, clap::Args)]
#[command(after_help = SEND_EXAMPLES)]
pub struct SendArgs {
    /// Address to send to
    #[arg(value_name = "TO")]
    pub to: String,

    /// How much, in NEURO, as in 12, 0.5 or `1_000`
    #[arg(value_name = "AMOUNT", allow_negative_numbers = true)]
    pub amount: String,

    /// Whose money it is.
    #[command(flatten)]
    pub spend: SpendArgs,

    /// Sign here without any network, and write the transaction to --out
    #[arg(long, requires_all = ["out", "nonce", "expires", "chain", "fee_limit"], conflicts_with_all = ["wait", "no_wait"])]
    pub offline: bool,

    /// With --offline: write the signed transaction to FILE, which must be new
    #[arg(long, value_name = "FILE", requires = "offline", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,

    /// With --offline: the account's next number, as `wallet balance` shows it
    #[arg(long, value_name = "N", requires = "offline")]
    pub nonce: Option<u64>,

    /// With --offline: the last height at which the transaction is valid
    #[arg(long, value_name = "HEIGHT", requires = "offline")]
    pub expires: Option<u64>,

    /// With --offline: the chain that the transaction is for
    #[arg(long, value_name = "ID", requires = "offline")]
    pub chain: Option<String>,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// Send a transaction that was signed offline
#[derive(Debug, clap::Args)]
#[command(after_help = BROADCAST_EXAMPLES)]
pub struct BroadcastArgs {
    /// A file that `wallet send --offline` wrote
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,

    /// How long to wait.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// List what came in and went out of an account
#[derive(Debug, clap::Args)]
#[command(after_help = HISTORY_EXAMPLES)]
pub struct HistoryArgs {
    /// Account to look at [default: the default wallet's, else the node key's]
    #[arg(value_name = "ADDRESS")]
    pub address: Option<String>,
}

/// Show the words that a wallet is made of
///
/// Whoever sees them can spend all that the account has, now and later.
#[derive(Debug, clap::Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct WalletExportArgs {
    /// Show the words
    #[arg(long, required = true)]
    pub reveal: bool,

    /// Whose words.
    #[command(flatten)]
    pub key: KeyArgs,

    /// What opens the wallet.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// Sign a text, to show whose account it is
///
/// A signed text is no transaction and cannot become one.
#[derive(Debug, clap::Args)]
#[command(after_help = SIGN_EXAMPLES)]
pub struct SignArgs {
    /// Text to sign
    #[arg(value_name = "TEXT")]
    pub text: String,

    /// Which key signs.
    #[command(flatten)]
    pub key: KeyArgs,

    /// What opens the wallet.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
}

/// Check who signed a text
#[derive(Debug, clap::Args)]
#[command(after_help = VERIFY_EXAMPLES)]
pub struct VerifyTextArgs {
    /// Address or public key of the signer
    #[arg(value_name = "ADDRESS|KEY")]
    pub signer: String,

    /// Text that was signed
    #[arg(value_name = "TEXT")]
    pub text: String,

    /// Signature that `wallet sign` printed
    #[arg(value_name = "SIGNATURE")]
    pub signature: String,
}

/// Change a wallet's passphrase
///
/// Copies of the wallet file made before keep the old one.
#[derive(Debug, clap::Args)]
#[command(after_help = PASSWD_EXAMPLES)]
pub struct PasswdArgs {
    /// Name of the wallet [default: the one that `wallet use` chose, else the oldest]
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// What opens the wallet now.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,

    /// Read the new one from the first line of FILE [default: `NEUROSHARD_NEW_PASSPHRASE`, else ask]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub new_passphrase_file: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use clap::Parser as _;

    use super::*;
    use crate::{Cli, Command};

    fn wallet(words: &str) -> Result<WalletCommand, clap::Error> {
        match Cli::try_parse_from(["neuroshard", "wallet"].into_iter().chain(words.split_whitespace()))?.command {
            Some(Command::Wallet(args)) => Ok(args.command),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn sending_waits_for_two_minutes_unless_told_otherwise() {
        let limit = |words: &str| match wallet(words).unwrap() {
            WalletCommand::Send(args) => args.wait.limit(),
            other => panic!("{other:?}"),
        };
        assert_eq!(limit("send a 1"), Some(Duration::from_mins(2)));
        assert_eq!(limit("send a 1 --wait 5s"), Some(Duration::from_secs(5)));
        assert_eq!(limit("send a 1 --no-wait"), None);
    }

    #[test]
    fn signing_offline_takes_all_that_a_node_would_have_said() {
        let all = "send a 1 --offline --out t --nonce 0 --expires 9 --chain c --fee-limit 1";
        assert!(wallet(all).is_ok());
        for flag in ["--out t", "--nonce 0", "--expires 9", "--chain c", "--fee-limit 1"] {
            assert!(wallet(&all.replace(flag, "")).is_err(), "without {flag}");
        }
        for more in ["--wait 5s", "--no-wait"] {
            assert!(wallet(&format!("{all} {more}")).is_err(), "{more}");
        }
        for lone in ["--out t", "--nonce 0", "--expires 9", "--chain c"] {
            assert!(wallet(&format!("send a 1 {lone}")).is_err(), "{lone} needs --offline");
        }
    }

    #[test]
    fn a_key_is_a_wallets_or_the_nodes_and_secrets_are_no_arguments() {
        for words in [
            "export main",
            "export --reveal --node main",
            "send a 1 --from b --node",
            "send a",
            "new --passphrase secret",
            "new --words abandon",
            "import main abandon abandon",
            "verify a b",
            "use",
            "",
        ] {
            assert!(wallet(words).is_err(), "{words}");
        }
        for words in
            ["export --reveal", "export --reveal --node", "show --node", "sign hello main", "sign hello --node"]
        {
            assert!(wallet(words).is_ok(), "{words}");
        }
        let WalletCommand::New(args) = wallet("new").unwrap() else { panic!() };
        assert_eq!(args.name, "main");
    }

    #[test]
    fn a_negative_amount_reaches_the_parser_that_says_why_not() {
        let WalletCommand::Send(args) = wallet("send a -5").unwrap() else { panic!() };
        assert_eq!(args.amount, "-5");
    }
}
