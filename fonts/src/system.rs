//! [`SystemSearch`]: which font of the system has a character, as the system itself chooses
//! (fontconfig, DirectWrite, Core Text, through fontique).
//!
//! Of egui's own provider (`egui_system_font_provider`) this has the order of the questions, not the
//! thread: that one can't be joined, and a host may unload the code under it.

use egui::{FontData, FontFamily};
use epaint::text::{FontInsert, FontPriority, InsertFontFamily};
use fontique::{
    Collection, CollectionOptions, FallbackKey, GenericFamily, Language, QueryFamily, QueryFont,
    QueryStatus, Script, SourceCache, SourceCacheOptions,
};
use skrifa::instance::Size;
use skrifa::{FontRef, GlyphId, MetadataProvider};
use unicode_script::UnicodeScript;

/// Where what belongs to no script may be found: signs, emoji.
const FOR_SIGNS: [GenericFamily; 5] = [
    GenericFamily::SystemUi,
    GenericFamily::Emoji,
    GenericFamily::Math,
    GenericFamily::Serif,
    GenericFamily::Monospace,
];

const HAN: Script = Script::from_bytes(*b"Hani");

/// Asked for Han one after the other: what has one locale's characters may lack another's. Simplified
/// Chinese goes by the name that fontique does not take for its default, which is any Han font.
const HAN_LOCALES: [&str; 4] = ["zh-SG", "zh-TW", "ja", "ko"];

/// The fonts that are installed, mapped as they are found.
pub(crate) struct SystemSearch {
    collection: Collection,
    sources: SourceCache,
    locale: Option<Language>,
}

impl SystemSearch {
    /// Looks through the fonts of the system, which can take hundreds of milliseconds.
    pub(crate) fn new() -> Self {
        let options = CollectionOptions { shared: false, system_fonts: true };
        Self {
            collection: Collection::new(options),
            sources: SourceCache::new(SourceCacheOptions::default()),
            locale: sys_locale::get_locale().and_then(|tag| Language::parse(&tag).ok()),
        }
    }

    /// A font that has `letter` and goes with `family`, if there is one.
    pub(crate) fn find(&mut self, family: &FontFamily, letter: char) -> Option<FontInsert> {
        let generic = match family {
            FontFamily::Monospace => GenericFamily::Monospace,
            FontFamily::Proportional | FontFamily::Name(_) => GenericFamily::SansSerif,
        };
        let font = match script_of(letter) {
            Some(script) => self.locales(script).into_iter().find_map(|locale| {
                let fallback = FallbackKey::new(script, locale.as_ref());
                self.first(&[generic], Some(fallback), letter)
            }),
            None => {
                let families: Vec<_> = [generic].into_iter().chain(FOR_SIGNS).collect();
                self.first(&families, None, letter)
            }
        }?;
        let (id, idx) = font.family;
        let name = self.collection.family_name(id).unwrap_or_default();
        let families =
            vec![InsertFontFamily { family: family.clone(), priority: FontPriority::Lowest }];
        Some(FontInsert {
            name: format!("system:{name}:{idx}:{}", font.index),
            data: FontData::from_blob(font.blob.into_raw_parts().0, font.index),
            families,
        })
    }

    /// The first font of `families`, or else of `fallback`, that has `letter`.
    fn first(
        &mut self,
        families: &[GenericFamily],
        fallback: Option<FallbackKey>,
        letter: char,
    ) -> Option<QueryFont> {
        let mut query = self.collection.query(&mut self.sources);
        query.set_families(families.iter().map(|family| QueryFamily::Generic(*family)));
        if let Some(fallback) = fallback {
            query.set_fallbacks(fallback);
        }
        let mut first = None;
        query.matches_with(|font| {
            if !has_glyph(font, letter) {
                return QueryStatus::Continue;
            }
            first = Some(font.clone());
            QueryStatus::Stop
        });
        first
    }

    /// Locales to ask for fonts of `script`, the user's first.
    fn locales(&self, script: Script) -> Vec<Option<Language>> {
        if script != HAN {
            return vec![self.locale];
        }
        let others = HAN_LOCALES.iter().filter_map(|tag| Language::parse(tag).ok()).map(Some);
        let own = Some(self.locale).filter(|own| !own.as_ref().is_some_and(is_simplified_chinese));
        own.into_iter().chain(others).collect()
    }
}

fn is_simplified_chinese(locale: &Language) -> bool {
    locale.language() == "zh"
        && locale.script() != Some("Hant")
        && !matches!(locale.region(), Some("HK" | "TW" | "MO"))
}

/// `None` for what many scripts share.
fn script_of(letter: char) -> Option<Script> {
    use unicode_script::Script::{Common, Inherited, Unknown};
    match letter.script() {
        Common | Inherited | Unknown => None,
        script => Script::parse(script.short_name()).ok(),
    }
}

/// Whether the panel can draw `letter` with `font`: an outline, layers of colour, or a picture.
fn has_glyph(font: &QueryFont, letter: char) -> bool {
    let Ok(font) = FontRef::from_index(font.blob.as_ref(), font.index) else { return false };
    font.charmap().map(letter).filter(|glyph| *glyph != GlyphId::NOTDEF).is_some_and(|glyph| {
        font.outline_glyphs().get(glyph).is_some()
            || font.color_glyphs().get(glyph).is_some()
            || font.bitmap_strikes().glyph_for_size(Size::unscaled(), glyph).is_some()
    })
}
