//! `node service`: the systemd unit that runs a node, printed or put in its place.
//!
//! Invariants: the unit names this program and this home by absolute paths and no shell reads it, so that any name is safe
//! in it; a unit that is there and says something else is replaced only by somebody who was asked.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use etcetera::BaseStrategy as _;
use neuroshard_commands::{NodeArgs, NodeServiceArgs, Preset};
use serde::Serialize;

use crate::app::context::refused;
use crate::app::output::Report;
use crate::app::{AppError, Context, Exit};
use crate::config::{Layer, Origin};

const FILE_NAME: &str = "neuroshard.service";
/// Where the system's own units go.
const SYSTEM_FOLDER: &str = "/etc/systemd/system";

pub(super) fn service(cx: &Context, before: &NodeArgs, args: &NodeServiceArgs) -> Result<Exit, AppError> {
    let flags = Layer::flags(&args.flags).map_err(refused)?.or(Layer::flags(before).map_err(refused)?);
    // What the node would refuse is refused before it is written down.
    cx.settings(flags.clone())?;
    let flags = Layer { network: cx.network_flag().map(ToOwned::to_owned), ..flags };
    let home = cx.home()?;
    let program = std::env::current_exe().map_err(AppError::internal)?;
    let owner = ["SUDO_USER", "USER"].into_iter().find_map(|name| std::env::var(name).ok());
    let owner = owner.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let config = cx.config_place()?;
    let config = (config.source.origin != Origin::Default).then_some(config.path);
    let unit = Unit { program, home, config, flags, owner: owner.filter(|_| args.system) };
    let text = unit.text(args.system)?;
    let folder = if args.system { PathBuf::from(SYSTEM_FOLDER) } else { user_folder()? };
    let path = folder.join(FILE_NAME);
    if !args.install {
        cx.out.emit(&Shown { unit: text, path, installed: false })?;
        cx.out.hint("--install writes it where systemd finds it");
        return Ok(Exit::Success);
    }
    if let Some(exit) = install(cx, &path, &text)? {
        return Ok(exit);
    }
    cx.out.emit(&Shown { unit: text, path, installed: true })?;
    unit.provide_home(cx, args.system)?;
    next_steps(cx, args.system);
    Ok(Exit::Success)
}

fn next_steps(cx: &Context, system: bool) {
    let (systemctl, journal) =
        if system { ("sudo systemctl", "journalctl -u") } else { ("systemctl --user", "journalctl --user -u") };
    cx.out.hint(format_args!(
        "start it now and with the machine: {systemctl} daemon-reload && {systemctl} enable --now neuroshard"
    ));
    if !system {
        cx.out.hint("let it run while you are logged out: loginctl enable-linger");
    }
    cx.out.hint(format_args!("see how it is: {systemctl} status neuroshard; {journal} neuroshard -f"));
}

/// Where systemd looks for this user's units.
fn user_folder() -> Result<PathBuf, AppError> {
    let strategy = etcetera::base_strategy::Xdg::new();
    let strategy =
        strategy.map_err(|error| AppError::refused(error).while_doing("cannot find your configuration directory"))?;
    Ok(strategy.config_dir().join("systemd/user"))
}

/// Writes the unit, after asking; gives the exit code of a no.
fn install(cx: &Context, path: &Path, text: &str) -> Result<Option<Exit>, AppError> {
    let there = match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(AppError::refused(error).while_doing(format!("cannot read `{}`", path.display()))),
    };
    if there.as_deref() == Some(text.as_bytes()) {
        return Ok(None);
    }
    let question = match there {
        Some(_) => format!("Replace the unit at {}, which says something else?", path.display()),
        None => format!("Write {}?", path.display()),
    };
    if let Some(exit) = cx.confirm(&question)? {
        return Ok(Some(exit));
    }
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(unwritten(path))?;
    Ok(None)
}

fn unwritten(path: &Path) -> impl FnOnce(std::io::Error) -> AppError {
    move |error| AppError::refused(error).while_doing(format!("cannot write `{}`", path.display()))
}

#[derive(Serialize)]
struct Shown {
    path: PathBuf,
    installed: bool,
    unit: String,
}

impl Report for Shown {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        if self.installed { writeln!(w, "installed {}", self.path.display()) } else { w.write_str(&self.unit) }
    }
}

/// What a unit is made of.
struct Unit {
    program: PathBuf,
    home: PathBuf,
    config: Option<PathBuf>,
    flags: Layer,
    /// Who runs a unit of the machine.
    owner: Option<String>,
}

