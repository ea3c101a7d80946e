//! `config`: shows the settings and where each is from, and writes a file for them.
//!
//! Invariant: a settings file that is there is never overwritten.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use neuroshard_commands::{ConfigArgs, ConfigCommand, ConfigShowArgs};
use serde::Serialize;
use serde_json::Value;

use super::context::refused;
use super::output::Report;
use super::{AppError, Context, Exit};
use crate::config::{Layer, Origin, Source, template};

const NAME: Style = AnsiColor::Cyan.on_default();
const QUIET: Style = Style::new().dimmed();

pub(super) fn config(cx: &Context, args: &ConfigArgs) -> Result<Exit, AppError> {
    match &args.command {
        ConfigCommand::Show(args) => show(cx, args)?,
        ConfigCommand::Path => path(cx)?,
        ConfigCommand::Init => init(cx)?,
    }
    Ok(Exit::Success)
}

fn show(cx: &Context, args: &ConfigShowArgs) -> Result<(), AppError> {
    let settings = cx.settings(Layer::flags(&args.flags).map_err(refused)?)?;
    let (home, source) = cx.home_place()?;
    let home = Value::String(home.to_string_lossy().into_owned());
    let mut rows = vec![Row::new("home", home, &source)];
    rows.extend(settings.found().iter().map(|found| Row::new(found.setting.name, found.value.clone(), &found.source)));
    if cx.out.is_json() {
        return rows.iter().try_for_each(|row| cx.out.emit(row));
    }
    cx.out.emit(&Table { rows })
}

/// One setting.
#[derive(Serialize)]
struct Row {
    name: &'static str,
    value: Value,
    origin: Origin,
    source: String,
}

impl Row {
    fn new(name: &'static str, value: Value, source: &Source) -> Self {
        Self { name, value, origin: source.origin, source: source.place.clone() }
    }

    fn shown(&self) -> String {
        match &self.value {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
            other => other.to_string(),
        }
    }
}

impl Report for Row {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}  {}", self.name, self.shown())
    }
}

/// All settings, one below the other.
#[derive(Serialize)]
struct Table {
    rows: Vec<Row>,
}

impl Report for Table {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        /// A value that is longer has its source after it, and not in the column.
        const VALUE_COLUMNS_MAX: usize = 32;
        let widths = self.rows.iter().map(|row| row.shown().chars().count());
        let wide = widths.filter(|width| *width <= VALUE_COLUMNS_MAX).max().unwrap_or(0);
        for row in &self.rows {
            let from = match row.origin {
                Origin::Default if row.source == row.shown() => format!("{QUIET}default{QUIET:#}"),
                Origin::Default => format!("{QUIET}default: {}{QUIET:#}", row.source),
                origin => format!("{origin}: {}", row.source),
            };
            writeln!(w, "{NAME}{:<12}{NAME:#} {:<wide$}  {from}", row.name, row.shown())?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Place {
    path: PathBuf,
    exists: bool,
    origin: Origin,
    source: String,
}

impl Report for Place {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.path.display())
    }
}

fn path(cx: &Context) -> Result<(), AppError> {
    let place = cx.config_place()?;
    let exists = place.path.exists();
    let (path, source) = (place.path, place.source);
    cx.out.emit(&Place { path, exists, origin: source.origin, source: source.place })?;
    if !exists {
        cx.out.hint("it is not there yet; `neuroshard config init` writes it");
    }
    Ok(())
}

#[derive(Serialize)]
struct Written {
    path: PathBuf,
}

impl Report for Written {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "wrote {}", self.path.display())
    }
}

fn init(cx: &Context) -> Result<(), AppError> {
    let path = cx.config_place()?.path;
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        let mut file = fs::File::options().write(true).create_new(true).open(&path)?;
        file.write_all(template().as_bytes()).and_then(|()| file.sync_all())
    };
    write().map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::AlreadyExists => "edit that one, move it away, or name another with --config FILE",
            _ => "name another with --config FILE",
        };
        AppError::refused(error).while_doing(format!("cannot write `{}`", path.display())).hint(hint)
    })?;
    cx.out.emit(&Written { path })?;
    cx.out.hint("`neuroshard config show` says what holds");
    Ok(())
}
