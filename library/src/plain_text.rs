//! [`plain_text`]: text that a spreadsheet does not take for a formula.
//!
//! Titles and file names come from anywhere, and a spreadsheet that opens a table runs a cell that
//! begins with `=`, `+`, `-` or `@` (OWASP, "CSV injection"). Such a cell gets an apostrophe in
//! front, and so does one that begins with an apostrophe: whoever reads the table takes exactly
//! one apostrophe off the front of a text and has it as it was. Numbers are left alone.

use std::borrow::Cow;

/// What makes a cell more than text, and the sign that says it is text.
const TELLING: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\''];

/// `text` as a cell of a table.
pub fn plain_text(text: &str) -> Cow<'_, str> {
    match text.starts_with(TELLING) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_like_a_formula_and_every_text_can_be_had_back() {
        let formula = "=HYPERLINK(\"x\")";
        for text in [formula, "+1", "-wave.wav", "@x", "\tx", "'tis", "''", "a=b", "", "Öl", "1.5"]
        {
            let cell = plain_text(text);
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert_eq!(cell.strip_prefix('\'').unwrap_or(&cell), text);
        }
        assert_eq!(plain_text("plain"), "plain");
    }
}
