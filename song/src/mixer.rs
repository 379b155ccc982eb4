//! [`Mixer`]: levels, the room, the echo and the limiter.

mod delay;
mod reverb;

use delay::Delay;
use reverb::Reverb;

use crate::voices::QUANTUM;

/// One stereo signal of a quantum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bus {
    pub(crate) left: [f32; QUANTUM],
    pub(crate) right: [f32; QUANTUM],
}

impl Default for Bus {
    fn default() -> Self {
        Self { left: [0.0; QUANTUM], right: [0.0; QUANTUM] }
    }
}

/// How a bus goes into the mix.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strip {
    pub(crate) gain: f32,
    /// Shares sent to the room and to the echo.
    pub(crate) reverb: f32,
    pub(crate) delay: f32,
    /// Whether the kick pushes it down for a moment.
    pub(crate) ducked: Ducking,
}

/// Whether a bus makes room for the kick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ducking {
    Steady,
    Ducked,
}

/// Level of the whole, tuned to -16 LUFS integrated.
const MASTER_GAIN: f32 = 1.0;
/// Where the limiter begins to bend, and what it never exceeds (-1.1 dBFS).
const KNEE: f32 = 0.55;
const CEILING: f32 = 0.88;
/// How far the kick pushes ducked buses down, and how fast they come back.
const DUCK_DEPTH: f32 = 0.35;
const DUCK_RELEASE_S: f32 = 0.11;
/// Corner of the filter that keeps offsets out.
const DC_BLOCK_HZ: f32 = 12.0;

/// Sums the buses. All memory is taken by `new`.
#[derive(Clone, Debug)]
pub(crate) struct Mixer {
    reverb: Reverb,
    delay: Delay,
    duck: f32,
    duck_fall: f32,
    duck_gains: [f32; QUANTUM],
    dry: Bus,
    to_reverb: [f32; QUANTUM],
    to_delay: [f32; QUANTUM],
    dc_left: DcBlock,
    dc_right: DcBlock,
}

impl Mixer {
    /// `echo_s` is the time between two echoes.
    pub(crate) fn new(sample_rate_hz: f32, echo_s: f32) -> Self {
        let dc_block = DcBlock::new(sample_rate_hz);
        Self {
            reverb: Reverb::new(sample_rate_hz),
            delay: Delay::new(echo_s, sample_rate_hz),
            duck: 0.0,
            duck_fall: (-1.0 / (DUCK_RELEASE_S * sample_rate_hz)).exp(),
            duck_gains: [1.0; QUANTUM],
            dry: Bus::default(),
            to_reverb: [0.0; QUANTUM],
            to_delay: [0.0; QUANTUM],
            dc_left: dc_block,
            dc_right: dc_block,
        }
    }

    /// Begins a quantum; `kick_at` is the sample at which a kick begins in it.
    pub(crate) fn begin(&mut self, kick_at: Option<usize>) {
        for (idx, gain) in self.duck_gains.iter_mut().enumerate() {
            // Rises over a few hundred samples instead of a step, which would click.
            let target = if kick_at.is_some_and(|at| idx >= at) { 1.0 } else { 0.0 };
            self.duck = if target > 0.0 {
                self.duck + 0.02 * (target - self.duck)
            } else {
                self.duck * self.duck_fall
            };
            *gain = 1.0 - DUCK_DEPTH * self.duck;
        }
        self.dry = Bus::default();
        self.to_reverb = [0.0; QUANTUM];
        self.to_delay = [0.0; QUANTUM];
    }

    /// Adds a bus.
    pub(crate) fn add(&mut self, bus: &Bus, strip: Strip) {
        for idx in 0..QUANTUM {
            let duck = if strip.ducked == Ducking::Ducked { self.duck_gains[idx] } else { 1.0 };
            let left = bus.left[idx] * strip.gain * duck;
            let right = bus.right[idx] * strip.gain * duck;
            self.dry.left[idx] += left;
            self.dry.right[idx] += right;
            self.to_reverb[idx] += strip.reverb * (left + right);
            self.to_delay[idx] += strip.delay * (left + right);
        }
    }

    /// Ends the quantum: the finished mix.
    pub(crate) fn finish(&mut self) -> &Bus {
        for idx in 0..QUANTUM {
            let (echo_left, echo_right) = self.delay.next(self.to_delay[idx]);
            let send = self.to_reverb[idx] + 0.3 * (echo_left + echo_right);
            let (room_left, room_right) = self.reverb.next(send);
            let left = self.dry.left[idx] + echo_left + room_left;
            let right = self.dry.right[idx] + echo_right + room_right;
            self.dry.left[idx] = limited(self.dc_left.next(left) * MASTER_GAIN);
            self.dry.right[idx] = limited(self.dc_right.next(right) * MASTER_GAIN);
        }
        &self.dry
    }
}

/// Unchanged up to the knee, then bent smoothly towards the ceiling.
fn limited(x: f32) -> f32 {
    let over = (x.abs() - KNEE).max(0.0) / (CEILING - KNEE);
    let bent = KNEE + (CEILING - KNEE) * over / (1.0 + over);
    if over > 0.0 { bent.copysign(x) } else { x }
}

/// A one-pole highpass.
#[derive(Clone, Copy, Debug)]
struct DcBlock {
    feedback: f32,
    last_input: f32,
    last_output: f32,
}

impl DcBlock {
    fn new(sample_rate_hz: f32) -> Self {
        let feedback = (-std::f32::consts::TAU * DC_BLOCK_HZ / sample_rate_hz).exp();
        Self { feedback, last_input: 0.0, last_output: 0.0 }
    }

    fn next(&mut self, input: f32) -> f32 {
        self.last_output = input - self.last_input + self.feedback * self.last_output;
        self.last_input = input;
        self.last_output
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limiter_is_monotonic_and_stays_below_its_ceiling() {
        let mut last = limited(-10.0);
        for i in -999..=1000 {
            let y = limited(i as f32 / 100.0);
            assert!(y >= last && y.abs() < CEILING);
            last = y;
        }
        assert_eq!(limited(0.3), 0.3);
        assert_eq!(limited(-0.3), -0.3);
    }
}
