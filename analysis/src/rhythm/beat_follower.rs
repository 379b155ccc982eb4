//! [`BeatFollower`]: one pulse out of all that are possible, calmly.
//!
//! A [`BeatFilter`] weighs all tempos and phases; what agrees with the pulse followed moves it a
//! little at a time. Another pulse is followed only when it has outweighed this one for a while:
//! longer, where it is another metrical level of the same beat.

use super::beat_filter::{BeatFilter, Expected, Hypothesis};
use super::beat_space::{BeatSpace, MAX_TEMPOS};

/// Hypotheses agree with a pulse up to this far from its beats, in beats, and from its tempo
/// (natural logarithm).
const NEAR_PHASE: f32 = 0.15;
const NEAR_TEMPO: f32 = 0.1;
/// Bins of a beat in which rivals are told apart.
const N_PHASES: usize = 24;
/// Share of all weight at which a pulse is followed where there was none, and at which one moves
/// the pulse that it agrees with.
const FIRST_SHARE: f64 = 0.3;
const MOVING_SHARE: f64 = 0.02;
/// A rival weighs this much more, and has this share of all, to be followed in the end.
const RIVAL_LEAD: f64 = 3.0;
const RIVAL_SHARE: f64 = 0.3;
/// For how many of its beats: another phase or tempo, or another level of the same beat.
const RIVAL_BEATS: f32 = 1.0;
const LEVEL_BEATS: f32 = 4.0;
/// Before this many frames nothing is followed.
const FIRST_FRAMES: usize = 100;

/// The heaviest pulse that disagrees with the one followed.
#[derive(Clone, Copy, Debug, Default)]
struct Rival {
    expected: Expected,
    /// Frames for which it has been heavier.
    held: f32,
}

/// Follows a pulse. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct BeatFollower {
    filter: BeatFilter,
    followed: Option<Expected>,
    rival: Rival,
    /// Share of all weight that agrees with the pulse followed.
    agreed: f64,
}

/// Weight and mean of the hypotheses around a pulse.
#[derive(Clone, Copy, Debug, Default)]
struct Cluster {
    weight: f64,
    /// Sums of weight times phase off, in beats, and times the logarithm of the lag.
    phase: f64,
    log_lag: f64,
}

impl Cluster {
    fn add(&mut self, hypothesis: &Hypothesis, phase: f32) {
        self.weight += hypothesis.weight;
        self.phase += hypothesis.weight * f64::from(phase);
        self.log_lag += hypothesis.weight * f64::from(hypothesis.expected.lag.ln());
    }

    fn plus(mut self, other: Self) -> Self {
        self.weight += other.weight;
        self.phase += other.phase;
        self.log_lag += other.log_lag;
        self
    }

    fn lag(&self) -> f32 {
        (self.log_lag / self.weight).exp() as f32
    }

    fn phase(&self) -> f32 {
        (self.phase / self.weight) as f32
    }
}

impl BeatFollower {
    pub(super) fn new(space: &BeatSpace) -> Self {
        Self {
            filter: BeatFilter::new(space),
            followed: None,
            rival: Rival::default(),
            agreed: 0.0,
        }
    }

    /// Considers other tempos, and follows nothing at first.
    pub(super) fn set_space(&mut self, space: &BeatSpace) {
        self.filter.set_space(space);
        self.drop_pulse();
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.filter.reset();
        self.drop_pulse();
    }

    /// Follows nothing any more.
    pub(super) fn drop_pulse(&mut self) {
        self.followed = None;
        self.rival = Rival::default();
        self.agreed = 0.0;
    }

    /// Frames pushed.
    pub(super) fn n_frames(&self) -> usize {
        self.filter.n_frames()
    }

    /// Takes the log odds of a beat in the next frame.
    pub(super) fn push(&mut self, odds: f32) {
        self.filter.push(odds, self.followed);
    }

    /// The next beat of the pulse followed.
    pub(super) fn followed(&self) -> Option<Expected> {
        self.followed
    }

    /// Share of what is possible that agrees with the pulse followed, 0 to 1.
    pub(super) fn agreed(&self) -> f64 {
        self.agreed
    }

    /// The beat expected is over; the next one is expected.
    pub(super) fn step(&mut self) {
        if let Some(followed) = &mut self.followed {
            followed.at += followed.lag;
        }
    }

