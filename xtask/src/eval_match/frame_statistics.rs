//! Two simpler representations to hold ours against: means and deviations over frames.
//!
//! *Plain descriptors*: tempo, zero crossings, spectral centroid, roll-off and flatness (G. Peeters,
//! "A large set of audio features for sound description", IRCAM, 2004), level, and how strongly the
//! chroma holds each interval and triad (C. Weiß, M. Mauch, S. Dixon, "Timbre-invariant audio
//! features for style analysis of classical music", ICMC/SMC 2014). *MFCC*: mean and deviation of 20
//! mel cepstrum coefficients (B. Logan, A. Salomon, "A music similarity function based on signal
//! analysis", ICME 2001, without its clusters). Both are compared by Euclidean distance, every value
//! standardised over the whole files of the set, which flatters them: ours knows no set.

use analysis::{
    ANALYSIS_RATE, AnalysisConfig, Bpm, FeatureExtractor, FrameSink, N_SHORT_BINS, SHORT_WINDOW,
    ShortFrame, TonalFrame,
};

use super::excerpts::Excerpts;

const N_CEPSTRUM: usize = 20;
const N_MEL: usize = 40;
/// Centroid, roll-off, flatness, level.
const N_SHAPE: usize = 4;
/// Six intervals, and major, minor, diminished and augmented triads.
const N_CHROMA: usize = 10;
/// Tempo, zero crossings; mean and deviation of the shape; chroma.
const N_PLAIN: usize = 2 + 2 * N_SHAPE + N_CHROMA;
/// Classes of each triad from its root up.
const TRIADS: [[usize; 3]; 4] = [[0, 4, 7], [0, 3, 7], [0, 3, 6], [0, 4, 8]];
/// Frames with less power are silence (-70 dB of a full-scale sine).
const SILENCE_POWER: f32 = 1e-7;
const BIN_HZ: f32 = ANALYSIS_RATE as f32 / SHORT_WINDOW as f32;

/// Both representations of an excerpt.
#[derive(Clone, Debug)]
pub(super) struct Statistics {
    plain: [f32; N_PLAIN],
    cepstrum: [f32; 2 * N_CEPSTRUM],
}

impl Statistics {
    /// Of two channels; the tempo is the one that was heard.
    pub(super) fn of(
        sample_rate: u32,
        left: &[f32],
        right: &[f32],
        tempo: Option<Bpm>,
    ) -> anyhow::Result<Self> {
        let mono: Vec<f32> = left.iter().zip(right).map(|(l, r)| 0.5 * (l + r)).collect();
        let mut extractor = FeatureExtractor::new(&AnalysisConfig::at_rate(sample_rate))?;
        let mut frames = Frames::new();
        extractor.push(&mono, &mut frames);
        extractor.finish(&mut frames);
        let crossings = mono.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count();
        let heard = [
            tempo.map_or(0.0, |bpm| bpm.0),
            crossings as f32 / mono.len().max(1) as f32 * sample_rate as f32,
        ];
        let (shape, shape_deviation) = frames.shape.result();
        let (cepstrum, cepstrum_deviation) = frames.cepstrum.result();
        let (chroma, _) = frames.chroma.result();
        Ok(Self {
            plain: joined(&[&heard, &shape, &shape_deviation, &chroma]),
            cepstrum: joined(&[&cepstrum, &cepstrum_deviation]),
        })
    }

    /// Distance of the plain descriptors.
    pub(super) fn plain_distance(&self, other: &Self) -> f32 {
        euclidean(&self.plain, &other.plain)
    }

    /// Distance of the MFCC statistics.
    pub(super) fn cepstrum_distance(&self, other: &Self) -> f32 {
        euclidean(&self.cepstrum, &other.cepstrum)
    }
}

/// Brings every value of all excerpts to the mean 0 and the deviation 1 over the whole files.
pub(super) fn standardized(pieces: &mut [Excerpts]) {
    let mut plain = Sums::<N_PLAIN>::new();
    let mut cepstrum = Sums::<{ 2 * N_CEPSTRUM }>::new();
    for excerpts in pieces.iter() {
        plain.add(&excerpts.whole.statistics.plain);
        cepstrum.add(&excerpts.whole.statistics.cepstrum);
    }
    let (plain, cepstrum) = (plain.result(), cepstrum.result());
    for piece in pieces.iter_mut().flat_map(Excerpts::pieces_mut) {
        standardize(&mut piece.statistics.plain, &plain);
        standardize(&mut piece.statistics.cepstrum, &cepstrum);
    }
}

fn standardize<const N: usize>(values: &mut [f32; N], (mean, deviation): &([f32; N], [f32; N])) {
    for ((value, mean), deviation) in values.iter_mut().zip(mean).zip(deviation) {
        *value = (*value - mean) / deviation.max(1e-6);
    }
}

