//! [`Gap`]: all aspects of the difference to a target.

use super::Target;
use super::balance::BalanceGap;
use super::figure::{FAR, FigureGap};
use super::key::{KeyGap, KeyGoal};
use super::tempo::TempoGap;

/// An aspect of the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapAspect {
    /// Tempo, as a ratio.
    Tempo,
    /// Key, in fifths.
    Key,
    /// Spectral centroid in Hz.
    Brightness,
    /// Third octaves in dB: of references.
    Balance,
    /// Level below 112 Hz relative to the whole, in dB: of scenes.
    Bass,
    /// Spectral flatness in dB: of scenes.
    Roughness,
    /// Onsets a second.
    OnsetDensity,
    /// Range of the level over about 3 s, in dB.
    LoudnessRange,
    /// Peaks over the mean level, in dB: of references.
    Crest,
}

impl GapAspect {
    /// All of them, in the order they are told in.
    pub const ALL: [Self; 9] = [
        Self::Tempo,
        Self::Key,
        Self::Brightness,
        Self::Balance,
        Self::Bass,
        Self::Roughness,
        Self::OnsetDensity,
        Self::LoudnessRange,
        Self::Crest,
    ];

    /// The name on the command line ("onset density").
    pub fn name(self) -> &'static str {
        match self {
            Self::Tempo => "tempo",
            Self::Key => "key",
            Self::Brightness => "brightness",
            Self::Balance => "balance",
            Self::Bass => "bass",
            Self::Roughness => "roughness",
            Self::OnsetDensity => "onset density",
            Self::LoudnessRange => "loudness range",
            Self::Crest => "crest",
        }
    }
}

/// An aspect of what is heard beside that of the target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Compared<T> {
    /// It was not heard, or not surely enough.
    #[default]
    Unheard,
    /// The target says nothing about it.
    Open,
    /// Both are known.
    Known(T),
}

impl<T> Compared<T> {
    /// The difference, where both are known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(gap) => Some(gap),
            Self::Unheard | Self::Open => None,
        }
    }
}

/// One aspect of a [`Gap`], as it is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GapValue<'a> {
    /// The tempo.
    Tempo(&'a TempoGap),
    /// The key.
    Key(&'a KeyGap),
    /// The third octaves.
    Balance(&'a BalanceGap),
    /// Any other, in its unit.
    Figure(&'a FigureGap),
}

/// The difference between what is heard and a target, aspect by aspect. Plain data of bounded size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gap {
    /// The target.
    pub target: Target,
    /// The tempo.
    pub tempo: Compared<TempoGap>,
    /// The key.
    pub key: Compared<KeyGap>,
    /// Spectral centroid in Hz.
    pub brightness: Compared<FigureGap>,
    /// Third octaves in dB; open for scenes.
    pub balance: Compared<BalanceGap>,
    /// Level below 112 Hz relative to the whole, in dB; open for references, whose balance says
    /// more.
    pub bass: Compared<FigureGap>,
    /// Spectral flatness in dB; open for references.
    pub roughness: Compared<FigureGap>,
    /// Onsets a second.
    pub onset_density: Compared<FigureGap>,
    /// Range of the level over about 3 s, in dB.
    pub loudness_range: Compared<FigureGap>,
    /// Peaks over the mean level, in dB; open for scenes.
    pub crest: Compared<FigureGap>,
    /// The aspect whose gap is best closed first; `None` where there is
    /// none worth a word.
    pub largest: Option<GapAspect>,
}

impl Gap {
    /// An aspect, whichever it is.
    pub fn value(&self, aspect: GapAspect) -> Compared<GapValue<'_>> {
        match aspect {
            GapAspect::Tempo => borrowed(&self.tempo, GapValue::Tempo),
            GapAspect::Key => borrowed(&self.key, GapValue::Key),
            GapAspect::Balance => borrowed(&self.balance, GapValue::Balance),
            GapAspect::Brightness => borrowed(&self.brightness, GapValue::Figure),
            GapAspect::Bass => borrowed(&self.bass, GapValue::Figure),
            GapAspect::Roughness => borrowed(&self.roughness, GapValue::Figure),
            GapAspect::OnsetDensity => borrowed(&self.onset_density, GapValue::Figure),
            GapAspect::LoudnessRange => borrowed(&self.loudness_range, GapValue::Figure),
            GapAspect::Crest => borrowed(&self.crest, GapValue::Figure),
        }
    }

    /// The aspects the target says something about, in the order of [`GapAspect::ALL`].
    pub fn aspects(&self) -> impl Iterator<Item = GapAspect> + '_ {
        GapAspect::ALL.into_iter().filter(|&it| !matches!(self.value(it), Compared::Open))
    }

    /// How much closing the gap of an aspect would help; 0 where there is none or it is unknown.
    pub fn gain(&self, aspect: GapAspect) -> f32 {
        self.value(aspect).known().map_or(0.0, |value| match value {
            GapValue::Tempo(tempo) => tempo.gain,
            GapValue::Key(key) => key.gain,
            GapValue::Balance(balance) => balance.gain,
            GapValue::Figure(figure) => figure.gain,
        })
    }

    /// How far off an aspect is, -1 to 1, for a bar: below 0 for too little (slow, dark, sparse;
    /// of keys: too many flats), 0 for as good as there. `None` where it is unknown.
    pub fn deviation(&self, aspect: GapAspect) -> Option<f32> {
        let value = self.value(aspect);
        let deviation = match value.known()? {
            GapValue::Tempo(tempo) => tempo.ratio.log2() / FULL_BAR_OCTAVES,
            GapValue::Key(key) => match key.goal {
                KeyGoal::Key(_) if key.fifths != 0 => f32::from(-key.fifths) / 6.0,
                _ if key.other_mode => {
                    if key.here.mode == analysis::Mode::Major {
                        0.5
                    } else {
                        -0.5
                    }
                }
                _ => 0.0,
            },
            GapValue::Balance(balance) => balance.most_db() / FULL_BAR_DB,
            GapValue::Figure(figure) => figure.beyond / FAR,
        };
        Some(deviation.clamp(-1.0, 1.0))
    }
}

/// A tempo this far off fills a bar: the furthest there is, where half and double count as near.
const FULL_BAR_OCTAVES: f32 = 0.5;
/// A band this far off fills a bar.
const FULL_BAR_DB: f32 = 12.0;

fn borrowed<'a, T>(
    compared: &'a Compared<T>,
    of: impl FnOnce(&'a T) -> GapValue<'a>,
) -> Compared<GapValue<'a>> {
    match compared {
        Compared::Unheard => Compared::Unheard,
        Compared::Open => Compared::Open,
        Compared::Known(gap) => Compared::Known(of(gap)),
    }
}
