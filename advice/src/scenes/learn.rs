//! A profile learned from pieces that belong to a scene.
//!
//! The pieces are parted into up to three ways of sounding, as many as the Bayesian information
//! criterion finds worth it (k-means with shared variance, as in D. Pelleg & A. Moore, "X-means",
//! ICML 2000). Each way has a band a cue: the median, and the median absolute deviation to either
//! side, drawn towards the spread of music at large where the pieces are few.

use super::band::{CueBand, cue_values};
use super::cues::CueReadings;
use super::norms::{Norm, median, population};
use super::profile::{Centroid, SceneGroup, SceneProfile, SceneProfileError, Source};
use super::scale::unscaled;
use crate::snapshot::Cue;

/// A scene is learned from this many pieces or more, and so is each way of sounding.
const MIN_PIECES: usize = 5;
/// Ways of sounding at most.
const MAX_WAYS: usize = 3;
/// The spread of music at large counts as this many pieces of the scene.
const PRIOR_PIECES: f32 = 2.0;
/// Rounds of k-means; it settles in fewer.
const N_ROUNDS: usize = 50;
/// Deviations from music at large beyond this are all the same far away.
const FAR: f32 = 3.0;

/// What is said about a scene that is learned.
#[derive(Clone, Debug, Default)]
pub struct SceneHeading {
    /// Name in the contract and in settings.
    pub key: String,
    /// English name.
    pub name_en: String,
    /// Name in Simplified Chinese; the English one where it is empty.
    pub name_zh: String,
    /// Where the figures come from, in words.
    pub note: String,
    /// What they were measured on.
    pub citation: String,
}

impl SceneProfile {
    /// Learns how a scene sounds from pieces that belong to it. The same pieces in the same order
    /// give the same profile.
    ///
    /// # Errors
    /// Where there are fewer than five pieces, or nothing is known of them.
    pub fn learn(heading: SceneHeading, pieces: &[CueReadings]) -> Result<Self, SceneProfileError> {
        let SceneHeading { key, name_en, name_zh, note, citation } = heading;
        if pieces.len() < MIN_PIECES {
            return Err(SceneProfileError::TooFew { expected: MIN_PIECES, actual: pieces.len() });
        }
        if key.trim().is_empty() || name_en.trim().is_empty() {
            return Err(SceneProfileError::Nameless);
        }
        let ways = parted(pieces);
        let centroids: Vec<Centroid> = ways
            .iter()
            .enumerate()
            .map(|(idx, way)| Centroid { name: format!("way {}", idx + 1), bands: bands(way) })
            .filter(|centroid| !centroid.bands.is_empty())
            .collect();
        if centroids.is_empty() {
            return Err(SceneProfileError::Empty { scene: key });
        }
        let name_zh = if name_zh.trim().is_empty() { name_en.clone() } else { name_zh };
        let citations = vec![citation];
        let group = SceneGroup::Own;
        Ok(Self { key, name_en, name_zh, group, note, citations, centroids })
    }
}

/// The bands of one way of sounding; a cue that fewer than half of the pieces have is left out.
fn bands(pieces: &[&CueReadings]) -> Vec<CueBand> {
    let band = |cue: Cue| {
        let mut values = cue_values(pieces, cue);
        if values.len() < MIN_PIECES.max(pieces.len() / 2) {
            return None;
        }
        if cue == Cue::Tempo {
            to_one_octave(&mut values);
        }
        let n = values.len() as f32;
        let Norm { middle, spread } = Norm::of(cue, values);
        let prior = population(cue).spread;
        let square = (n * spread * spread + PRIOR_PIECES * prior * prior) / (n + PRIOR_PIECES);
        let at = |place: f32| rounded(unscaled(cue, place));
        let (from, to) = (at(middle - square.sqrt()), at(middle + square.sqrt()));
        (from < to).then_some(CueBand { cue, from, to, source: Source::Measured, weight: 1.0 })
    };
    Cue::ALL.into_iter().filter_map(band).collect()
}

/// Reads every tempo at the octave nearest to the one in the middle: half and double are the same
/// pulse.
fn to_one_octave(tempos: &mut [f32]) {
    let octave = std::f32::consts::LN_2;
    let middle = median(&mut tempos.to_vec());
    for tempo in tempos {
        let nearest = [*tempo - octave, *tempo, *tempo + octave]
            .into_iter()
            .min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
        *tempo = nearest.unwrap_or(*tempo);
    }
}

/// Three digits are more than a few pieces are worth.
fn rounded(value: f32) -> f32 {
    let digits = 10f32.powi(2 - value.abs().max(0.01).log10().floor() as i32);
    (value * digits).round() / digits
}

/// Pieces within half the spread of music at large are one way of sounding.
const LEAST_VARIANCE: f32 = 0.25;

