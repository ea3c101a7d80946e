//! The real terminal: taking it, drawing on it, reading from it, and giving it back.
//!
//! Invariants: what taking it changed is undone exactly once, by whoever comes first of [`Screen::close`], the drop and
//! [`restore`], and nothing is written to it afterwards; a frame is one write.

mod pacer;

use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::event::{self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, Event};
use ratatui::crossterm::style::ResetColor;
use ratatui::crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use ratatui::crossterm::{Command, queue};
use ratatui::{Frame, Terminal};
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

pub use pacer::Pacer;

/// Number of the screen that is open; 0 if none is.
static OPEN: AtomicU64 = AtomicU64::new(0);
/// Number of the screen that was opened last.
static LAST: AtomicU64 = AtomicU64::new(0);

/// Events that may wait to be taken: beyond that the reader waits, and the terminal keeps what is typed.
const EVENTS_MAX: usize = 1024;
/// Rest between two looks for input.
const LOOK: Duration = Duration::from_millis(10);

/// Has the terminal for itself: raw mode, alternate screen, bracketed paste, no cursor, and the mouse if wanted.
///
/// Dropped, closed or [restored](restore), all of that is undone, once.
#[derive(Debug)]
pub struct Screen {
    number: u64,
    terminal: Terminal<CrosstermBackend<Pending>>,
    pending: Pending,
    events: Receiver<io::Result<Event>>,
}

impl Screen {
    /// Takes the terminal at standard output; an error if there is none, or if it is taken already.
    pub fn open(mouse: bool) -> io::Result<Self> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "standard output is no terminal"));
        }
        let number = LAST.fetch_add(1, Ordering::SeqCst) + 1;
        if OPEN.compare_exchange(0, number, Ordering::SeqCst, Ordering::SeqCst).is_err() {
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, "the terminal is in use"));
        }
        // From here on an error, too, undoes what was done.
        Self::take(number, mouse).inspect_err(|_| restore())
    }

    fn take(number: u64, mouse: bool) -> io::Result<Self> {
        enable_raw_mode()?;
        let mut pending = Pending::default();
        queue!(pending, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        if mouse {
            queue!(pending, Clicks)?;
        }
        let terminal = Terminal::new(CrosstermBackend::new(pending.clone()))?;
        let (sender, events) = mpsc::sync_channel(EVENTS_MAX);
        thread::Builder::new().name("terminal".to_owned()).spawn(move || read(number, &sender))?;
        let mut screen = Self { number, terminal, pending, events };
        screen.write()?;
        Ok(screen)
    }

    /// Gives the terminal back. Nothing happens the second time.
    pub fn close(&mut self) {
        if OPEN.compare_exchange(self.number, 0, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            undo();
        }
    }

    /// Whether clicks come here as events, or select text as they do elsewhere.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        if on { self.queue(Clicks) } else { self.queue(DisableMouseCapture) }?;
        self.write()
    }

    /// Forgets what was drawn, so that the next frame writes all of it.
    pub fn clear(&mut self) -> io::Result<()> {
        self.terminal.clear()?;
        self.write()
    }

    /// Draws a frame, and writes what differs from the last one.
    pub fn draw(&mut self, f: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.queue(BeginSynchronizedUpdate)?;
        self.terminal.draw(f)?;
        self.queue(EndSynchronizedUpdate)?;
        self.write()
    }

    /// The next event within `wait`. A closed terminal is an error.
    pub fn event(&self, wait: Duration) -> io::Result<Option<Event>> {
        match self.events.recv_timeout(wait) {
            Ok(event) => event.map(Some),
            Err(RecvTimeoutError::Timeout) if is_ours(self.number) && io::stdout().is_terminal() => Ok(None),
            Err(_) => Err(gone()),
        }
    }

    fn queue(&mut self, command: impl Command) -> io::Result<()> {
        queue!(self.pending, command)
    }

    /// Writes all that waits, at once, unless the terminal was given back.
    fn write(&mut self) -> io::Result<()> {
        let bytes = self.pending.take();
        // Whoever gives the terminal back waits for this lock before it writes, and we look only when we have it.
        let mut stdout = io::stdout().lock();
        if !is_ours(self.number) {
            return Err(gone());
        }
        stdout.write_all(&bytes)?;
        stdout.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.close();
    }
}

