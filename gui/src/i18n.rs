//! [`Language`] and the texts of the panel, by Project Fluent (<https://projectfluent.org>).
//!
//! The texts are in `locales/*.ftl`; no other file holds a word that a user reads.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

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

    /// Its own name, in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::SimplifiedChinese => "中文",
        }
    }

    /// The one after it.
    pub(crate) fn next(self) -> Self {
        match self {
            Self::English => Self::SimplifiedChinese,
            Self::SimplifiedChinese => Self::English,
        }
    }

    /// The texts of that language.
    fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../locales/en.ftl"),
            Self::SimplifiedChinese => include_str!("../locales/zh-Hans.ftl"),
        }
    }
}

/// The id of a text in `locales/*.ftl`. Written as `Text("...")` only, so that a test can find
/// every id that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) &'static str);

/// All texts in one language.
pub(crate) struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    /// Reads the texts of `language`.
    pub(crate) fn new(language: Language) -> Self {
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The marks that isolate right-to-left text have no glyph; neither language needs them.
        bundle.set_use_isolating(false);
        // A resource with a broken line still has all the others; the tests see to it that no
        // line is broken.
        let resource = FluentResource::try_new(language.source().to_owned())
            .unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// The language spoken.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// A text without blanks to fill.
    pub(crate) fn say(&self, text: Text) -> String {
        self.format(text, None)
    }

    /// A text with its blanks filled.
    pub(crate) fn with<'a>(&'a self, text: Text, blanks: &[(&'a str, Blank<'a>)]) -> String {
        let mut args = FluentArgs::with_capacity(blanks.len());
        for (name, value) in blanks {
            let value: FluentValue<'_> = match value {
                Blank::Word(word) => FluentValue::from(word.as_ref()),
                Blank::Count(n) => FluentValue::from(*n),
            };
            args.set(*name, value);
        }
        self.format(text, Some(&args))
    }

    fn format(&self, text: Text, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(text.0).and_then(|message| message.value())
        else {
            return text.0.to_owned();
        };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, args, &mut errors).into_owned()
    }
}

/// What fills a blank of a text.
#[derive(Clone, Debug)]
pub(crate) enum Blank<'a> {
    /// A word or a number as it is to be shown.
    Word(Cow<'a, str>),
    /// A number that decides between singular and plural.
    Count(u64),
}

impl<'a> From<&'a str> for Blank<'a> {
    fn from(word: &'a str) -> Self {
        Self::Word(Cow::Borrowed(word))
    }
}

impl From<String> for Blank<'_> {
    fn from(word: String) -> Self {
        Self::Word(Cow::Owned(word))
    }
}

impl From<u64> for Blank<'_> {
    fn from(n: u64) -> Self {
        Self::Count(n)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn ids(language: Language) -> BTreeSet<String> {
        language
            .source()
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(id, _)| id.to_owned())
            .filter(|id| id.starts_with(|c: char| c.is_ascii_lowercase()))
            .collect()
    }

    fn used_ids(dir: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used_ids(&path, found);
            } else if path.file_name().is_some_and(|name| name != "i18n.rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                for rest in source.split("Text(\"").skip(1) {
                    found.insert(rest.split('"').next().unwrap().to_owned());
                }
            }
        }
    }

    #[test]
    fn every_text_is_in_every_language() {
        assert_eq!(ids(Language::English), ids(Language::SimplifiedChinese));
        assert!(ids(Language::English).len() > 50);
    }

    #[test]
    fn no_text_is_missing_and_none_is_left_over() {
        let mut used = BTreeSet::new();
        used_ids(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut used);
        assert_eq!(used, ids(Language::English));
    }

    #[test]
    fn no_line_of_the_texts_is_broken() {
        for language in Language::ALL {
            assert!(FluentResource::try_new(language.source().to_owned()).is_ok(), "{language:?}");
        }
    }

    #[test]
    fn blanks_are_the_same_in_every_language() {
        let blanks = |language: Language, id: &str| -> BTreeSet<String> {
            let source = language.source();
            let start = source.find(&format!("\n{id} =")).unwrap() + 1;
            let end = source[start..].find("\n\n").map_or(source.len(), |len| start + len);
            let message = source[start..end]
                .lines()
                .enumerate()
                .take_while(|(n, line)| *n == 0 || line.starts_with([' ', '}']))
                .map(|(_, line)| line)
                .collect::<String>();
            message
                .split('$')
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect())
                .collect()
        };
        for id in ids(Language::English) {
            assert_eq!(
                blanks(Language::English, &id),
                blanks(Language::SimplifiedChinese, &id),
                "{id}"
            );
        }
    }

    #[test]
    fn tags_are_read_back_and_locales_are_understood() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::from_tag("zh_CN.UTF-8"), Some(Language::SimplifiedChinese));
        assert_eq!(Language::from_tag("C"), None);
    }
}
