//! `wallet list`, `show`, `use` and `receive`: what can be said without a passphrase.

use std::fmt;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use anstyle::{AnsiColor, Color, Style};
use fast_qr::QRBuilder;
use neuroshard_commands::{KeyArgs, WalletUseArgs};
use serde::Serialize;

use super::{Whose, explain, explain_node_key, parse_name, whose};
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::keystore::{NodeKey, WalletName, Wallets};
use crate::types::Address;

/// Light on dark whatever the terminal's own colours are, as the drawing means it.
const CODE: Style = AnsiColor::BrightWhite.on_default().bg_color(Some(Color::Ansi(AnsiColor::Black)));

pub(super) fn list(cx: &Context) -> Result<Exit, AppError> {
    let wallets = Wallets::at(&cx.home()?);
    let listing = wallets.list().map_err(explain)?;
    let default = wallets.default_name().ok();
    for (name, wallet) in &listing.wallets {
        cx.out.emit(&Row(Shown {
            name: Some(name.to_string()),
            address: wallet.address(),
            path: wallets.path(name),
            created: wallet.created().ok().map(|created| created.to_string()),
            default: default.as_ref() == Some(name),
        }))?;
    }
    for broken in &listing.broken {
        cx.out.warn(broken);
    }
    if listing.wallets.is_empty() && listing.broken.is_empty() {
        cx.out.note("There is no wallet yet.");
        cx.out.hint("`neuroshard wallet new` makes one");
    }
    Ok(Exit::Success)
}

pub(super) fn show(cx: &Context, args: &KeyArgs) -> Result<Exit, AppError> {
    cx.out.emit(&find(cx, args)?)?;
    Ok(Exit::Success)
}

pub(super) fn choose(cx: &Context, args: &WalletUseArgs) -> Result<Exit, AppError> {
    let wallets = Wallets::at(&cx.home()?);
    let name = parse_name(&args.name)?;
    wallets.choose(&name).map_err(explain)?;
    cx.out.emit(&shown(&wallets, &name)?)?;
    Ok(Exit::Success)
}

pub(super) fn receive(cx: &Context, args: &KeyArgs) -> Result<Exit, AppError> {
    let Shown { name, address, .. } = find(cx, args)?;
    let drawn = io::stdout().is_terminal() && !cx.out.is_json();
    let code = drawn.then(|| QRBuilder::new(address.to_string()).build().ok()).flatten();
    let code = code.map(|code| code.to_str());
    cx.out.emit(&Receive { name, address, code })?;
    Ok(Exit::Success)
}

fn find(cx: &Context, args: &KeyArgs) -> Result<Shown, AppError> {
    let home = cx.home()?;
    let wallets = Wallets::at(&home);
    match whose(cx, args.name.as_deref(), args.node)? {
        Whose::Wallet(name) => shown(&wallets, &name),
        Whose::Node => {
            let key = NodeKey::load(&home).map_err(explain_node_key)?;
            let path = key.path().to_owned();
            Ok(Shown { name: None, address: key.address(), path, created: None, default: false })
        }
    }
}

fn shown(wallets: &Wallets, name: &WalletName) -> Result<Shown, AppError> {
    let wallet = wallets.load(name).map_err(explain)?;
    Ok(Shown {
        name: Some(name.to_string()),
        address: wallet.address(),
        path: wallets.path(name),
        created: wallet.created().ok().map(|created| created.to_string()),
        default: wallets.default_name().is_ok_and(|default| default == *name),
    })
}

/// A wallet, or the node's key, which has no name.
#[derive(Serialize)]
struct Shown {
    name: Option<String>,
    address: Address,
    path: PathBuf,
    created: Option<String>,
    default: bool,
}

impl Report for Shown {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Self { name, address, path, created, default } = self;
        match name {
            Some(name) if *default => writeln!(w, "{name} (the default)")?,
            Some(name) => writeln!(w, "{name}")?,
            None => writeln!(w, "the node's key")?,
        }
        writeln!(w, "  address  {address}")?;
        if let Some(created) = created {
            writeln!(w, "  since    {created}")?;
        }
        writeln!(w, "  file     {}", path.display())
    }
}

/// The same in one line.
#[derive(Serialize)]
#[serde(transparent)]
struct Row(Shown);

impl Report for Row {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        let Shown { name, address, default, .. } = &self.0;
        let mark = if *default { '*' } else { ' ' };
        writeln!(w, "{mark} {address}  {}", name.as_deref().unwrap_or_default())
    }
}

#[derive(Serialize)]
struct Receive {
    name: Option<String>,
    address: Address,
    #[serde(skip)]
    code: Option<String>,
}

impl Report for Receive {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        for line in self.code.iter().flat_map(|code| code.lines()) {
            writeln!(w, "{CODE}{line}{CODE:#}")?;
        }
        writeln!(w, "{}", self.address)
    }
}
