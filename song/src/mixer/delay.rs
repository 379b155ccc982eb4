//! [`Delay`]: an echo that jumps from side to side, darker each time.

const FEEDBACK: f32 = 0.38;
/// Corner of the lowpass in the feedback path.
const DARKENING_HZ: f32 = 3_200.0;

/// Two delay lines that feed each other.
#[derive(Clone, Debug)]
pub(super) struct Delay {
    left: Vec<f32>,
    right: Vec<f32>,
    at: usize,
    smoothing: f32,
    dark_left: f32,
    dark_right: f32,
}

impl Delay {
    pub(super) fn new(echo_s: f32, sample_rate_hz: f32) -> Self {
        let len = ((echo_s * sample_rate_hz).round() as usize).max(1);
        Self {
            left: vec![0.0; len],
            right: vec![0.0; len],
            at: 0,
            smoothing: 1.0 - (-std::f32::consts::TAU * DARKENING_HZ / sample_rate_hz).exp(),
            dark_left: 0.0,
            dark_right: 0.0,
        }
    }

    /// Takes one mono sample, gives the echoes alone.
    pub(super) fn next(&mut self, input: f32) -> (f32, f32) {
        let at = self.at;
        let (Some(left), Some(right)) = (self.left.get_mut(at), self.right.get_mut(at)) else {
            return (0.0, 0.0);
        };
        let out = (*left, *right);
        self.dark_left += self.smoothing * (out.0 - self.dark_left);
        self.dark_right += self.smoothing * (out.1 - self.dark_right);
        *left = input + FEEDBACK * self.dark_right;
        *right = self.dark_left;
        self.at = if at + 1 == self.left.len() { 0 } else { at + 1 };
        out
    }
}
