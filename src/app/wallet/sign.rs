//! `wallet sign` and `wallet verify`: texts that show whose account it is.

use std::fmt;

use neuroshard_commands::{SignArgs, VerifyTextArgs};
use serde::Serialize;

use super::{open, whose};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::keystore;
use crate::types::{Address, PublicKey, Signature};

pub(super) fn sign(cx: &Context, args: &SignArgs) -> Result<Exit, AppError> {
    let whose = whose(cx, args.key.name.as_deref(), args.key.node)?;
    let key = open(cx, &whose, &args.passphrase)?.secret_key().map_err(AppError::internal)?;
    let signature = keystore::sign(&key, &args.text).map_err(AppError::internal)?;
    let public_key = key.public();
    cx.out.emit(&Signed { address: Address::of(&public_key), public_key, signature })?;
    Ok(Exit::Success)
}

pub(super) fn verify(cx: &Context, args: &VerifyTextArgs) -> Result<Exit, AppError> {
    let signature = keystore::parse_signature(&args.signature).map_err(AppError::usage)?;
    let public_key = if let Ok(key) = keystore::parse_key(&args.signer) {
        keystore::verify(&key, &args.text, &signature).map(|()| key)
    } else {
        let address = args.signer.parse::<Address>();
        let address = address.map_err(|error| AppError::usage(error).hint("a public key has 66 hexadecimal digits"))?;
        keystore::verify_address(&address, &args.text, &signature)
    };
    let public_key = public_key
        .map_err(|error| AppError::refused(error).hint("the text has to be the same to the last letter and space"))?;
    cx.out.emit(&Checked { valid: true, address: Address::of(&public_key), public_key })?;
    Ok(Exit::Success)
}

#[derive(Serialize)]
struct Signed {
    address: Address,
    public_key: PublicKey,
    signature: Signature,
}

impl Report for Signed {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.signature)
    }
}

#[derive(Serialize)]
struct Checked {
    valid: bool,
    address: Address,
    public_key: PublicKey,
}

impl Report for Checked {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "valid: signed by {}", self.address)
    }
}
