//! `wallet passwd`: the same words under another passphrase.

use std::fmt;
use std::path::PathBuf;

use neuroshard_commands::PasswdArgs;
use serde::Serialize;

use super::{explain, named_or_default, unlock};
use crate::app::output::Report;
use crate::app::prompt::{self, Source};
use crate::app::{AppError, Context, Exit};
use crate::keystore::{Kdf, Wallets};
use crate::types::Address;

pub(super) fn passwd(cx: &Context, args: &PasswdArgs) -> Result<Exit, AppError> {
    let wallets = Wallets::at(&cx.home()?);
    let name = named_or_default(&wallets, args.name.as_deref())?;
    let wallet = wallets.load(&name).map_err(explain)?;
    let current = Source::current(args.passphrase.passphrase_file.as_deref());
    let mnemonic = unlock(cx, &wallets, &name, current)?;
    let new = Source::new(args.new_passphrase_file.as_deref());
    let passphrase = prompt::new_passphrase(cx, new, &format!("wallet {name}"))?;
    let sealed = wallet.seal_again(&mnemonic, &passphrase, Kdf::DEFAULT).map_err(AppError::refused)?;
    let path = wallets.replace(&sealed).map_err(explain)?;
    cx.out.emit(&Changed { name: name.to_string(), address: sealed.address(), path })?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Changed {
    name: String,
    address: Address,
    path: PathBuf,
}

impl Report for Changed {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "wallet {} has a new passphrase", self.name)
    }
}
