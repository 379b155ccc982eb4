//! [`SceneAim`]: a scene as a target.
//!
//! A scene can sound several ways; the nearest one is aimed at, and stays it until another is
//! clearly nearer.

use analysis::Fingerprint;

use super::Target;
use super::figure::FigureTeller;
use super::gap::{Compared, Gap};
use super::key::KeyTeller;
use super::tempo::TempoTeller;
use crate::scenes::{CueBand, CueReadings, SceneProfile, mean_square};
use crate::snapshot::Cue;

/// Another way of sounding must be nearer by this share of the mean square deviation.
const NEARER: f32 = 0.7;

/// The ways a scene can sound, and what was told of the difference.
#[derive(Clone, Debug)]
pub(super) struct SceneAim {
    ways: Vec<Vec<CueBand>>,
    /// The way aimed at.
    way: Option<usize>,
    tempo: TempoTeller,
    key: KeyTeller,
    brightness: FigureTeller,
    bass: FigureTeller,
    roughness: FigureTeller,
    onset_density: FigureTeller,
    loudness_range: FigureTeller,
}

impl SceneAim {
    pub(super) fn new(profile: &SceneProfile) -> Self {
        Self {
            ways: profile.centroids().map(<[CueBand]>::to_vec).collect(),
            way: None,
            tempo: TempoTeller::default(),
            key: KeyTeller::default(),
            brightness: FigureTeller::default(),
            bass: FigureTeller::default(),
            roughness: FigureTeller::default(),
            onset_density: FigureTeller::default(),
            loudness_range: FigureTeller::default(),
        }
    }

    pub(super) fn gap(&mut self, target: Target, here: &Fingerprint) -> Gap {
        let cues = CueReadings::of(here);
        self.choose_way(&cues);
        let bands = self.way.and_then(|way| self.ways.get(way)).map_or(&[][..], Vec::as_slice);
        let band = |cue| bands.iter().find(|band| band.cue == cue);
        let figure = |teller: &mut FigureTeller, cue: Cue| match band(cue) {
            Some(band) => teller.inside_band(band, cues.get(cue)),
            None => Compared::Open,
        };
        Gap {
            target,
            tempo: match band(Cue::Tempo) {
                Some(band) => self.tempo.inside_band(band, here.tempo),
                None => Compared::Open,
            },
            key: match band(Cue::Mode) {
                Some(band) => self.key.inside_band(band, here.key),
                None => Compared::Open,
            },
            brightness: figure(&mut self.brightness, Cue::Brightness),
            balance: Compared::Open,
            bass: figure(&mut self.bass, Cue::Bass),
            roughness: figure(&mut self.roughness, Cue::Roughness),
            onset_density: figure(&mut self.onset_density, Cue::OnsetDensity),
            loudness_range: figure(&mut self.loudness_range, Cue::LoudnessRange),
            crest: Compared::Open,
            largest: None,
        }
    }

    /// Where nothing is known, the first way will do.
    fn choose_way(&mut self, cues: &CueReadings) {
        let off = |way: usize| {
            let bands = self.ways.get(way)?;
            mean_square(bands, cues)
        };
        let nearest = (0..self.ways.len())
            .filter_map(|way| Some((way, off(way)?)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((nearest, least)) = nearest else {
            self.way = self.way.or(Some(0));
            return;
        };
        let stays = self.way.and_then(off).is_some_and(|kept| least > NEARER * kept);
        if !stays {
            if self.way.is_some_and(|way| way != nearest) {
                self.forget_figures();
            }
            self.way = Some(nearest);
        }
    }

    pub(super) fn reset(&mut self) {
        self.way = None;
        self.forget_figures();
    }

    fn forget_figures(&mut self) {
        self.tempo.reset();
        self.key.reset();
        for figure in [
            &mut self.brightness,
            &mut self.bass,
            &mut self.roughness,
            &mut self.onset_density,
            &mut self.loudness_range,
        ] {
            figure.reset();
        }
    }
}
