//! Kick, snare, clap and cymbals: falling sines and filtered noise.

use super::building_blocks::{StateVariable, advance, decay_factor, sine};
use super::{Strike, Voice};
use crate::noise::Noise;

/// Level at which a drum has ended, -80 dB.
const INAUDIBLE: f32 = 1e-4;

/// White noise carries its power up to half the sample rate; this keeps the power within a band
/// the same at every rate.
fn noise_level(sample_rate_hz: f32) -> f32 {
    (sample_rate_hz / 48_000.0).sqrt()
}

/// A sine that falls from 190 Hz to G1, with a soft click.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KickVoice {
    phase: f32,
    base_step: f32,
    sweep_step: f32,
    sweep_fall: f32,
    level: f32,
    fall: f32,
    /// Rises from 0 within a millisecond: the sine starts at zero, its envelope too.
    onset: f32,
    onset_step: f32,
}

impl KickVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        Self {
            phase: 0.0,
            base_step: 49.0 / rate,
            sweep_step: 141.0 / rate,
            sweep_fall: decay_factor(0.028, rate),
            level: strike.velocity,
            fall: decay_factor(0.13, rate),
            onset: 0.0,
            onset_step: 1_000.0 / rate,
        }
    }
}

impl Voice for KickVoice {
    fn next_sample(&mut self) -> f32 {
        self.onset = (self.onset + self.onset_step).min(1.0);
        let sample = sine(self.phase) * self.level * self.onset;
        advance(&mut self.phase, self.base_step + self.sweep_step);
        self.sweep_step *= self.sweep_fall;
        self.level *= self.fall;
        sample
    }

    fn has_ended(&self) -> bool {
        self.level < INAUDIBLE
    }
}

/// Two skin modes (G3 and E4, notes that both keys have) under a burst of noise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SnareVoice {
    noise: Noise,
    filter: StateVariable,
    phases: [f32; 2],
    steps: [f32; 2],
    body: f32,
    body_fall: f32,
    rattle: f32,
    rattle_fall: f32,
}

impl SnareVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        Self {
            noise: Noise::new(strike.seed),
            filter: StateVariable::new(1_900.0, 0.6, rate),
            phases: [0.0; 2],
            steps: [196.0 / rate, 329.6 / rate],
            body: 0.5 * strike.velocity,
            body_fall: decay_factor(0.055, rate),
            rattle: 0.75 * strike.velocity * noise_level(rate),
            rattle_fall: decay_factor(0.085, rate),
        }
    }
}

impl Voice for SnareVoice {
    fn next_sample(&mut self) -> f32 {
        let bands = self.filter.next(self.noise.next());
        let body = sine(self.phases[0]) + 0.6 * sine(self.phases[1]);
        for (phase, step) in self.phases.iter_mut().zip(self.steps) {
            advance(phase, step);
        }
        let sample = self.body * body + self.rattle * (bands.high + 0.6 * bands.band);
        self.body *= self.body_fall;
        self.rattle *= self.rattle_fall;
        sample
    }

    fn has_ended(&self) -> bool {
        self.rattle < INAUDIBLE
    }
}

/// Bursts of a clap in seconds after the first hand.
const HANDS_S: [f32; 3] = [0.009, 0.019, 0.028];

/// Four hands a hundredth of a second apart: band-passed noise.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ClapVoice {
    noise: Noise,
    filter: StateVariable,
    top: f32,
    level: f32,
    fall: f32,
    tail_fall: f32,
    age_samples: u32,
    hands_samples: [u32; 3],
}

impl ClapVoice {
    pub(crate) fn new(strike: Strike) -> Self {
        let rate = strike.sample_rate_hz;
        let top = strike.velocity * noise_level(rate);
        Self {
            noise: Noise::new(strike.seed),
            filter: StateVariable::new(1_250.0, 1.6, rate),
            top,
            level: top,
            fall: decay_factor(0.005, rate),
            tail_fall: decay_factor(0.08, rate),
            age_samples: 0,
            hands_samples: HANDS_S.map(|hand_s| (hand_s * rate) as u32),
        }
    }
}

impl Voice for ClapVoice {
    fn next_sample(&mut self) -> f32 {
        if self.hands_samples.contains(&self.age_samples) {
            self.level = self.top;
        }
        let sample = self.filter.next(self.noise.next()).band * self.level;
        let last_hand = self.age_samples >= self.hands_samples[2];
        self.level *= if last_hand { self.tail_fall } else { self.fall };
        self.age_samples += 1;
        sample
    }

    fn has_ended(&self) -> bool {
        self.age_samples > self.hands_samples[2] && self.level < INAUDIBLE
    }
}

/// Hats and crash: high-passed noise that falls fast or slowly.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CymbalVoice {
    noise: Noise,
    filters: [StateVariable; 2],
    level: f32,
    fall: f32,
    onset: f32,
    onset_step: f32,
}

impl CymbalVoice {
    pub(crate) fn closed_hat(strike: Strike) -> Self {
        Self::new(strike, 7_500.0, 0.028)
    }

    pub(crate) fn open_hat(strike: Strike) -> Self {
        Self::new(strike, 7_000.0, 0.14)
    }

    pub(crate) fn crash(strike: Strike) -> Self {
        Self::new(strike, 4_800.0, 0.65)
    }

    fn new(strike: Strike, cutoff_hz: f32, decay_s: f32) -> Self {
        let rate = strike.sample_rate_hz;
        Self {
            noise: Noise::new(strike.seed),
            filters: [StateVariable::new(cutoff_hz, 0.9, rate); 2],
            level: strike.velocity * noise_level(rate),
            fall: decay_factor(decay_s, rate),
            onset: 0.0,
            onset_step: 2_000.0 / rate,
        }
    }
}

impl Voice for CymbalVoice {
    fn next_sample(&mut self) -> f32 {
        self.onset = (self.onset + self.onset_step).min(1.0);
        let mut sample = self.noise.next();
        for filter in &mut self.filters {
            sample = filter.next(sample).high;
        }
        sample *= self.level * self.onset;
        self.level *= self.fall;
        sample
    }

    fn has_ended(&self) -> bool {
        self.level < INAUDIBLE
    }
}