fn euclidean(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

fn joined<const N: usize>(parts: &[&[f32]]) -> [f32; N] {
    let mut all = [0.0; N];
    for (value, part) in all.iter_mut().zip(parts.iter().copied().flatten()) {
        *value = *part;
    }
    all
}

/// Sums of values and squares.
struct Sums<const N: usize> {
    n: f64,
    sum: [f64; N],
    sum_sq: [f64; N],
}

impl<const N: usize> Sums<N> {
    fn new() -> Self {
        Self { n: 0.0, sum: [0.0; N], sum_sq: [0.0; N] }
    }

    fn add(&mut self, values: &[f32; N]) {
        self.n += 1.0;
        for ((sum, sum_sq), &value) in self.sum.iter_mut().zip(&mut self.sum_sq).zip(values) {
            *sum += f64::from(value);
            *sum_sq += f64::from(value) * f64::from(value);
        }
    }

    /// Mean and deviation.
    fn result(&self) -> ([f32; N], [f32; N]) {
        let n = self.n.max(1.0);
        let mean = self.sum.map(|sum| sum / n);
        let deviation =
            std::array::from_fn(|i| (self.sum_sq[i] / n - mean[i] * mean[i]).max(0.0).sqrt());
        (mean.map(|value| value as f32), deviation.map(|value: f64| value as f32))
    }
}

/// Takes the frames of an excerpt; silence says nothing.
struct Frames {
    /// Triangles of equal width in mel, `[band][bin]`.
    bands: Vec<Vec<f32>>,
    shape: Sums<N_SHAPE>,
    cepstrum: Sums<N_CEPSTRUM>,
    chroma: Sums<N_CHROMA>,
}

impl Frames {
    fn new() -> Self {
        let mel = |hz: f32| 2595.0 * (1.0 + hz / 700.0).log10();
        let width = mel(ANALYSIS_RATE as f32 / 2.0) / (N_MEL + 1) as f32;
        let band = |idx: usize| {
            let weight = |bin: usize| {
                let steps = mel(bin as f32 * BIN_HZ) / width - (idx + 1) as f32;
                (1.0 - steps.abs()).max(0.0)
            };
            (0..N_SHORT_BINS).map(weight).collect()
        };
        Self {
            bands: (0..N_MEL).map(band).collect(),
            shape: Sums::new(),
            cepstrum: Sums::new(),
            chroma: Sums::new(),
        }
    }
}

impl FrameSink for Frames {
    fn short_frame(&mut self, frame: &ShortFrame<'_>) {
        let total: f32 = frame.power.iter().skip(1).sum();
        if total < SILENCE_POWER {
            return;
        }
        let logs: Vec<f32> = self
            .bands
            .iter()
            .map(|band| {
                (band.iter().zip(frame.power).map(|(w, p)| w * p).sum::<f32>() + 1e-10).ln()
            })
            .collect();
        self.cepstrum.add(&std::array::from_fn(|k| {
            let angle =
                |m: usize| std::f32::consts::PI * (k + 1) as f32 * (m as f32 + 0.5) / N_MEL as f32;
            logs.iter().enumerate().map(|(m, log)| log * angle(m).cos()).sum()
        }));
        self.shape.add(&shape(frame.power, total));
    }

    fn tonal_frame(&mut self, frame: &TonalFrame) {
        let mut classes: [f32; 12] = std::array::from_fn(|class| {
            [35, 0, 1].iter().map(|offset| frame.full[(3 * class + offset) % 36]).sum()
        });
        let total: f32 = classes.iter().sum();
        if frame.power < SILENCE_POWER || total <= 0.0 {
            return;
        }
        classes = classes.map(|class| class / total);
        let over_roots = |steps: &[usize]| -> f32 {
            let product =
                |root: usize| steps.iter().map(|step| classes[(root + step) % 12]).product::<f32>();
            (0..12).map(product).sum()
        };
        let intervals = (1..=6).map(|step| over_roots(&[0, step]));
        let triads = TRIADS.iter().map(|triad| over_roots(triad));
        let mut values = [0.0; N_CHROMA];
        for (value, held) in values.iter_mut().zip(intervals.chain(triads)) {
            *value = held;
        }
        self.chroma.add(&values);
    }
}

/// Centroid and 85 % roll-off in hertz, flatness and level in decibels.
fn shape(power: &[f32; N_SHORT_BINS], total: f32) -> [f32; N_SHAPE] {
    let (mut moment, mut magnitudes, mut logs, mut below) = (0.0, 0.0, 0.0, 0.0);
    let mut rolloff_hz = 0.0;
    for (bin, &p) in power.iter().enumerate().skip(1) {
        let hz = bin as f32 * BIN_HZ;
        moment += p.sqrt() * hz;
        magnitudes += p.sqrt();
        logs += (p + 1e-12).ln();
        if below < 0.85 * total {
            below += p;
            rolloff_hz = hz;
        }
    }
    let n_bins = (N_SHORT_BINS - 1) as f32;
    let flatness_db = 10.0 / std::f32::consts::LN_10 * (logs / n_bins - (total / n_bins).ln());
    [moment / magnitudes, rolloff_hz, flatness_db, 10.0 * total.log10()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f32) -> Vec<f32> {
        (0..96_000).map(|i| (i as f32 * hz / 24_000.0 * std::f32::consts::TAU).sin()).collect()
    }

    #[test]
    fn a_sine_crosses_zero_twice_a_period_and_lies_where_it_lies() {
        let tone = sine(1000.0);
        let statistics = Statistics::of(24_000, &tone, &tone, Some(Bpm(90.0))).unwrap();
        let [tempo, crossings, _, rolloff_hz, ..] = statistics.plain;
        assert_eq!(tempo, 90.0);
        assert!((crossings - 2000.0).abs() < 5.0, "{crossings}");
        assert!((rolloff_hz - 1000.0).abs() < 2.0 * BIN_HZ, "{rolloff_hz}");
    }

    #[test]
    fn other_sounds_are_further_away_than_the_same() {
        let of = |hz| {
            let tone = sine(hz);
            Statistics::of(24_000, &tone, &tone, None).unwrap()
        };
        let (low, high) = (of(200.0), of(3000.0));
        assert_eq!(low.plain_distance(&low), 0.0);
        assert!(low.plain_distance(&high) > 0.0 && low.cepstrum_distance(&high) > 0.0);
    }
}
