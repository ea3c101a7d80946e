//! `dashboard`: watches a node on the terminal, or runs one and watches it.
//!
//! Invariants: the terminal is as it was before whatever ends the dashboard; a node of this process is stopped and saved
//! before the process ends; what is drawn waits for nobody: whatever takes time happens on another thread.

mod attached;
mod demo;
mod embedded;

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use anyhow::anyhow;
use neuroshard_commands::{DashboardArgs, Theme as ThemeChosen};
use neuroshard_tui::terminal::{Pacer, Screen};
use neuroshard_tui::{Action, App, Input, Options, Theme, ThemeName};

use super::client::token;
use super::context::refused;
use super::{AppError, Context, Exit, Interrupt};
use crate::config::{Layer, Origin, Settings};
use crate::node::client::NodeClient;

/// Events taken from the terminal before something is drawn again.
const EVENTS_A_FRAME: usize = 1000;

/// Whoever knows the node that is shown. Nothing here may take time.
trait Source {
    /// What is new.
    fn poll(&mut self) -> Vec<Input>;
    /// Does what people ask for, or begins to.
    fn order(&mut self, action: Action);
    /// How the node ended, once it has; one that lives elsewhere never does.
    fn ended(&mut self) -> Option<Result<(), AppError>>;
}

/// Whether a dashboard can be shown.
pub(super) fn has_terminal(cx: &Context) -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal() && !cx.out.is_json()
}

pub(super) fn dashboard(cx: &Context, args: &DashboardArgs) -> Result<Exit, AppError> {
    if !has_terminal(cx) {
        let says = anyhow!("a dashboard needs a terminal");
        return Err(AppError::usage(says).hint("`neuroshard node` runs one without; `neuroshard status` shows one"));
    }
    let interrupt = Interrupt::install_for_screen()?;
    let flags = Layer { theme: args.theme, ascii: args.ascii, ..Layer::flags(&args.node).map_err(refused)? };
    let chosen = cx.settings(flags)?;
    let mut options = Options {
        theme: Theme::new(theme(cx, &chosen)),
        ascii: chosen.ascii,
        read_only: args.read_only,
        owns_node: false,
        welcome: None,
        demo: args.demo,
    };
    let found = match &args.attach {
        Some(url) => Some(NodeClient::new(url, token(cx)?)),
        None if args.demo => None,
        None => NodeClient::on(&cx.home()?, token(cx)?).ok(),
    };
    let mut source: Box<dyn Source> = match found {
        _ if args.demo => Box::new(demo::Played::new()),
        Some(node) => Box::new(attached::Attached::new(node)),
        None => {
            options.owns_node = true;
            options.welcome = embedded::welcome(&cx.home()?);
            Box::new(embedded::Embedded::start(cx.silent(), chosen.clone())?)
        }
    };
    let owns_node = options.owns_node;
    let mut app = App::new(options);
    let result = watch(&mut app, &mut *source, owns_node, chosen.mouse, &interrupt);
    let signal = interrupt.interrupted();
    if signal != Some(Exit::Terminated) || io::stdout().is_terminal() {
        // After a hang-up nobody is there to read it.
        let _ = cx.out.raw(format!("{}\n", app.summary()).as_bytes());
    }
    result?;
    if owns_node {
        let _ = cx.out.raw(b"stopped\n");
    }
    // Stopping is what SIGTERM asks a node for.
    Ok(signal.filter(|exit| *exit == Exit::Interrupted).unwrap_or(Exit::Success))
}

/// Shows a node until somebody leaves or it ends.
fn watch(
    app: &mut App,
    source: &mut dyn Source,
    owns_node: bool,
    mouse: bool,
    interrupt: &Interrupt,
) -> Result<(), AppError> {
    let failed = |error| AppError::refused(anyhow::Error::new(error)).while_doing("cannot use the terminal");
    let mut screen = Some(Screen::open(mouse).map_err(failed)?);
    let (begun, mut pacer, mut stopping) = (Instant::now(), Pacer::new(), false);
    loop {
        let mut leaving = interrupt.interrupted().is_some() && !stopping;
        let wait = pacer.wait(begun.elapsed(), app.needs_draw());
        if let Err(_gone) = take_input(app, source, &mut screen, wait, &mut leaving) {
            // A terminal that went away asks for the same as one that says so.
            screen = None;
            leaving = !stopping;
        }
        if leaving && !owns_node {
            return Ok(());
        }
        if leaving && std::mem::replace(&mut stopping, true) {
            return Ok(());
        }
        if leaving {
            source.order(Action::StopNode);
        }
        source.poll().into_iter().for_each(|input| drop(app.update(input)));
        app.update(Input::Tick(begun.elapsed()));
        if let Some(result) = source.ended() {
            return result;
        }
        let Some(shown) = &mut screen else { continue };
        if app.needs_draw() && pacer.may_draw(begun.elapsed()) {
            if shown.draw(|frame| app.draw(frame)).is_err() {
                screen = None;
            }
            pacer.drawn(begun.elapsed());
        }
    }
}

/// Takes what people type and click, and carries out what they ask for.
fn take_input(
    app: &mut App,
    source: &mut dyn Source,
    screen: &mut Option<Screen>,
    mut wait: Duration,
    leaving: &mut bool,
) -> io::Result<()> {
    let Some(screen) = screen else {
        std::thread::sleep(wait);
        return Ok(());
    };
    for _ in 0..EVENTS_A_FRAME {
        let Some(event) = screen.event(wait)? else { break };
        wait = Duration::ZERO;
        match app.update(Input::Terminal(event)) {
            None => {}
            Some(Action::Leave) => *leaving = true,
            Some(Action::Mouse(on)) => screen.set_mouse(on)?,
            Some(Action::Redraw) => screen.clear()?,
            Some(action) => {
                *leaving |= action == Action::StopNode;
                source.order(action);
            }
        }
    }
    Ok(())
}

/// The colours: as asked for; where nobody asked and there are to be none, none.
fn theme(cx: &Context, chosen: &Settings) -> ThemeName {
    match chosen.theme {
        ThemeChosen::Default if chosen.origin("theme") == Origin::Default && !cx.out.has_color() => ThemeName::Plain,
        ThemeChosen::Default => ThemeName::Default,
        ThemeChosen::Nord => ThemeName::Nord,
        ThemeChosen::Gruvbox => ThemeName::Gruvbox,
        ThemeChosen::Plain => ThemeName::Plain,
    }
}
