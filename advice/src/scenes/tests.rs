//! Laws of the profiles and of the fit.

use proptest::prelude::*;

use super::*;
use crate::testing::fingerprint;

fn readings(values: &[(Cue, f32)]) -> CueReadings {
    let mut readings = CueReadings::default();
    for &(cue, value) in values {
        readings.set(cue, value, 0.9);
    }
    readings
}

fn best(values: &[(Cue, f32)]) -> String {
    let fits = SceneProfiles::shipped().fit_readings(&readings(values));
    SceneProfiles::shipped().get(fits[0].scene).unwrap().key().to_owned()
}

#[test]
fn every_shipped_profile_can_be_read_and_names_itself_in_both_languages() {
    let profiles = SceneProfiles::from_json(&FILES).unwrap();
    assert_eq!(profiles.len(), FILES.len());
    for (scene, profile) in profiles.iter() {
        assert_eq!(profiles.find(profile.key()), Some(scene));
        assert!(!profile.name_en().is_empty() && !profile.note().is_empty());
        assert!(profile.name_zh().chars().all(|c| !c.is_ascii_alphanumeric()));
        assert!(!profile.name_zh().is_empty());
        // Whatever is not somebody's choice says where it is from.
        assert!(is_editorial(profile) || profile.citations().count() > 0, "{}", profile.key());
        assert_eq!(&SceneProfile::from_json(&profile.to_json()).unwrap(), profile);
    }
}

fn is_editorial(profile: &SceneProfile) -> bool {
    profile.centroids().flatten().all(|band| band.source == Source::Editorial)
}

#[test]
fn the_scenes_of_life_games_and_film_are_there() {
    for key in [
        "study",
        "focus",
        "sleep",
        "morning",
        "commute",
        "night drive",
        "workout",
        "party",
        "romance",
        "sadness",
        "celebration",
        "town",
        "exploration",
        "battle",
        "boss",
        "race",
        "menu",
        "film tension",
    ] {
        assert!(SceneProfiles::shipped().find(key).is_some(), "{key}");
    }
}

#[test]
fn the_middle_of_every_way_of_sounding_fits_its_own_scene_best() {
    let profiles = SceneProfiles::shipped();
    for (scene, profile) in profiles.iter() {
        for bands in profile.centroids() {
            let mut middle = CueReadings::default();
            for band in bands {
                let place =
                    (scale::scaled(band.cue, band.from) + scale::scaled(band.cue, band.to)) / 2.0;
                middle.set(band.cue, scale::unscaled(band.cue, place), 1.0);
            }
            let fits = profiles.fit_readings(&middle);
            let own = fits.iter().find(|fit| fit.scene == scene).unwrap();
            assert!(own.fit > 0.999, "{}: {}", profile.key(), own.fit);
            assert!(own.fit >= fits[0].fit - 1e-3, "{}", profile.key());
        }
    }
}

#[test]
fn a_scene_added_under_a_known_key_takes_its_place() {
    let mut profiles = SceneProfiles::shipped().clone();
    let own = |key: &str| {
        let json =
            profiles.get(SceneId(0)).unwrap().to_json().replace("\"study\"", &format!("{key:?}"));
        SceneProfile::from_json(&json).unwrap()
    };
    let (sleep, rain) = (own("sleep"), own("rain"));
    let (n, id) = (profiles.len(), profiles.find("sleep"));
    assert_eq!((Some(profiles.add(sleep)), profiles.len()), (id, n));
    assert_eq!(profiles.add(rain), SceneId(n as u16));
    assert_eq!(profiles.find("rain"), Some(SceneId(n as u16)));
}

#[test]
fn no_way_of_driving_is_faster_than_120() {
    let profiles = SceneProfiles::shipped();
    let drive = profiles.find("night drive").unwrap();
    let bands = profiles.get(drive).unwrap().centroids().flatten();
    assert!(bands.filter(|band| band.cue == Cue::Tempo).all(|band| band.to < 120.0));
    for tempo in 20..400 {
        for gap in profiles.gaps(drive, &readings(&[(Cue::Tempo, tempo as f32)])) {
            assert!(gap.there < 120.0);
        }
    }
}

