//! Laws of the gap.

use analysis::{Bpm, Key, KeyEstimate, N_BALANCE, TempoEstimate};
use proptest::prelude::*;

use super::figure::FigureTeller;
use super::tempo::TempoTeller;
use super::*;
use crate::scenes::{CueBand, CueReading, SceneProfiles, Source};
use crate::snapshot::Cue;
use crate::testing::fingerprint;

fn to_reference(here: &Fingerprint, there: &Fingerprint) -> Gap {
    Aim::at_reference(TrackId(1), there).gap(here)
}

fn to_scene(here: &Fingerprint, key: &str) -> Gap {
    let profiles = SceneProfiles::shipped();
    let id = profiles.find(key).unwrap();
    Aim::at_scene(id, profiles.get(id).unwrap()).gap(here)
}

fn tempo(bpm: f32, confidence: f32) -> Option<TempoEstimate> {
    Some(TempoEstimate { bpm: Bpm(bpm), confidence, ..TempoEstimate::default() })
}

fn key(name: &str, confidence: f32) -> Option<KeyEstimate> {
    Some(KeyEstimate { key: Key::parse(name).unwrap(), confidence, ..KeyEstimate::default() })
}

fn tempo_gap(here: f32, there: f32) -> TempoGap {
    let with = |bpm| Fingerprint { tempo: tempo(bpm, 0.9), ..fingerprint(1) };
    *to_reference(&with(here), &with(there)).tempo.known().unwrap()
}

fn key_gap(here: &str, there: &str) -> KeyGap {
    let with = |name| Fingerprint { key: key(name, 0.9), ..fingerprint(1) };
    *to_reference(&with(here), &with(there)).key.known().unwrap()
}

fn balance_gap(here: [f32; N_BALANCE], there: [f32; N_BALANCE], spread: f32) -> BalanceGap {
    let there =
        Fingerprint { balance: there, balance_spread: [spread; N_BALANCE], ..fingerprint(1) };
    *to_reference(&Fingerprint { balance: here, ..fingerprint(1) }, &there).balance.known().unwrap()
}

