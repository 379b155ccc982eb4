//! Figures that do not flicker.

/// How far beyond the shown figure, in steps, what is heard must be to move it. Above a half, so
/// that what lies between two figures does not show both in turn.
const MOVES_AT: f32 = 0.75;
/// Sureness from which a tempo or a key is taken as known: below, it is a guess.
pub(super) const KNOWN_FROM: f32 = 0.35;
/// Sureness from which figures of the sound are: five seconds of it, the least that is compared.
pub(super) const SETTLED_FROM: f32 = 0.25;
/// What is known stays it until it is less sure than this share of that.
const KNOWN_TO: f32 = 0.75;

/// A figure rounded to steps, which moves only when it must.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Steady {
    shown: Option<f32>,
}

impl Steady {
    /// `value` in whole steps of `step`, or what was shown before where that is still near enough.
    pub(super) fn follow(&mut self, value: f32, step: f32) -> f32 {
        let kept = self.shown.filter(|shown| (value - shown).abs() <= MOVES_AT * step);
        let shown = kept.unwrap_or_else(|| rounded(value, step));
        self.shown = Some(shown);
        shown
    }

    /// Forgets what was shown.
    pub(super) fn reset(&mut self) {
        self.shown = None;
    }
}

/// `value` in whole steps; never minus zero.
fn rounded(value: f32, step: f32) -> f32 {
    // Dividing by the number of steps in one keeps 0.1 and the like as exact as can be.
    let per_one = 1.0 / step;
    (value * per_one).round() / per_one + 0.0
}

/// Whether something is sure enough to be told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gate {
    is_open: bool,
}

impl Gate {
    /// Whether what is heard with `confidence` counts as known, which it does from `known_from` on.
    pub(super) fn passes(&mut self, confidence: f32, known_from: f32) -> bool {
        let share = if self.is_open { KNOWN_TO } else { 1.0 };
        self.is_open = confidence >= share * known_from;
        self.is_open
    }

    /// Forgets what was known.
    pub(super) fn reset(&mut self) {
        self.is_open = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_between_two_steps_does_not_flicker() {
        let mut steady = Steady::default();
        let first = steady.follow(2.04, 0.1);
        for n in 0..100 {
            let wobble = if n % 2 == 0 { 0.02 } else { -0.02 };
            assert_eq!(steady.follow(2.05 + wobble, 0.1), first);
        }
        assert_eq!(steady.follow(2.31, 0.1), 2.3);
    }

    #[test]
    fn the_first_figure_is_the_rounded_one() {
        for value in [-3.26, -0.04, 0.0, 1.249, 1.251, 977.0] {
            let shown = Steady::default().follow(value, 0.5);
            assert!((shown - value).abs() <= 0.2501, "{value} shown as {shown}");
            assert!(shown != 0.0 || shown.is_sign_positive());
        }
    }

    #[test]
    fn what_is_known_stays_known_until_it_is_clearly_less_sure() {
        let mut gate = Gate::default();
        for (confidence, is_known) in
            [(0.3, false), (0.4, true), (0.3, true), (0.2, false), (0.3, false)]
        {
            assert_eq!(gate.passes(confidence, KNOWN_FROM), is_known, "{confidence}");
        }
    }
}
