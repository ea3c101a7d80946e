//! `wallet`: one function a subcommand. What needs no node is here and in the files beside `chain`.
//!
//! Invariants: words and keys leave through `export --reveal`, or once on the terminal when a wallet is made, and in no
//! other way; a wallet file is replaced by `passwd` alone.

mod chain;
mod create;
mod export;
mod passwd;
mod show;
mod sign;

use std::path::Path;

use neuroshard_commands::{PassphraseArgs, WalletArgs, WalletCommand};

use super::prompt::{self, Source};
use super::{AppError, Context, Exit};
use crate::keystore::{Mnemonic, NodeKey, NodeKeyError, SealedError, WalletName, Wallets, WalletsError};
use crate::types::Address;

pub(super) fn wallet(cx: &Context, args: &WalletArgs) -> Result<Exit, AppError> {
    match &args.command {
        WalletCommand::New(args) => create::new(cx, args),
        WalletCommand::Import(args) => create::import(cx, args),
        WalletCommand::List => show::list(cx),
        WalletCommand::Show(args) => show::show(cx, args),
        WalletCommand::Use(args) => show::choose(cx, args),
        WalletCommand::Receive(args) => show::receive(cx, args),
        WalletCommand::Export(args) => export::export(cx, args),
        WalletCommand::Sign(args) => sign::sign(cx, args),
        WalletCommand::Verify(args) => sign::verify(cx, args),
        WalletCommand::Passwd(args) => passwd::passwd(cx, args),
        WalletCommand::Balance(args) => chain::balance(cx, args),
        WalletCommand::Send(args) => chain::send(cx, args),
        WalletCommand::Broadcast(args) => chain::broadcast(cx, args),
        WalletCommand::History(args) => chain::history(cx, args),
    }
}

/// Whose key a command was asked to take.
pub(super) enum Whose {
    /// A wallet's.
    Wallet(WalletName),
    /// The node's own.
    Node,
}

/// The wallet that is named, or the node's key, or else the default wallet.
pub(super) fn whose(cx: &Context, name: Option<&str>, node: bool) -> Result<Whose, AppError> {
    if node { Ok(Whose::Node) } else { named_or_default(&Wallets::at(&cx.home()?), name).map(Whose::Wallet) }
}

/// The account that is named, or else the default wallet's, or else the node's.
pub(super) fn account(cx: &Context, address: Option<&str>) -> Result<Address, AppError> {
    if let Some(address) = address {
        return address.parse().map_err(AppError::usage);
    }
    let home = cx.home()?;
    let wallets = Wallets::at(&home);
    match wallets.default_name() {
        Ok(name) => wallets.load(&name).map(|wallet| wallet.address()).map_err(explain),
        Err(none @ WalletsError::None) => match NodeKey::load(&home) {
            Ok(key) => Ok(key.address()),
            Err(NodeKeyError::None(_)) => Err(explain(none)),
            Err(error) => Err(explain_node_key(error)),
        },
        Err(error) => Err(explain(error)),
    }
}

/// The words of a wallet, or of the node; asks for the passphrase where one is needed.
pub(super) fn open(cx: &Context, whose: &Whose, passphrase: &PassphraseArgs) -> Result<Mnemonic, AppError> {
    match whose {
        Whose::Wallet(name) => {
            unlock(cx, &Wallets::at(&cx.home()?), name, Source::current(passphrase.passphrase_file.as_deref()))
        }
        Whose::Node => NodeKey::load(&cx.home()?).map(NodeKey::into_mnemonic).map_err(explain_node_key),
    }
}

fn named_or_default(wallets: &Wallets, name: Option<&str>) -> Result<WalletName, AppError> {
    name.map_or_else(|| wallets.default_name().map_err(explain), parse_name)
}

fn parse_name(name: &str) -> Result<WalletName, AppError> {
    name.parse().map_err(AppError::usage)
}

/// Opens a wallet; one that is typed may be typed again.
fn unlock(cx: &Context, wallets: &Wallets, name: &WalletName, source: Source<'_>) -> Result<Mnemonic, AppError> {
    let wallet = wallets.load(name).map_err(explain)?;
    let mut tries = 1;
    loop {
        let (passphrase, typed) = prompt::passphrase(source, &format!("wallet {name}"))?;
        match wallet.open(&passphrase) {
            Err(error @ SealedError::Passphrase) if typed && tries < prompt::TRIES => cx.out.warn(error),
            opened => return opened.map_err(|error| explain_sealed(error, &wallets.path(name))),
        }
        tries += 1;
    }
}

fn explain(error: WalletsError) -> AppError {
    let hint = match &error {
        WalletsError::Unknown(_) => "`neuroshard wallet list` shows those there are",
        WalletsError::None => "`neuroshard wallet new` makes one; --node names the account of the node on this home",
        WalletsError::Taken(_) => "give another name",
        WalletsError::Renamed { .. } => "give the file its name back",
        WalletsError::File { source: SealedError::Newer(_), .. } => "a newer neuroshard made it; use that one",
        WalletsError::File { .. } => {
            "put a copy of the file in its place, or `neuroshard wallet import NAME` brings it back from its words"
        }
        WalletsError::Io { .. } => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}

fn explain_sealed(error: SealedError, path: &Path) -> AppError {
    match error {
        SealedError::Passphrase => AppError::refused(error)
            .hint("with its words, `neuroshard wallet import NAME` brings the wallet back under a new passphrase"),
        source => explain(WalletsError::File { path: path.to_owned(), source }),
    }
}

fn explain_node_key(error: NodeKeyError) -> AppError {
    let hint = match &error {
        NodeKeyError::None(_) => "`neuroshard node` makes it at its first start".to_owned(),
        NodeKeyError::Open { path, .. } => format!("chmod 600 '{}'", path.display()),
        NodeKeyError::Damaged(_) => "write its 12 words into the file, or move it away for a new key".to_owned(),
        NodeKeyError::Io { .. } | NodeKeyError::Mnemonic(_) => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}
