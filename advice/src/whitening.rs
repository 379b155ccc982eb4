//! [`Whitening`]: fingerprint blocks made comparable.

use analysis::Fingerprint;

/// Number of values of a whitened fingerprint.
pub const N_WHITENED: usize = 128;

/// A whitening file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum WhiteningError {
    /// Too few fingerprints to measure on.
    #[error("whitening needs at least {expected} fingerprints, got {actual}")]
    TooFew {
        /// How many there must be.
        expected: usize,
        /// How many there were.
        actual: usize,
    },
}

/// Means and axes of the fingerprint blocks over a fixed population of music.
#[derive(Clone, Debug, Default)]
pub struct Whitening {}

impl Whitening {
    /// The whitening compiled in.
    pub fn shipped() -> &'static Self {
        static SHIPPED: Whitening = Whitening {};
        &SHIPPED
    }

    /// Measures a whitening on `population`; `note` says what that is.
    ///
    /// # Errors
    /// Where there are too few fingerprints.
    pub fn measure(population: &[Fingerprint], _note: &str) -> Result<Self, WhiteningError> {
        Err(WhiteningError::TooFew { expected: 1, actual: population.len() })
    }
}