proptest! {
    #[test]
    fn the_gap_to_itself_is_nothing(seed in 0u32..5_000) {
        let piece = fingerprint(seed);
        let gap = to_reference(&piece, &piece);
        prop_assert_eq!(gap.largest, None);
        for aspect in gap.aspects() {
            prop_assert_eq!(gap.gain(aspect), 0.0);
            prop_assert_eq!(gap.deviation(aspect).unwrap_or(0.0), 0.0);
        }
        prop_assert_eq!(gap.tempo.known().map_or(1.0, |tempo| tempo.ratio), 1.0);
        prop_assert!(gap.balance.known().unwrap().bands_db.iter().all(|db| *db == 0.0));
    }

    #[test]
    fn loudness_does_not_matter(seed in 0u32..5_000, gain_db in -40.0f32..20.0) {
        let (here, there) = (fingerprint(seed), fingerprint(seed + 1));
        let mut louder = here;
        louder.balance.iter_mut().for_each(|level_db| *level_db += gain_db);
        louder.loudness.integrated = Some(analysis::Lufs(-14.0 + gain_db));
        let (one, other) = (to_reference(&here, &there), to_reference(&louder, &there));
        let (one, other) = (one.balance.known().unwrap(), other.balance.known().unwrap());
        for (a, b) in one.bands_db.iter().zip(other.bands_db) {
            // Rounded figures may fall to either side.
            prop_assert!((a - b).abs() <= 1.0, "{} {}", a, b);
        }
    }

    #[test]
    fn every_figure_is_finite_and_every_bar_fits(here in 0u32..5_000, there in 0u32..5_000) {
        let gap = to_reference(&fingerprint(here), &fingerprint(there));
        for aspect in GapAspect::ALL {
            prop_assert!(gap.gain(aspect).is_finite() && gap.gain(aspect) >= 0.0);
            prop_assert!(gap.deviation(aspect).is_none_or(|it| (-1.0..=1.0).contains(&it)));
        }
        let largest = gap.largest.map_or(0.1, |largest| gap.gain(largest));
        prop_assert!(gap.aspects().all(|aspect| gap.gain(aspect) <= largest));
    }

    #[test]
    fn a_band_is_told_only_beyond_the_spread_and_two_decibels(
        seed in 0u32..5_000, spread in 0.0f32..9.0, band in 5usize..24, excess in -8.0f32..8.0,
    ) {
        let there = fingerprint(seed).balance.map(|level_db| 0.2 * level_db);
        let mut here = there;
        here[band] += excess;
        let gap = balance_gap(here, there, spread);
        for (idx, db) in gap.bands_db.into_iter().enumerate() {
            // One band hardly moves the loudness of the whole.
            if idx != band {
                prop_assert!(db.abs() <= excess.abs() && (db == 0.0 || db.signum() != excess.signum()));
            } else if db != 0.0 {
                prop_assert!(excess.abs() + 1.5 > spread + 2.0, "{} told for {}", db, excess);
                prop_assert!((db - excess).abs() <= 0.5 + 0.3 * excess.abs());
            } else {
                prop_assert!(excess.abs() < 1.5 * (spread + 2.5) + 0.5, "{} not told", excess);
            }
        }
    }

    #[test]
    fn numbers_as_they_are_read_never_contradict_what_is_said_of_them(
        from in 0.3f32..4.0, width in 0.05f32..3.0, values in prop::collection::vec(0.2f32..8.0, 1..12),
    ) {
        for (cue, scale, n_decimals) in [
            (Cue::OnsetDensity, 1.0, 1),
            (Cue::LoudnessRange, 2.0, 1),
            (Cue::Brightness, 700.0, 0),
            (Cue::Bass, -6.0, 1),
        ] {
            let (one, other) = (scale * from, scale * (from + width));
            let (from, to) = (one.min(other), one.max(other));
            let band = CueBand { cue, from, to, source: Source::Measured, weight: 1.0 };
            let mut teller = FigureTeller::default();
            for value in &values {
                let reading = CueReading { value: scale * value, confidence: 0.9 };
                let told = teller.inside_band(&band, Some(reading));
                let gap = told.known().unwrap();
                // As the panel and the command line print them.
                let print = |value: f32| format!("{value:.n_decimals$}").parse::<f64>().unwrap();
                let (here, there) = (print(gap.here), print(gap.there()));
                if gap.beyond > 0.0 {
                    prop_assert!(here > there, "{cue:?}: {here} is too much for {there}");
                } else if gap.beyond < 0.0 {
                    prop_assert!(here < there, "{cue:?}: {here} is too little for {there}");
                }
            }
        }
    }

    #[test]
    fn tempos_as_they_are_read_never_contradict_their_ratio(
        from in 40.0f32..200.0, width in 0.0f32..30.0, off in prop::collection::vec(0.9f32..1.1, 1..12),
    ) {
        let band =
            CueBand { cue: Cue::Tempo, from, to: from + width, source: Source::Measured, weight: 1.0 };
        let mut teller = TempoTeller::default();
        for off in off {
            let told = teller.inside_band(&band, tempo(from * off, 0.9));
            let gap = told.known().unwrap();
            let print = |bpm: Bpm| format!("{:.1}", bpm.0).parse::<f64>().unwrap();
            let (here, there) = (print(gap.here), print(gap.there()));
            prop_assert!(gap.ratio <= 1.0 || here > there, "{} times: {here}, {there}", gap.ratio);
            prop_assert!(gap.ratio >= 1.0 || here < there, "{} times: {here}, {there}", gap.ratio);
        }
    }

    #[test]
    fn half_and_double_tempo_are_the_same_pulse(bpm in 60.0f32..200.0) {
        for (factor, level) in [
            (1.0, TempoLevel::Same), (0.5, TempoLevel::Half), (2.0, TempoLevel::Double),
        ] {
            let gap = tempo_gap(bpm * factor, bpm);
            prop_assert_eq!((gap.ratio, gap.level, gap.gain), (1.0, level, 0.0));
            prop_assert!((gap.there().0 - bpm * factor).abs() < 0.01);
        }
    }
}

