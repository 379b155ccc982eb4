//! [`LeastClarity`]: how clearly something must repeat to be followed, and to be shown as a tempo.
//!
//! Speech, rain and noise in syllables repeat by chance: the longer they are heard, the less. Beats
//! may follow what is only likely; a number on a screen has to be true.

/// Least periodicity for each step from a guess to a tempo that is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct LeastClarity {
    /// Mean periodicity at which a pulse is accepted and, in a second, how much more; that at which
    /// it is given up.
    on: f32,
    on_second: f32,
    off: f32,
    /// Clarity at which a first tempo is shown and, in a second, how much more; that below which the
    /// tempo shown is not heard any more.
    shown: f32,
    shown_second: f32,
    heard: f32,
}

impl LeastClarity {
    /// Of onsets alone; what is shown goes by its confidence.
    pub(super) const OF_ONSETS: Self = Self {
        on: 0.025,
        on_second: 0.19,
        off: 0.015,
        shown: 0.58,
        shown_second: 0.0,
        heard: 0.45,
    };
    /// Beside a network, whose periodicity tells music from speech nearly without fault. Tuned on 66
    /// signals without beat (noise in syllables, gliding and synthetic voices, rain) and 70 rendered
    /// clips, which lie above 0.30 after 5 s and 0.45 after 15 s but for one in twenty. Of readings
    /// without beat, one in a hundred exceeds 0.29 after 4 s, 0.20 after 5 s and 0.19 after 15 s.
    pub(super) const WITH_NETWORK: Self =
        Self { on: 0.125, on_second: 0.0, off: 0.06, shown: 0.17, shown_second: 0.6, heard: 0.16 };

    /// Whether beats are to be followed, from the mean periodicity of the best tempo after `seconds`
    /// and whether there was a pulse before.
    pub(super) fn is_pulse(self, mean: f32, seconds: f32, was_pulse: bool) -> bool {
        mean > self.on + self.on_second / seconds || (was_pulse && mean >= self.off)
    }

    /// Whether a first tempo so clear after `seconds` may be shown.
    pub(super) fn may_be_shown(self, clarity: f32, seconds: f32) -> bool {
        clarity >= self.shown + self.shown_second / seconds
    }

    /// Whether the tempo shown is still heard.
    pub(super) fn is_still_heard(self, clarity: f32) -> bool {
        clarity >= self.heard
    }
}
