//! [`BalanceGap`]: the third octaves, loudness-matched, where they lie outside the reference's own
//! spread.
//!
//! Both spectra are brought to the same loudness first: their third-octave powers, weighted as
//! ITU-R BS.1770-4 weights them, have the same sum. A difference is told where it exceeds the
//! deviation of that band within the reference by more than 2 dB: within it, some passage of the
//! reference sounds just so.

use analysis::{Fingerprint, N_BALANCE};

use super::Compared;
use super::steady::{Gate, SETTLED_FROM, Steady};

/// A difference must lie this far outside the spread of the reference,
const OUTSIDE_DB: f32 = 2.0;
/// and this much further before a band that was not off counts as off.
const COMES_OFF_DB: f32 = 0.5;
/// Bands whose weighted level lies this far below the loudness of the whole, here and there, are
/// hardly heard.
const INAUDIBLE_DB: f32 = -35.0;
/// What a difference is rounded to.
const STEP_DB: f32 = 1.0;
/// Differences are not told beyond this: one side is as good as silent.
const MOST_DB: f32 = 18.0;
/// Beyond the spread and 2 dB by so much in a third of the bands counts as one deviation of a cue.
const DEVIATION_DB: f32 = 6.0;
/// How much the balance counts beside other aspects; that of brightness.
const IMPORTANCE: f32 = 0.9;
/// Gain of the K-weighting of ITU-R BS.1770-4 at the centres of the bands, in dB.
const K_WEIGHTING_DB: [f32; N_BALANCE] = [
    -10.4, -7.8, -5.6, -3.9, -2.7, -1.7, -1.1, -0.7, -0.4, -0.3, -0.2, -0.1, 0.0, 0.0, 0.1, 0.3,
    0.7, 1.3, 2.3, 3.1, 3.6, 3.8, 4.0, 4.0, 4.0, 4.0, 4.0,
];

/// A stretch of the spectrum that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BalanceRegion {
    /// 25 to 50 Hz.
    Sub,
    /// 63 to 125 Hz.
    Bass,
    /// 160 to 400 Hz.
    LowMids,
    /// 500 Hz to 1.25 kHz.
    Mids,
    /// 1.6 to 4 kHz.
    HighMids,
    /// 5 to 10 kHz.
    Highs,
}

impl BalanceRegion {
    /// All of them, low to high.
    pub const ALL: [Self; 6] =
        [Self::Sub, Self::Bass, Self::LowMids, Self::Mids, Self::HighMids, Self::Highs];

    /// The name on the command line ("low mids").
    pub fn name(self) -> &'static str {
        match self {
            Self::Sub => "sub",
            Self::Bass => "bass",
            Self::LowMids => "low mids",
            Self::Mids => "mids",
            Self::HighMids => "high mids",
            Self::Highs => "highs",
        }
    }

    /// Its first and its last band.
    fn bands(self) -> (usize, usize) {
        match self {
            Self::Sub => (0, 3),
            Self::Bass => (4, 7),
            Self::LowMids => (8, 12),
            Self::Mids => (13, 17),
            Self::HighMids => (18, 22),
            Self::Highs => (23, 26),
        }
    }
}

/// How the third octaves differ from those of a reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BalanceGap {
    /// How much too loud each band is in dB, 25 Hz first: 0 where it is within the reference's own
    /// spread and 2 dB.
    pub bands_db: [f32; N_BALANCE],
    /// How sure both spectra are, 0 to 1.
    pub confidence: f32,
    /// How much closing the gap would help, 0 where there is none.
    pub gain: f32,
}

impl BalanceGap {
    /// How much too loud a region is in dB: the mean of those of its bands that are too loud, or of
    /// those that are too quiet, whichever is more; 0 where none is off.
    pub fn region_db(&self, region: BalanceRegion) -> f32 {
        let (first, last) = region.bands();
        let bands = self.bands_db.get(first..=last).unwrap_or_default();
        let sum_of = |is_meant: fn(f32) -> bool| {
            let meant = bands.iter().filter(|db| is_meant(**db));
            meant.fold((0.0, 0.0), |(sum, n), db| (sum + db, n + 1.0_f32))
        };
        let (loud, n_loud) = sum_of(|db| db > 0.0);
        let (quiet, n_quiet) = sum_of(|db| db < 0.0);
        if loud >= -quiet { loud / n_loud.max(1.0) } else { quiet / n_quiet }
    }

