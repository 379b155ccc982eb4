//! [`Publisher`]: decides when a snapshot is worth a repaint.

use advice::{Aimed, Snapshot, WorkerState};
use analysis::{Chord, History, InputState, Key, KeyCandidate, Seconds};
use triple_buffer::Input;

/// Most snapshots a second of stream that are published for what moves all the time (levels,
/// chroma, the phase of the beat). What is read as an event is published at once.
const MAX_PER_SECOND: u64 = 30;

/// Wakes without sound after which a change that was withheld is published after all.
const N_QUIET_WAKES: u32 = 20;

/// Publishes snapshots, latest wins.
#[derive(Debug)]
pub(super) struct Publisher {
    output: Input<Snapshot>,
    published: Snapshot,
    /// Stream time since then, in samples times [`MAX_PER_SECOND`].
    since_published: u64,
    sample_rate: u32,
    n_quiet_wakes: u32,
}

impl Publisher {
    pub(super) fn new(output: Input<Snapshot>) -> Self {
        Self {
            output,
            published: Snapshot::default(),
            since_published: 0,
            sample_rate: 0,
            n_quiet_wakes: 0,
        }
    }

    /// Lets stream time pass.
    pub(super) fn pass(&mut self, n_samples: u64, sample_rate: u32) {
        self.sample_rate = sample_rate;
        self.since_published =
            self.since_published.saturating_add(n_samples.saturating_mul(MAX_PER_SECOND));
    }

    /// Publishes `snapshot` if it is due; `heard` says whether there was anything new to hear.
    pub(super) fn offer(&mut self, snapshot: &Snapshot, heard: bool) -> bool {
        self.n_quiet_wakes = if heard { 0 } else { self.n_quiet_wakes.saturating_add(1) };
        let interval = match snapshot.hearing.input {
            InputState::Sounding => u64::from(self.sample_rate),
            // In silence only confidences move, slowly: once a second will do.
            InputState::Waiting | InputState::Silent => {
                u64::from(self.sample_rate).saturating_mul(MAX_PER_SECOND)
            }
        };
        let rested = self.since_published >= interval || self.n_quiet_wakes == N_QUIET_WAKES;
        let due = Events::of(snapshot) != Events::of(&self.published)
            || (rested && as_seen(snapshot) != as_seen(&self.published));
        if due {
            self.publish(snapshot);
        }
        due
    }

    /// Publishes `snapshot`: whole, because what the buffer holds is some older one.
    pub(super) fn publish(&mut self, snapshot: &Snapshot) {
        *self.output.input_buffer_mut() = *snapshot;
        self.output.publish();
        self.published = *snapshot;
        self.since_published = 0;
    }
}

/// What is shown as an event: a late one would be noticed.
#[derive(PartialEq)]
struct Events {
    worker: WorkerState,
    held: bool,
    lost_samples: u64,
    library: u32,
    n_resets: u32,
    aimed: Aimed,
    n_taps: Option<u32>,
    /// 0 in silence: the beat that runs on inside is not an event.
    n_beats: u64,
    key: Option<Key>,
    chord: Option<Chord>,
    /// The tempo as it is shown, in tenths of BPM.
    tempo_tenth_bpm: Option<i64>,
}

impl Events {
    fn of(snapshot: &Snapshot) -> Self {
        let hearing = &snapshot.hearing;
        Self {
            worker: snapshot.worker,
            held: snapshot.held,
            lost_samples: snapshot.lost_samples,
            library: snapshot.library,
            n_resets: snapshot.n_resets,
            aimed: snapshot.aimed,
            n_taps: snapshot.tapped.map(|tapped| tapped.n_taps),
            n_beats: if hearing.input == InputState::Sounding { hearing.n_beats } else { 0 },
            key: hearing.key.map(|estimate| estimate.key),
            chord: hearing.chord.and_then(|segment| segment.chord),
            tempo_tenth_bpm: hearing.tempo.map(|tempo| (tempo.bpm.0 * 10.0).round() as i64),
        }
    }
}

