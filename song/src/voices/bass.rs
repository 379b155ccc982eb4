//! The bass: a sawtooth over a sine, through a lowpass that closes as the note goes on.

use super::building_blocks::{
    Envelope, EnvelopeTimes, StateVariable, advance, decay_factor, saw, sine,
};
use super::{QUANTUM, Strike, Voice};

const TIMES: EnvelopeTimes =
    EnvelopeTimes { attack_s: 0.004, decay_s: 0.5, sustain: 0.55, release_s: 0.025 };

/// One bass note.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BassVoice {
    sample_rate_hz: f32,
    phase: f32,
    step: f32,
    level: f32,
    envelope: Envelope,
    filter: StateVariable,
    /// How far the filter is opened, 1 at the start to 0, and its fall in a quantum.
    brightness: f32,
    brightness_fall: f32,
}

impl BassVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        Self {
            sample_rate_hz: rate,
            phase: 0.0,
            step: strike.frequency_hz / rate,
            level: 0.3 + 0.7 * strike.velocity,
            envelope: Envelope::new(TIMES, strike.gate_samples, rate),
            filter: StateVariable::new(400.0, 0.8, rate),
            brightness: 0.5 + 0.5 * strike.velocity,
            brightness_fall: decay_factor(0.12, rate / QUANTUM as f32),
        }
    }
}

impl Voice for BassVoice {
    fn prepare(&mut self) {
        self.filter.tune(220.0 + 900.0 * self.brightness, 0.9, self.sample_rate_hz);
        self.brightness *= self.brightness_fall;
    }

    fn next_sample(&mut self) -> f32 {
        // The sawtooth falls through zero half a cycle after the sine does: keep them in phase.
        let shifted = if self.phase < 0.5 { self.phase + 0.5 } else { self.phase - 0.5 };
        let wave = 0.55 * saw(shifted, self.step) + 0.6 * sine(self.phase);
        advance(&mut self.phase, self.step);
        self.filter.next(wave).low * self.envelope.next() * self.level
    }

    fn has_ended(&self) -> bool {
        self.envelope.has_ended()
    }
}
