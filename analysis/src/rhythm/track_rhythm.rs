//! [`TrackRhythm`]: tempo, beats and meter of a whole file.

use super::beat_decoder::DecodedBeats;
use super::levels::{self, Calibration, bpm_of_lag};
use super::loop_length::{Ends, Loop};
use super::onset::{OnsetFrame, OnsetStrength};
use super::periodicity::{Evidence, Preference, TempoGrid};
use super::tempo_readings::TempoReadings;
use super::track_bars::TrackBars;
use super::track_beats::TrackBeats;
use super::{
    FPS, RhythmFacts, beat_tempo, click, level_choice, loop_beats, loop_length, pauses, pulse,
};
use crate::config::{AnalysisConfig, TempoRange};
use crate::facts::{Beat, MeterEstimate, Stability, TempoEstimate, TempoSource};
use crate::features::{BandFrame, PitchFrame, ShortFrame, TonalFrame};
use crate::learned::TrackBeatModel;
use crate::learned::beat_net::Activation;
use crate::sum::sum;
use crate::units::{Bpm, Seconds};

/// Shortest file that can have a tempo, in frames.
const SHORTEST: usize = 100;
/// A network was never shown less music than this, in frames: loops are left to the periodicity.
const SHORTEST_LEARNED: usize = 1000;
/// Clarity below which there is no pulse: that of noise, which falls with the length of the file.
const LEAST_CLARITY: f32 = 0.014;
const LEAST_CLARITY_PER_ROOT_S: f32 = 0.06;
/// Mean log odds of the beats below which there is no pulse, where the onsets repeat and where they
/// don't; and how much more must be heard in a second. Music that was rendered for training or
/// recorded lies above 3.05, noise, drones, rain and speech below 3.0.
const LEAST_SALIENCE: f32 = 2.9;
const LEAST_SALIENCE_UNCLEAR: f32 = 3.15;
const LEAST_SALIENCE_SECOND: f32 = 1.0;
/// Collects a file's onsets, then decodes them as a whole. Keeps about 15 bytes per 10 ms beside a
/// network (60 MB for ten hours), 30 without, and twice as much while it decodes.
#[derive(Debug)]
pub(crate) struct TrackRhythm {
    onset: OnsetStrength,
    readings: TempoReadings,
    grid: TempoGrid,
    start: Option<Seconds>,
    activation: Vec<f32>,
    ends: Ends,
    bars: TrackBars,
    sample_rate: u32,
    range: TempoRange,
    /// What a trained network hears, where there is one; and what it heard, once it is through.
    learned: Option<TrackBeats>,
    heard: Option<Vec<Activation>>,
}

impl TrackRhythm {
    /// For one file.
    pub(crate) fn new(config: &AnalysisConfig, model: Option<&'static TrackBeatModel>) -> Self {
        Self {
            onset: OnsetStrength::new(),
            readings: TempoReadings::new(Evidence::ONSETS),
            grid: TempoGrid::new(config.tempo_range, Preference::OF_ONSETS),
            start: None,
            activation: Vec::new(),
            ends: Ends::default(),
            bars: TrackBars::default(),
            sample_rate: config.sample_rate,
            range: config.tempo_range,
            learned: model.map(TrackBeats::new),
            heard: None,
        }
    }

    /// Takes the next frame of bands.
    pub(crate) fn push_bands(&mut self, frame: &BandFrame) {
        if let Some(learned) = &mut self.learned {
            learned.push_bands(frame);
        }
    }

    /// Takes the next pitch frame.
    pub(crate) fn push_pitch(&mut self, frame: &PitchFrame) {
        if let Some(learned) = &mut self.learned {
            learned.push_pitch(frame);
        }
    }

    /// Takes the next tonal frame.
    pub(crate) fn push_tonal(&mut self, frame: &TonalFrame) {
        if let Some(learned) = &mut self.learned {
            learned.push_tonal(frame);
        }
    }

