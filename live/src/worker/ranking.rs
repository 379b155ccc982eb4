//! Rankings that do not flicker: what is shown gives way only to what is clearly better.

use advice::{ReferenceMatch, SceneFit};
use analysis::History;

/// References shown.
const N_REFERENCES: usize = 5;
/// References looked at, so that one that is shown and falls back a little is still known.
pub(super) const N_CANDIDATES: usize = 3 * N_REFERENCES;
/// A reference that is shown counts as this much nearer than it is. Tuned by eye: fingerprints of
/// the same song one second apart differ by a few percent.
const INCUMBENT_DISTANCE: f32 = 0.9;
/// How much of a shown distance the newest one makes up: a time constant of three seconds at one
/// ranking a second.
const NEWEST_SHARE: f32 = 0.3;
/// How much better a scene that is shown counts.
const INCUMBENT_FIT: f32 = 0.05;

/// Updates the references shown from `nearest` ([`N_CANDIDATES`] of them). The distances of
/// those that stay are smoothed.
pub(super) fn update_references(
    shown: &mut History<ReferenceMatch, N_REFERENCES>,
    nearest: &[ReferenceMatch],
) {
    let mut contenders: Vec<(f32, ReferenceMatch)> = nearest
        .iter()
        .map(|new| match shown.iter().find(|old| old.track == new.track) {
            Some(old) => {
                let smoothed = smoothed(old, new);
                (INCUMBENT_DISTANCE * smoothed.distance, smoothed)
            }
            None => (new.distance, *new),
        })
        .collect();
    contenders.sort_by(|a, b| a.0.total_cmp(&b.0));
    contenders.truncate(N_REFERENCES);
    contenders.sort_by(|a, b| a.1.distance.total_cmp(&b.1.distance));
    *shown = History::first_of(contenders.into_iter().map(|(_, reference)| reference));
}

/// Updates the scenes shown from all of them.
pub(super) fn update_scenes<const N: usize>(shown: &mut History<SceneFit, N>, fits: &[SceneFit]) {
    let mut contenders: Vec<(f32, SceneFit)> = fits
        .iter()
        .map(|fit| {
            let is_shown = shown.iter().any(|old| old.scene == fit.scene);
            (fit.fit + if is_shown { INCUMBENT_FIT } else { 0.0 }, *fit)
        })
        .collect();
    contenders.sort_by(|a, b| b.0.total_cmp(&a.0));
    contenders.truncate(N);
    contenders.sort_by(|a, b| b.1.fit.total_cmp(&a.1.fit));
    *shown = History::first_of(contenders.into_iter().map(|(_, scene)| scene));
}

fn smoothed(old: &ReferenceMatch, new: &ReferenceMatch) -> ReferenceMatch {
    let mut parts = new.parts;
    for (part, old_part) in parts.iter_mut().zip(old.parts) {
        *part = NEWEST_SHARE * *part + (1.0 - NEWEST_SHARE) * old_part;
    }
    // The parts add up to the distance, smoothed or not.
    ReferenceMatch { track: new.track, distance: parts.iter().sum(), parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use advice::{SceneId, TrackId};

    fn reference(id: u32, distance: f32) -> ReferenceMatch {
        let mut parts = [0.0; advice::N_ASPECTS];
        parts[0] = 0.25 * distance;
        parts[1] = 0.75 * distance;
        ReferenceMatch { track: TrackId(id), distance, parts }
    }

    fn tracks(shown: &History<ReferenceMatch, N_REFERENCES>) -> Vec<u32> {
        let mut ids: Vec<u32> = shown.iter().map(|reference| reference.track.0).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn a_reference_does_not_jump_in_and_out() {
        let mut shown = History::new();
        for round in 0..50 {
            let (fifth, sixth) = if round % 2 == 0 { (1.0, 1.04) } else { (1.04, 1.0) };
            let nearest: Vec<_> = (1..=4)
                .map(|id| reference(id, 0.1 * id as f32))
                .chain([reference(5, fifth), reference(6, sixth)])
                .collect();
            update_references(&mut shown, &nearest);
            assert_eq!(tracks(&shown), [1, 2, 3, 4, 5], "round {round}");
        }
    }

    #[test]
    fn a_clearly_nearer_reference_comes_in() {
        let mut shown = History::new();
        let far: Vec<_> = (1..=5).map(|id| reference(id, 1.0)).collect();
        update_references(&mut shown, &far);
        let nearest: Vec<_> = [reference(9, 0.2)].into_iter().chain(far).collect();
        update_references(&mut shown, &nearest);
        assert_eq!(shown.get(0).map(|nearest| nearest.track), Some(TrackId(9)));
    }

    #[test]
    fn the_parts_add_up_and_the_nearest_is_first() {
        let mut shown = History::new();
        for round in 0..20_u32 {
            let nearest: Vec<_> = (0..N_CANDIDATES as u32)
                .map(|id| reference(id, 0.5 + 0.1 * ((id * 7 + round * 5) % 11) as f32))
                .collect();
            update_references(&mut shown, &nearest);
            let distances: Vec<f32> = shown.iter().map(|reference| reference.distance).collect();
            assert!(distances.is_sorted(), "{distances:?}");
            for reference in shown.iter() {
                let sum: f32 = reference.parts.iter().sum();
                assert!((sum - reference.distance).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn a_scene_does_not_jump_in_and_out() {
        let fit = |id, fit| SceneFit { scene: SceneId(id), fit, ..SceneFit::default() };
        let mut shown = History::<SceneFit, 2>::new();
        for round in 0..10 {
            let wobble = if round % 2 == 0 { 0.01 } else { -0.01 };
            update_scenes(&mut shown, &[fit(1, 0.9), fit(2, 0.5 + wobble), fit(3, 0.5 - wobble)]);
            assert_eq!(shown.get(1).map(|scene| scene.scene), Some(SceneId(2)));
        }
    }
}