/// A piece in deviations of music at large; what is not known is in the middle. The tempo
/// stays out: it may be read at another octave.
type Place = [f32; Cue::ALL.len()];

fn place(piece: &CueReadings) -> Place {
    Cue::ALL.map(|cue| {
        let at_large = population(cue);
        match piece.get(cue) {
            Some(reading) if cue != Cue::Tempo => at_large.z(cue, reading.value).clamp(-FAR, FAR),
            _ => 0.0,
        }
    })
}

fn square_distance(one: &Place, other: &Place) -> f32 {
    one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The pieces by way of sounding, the commonest first.
fn parted(pieces: &[CueReadings]) -> Vec<Vec<&CueReadings>> {
    let places: Vec<Place> = pieces.iter().map(place).collect();
    let mut best = (f32::NEG_INFINITY, vec![0; pieces.len()], 1);
    for n_ways in 1..=MAX_WAYS.min(pieces.len() / MIN_PIECES) {
        let (ways, score) = k_means(&places, n_ways);
        let smallest = (0..n_ways).map(|way| ways.iter().filter(|&&it| it == way).count()).min();
        if score > best.0 && smallest.is_some_and(|n| n >= MIN_PIECES) {
            best = (score, ways, n_ways);
        }
    }
    let (_, ways, n_ways) = best;
    let of = |way| pieces.iter().zip(&ways).filter(move |(_, it)| **it == way).map(|(it, _)| it);
    let mut parted: Vec<Vec<&CueReadings>> = (0..n_ways).map(|way| of(way).collect()).collect();
    parted.sort_by_key(|way| std::cmp::Reverse(way.len()));
    parted
}

/// Which way each place belongs to, and the Bayesian information criterion (larger is better).
fn k_means(places: &[Place], n_ways: usize) -> (Vec<usize>, f32) {
    let mut centres = furthest_apart(places, n_ways);
    let mut ways = vec![0; places.len()];
    for _ in 0..N_ROUNDS {
        let nearest = |place: &Place| {
            let distances = centres.iter().map(|centre| square_distance(place, centre));
            distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(way, _)| way)
        };
        let now: Vec<usize> = places.iter().map(nearest).collect();
        let is_settled = now == ways;
        ways = now;
        for (way, centre) in centres.iter_mut().enumerate() {
            *centre = mean(places.iter().zip(&ways).filter(|(_, it)| **it == way).map(|(p, _)| p))
                .unwrap_or(*centre);
        }
        if is_settled {
            break;
        }
    }
    let score = criterion(places, &ways, &centres);
    (ways, score)
}

/// Places to begin with: the one furthest from the middle, then each furthest from those before.
fn furthest_apart(places: &[Place], n: usize) -> Vec<Place> {
    let middle = mean(places.iter()).unwrap_or_default();
    if n < 2 {
        return vec![middle];
    }
    let mut centres: Vec<Place> = Vec::new();
    for _ in 0..n {
        let from_centres = |place: &Place| {
            let from = if centres.is_empty() { std::slice::from_ref(&middle) } else { &centres };
            from.iter().map(|it| square_distance(place, it)).fold(f32::INFINITY, f32::min)
        };
        let furthest =
            places.iter().max_by(|a, b| from_centres(a).total_cmp(&from_centres(b))).copied();
        centres.push(furthest.unwrap_or_default());
    }
    centres
}

fn mean<'a>(places: impl Iterator<Item = &'a Place>) -> Option<Place> {
    let (mut sum, mut n) = (Place::default(), 0);
    for place in places {
        sum.iter_mut().zip(place).for_each(|(sum, value)| *sum += value);
        n += 1;
    }
    (n > 0).then(|| sum.map(|value| value / n as f32))
}

fn criterion(places: &[Place], ways: &[usize], centres: &[Place]) -> f32 {
    let (n, n_ways) = (places.len() as f32, centres.len() as f32);
    let is_known = |idx: &usize| places.iter().any(|place| place[*idx] != 0.0);
    let n_dims = (0..Cue::ALL.len()).filter(is_known).count() as f32;
    let square: f32 =
        places.iter().zip(ways).map(|(place, &way)| square_distance(place, &centres[way])).sum();
    let variance = (square / (n_dims.max(1.0) * (n - n_ways).max(1.0))).max(LEAST_VARIANCE);
    let sizes = (0..centres.len()).map(|way| ways.iter().filter(|&&it| it == way).count() as f32);
    let shares: f32 = sizes.filter(|size| *size > 0.0).map(|size| size * (size / n).ln()).sum();
    let likelihood = shares
        - 0.5 * n * n_dims * (std::f32::consts::TAU * variance).ln()
        - 0.5 * square / variance;
    let n_parameters = n_ways * (n_dims + 1.0);
    likelihood - 0.5 * n_parameters * n.ln()
}
