//! A scene profile as a file: JSON, its fields explained in `advice/data/scenes/README.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::band::CueBand;
use super::profile::{Centroid, SceneGroup, SceneProfile, SceneProfileError, Source};
use crate::snapshot::Cue;

#[derive(Deserialize, Serialize)]
pub(super) struct ProfileFile {
    key: String,
    name: Names,
    #[serde(default = "own")]
    group: SceneGroup,
    #[serde(default)]
    note: String,
    #[serde(default)]
    citations: Vec<String>,
    centroids: Vec<CentroidEntry>,
}

#[derive(Deserialize, Serialize)]
struct Names {
    en: String,
    /// The English one where it is left out.
    #[serde(rename = "zh-CN")]
    zh_cn: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct CentroidEntry {
    #[serde(default)]
    name: String,
    cues: BTreeMap<String, BandEntry>,
}

#[derive(Deserialize, Serialize)]
struct BandEntry {
    from: f32,
    to: f32,
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<f32>,
}

fn own() -> SceneGroup {
    SceneGroup::Own
}

impl ProfileFile {
    pub(super) fn into_profile(self) -> Result<SceneProfile, SceneProfileError> {
        let Self { key, name, group, note, citations, centroids } = self;
        if key.trim().is_empty() || name.en.trim().is_empty() {
            return Err(SceneProfileError::Nameless);
        }
        let centroids: Vec<Centroid> = centroids
            .into_iter()
            .map(|centroid| centroid.into_centroid(&key))
            .collect::<Result<_, _>>()?;
        if centroids.is_empty() || centroids.iter().any(|centroid| centroid.bands.is_empty()) {
            return Err(SceneProfileError::Empty { scene: key });
        }
        let name_zh = name.zh_cn.unwrap_or_else(|| name.en.clone());
        Ok(SceneProfile { key, name_en: name.en, name_zh, group, note, citations, centroids })
    }

    pub(super) fn of(profile: &SceneProfile) -> Self {
        Self {
            key: profile.key.clone(),
            name: Names { en: profile.name_en.clone(), zh_cn: Some(profile.name_zh.clone()) },
            group: profile.group,
            note: profile.note.clone(),
            citations: profile.citations.clone(),
            centroids: profile.centroids.iter().map(CentroidEntry::of).collect(),
        }
    }

    pub(super) fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}

impl CentroidEntry {
    fn into_centroid(self, scene: &str) -> Result<Centroid, SceneProfileError> {
        let band = |(name, entry): (String, BandEntry)| {
            let Some(cue) = Cue::parse(&name) else {
                return Err(SceneProfileError::UnknownCue { scene: scene.to_owned(), cue: name });
            };
            let BandEntry { from, to, source, weight } = entry;
            let band = CueBand { cue, from, to, source, weight: weight.unwrap_or(1.0) };
            let is_proper = from < to
                && band.half_width().is_finite()
                && band.half_width() > 0.0
                && band.weight.is_finite()
                && band.weight > 0.0;
            if is_proper {
                Ok(band)
            } else {
                Err(SceneProfileError::Band { scene: scene.to_owned(), cue: cue.name() })
            }
        };
        let mut bands: Vec<CueBand> = self.cues.into_iter().map(band).collect::<Result<_, _>>()?;
        bands.sort_by_key(|band| band.cue.index());
        Ok(Centroid { name: self.name, bands })
    }

    fn of(centroid: &Centroid) -> Self {
        let entry = |band: &CueBand| {
            let CueBand { from, to, source, weight, .. } = *band;
            let weight = (weight != 1.0).then_some(weight);
            (band.cue.name().to_owned(), BandEntry { from, to, source, weight })
        };
        Self { name: centroid.name.clone(), cues: centroid.bands.iter().map(entry).collect() }
    }
}