/// Undoes what [`Screen::open`] did, if a screen is open: for panic hooks and signals that end the process, on any thread.
pub fn restore() {
    if OPEN.swap(0, Ordering::SeqCst) != 0 {
        undo();
    }
}

fn is_ours(number: u64) -> bool {
    OPEN.load(Ordering::SeqCst) == number
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "the terminal is closed")
}

/// Must only be called by whoever set [`OPEN`] to 0. Goes on after errors: with the terminal gone there is none to undo.
fn undo() {
    let mut bytes = Vec::new();
    let _ = queue!(bytes, EndSynchronizedUpdate, ResetColor, DisableMouseCapture, DisableBracketedPaste);
    let _ = queue!(bytes, LeaveAlternateScreen, Show);
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(&bytes).and_then(|()| stdout.flush());
    let _ = disable_raw_mode();
}

/// Sends events until the screen is given back or the terminal is gone.
///
/// On a thread of its own, because half an escape sequence over a slow line keeps the library waiting for the rest of it,
/// and because it reads a closed terminal over and over, for ever. For that reason it is only asked for what is there
/// already, and only while there is a terminal: should the terminal be closed between these two, [`Screen::event`] still
/// says so.
fn read(number: u64, events: &SyncSender<io::Result<Event>>) {
    while is_ours(number) {
        if !io::stdout().is_terminal() {
            let _ = events.send(Err(gone()));
            return;
        }
        let event = match event::poll(Duration::ZERO) {
            Ok(false) => {
                thread::sleep(LOOK);
                continue;
            }
            Ok(true) => event::read(),
            Err(error) => Err(error),
        };
        let is_last = event.is_err();
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

/// Asks for clicks and the wheel. Not for every move of the mouse, as the library does: over a slow line that is a flood.
struct Clicks;

impl Command for Clicks {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        // Buttons, and places beyond column 223.
        f.write_str("\x1b[?1000h\x1b[?1006h")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        event::EnableMouseCapture.execute_winapi()
    }

    #[cfg(windows)]
    fn is_ansi_code_supported(&self) -> bool {
        event::EnableMouseCapture.is_ansi_code_supported()
    }
}

/// Bytes on their way to the terminal. Clones are the same bytes; flushing does nothing, so that a frame stays whole.
#[derive(Debug, Clone, Default)]
struct Pending(Arc<Mutex<Vec<u8>>>);

impl Pending {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::{TerminalOptions, Viewport};

    #[test]
    fn a_frame_waits_until_it_is_whole() {
        let mut pending = Pending::default();
        let options = TerminalOptions { viewport: Viewport::Fixed(Rect::new(0, 0, 9, 2)) };
        let backend = CrosstermBackend::new(pending.clone());
        let mut terminal = Terminal::with_options(backend, options).unwrap();
        queue!(pending, BeginSynchronizedUpdate).unwrap();
        terminal.draw(|frame| frame.render_widget("neuroshard", frame.area())).unwrap();
        queue!(pending, EndSynchronizedUpdate).unwrap();
        let bytes = String::from_utf8(pending.take()).unwrap();
        assert!(bytes.starts_with("\x1b[?2026h") && bytes.ends_with("\x1b[?2026l"), "{bytes:?}");
        assert!(bytes.contains("neuroshar"), "{bytes:?}");
        assert!(pending.take().is_empty());
    }

    #[test]
    fn without_a_screen_there_is_nothing_to_restore() {
        restore();
        assert_eq!(OPEN.load(Ordering::SeqCst), 0);
        if !io::stdout().is_terminal() {
            assert_eq!(Screen::open(true).unwrap_err().kind(), io::ErrorKind::Unsupported);
        }
    }
}
