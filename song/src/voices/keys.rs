//! The electric piano (frequency modulation after Chowning, "The synthesis of complex audio
//! spectra by means of frequency modulation", JAES 1973: a mellow 1:1 pair and a short bell), and
//! the plucked string-like synth of the arpeggio.

use super::building_blocks::{
    Envelope, EnvelopeTimes, StateVariable, advance, decay_factor, saw, sine, square,
};
use super::{QUANTUM, Strike, Voice};

const PIANO_TIMES: EnvelopeTimes =
    EnvelopeTimes { attack_s: 0.003, decay_s: 1.6, sustain: 0.0, release_s: 0.06 };
const PLUCK_TIMES: EnvelopeTimes =
    EnvelopeTimes { attack_s: 0.002, decay_s: 0.16, sustain: 0.0, release_s: 0.09 };

/// One note of the electric piano.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PianoVoice {
    phase: f32,
    bell_phase: f32,
    step: f32,
    bell_step: f32,
    level: f32,
    /// Phase deviation in cycles and its fall in a sample.
    modulation: f32,
    modulation_fall: f32,
    bell: f32,
    bell_fall: f32,
    envelope: Envelope,
}

impl PianoVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        let step = strike.frequency_hz / rate;
        // The bell lies seven times above: between the fifth and the octave, like a tine.
        let bell_step = 7.0 * step;
        Self {
            phase: 0.0,
            bell_phase: 0.0,
            step,
            bell_step: bell_step.min(0.45),
            level: 0.25 + 0.75 * strike.velocity,
            modulation: 0.10 + 0.16 * strike.velocity,
            modulation_fall: decay_factor(0.45, rate),
            bell: if bell_step < 0.45 { 0.16 * strike.velocity * strike.velocity } else { 0.0 },
            bell_fall: decay_factor(0.06, rate),
            envelope: Envelope::new(PIANO_TIMES, strike.gate_samples, rate),
        }
    }
}

impl Voice for PianoVoice {
    fn next_sample(&mut self) -> f32 {
        let modulated = self.phase + self.modulation * sine(self.phase);
        let mut wave = sine(modulated);
        advance(&mut self.phase, self.step);
        self.modulation *= self.modulation_fall;
        // The bell is over long before the note is.
        if self.bell > 1e-4 {
            wave += self.bell * sine(self.bell_phase);
            advance(&mut self.bell_phase, self.bell_step);
            self.bell *= self.bell_fall;
        }
        wave * self.envelope.next() * self.level
    }

    fn has_ended(&self) -> bool {
        self.envelope.has_ended()
    }
}

/// One note of the arpeggio.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PluckVoice {
    sample_rate_hz: f32,
    frequency_hz: f32,
    phase: f32,
    step: f32,
    level: f32,
    envelope: Envelope,
    filter: StateVariable,
    /// How far the filter is opened, 1 at the start to 0, and its fall in a quantum.
    brightness: f32,
    brightness_fall: f32,
}

impl PluckVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        Self {
            sample_rate_hz: rate,
            frequency_hz: strike.frequency_hz,
            phase: 0.0,
            step: strike.frequency_hz / rate,
            level: 0.3 + 0.7 * strike.velocity,
            envelope: Envelope::new(PLUCK_TIMES, strike.gate_samples, rate),
            filter: StateVariable::new(2_000.0, 0.7, rate),
            brightness: 0.4 + 0.6 * strike.velocity,
            brightness_fall: decay_factor(0.08, rate / QUANTUM as f32),
        }
    }
}

impl Voice for PluckVoice {
    fn prepare(&mut self) {
        let cutoff_hz = self.frequency_hz * (1.2 + 5.0 * self.brightness);
        self.filter.tune(cutoff_hz, 0.8, self.sample_rate_hz);
        self.brightness *= self.brightness_fall;
    }

    fn next_sample(&mut self) -> f32 {
        let wave = 0.5 * saw(self.phase, self.step) + 0.35 * square(self.phase, self.step);
        advance(&mut self.phase, self.step);
        self.filter.next(wave).low * self.envelope.next() * self.level
    }

    fn has_ended(&self) -> bool {
        self.envelope.has_ended()
    }
}
