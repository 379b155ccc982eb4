//! The library as a map: tracks that sound alike lie together.

use advice::{Cue, CueReadings, TrackId};

use super::{Name, Piece, plane};
use crate::cue_words::more_and_less;
use crate::html::{add, escaped};

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 620.0;
const MARGIN: f64 = 34.0;
/// Tracks drawn, spread evenly over the library.
pub(super) const N_DRAWN: usize = 2_000;
/// This share of the tracks lies within the map; the others are drawn at its edge.
const WITHIN: f32 = 0.985;
/// Dots that names keep clear of, where there are no more.
const N_CLEAR: usize = 300;
/// Names written beside the dots; the others are shown under the mouse.
const N_NAMED: usize = 28;
/// Letters of a name.
const N_LETTERS: usize = 22;
/// A direction is called by the cues that go with it at least so much.
const TELLING: f32 = 0.35;

/// The map.
pub(super) fn svg(pieces: &[Piece], name_of: &dyn Fn(TrackId) -> Name) -> String {
    if pieces.len() < 3 {
        return "<p class=\"note\">A map needs three tracks or more.</p>".to_owned();
    }
    let n = pieces.len().min(N_DRAWN);
    let drawn: Vec<&Piece> = (0..n).map(|idx| &pieces[idx * pieces.len() / n]).collect();
    let vectors: Vec<&[f32]> = drawn.iter().map(|piece| piece.vector.as_slice()).collect();
    let (places, shares) = plane::project(&vectors);
    let mut svg = format!(
        "<svg class=\"map\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Map of the library\">"
    );
    axes(&mut svg, &drawn, &places, shares);
    let radius = if n > 600 { 2.6 } else { 4.6 };
    let far = [0, 1].map(|axis| edge(&places, axis));
    let dots: Vec<(f64, f64)> = places.iter().map(|place| at(*place, far)).collect();
    let mut labels = Labels::among(if n <= N_CLEAR { &dots } else { &[] });
    let mut names = String::new();
    for (piece, &(x, y)) in drawn.iter().zip(&dots) {
        let name = name_of(piece.id);
        add!(
            svg,
            "<circle class=\"{}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"><title>{}</title></circle>",
            pace(piece.bpm),
            escaped(&about(piece, &name))
        );
        let text = short(&name.title);
        if let Some((x, y, anchor)) = labels.place(x, y, &text) {
            add!(
                names,
                "<text class=\"tag\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
                escaped(&text)
            );
        }
    }
    svg.push_str(&names);
    svg.push_str("</svg>");
    svg
}

/// How far from the middle the map goes, in deviations.
fn edge(places: &[[f32; 2]], axis: usize) -> f32 {
    let mut distances: Vec<f32> = places.iter().map(|place| place[axis].abs()).collect();
    distances.sort_by(f32::total_cmp);
    let last = (WITHIN * (distances.len() - 1) as f32).round() as usize;
    distances.get(last).copied().unwrap_or_default().max(0.5)
}

fn at(place: [f32; 2], far: [f32; 2]) -> (f64, f64) {
    let along = |axis: usize| f64::from((place[axis] / far[axis]).clamp(-1.0, 1.0) + 1.0) / 2.0;
    (
        MARGIN + along(0) * (WIDTH - 2.0 * MARGIN),
        HEIGHT - MARGIN - along(1) * (HEIGHT - 2.0 * MARGIN),
    )
}

/// What a dot says under the mouse.
fn about(piece: &Piece, name: &Name) -> String {
    let mut parts = vec![name.title.clone()];
    if !name.artist.is_empty() {
        parts.push(name.artist.clone());
    }
    parts.extend(piece.key.map(|key| key.to_string()));
    parts.extend(piece.bpm.map(|bpm| format!("{bpm:.0} BPM")));
    parts.join(" · ")
}

/// Three paces, as colours.
fn pace(bpm: Option<f32>) -> &'static str {
    match bpm {
        None => "dot none",
        Some(bpm) if bpm < 90.0 => "dot slow",
        Some(bpm) if bpm < 125.0 => "dot middle",
        Some(_) => "dot fast",
    }
}

fn short(title: &str) -> String {
    if title.chars().count() <= N_LETTERS {
        return title.to_owned();
    }
    let mut text: String = title.chars().take(N_LETTERS - 1).collect();
    text.push('…');
    text
}