/// `snapshot` as it is seen: without what only says how late it is, and no more precise than a
/// panel draws. A difference that can't be seen is worth no repaint.
fn as_seen(snapshot: &Snapshot) -> Snapshot {
    let mut snapshot = *snapshot;
    let hearing = &mut snapshot.hearing;
    hearing.at = Seconds(0.0);
    if let Some(chord) = &mut hearing.chord {
        chord.end = Seconds(0.0);
        round(&mut chord.confidence, PERCENT);
    }
    if let Some(key) = hearing.keys.last_mut() {
        key.end = Seconds(0.0);
    }
    if let Some(key) = &mut hearing.key {
        round(&mut key.confidence, PERCENT);
        // Whom they name matters; their shares come along with whatever else changes.
        key.alternatives = History::first_of(
            key.alternatives.iter().map(|other| KeyCandidate { weight: 0.0, ..*other }),
        );
    }
    if let Some(tuning) = &mut hearing.tuning {
        round(&mut tuning.cents.0, TENTH);
        round(&mut tuning.confidence, PERCENT);
    }
    if let Some(tempo) = &mut hearing.tempo {
        round(&mut tempo.bpm.0, TENTH);
        round(&mut tempo.confidence, PERCENT);
        tempo.alternatives = History::new();
    }
    if let Some(against) = &mut snapshot.against_host {
        round(&mut against.percent, TENTH);
        round(&mut against.early_ms, TENTH);
    }
    if let Some(meter) = &mut hearing.meter {
        round(&mut meter.confidence, PERCENT);
    }
    if hearing.input != InputState::Sounding {
        // The beat runs on inside, but nobody taps along to silence.
        hearing.beat_phase = 0.0;
        hearing.n_beats = 0;
        hearing.beats = History::new();
    }
    hearing.chroma.iter_mut().for_each(|energy| round(energy, PERCENT));
    hearing.third_octaves_db.iter_mut().for_each(|level_db| round(level_db, TENTH));
    let loudness = &mut hearing.loudness;
    let lufs = [&mut loudness.momentary, &mut loudness.short_term, &mut loudness.integrated];
    lufs.into_iter().flatten().for_each(|lufs| round(&mut lufs.0, TENTH));
    for value in [&mut loudness.range_lu, &mut loudness.true_peak_dbtp].into_iter().flatten() {
        round(value, TENTH);
    }
    snapshot
}

/// Precision of shares, confidences and energies: parts of 1.
const PERCENT: f32 = 100.0;
/// Precision of levels, tempo and tuning: parts of 1.
const TENTH: f32 = 10.0;

fn round(value: &mut f32, parts: f32) {
    *value = (*value * parts).round() / parts;
}

#[cfg(test)]
mod tests {
    use super::*;
    use analysis::{Hearing, KeyEstimate};

    fn at(at_s: f64, chroma: f32) -> Snapshot {
        let hearing = Hearing {
            at: Seconds(at_s),
            input: InputState::Sounding,
            chroma: [chroma; 12],
            ..Hearing::default()
        };
        Snapshot { hearing, ..Snapshot::default() }
    }

    #[test]
    fn what_moves_is_published_thirty_times_a_second() {
        let (input, mut output) = triple_buffer::triple_buffer(&Snapshot::default());
        let mut publisher = Publisher::new(input);
        let mut n_published = 0;
        for step in 1..=1000 {
            publisher.pass(48, 48_000);
            n_published +=
                usize::from(publisher.offer(&at(0.001 * f64::from(step), step as f32), true));
        }
        assert!((28..=30).contains(&n_published), "{n_published}");
        assert!(output.read().hearing.chroma[0] > 900.0);
    }

    #[test]
    fn time_alone_is_not_published() {
        let (input, _output) = triple_buffer::triple_buffer(&Snapshot::default());
        let mut publisher = Publisher::new(input);
        publisher.publish(&at(0.0, 0.0));
        for step in 1..=1000 {
            publisher.pass(480, 48_000);
            assert!(!publisher.offer(&at(0.01 * f64::from(step), 0.0), true));
        }
    }

    #[test]
    fn a_new_key_is_published_at_once() {
        let (input, mut output) = triple_buffer::triple_buffer(&Snapshot::default());
        let mut publisher = Publisher::new(input);
        let mut snapshot = at(1.0, 0.0);
        publisher.pass(1, 48_000);
        snapshot.hearing.key = Some(KeyEstimate::default());
        assert!(publisher.offer(&snapshot, true));
        assert!(output.read().hearing.key.is_some());
    }

    #[test]
    fn what_was_withheld_is_published_when_the_sound_stops() {
        let (input, _output) = triple_buffer::triple_buffer(&Snapshot::default());
        let mut publisher = Publisher::new(input);
        publisher.pass(1, 48_000);
        assert!(!publisher.offer(&at(1.0, 0.5), true));
        let n_published = (0..100).filter(|_| publisher.offer(&at(1.0, 0.5), false)).count();
        assert_eq!(n_published, 1);
    }
}
