//! A switch between network namespaces that delays, loses and cuts, for kernels without netem.
//!
//!     tapsw [seed=N] NAME[,delay=MS][,jitter=MS][,loss=PERCENT][,rate=MBIT][,group=N][,deaf=1][,mute=1] …
//!
//! It makes a TAP device a name and says `ready`; whoever started it moves each into a namespace, where it stays attached.
//! Commands come on standard input, a line each (`switch.rs`). It needs `/dev/net/tun` and the right to make devices.
//! Invariant: it ends with its standard input, and its devices with it, so that it never outlives whoever started it.

mod port;
mod random;
mod switch;

use port::Port;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use switch::{Answer, Switch};

const TUNSETIFF: libc::c_ulong = 0x4004_54ca;
/// The kernel's `struct ifreq`: a name and what is asked for.
const REQUEST_BYTES: usize = 40;
const NAME_BYTES: usize = 16;
/// Longest frame there is, with room for what a device may merge.
const FRAME_BYTES_MAX: usize = 70_000;
/// Frames taken from one device before the others have their turn.
const FRAMES_AT_ONCE: usize = 64;

fn open_tap(name: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC);
    let file = options.open("/dev/net/tun")?;
    let mut request = [0_u8; REQUEST_BYTES];
    request[..name.len()].copy_from_slice(name.as_bytes());
    let flags = (libc::IFF_TAP | libc::IFF_NO_PI) as u16;
    request[NAME_BYTES..NAME_BYTES + 2].copy_from_slice(&flags.to_ne_bytes());
    // SAFETY: the descriptor is open, and the kernel reads and writes no more than the request's 40 bytes.
    if unsafe { libc::ioctl(file.as_raw_fd(), TUNSETIFF, request.as_mut_ptr()) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(file)
}

/// The ports and the seed that the arguments name.
fn arguments(arguments: impl Iterator<Item = String>) -> Result<(Vec<Port>, u64), String> {
    let (mut ports, mut seed) = (Vec::new(), 1);
    for argument in arguments {
        if let Some(text) = argument.strip_prefix("seed=") {
            seed = text.parse().map_err(|_| format!("`{text}` is no seed"))?;
        } else {
            ports.push(Port::parse(&argument)?);
        }
    }
    if ports.is_empty() { Err("no port is named".to_owned()) } else { Ok((ports, seed)) }
}

/// Waits for frames, commands, or the time at which a frame leaves; returns whether there are commands to read.
fn wait(taps: &[File], time: Option<Duration>) -> io::Result<bool> {
    let all = taps.iter().map(File::as_raw_fd).chain([libc::STDIN_FILENO]);
    let mut polled: Vec<libc::pollfd> = all.map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 }).collect();
    let time =
        time.map(|time| libc::timespec { tv_sec: time.as_secs().cast_signed(), tv_nsec: time.subsec_nanos().into() });
    let time = time.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: both point to what lives until the call returns, and the count is the vector's own.
    let woken = unsafe { libc::ppoll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, time, std::ptr::null()) };
    if woken < 0 {
        let error = io::Error::last_os_error();
        return if error.kind() == ErrorKind::Interrupted { Ok(false) } else { Err(error) };
    }
    Ok(polled.last().is_some_and(|stdin| stdin.revents != 0))
}

/// Obeys the whole lines among what was read; returns whether to go on.
fn obey(switch: &mut Switch, heard: &mut Vec<u8>) -> io::Result<bool> {
    while let Some(end) = heard.iter().position(|byte| *byte == b'\n') {
        let line: Vec<u8> = heard.drain(..=end).collect();
        match switch.command(String::from_utf8_lossy(&line).trim()) {
            Answer::Quit => return Ok(false),
            Answer::Say(text) => writeln!(io::stdout(), "{text}")?,
        }
        io::stdout().flush()?;
    }
    Ok(true)
}

fn run(ports: Vec<Port>, seed: u64) -> io::Result<()> {
    let named = |port: &Port| {
        open_tap(&port.name).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", port.name)))
    };
    let mut taps = ports.iter().map(named).collect::<io::Result<Vec<File>>>()?;
    let mut switch = Switch::new(ports, seed);
    let began = Instant::now();
    let (mut frame, mut heard) = (vec![0; FRAME_BYTES_MAX], Vec::new());
    writeln!(io::stdout(), "ready")?;
    io::stdout().flush()?;
    loop {
        while let Some((places, frame)) = switch.leave(began.elapsed()) {
            for place in places {
                // A node whose queue is full loses the frame, as it would on a wire.
                let _ = taps[place].write(&frame);
            }
        }
        let time = switch.next_leaves().map(|leaves| leaves.saturating_sub(began.elapsed()));
        if wait(&taps, time)? {
            let mut bytes = [0; 4096];
            let count = io::stdin().read(&mut bytes)?;
            heard.extend_from_slice(&bytes[..count]);
            if count == 0 || !obey(&mut switch, &mut heard)? {
                return Ok(());
            }
        }
        for (place, tap) in taps.iter_mut().enumerate() {
            for _ in 0..FRAMES_AT_ONCE {
                let Ok(length @ 1..) = tap.read(&mut frame) else { break };
                switch.arrive(began.elapsed(), place, &frame[..length]);
            }
        }
    }
}

fn main() -> ExitCode {
    let done = arguments(std::env::args().skip(1))
        .and_then(|(ports, seed)| run(ports, seed).map_err(|error| error.to_string()));
    if let Err(why) = done {
        let _ = writeln!(io::stderr(), "error: {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