/// The two directions, each called by what grows along it.
fn axes(svg: &mut String, pieces: &[&Piece], places: &[[f32; 2]], shares: [f32; 2]) {
    let (middle_x, middle_y) = (WIDTH / 2.0, HEIGHT / 2.0);
    add!(
        svg,
        "<line class=\"rule\" x1=\"{MARGIN}\" x2=\"{}\" y1=\"{middle_y}\" y2=\"{middle_y}\"/>\
         <line class=\"rule\" x1=\"{middle_x}\" x2=\"{middle_x}\" y1=\"{MARGIN}\" y2=\"{}\"/>",
        WIDTH - MARGIN,
        HEIGHT - MARGIN
    );
    let readings: Vec<CueReadings> =
        pieces.iter().map(|piece| CueReadings::of(&piece.fingerprint)).collect();
    // Named only where there is a name.
    let words = |axis: usize, before: &str, after: &str| match in_words(&readings, places, axis) {
        words if words.is_empty() => words,
        words => format!("{before}{words}{after}"),
    };
    add!(
        svg,
        "<text class=\"axis\" text-anchor=\"end\" x=\"{:.0}\" y=\"{:.0}\">{}</text>\
         <text class=\"axis\" x=\"{:.0}\" y=\"{:.0}\">{}</text>\
         <title>the two directions hold {:.0} % and {:.0} % of all difference</title>",
        WIDTH - MARGIN,
        middle_y - 8.0,
        words(0, "", " →"),
        middle_x + 8.0,
        MARGIN + 4.0,
        words(1, "↑ ", ""),
        shares[0] * 100.0,
        shares[1] * 100.0,
    );
}

/// The cues that grow or shrink along a direction, the most telling first.
fn in_words(readings: &[CueReadings], places: &[[f32; 2]], axis: usize) -> String {
    let mut telling: Vec<(f32, &str)> = Cue::ALL
        .into_iter()
        .map(|cue| {
            let (more, less) = more_and_less(cue);
            let r = correlation(readings, places, axis, cue);
            (r.abs(), if r > 0.0 { more } else { less })
        })
        .filter(|(r, _)| *r >= TELLING)
        .collect();
    telling.sort_by(|a, b| b.0.total_cmp(&a.0));
    let words: Vec<&str> = telling.iter().take(2).map(|(_, word)| *word).collect();
    words.join(", ")
}

/// Pearson's correlation of a cue with a direction; 0 where too few pieces have it.
fn correlation(readings: &[CueReadings], places: &[[f32; 2]], axis: usize, cue: Cue) -> f32 {
    let pairs: Vec<(f32, f32)> = readings
        .iter()
        .zip(places)
        .filter_map(|(reading, place)| Some((reading.get(cue)?.value, place[axis])))
        .collect();
    let n = pairs.len() as f32;
    if n < 3.0 {
        return 0.0;
    }
    let mean = |of: &dyn Fn(&(f32, f32)) -> f32| pairs.iter().map(of).sum::<f32>() / n;
    let (a, b) = (mean(&|pair| pair.0), mean(&|pair| pair.1));
    let both = mean(&|pair| (pair.0 - a) * (pair.1 - b));
    let (aa, bb) = (mean(&|pair| (pair.0 - a).powi(2)), mean(&|pair| (pair.1 - b).powi(2)));
    let r = both / (aa * bb).sqrt();
    if r.is_finite() { r } else { 0.0 }
}

/// Names that are written, kept apart from each other and from dots.
#[derive(Default)]
struct Labels {
    taken: Vec<[f64; 4]>,
    n_names: usize,
}

impl Labels {
    fn among(dots: &[(f64, f64)]) -> Self {
        let area = |&(x, y): &(f64, f64)| [x - 3.0, y - 3.0, x + 3.0, y + 3.0];
        Self { taken: dots.iter().map(area).collect(), n_names: 0 }
    }

    /// Where a name goes beside its dot, and on which side of it; `None` where there is no room.
    fn place(&mut self, x: f64, y: f64, text: &str) -> Option<(f64, f64, &'static str)> {
        if self.n_names >= N_NAMED || text.is_empty() {
            return None;
        }
        let width = text.chars().map(|c| if c.is_ascii() { 6.6 } else { 11.5 }).sum::<f64>();
        let sides = [(x + 8.0, x + 8.0, "start"), (x - 8.0 - width, x - 8.0, "end")];
        for (from, at, anchor) in sides {
            let area = [from - 2.0, y - 10.0, from + width + 2.0, y + 8.0];
            let is_inside = area[0] > 0.0 && area[2] < WIDTH;
            let is_apart = |other: &[f64; 4]| {
                area[2] < other[0] || other[2] < area[0] || area[3] < other[1] || other[3] < area[1]
            };
            if is_inside && self.taken.iter().all(is_apart) {
                self.taken.push(area);
                self.n_names += 1;
                return Some((at, y + 4.0, anchor));
            }
        }
        None
    }
}
