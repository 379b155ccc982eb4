//! [`PatchWork`]: one patch through the network, a little at a time.
//!
//! What three seconds of sound cost is spread over the next three, so that a live stream never
//! waits for all of it at once.

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use super::course_filters::{N_PARTS, SomeBands};
use super::lanes::Lanes;
use super::mel::N_BANDS;
use super::network::{BANKS, EmbeddingModel, N_EMBEDDING, N_FRAMES, N_FRONT, N_MID, N_POOLED};
use super::shape_filters::{BandSpectrum, N_TAPS, ShapeWork, TOGETHER};

/// Frames the banks look at in one step.
const FRAMES_A_STEP: usize = 2 * TOGETHER;
/// Steps of a patch: the banks, then everything behind them.
pub(super) const N_STEPS: usize = N_FRAMES.div_ceil(FRAMES_A_STEP) + 1;

/// Frames of 0 around what the convolutions over time read.
const MARGIN: usize = N_TAPS / 2;
/// Frames of 0 around what the banks read: half of their longest kernel, which is even.
const BEFORE: usize = 63;
const AFTER: usize = 64;

/// A patch on its way. Construction allocates, the rest does not.
#[derive(Clone)]
pub(super) struct PatchWork {
    /// `[BEFORE + N_FRAMES + AFTER]` frames in parts.
    image: [Vec<SomeBands>; N_PARTS],
    /// Of every frame of `image`.
    spectra: Vec<BandSpectrum>,
    fft: Arc<dyn Fft<f32>>,
    fft_scratch: Vec<Complex<f32>>,
    /// What the banks say, `[MARGIN + N_FRAMES + MARGIN][N_FRONT]`.
    front: Vec<f32>,
    /// What each convolution says, with what it read added, `[MARGIN + N_FRAMES + MARGIN][N_MID]`.
    mids: [Vec<f32>; 3],
    shapes: ShapeWork,
    /// Steps done; [`N_STEPS`] when there is nothing to do.
    n_done: usize,
}

impl std::fmt::Debug for PatchWork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PatchWork").field("n_done", &self.n_done).finish_non_exhaustive()
    }
}

impl PatchWork {
    pub(super) fn new() -> Self {
        let with_margins = N_FRAMES + 2 * MARGIN;
        let n_image = BEFORE + N_FRAMES + AFTER;
        let fft = FftPlanner::new().plan_fft_forward(N_BANDS);
        Self {
            image: std::array::from_fn(|_| vec![SomeBands::default(); n_image]),
            spectra: vec![[Complex::default(); N_BANDS]; n_image],
            fft_scratch: vec![Complex::default(); fft.get_inplace_scratch_len()],
            fft,
            front: vec![0.0; with_margins * N_FRONT],
            mids: std::array::from_fn(|_| vec![0.0; with_margins * N_MID]),
            shapes: ShapeWork::new(),
            n_done: N_STEPS,
        }
    }

    /// Begins with a patch of compressed bands; what was not finished is dropped.
    pub(super) fn begin(
        &mut self,
        model: &EmbeddingModel,
        frames: impl IntoIterator<Item = [f32; N_BANDS]>,
    ) {
        let (scale, shift) = model.input;
        for (row, frame) in (BEFORE..BEFORE + N_FRAMES).zip(frames) {
            let frame = frame.map(|x| scale * x + shift);
            let mut vectors = frame.as_chunks().0.iter();
            for part in &mut self.image {
                part[row].iter_mut().zip(&mut vectors).for_each(|(to, from)| *to = Lanes(*from));
            }
            let spectrum = &mut self.spectra[row];
            *spectrum = frame.map(Complex::from);
            self.fft.process_with_scratch(spectrum, &mut self.fft_scratch);
        }
        self.n_done = 0;
    }

    /// Drops what was begun.
    pub(super) fn reset(&mut self) {
        self.n_done = N_STEPS;
    }

    /// Goes on a little; the embedding when that was the last step.
    pub(super) fn step(&mut self, model: &EmbeddingModel) -> Option<[f32; N_EMBEDDING]> {
        let step = self.n_done;
        if step == N_STEPS {
            return None;
        }
        self.n_done += 1;
        if self.n_done < N_STEPS {
            let first = step * FRAMES_A_STEP;
            self.look(model, first, FRAMES_A_STEP.min(N_FRAMES - first));
            return None;
        }
        self.convolve(model);
        Some(self.pool(model))
    }

    /// The banks look at `n` frames.
    fn look(&mut self, model: &EmbeddingModel, first: usize, n: usize) {
        let Self { image, spectra, front, shapes, .. } = self;
        let n_places = [BANKS[0].n_places(), BANKS[1].n_places()];
        let said = &mut front[(MARGIN + first) * N_FRONT..][..n * N_FRONT];
        for (first, said) in (first..).step_by(TOGETHER).zip(said.chunks_mut(TOGETHER * N_FRONT)) {
            if let Some(read) = spectra[first + BEFORE - MARGIN..].first_chunk() {
                model.shapes.strongest(read, n_places, shapes, said, N_FRONT);
            }
        }
        for (frame, row) in (first..).zip(said.chunks_exact_mut(N_FRONT)) {
            let mut n_said = 0;
            for (idx, (bank, kernel)) in model.banks.iter().zip(BANKS).enumerate() {
                let said = &mut row[n_said..][..kernel.n_filters];
                if let Some(courses) = idx.checked_sub(2).and_then(|idx| model.courses.get(idx)) {
                    let from = frame + BEFORE - (kernel.n_frames - 1) / 2;
                    let read = image.each_ref().map(|part| &part[from..][..kernel.n_frames]);
                    courses.strongest(read, said);
                }
                bank.answer(said);
                n_said += kernel.n_filters;
            }
        }
    }

    /// The convolutions over time.
    fn convolve(&mut self, model: &EmbeddingModel) {
        for (idx, conv) in model.convs.iter().enumerate() {
            let (before, after) = self.mids.split_at_mut(idx);
            let Some(said) = after.first_mut() else { return };
            let said = &mut said[MARGIN * N_MID..][..N_FRAMES * N_MID];
            match before.last() {
                None => conv.apply(&self.front, N_FRONT, said),
                Some(read) => {
                    conv.apply(read, N_MID, said);
                    let read = &read[MARGIN * N_MID..];
                    said.iter_mut().zip(read).for_each(|(said, read)| *said += read);
                }
            }
        }
    }

    /// Greatest and mean over time, and the dense layer.
    fn pool(&mut self, model: &EmbeddingModel) -> [f32; N_EMBEDDING] {
        let mut pooled = [0.0; 2 * N_POOLED];
        let (most, mean) = pooled.split_at_mut(N_POOLED);
        let layers = [(&self.front, N_FRONT)];
        let layers = layers.into_iter().chain(self.mids.iter().map(|mid| (mid, N_MID)));
        let mut n_before = 0;
        for (layer, n) in layers {
            let (most, mean) = (&mut most[n_before..][..n], &mut mean[n_before..][..n]);
            most.fill(f32::NEG_INFINITY);
            for row in layer.chunks_exact(n).skip(MARGIN).take(N_FRAMES) {
                for ((most, mean), &x) in most.iter_mut().zip(mean.iter_mut()).zip(row) {
                    *most = most.max(x);
                    *mean += x / N_FRAMES as f32;
                }
            }
            n_before += n;
        }
        let mut embedding = [0.0; N_EMBEDDING];
        model.dense.apply(&pooled, 2 * N_POOLED, &mut embedding);
        embedding
    }
}
