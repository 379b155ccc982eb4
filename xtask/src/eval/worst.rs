//! Which clips cost most: where to listen next.

use super::line::Line;
use super::score::{Scores, score};
use super::truth::Truth;

/// A figure by which clips are ranked, as the reference scorer names it.
type Figure = (&'static str, fn(&Scores) -> Option<f64>);

const FIGURES: [Figure; 4] = [
    ("key_mirex", |scores| scores.key_mirex),
    ("acc1", |scores| scores.acc1),
    ("beat_F", |scores| scores.beat_f),
    ("chord_majmin", |scores| scores.chord_majmin),
];

/// The worst clips by one figure, worst first: file, figure, and how its key relates to the truth.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Worst {
    pub(crate) figure: &'static str,
    pub(crate) clips: Vec<(String, f64)>,
}

/// Up to `n` clips that score below 1, by each figure.
pub(crate) fn worst(truth: &Truth, lines: &[Line], n: usize) -> Vec<Worst> {
    let scored: Vec<(&str, Scores)> = lines
        .iter()
        .map(|line| (line.file.as_str(), score(truth, std::slice::from_ref(line))))
        .collect();
    FIGURES
        .iter()
        .map(|&(figure, value_of)| {
            let mut clips: Vec<(String, f64)> = scored
                .iter()
                .filter_map(|(file, scores)| {
                    let value = value_of(scores).filter(|value| *value < 1.0)?;
                    Some((described(file, figure, scores), value))
                })
                .collect();
            clips.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
            clips.truncate(n);
            Worst { figure, clips }
        })
        .filter(|worst| !worst.clips.is_empty())
        .collect()
}

fn described(file: &str, figure: &str, scores: &Scores) -> String {
    match scores.key_relations.keys().next() {
        Some(relation) if figure == "key_mirex" => format!("{file} ({})", relation.name()),
        _ => file.to_owned(),
    }
}
