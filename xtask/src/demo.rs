//! The main job on a fresh machine: Jamboree listens to its demo song and writes down what it hears.

use std::fs;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use advice::Snapshot;
use analysis::{Key, Seconds};
use anyhow::Context;
use library::{AnalysisLine, ThreadClock, TimelineEntry};
use live::{Transport, WorkerThread};
use song::{Renderer, Song};

use crate::cli::{DemoArgs, Purpose};
use crate::listening::{BUFFER_LEN, Heard};
use crate::workspace::Workspace;
use crate::{jam, say, setup, tell};

mod page;
mod timeline;

/// What a device would run at.
const SAMPLE_RATE: u32 = 48_000;

/// Everything a report tells.
pub(crate) struct Report {
    pub(crate) title: String,
    pub(crate) line: AnalysisLine,
    /// The last snapshot.
    pub(crate) snapshot: Snapshot,
    /// Momentary loudness over time: seconds, LUFS.
    pub(crate) loudness: Vec<(f64, f32)>,
}

/// The command.
pub(crate) fn command(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(&args.out).with_context(|| {
        format!("--out {}: expected a folder that can be written", args.out.display())
    })?;
    let song = song::demo();
    let seconds = args.seconds.unwrap_or(song.length().0).min(song.length().0);
    if !args.headless && has_display() && show(seconds)? {
        let report = Listener::new(&song).hear_at_once(seconds)?;
        summary(&report)?;
        write(args, &report)?;
        return Ok(ExitCode::SUCCESS);
    }
    if !args.headless && !has_display() {
        say("there is no display, so what is heard is printed");
    }
    tell(&introduction(&song, seconds))?;
    let report = Listener::new(&song).hear_as_it_plays(seconds)?;
    summary(&report)?;
    write(args, &report)?;
    Ok(ExitCode::SUCCESS)
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Plays the song with the panel open; false where that can't be done here.
fn show(seconds: f64) -> anyhow::Result<bool> {
    let workspace = Workspace::find()?;
    let shown = setup::prepare(&workspace, Purpose::Window).and_then(|()| {
        say("building the panel; `cargo xtask demo --headless` does without");
        jam::start(&workspace, &["--demo".into(), "--seconds".into(), seconds.to_string()])
    });
    match shown {
        Ok(code) if code == ExitCode::SUCCESS => Ok(true),
        Ok(_) => {
            say("the panel could not be shown, so what is heard is printed");
            Ok(false)
        }
        Err(error) => {
            say(&format!("{error:#}; so what is heard is printed"));
            Ok(false)
        }
    }
}

fn introduction(song: &Song, seconds: f64) -> String {
    let truth = song.truth();
    let keys: Vec<String> = truth
        .keys
        .iter()
        .map(|segment| format!("{} from {}", segment.key, clock(segment.start.0)))
        .collect();
    format!(
        "Listening to “{}” for {seconds:.0} s as it plays. Its score says: {}; {:.0} BPM.\n",
        song.title(),
        keys.join(", "),
        truth.bpm.0
    )
}

/// "1:02.3".
pub(crate) fn clock(seconds: f64) -> String {
    let tenths = (seconds * 10.0).round() as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    Spoken,
    Silent,
}

/// The song in buffers as a device plays them, up to a number of seconds.
struct Buffers {
    left: [f32; BUFFER_LEN],
    right: [f32; BUFFER_LEN],
    n_wanted: u64,
    n_played: u64,
}

impl Buffers {
    fn new(seconds: f64) -> Self {
        let n_wanted = (seconds * f64::from(SAMPLE_RATE)) as u64;
        Self { left: [0.0; BUFFER_LEN], right: [0.0; BUFFER_LEN], n_wanted, n_played: 0 }
    }

    fn next(&mut self, renderer: &mut Renderer) -> Option<(&[f32], &[f32])> {
        let n_left = self.n_wanted.saturating_sub(self.n_played);
        let n_rendered = renderer.render(&mut self.left, &mut self.right);
        let n = n_rendered.min(usize::try_from(n_left).unwrap_or(usize::MAX));
        self.n_played += n as u64;
        (n > 0).then(|| (&self.left[..n], &self.right[..n]))
    }

    fn played(&self) -> Seconds {
        Seconds(self.n_played as f64 / f64::from(SAMPLE_RATE))
    }
}

struct Listener {
    title: String,
    renderer: Renderer,
    heard: Heard,
    shown: Option<TimelineEntry>,
    loudness: Vec<(f64, f32)>,
}

impl Listener {
    fn new(song: &Song) -> Self {
        Self {
            title: song.title().to_owned(),
            renderer: Renderer::new(song, SAMPLE_RATE),
            heard: Heard::default(),
            shown: None,
            loudness: Vec::new(),
        }
    }

    /// Sends the song through the plugin's own path as it plays: tap, queue, worker thread,
    /// snapshots.
    fn hear_as_it_plays(mut self, seconds: f64) -> anyhow::Result<Report> {
        let live::Session { mut tap, worker, mut snapshots, control: _ } = live::session();
        let spent = Arc::new(AtomicU64::new(0));
        let worker = WorkerThread::start(worker, Box::new(counting_cpu(Arc::clone(&spent))))
            .context("the worker thread can't be started")?;
        let start = Instant::now();
        let mut buffers = Buffers::new(seconds);
        while let Some((left, right)) = buffers.next(&mut self.renderer) {
            tap.push(SAMPLE_RATE, left, right, Transport::default());
            let due = Duration::from_secs_f64(buffers.played().0);
            std::thread::sleep(due.saturating_sub(start.elapsed()));
            if snapshots.is_updated() {
                self.take(snapshots.read(), Voice::Spoken)?;
            }
        }
        worker.stop().context("the worker thread did not finish")?;
        let snapshot = *snapshots.read();
        self.take(&snapshot, Voice::Spoken)?;
        let cpu_seconds = Duration::from_nanos(spent.load(Ordering::Relaxed)).as_secs_f64();
        Ok(self.report(snapshot, buffers.played(), cpu_seconds))
    }

    /// The same as fast as it can be analysed, the worker stepped after each buffer.
    fn hear_at_once(mut self, seconds: f64) -> anyhow::Result<Report> {
        let live::Session { mut tap, mut worker, .. } = live::session();
        let mut cpu_seconds = 0.0;
        let mut buffers = Buffers::new(seconds);
        while let Some((left, right)) = buffers.next(&mut self.renderer) {
            tap.push(SAMPLE_RATE, left, right, Transport::default());
            let clock = ThreadClock::start();
            worker.step();
            cpu_seconds += clock.seconds();
            self.take(worker.snapshot(), Voice::Silent)?;
        }
        Ok(self.report(*worker.snapshot(), buffers.played(), cpu_seconds))
    }

    fn report(self, snapshot: Snapshot, length: Seconds, cpu_seconds: f64) -> Report {
        Report {
            line: self.heard.line(&self.title, &snapshot, length, cpu_seconds),
            title: self.title,
            snapshot,
            loudness: self.loudness,
        }
    }

    fn take(&mut self, snapshot: &Snapshot, voice: Voice) -> io::Result<()> {
        let hearing = &snapshot.hearing;
        if let Some(level) = hearing.loudness.momentary
            && self.loudness.last().is_none_or(|(at, _)| hearing.at.0 - at >= 0.1)
        {
            self.loudness.push((hearing.at.0, level.0));
        }
        let Some(entry) = self.heard.observe(hearing).cloned() else { return Ok(()) };
        if voice == Voice::Spoken {
            self.print_changes(&entry, snapshot)?;
        }
        self.shown = Some(entry);
        Ok(())
    }

    /// Says what is shown now and was not a moment ago.
    fn print_changes(&self, entry: &TimelineEntry, snapshot: &Snapshot) -> io::Result<()> {
        let before = self.shown.as_ref();
        let mut lines = Vec::new();
        if before.and_then(|b| b.bpm.as_ref()).map(|bpm| bpm.round()) != entry.bpm.map(f64::round) {
            let confidence = snapshot.hearing.tempo.map(|tempo| tempo.confidence);
            lines.push(match entry.bpm {
                Some(bpm) => format!("tempo  {bpm:.1} BPM{}", percent(confidence)),
                None => "tempo  none".to_owned(),
            });
        }
        let key_before = before.and_then(|b| b.key.as_deref());
        if key_before != entry.key.as_deref() {
            let confidence = snapshot.hearing.key.map(|key| key.confidence);
            let moved = lift(key_before, entry.key.as_deref());
            lines.push(match &entry.key {
                Some(key) => format!("key    {key}{}{moved}", percent(confidence)),
                None => "key    none".to_owned(),
            });
        }
        if before.and_then(|b| b.chord.as_ref()) != entry.chord.as_ref() {
            lines.push(format!("chord  {}", entry.chord.as_deref().unwrap_or("N")));
        }
        let mut out = io::stdout().lock();
        for line in lines {
            writeln!(out, "{:>7}  {line}", clock(entry.t))?;
        }
        out.flush()
    }
}

fn percent(confidence: Option<f32>) -> String {
    confidence.map(|share| format!(" ({:.0} % sure)", share * 100.0)).unwrap_or_default()
}

/// A change from one key to another, in words.
fn lift(before: Option<&str>, now: Option<&str>) -> String {
    let (Some(before), Some(now)) = (before.and_then(Key::parse), now.and_then(Key::parse)) else {
        return String::new();
    };
    match now.tonic.above(before.tonic) {
        0 => format!("  ← from {before}"),
        up @ 1..=6 => format!("  ← lifted {up} semitones from {before}"),
        up => format!("  ← {} semitones below {before}", 12 - up),
    }
}

/// Called on the worker's thread: notes how much CPU time that thread has used.
fn counting_cpu(spent: Arc<AtomicU64>) -> impl FnMut() + Send {
    thread_local! {
        // Begins at the first call, which the worker makes when it begins to run.
        static CLOCK: ThreadClock = ThreadClock::start();
    }
    move || {
        let seconds = CLOCK.with(ThreadClock::seconds);
        spent.store((seconds * 1e9) as u64, Ordering::Relaxed);
    }
}

fn summary(report: &Report) -> io::Result<()> {
    let Some(facts) = &report.line.facts else { return Ok(()) };
    let keys: Vec<String> =
        facts.keys.iter().map(|span| format!("{} from {}", span.key, clock(span.start))).collect();
    let bpm = facts.tempo.as_ref().map(|tempo| format!("{:.1} BPM", tempo.bpm));
    tell(&format!(
        "\nHeard {:.0} s: {}; {}; {} beats, {} chords, {:.1} s of CPU time.",
        report.line.audio_seconds,
        if keys.is_empty() { "no clear key".to_owned() } else { keys.join(", ") },
        bpm.unwrap_or_else(|| "no tempo".to_owned()),
        facts.beats.len(),
        facts.chords.len(),
        facts.cpu_seconds,
    ))
}

fn write(args: &DemoArgs, report: &Report) -> anyhow::Result<()> {
    let json = args.out.join("report.json");
    let html = args.out.join("report.html");
    let line = serde_json::to_string(&report.line)?;
    for (path, text) in [(&json, line + "\n"), (&html, page::page(report))] {
        fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))?;
        tell(&format!("wrote {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_minutes_seconds_and_tenths() {
        assert_eq!(clock(62.34), "1:02.3");
        assert_eq!(clock(59.96), "1:00.0");
    }

    #[test]
    fn a_lift_is_told_as_one() {
        assert_eq!(lift(Some("D major"), Some("F major")), "  ← lifted 3 semitones from D major");
        assert_eq!(lift(Some("C major"), Some("A minor")), "  ← 3 semitones below C major");
        assert_eq!(lift(None, Some("A minor")), "");
    }

    #[test]
    fn a_report_stands_on_its_own() {
        let song = song::demo();
        let report = Listener::new(&song).hear_at_once(20.0).unwrap();
        let page = page::page(&report);
        assert!(page.starts_with("<!doctype html>") && page.contains("<svg"));
        assert!(page.contains("114"), "the tempo is in it");
        for outside in ["http://", "https://", "src=", "@import", "url("] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(!report.line.facts.unwrap().timeline.unwrap().is_empty());
    }
}