#[test]
fn a_tempo_is_told_as_a_ratio_and_as_what_to_change() {
    let gap = tempo_gap(126.0, 116.7);
    assert!((gap.ratio - 1.08).abs() < 1e-4, "{gap:?}");
    assert!((gap.change_percent() + 7.4).abs() < 0.1, "{}", gap.change_percent());
    // A little faster than double is a little too fast, not far too fast.
    let gap = tempo_gap(132.0, 62.0);
    assert_eq!((gap.ratio * 100.0).round(), 106.0);
    assert_eq!((gap.level, gap.there()), (TempoLevel::Double, Bpm(124.0)));
}

#[test]
fn keys_are_fifths_apart_the_shorter_way_round_and_modes_are_named() {
    for (here, there, fifths, other_mode) in [
        ("C major", "C major", 0, false),
        ("C major", "G major", 1, false),
        ("C major", "Bb major", -2, false),
        ("C major", "G minor", -2, true),
        ("C major", "A minor", 0, true),
        ("A minor", "A major", 3, true),
        ("E major", "Ab minor", 1, true),
        ("C major", "F# major", 6, false),
        ("B major", "Db major", 2, false),
    ] {
        let gap = key_gap(here, there);
        assert_eq!((i32::from(gap.fifths), gap.other_mode), (fifths, other_mode), "{here} {there}");
        assert_eq!(gap.is_there(), here == there);
        let back = key_gap(there, here);
        assert_eq!(i32::from(back.fifths).rem_euclid(12), (-fifths).rem_euclid(12));
    }
    assert!(key_gap("C major", "A minor").is_relative());
    assert!(!key_gap("A minor", "A major").is_relative());
}

#[test]
fn what_was_not_heard_surely_stays_unknown_and_what_the_target_lacks_stays_open() {
    let there =
        Fingerprint { tempo: tempo(120.0, 0.9), key: key("C major", 0.9), ..fingerprint(1) };
    for (here_tempo, here_key) in [(None, None), (tempo(90.0, 0.1), key("D major", 0.2))] {
        let here = Fingerprint { tempo: here_tempo, key: here_key, ..fingerprint(2) };
        let gap = to_reference(&here, &there);
        assert_eq!((gap.tempo, gap.key), (Compared::Unheard, Compared::Unheard));
        let toneless = Fingerprint { tempo: None, key: None, ..there };
        let gap = to_reference(&here, &toneless);
        assert_eq!((gap.tempo, gap.key), (Compared::Open, Compared::Open));
    }
    let brief = Fingerprint { seconds: 4.0, ..fingerprint(2) };
    let gap = to_reference(&brief, &there);
    assert_eq!(gap.brightness, Compared::Unheard);
    assert_eq!(gap.balance, Compared::Unheard);
    assert_eq!(gap.crest, Compared::Unheard);
    assert!(gap.aspects().count() == 7);
}

#[test]
fn a_louder_region_is_named_with_its_decibels() {
    let there = [0.0; N_BALANCE];
    let mut here = there;
    for (idx, level_db) in here.iter_mut().enumerate() {
        if (8..=12).contains(&idx) {
            *level_db += 10.0;
        }
    }
    let gap = balance_gap(here, there, 1.0);
    let (region, db) = gap.regions().next().unwrap();
    assert_eq!(region, BalanceRegion::LowMids);
    assert!((6.0..=8.0).contains(&db), "10 dB less what matching takes away: {db}");
    assert_eq!(gap.regions().count(), 1, "what matching takes away elsewhere is within the spread");
    assert!(gap.gain > 0.0);
    assert_eq!(balance_gap(here, there, 9.0).regions().next(), None, "within the spread");
}

