//! Music to play into a plugin.

use std::f64::consts::TAU;

/// Both channels of a piece.
pub type Stereo = [Vec<f32>; 2];

/// The first `seconds` of the demo song.
pub fn demo_song(sample_rate: u32, seconds: f64) -> Stereo {
    let song = song::demo();
    let mut renderer = song::Renderer::new(&song, sample_rate);
    let n_samples = (seconds * f64::from(sample_rate)) as usize;
    let (mut left, mut right) = (vec![0.0; n_samples], vec![0.0; n_samples]);
    let mut at = 0;
    loop {
        let n = renderer.render(&mut left[at..], &mut right[at..]);
        at += n;
        if n == 0 || at == n_samples {
            break;
        }
    }
    left.truncate(at);
    right.truncate(at);
    [left, right]
}

/// Samples that a plugin that computes anything could not pass on bit by bit: noise from silence to
/// full scale, denormals, infinities, NaN with a payload, both zeros.
pub fn awkward(n_samples: usize) -> Vec<f32> {
    let mut seed = 0x2545_f491_u32;
    (0..n_samples)
        .map(|sample_idx| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            match sample_idx % 97 {
                13 => f32::from_bits(1 + seed % 0x7f_ffff),
                29 => -0.0,
                31 => f32::from_bits(0x7fc1_2345),
                37 => f32::INFINITY,
                41 => f32::MIN,
                _ => seed as f32 / u32::MAX as f32 * 2.0 - 1.0,
            }
        })
        .collect()
}

/// A sine at -12 dB.
pub fn sine(frequency_hz: f64, sample_rate: u32, n_samples: usize) -> Vec<f32> {
    let step = TAU * frequency_hz / f64::from(sample_rate);
    (0..n_samples).map(|sample_idx| (0.25 * (step * sample_idx as f64).sin()) as f32).collect()
}
