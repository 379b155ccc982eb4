//! [`KeyCode`]: the number and letter by which DJs tell what mixes with what.
//!
//! Both codes count the circle of fifths, so that neighbours differ by one. Camelot: 8B is C major,
//! 8A is A minor. Open Key: 1d is C major (dur), 1m is A minor (moll).

use analysis::{Key, Mode};

/// A code for keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum KeyCode {
    /// 1A to 12B.
    #[default]
    Camelot,
    /// 1m to 12d.
    OpenKey,
}

impl KeyCode {
    /// Both of them, in the order they are offered.
    pub const ALL: [Self; 2] = [Self::Camelot, Self::OpenKey];

    /// What settings store: "camelot", "open-key".
    pub fn tag(self) -> &'static str {
        match self {
            Self::Camelot => "camelot",
            Self::OpenKey => "open-key",
        }
    }

    /// The code of a [`KeyCode::tag`].
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.tag() == tag)
    }

    /// The code of a key, "3A".
    pub(crate) fn of(self, key: Key) -> String {
        match self {
            Self::Camelot => {
                let (number, letter) = key.camelot();
                format!("{number}{letter}")
            }
            Self::OpenKey => {
                let letter = if key.mode == Mode::Major { 'd' } else { 'm' };
                format!("{}{letter}", key.sharps().rem_euclid(12) + 1)
            }
        }
    }
}