#[test]
fn inside_the_bands_of_a_scene_there_is_no_gap_and_outside_the_nearer_end_is_told() {
    let profiles = SceneProfiles::shipped();
    for (_, profile) in profiles.iter() {
        for band in profile.centroids().flatten() {
            let mut teller = figure::FigureTeller::default();
            let at = |value| Some(crate::scenes::CueReading { value, confidence: 0.9 });
            let middle = 0.5 * (band.from + band.to);
            let inside = *teller.inside_band(band, at(middle)).known().unwrap();
            assert_eq!((inside.beyond, inside.gain, inside.excess()), (0.0, 0.0, 0.0), "{band:?}");
            let over = band.to + 3.0 * (band.to - band.from);
            let outside = *teller.inside_band(band, at(over)).known().unwrap();
            if band.cue != crate::snapshot::Cue::Tempo {
                assert!(outside.beyond > 0.0 && outside.there() == band.to, "{band:?}");
            }
        }
    }
    // 123 to 140 BPM, or half of that.
    for (bpm, level, there, ratio) in [
        (130.0, TempoLevel::Same, 130.0, 1.0),
        (110.0, TempoLevel::Same, 123.0, 0.89),
        (84.0, TempoLevel::Half, 70.0, 1.2),
    ] {
        let here = Fingerprint { tempo: tempo(bpm, 0.9), ..fingerprint(2) };
        let gap = *to_scene(&here, "workout").tempo.known().unwrap();
        assert_eq!((gap.level, gap.there(), gap.ratio), (level, Bpm(there), ratio), "{bpm}");
    }
}

#[test]
fn a_scene_asks_for_a_mode_and_not_for_a_tonic() {
    let minor = Fingerprint { key: key("B minor", 0.9), ..fingerprint(2) };
    let gap = *to_scene(&minor, "celebration").key.known().unwrap();
    assert_eq!(gap.goal, KeyGoal::Mode(analysis::Mode::Major));
    assert!(gap.other_mode && gap.fifths == 0 && gap.gain > 0.0);
    let major = Fingerprint { key: key("B major", 0.9), ..fingerprint(2) };
    assert!(to_scene(&major, "celebration").key.known().unwrap().is_there());
}

#[test]
fn what_is_told_does_not_flicker() {
    let there = fingerprint(7);
    let mut aim = Aim::at_reference(TrackId(1), &there);
    let mut here = fingerprint(8);
    let first = aim.gap(&here);
    for n in 0..50 {
        // Within a fifth of a step of everything.
        let wobble = if n % 2 == 0 { 1.0 } else { -1.0 };
        let mut next = here;
        next.balance.iter_mut().enumerate().for_each(|(idx, level_db)| {
            *level_db += wobble * if idx % 2 == 0 { 0.1 } else { -0.1 };
        });
        next.rhythm[20] += 0.02 * wobble;
        next.dynamics[0] += 0.1 * wobble;
        next.dynamics[3] -= 0.1 * wobble;
        if let Some(tempo) = &mut next.tempo {
            tempo.bpm.0 *= 1.0 + 0.002 * wobble;
        }
        let gap = aim.gap(&next);
        assert_eq!(gap.largest, first.largest);
        for aspect in gap.aspects() {
            assert_eq!(gap.deviation(aspect), first.deviation(aspect), "{aspect:?}");
        }
    }
    // It follows what really changes, and a reset forgets.
    here.rhythm[20] += 1.0;
    assert_ne!(aim.gap(&here).onset_density, first.onset_density);
    aim.reset();
    assert_eq!(aim.gap(&fingerprint(8)), first);
}

#[test]
fn the_largest_gap_stays_while_its_gain_wobbles_about_what_is_worth_a_word() {
    let there = Fingerprint { tempo: tempo(120.0, 0.9), ..fingerprint(7) };
    let at = |bpm, sure| Fingerprint { tempo: tempo(bpm, sure), ..fingerprint(7) };
    let gain = |bpm, sure| to_reference(&at(bpm, sure), &there).gain(GapAspect::Tempo);
    // A change of tempo that is just worth a word, and just not where it is heard less surely.
    let mut bpm: f32 = 120.0;
    while gain(bpm, 0.9) < 0.1 {
        bpm += 0.1;
    }
    let (above, below) = (at(bpm, 0.9), at(bpm, 0.5));
    assert!((0.05..0.1).contains(&gain(bpm, 0.5)), "{}", gain(bpm, 0.5));
    let mut aim = Aim::at_reference(TrackId(1), &there);
    assert_eq!(aim.gap(&below).largest, None);
    for _ in 0..20 {
        assert_eq!(aim.gap(&above).largest, Some(GapAspect::Tempo));
        assert_eq!(aim.gap(&below).largest, Some(GapAspect::Tempo));
    }
    assert_eq!(aim.gap(&there).largest, None, "closed is closed");
}
