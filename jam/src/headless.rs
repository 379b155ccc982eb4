//! Listening without a window: what is heard is printed as it settles.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use live::{SnapshotReader, WorkerThread};

use crate::engine::{Engine, Word};
use crate::level_memory::{LevelMemory, Memory};
use crate::options::Options;
use crate::references::ReferenceShelf;
use crate::setup::{self, Parts};
use crate::words::{Teller, notice_line};

const TICK: Duration = Duration::from_millis(50);

/// Runs until the song ends, `--seconds` are over, or there is nothing to listen to.
pub(crate) fn run(options: &Options, parts: Parts) -> ExitCode {
    let Parts { tap, worker, snapshots, control, devices } = parts;
    let worker = match WorkerThread::start(worker, Box::new(|| ())) {
        Ok(worker) => worker,
        Err(error) => {
            eprintln!("jam: the analysis could not be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut shelf = ReferenceShelf::default();
    if let Some(path) = &options.library {
        shelf.open(path, None, &control, Arc::new(|| ()));
    }
    let (input, output) = (options.input.clone(), options.output.clone());
    let mut engine = Engine::new(devices, tap, input, output, Arc::new(|| ()));
    engine.start(setup::wanted(options));
    let mut levels = LevelMemory::new(Arc::new(|| ()));
    if let Some(path) = &options.library {
        levels.open(path, engine.file());
    }
    if engine.is_listening() {
        let name = engine.device_names().input.clone().unwrap_or_default();
        eprintln!("jam: listening to {name}; stop with Ctrl-C");
    }
    // Where no device was there to begin with, nobody is waiting for one to be plugged in.
    let hopeless = engine.has_no_input() && options.seconds.is_none();
    let mut printer = Printer { snapshots, teller: Teller::default(), told: None };
    let started = Instant::now();
    let mut has_heard = false;
    let code = loop {
        engine.poll(Instant::now());
        has_heard |= !engine.has_no_input();
        if let Some(error) = shelf.poll(&control) {
            eprintln!("jam: --library: {error}");
        }
        if let Some(Memory::Recalled(bpm)) = levels.poll()
            && let Some(range) = gui::range_around(bpm)
        {
            eprintln!("jam: the tempo is counted near {:.1} BPM, as chosen before", bpm.0);
            control.set_tempo_range(range);
        }
        printer.notice(&engine);
        printer.print();
        if engine.is_done() {
            break if engine.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
        if hopeless {
            break ExitCode::FAILURE;
        }
        if options.seconds.is_some_and(|limit| started.elapsed() >= limit) {
            // A script that recorded nothing is to learn so.
            break if has_heard { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        pause();
    };
    drop(engine);
    // What is still queued is analysed before the last look.
    drop(worker.stop());
    printer.print();
    code
}

#[allow(clippy::disallowed_methods, reason = "the headless loop's own thread may wait")]
fn pause() {
    thread::park_timeout(TICK);
}

struct Printer {
    snapshots: SnapshotReader,
    teller: Teller,
    told: Option<Word>,
}

impl Printer {
    fn notice(&mut self, engine: &Engine) {
        let word = engine.word();
        if word != self.told {
            if let Some(word) = &word {
                eprintln!("jam: {}", notice_line(word));
            }
            self.told = word;
        }
    }

    fn print(&mut self) {
        let lines = self.teller.tell(&self.snapshots.read().hearing);
        let mut stdout = std::io::stdout().lock();
        for line in lines {
            // A closed pipe is the reader's way of saying enough.
            let _ = writeln!(stdout, "{line}");
        }
        let _ = stdout.flush();
    }
}
