//! Beats that sound, and beats that were only counted: before the first sound, after the last, or
//! through a long pause.

use super::beat_decoder::DecodedBeat;
use super::median::median;
use crate::learned::beat_net::Activation;

/// A beat with less activation than this share of the usual one is weak.
const WEAK: f32 = 0.25;
/// Beats of at least this share of the strongest one's activation were heard, those in silence have a
/// sixth of it.
const HEARD: f32 = 0.5;
/// Weak beats in a row that are a pause.
const PAUSE_BEATS: usize = 8;
/// At the edges a beat also has to begin something, and within, something in a beat: an onset of
/// this share of the usual one, unless the network is as sure of it as of the others.
const LEAST_ONSET: f32 = 0.1;
const SURE: f32 = 0.8;
/// Frames around a beat in which its onset may lie.
const NEAR: usize = 5;
/// Of what sounds from the start of the file on, the onset can't be heard: not in so many frames.
const UNHEARD: f64 = 10.0;

/// The beats that sound. `activations`: 50 a second; `onsets`: onset strength, 100 a second.
pub(super) fn without(
    beats: &[DecodedBeat],
    activations: &[Activation],
    onsets: &[f32],
) -> Vec<DecodedBeat> {
    // Most of a file may be silence: what is usual is so of the beats that were heard.
    let strongest = beats.iter().fold(0.0, |most: f32, beat| most.max(beat.strength));
    let heard = || beats.iter().filter(|beat| beat.strength >= HEARD * strongest);
    let usual_strength = median(heard().map(|beat| beat.strength)).unwrap_or(0.0);
    let onset = |beat: &DecodedBeat| onset_at(onsets, beat.at);
    let usual_onset = median(heard().map(onset)).unwrap_or(0.0);
    let weak = WEAK * usual_strength;
    let silent = |beat: &&DecodedBeat| {
        beat.strength < weak
            || (beat.strength < SURE * usual_strength
                && beat.at >= UNHEARD
                && onset(beat) < LEAST_ONSET * usual_onset)
    };
    let first = beats.iter().take_while(silent).count();
    let last = beats.len() - beats[first..].iter().rev().take_while(silent).count();
    // Where the accents are off the beat for a while, the beats still go on.
    let mut empty: Vec<bool> = beats
        .iter()
        .zip(beats.iter().skip(1))
        .map(|(beat, next)| {
            let len = next.at - beat.at;
            let between = |share: f64| ((beat.at + share * len) / 2.0).max(0.0) as usize;
            let end = between(0.75).min(activations.len());
            let around = &activations[between(-0.25).min(end)..end];
            let loudest = around.iter().fold(beat.strength, |most, a| most.max(a.beat));
            let frame = |at: f64| (at.max(0.0) as usize).min(onsets.len());
            let within = &onsets[frame(beat.at).min(frame(next.at))..frame(next.at)];
            let begins = || within.iter().copied().fold(onset(beat), f32::max);
            loudest < weak
                || (loudest < SURE * usual_strength && begins() < LEAST_ONSET * usual_onset)
        })
        .collect();
    empty.push(false);
    let marked: Vec<(DecodedBeat, bool)> = beats.iter().copied().zip(empty).collect();
    let runs = marked[first..last].chunk_by(|a, b| a.1 == b.1);
    let sounding = runs.filter(|run| run.len() < PAUSE_BEATS || !run[0].1).flatten();
    sounding.map(|(beat, _)| *beat).collect()
}

/// How clearly there are beats: their mean log odds.
pub(super) fn salience(beats: &[DecodedBeat]) -> f32 {
    let odds = |beat: &DecodedBeat| Activation { beat: beat.strength, downbeat: 0.0 }.beat_odds();
    beats.iter().map(odds).sum::<f32>() / beats.len().max(1) as f32
}

fn onset_at(onsets: &[f32], frame: f64) -> f32 {
    let frame = frame.round() as usize;
    let around = frame.saturating_sub(NEAR).min(onsets.len())..(frame + NEAR + 1).min(onsets.len());
    onsets[around].iter().copied().fold(0.0, f32::max)
}
