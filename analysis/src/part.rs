//! [`Part`]: what the analysis is busy with, for those who measure what it costs.

/// A part of the analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Mixing and resampling.
    Input,
    /// Loudness.
    Loudness,
    /// Spectra of short windows, for all that reads them.
    ShortSpectra,
    /// Long windows, tuning, key and chords.
    Tonal,
    /// Onsets, tempo, beats and bars; of whole files, what is heard of them.
    Rhythm,
    /// Tempo, beats and bars of a whole file, once everything is heard.
    BeatDecoding,
    /// Fingerprint and tonal balance.
    Fingerprint,
    /// Everything else.
    Rest,
}

impl Part {
    /// All of them, in the order of their discriminants.
    pub const ALL: [Self; 8] = [
        Self::Input,
        Self::Loudness,
        Self::ShortSpectra,
        Self::Tonal,
        Self::Rhythm,
        Self::BeatDecoding,
        Self::Fingerprint,
        Self::Rest,
    ];
}
