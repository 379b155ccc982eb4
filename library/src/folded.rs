//! Names as they are compared: without capitals, and however their characters are composed.
//!
//! Compatibility decomposition, the lower case of every character, and composition again: a caseless
//! match after The Unicode Standard, section 3.13, but for the few letters that fold to two (ß is
//! not ss). File names come decomposed from macOS, and in full width from Japan.

use unicode_normalization::UnicodeNormalization as _;

/// `text`, folded.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::new();
    fold_onto(&mut out, text);
    out
}

/// Puts `text`, folded, at the end of `out`.
pub(crate) fn fold_onto(out: &mut String, text: &str) {
    if text.is_ascii() {
        let start = out.len();
        out.push_str(text);
        if let Some(new) = out.get_mut(start..) {
            new.make_ascii_lowercase();
        }
        return;
    }
    // Which sigma is written depends on its place in a word, which a part of a name does not have.
    let one_sigma = |letter| if letter == 'ς' { 'σ' } else { letter };
    out.extend(text.nfkd().flat_map(char::to_lowercase).map(one_sigma).nfc());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_composition_make_no_difference_in_any_script() {
        for (one, other) in [
            ("NEON Coast", "neon coast"),
            ("ÉTÉ", "e\u{301}te\u{301}"),
            ("Über", "U\u{308}BER"),
            ("ПОЛЁТ", "полёт"),
            ("ΟΔΟΣ", "οδος"),
            ("Ｎｅｏｎ", "neon"),
            ("ガ", "ｶﾞ"),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            ("Việt", "Vie\u{323}\u{302}t"),
        ] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("Ete"), folded("Été"));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["İstanbul", "ẞ", "ﬁn", "Ǆ", "夜に駆ける", "Ω", "ΰ", "ᾼ"] {
            assert_eq!(folded(&folded(text)), folded(text), "{text}");
        }
    }
}
