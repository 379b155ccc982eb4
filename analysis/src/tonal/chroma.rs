//! [`Chroma`]: the energy of the twelve pitch classes.

/// Energies of the pitch classes, C first, not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Chroma(pub(crate) [f32; 12]);

impl Chroma {
    /// Reads the semitones out of an octave of 36 bins when the music is tuned `cents` above
    /// A4 = 440 Hz, by linear interpolation between neighbouring bins.
    pub(crate) fn tuned(folded: &[f32; 36], cents: f32) -> Self {
        let shift = cents / 100.0 * 3.0;
        Self(std::array::from_fn(|pitch_class| {
            let position = (pitch_class as f32 * 3.0 + shift).rem_euclid(36.0);
            let below = position as usize % 36;
            let share = position - position.floor();
            folded[below] * (1.0 - share) + folded[(below + 1) % 36] * share
        }))
    }

    /// The same direction at length 1; silence stays 0.
    pub(crate) fn normalized(&self) -> Self {
        let norm = self.norm();
        if norm > 1e-9 { Self(self.0.map(|x| x / norm)) } else { Self::default() }
    }

    /// Euclidean length.
    pub(crate) fn norm(&self) -> f32 {
        self.0.iter().map(|x| x * x).sum::<f32>().sqrt()
    }

    /// Adds `other`, `weight` times.
    pub(crate) fn add(&mut self, other: &Self, weight: f32) {
        for (sum, x) in self.0.iter_mut().zip(&other.0) {
            *sum += weight * x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detuned_note_is_read_at_its_tuning() {
        let mut folded = [0.0; 36];
        folded[10] = 1.0; // D# a third of a semitone high
        let chroma = Chroma::tuned(&folded, 100.0 / 3.0);
        assert!((chroma.0[3] - 1.0).abs() < 1e-5);
        assert!(chroma.0[4] < 1e-5);
    }
}
