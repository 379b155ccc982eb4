//! The melody: a softened square and sawtooth with a vibrato that sets in late.

use super::building_blocks::{
    Envelope, EnvelopeTimes, StateVariable, advance, decay_factor, saw, sine, square,
};
use super::{QUANTUM, Strike, Voice};

const TIMES: EnvelopeTimes =
    EnvelopeTimes { attack_s: 0.018, decay_s: 0.35, sustain: 0.72, release_s: 0.06 };

const VIBRATO_HZ: f32 = 5.3;
/// Depth as a share of the frequency: 0.006 is ten cents.
const VIBRATO_DEPTH: f32 = 0.006;
/// Time constant with which the vibrato sets in.
const VIBRATO_ONSET_S: f32 = 0.35;

/// One note of the melody.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LeadVoice {
    sample_rate_hz: f32,
    phase: f32,
    /// Phase step without and with vibrato.
    straight_step: f32,
    step: f32,
    vibrato_phase: f32,
    /// What is missing to the full vibrato, 1 to 0, and its fall in a quantum.
    vibrato_missing: f32,
    vibrato_fall: f32,
    level: f32,
    envelope: Envelope,
    filter: StateVariable,
}

impl LeadVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        let step = strike.frequency_hz / rate;
        let cutoff_hz = strike.frequency_hz * (3.5 + 3.0 * strike.velocity);
        Self {
            sample_rate_hz: rate,
            phase: 0.0,
            straight_step: step,
            step,
            vibrato_phase: 0.0,
            vibrato_missing: 1.0,
            vibrato_fall: decay_factor(VIBRATO_ONSET_S, rate / QUANTUM as f32),
            level: 0.3 + 0.7 * strike.velocity,
            envelope: Envelope::new(TIMES, strike.gate_samples, rate),
            filter: StateVariable::new(cutoff_hz, 0.7, rate),
        }
    }
}

impl Voice for LeadVoice {
    fn prepare(&mut self) {
        let depth = VIBRATO_DEPTH * (1.0 - self.vibrato_missing);
        self.step = self.straight_step * (1.0 + depth * sine(self.vibrato_phase));
        self.vibrato_missing *= self.vibrato_fall;
        advance(&mut self.vibrato_phase, VIBRATO_HZ * QUANTUM as f32 / self.sample_rate_hz);
    }

    fn next_sample(&mut self) -> f32 {
        let wave = 0.3 * saw(self.phase, self.step)
            + 0.25 * square(self.phase, self.step)
            + 0.35 * sine(self.phase);
        advance(&mut self.phase, self.step);
        self.filter.next(wave).low * self.envelope.next() * self.level
    }

    fn has_ended(&self) -> bool {
        self.envelope.has_ended()
    }
}