#[test]
fn plain_cases_go_where_they_belong() {
    assert_eq!(
        best(&[
            (Cue::Tempo, 70.0),
            (Cue::Brightness, 400.0),
            (Cue::OnsetDensity, 0.4),
            (Cue::LoudnessRange, 6.0),
            (Cue::Roughness, -48.0),
        ]),
        "sleep"
    );
    assert_eq!(
        best(&[
            (Cue::Tempo, 124.0),
            (Cue::Brightness, 2600.0),
            (Cue::OnsetDensity, 5.0),
            (Cue::LoudnessRange, 1.6),
            (Cue::Bass, -2.8),
            (Cue::Roughness, -20.0),
        ]),
        "party"
    );
}

#[test]
fn an_editorial_profile_is_never_trusted_much() {
    let profiles = SceneProfiles::shipped();
    for seed in 0..50 {
        for fit in profiles.fit(&fingerprint(seed)) {
            if is_editorial(profiles.get(fit.scene).unwrap()) {
                assert!(fit.confidence <= 0.4 + 1e-6);
            }
        }
    }
}

#[test]
fn few_cues_make_for_little_confidence() {
    let profiles = SceneProfiles::shipped();
    let town = profiles.find("town").unwrap();
    let confidence = |values: &[(Cue, f32)]| {
        let fits = profiles.fit_readings(&readings(values));
        fits.iter().find(|fit| fit.scene == town).unwrap().confidence
    };
    let one = confidence(&[(Cue::Brightness, 1100.0)]);
    let three = confidence(&[(Cue::Brightness, 1100.0), (Cue::Tempo, 115.0), (Cue::Mode, 1.0)]);
    assert!(one < 0.2 && one < three && three < 0.7);
    assert_eq!(confidence(&[]), 0.0);
}

#[test]
fn a_broken_profile_is_refused_with_its_name() {
    let message = |json: &str| SceneProfiles::from_json(&[json]).unwrap_err().to_string();
    let with = |centroids: &str| {
        format!(
            r#"{{"key":"x","name":{{"en":"X","zh-CN":"某"}},"group":"life","note":"","citations":[],"centroids":{centroids}}}"#
        )
    };
    assert!(message("{").contains("can't be read"));
    assert!(message(&with("[]")).contains("\"x\""));
    let backwards = r#"[{"cues":{"tempo":{"from":120,"to":90,"source":"editorial"}}}]"#;
    assert!(message(&with(backwards)).contains("tempo"));
    let unknown = r#"[{"cues":{"smell":{"from":1,"to":9,"source":"editorial"}}}]"#;
    assert!(message(&with(unknown)).contains("smell"));
    let weightless = r#"[{"cues":{"bass":{"from":-9,"to":-1,"source":"editorial","weight":0}}}]"#;
    assert!(message(&with(weightless)).contains("weight"));
    let nameless = with(unknown).replace("\"en\":\"X\"", "\"en\":\" \"");
    assert!(message(&nameless).contains("name"));
}

proptest! {
    #[test]
    fn fits_are_shares_and_sorted_and_cues_agree_or_differ(seed in 0u32..99_999) {
        let profiles = SceneProfiles::shipped();
        let print = fingerprint(seed);
        let fits = profiles.fit(&print);
        prop_assert_eq!(fits.len(), profiles.len());
        prop_assert!(fits.is_sorted_by(|a, b| a.fit >= b.fit));
        for fit in &fits {
            prop_assert!((0.0..=1.0).contains(&fit.fit) && (0.0..=1.0).contains(&fit.confidence));
            prop_assert!(fit.agrees.iter().all(|cue| fit.differs.iter().all(|other| other != cue)));
        }
    }

    #[test]
    fn closing_the_largest_gap_never_makes_the_fit_worse(seed in 0u32..99_999, idx in 0u16..FILES.len() as u16) {
        let profiles = SceneProfiles::shipped();
        let mut readings = CueReadings::of(&fingerprint(seed));
        let scene = SceneId(idx);
        let fit = |readings: &CueReadings| {
            profiles.fit_readings(readings).iter().find(|f| f.scene == scene).unwrap().fit
        };
        let before = fit(&readings);
        if let Some(gap) = profiles.gaps(scene, &readings).first() {
            let confidence = readings.get(gap.cue).unwrap().confidence;
            readings.set(gap.cue, gap.there, confidence);
            prop_assert!(fit(&readings) >= before - 1e-6);
        }
    }
}
