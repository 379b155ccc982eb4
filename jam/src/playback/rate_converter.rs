//! [`RateConverter`]: a stereo stream from a file's sample rate to the output device's.

use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

/// Length of the transforms, in samples at the source's rate.
const BLOCK_LEN: usize = 1_024;

/// Resamples two channels; the delay is taken out.
pub(super) struct RateConverter {
    resampler: Fft<f32>,
    ratio: f64,
    input: [Vec<f32>; 2],
    n_filled: usize,
    output: [Vec<f32>; 2],
    n_to_skip: usize,
    n_in: u64,
    n_out: u64,
}

impl RateConverter {
    /// # Errors
    /// Where the rates do not go together.
    pub(super) fn new(from_rate: u32, to_rate: u32) -> Result<Self, String> {
        let resampler = Fft::new_custom(
            from_rate as usize,
            to_rate as usize,
            BLOCK_LEN,
            1,
            2,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(|error| format!("no way from {from_rate} Hz to {to_rate} Hz: {error}"))?;
        let input = vec![0.0; resampler.input_frames_max()];
        let output = vec![0.0; resampler.output_frames_max()];
        Ok(Self {
            n_to_skip: resampler.output_delay(),
            resampler,
            ratio: f64::from(to_rate) / f64::from(from_rate),
            input: [input.clone(), input],
            n_filled: 0,
            output: [output.clone(), output],
            n_in: 0,
            n_out: 0,
        })
    }

    /// Takes samples, appends what is ready.
    pub(super) fn push(
        &mut self,
        left: &[f32],
        right: &[f32],
        out_left: &mut Vec<f32>,
        out_right: &mut Vec<f32>,
    ) {
        let block_len = self.input[0].len();
        for (&l, &r) in left.iter().zip(right) {
            let [in_left, in_right] = &mut self.input;
            if let (Some(to_left), Some(to_right)) =
                (in_left.get_mut(self.n_filled), in_right.get_mut(self.n_filled))
            {
                (*to_left, *to_right) = (l, r);
            }
            self.n_filled += 1;
            self.n_in += 1;
            if self.n_filled == block_len {
                self.convert(u64::MAX, out_left, out_right);
            }
        }
    }

    /// Appends what is still inside.
    pub(super) fn finish(&mut self, out_left: &mut Vec<f32>, out_right: &mut Vec<f32>) {
        let n_wanted = (self.n_in as f64 * self.ratio).round() as u64;
        // The delay is a block or two; the bound only guards against a resampler that stalls.
        for _ in 0..16 {
            if self.n_out >= n_wanted {
                break;
            }
            for channel in &mut self.input {
                channel.iter_mut().skip(self.n_filled).for_each(|sample| *sample = 0.0);
            }
            self.convert(n_wanted, out_left, out_right);
        }
    }

    fn convert(&mut self, n_wanted: u64, out_left: &mut Vec<f32>, out_right: &mut Vec<f32>) {
        self.n_filled = 0;
        let (n_in, n_out) = (self.input[0].len(), self.output[0].len());
        let (Ok(from), Ok(mut to)) = (
            SequentialSliceOfVecs::new(&self.input, 2, n_in),
            SequentialSliceOfVecs::new_mut(&mut self.output, 2, n_out),
        ) else {
            return;
        };
        let n = self.resampler.process_into_buffer(&from, &mut to, None).map_or(0, |(_, n)| n);
        let n_skipped = self.n_to_skip.min(n);
        self.n_to_skip -= n_skipped;
        let n_left = usize::try_from(n_wanted - self.n_out).unwrap_or(usize::MAX);
        let ready = n_skipped..n_skipped + (n - n_skipped).min(n_left);
        self.n_out += ready.len() as u64;
        let [left, right] = &self.output;
        out_left.extend_from_slice(left.get(ready.clone()).unwrap_or_default());
        out_right.extend_from_slice(right.get(ready).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_and_places_are_kept() {
        for (from, to) in [(44_100, 48_000), (48_000, 44_100), (8_000, 48_000), (96_000, 44_100)] {
            let mut converter = RateConverter::new(from, to).unwrap();
            let mut input = vec![0.0; from as usize];
            input[from as usize / 2] = 1.0;
            let (mut left, mut right) = (Vec::new(), Vec::new());
            for part in input.chunks(333) {
                let negative: Vec<f32> = part.iter().map(|x| -x).collect();
                converter.push(part, &negative, &mut left, &mut right);
            }
            converter.finish(&mut left, &mut right);
            assert_eq!(left.len(), to as usize);
            assert_eq!(right.len(), to as usize);
            let peak = (0..left.len()).max_by(|&a, &b| left[a].total_cmp(&left[b])).unwrap();
            assert!(peak.abs_diff(to as usize / 2) <= 2, "{from} to {to}: {peak}");
            assert!(left.iter().zip(&right).all(|(l, r)| (l + r).abs() < 1e-6));
        }
    }
}
