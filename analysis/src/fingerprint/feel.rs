//! Feel: how strongly the loudness of each band fluctuates, and how fast.
//!
//! After the fluctuation patterns of Pampalk, Rauber & Merkl, "Content-based organization and
//! visualization of music archives", ACM Multimedia 2002; modulation rates are separated by a bank
//! of smoothing filters an octave apart instead of a transform, so that nothing has to be kept.

use crate::features::SHORT_FPS;

use super::N_FEEL;
use super::bands::{BandFrame, N_MEL};
use super::moments::Moments;

const N_GROUPS: usize = 8;
const N_RATES: usize = 5;
/// Edges of the modulation bands in hertz, fastest first.
const RATE_EDGES_HZ: [f32; N_RATES + 1] = [16.0, 8.0, 4.0, 2.0, 1.0, 0.5];
/// First mel band of each group, and the end.
const GROUP_EDGES: [usize; N_GROUPS + 1] = [0, 3, 7, 11, 16, 21, 26, 31, N_MEL];
/// Modulation depths below this are not told apart.
const FLOOR: f32 = 0.01;

#[derive(Clone, Debug)]
pub(super) struct Feel {
    keep: [f32; N_RATES + 1],
    smoothed: [[[f32; 2]; N_RATES + 1]; N_GROUPS],
    depth: Moments<N_FEEL>,
    n_frames: u32,
}

impl Feel {
    pub(super) fn new() -> Self {
        let keep =
            RATE_EDGES_HZ.map(|hz| (-2.0 * std::f32::consts::PI * hz / SHORT_FPS as f32).exp());
        Self {
            keep,
            smoothed: [[[0.0; 2]; N_RATES + 1]; N_GROUPS],
            depth: Moments::new(),
            n_frames: 0,
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.depth.scale(factor);
    }

    pub(super) fn push(&mut self, frame: &BandFrame, weight: f64) {
        let mut bands = [0.0; N_FEEL];
        let first = self.n_frames == 0;
        for (group, states) in self.smoothed.iter_mut().enumerate() {
            let members = &frame.loud[GROUP_EDGES[group]..GROUP_EDGES[group + 1]];
            let level = members.iter().sum::<f32>() / members.len() as f32;
            let mut faster = 0.0;
            for (rate, (state, &keep)) in states.iter_mut().zip(&self.keep).enumerate() {
                if first {
                    *state = [level; 2];
                }
                state[0] = level + keep * (state[0] - level);
                state[1] = state[0] + keep * (state[1] - state[0]);
                if rate > 0 {
                    bands[group * N_RATES + rate - 1] = faster - state[1];
                }
                faster = state[1];
            }
        }
        self.n_frames = self.n_frames.saturating_add(1);
        // The slowest filter needs a second to forget where it started.
        if frame.sounds && self.n_frames > SHORT_FPS as u32 {
            self.depth.add(&bands, weight);
        }
    }

    /// Natural logarithm of the modulation depth; 8 bands, low first, by 5 rates, fastest first.
    pub(super) fn values(&self) -> [f32; N_FEEL] {
        self.depth.rms().map(|depth| (depth + FLOOR).ln())
    }
}
