//! [`Reverb`]: a feedback delay network of four lines (Jot, Chaigne: "Digital delay networks for
//! designing artificial reverberators", AES Convention 90, 1991) with a Householder matrix.

/// Lengths of the lines in seconds, mutually incommensurable.
const LINES_S: [f32; 4] = [0.029_87, 0.038_91, 0.047_53, 0.057_85];
/// Time in which the room falls by 60 dB.
const RT60_S: f32 = 1.3;
/// Above this the walls swallow sound.
const DAMPING_HZ: f32 = 4_500.0;

/// A small room.
#[derive(Clone, Debug)]
pub(super) struct Reverb {
    lines: [Line; 4],
    smoothing: f32,
}

#[derive(Clone, Debug)]
struct Line {
    samples: Vec<f32>,
    at: usize,
    feedback: f32,
    damped: f32,
}

impl Reverb {
    pub(super) fn new(sample_rate_hz: f32) -> Self {
        let lines = LINES_S.map(|len_s| Line {
            samples: vec![0.0; ((len_s * sample_rate_hz).round() as usize).max(1)],
            at: 0,
            feedback: (-3.0 * len_s / RT60_S * std::f32::consts::LN_10).exp(),
            damped: 0.0,
        });
        let smoothing = 1.0 - (-std::f32::consts::TAU * DAMPING_HZ / sample_rate_hz).exp();
        Self { lines, smoothing }
    }

    /// Takes one mono sample, gives the room alone.
    pub(super) fn next(&mut self, input: f32) -> (f32, f32) {
        let mut outs = [0.0; 4];
        for (line, out) in self.lines.iter_mut().zip(&mut outs) {
            let delayed = line.samples.get(line.at).copied().unwrap_or_default();
            line.damped += self.smoothing * (delayed - line.damped);
            *out = line.damped * line.feedback;
        }
        // Householder reflection: every line hears all others.
        let half_sum = 0.5 * outs.iter().sum::<f32>();
        for (line, out) in self.lines.iter_mut().zip(outs) {
            if let Some(sample) = line.samples.get_mut(line.at) {
                *sample = input + out - half_sum;
            }
            line.at = if line.at + 1 >= line.samples.len() { 0 } else { line.at + 1 };
        }
        let [a, b, c, d] = outs;
        (a - c, b - d)
    }
}
