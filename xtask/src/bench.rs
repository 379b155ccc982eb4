//! What it costs: the audio thread, the worker and the batch analysis, measured on the demo song.

mod files;
mod hours;
mod parts;
mod search;

use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use advice::Snapshot;
use analysis::{AnalysisConfig, TrackAnalyzer};
use anyhow::bail;
use library::{ThreadClock, analyze_file};
use live::{Transport, WorkerThread};
use serde::Serialize;
use song::Renderer;

use crate::cli::BenchArgs;
use crate::listening::BUFFER_LEN;
use crate::say;
use crate::usage::WrongArgument;

use parts::{PartFigures, parts};

const SAMPLE_RATE: u32 = 48_000;
/// Buffers pushed in real time, 10.7 ms each: long enough for rare interruptions to show.
const N_PACED: usize = 700;
/// Buffers pushed back to back for the mean, few enough to fit into the queue.
const N_BURST: usize = 400;
/// Repetitions of which the least disturbed one counts.
const N_REPEATS: usize = 5;

/// The figures of the design brief.
#[derive(Debug, Serialize)]
struct Figures {
    tap_push: TapFigures,
    analyze: AnalyzeFigures,
    worker: WorkerFigures,
    worker_parts: PartFigures,
    snapshot_bytes: usize,
}

/// A push of 512 stereo samples at 48 kHz.
#[derive(Debug, Serialize)]
struct TapFigures {
    mean_us: f64,
    /// Paced as a device does; includes what the system did meanwhile.
    worst_us: f64,
    p999_us: f64,
    allocations: u64,
    lost_samples: u64,
    pushes: usize,
}

/// Seconds of audio per second of CPU, one thread.
#[derive(Debug, Serialize)]
struct AnalyzeFigures {
    x_realtime: f64,
    with_wav_decoding_x_realtime: f64,
    audio_seconds: f64,
}

/// The live analysis of 48 kHz stereo with everything on.
#[derive(Debug, Serialize)]
struct WorkerFigures {
    share_of_core: f64,
    x_realtime: f64,
    worst_step_ms: f64,
}

