//! Fit of what was heard to one profile.

use analysis::History;

use super::band::CueBand;
use super::profile::SceneProfile;
use super::{CueReading, CueReadings, Gap};
use crate::snapshot::{Cue, SceneFit, SceneId};

/// Deviations saturate here, in half bands, so that one cue can't veto a scene alone.
const FAR: f32 = 3.0;

/// A band with the reading it is held against.
type Reading<'a> = (&'a CueBand, CueReading);

fn known<'a>(
    centroid: &'a [CueBand],
    readings: &'a CueReadings,
) -> impl Iterator<Item = Reading<'a>> {
    centroid.iter().filter_map(|band| Some((band, readings.get(band.cue)?)))
}

/// How far from the middle of its bands a piece lies, in squared half bands; `None` where nothing is
/// known.
pub(crate) fn mean_square(centroid: &[CueBand], readings: &CueReadings) -> Option<f32> {
    let (mut sum, mut weight) = (0.0, 0.0);
    for (band, reading) in known(centroid, readings) {
        let importance = band.importance() * reading.confidence;
        let deviation = band.deviation(reading.value).clamp(-FAR, FAR);
        sum += importance * deviation * deviation;
        weight += importance;
    }
    (weight > 0.0).then(|| sum / weight)
}

/// The nearest centroid with its mean square deviation.
fn nearest<'a>(profile: &'a SceneProfile, readings: &CueReadings) -> Option<(&'a [CueBand], f32)> {
    let measured = profile
        .centroids()
        .filter_map(|centroid| Some((centroid, mean_square(centroid, readings)?)));
    measured.min_by(|a, b| a.1.total_cmp(&b.1))
}

/// The fit and nothing else.
pub(super) fn fit_alone(profile: &SceneProfile, readings: &CueReadings) -> f32 {
    nearest(profile, readings).map_or(0.0, |(_, square)| fit_of(square))
}

fn fit_of(mean_square: f32) -> f32 {
    (-0.5 * mean_square).exp()
}

pub(super) fn fit(scene: SceneId, profile: &SceneProfile, readings: &CueReadings) -> SceneFit {
    let Some((centroid, square)) = nearest(profile, readings) else {
        return SceneFit { scene, ..SceneFit::default() };
    };
    let mut inside: Vec<(f32, Cue)> = Vec::new();
    let mut outside: Vec<(f32, Cue)> = Vec::new();
    let (mut trusted, mut known_weight) = (0.0, 0.0);
    for (band, reading) in known(centroid, readings) {
        let deviation = band.deviation(reading.value).abs();
        let side = if deviation <= 1.0 { &mut inside } else { &mut outside };
        side.push((deviation, band.cue));
        let importance = band.importance() * reading.confidence;
        trusted += importance * band.source.trust();
        known_weight += importance;
    }
    inside.sort_by(|a, b| a.0.total_cmp(&b.0));
    outside.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all_weight: f32 = centroid.iter().map(CueBand::importance).sum();
    let cues = |side: Vec<(f32, Cue)>| History::first_of(side.into_iter().map(|(_, cue)| cue));
    SceneFit {
        scene,
        fit: fit_of(square),
        // How far the figures can be trusted, times the share of them that is known.
        confidence: (trusted / known_weight) * (known_weight / all_weight).min(1.0),
        agrees: cues(inside),
        differs: cues(outside),
    }
}

pub(super) fn gaps(profile: &SceneProfile, readings: &CueReadings) -> Vec<Gap> {
    let Some((centroid, _)) = nearest(profile, readings) else { return Vec::new() };
    let mut gaps: Vec<Gap> = known(centroid, readings)
        .filter_map(|(band, reading)| {
            let beyond = band.deviation(reading.value).abs().min(FAR) - 1.0;
            let there = if reading.value < band.from { band.from } else { band.to };
            (beyond > 0.0).then_some(Gap {
                cue: band.cue,
                here: reading.value,
                there: if band.cue == Cue::Mode { there.clamp(0.0, 1.0) } else { there },
                gain: beyond * band.importance() * reading.confidence,
            })
        })
        .collect();
    gaps.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    gaps
}
