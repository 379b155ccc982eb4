//! [`KWeighting`]: the filters of ITU-R BS.1770-4, Annex 1, for two channels at any rate.
//!
//! A shelf for what the head adds and a high-pass, as biquads of the analogue prototypes behind the
//! coefficients that the recommendation lists for 48 kHz (B. De Man, "Evaluation of implementations
//! of the EBU R128 loudness measurement", AES 145th Convention, 2018). Both channels go through
//! together: each is one chain of dependent sums, and two chains side by side cost what one does.

use std::f64::consts::PI;

/// Centre in hertz, gain in decibels and quality of the shelf.
const SHELF_HZ: f64 = 1_681.974_450_955_533;
const SHELF_DB: f64 = 3.999_843_853_973_347;
const SHELF_Q: f64 = 0.707_175_236_955_419_6;
/// Gain at the centre of the shelf, as a power of the gain above it.
const SHELF_MIDDLE: f64 = 0.499_666_774_154_541_6;
/// Corner in hertz and quality of the high-pass.
const HIGH_PASS_HZ: f64 = 38.135_470_876_024_44;
const HIGH_PASS_Q: f64 = 0.500_327_037_323_877_3;

/// States below this are inaudible, and on their way to subnormal numbers, which are slow.
const NOTHING: f64 = 1e-30;

/// A biquad, direct form II: `w = x - a1 w1 - a2 w2`, `y = b0 w + b1 w1 + b2 w2`.
#[derive(Clone, Copy, Debug)]
struct Biquad {
    a: [f64; 2],
    b: [f64; 3],
    /// The last two `w`, newest first, of both channels.
    past: [[f64; 2]; 2],
}

/// Both filters, and what is in them.
#[derive(Clone, Debug)]
pub(super) struct KWeighting {
    shelf: Biquad,
    high_pass: Biquad,
}

impl KWeighting {
    /// For a stream at `rate` hertz.
    pub(super) fn new(rate: u32) -> Self {
        let rate = f64::from(rate);
        let high = 10.0_f64.powf(SHELF_DB / 20.0);
        let middle = high.powf(SHELF_MIDDLE);
        let k = (PI * SHELF_HZ / rate).tan();
        let norm = 1.0 + k / SHELF_Q + k * k;
        let shelf = Biquad {
            a: [2.0 * (k * k - 1.0) / norm, (1.0 - k / SHELF_Q + k * k) / norm],
            b: [
                (high + middle * k / SHELF_Q + k * k) / norm,
                2.0 * (k * k - high) / norm,
                (high - middle * k / SHELF_Q + k * k) / norm,
            ],
            past: [[0.0; 2]; 2],
        };
        let k = (PI * HIGH_PASS_HZ / rate).tan();
        let norm = 1.0 + k / HIGH_PASS_Q + k * k;
        let high_pass = Biquad {
            a: [2.0 * (k * k - 1.0) / norm, (1.0 - k / HIGH_PASS_Q + k * k) / norm],
            // The recommendation leaves the gain of the high-pass above 1.
            b: [1.0, -2.0, 1.0],
            past: [[0.0; 2]; 2],
        };
        Self { shelf, high_pass }
    }

    /// Takes samples of both channels, equally long; returns the sum of the squares of what comes
    /// out.
    pub(super) fn energy(&mut self, left: &[f32], right: &[f32]) -> f64 {
        let Self { shelf, high_pass } = self;
        let (mut shelf_now, mut high_pass_now) = (*shelf, *high_pass);
        let mut sums = [0.0; 2];
        for (&left, &right) in left.iter().zip(right) {
            let y = shelf_now.step([f64::from(left), f64::from(right)]);
            let y = high_pass_now.step(y);
            for (sum, y) in sums.iter_mut().zip(y) {
                *sum += y * y;
            }
        }
        (*shelf, *high_pass) = (shelf_now, high_pass_now);
        sums[0] + sums[1]
    }

    /// Forgets what can't be heard any more.
    pub(super) fn settle(&mut self) {
        for w in self.shelf.past.iter_mut().chain(&mut self.high_pass.past).flatten() {
            if w.abs() < NOTHING {
                *w = 0.0;
            }
        }
    }

    /// Forgets the stream.
    pub(super) fn reset(&mut self) {
        self.shelf.past = [[0.0; 2]; 2];
        self.high_pass.past = [[0.0; 2]; 2];
    }
}

impl Biquad {
    #[inline(always)]
    fn step(&mut self, x: [f64; 2]) -> [f64; 2] {
        let ([a1, a2], [b0, b1, b2], [w1, w2]) = (self.a, self.b, self.past);
        let mut w = [0.0; 2];
        let mut y = [0.0; 2];
        for channel in 0..2 {
            // What depends on the newest value comes last, so that the chain is short.
            w[channel] = (x[channel] - a2 * w2[channel]) - a1 * w1[channel];
            y[channel] = (b1 * w1[channel] + b2 * w2[channel]) + b0 * w[channel];
        }
        self.past = [w, w1];
        y
    }
}
