//! [`TrackBars`]: keeps what tells bars from the sound of a whole file, and decodes them.

use super::bars::{self, BeatCues};
use super::onset::{N_PROFILE, OnsetFrame};
use super::tempo_readings::STRIDE;
use crate::facts::MeterEstimate;

/// Frames whose spectra are averaged before they are stored.
const PROFILE_STRIDE: usize = 5;
/// Log magnitudes (0 to 4.6) are stored in steps of this.
const PROFILE_STEP: f32 = 0.02;

/// Frames around a beat in which its onset may lie.
const NEAR: usize = 5;

/// Onsets and log spectra of a file.
#[derive(Debug, Default)]
pub(super) struct TrackBars {
    /// Bass and treble flux per frame.
    outer_flux: Vec<[f32; 2]>,
    profile_sum: [f32; N_PROFILE],
    /// Mean log spectra, [`PROFILE_STRIDE`] frames each, in steps of [`PROFILE_STEP`].
    profiles: Vec<[u8; N_PROFILE]>,
}

impl TrackBars {
    /// Takes the next frame and its log spectrum.
    pub(super) fn push(&mut self, onset: &OnsetFrame, profile: &[f32; N_PROFILE]) {
        self.outer_flux.push(onset.outer_flux());
        for (sum, value) in self.profile_sum.iter_mut().zip(profile) {
            *sum += value;
        }
        if self.outer_flux.len().is_multiple_of(PROFILE_STRIDE) {
            let scale = 1.0 / (PROFILE_STRIDE as f32 * PROFILE_STEP);
            self.profiles.push(self.profile_sum.map(|sum| (sum * scale).round() as u8));
            self.profile_sum = [0.0; N_PROFILE];
        }
    }

    /// Meter and bar positions of beats at these frames; `None` where they are too few.
    pub(super) fn decode(&self, beats: &[usize]) -> Option<(MeterEstimate, Vec<u8>)> {
        bars::decode(&self.cues(beats))
    }

    fn cues(&self, beats: &[usize]) -> Vec<BeatCues> {
        let mut before: Option<[f32; N_PROFILE]> = None;
        let mut cues = Vec::with_capacity(beats.len());
        for (idx, &beat) in beats.iter().enumerate() {
            let len = match (beats.get(idx + 1), idx.checked_sub(1)) {
                (Some(&next), _) => next - beat,
                (None, Some(previous)) => beat - beats[previous],
                (None, None) => STRIDE,
            };
            let profile = self.mean_profile(beat + len * 15 / 100, beat + len * 95 / 100);
            let around = beat.saturating_sub(NEAR)..(beat + NEAR + 1).min(self.outer_flux.len());
            let fluxes = self.outer_flux[around].iter().copied();
            cues.push(BeatCues::new(fluxes, before.as_ref(), &profile));
            before = Some(profile);
        }
        cues
    }

    /// Mean log spectrum between two frames.
    fn mean_profile(&self, first: usize, end: usize) -> [f32; N_PROFILE] {
        let last = self.profiles.len().saturating_sub(1);
        let first = (first / PROFILE_STRIDE).min(last);
        let end = (end / PROFILE_STRIDE).clamp(first + 1, last.max(first) + 1);
        let mut mean = [0.0; N_PROFILE];
        for profile in self.profiles.iter().take(end).skip(first) {
            for (sum, &value) in mean.iter_mut().zip(profile) {
                *sum += f32::from(value) * PROFILE_STEP / (end - first) as f32;
            }
        }
        mean
    }
}
