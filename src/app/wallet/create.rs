//! `wallet new` and `wallet import`.
//!
//! Invariant: the words are shown once, on a terminal, after the wallet file is safely on the disk; they are part of no
//! report.

use std::fmt::{self, Write as _};
use std::io::{self, Read as _};
use std::path::PathBuf;

use anyhow::anyhow;
use jiff::{Timestamp, Unit};
use neuroshard_commands::{WalletImportArgs, WalletNewArgs};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{explain, parse_name};
use crate::app::output::Report;
use crate::app::prompt::{self, Source};
use crate::app::{AppError, Context, Exit};
use crate::keystore::{Kdf, Mnemonic, MnemonicError, Sealed, SealedError, WalletName, Wallets, WalletsError};
use crate::types::Address;

/// Far more than 24 words have.
const WORDS_BYTES_MAX: u64 = 4096;
const WORDS_IN_A_ROW: usize = 4;

pub(super) fn new(cx: &Context, args: &WalletNewArgs) -> Result<Exit, AppError> {
    let (wallets, name) = free_place(cx, &args.name)?;
    let source = Source::current(args.passphrase.passphrase_file.as_deref());
    let passphrase = prompt::new_passphrase(cx, source, &format!("wallet {name}"))?;
    let mnemonic = Mnemonic::generate().map_err(AppError::refused)?;
    let sealed = Sealed::seal(&mnemonic, &name, &passphrase, Kdf::DEFAULT, now()).map_err(sealing)?;
    let path = wallets.create(&sealed).map_err(explain)?;
    let shown = cx.out.show_on_terminal(&show(&mnemonic));
    cx.out.emit(&Kept { verb: "made", name: name.to_string(), address: sealed.address(), path })?;
    if !shown {
        cx.out.hint(format_args!(
            "the wallet is 12 words, which were not shown: write down what `neuroshard wallet export --reveal {name}` says"
        ));
    }
    Ok(Exit::Success)
}

pub(super) fn import(cx: &Context, args: &WalletImportArgs) -> Result<Exit, AppError> {
    let (wallets, name) = free_place(cx, &args.name)?;
    let mnemonic = Mnemonic::parse(&read_words()?).map_err(refused_words)?;
    let source = Source::current(args.passphrase.passphrase_file.as_deref());
    let passphrase = prompt::new_passphrase(cx, source, &format!("wallet {name}"))?;
    let sealed = Sealed::seal(&mnemonic, &name, &passphrase, Kdf::DEFAULT, now()).map_err(sealing)?;
    let listing = wallets.list().map_err(explain)?;
    for (other, _) in listing.wallets.iter().filter(|(_, wallet)| wallet.address() == sealed.address()) {
        cx.out.warn(format_args!("`{other}` is the same wallet; it keeps its own passphrase"));
    }
    let path = wallets.create(&sealed).map_err(explain)?;
    cx.out.emit(&Kept { verb: "imported", name: name.to_string(), address: sealed.address(), path })?;
    Ok(Exit::Success)
}

/// Says no before anything is asked, when the name cannot be had.
fn free_place(cx: &Context, name: &str) -> Result<(Wallets, WalletName), AppError> {
    let name = parse_name(name)?;
    let wallets = Wallets::at(&cx.home()?);
    if wallets.has(&name) {
        return Err(explain(WalletsError::Taken(name)));
    }
    Ok((wallets, name))
}

/// The words from whoever sits at the terminal, or from a pipe.
fn read_words() -> Result<Zeroizing<String>, AppError> {
    if prompt::is_answerable() {
        return prompt::words();
    }
    let mut words = Zeroizing::new(String::with_capacity(WORDS_BYTES_MAX as usize));
    let read = io::stdin().lock().take(WORDS_BYTES_MAX).read_to_string(&mut words);
    read.map_err(|error| AppError::refused(error).while_doing("cannot read the words from standard input"))?;
    if words.trim().is_empty() {
        return Err(AppError::usage(anyhow!("the words are missing"))
            .hint("type them on a terminal, or pipe them in: neuroshard wallet import < words.txt"));
    }
    Ok(words)
}

fn refused_words(error: MnemonicError) -> AppError {
    let hint = match &error {
        MnemonicError::Count(_) => "separate them by spaces or new lines",
        MnemonicError::Checksum => "compare each with what was written down, and their order",
        _ => return AppError::refused(error),
    };
    AppError::refused(error).hint(hint)
}

fn sealing(error: SealedError) -> AppError {
    AppError::refused(error).while_doing("cannot seal the wallet")
}

/// To the second: nobody needs to know more.
fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now)
}

/// The words in numbered rows, with what they are for.
fn show(mnemonic: &Mnemonic) -> Zeroizing<String> {
    let words = mnemonic.words();
    let mut text = Zeroizing::new(String::with_capacity(1024));
    text.push_str(
        "Write these 12 words on paper, in this order. They alone bring the account back,\n\
         and whoever else has them has your NEURO. They are not shown again by themselves.\n\n",
    );
    for (index, word) in words.split(' ').enumerate() {
        let end = if (index + 1).is_multiple_of(WORDS_IN_A_ROW) { "\n" } else { "" };
        let _ = write!(text, "  {:>2} {word:<9}{end}", index + 1);
    }
    text.push('\n');
    text
}

/// A wallet that is now kept here.
#[derive(Serialize)]
struct Kept {
    #[serde(skip)]
    verb: &'static str,
    name: String,
    address: Address,
    path: PathBuf,
}

impl Report for Kept {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Self { verb, name, address, path } = self;
        writeln!(w, "{verb} wallet {name}\n  address  {address}\n  file     {}", path.display())
    }
}