impl Unit {
    /// Makes the home: the unit may write nowhere else, and systemd starts nothing that lacks such a folder.
    fn provide_home(&self, cx: &Context, system: bool) -> Result<(), AppError> {
        if !system {
            return crate::keystore::file::create_folder(&self.home).map_err(unwritten(&self.home));
        }
        if !self.home.is_dir() {
            // Whoever installs units of the machine is root, and the node is not.
            let owner = self.owner.as_deref().unwrap_or("root");
            cx.out.hint(format_args!("make its home first: install -d -m 700 -o {owner} '{}'", self.home.display()));
        }
        Ok(())
    }

    fn text(&self, system: bool) -> Result<String, AppError> {
        let words = self.words()?;
        let quoted: Vec<String> = words.iter().map(|word| quoted(word, true)).collect();
        let home = quoted_path(&self.home)?;
        let after = if system { "Wants=network-online.target\nAfter=network-online.target\n" } else { "" };
        let user = self.owner.as_ref().map(|owner| format!("User={owner}\n")).unwrap_or_default();
        // What a private /tmp would hide stays visible.
        let shared = [Path::new("/tmp"), Path::new("/var/tmp")];
        let uses_shared = words.iter().any(|word| shared.iter().any(|folder| Path::new(word).starts_with(folder)));
        let target = if system { "multi-user.target" } else { "default.target" };
        Ok(format!(
            "\
[Unit]
Description=NeuroShard node
{after}StartLimitIntervalSec=300
StartLimitBurst=5

[Service]
Type=notify
ExecStart={command}
{user}Restart=on-failure
RestartSec=5
# Wrong usage does not become right by itself.
RestartPreventExitStatus=2
TimeoutStartSec=600
TimeoutStopSec=20
Nice=10
NoNewPrivileges=yes
RestrictSUIDSGID=yes
LockPersonality=yes
PrivateTmp={private}
ProtectSystem=strict
ReadWritePaths={home}

[Install]
WantedBy={target}
",
            command = quoted.join(" "),
            private = if uses_shared { "no" } else { "yes" },
        ))
    }

    /// The command line, with absolute paths.
    fn words(&self) -> Result<Vec<String>, AppError> {
        let mut words = vec![word(&self.program)?, "--home".to_owned(), word(&self.home)?];
        if let Some(config) = &self.config {
            words.extend(["--config".to_owned(), word(config)?]);
        }
        if let Some(network) = &self.flags.network {
            let path = Path::new(network);
            words.extend(["--network".to_owned(), if path.is_file() { absolute(path)? } else { network.clone() }]);
        }
        words.push("node".to_owned());
        let mut say = |name: &str, value: Option<String>| {
            words.extend(value.into_iter().flat_map(|value| [format!("--{name}"), value]));
        };
        let flags = &self.flags;
        say("listen-api", flags.listen_api.map(|listen| listen.to_string()));
        for address in flags.listen.iter().flatten() {
            say("listen", Some(address.to_string()));
        }
        for address in flags.external.iter().flatten() {
            say("external", Some(address.to_string()));
        }
        for address in flags.bootstrap.iter().flatten() {
            say("bootstrap", Some(address.to_string()));
        }
        for tracker in flags.tracker.iter().flatten() {
            say("tracker", Some(tracker.to_string()));
        }
        say("trust", flags.trust.as_ref().map(ToString::to_string));
        say("device", flags.device.map(|device| device.to_string()));
        say("threads", flags.threads.map(|threads| threads.to_string()));
        let preset = flags.preset.as_ref().map(|preset| match preset {
            Preset::File(path) => absolute(path),
            named @ Preset::Named(_) => Ok(named.to_string()),
        });
        say("preset", preset.transpose()?);
        for path in flags.data.iter().flatten() {
            say("data", Some(absolute(path)?));
        }
        say("inner-steps", flags.inner_steps.map(|steps| steps.to_string()));
        say("payout", flags.payout.map(|payout| payout.to_string()));
        say("genesis", flags.genesis.as_deref().map(absolute).transpose()?);
        let switches = [
            ("validator", flags.validator),
            ("no-mdns", flags.no_mdns),
            ("no-upnp", flags.no_upnp),
            ("no-training", flags.no_training),
        ];
        words.extend(switches.iter().filter_map(|(name, said)| said.map(|said| format!("--{name}={said}"))));
        Ok(words)
    }
}