    /// The regions that are off, furthest first; of equally far ones the lower first.
    pub fn regions(&self) -> impl Iterator<Item = (BalanceRegion, f32)> {
        let mut regions = BalanceRegion::ALL.map(|region| (region, self.region_db(region)));
        regions.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        regions.into_iter().filter(|(_, db)| *db != 0.0)
    }

    /// The band that is furthest off, in dB; 0 where none is.
    pub fn most_db(&self) -> f32 {
        self.bands_db
            .into_iter()
            .fold(0.0, |most: f32, db| if db.abs() > most.abs() { db } else { most })
    }
}

/// Tells the balance again and again.
#[derive(Clone, Debug)]
pub(super) struct BalanceTeller {
    /// The reference's levels, relative to its loudness, and its spread.
    there_db: [f32; N_BALANCE],
    spread_db: [f32; N_BALANCE],
    confidence: f32,
    gate: Gate,
    shown: [Steady; N_BALANCE],
    is_off: [bool; N_BALANCE],
}

impl BalanceTeller {
    pub(super) fn new(there: &Fingerprint, confidence: f32) -> Self {
        Self {
            there_db: matched(&there.balance),
            spread_db: there.balance_spread,
            confidence,
            gate: Gate::default(),
            shown: [Steady::default(); N_BALANCE],
            is_off: [false; N_BALANCE],
        }
    }

    pub(super) fn gap(&mut self, here: &Fingerprint, confidence: f32) -> Compared<BalanceGap> {
        if !self.gate.passes(confidence, SETTLED_FROM) {
            return Compared::Unheard;
        }
        let here_db = matched(&here.balance);
        let mut bands_db = [0.0; N_BALANCE];
        let mut outside = 0.0;
        for (band, shown_db) in bands_db.iter_mut().enumerate() {
            let (here, there) = (here_db[band], self.there_db[band]);
            let excess = (here - there).clamp(-MOST_DB, MOST_DB);
            let beyond = excess.abs() - self.spread_db[band] - OUTSIDE_DB;
            let audible = here.max(there) + K_WEIGHTING_DB[band] > INAUDIBLE_DB;
            let line = if self.is_off[band] { 0.0 } else { COMES_OFF_DB };
            self.is_off[band] = audible && beyond > line;
            if self.is_off[band] {
                *shown_db = self.shown[band].follow(excess, STEP_DB);
                outside += beyond;
            } else {
                self.shown[band].reset();
            }
        }
        let confidence = (confidence * self.confidence).sqrt();
        let deviations = outside * 3.0 / N_BALANCE as f32 / DEVIATION_DB;
        let gain = deviations.min(super::figure::FAR) * IMPORTANCE * confidence;
        Compared::Known(BalanceGap { bands_db, confidence, gain })
    }

    pub(super) fn reset(&mut self) {
        self.gate.reset();
        self.shown = [Steady::default(); N_BALANCE];
        self.is_off = [false; N_BALANCE];
    }
}

/// Levels in dB relative to the loudness of all of them together.
fn matched(levels_db: &[f32; N_BALANCE]) -> [f32; N_BALANCE] {
    let weighted = levels_db.iter().zip(K_WEIGHTING_DB);
    let power: f32 = weighted.map(|(level, gain)| 10f32.powf((level + gain) / 10.0)).sum();
    let loudness = 10.0 * power.max(f32::MIN_POSITIVE).log10();
    levels_db.map(|level| level - loudness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_share_the_bands_without_gap_or_overlap() {
        let mut next = 0;
        for region in BalanceRegion::ALL {
            let (first, last) = region.bands();
            assert_eq!(first, next, "{region:?}");
            next = last + 1;
        }
        assert_eq!(next, N_BALANCE);
    }

    #[test]
    fn matched_spectra_are_equally_loud() {
        let levels: [f32; N_BALANCE] = std::array::from_fn(|band| (band as f32 * 1.7).sin() * 9.0);
        for offset in [0.0, 20.0, -33.0] {
            let loud: f32 = matched(&levels.map(|level| level + offset))
                .iter()
                .zip(K_WEIGHTING_DB)
                .map(|(level, gain)| 10f32.powf((level + gain) / 10.0))
                .sum();
            assert!((loud - 1.0).abs() < 1e-3);
        }
    }
}
