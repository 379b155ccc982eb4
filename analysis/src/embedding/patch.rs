//! [`PatchWork`]: one patch through the network, a little at a time.
//!
//! What three seconds of sound cost is spread over the next three, so that a live stream never
//! waits for all of it at once.

use super::mel::N_BANDS;
use super::network::{
    BANKS, EmbeddingModel, Kernel, N_EMBEDDING, N_FRAMES, N_FRONT, N_MID, N_POOLED, N_TAPS,
    multiply,
};

/// Frames the banks look at in one step.
const FRAMES_A_STEP: usize = 8;
/// Steps of a patch: the banks, then everything behind them.
pub(super) const N_STEPS: usize = N_FRAMES.div_ceil(FRAMES_A_STEP) + 1;

/// Frames of 0 around what the convolutions over time read.
const MARGIN: usize = N_TAPS / 2;
/// Frames of 0 around what the banks read: half of their longest kernel, which is even.
const BEFORE: usize = 63;
const AFTER: usize = 64;

/// The greatest of the banks' buffers for one step, of which each place takes so many numbers.
fn most(each: impl Fn(Kernel) -> usize) -> usize {
    BANKS.map(|bank| FRAMES_A_STEP * bank.n_places() * each(bank)).into_iter().max().unwrap_or(0)
}

/// A patch on its way. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct PatchWork {
    /// `[BEFORE + N_FRAMES + AFTER][N_BANDS]`.
    image: Vec<f32>,
    /// What the banks say, `[MARGIN + N_FRAMES + MARGIN][N_FRONT]`.
    front: Vec<f32>,
    /// What each convolution says, with what it read added, `[MARGIN + N_FRAMES + MARGIN][N_MID]`.
    mids: [Vec<f32>; 3],
    /// What the filters of one bank read, `[value][frame][place]`, and the products.
    values: Vec<f32>,
    products: Vec<f32>,
    /// Steps done; [`N_STEPS`] when there is nothing to do.
    n_done: usize,
}

impl PatchWork {
    pub(super) fn new() -> Self {
        let with_margins = N_FRAMES + 2 * MARGIN;
        Self {
            image: vec![0.0; (BEFORE + N_FRAMES + AFTER) * N_BANDS],
            front: vec![0.0; with_margins * N_FRONT],
            mids: std::array::from_fn(|_| vec![0.0; with_margins * N_MID]),
            values: vec![0.0; most(Kernel::n_values)],
            products: vec![0.0; most(|bank| bank.n_filters)],
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
        let rows = self.image.chunks_exact_mut(N_BANDS).skip(BEFORE).take(N_FRAMES);
        for (row, frame) in rows.zip(frames) {
            row.iter_mut().zip(frame).for_each(|(to, x)| *to = scale * x + shift);
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
        let mut n_said = 0;
        for (bank, kernel) in model.banks.iter().zip(BANKS) {
            let (n_places, n_filters) = (kernel.n_places(), kernel.n_filters);
            let mut slots = self.values.chunks_exact_mut(n_places);
            let above = first + BEFORE - (kernel.n_frames - 1) / 2;
            for frame in above..above + kernel.n_frames {
                for band in 0..kernel.n_bands {
                    let rows = self.image.chunks_exact(N_BANDS).skip(frame).take(n);
                    for (row, slot) in rows.zip(&mut slots) {
                        slot.copy_from_slice(&row[band..][..n_places]);
                    }
                }
            }
            let n_rows = n * n_places;
            multiply(&self.values, (1, n_rows), n_rows, &bank.filters, &mut self.products);
            let products = self.products.chunks_exact(n_places * n_filters);
            let rows = self.front.chunks_exact_mut(N_FRONT).skip(MARGIN + first);
            for (products, row) in products.zip(rows).take(n) {
                bank.strongest(products, &mut row[n_said..][..n_filters]);
            }
            n_said += n_filters;
        }
    }

    /// The convolutions over time.
    fn convolve(&mut self, model: &EmbeddingModel) {
        for (idx, conv) in model.convs.iter().enumerate() {
            let (before, after) = self.mids.split_at_mut(idx);
            let Some(said) = after.first_mut() else { return };
            let said = &mut said[MARGIN * N_MID..][..N_FRAMES * N_MID];
            match before.last() {
                None => {
                    multiply(&self.front, (N_FRONT, 1), N_FRAMES, &conv.matrix, said);
                    conv.answer(said);
                }
                Some(read) => {
                    multiply(read, (N_MID, 1), N_FRAMES, &conv.matrix, said);
                    conv.answer(said);
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
        multiply(&pooled, (2 * N_POOLED, 1), 1, &model.dense.matrix, &mut embedding);
        model.dense.answer(&mut embedding);
        embedding
    }
}