fn absolute(path: &Path) -> Result<String, AppError> {
    word(&std::path::absolute(path).map_err(AppError::refused)?)
}

fn word(path: &Path) -> Result<String, AppError> {
    let text = path.to_str().ok_or_else(|| anyhow!("`{}` is not UTF-8, as a unit has to be", path.display()));
    text.map(ToOwned::to_owned).map_err(AppError::refused)
}

fn quoted_path(path: &Path) -> Result<String, AppError> {
    Ok(quoted(&word(path)?, false))
}

/// A word as a unit takes it: no part of it is a specifier, a variable or the end of a line.
fn quoted(word: &str, is_command: bool) -> String {
    let mut text = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '%' => text += "%%",
            '$' if is_command => text += "$$",
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                let escaped = c.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\x{byte:02x}"));
                text.extend(escaped);
            }
            c => text.push(c),
        }
    }
    let plain = |c: char| c.is_alphanumeric() || "/-_.,:=+@%$~".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use neuroshard_commands::{Device, Listen};

    fn unit() -> Unit {
        let (program, home) = ("/usr/local/bin/neuroshard".into(), "/home/ada/.local/share/neuroshard".into());
        Unit { program, home, config: None, flags: Layer::default(), owner: None }
    }

    #[test]
    fn a_unit_is_what_was_reviewed() {
        insta::assert_snapshot!(unit().text(false).unwrap(), @"
        [Unit]
        Description=NeuroShard node
        StartLimitIntervalSec=300
        StartLimitBurst=5

        [Service]
        Type=notify
        ExecStart=/usr/local/bin/neuroshard --home /home/ada/.local/share/neuroshard node
        Restart=on-failure
        RestartSec=5
        # Wrong usage does not become right by itself.
        RestartPreventExitStatus=2
        TimeoutStartSec=600
        TimeoutStopSec=20
        Nice=10
        NoNewPrivileges=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        PrivateTmp=yes
        ProtectSystem=strict
        ReadWritePaths=/home/ada/.local/share/neuroshard

        [Install]
        WantedBy=default.target
        ");
        let flags = Layer {
            network: Some("devnet".to_owned()),
            listen_api: Some(Listen(None)),
            device: Some(Device::Cpu),
            threads: Some(4),
            no_training: Some(true),
            data: Some(vec!["/srv/my book.txt".into(), "/tmp/b".into()]),
            ..Layer::default()
        };
        let config = Some("/etc/neuro.toml".into());
        let unit = Unit { flags, config, owner: Some("ada".to_owned()), ..unit() };
        insta::assert_snapshot!(unit.text(true).unwrap(), @r#"
        [Unit]
        Description=NeuroShard node
        Wants=network-online.target
        After=network-online.target
        StartLimitIntervalSec=300
        StartLimitBurst=5

        [Service]
        Type=notify
        ExecStart=/usr/local/bin/neuroshard --home /home/ada/.local/share/neuroshard --config /etc/neuro.toml --network devnet node --listen-api off --device cpu --threads 4 --data "/srv/my book.txt" --data /tmp/b --no-training=true
        User=ada
        Restart=on-failure
        RestartSec=5
        # Wrong usage does not become right by itself.
        RestartPreventExitStatus=2
        TimeoutStartSec=600
        TimeoutStopSec=20
        Nice=10
        NoNewPrivileges=yes
        RestrictSUIDSGID=yes
        LockPersonality=yes
        PrivateTmp=no
        ProtectSystem=strict
        ReadWritePaths=/home/ada/.local/share/neuroshard

        [Install]
        WantedBy=multi-user.target
        "#);
    }

    #[test]
    fn no_word_reaches_beyond_itself() {
        let cases = [
            ("/a/b-c_1.toml", "/a/b-c_1.toml"),
            ("", "\"\""),
            ("a b", "\"a b\""),
            ("50%h", "50%%h"),
            ("$HOME", "$$HOME"),
            ("say \"x\" \\", "\"say \\\"x\\\" \\\\\""),
            ("a\nExecStart=/bin/evil", "\"a\\x0aExecStart=/bin/evil\""),
            (";", "\";\""),
            ("'", "\"'\""),
        ];
        for (word, expected) in cases {
            assert_eq!(quoted(word, true), expected);
        }
        assert_eq!(quoted("/a/$b", false), "/a/$b");
    }
}
