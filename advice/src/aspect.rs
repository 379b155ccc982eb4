//! [`Aspect`]: the parts a match is broken down into, and their [`Weights`].

/// Number of aspects.
pub const N_ASPECTS: usize = 7;

/// A part of musical similarity that a listener can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// Tempo, octave-aware.
    Tempo,
    /// Rhythmic pattern and onset density.
    Rhythm,
    /// Key, mode and harmonic colour.
    Key,
    /// Timbre: cepstrum, spectral shape and contrast.
    Timbre,
    /// Tonal balance: the long-term spectrum.
    Balance,
    /// Dynamics: loudness range, crest.
    Dynamics,
    /// Feel: how loudness fluctuates, band by band.
    Feel,
}

impl Aspect {
    /// All of them, in the order of the arrays indexed by [`Aspect::index`].
    pub const ALL: [Self; N_ASPECTS] = [
        Self::Tempo,
        Self::Rhythm,
        Self::Key,
        Self::Timbre,
        Self::Balance,
        Self::Dynamics,
        Self::Feel,
    ];

    /// Position in [`Aspect::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in the contract and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tempo => "tempo",
            Self::Rhythm => "rhythm",
            Self::Key => "key",
            Self::Timbre => "timbre",
            Self::Balance => "balance",
            Self::Dynamics => "dynamics",
            Self::Feel => "feel",
        }
    }

    /// The aspect of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aspect| aspect.name() == name)
    }
}

/// How much each aspect counts, 0 or more, indexed by [`Aspect::index`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights(pub [f32; N_ASPECTS]);

impl Default for Weights {
    fn default() -> Self {
        Self([1.0; N_ASPECTS])
    }
}
