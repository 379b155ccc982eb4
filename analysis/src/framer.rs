//! [`Framer`]: a stream cut in any way becomes overlapping, centred windows.

/// Cuts a stream into windows of `window_len` samples, `hop_len` apart. Window `k` is centred on
/// sample `k * hop_len`; before the start lies silence. Never allocates after construction.
#[derive(Debug)]
pub(crate) struct Framer {
    buffer: Vec<f32>,
    n_filled: usize,
    hop_len: usize,
    frame_idx: u64,
}

impl Framer {
    /// A framer; `hop_len` must not exceed `window_len`.
    pub(crate) fn new(window_len: usize, hop_len: usize) -> Self {
        if cfg!(test) {
            assert!(hop_len > 0 && hop_len <= window_len);
        }
        Self { buffer: vec![0.0; window_len], n_filled: window_len / 2, hop_len, frame_idx: 0 }
    }

    /// Takes samples; every completed window goes to `on_window` with its index.
    pub(crate) fn push(&mut self, mut samples: &[f32], on_window: &mut impl FnMut(u64, &[f32])) {
        while !samples.is_empty() {
            let n = samples.len().min(self.buffer.len() - self.n_filled);
            let (now, rest) = samples.split_at(n);
            self.buffer[self.n_filled..self.n_filled + n].copy_from_slice(now);
            self.n_filled += n;
            samples = rest;
            if self.n_filled == self.buffer.len() {
                on_window(self.frame_idx, &self.buffer);
                self.frame_idx += 1;
                self.buffer.copy_within(self.hop_len.., 0);
                self.n_filled -= self.hop_len;
            }
        }
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        self.buffer.fill(0.0);
        self.n_filled = self.buffer.len() / 2;
        self.frame_idx = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn window_k_is_centred_on_hop_k_however_the_stream_is_cut() {
        let samples: Vec<f32> = (0..100).map(|i| i as f32).collect();
        for chunk in [1, 3, 7, 100] {
            let mut framer = Framer::new(8, 3);
            let mut n_windows = 0;
            for part in samples.chunks(chunk) {
                framer.push(part, &mut |k, window| {
                    assert_eq!(k, n_windows);
                    assert_eq!(window[4], (3 * k) as f32);
                    n_windows += 1;
                });
            }
            assert_eq!(n_windows, 1 + (100 - 4) / 3);
        }
    }
}
