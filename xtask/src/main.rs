//! `cargo xtask`: batch analysis, evaluation, bundling, set-up.
//!
//! What the commands print is an interface: standard output carries results, standard error what
//! is said to people. Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 some files failed.

use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::Parser;

mod analyze;
mod bench;
mod bundle;
mod checks;
mod cli;
mod cue_words;
mod demo;
mod eval;
mod eval_match;
mod export;
mod features;
mod html;
mod index;
mod jam;
mod licences;
mod listening;
mod matching;
mod median;
mod out_file;
mod scene;
mod screenshots;
mod setup;
mod summary;
mod usage;
mod workspace;

use cli::{Cli, Command};

/// Some files failed; each of them has its line.
const SOME_FAILED: u8 = 3;

static PANIC_PLACE: Mutex<Option<String>> = Mutex::new(None);

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            eprintln!("{info}\n{}", std::backtrace::Backtrace::force_capture());
        }
        if let (Some(place), Ok(mut kept)) = (info.location(), PANIC_PLACE.lock()) {
            *kept = Some(format!("{}:{}", place.file(), place.line()));
        }
    }));
    match panic::catch_unwind(start) {
        Ok(code) => code,
        Err(_) => {
            let place = PANIC_PLACE.lock().ok().and_then(|mut kept| kept.take());
            say(&format!(
                "internal error at {}; please report it with the command you ran",
                place.as_deref().unwrap_or("an unknown place")
            ));
            ExitCode::FAILURE
        }
    }
}

fn start() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            let _ = write!(io::stdout(), "{}", error.render());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say(&usage::one_line(&error));
            return ExitCode::from(2);
        }
    };
    match run(cli.command) {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let text = format!("{error:#}");
            say(&text.split_whitespace().collect::<Vec<_>>().join(" "));
            match error.is::<usage::WrongArgument>() {
                true => ExitCode::from(2),
                false => ExitCode::FAILURE,
            }
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Setup(args) => setup::command(args.purpose),
        Command::Test => checks::test(),
        Command::Ci => checks::ci(),
        Command::Jam(args) => jam::command(&args.args),
        Command::Demo(args) => demo::command(&args),
        Command::Features(args) => features::command(&args),
        Command::Index(args) => index::command(&args),
        Command::Match(args) => matching::command(&args),
        Command::Scene(command) => scene::command(&command),
        Command::Bundle(args) => bundle::command(args.release),
        Command::Install => bundle::install(),
        Command::Analyze(args) => analyze::command(&args),
        Command::Eval(args) => eval::command(&args),
        Command::EvalMatch(args) => eval_match::command(&args),
        Command::Bench(args) => bench::command(&args),
        Command::Screenshots => screenshots::command(),
    }
}

/// One line of result on standard output.
fn tell(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

/// One line to the person at the terminal; a closed standard error is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whoever read our output has had enough (`cargo xtask analyze … | head`).
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}
