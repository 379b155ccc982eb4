//! Oscillators, envelope and filter that the instruments are made of. Phases are in cycles, 0 to 1.

use std::f32::consts::PI;

/// Level at which an envelope has ended, -80 dB below its own top, -96 dB in the mix.
const INAUDIBLE: f32 = 1e-4;

/// Factor a sample by which something falls to 1/e in `seconds`.
pub(super) fn decay_factor(seconds: f32, sample_rate_hz: f32) -> f32 {
    (-1.0 / (seconds * sample_rate_hz).max(1.0)).exp()
}

/// Adding this and taking it away again rounds a small `f32` to the nearest whole number: `round`
/// and `floor` are function calls on processors without SSE 4.1.
const ROUNDER: f32 = 12_582_912.0;

/// Sine of a phase of any sign, to 1e-5, by plain arithmetic: the same on every machine.
pub(super) fn sine(phase: f32) -> f32 {
    let shifted = phase - 0.25;
    let from_trough = shifted - ((shifted + ROUNDER) - ROUNDER);
    // A triangle in quarter periods, then the Taylor series of sin(pi/2 x) refitted to -1..1.
    let x = 1.0 - 4.0 * from_trough.abs();
    let square = x * x;
    x * (1.570_790_6 - square * (0.645_892_7 - square * (0.079_437_5 - square * 0.004_333_3)))
}

/// Advances a phase by one sample.
pub(super) fn advance(phase: &mut f32, step: f32) {
    *phase += step;
    if *phase >= 1.0 {
        *phase -= 1.0;
    }
}

/// A sawtooth with its step smoothed over two samples (polyBLEP; Välimäki, Huovilainen:
/// "Antialiasing oscillators in subtractive synthesis", IEEE Signal Processing Magazine 2007).
pub(super) fn saw(phase: f32, step: f32) -> f32 {
    2.0 * phase - 1.0 - step_correction(phase, step)
}

/// A square wave out of two sawtooths half a cycle apart.
pub(super) fn square(phase: f32, step: f32) -> f32 {
    let other = if phase < 0.5 { phase + 0.5 } else { phase - 0.5 };
    let naive = if phase < 0.5 { 1.0 } else { -1.0 };
    naive + step_correction(phase, step) - step_correction(other, step)
}

fn step_correction(phase: f32, step: f32) -> f32 {
    if phase < step {
        let t = phase / step;
        2.0 * t - t * t - 1.0
    } else if phase > 1.0 - step {
        let t = (phase - 1.0) / step;
        t * t + 2.0 * t + 1.0
    } else {
        0.0
    }
}

/// Linear attack, exponential decay to a sustain level, exponential release when the gate ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Envelope {
    level: f32,
    attack_step: f32,
    attacking: bool,
    decay: f32,
    sustain: f32,
    release: f32,
    gate_samples: u32,
}

/// Times of an [`Envelope`] in seconds: attack until the top, decay and release to 1/e.
#[derive(Clone, Copy, Debug)]
pub(super) struct EnvelopeTimes {
    pub(super) attack_s: f32,
    pub(super) decay_s: f32,
    pub(super) sustain: f32,
    pub(super) release_s: f32,
}

impl Envelope {
    pub(super) fn new(times: EnvelopeTimes, gate_samples: u32, sample_rate_hz: f32) -> Self {
        Self {
            level: 0.0,
            attack_step: 1.0 / (times.attack_s * sample_rate_hz).max(1.0),
            attacking: true,
            decay: decay_factor(times.decay_s, sample_rate_hz),
            sustain: times.sustain,
            release: decay_factor(times.release_s, sample_rate_hz),
            gate_samples,
        }
    }

    pub(super) fn next(&mut self) -> f32 {
        if self.gate_samples == 0 {
            self.level *= self.release;
        } else {
            self.gate_samples -= 1;
            if self.attacking {
                self.level += self.attack_step;
                if self.level >= 1.0 {
                    self.level = 1.0;
                    self.attacking = false;
                }
            } else {
                self.level = self.sustain + (self.level - self.sustain) * self.decay;
            }
        }
        self.level
    }

    pub(super) fn has_ended(&self) -> bool {
        (!self.attacking || self.gate_samples == 0) && self.level < INAUDIBLE
    }
}

/// A two-pole filter that may be moved at any time (Zavalishin, "The art of VA filter design",
/// 2012, chapter 4: the state-variable filter with trapezoidal integrators).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct StateVariable {
    gain: f32,
    damping: f32,
    scale: f32,
    first: f32,
    second: f32,
}

/// The outputs of a [`StateVariable`] filter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bands {
    pub(super) low: f32,
    pub(super) band: f32,
    pub(super) high: f32,
}

impl StateVariable {
    pub(super) fn new(cutoff_hz: f32, q: f32, sample_rate_hz: f32) -> Self {
        let mut filter = Self::default();
        filter.tune(cutoff_hz, q, sample_rate_hz);
        filter
    }

    /// Moves it; cutoffs beyond what the sample rate carries are brought down.
    pub(super) fn tune(&mut self, cutoff_hz: f32, q: f32, sample_rate_hz: f32) {
        self.gain = (PI * (cutoff_hz / sample_rate_hz).min(0.45)).tan();
        self.damping = 1.0 / q;
        self.scale = 1.0 / (1.0 + self.gain * (self.gain + self.damping));
    }

    pub(super) fn next(&mut self, input: f32) -> Bands {
        let high = (input - (self.gain + self.damping) * self.first - self.second) * self.scale;
        let band = self.gain * high + self.first;
        let low = self.gain * band + self.second;
        self.first = self.gain * high + band;
        self.second = self.gain * band + low;
        Bands { low, band, high }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_is_the_sine() {
        for i in -500..1000 {
            let phase = i as f32 / 500.0;
            let exact = (std::f64::consts::TAU * f64::from(phase)).sin();
            assert!((f64::from(sine(phase)) - exact).abs() < 1e-4, "{phase}");
        }
    }

    #[test]
    fn oscillators_have_no_offset() {
        let step = 440.0 / 48_000.0;
        for wave in [saw, square] {
            let mut phase = 0.0;
            let mut sum = 0.0;
            for _ in 0..48_000 {
                sum += f64::from(wave(phase, step));
                advance(&mut phase, step);
            }
            assert!((sum / 48_000.0).abs() < 2e-3);
        }
    }

    #[test]
    fn an_envelope_ends_after_its_gate() {
        let times = EnvelopeTimes { attack_s: 0.01, decay_s: 0.1, sustain: 0.5, release_s: 0.02 };
        let mut envelope = Envelope::new(times, 4_800, 48_000.0);
        let levels: Vec<f32> = (0..24_000).map(|_| envelope.next()).collect();
        assert_eq!(levels.iter().copied().fold(0.0, f32::max), 1.0);
        assert!(levels[4_799] > 0.5 && envelope.has_ended());
    }

    #[test]
    fn a_lowpass_passes_lows_and_stops_highs() {
        for (frequency, expected) in [(50.0, 1.0), (12_000.0, 0.0)] {
            let mut filter = StateVariable::new(500.0, 0.7, 48_000.0);
            let peak = (0..48_000)
                .map(|i| filter.next(sine(frequency * i as f32 / 48_000.0)).low)
                .skip(24_000)
                .fold(0.0f32, |peak, x| peak.max(x.abs()));
            assert!((peak - expected).abs() < 0.02, "{frequency} Hz: {peak}");
        }
    }
}
