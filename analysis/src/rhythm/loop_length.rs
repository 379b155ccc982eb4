//! Loops: files of a few whole bars, cut to begin again without a gap. Their length tells the tempo
//! better than the few beats in them.

use crate::units::Seconds;

/// Numbers of beats that loops have: one to sixteen bars of four, or of three.
const N_BEATS: [f32; 10] = [4.0, 8.0, 16.0, 32.0, 64.0, 3.0, 6.0, 12.0, 24.0, 48.0];
/// The beats heard may miss a whole number of bars by so much of a beat.
const MISS: f32 = 0.3;
/// The quieter end of a loop has at least this share of the power of the louder one, over so long.
const LEAST_POWER: f32 = 1e-4;
const END_FRAMES: usize = 10;

/// Power of the first and the last tenth of a second of a file, frame by frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    first: f32,
    n_frames: usize,
    last: [f32; END_FRAMES],
}

impl Ends {
    /// Takes the power of the next frame.
    pub(super) fn push(&mut self, power: f32) {
        if self.n_frames < END_FRAMES {
            self.first += power;
        }
        self.last[self.n_frames % END_FRAMES] = power;
        self.n_frames += 1;
    }

    /// Whether both ends sound, as those of a loop do.
    fn sound(&self) -> bool {
        let last: f32 = self.last.iter().sum();
        self.first.min(last) > LEAST_POWER * self.first.max(last)
    }
}

/// The length of a beat, in frames of `fps` a second, that makes the file a loop of whole bars, where
/// it is near the one heard.
pub(super) fn beat_of_loop(lag: f32, length: Seconds, ends: &Ends, fps: f32) -> Option<f32> {
    let n_frames = length.0 as f32 * fps;
    let heard = n_frames / lag;
    N_BEATS
        .into_iter()
        .filter(|n| (n - heard).abs() < MISS && ends.sound())
        .min_by(|a, b| (a - heard).abs().total_cmp(&(b - heard).abs()))
        .map(|n| n_frames / n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(first: f32, last: f32) -> Ends {
        let mut ends = Ends::default();
        (0..50).for_each(|idx| ends.push(if idx < 25 { first } else { last }));
        ends
    }

    #[test]
    fn a_file_of_nearly_four_beats_has_four() {
        let lag = beat_of_loop(65.5, Seconds(2.4742), &ends(1.0, 0.3), 100.0).unwrap();
        assert!((6000.0 / lag - 97.0).abs() < 0.01, "{lag}");
    }

    #[test]
    fn a_file_of_five_beats_or_with_silence_at_an_end_is_no_loop() {
        assert_eq!(beat_of_loop(50.0, Seconds(2.5), &ends(1.0, 1.0), 100.0), None);
        assert_eq!(beat_of_loop(50.0, Seconds(2.0), &ends(1.0, 0.0), 100.0), None);
        assert_eq!(beat_of_loop(50.0, Seconds(2.0), &ends(0.0, 1.0), 100.0), None);
        assert_eq!(beat_of_loop(50.0, Seconds(2.0), &ends(0.0, 0.0), 100.0), None);
    }
}
