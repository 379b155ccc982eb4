//! [`TempoReadings`]: how strongly a file repeats at each tempo, second by second, and the tempo
//! that it keeps to.

use super::periodicity::{Evidence, Periodicity, TempoGrid};

/// Frames between two readings.
pub(super) const STRIDE: usize = 50;
/// No reading before this many frames, unless the file ends.
const FIRST: usize = 200;
const MEMORY_S: f32 = 8.0;
/// A reading tells about the music this many frames before it.
const DELAY: usize = 500;
/// Cost of the tempo moving by a grid step, and of jumping anywhere, per reading.
const DRIFT_COST: f32 = 0.09;
const JUMP_COST: f32 = 0.9;

/// Readings of the periodicity of a whole file.
#[derive(Debug)]
pub(super) struct TempoReadings {
    periodicity: Periodicity,
    n_frames: usize,
    /// As many values a reading as the grid has tempos.
    rows: Vec<f32>,
}

impl TempoReadings {
    /// Nothing read yet.
    pub(super) fn new(evidence: Evidence) -> Self {
        Self { periodicity: Periodicity::new(MEMORY_S, evidence), n_frames: 0, rows: Vec::new() }
    }

    /// Takes the next frame.
    pub(super) fn push(&mut self, values: impl IntoIterator<Item = f32>, grid: &TempoGrid) {
        self.periodicity.push(values);
        self.n_frames += 1;
        if self.n_frames.is_multiple_of(STRIDE) && self.n_frames >= FIRST {
            self.read(grid);
        }
    }

    /// Reads what came after the last reading.
    pub(super) fn finish(&mut self, grid: &TempoGrid) {
        if !self.n_frames.is_multiple_of(STRIDE) || self.rows.is_empty() {
            self.read(grid);
        }
    }

    /// The reading of a path that tells of a frame.
    pub(super) fn at(path: &[usize], frame: usize) -> usize {
        path[((frame + DELAY).saturating_sub(FIRST) / STRIDE).min(path.len() - 1)]
    }

    /// Adds `share` of the readings of another witness of the same file.
    pub(super) fn add(&mut self, other: &Self, share: f32) {
        for (value, other) in self.rows.iter_mut().zip(&other.rows) {
            *value += share * other;
        }
    }

    /// The tempo (index into the grid) at each reading: the best path, by dynamic programming.
    pub(super) fn path(&self, grid: &TempoGrid) -> Vec<usize> {
        let n = grid.len();
        let mut score = vec![0.0f32; n];
        let mut next = score.clone();
        let mut from: Vec<u16> = Vec::with_capacity(self.rows.len());
        for row in self.rows.chunks_exact(n) {
            let top = argmax(&score);
            // Only differences count; kept near zero they stay exact over hours.
            let top_score = score[top];
            for idx in 0..n {
                let mut best = (idx, score[idx]);
                let neighbours = [idx.checked_sub(1), (idx + 1 < n).then_some(idx + 1)];
                for other in neighbours.into_iter().flatten() {
                    if score[other] - DRIFT_COST > best.1 {
                        best = (other, score[other] - DRIFT_COST);
                    }
                }
                if top_score - JUMP_COST > best.1 {
                    best = (top, top_score - JUMP_COST);
                }
                next[idx] = best.1 - top_score + row[idx] * grid.preference(idx);
                from.push(best.0 as u16);
            }
            std::mem::swap(&mut score, &mut next);
        }
        let mut idx = argmax(&score);
        let mut path: Vec<usize> = Vec::with_capacity(from.len() / n);
        for row in from.chunks_exact(n).rev() {
            path.push(idx);
            idx = usize::from(row[idx]);
        }
        path.reverse();
        path
    }

    /// Periodicity of the whole at every tempo of the grid.
    pub(super) fn mean(&self, grid: &TempoGrid) -> Vec<f32> {
        let mut mean = vec![0.0; grid.len()];
        let n_rows = self.rows.len() / grid.len();
        for row in self.rows.chunks_exact(grid.len()) {
            for (sum, value) in mean.iter_mut().zip(row) {
                *sum += value / n_rows as f32;
            }
        }
        mean
    }

    /// Mean periodicity at the tempos of a path.
    pub(super) fn clarity(&self, grid: &TempoGrid, path: &[usize]) -> f32 {
        let rows = self.rows.chunks_exact(grid.len());
        let sum: f32 = rows.zip(path).map(|(row, &idx)| row[idx]).sum();
        sum / path.len().max(1) as f32
    }

    fn read(&mut self, grid: &TempoGrid) {
        let at = self.rows.len();
        self.rows.resize(at + grid.len(), 0.0);
        self.periodicity.score(grid, &mut self.rows[at..]);
    }
}

fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (idx, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = idx;
        }
    }
    best
}
