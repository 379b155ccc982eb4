//! Beats of a loop: evenly spaced from its start on, where the onsets bear that out.

use super::loop_length::Loop;

/// Frames around an even beat in which its onset may lie, for hands are not even; and how much of a
/// beat that may be.
const NEAR: usize = 5;
const NEAR_BEATS: f32 = 0.125;
/// An onset weaker than this share of the usual one does not say where its beat is.
const CLEAR: f32 = 0.5;
/// Where onsets have less than this share of the strength that they have on the beats heard, the
/// file does not begin with a beat.
const LEAST_SHARE: f32 = 0.5;

/// Frames of the beats of a loop, the first at the start, each at its onset where that is clear.
/// `None` where onsets sit elsewhere: on the beats `heard`. `onsets`: onset strength, one a frame.
pub(super) fn from_start(
    onsets: &[f32],
    Loop { lag, n_beats }: Loop,
    heard: &[usize],
) -> Option<Vec<usize>> {
    let near = NEAR.min((NEAR_BEATS * lag) as usize);
    let peak = |frame: usize| {
        let around = frame.saturating_sub(near)..(frame + near + 1).min(onsets.len());
        around.map(|at| (at, onsets[at].max(0.0))).max_by(|a, b| a.1.total_cmp(&b.1))
    };
    // What begins with the file is no onset.
    let even: Vec<usize> = (1..n_beats).map(|idx| (idx as f32 * lag).round() as usize).collect();
    let mean = |frames: &mut dyn Iterator<Item = usize>| {
        let strengths: Vec<f32> = frames.filter_map(peak).map(|(_, strength)| strength).collect();
        strengths.iter().sum::<f32>() / strengths.len().max(1) as f32
    };
    let usual = mean(&mut even.iter().copied());
    let elsewhere = mean(&mut heard.iter().copied().filter(|at| *at > near));
    if usual < LEAST_SHARE * elsewhere {
        return None;
    }
    let at_onset = |frame: usize| {
        peak(frame).filter(|(_, strength)| *strength > CLEAR * usual).map_or(frame, |(at, _)| at)
    };
    Some(std::iter::once(0).chain(even.into_iter().map(at_onset)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EIGHT: Loop = Loop { lag: 50.0, n_beats: 8 };

    fn onsets(at: impl Iterator<Item = usize>) -> Vec<f32> {
        let mut onsets = vec![-0.2; 400];
        at.filter(|at| *at < 400).for_each(|at| onsets[at] = 3.0);
        onsets
    }

    #[test]
    fn every_beat_from_the_start_on_is_at_its_onset() {
        // Played a little late, the third not at all.
        let onsets = onsets([53, 152, 200, 249, 304, 350].into_iter());
        let found = from_start(&onsets, EIGHT, &[53, 152, 200, 249, 304, 350]).unwrap();
        assert_eq!(found, [0, 53, 100, 152, 200, 249, 304, 350]);
    }

    #[test]
    fn a_file_whose_onsets_lie_elsewhere_does_not_begin_with_a_beat() {
        let heard: Vec<usize> = (0..8).map(|idx| 25 + 50 * idx).collect();
        let onsets = onsets(heard.iter().copied());
        assert_eq!(from_start(&onsets, EIGHT, &heard), None);
        assert_eq!(from_start(&[], EIGHT, &[]).map(|beats| beats.len()), Some(8));
    }
}
