//! `man`: print the manual page, or write a page for every command.

use std::fmt;
use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use neuroshard_commands::ManArgs;
use serde::Serialize;

use super::{AppError, Context, Exit, Report};

#[derive(Serialize)]
struct Page {
    name: String,
    roff: String,
}

impl Report for Page {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        w.write_str(&self.roff)
    }
}

#[derive(Serialize)]
struct Written {
    path: PathBuf,
}

impl Report for Written {
    fn text(&self, w: &mut dyn fmt::Write) -> fmt::Result {
        writeln!(w, "{}", self.path.display())
    }
}

pub(super) fn man(cx: &Context, args: &ManArgs) -> Result<Exit, AppError> {
    let pages = neuroshard_commands::man_pages().map_err(AppError::internal)?;
    let Some(dir) = &args.dir else {
        let main = pages.into_iter().next().map(|page| Page { name: page.file_name, roff: page.roff });
        main.map_or(Ok(()), |page| cx.out.emit(&page))?;
        return Ok(Exit::Success);
    };
    fs::create_dir_all(dir).with_context(|| format!("cannot create `{}`", dir.display()))?;
    for page in pages {
        let path = dir.join(page.file_name);
        fs::write(&path, page.roff).with_context(|| format!("cannot write `{}`", path.display()))?;
        cx.out.emit(&Written { path })?;
    }
    Ok(Exit::Success)
}
