//! What the tonal network heard over stretches of music, pooled to ask it for the key of any of them.

use crate::learned::{N_KEY_INPUTS, TonalModel, TonalReading};

/// Sum of the network's vectors over frames; may fade.
#[derive(Clone, Debug)]
pub(crate) struct KeyPool {
    sum: Box<[f32; N_KEY_INPUTS]>,
    n_frames: f32,
}

impl KeyPool {
    pub(crate) fn new() -> Self {
        Self { sum: Box::new([0.0; N_KEY_INPUTS]), n_frames: 0.0 }
    }

    /// Adds a frame to what is left, the share `keep`, of those before.
    pub(crate) fn push(&mut self, reading: &TonalReading, keep: f32) {
        self.n_frames = self.n_frames * keep + 1.0;
        for (sum, x) in self.sum.iter_mut().zip(&reading.for_key) {
            *sum = *sum * keep + x;
        }
    }

    /// Log posterior of each key, once there is a frame.
    pub(crate) fn key(&self, model: &TonalModel) -> Option<[f32; 24]> {
        (self.n_frames > 0.0).then(|| model.key(&self.sum.map(|x| x / self.n_frames)))
    }

    /// Becomes what `other` is, without allocating.
    pub(crate) fn become_like(&mut self, other: &Self) {
        self.n_frames = other.n_frames;
        *self.sum = *other.sum;
    }

    pub(crate) fn reset(&mut self) {
        self.n_frames = 0.0;
        self.sum.fill(0.0);
    }
}

/// A pool for each second of a file.
#[derive(Clone, Debug)]
pub(crate) struct KeyPools<'m> {
    model: &'m TonalModel,
    /// `[n_seconds][N_KEY_INPUTS]`.
    sums: Vec<[f32; N_KEY_INPUTS]>,
    n_frames: Vec<f32>,
}

impl<'m> KeyPools<'m> {
    pub(crate) fn new(model: &'m TonalModel, n_seconds: usize) -> Self {
        Self { model, sums: vec![[0.0; N_KEY_INPUTS]; n_seconds], n_frames: vec![0.0; n_seconds] }
    }

    /// Adds a frame heard in second `idx`.
    pub(crate) fn push(&mut self, idx: usize, reading: &TonalReading) {
        if let (Some(sums), Some(n_frames)) = (self.sums.get_mut(idx), self.n_frames.get_mut(idx)) {
            *n_frames += 1.0;
            for (sum, x) in sums.iter_mut().zip(&reading.for_key) {
                *sum += x;
            }
        }
    }

    /// Log posterior of each key over the given seconds together, where anything sounds in them.
    pub(crate) fn key(&self, seconds: impl Iterator<Item = usize>) -> Option<[f32; 24]> {
        let mut mean = [0.0; N_KEY_INPUTS];
        let mut n_all = 0.0;
        for (sums, n_frames) in
            seconds.filter_map(|idx| Some((self.sums.get(idx)?, self.n_frames.get(idx)?)))
        {
            n_all += n_frames;
            for (sum, x) in mean.iter_mut().zip(sums) {
                *sum += x;
            }
        }
        (n_all > 0.0).then(|| self.model.key(&mean.map(|x| x / n_all)))
    }
}
