//! Tempo ranges that can be chosen: presets, and the one that makes another metrical level win.

use analysis::{Bpm, TempoRange};

use crate::i18n::Text;

/// A range with a name.
pub(crate) struct Preset {
    /// Its name.
    pub(crate) name: Text,
    /// The range.
    pub(crate) range: TempoRange,
}

/// The presets, the default first. Each spans an octave, or the analysis would refuse it.
pub(crate) fn presets() -> [Preset; 4] {
    let range = |min, max| TempoRange { min: Bpm(min), max: Bpm(max) };
    [
        Preset { name: Text("range-any"), range: TempoRange::default() },
        Preset { name: Text("range-slow"), range: range(45.0, 95.0) },
        Preset { name: Text("range-middle"), range: range(70.0, 145.0) },
        Preset { name: Text("range-fast"), range: range(100.0, 210.0) },
    ]
}

/// The range of a little over an octave in which `bpm` sits in the middle, so that its half and
/// double are outside; `None` where no valid range has it.
pub fn range_around(bpm: Bpm) -> Option<TempoRange> {
    /// A little more than the square root of 2.
    const HALF_WIDTH: f32 = 1.42;
    let min = (bpm.0 / HALF_WIDTH).max(20.0);
    let max = (bpm.0 * HALF_WIDTH).min(400.0);
    (bpm.0.is_finite() && max >= 2.0 * min).then_some(TempoRange { min: Bpm(min), max: Bpm(max) })
}

#[cfg(test)]
mod tests {
    use analysis::AnalysisConfig;

    use super::*;

    fn is_accepted(range: TempoRange) -> bool {
        AnalysisConfig { tempo_range: range, ..AnalysisConfig::at_rate(48_000) }.check().is_ok()
    }

    #[test]
    fn every_range_that_can_be_chosen_is_accepted_by_the_analysis() {
        for preset in presets() {
            assert!(is_accepted(preset.range), "{:?}", preset.range);
        }
        for bpm in 10..500 {
            let Some(range) = range_around(Bpm(bpm as f32)) else { continue };
            assert!(is_accepted(range), "{bpm}");
            assert!(range.min.0 < bpm as f32 && (bpm as f32) < range.max.0, "{bpm}");
        }
        assert!(range_around(Bpm(62.9)).is_some());
        assert_eq!(range_around(Bpm(f32::NAN)), None);
    }

    #[test]
    fn a_chosen_level_leaves_its_half_and_double_outside() {
        for bpm in [45.0, 62.9, 83.9, 125.9, 180.0] {
            let range = range_around(Bpm(bpm)).unwrap();
            assert!(range.min.0 > bpm / 2.0 && range.max.0 < bpm * 2.0);
        }
    }
}
