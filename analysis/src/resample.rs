//! [`RateConverter`]: a mono stream of one rate becomes one of another.
//!
//! The resampler is always fed blocks of one size, so the result does not depend on how the stream
//! was cut. Its delay is removed: output sample `i` lies at `i / to` seconds.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{
    Async, Fft, FixedAsync, FixedSync, Resampler, SincInterpolationParameters, WindowFunction,
};

use crate::config::ConfigError;

/// Wanted length of the blocks given to the resampler, in seconds: short enough not to delay a
/// live beat, long enough for an efficient transform.
const BLOCK_SECONDS: f64 = 0.01;

/// Rates whose exact ratio needs transforms longer than this many blocks go through the
/// interpolating resampler instead.
const MAX_BLOCKS: f64 = 3.0;

/// Resamples from one rate to another. Construction allocates, the rest does not.
pub(crate) struct RateConverter {
    resampler: Option<Box<dyn Resampler<f32>>>,
    from: u32,
    to: u32,
    block: Vec<f32>,
    n_filled: usize,
    output: Vec<f32>,
    n_to_skip: usize,
    n_in: u64,
    n_out: u64,
}

impl std::fmt::Debug for RateConverter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateConverter")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

impl RateConverter {
    /// From `from` hertz to `to` hertz, where nothing may come late.
    pub(crate) fn new(from: u32, to: u32) -> Result<Self, ConfigError> {
        Self::with_block(from, to, BLOCK_SECONDS)
    }

    /// The same in blocks of about `block_s` seconds. The filter is as long as a block: the longer,
    /// the steeper it is below half of the lower rate.
    pub(crate) fn with_block(from: u32, to: u32, block_s: f64) -> Result<Self, ConfigError> {
        let resampler = if from == to { None } else { Some(make_resampler(from, to, block_s)?) };
        let (n_block, n_output, n_to_skip) = match &resampler {
            Some(r) => (r.input_frames_max(), r.output_frames_max(), r.output_delay()),
            None => (240, 240, 0),
        };
        Ok(Self {
            resampler,
            from,
            to,
            block: vec![0.0; n_block],
            n_filled: 0,
            output: vec![0.0; n_output],
            n_to_skip,
            n_in: 0,
            n_out: 0,
        })
    }

    /// Takes samples; hands every completed run of output to `sink`.
    pub(crate) fn push(&mut self, mut mono: &[f32], sink: &mut impl FnMut(&[f32])) {
        self.n_in += mono.len() as u64;
        while !mono.is_empty() {
            let n = mono.len().min(self.block.len() - self.n_filled);
            let (now, rest) = mono.split_at(n);
            self.block[self.n_filled..self.n_filled + n].copy_from_slice(now);
            self.n_filled += n;
            mono = rest;
            if self.n_filled == self.block.len() {
                self.n_filled = 0;
                self.convert(u64::MAX, sink);
            }
        }
    }

    /// Hands out what is still inside, so that as many seconds came out as went in.
    pub(crate) fn finish(&mut self, sink: &mut impl FnMut(&[f32])) {
        let n_wanted = self.n_in * u64::from(self.to) / u64::from(self.from);
        // The delay is at most a few blocks; the bound only guards against a resampler that stalls.
        for _ in 0..64 {
            if self.n_out >= n_wanted {
                break;
            }
            self.block[self.n_filled..].fill(0.0);
            self.n_filled = 0;
            self.convert(n_wanted, sink);
        }
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
            self.n_to_skip = resampler.output_delay();
        }
        self.n_filled = 0;
        self.n_in = 0;
        self.n_out = 0;
    }

    fn convert(&mut self, n_wanted: u64, sink: &mut impl FnMut(&[f32])) {
        let n_output = match &mut self.resampler {
            None => {
                self.output.copy_from_slice(&self.block);
                self.output.len()
            }
            Some(resampler) => resample(resampler.as_mut(), &self.block, &mut self.output),
        };
        let n_skipped = self.n_to_skip.min(n_output);
        self.n_to_skip -= n_skipped;
        let n_left = usize::try_from(n_wanted - self.n_out).unwrap_or(usize::MAX);
        let ready = &self.output[n_skipped..n_output];
        let ready = &ready[..ready.len().min(n_left)];
        self.n_out += ready.len() as u64;
        sink(ready);
    }
}

fn make_resampler(
    from: u32,
    to: u32,
    block_s: f64,
) -> Result<Box<dyn Resampler<f32>>, ConfigError> {
    let unusable = |_| ConfigError::SampleRate { actual: from };
    let n_block = (f64::from(from) * block_s) as usize;
    let fft = Fft::new_custom(
        from as usize,
        to as usize,
        n_block,
        1,
        1,
        WindowFunction::BlackmanHarris2,
        FixedSync::Both,
    )
    .map_err(unusable)?;
    if fft.input_frames_max() as f64 <= f64::from(from) * MAX_BLOCKS * block_s {
        return Ok(Box::new(fft));
    }
    let ratio = f64::from(to) / f64::from(from);
    let parameters = SincInterpolationParameters::new(128, WindowFunction::BlackmanHarris2);
    let sinc = Async::new_sinc(ratio, 1.0, &parameters, n_block, 1, FixedAsync::Input)
        .map_err(unusable)?;
    Ok(Box::new(sinc))
}

/// One block through the resampler; 0 where the buffers do not fit, which their construction from
/// the resampler's own sizes rules out.
fn resample(resampler: &mut dyn Resampler<f32>, block: &[f32], output: &mut [f32]) -> usize {
    let n_output = output.len();
    let (Ok(from), Ok(mut to)) = (
        SequentialSlice::new(block, 1, block.len()),
        SequentialSlice::new_mut(output, 1, n_output),
    ) else {
        return 0;
    };
    resampler.process_into_buffer(&from, &mut to, None).map_or(0, |(_, n)| n)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ANALYSIS_RATE;

    fn resampled(rate: u32, input: &[f32]) -> Vec<f32> {
        let mut resampler = RateConverter::new(rate, ANALYSIS_RATE).unwrap();
        let mut output = Vec::new();
        resampler.push(input, &mut |run| output.extend_from_slice(run));
        resampler.finish(&mut |run| output.extend_from_slice(run));
        output
    }

    #[test]
    fn length_in_seconds_is_kept_at_every_rate() {
        for rate in [4_000, 8_000, 11_025, 22_050, 24_000, 44_100, 47_999, 48_000, 96_000, 192_000]
        {
            let output = resampled(rate, &vec![0.0; rate as usize]);
            assert_eq!(output.len(), ANALYSIS_RATE as usize, "{rate}");
        }
    }

    #[test]
    fn an_impulse_stays_where_it_was() {
        for rate in [8_000, 24_000, 44_100, 47_999, 48_000, 192_000] {
            let mut input = vec![0.0; rate as usize];
            input[rate as usize / 2] = 1.0;
            let output = resampled(rate, &input);
            let peak = (0..output.len()).max_by(|&a, &b| output[a].total_cmp(&output[b])).unwrap();
            assert!(peak.abs_diff(12_000) <= 2, "{rate}: {peak}");
        }
    }
}
