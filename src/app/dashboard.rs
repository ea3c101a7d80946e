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

use super::client::{named, token};
use super::context::refused;
use super::{AppError, Context, Exit, Interrupt, Kind};
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
        attached: false,
    };
    let found = match args.attach.as_ref().or(cx.api.as_ref()) {
        _ if args.demo => None,
        Some(url) => Some(named(cx, url)?),
        None => NodeClient::on(&cx.home()?, token(cx)?).ok(),
    };
    options.attached = found.is_some();
    options.owns_node = found.is_none() && !args.demo;
    options.welcome = if options.owns_node { embedded::welcome(&cx.home()?, &chosen) } else { None };
    let owns_node = options.owns_node;
    let mut app = App::new(options);
    // First the screen: a node that was started for nobody to see would have to be stopped again.
    let failed = |error| AppError::refused(anyhow::Error::new(error)).while_doing("cannot use the terminal");
    let screen = Screen::open(chosen.mouse).map_err(failed)?;
    let mut source: Box<dyn Source> = match found {
        _ if args.demo => Box::new(demo::Played::new()),
        Some(node) => Box::new(attached::Attached::new(node)),
        None => Box::new(embedded::Embedded::start(cx.silent(), chosen)?),
    };
    let result = watch(&mut app, &mut *source, owns_node, screen, &interrupt);
    if io::stdout().is_terminal() {
        // After a hang-up nobody is there to read it.
        let _ = cx.out.raw(format!("{}\n", app.summary()).as_bytes());
    }
    result?;
    if owns_node {
        let _ = cx.out.raw(b"stopped\n");
    }
    // Stopping is what SIGTERM asks a node for.
    Ok(interrupt.interrupted().filter(|exit| *exit == Exit::Interrupted).unwrap_or(Exit::Success))
}

/// Shows a node until somebody leaves or it ends.
fn watch(
    app: &mut App,
    source: &mut dyn Source,
    owns_node: bool,
    screen: Screen,
    interrupt: &Interrupt,
) -> Result<(), AppError> {
    let (mut screen, begun, mut pacer) = (Some(screen), Instant::now(), Pacer::new());
    let (mut stopping, mut heard) = (false, None);
    loop {
        // Each signal is heard once.
        let signal = interrupt.interrupted();
        let mut leaving = signal.is_some() && signal != std::mem::replace(&mut heard, signal);
        let wait = pacer.wait(begun.elapsed(), screen.is_some() && app.needs_draw());
        if take_input(app, source, &mut screen, wait, (owns_node, &mut leaving)).is_err() {
            // A terminal that went away asks for the same as one that says so.
            screen = None;
            leaving |= !stopping;
        }
        if leaving && !owns_node {
            return Ok(());
        }
        if leaving && std::mem::replace(&mut stopping, true) {
            let says = anyhow!("left before the node had saved; what it had finished is on disk");
            return Err(AppError::new(Kind::Interrupted, says));
        }
        if leaving {
            source.order(Action::StopNode);
        }
        for input in source.poll() {
            app.update(input);
        }
        app.update(Input::Tick(begun.elapsed()));
        if let Some(result) = source.ended() {
            return result;
        }
        let Some(shown) = &mut screen else { continue };
        if app.needs_draw() && pacer.may_draw(begun.elapsed()) {
            if shown.draw(|frame| app.draw(frame)).is_err() {
                screen = None;
                interrupt.raise(Exit::Terminated);
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
    (owns_node, leaving): (bool, &mut bool),
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
            // A node of this process ends with it; one that lives elsewhere is told, and watched as it goes.
            Some(Action::StopNode) if owns_node => *leaving = true,
            Some(action) => source.order(action),
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
