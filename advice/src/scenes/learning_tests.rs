//! Laws of what is learned from a user's own pieces.

use super::*;

/// Numbers between -1 and 1 that look random.
fn noise(seed: usize) -> f32 {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 40) as f32 / (1u64 << 23) as f32) - 1.0
}

fn piece(seed: usize, around: &[(Cue, f32)]) -> CueReadings {
    let mut readings = CueReadings::default();
    for (idx, &(cue, value)) in around.iter().enumerate() {
        let place =
            scale::scaled(cue, value) + 0.4 * noise(7 * seed + idx) * norms::population(cue).spread;
        readings.set(cue, scale::unscaled(cue, place), 0.8);
    }
    readings
}

const LULLABY: [(Cue, f32); 5] = [
    (Cue::Tempo, 72.0),
    (Cue::Brightness, 420.0),
    (Cue::OnsetDensity, 0.8),
    (Cue::LoudnessRange, 6.0),
    (Cue::Roughness, -48.0),
];
const RAVE: [(Cue, f32); 5] = [
    (Cue::Tempo, 138.0),
    (Cue::Brightness, 2_800.0),
    (Cue::OnsetDensity, 6.0),
    (Cue::LoudnessRange, 1.5),
    (Cue::Roughness, -19.0),
];

fn pieces(n: usize, around: &[(Cue, f32)]) -> Vec<CueReadings> {
    (0..n).map(|seed| piece(seed, around)).collect()
}

fn heading(key: &str) -> SceneHeading {
    SceneHeading {
        key: key.to_owned(),
        name_en: "Mine".to_owned(),
        citation: "these pieces".to_owned(),
        ..SceneHeading::default()
    }
}

fn fit(profile: &SceneProfile, readings: &CueReadings) -> f32 {
    let mut profiles = SceneProfiles::default();
    profiles.add(profile.clone());
    profiles.fit_readings(readings)[0].fit
}

#[test]
fn pieces_fit_the_scene_learned_from_them_and_others_do_not() {
    let mine = pieces(8, &LULLABY);
    let profile = SceneProfile::learn(heading("mine"), &mine).unwrap();
    assert!(mine.iter().all(|piece| fit(&profile, piece) > 0.5));
    assert!(pieces(8, &RAVE).iter().all(|piece| fit(&profile, piece) < 0.1));
    assert_eq!((profile.source(), profile.group()), (Source::Measured, SceneGroup::Own));
    assert_eq!(profile.name_zh(), "Mine");
}

#[test]
fn one_odd_piece_does_not_move_a_scene() {
    let mut mine = pieces(9, &LULLABY);
    let clean = SceneProfile::learn(heading("mine"), &mine).unwrap();
    mine.push(piece(99, &RAVE));
    let mixed = SceneProfile::learn(heading("mine"), &mine).unwrap();
    let lullaby = piece(1_000, &LULLABY);
    assert!((fit(&clean, &lullaby) - fit(&mixed, &lullaby)).abs() < 0.1);
    assert!(fit(&mixed, &piece(99, &RAVE)) < 0.2);
}

#[test]
fn two_ways_of_sounding_are_kept_apart_and_one_is_not_split() {
    let one = SceneProfile::learn(heading("mine"), &pieces(24, &LULLABY)).unwrap();
    assert_eq!(one.centroids().count(), 1);
    let mut both = pieces(12, &LULLABY);
    both.extend(pieces(12, &RAVE));
    let two = SceneProfile::learn(heading("mine"), &both).unwrap();
    assert_eq!(two.centroids().count(), 2);
    assert!(both.iter().all(|piece| fit(&two, piece) > 0.5));
    let between =
        piece(3, &[(Cue::Tempo, 100.0), (Cue::Brightness, 1_000.0), (Cue::OnsetDensity, 2.4)]);
    assert!(fit(&two, &between) < 0.5, "what lies between two ways is neither");
}

#[test]
fn half_and_double_tempo_are_learned_as_one_pulse() {
    let mut mine = pieces(10, &LULLABY);
    for reading in mine.iter_mut().step_by(3) {
        let bpm = reading.get(Cue::Tempo).unwrap().value;
        reading.set(Cue::Tempo, 2.0 * bpm, 0.8);
    }
    let profile = SceneProfile::learn(heading("mine"), &mine).unwrap();
    let tempo = profile.centroids().flatten().find(|band| band.cue == Cue::Tempo).unwrap();
    assert!((55.0..72.0).contains(&tempo.from) && (72.0..95.0).contains(&tempo.to), "{tempo:?}");
}

#[test]
fn what_is_learned_is_a_file_that_can_be_read_again() {
    let profile = SceneProfile::learn(heading("mine"), &pieces(8, &RAVE)).unwrap();
    assert_eq!(SceneProfile::from_json(&profile.to_json()).unwrap(), profile);
}

#[test]
fn too_few_pieces_are_refused_in_words() {
    let few = SceneProfile::learn(heading("mine"), &pieces(4, &RAVE)).unwrap_err().to_string();
    assert!(few.contains("5 pieces or more") && few.contains("there are 4"), "{few}");
    let silent = SceneProfile::learn(heading("mine"), &[CueReadings::default(); 9]).unwrap_err();
    assert!(silent.to_string().contains("mine"), "{silent}");
    assert!(SceneProfile::learn(heading(" "), &pieces(9, &RAVE)).is_err());
}

#[test]
fn a_cue_that_few_pieces_have_is_left_out() {
    let mut mine = pieces(12, &LULLABY);
    for reading in mine.iter_mut().skip(4) {
        reading.set(Cue::Tempo, f32::NAN, 1.0);
    }
    let profile = SceneProfile::learn(heading("mine"), &mine).unwrap();
    assert!(profile.centroids().flatten().all(|band| band.cue != Cue::Tempo));
}

#[test]
fn a_piece_stands_in_a_collection_as_many_of_it_fit_less_well() {
    let collection = Collection::new(pieces(40, &LULLABY));
    let middle = collection.middle(Cue::Brightness).unwrap();
    assert!((380.0..460.0).contains(&middle), "{middle}");
    // Brighter than the others is bright, however dark all of them are.
    assert!(collection.z(Cue::Brightness, 600.0).unwrap() > 1.0);
    assert_eq!(collection.z(Cue::Bass, -5.0), None);
    let profiles = SceneProfiles::shipped();
    let standing = |piece: &CueReadings, key: &str| {
        let fits = profiles.fit_readings(piece);
        let idx = fits.iter().position(|fit| Some(fit.scene) == profiles.find(key)).unwrap();
        collection.standings(profiles, &fits).unwrap()[idx]
    };
    assert_eq!(standing(&piece(1, &RAVE), "party"), 1.0);
    assert_eq!(standing(&piece(1, &RAVE), "sleep"), 0.0);
    let mut own: Vec<f32> = (0..40).map(|seed| standing(&piece(seed, &LULLABY), "sleep")).collect();
    own.sort_by(f32::total_cmp);
    assert!((own[20] - 0.5).abs() < 0.05 && own[0] < 0.05 && own[39] > 0.95, "{own:?}");
}

#[test]
fn a_collection_too_small_to_tell_says_nothing() {
    let few = Collection::new(pieces(7, &RAVE));
    let profiles = SceneProfiles::shipped();
    let fits = profiles.fit_readings(&piece(3, &LULLABY));
    assert_eq!((few.z(Cue::Tempo, 100.0), few.middle(Cue::Tempo), few.len()), (None, None, 7));
    assert_eq!(few.standings(profiles, &fits), None);
}
