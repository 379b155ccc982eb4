//! [`Language`] and the texts of the panel, by Project Fluent (<https://projectfluent.org>).

/// A language the panel speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    SimplifiedChinese,
}

impl Language {
    /// All of them, in the order the switch goes through.
    pub const ALL: [Self; 2] = [Self::English, Self::SimplifiedChinese];

    /// BCP 47 tag, "en" or "zh-Hans": what settings store.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-Hans",
        }
    }

    /// The language of a BCP 47 tag or POSIX locale ("zh-Hans", "zh_CN.UTF-8"), `None` where the
    /// panel does not speak it.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_', '.']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "zh" => Some(Self::SimplifiedChinese),
            _ => None,
        }
    }

    /// Its own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::SimplifiedChinese => "中文",
        }
    }
}