    /// Looks at all hypotheses after another `n_frames` and decides what to follow.
    pub(super) fn look(&mut self, n_frames: usize) {
        let mut agreeing = Cluster::default();
        let mut others = [0.0; MAX_TEMPOS];
        let mut total = self.filter.none();
        for hypothesis in self.filter.hypotheses() {
            total += hypothesis.weight;
            match self.followed.and_then(|followed| phase_near(&hypothesis, followed)) {
                Some(phase) => agreeing.add(&hypothesis, phase),
                None => others[hypothesis.tempo] += hypothesis.weight,
            }
        }
        self.agreed = agreeing.weight / total;
        if let Some(followed) = &mut self.followed
            && agreeing.weight > MOVING_SHARE * total
        {
            followed.lag = agreeing.lag();
            followed.at += agreeing.phase() * followed.lag;
        }
        let rival = self.heaviest(&others);
        let expected = Expected { at: rival.0, lag: rival.1.lag() };
        if rival.1.weight < RIVAL_SHARE.min(FIRST_SHARE) * total {
            self.rival.held = 0.0;
            return;
        }
        let Some(followed) = self.followed else {
            if self.filter.n_frames() >= FIRST_FRAMES && rival.1.weight > FIRST_SHARE * total {
                self.follow(expected);
            }
            return;
        };
        if rival.1.weight < RIVAL_SHARE * total
            || rival.1.weight < RIVAL_LEAD * agreeing.weight
            || !same(expected, self.rival.expected)
        {
            self.rival = Rival { expected, held: 0.0 };
            return;
        }
        self.rival.expected = expected;
        self.rival.held += n_frames as f32;
        let beats = if is_level(expected.lag / followed.lag) { LEVEL_BEATS } else { RIVAL_BEATS };
        if self.rival.held > beats * expected.lag.min(followed.lag) {
            self.follow(expected);
        }
    }

    fn follow(&mut self, expected: Expected) {
        self.followed = Some(expected);
        self.rival = Rival::default();
    }

    /// When the heaviest of the hypotheses that disagree expects its beat, and their cluster.
    /// `others`: their weight by tempo.
    fn heaviest(&self, others: &[f64; MAX_TEMPOS]) -> (f32, Cluster) {
        let around = |idx: usize| {
            others[idx.saturating_sub(2)..(idx + 3).min(MAX_TEMPOS)].iter().sum::<f64>()
        };
        let top = (0..MAX_TEMPOS).max_by(|a, b| around(*a).total_cmp(&around(*b))).unwrap_or(0);
        let mut phases = [Cluster::default(); N_PHASES];
        let now = self.filter.n_frames() as f32;
        for hypothesis in self.filter.hypotheses() {
            if hypothesis.tempo.abs_diff(top) > 4
                || self.followed.is_some_and(|f| phase_near(&hypothesis, f).is_some())
            {
                continue;
            }
            let phase = ((hypothesis.expected.at - now) / hypothesis.expected.lag).rem_euclid(1.0);
            let bin = (phase * N_PHASES as f32) as usize % N_PHASES;
            let centre = (bin as f32 + 0.5) / N_PHASES as f32;
            phases[bin].add(&hypothesis, phase - centre);
        }
        let near = |bin: usize| {
            let shifted = |by: usize, beats: f32| {
                let mut cluster = phases[(bin + N_PHASES + by - 1) % N_PHASES];
                cluster.phase += cluster.weight * f64::from(beats);
                cluster
            };
            let width = 1.0 / N_PHASES as f32;
            shifted(0, -width).plus(shifted(1, 0.0)).plus(shifted(2, width))
        };
        let mut best = (0, Cluster { weight: f64::MIN_POSITIVE, ..Cluster::default() });
        for bin in 0..N_PHASES {
            let cluster = near(bin);
            if cluster.weight > best.1.weight {
                best = (bin, cluster);
            }
        }
        let (bin, cluster) = best;
        let phase = (bin as f32 + 0.5) / N_PHASES as f32 + cluster.phase();
        (now + phase * cluster.lag(), cluster)
    }
}

/// How far from a beat of the pulse the hypothesis has its, in beats; `None` where it disagrees.
fn phase_near(hypothesis: &Hypothesis, pulse: Expected) -> Option<f32> {
    let ratio = hypothesis.expected.lag / pulse.lag;
    if !(1.0 - NEAR_TEMPO..1.0 + NEAR_TEMPO).contains(&ratio) {
        return None;
    }
    let off = (hypothesis.expected.at - pulse.at) / pulse.lag;
    let off = off - off.round();
    (off.abs() < NEAR_PHASE).then_some(off)
}

/// Whether two pulses are one at two moments.
fn same(a: Expected, b: Expected) -> bool {
    let off = (a.at - b.at) / a.lag;
    (a.lag / b.lag).ln().abs() < NEAR_TEMPO && (off - off.round()).abs() < NEAR_PHASE
}

/// Whether beats of this ratio are metrical levels of each other.
fn is_level(ratio: f32) -> bool {
    [0.5, 2.0, 1.0 / 3.0, 3.0, 2.0 / 3.0, 1.5].iter().any(|level| (ratio / level).ln().abs() < 0.08)
}
