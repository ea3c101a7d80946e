//! Measures channels between two processes on loopback, and prints one line of JSON for TCP and one for QUIC.
//!
//!     cargo run --release -p neuroshard-net --example bulk [SECONDS BOTH WAYS] [SECONDS BESIDE BULK]

#![expect(clippy::print_stdout, reason = "an example has nowhere else to say it")]

use neuroshard_net::bench::{Amount, Sockets, listen, measure};
use std::{
    error::Error,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    time::Duration,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments.first().map(String::as_str) {
        Some("tcp") => runtime.block_on(answer(Sockets::Tcp)),
        Some("quic") => runtime.block_on(answer(Sockets::Quic)),
        _ => {
            let seconds = |at: usize| arguments.get(at).and_then(|text| text.parse().ok()).map(Duration::from_secs);
            let amount = Amount::default();
            let both_ways = seconds(0).unwrap_or(amount.both_ways);
            let amount = Amount { both_ways, beside: seconds(1).unwrap_or(amount.beside), ..amount };
            for sockets in ["tcp", "quic"] {
                println!("{}", runtime.block_on(run(sockets, amount))?);
            }
            Ok(())
        }
    }
}

async fn answer(sockets: Sockets) -> Result<(), Box<dyn Error>> {
    let (address, answering) = listen(sockets).await?;
    println!("{address}");
    // The one who started us has gone when our standard input ends.
    let gone = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        () = answering.run() => {}
        _ = gone => {}
    }
    Ok(())
}

async fn run(sockets: &str, amount: Amount) -> Result<String, Box<dyn Error>> {
    let mut other =
        Command::new(std::env::current_exe()?).arg(sockets).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut address = String::new();
    BufReader::new(other.stdout.as_mut().ok_or("no output")?).read_line(&mut address)?;
    let figures = measure(&address.trim().parse()?, amount).await;
    drop(other.stdin.take());
    other.wait()?;
    let figures: Vec<String> =
        figures?.iter().map(|figure| format!(r#""{}_{}":{:.3}"#, figure.name, figure.unit, figure.value)).collect();
    Ok(format!(r#"{{"v":1,"name":"{sockets}",{}}}"#, figures.join(",").replace("MB/s", "mb_per_s")))
}
