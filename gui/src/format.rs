//! Numbers as a musician reads them: real minus signs, and a dash where there is no number. Names
//! of notes, chords and keys are in `notation`.

use analysis::TempoRelation;

/// What stands where there is no number.
pub(crate) const NONE: &str = "–";

/// `value` with `n_decimals` decimals and a real minus sign.
pub(crate) fn number(value: f32, n_decimals: usize) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let text = format!("{value:.n_decimals$}");
    // "-0.0" is a rounding artefact, not a negative number.
    let is_zero = text.chars().all(|c| matches!(c, '-' | '0' | '.'));
    match text.strip_prefix('-') {
        Some(digits) if is_zero => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// `value`, or a dash.
pub(crate) fn number_or_dash(value: Option<f32>, n_decimals: usize) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| number(value, n_decimals))
}

/// A share from 0 to 1 as a whole number of per cent, without the sign.
pub(crate) fn percent(share: f32) -> String {
    number((share * 100.0).clamp(0.0, 100.0), 0)
}

/// A count with thin groups of three: "1 204".
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (idx, digit) in digits.chars().enumerate() {
        if idx > 0 && (digits.len() - idx).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

/// Minutes and seconds, "1:05".
pub(crate) fn clock(seconds: f64) -> String {
    let whole = if seconds.is_finite() { seconds.max(0.0) as u64 } else { 0 };
    format!("{}:{:02}", whole / 60, whole % 60)
}

/// How another metrical level is written, "½×".
pub(crate) fn relation(relation: TempoRelation) -> &'static str {
    match relation {
        TempoRelation::Third => "⅓×",
        TempoRelation::Half => "½×",
        TempoRelation::TwoThirds => "⅔×",
        TempoRelation::ThreeQuarters => "¾×",
        TempoRelation::FourThirds => "4/3×",
        TempoRelation::ThreeHalves => "3/2×",
        TempoRelation::Double => "2×",
        TempoRelation::Triple => "3×",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_real_minus_and_no_negative_zero() {
        assert_eq!(number(-14.25, 1), "−14.2");
        assert_eq!(number(-0.04, 1), "0.0");
        assert_eq!(number(f32::NAN, 1), NONE);
        assert_eq!(number_or_dash(None, 1), NONE);
        assert_eq!(percent(0.826), "83");
        assert_eq!(percent(7.0), "100");
        assert_eq!(count(1_204), "1\u{a0}204");
        assert_eq!(count(739), "739");
        assert_eq!(clock(65.9), "1:05");
        assert_eq!(clock(f64::NAN), "0:00");
    }
}
