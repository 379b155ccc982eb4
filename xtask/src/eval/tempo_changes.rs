//! How the live path follows a tempo that changes, on grooves rendered here.

use std::io::Write;

use live::Transport;
use serde::Serialize;

use super::beat;
use super::groove::{Groove, RATE};
use crate::listening::{BUFFER_LEN, Heard};

/// A tempo this far off is another one.
const NEAR: f64 = 0.04;
/// Seconds that a follower has to find the new tempo.
const GRACE_SECONDS: f64 = 4.0;

/// How one change was followed.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Followed {
    change: String,
    /// The longest time for which the tempo shown was off, once one was shown, in seconds.
    longest_off_s: f64,
    /// F-measure of the beats called from four seconds after the change on.
    #[serde(rename = "beat_F")]
    beat_f: f64,
}

struct Case {
    name: String,
    groove: Groove,
    /// When the change begins, in seconds.
    change_at: f64,
}

/// Plays every case to the live path.
pub(super) fn follow_all() -> Vec<Followed> {
    cases().iter().map(follow).collect()
}

/// Prints a line for each.
pub(super) fn print(out: &mut impl Write, all: &[Followed]) -> std::io::Result<()> {
    writeln!(
        out,
        "changes of tempo, live: longest time off in s / beat F from 4 s after the change"
    )?;
    for Followed { change, longest_off_s, beat_f } in all {
        writeln!(out, "  {change:38} {longest_off_s:5.1} / {beat_f:.2}")?;
    }
    Ok(())
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for bpm in [84.0, 100.0, 120.0, 140.0] {
        for (percent, factor) in [("+8 %", 1.08), ("−15 %", 0.85)] {
            let to = bpm * factor;
            cases.push(Case {
                name: format!("step of {percent}, {bpm:.0} to {to:.0} BPM"),
                groove: Groove::along(&[(20.0, bpm, bpm), (20.0, to, to)]),
                change_at: 20.3,
            });
        }
    }
    for (from, to) in [(90.0, 120.0), (120.0, 90.0)] {
        cases.push(Case {
            name: format!("{from:.0} to {to:.0} BPM over 30 s"),
            groove: Groove::along(&[(12.0, from, from), (30.0, from, to), (10.0, to, to)]),
            change_at: 12.3,
        });
    }
    for bpm in [80.0, 110.0, 140.0] {
        let groove = Groove::along(&[(50.0, bpm, bpm)]).with_pause(20.0, 16);
        let change_at = groove.back_at().unwrap_or_default() - GRACE_SECONDS;
        cases.push(Case { name: format!("break of 4 bars at {bpm:.0} BPM"), groove, change_at });
    }
    cases
}

fn follow(case: &Case) -> Followed {
    let sound = case.groove.render();
    let mut session = live::session();
    let mut heard = Heard::default();
    let (mut off_since, mut longest_off_s) = (None, 0.0_f64);
    for buffer in sound.chunks(BUFFER_LEN) {
        session.tap.push(RATE, buffer, buffer, Transport::default());
        session.worker.step();
        let hearing = session.worker.hearing();
        heard.observe(hearing);
        let at = hearing.at.0;
        if at > case.groove.seconds() || (off_since.is_none() && heard.timeline.is_empty()) {
            continue;
        }
        let truth = case.groove.bpm(at);
        let is_off = match hearing.tempo {
            Some(tempo) => (f64::from(tempo.bpm.0) / truth - 1.0).abs() > NEAR,
            // Before the first tempo there is none to be off.
            None => heard.timeline.iter().any(|entry| entry.bpm.is_some()),
        };
        if is_off {
            longest_off_s = longest_off_s.max(at - *off_since.get_or_insert(at));
        } else {
            off_since = None;
        }
    }
    let from = case.change_at + GRACE_SECONDS;
    let truth: Vec<f64> =
        case.groove.sounding().into_iter().filter(|at| *at >= from - 0.1).collect();
    let called: Vec<f64> = heard
        .beats
        .iter()
        .map(|beat| beat.at.0)
        .filter(|at| (from - 0.1..case.groove.seconds() - 0.1).contains(at))
        .collect();
    Followed { change: case.name.clone(), longest_off_s, beat_f: beat::f_measure(&truth, &called) }
}
