//! Looking at a library as a whole, at a bounded cost.

use advice::{Collection, CueReadings, TrackId};
use analysis::Fingerprint;

use super::References;
use crate::error::LibraryError;

/// References that say what is usual in a library: shares are good to two per cent or so.
const N_TO_COMPARE: usize = 2_000;

impl References {
    /// At most `n` references, spread evenly over the library in the order of their ids; all of
    /// them where there are no more. The same library gives the same ones. Damaged ones are left
    /// out.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn sample(&self, n: usize) -> Result<Vec<(TrackId, Fingerprint)>, LibraryError> {
        let n_all = self.len();
        let n = n.min(n_all);
        let mut sample = Vec::with_capacity(n);
        let rows =
            self.parts.iter().flat_map(|part| part.living.rows().map(move |row| (part, row)));
        // The `taken`-th is at `taken * n_all / n`.
        let mut taken = 0;
        for (idx, (part, row)) in rows.enumerate() {
            if taken == n || idx != taken * n_all / n {
                continue;
            }
            taken += 1;
            let Some(id) = part.sketches.id(row) else { continue };
            match part.fingerprint(row) {
                Ok(fingerprint) => sample.push((TrackId(id), fingerprint)),
                Err(LibraryError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        sample.sort_by_key(|(id, _)| id.0);
        Ok(sample)
    }

    /// The cues of at most 2,000 of the references, to see how a piece stands among them.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn collection(&self) -> Result<Collection, LibraryError> {
        let sample = self.sample(N_TO_COMPARE)?;
        Ok(Collection::new(sample.iter().map(|(_, print)| CueReadings::of(print)).collect()))
    }

    /// Reads everything that a search of the whole library reads, and does nothing else: the number
    /// of bytes, and all of them folded into 64. What a search is measured against.
    pub fn read_sketches(&self) -> (usize, [u8; 64]) {
        let (mut n_bytes, mut folded) = (0, [0u8; 64]);
        for part in &self.parts {
            let values = part.sketches.values().as_flattened();
            n_bytes += values.len();
            for chunk in values.as_chunks::<64>().0 {
                folded.iter_mut().zip(chunk).for_each(|(sum, byte)| *sum ^= byte);
            }
        }
        (n_bytes, folded)
    }
}