    /// Takes the next spectrum; returns its onset strength for others to use.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        let onset = self.onset.push(frame);
        self.start.get_or_insert(onset.at);
        self.ends.push(sum(frame.power));
        self.readings.push(onset.bands, &self.grid);
        self.activation.push(onset.strength);
        // A network hears the bars itself.
        if self.learned.is_none() || self.activation.len() < SHORTEST_LEARNED {
            self.bars.push(&onset, &self.onset.profile());
        }
        onset
    }

    /// Lets the network hear what was held back until the file was over.
    pub(crate) fn hear_out(&mut self) {
        self.heard = self.learned.take().map(TrackBeats::activations).or(self.heard.take());
    }

    /// Decodes everything taken of a file of this length.
    pub(crate) fn finish(mut self, length: Seconds) -> RhythmFacts {
        self.hear_out();
        let n_frames = self.activation.len();
        if n_frames < SHORTEST {
            return RhythmFacts::default();
        }
        self.readings.finish(&self.grid);
        let path = self.readings.path(&self.grid);
        let mean = self.readings.mean(&self.grid);
        let seconds = n_frames as f32 / FPS;
        let clarity = self.readings.clarity(&self.grid, &path);
        let is_clear = clarity >= LEAST_CLARITY + LEAST_CLARITY_PER_ROOT_S / seconds.sqrt();
        if let Some(activations) = self.heard.take()
            && n_frames >= SHORTEST_LEARNED
        {
            return self.learned_facts(&activations, is_clear, &mean);
        }
        if !is_clear {
            return self.unheard(length);
        }
        let mut sorted = path.clone();
        sorted.sort_unstable();
        let middle = sorted[sorted.len() / 2];
        let mut frames =
            pulse::beats(&self.activation, |frame| self.grid.lag(TempoReadings::at(&path, frame)));
        let (mut lag, mut stability) = beat_tempo::of_beats(frames.iter().map(|at| *at as f64))
            .unwrap_or((self.grid.lag(middle), Stability::Steady));
        let whole_bars = (n_frames < SHORTEST_LEARNED)
            .then(|| loop_length::of_beats(lag, &frames, length, &self.ends, FPS))
            .flatten();
        let mut bars_from_start = None;
        if let Some(found) = whole_bars {
            (lag, stability) = (found.lag, Stability::Steady);
            frames = pulse::beats(&self.activation, |_| lag);
            if let Some(even) = loop_beats::from_start(&self.activation, found, &frames) {
                frames = even;
                bars_from_start = Some(found);
            }
        }
        let (meter, positions) = self.bars(bars_from_start, &frames);
        let start = self.start.unwrap_or_default().0;
        let beats = frames
            .iter()
            .enumerate()
            .map(|(idx, &frame)| Beat {
                at: Seconds(start + frame as f64 / f64::from(FPS)),
                bar_position: positions.get(idx).copied().unwrap_or(0),
            })
            .collect();
        RhythmFacts {
            tempo: Some(levels::estimate(
                &self.grid,
                &mean,
                bpm_of_lag(lag),
                stability,
                Calibration::OF_PERIODICITY,
            )),
            meter,
            beats,
            ..RhythmFacts::default()
        }
    }

    /// What the length of a file without a pulse says.
    fn unheard(&self, length: Seconds) -> RhythmFacts {
        let bpm = (self.activation.len() < SHORTEST_LEARNED)
            .then(|| loop_length::bpm_of_length(length, self.sample_rate, self.range, &self.ends))
            .flatten();
        let Some(bpm) = bpm else { return RhythmFacts::default() };
        let tempo = TempoEstimate {
            bpm: Bpm(bpm),
            confidence: loop_length::CONFIDENCE,
            ..TempoEstimate::default()
        };
        RhythmFacts {
            tempo: Some(tempo),
            tempo_source: TempoSource::Length,
            ..RhythmFacts::default()
        }
    }

    /// What a network heard. `is_clear`: the onsets repeat; `mean`: how much at each tempo.
    fn learned_facts(
        &self,
        activations: &[Activation],
        is_clear: bool,
        mean: &[f32],
    ) -> RhythmFacts {
        let free = level_choice::decode(activations, &self.readings, self.range);
        let DecodedBeats { beats, meter, .. } = click::or_free(free, activations);
        let beats = pauses::without(&beats, activations, &self.activation);
        let least = if is_clear { LEAST_SALIENCE } else { LEAST_SALIENCE_UNCLEAR };
        let seconds = self.activation.len() as f32 / FPS;
        if pauses::salience(&beats) < least + LEAST_SALIENCE_SECOND / seconds {
            return RhythmFacts::default();
        }
        let Some((lag, stability)) = beat_tempo::of_beats(beats.iter().map(|beat| beat.at)) else {
            return RhythmFacts::default();
        };
        let beats = beats.iter().map(|beat| Beat {
            at: Seconds(beat.at / f64::from(FPS)),
            bar_position: beat.position,
        });
        RhythmFacts {
            tempo: Some(levels::estimate(
                &self.grid,
                mean,
                bpm_of_lag(lag),
                stability,
                Calibration::OF_DECODED_BEATS,
            )),
            meter: Some(meter),
            beats: beats.collect(),
            ..RhythmFacts::default()
        }
    }

    /// Meter and bar positions of beats at these frames, which are those of a loop from its start on
    /// where there is one.
    fn bars(&self, whole_bars: Option<Loop>, beats: &[usize]) -> (Option<MeterEstimate>, Vec<u8>) {
        let heard = self.bars.decode(beats);
        if let Some(found) = whole_bars {
            let meter = heard.as_ref().map_or_else(|| found.meter(), |(meter, _)| *meter);
            let positions =
                (0..beats.len()).map(|idx| (idx % usize::from(meter.beats_per_bar)) as u8 + 1);
            return (Some(meter), positions.collect());
        }
        heard.map_or_else(Default::default, |(meter, positions)| (Some(meter), positions))
    }
}
