//! The keys of the tracks on the circle of fifths: major outside, minor inside, each with the number
//! that disc jockeys use (Camelot).

use std::f64::consts::TAU;

use analysis::{Key, Mode};

use super::Piece;
use crate::html::{add, escaped};

const SIZE: f64 = 420.0;
/// Inner and outer radius of the two rings, minor first.
const RINGS: [(f64, f64); 2] = [(84.0, 138.0), (140.0, 200.0)];
const N_SECTORS: i32 = 12;

/// The circle, more of a key the brighter.
pub(super) fn svg(pieces: &[Piece]) -> String {
    let mut counts = [0usize; 24];
    for key in pieces.iter().filter_map(|piece| piece.key) {
        if let Some(count) = counts.get_mut(key.index()) {
            *count += 1;
        }
    }
    let n_keyed: usize = counts.iter().sum();
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let mut svg = format!(
        "<svg class=\"wheel\" viewBox=\"0 0 {SIZE} {SIZE}\" role=\"img\" \
         aria-label=\"Keys on the circle of fifths\">"
    );
    for (idx, &count) in counts.iter().enumerate() {
        sector(&mut svg, Key::from_index(idx), count, most);
    }
    let middle = SIZE / 2.0;
    add!(
        svg,
        "<text class=\"large\" x=\"{middle}\" y=\"{middle}\">{n_keyed}</text>\
         <text class=\"quiet centre\" x=\"{middle}\" y=\"{:.0}\">with a key</text></svg>",
        middle + 22.0
    );
    svg
}

fn sector(svg: &mut String, key: Key, count: usize, most: usize) {
    let position = key.sharps().rem_euclid(N_SECTORS);
    let ring = usize::from(key.mode == Mode::Major);
    let (inner, outer) = RINGS[ring];
    let around = |sectors: f64| TAU * sectors / f64::from(N_SECTORS) - TAU / 4.0;
    let (from, to) = (around(f64::from(position) - 0.49), around(f64::from(position) + 0.49));
    let at = |radius: f64, angle: f64| {
        let middle = SIZE / 2.0;
        format!("{:.1} {:.1}", middle + radius * angle.cos(), middle + radius * angle.sin())
    };
    // The area, not the opacity, is what the eye compares; the first step must show all the same.
    let share = count as f64 / most as f64;
    let opacity = if count == 0 { 0.0 } else { 0.12 + 0.78 * share };
    let name = key.to_string();
    add!(
        svg,
        "<path class=\"key\" d=\"M{} A{outer} {outer} 0 0 1 {} L{} A{inner} {inner} 0 0 0 {} Z\" \
         style=\"--full:{opacity:.2}\"><title>{}: {count} ({})</title></path>",
        at(outer, from),
        at(outer, to),
        at(inner, to),
        at(inner, from),
        escaped(&name),
        camelot(key),
    );
    let label = name.split(' ').next().unwrap_or_default();
    let label = if ring == 0 { format!("{label}m") } else { label.to_owned() };
    let angle = around(f64::from(position));
    let radius = (inner + outer) / 2.0;
    let (x, y) = (SIZE / 2.0 + radius * angle.cos(), SIZE / 2.0 + radius * angle.sin());
    let class = if share > 0.55 { "name on" } else { "name" };
    add!(
        svg,
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>\
         <text class=\"{class} number\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
        y - 1.0,
        escaped(&label),
        y + 13.0,
        if count > 0 { count.to_string() } else { String::new() },
    );
}

/// "8B" for C major, "8A" for A minor; a fifth up is one more.
fn camelot(key: Key) -> String {
    let number = (key.sharps() + 7).rem_euclid(N_SECTORS) + 1;
    let letter = if key.mode == Mode::Major { 'B' } else { 'A' };
    format!("{number}{letter}")
}

#[cfg(test)]
mod tests {
    use analysis::PitchClass;

    use super::*;

    #[test]
    fn keys_have_the_numbers_that_disc_jockeys_use() {
        for (tonic, mode, number) in [
            (0, Mode::Major, "8B"),
            (9, Mode::Minor, "8A"),
            (7, Mode::Major, "9B"),
            (11, Mode::Major, "1B"),
            (8, Mode::Minor, "1A"),
            (5, Mode::Minor, "4A"),
        ] {
            assert_eq!(camelot(Key::new(PitchClass::new(tonic), mode)), number);
        }
    }
}