/// The command.
pub(crate) fn command(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    if !args.files.is_empty() {
        return command_on_files(args);
    }
    if let Some(n_hours) = args.hours {
        let figures = hours::measure(n_hours, &rendered())?;
        let mut out = std::io::stdout().lock();
        match args.json {
            true => writeln!(out, "{}", serde_json::to_string(&figures)?)?,
            false => writeln!(out, "{figures}")?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(n) = args.references {
        let figures = search::search(n)?;
        let mut out = std::io::stdout().lock();
        match args.json {
            true => writeln!(out, "{}", serde_json::to_string(&figures)?)?,
            false => search::print(&mut out, &figures)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    let song = rendered();
    let figures = Figures {
        tap_push: tap(&song)?,
        analyze: analyze(&song)?,
        worker: worker(&song),
        worker_parts: parts(&song)?,
        snapshot_bytes: size_of::<Snapshot>(),
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&figures)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Figures { tap_push, analyze, worker, worker_parts, snapshot_bytes } = figures;
    writeln!(out, "audio thread, a push of 512 stereo samples at 48 kHz")?;
    writeln!(
        out,
        "  mean {:.3} µs, 99.9 % under {:.1} µs, worst {:.1} µs, allocations {}, lost {}",
        tap_push.mean_us,
        tap_push.p999_us,
        tap_push.worst_us,
        tap_push.allocations,
        tap_push.lost_samples
    )?;
    writeln!(out, "worker, 48 kHz stereo, everything on")?;
    writeln!(
        out,
        "  {:.2} % of a core ({:.0} × real time), worst step {:.1} ms",
        worker.share_of_core * 100.0,
        worker.x_realtime,
        worker.worst_step_ms
    )?;
    writeln!(out, "  {worker_parts}")?;
    writeln!(out, "batch analysis, one thread")?;
    writeln!(
        out,
        "  {:.0} × real time, {:.0} × with decoding of a WAV file",
        analyze.x_realtime, analyze.with_wav_decoding_x_realtime
    )?;
    writeln!(out, "snapshot {snapshot_bytes} bytes")?;
    Ok(ExitCode::SUCCESS)
}

/// The command on given files.
fn command_on_files(args: &BenchArgs) -> anyhow::Result<ExitCode> {
    if let Some(path) = args.files.iter().find(|path| !path.exists()) {
        let text = format!("--files {} is not there", path.display());
        return Err(WrongArgument(text).into());
    }
    if args.style && library::style_model()?.is_none() {
        bail!("the model that hears style is not installed; run `cargo xtask setup --for style`");
    }
    let figures = files::measure(&args.files, args.style)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&figures)?)?;
    } else {
        figures.write(&mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

struct Stereo {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Stereo {
    fn buffers(&self) -> impl Iterator<Item = (&[f32], &[f32])> + Clone {
        self.left.chunks(BUFFER_LEN).zip(self.right.chunks(BUFFER_LEN))
    }

    fn seconds(&self) -> f64 {
        self.left.len() as f64 / f64::from(SAMPLE_RATE)
    }
}

fn rendered() -> Stereo {
    let song = song::demo();
    let mut renderer = Renderer::new(&song, SAMPLE_RATE);
    let (mut left, mut right) = ([0.0; BUFFER_LEN], [0.0; BUFFER_LEN]);
    let mut stereo = Stereo { left: Vec::new(), right: Vec::new() };
    loop {
        let n = renderer.render(&mut left, &mut right);
        if n == 0 {
            return stereo;
        }
        stereo.left.extend_from_slice(&left[..n]);
        stereo.right.extend_from_slice(&right[..n]);
    }
}

fn tap(song: &Stereo) -> anyhow::Result<TapFigures> {
    say("pushing audio as a device does…");
    let transport = Transport { playing: true, bpm: Some(114.0) };
    let live::Session { mut tap, worker, .. } = live::session();
    let worker = WorkerThread::start(worker, Box::new(|| ()))?;
    let mut times = Vec::with_capacity(N_PACED);
    let mut allocations = 0;
    let start = Instant::now();
    for (i, (left, right)) in song.buffers().cycle().take(N_PACED).enumerate() {
        let due = Duration::from_secs_f64((i * BUFFER_LEN) as f64 / f64::from(SAMPLE_RATE));
        std::thread::sleep(due.saturating_sub(start.elapsed()));
        let mut spent = Duration::ZERO;
        let info = allocation_counter::measure(|| {
            let begin = Instant::now();
            tap.push(SAMPLE_RATE, left, right, transport);
            spent = begin.elapsed();
        });
        allocations += info.count_total;
        times.push(spent.as_secs_f64() * 1e6);
    }
    let lost_samples = tap.lost_samples();
    drop(worker.stop());
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    Ok(TapFigures {
        mean_us: burst_mean_us(song),
        worst_us: at(1.0),
        p999_us: at(0.999),
        allocations,
        lost_samples,
        pushes: times.len(),
    })
}

/// Pushed back to back into an empty queue, so that the clock is read twice and not 800 times.
fn burst_mean_us(song: &Stereo) -> f64 {
    let mut session = live::session();
    let mut least = f64::INFINITY;
    for _ in 0..N_REPEATS {
        let begin = Instant::now();
        for (left, right) in song.buffers().take(N_BURST) {
            session.tap.push(SAMPLE_RATE, left, right, Transport::default());
        }
        least = least.min(begin.elapsed().as_secs_f64());
        session.worker.step();
    }
    least / N_BURST as f64 * 1e6
}

fn worker(song: &Stereo) -> WorkerFigures {
    say("analysing live…");
    let mut session = live::session();
    let mut spent = 0.0;
    let mut worst: f64 = 0.0;
    for (left, right) in song.buffers() {
        session.tap.push(SAMPLE_RATE, left, right, Transport::default());
        let clock = ThreadClock::start();
        session.worker.step();
        let seconds = clock.seconds();
        spent += seconds;
        worst = worst.max(seconds);
    }
    WorkerFigures {
        share_of_core: spent / song.seconds(),
        x_realtime: song.seconds() / spent,
        worst_step_ms: worst * 1e3,
    }
}

fn analyze(song: &Stereo) -> anyhow::Result<AnalyzeFigures> {
    say("analysing as a whole…");
    let clock = ThreadClock::start();
    let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(SAMPLE_RATE))?;
    for (left, right) in song.buffers() {
        analyzer.push(left, right);
    }
    std::hint::black_box(analyzer.finish());
    let spent = clock.seconds();
    let file = std::env::temp_dir().join(format!("jamboree-bench-{}.wav", std::process::id()));
    std::fs::write(&file, wav(song))?;
    let decoded = analyze_file(&file);
    std::fs::remove_file(&file)?;
    Ok(AnalyzeFigures {
        x_realtime: song.seconds() / spent,
        with_wav_decoding_x_realtime: song.seconds() / decoded?.cpu_seconds,
        audio_seconds: song.seconds(),
    })
}

/// 16-bit WAV.
fn wav(song: &Stereo) -> Vec<u8> {
    let n_bytes = (song.left.len() * 4) as u32;
    let mut wav = Vec::with_capacity(44 + n_bytes as usize);
    wav.extend(b"RIFF");
    wav.extend((36 + n_bytes).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    for half in [1_u16, 2] {
        wav.extend(half.to_le_bytes());
    }
    wav.extend(SAMPLE_RATE.to_le_bytes());
    wav.extend((SAMPLE_RATE * 4).to_le_bytes());
    for half in [4_u16, 16] {
        wav.extend(half.to_le_bytes());
    }
    wav.extend(b"data");
    wav.extend(n_bytes.to_le_bytes());
    for (left, right) in song.left.iter().zip(&song.right) {
        for sample in [left, right] {
            wav.extend(((sample.clamp(-1.0, 1.0) * 32767.0) as i16).to_le_bytes());
        }
    }
    wav
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_allocation_counter_sees_an_allocation() {
        let info = allocation_counter::measure(|| drop(std::hint::black_box(vec![0_u8; 64])));
        assert_eq!(info.count_total, 1);
    }

    #[test]
    fn pushing_to_the_tap_allocates_nothing() {
        let song = Stereo { left: vec![0.1; BUFFER_LEN], right: vec![0.1; BUFFER_LEN] };
        let mut session = live::session();
        let info = allocation_counter::measure(|| {
            // More than the queue holds: the full queue is part of the promise.
            for (left, right) in song.buffers().cycle().take(3000) {
                session.tap.push(SAMPLE_RATE, left, right, Transport::default());
            }
        });
        assert_eq!(info.count_total, 0);
        assert!(session.tap.lost_samples() > 0);
    }
}
