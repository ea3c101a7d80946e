//! `wallet export --reveal`: the one report that has a secret in it.

use std::fmt;

use neuroshard_commands::WalletExportArgs;
use serde::Serialize;

use super::{Whose, open, whose};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::keystore::DERIVATION_PATH;
use crate::types::Address;

pub(super) fn export(cx: &Context, args: &WalletExportArgs) -> Result<Exit, AppError> {
    let whose = whose(cx, args.key.name.as_deref(), args.key.node)?;
    let mnemonic = open(cx, &whose, &args.passphrase)?;
    let secret = mnemonic.secret_key().map_err(AppError::internal)?;
    let words = mnemonic.words();
    cx.out.emit(&Revealed {
        name: match &whose {
            Whose::Wallet(name) => Some(name.to_string()),
            Whose::Node => None,
        },
        address: Address::of(&secret.public()),
        mnemonic: words.as_str(),
        derivation_path: DERIVATION_PATH,
    })?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Revealed<'a> {
    name: Option<String>,
    address: Address,
    mnemonic: &'a str,
    derivation_path: &'static str,
}

impl Report for Revealed<'_> {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.mnemonic)
    }
}
