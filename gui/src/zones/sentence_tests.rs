//! Each number of a sentence is the number of the data, rounded as it is said, in every language.

use advice::{
    BalanceGap, Compared, Corpus, Cue, FigureGap, Gap, GapAspect, KeyGap, KeyGoal, NextChord,
    ReferenceMatch, SceneFit, SceneId, SceneProfiles, Snapshot, Suggestion, Target, TempoGap,
    TempoLevel, TrackId,
};
use analysis::{Bpm, Chord, ChordQuality, History, Key, Mode, PitchClass};

use super::suggestion::sentence;
use super::target::words::{reason, told};
use super::target::{Nearness, gap_or_words, nearness, nearness_words};
use crate::i18n::{Language, Texts};
use crate::input::{DemoView, FoundView, LibraryView, PanelInput, PinnedView, SettingsView};
use crate::notation::Notation;
use crate::theme::Look;
use crate::view::View;

/// What `say` says in every language of a panel that shows `snapshot`.
fn in_every_language(snapshot: &Snapshot, say: impl Fn(&View<'_>) -> String) -> Vec<String> {
    let said = Language::ALL.map(|language| {
        let texts = Texts::new(language);
        // Keys without numbers in their names.
        let notation = Some(Notation::English);
        let settings = SettingsView { language, notation, ..SettingsView::default() };
        let input = PanelInput {
            snapshot,
            reference_name: &|_| Some("Neon Coast".to_owned()),
            scenes: SceneProfiles::shipped(),
            library: LibraryView::Closed,
            found: FoundView::default(),
            pinned: Some(PinnedView::Reference("Neon Coast")),
            settings,
            notice: None,
            demo: DemoView::Unavailable,
            devices: None,
        };
        say(&View { input: &input, texts: &texts, look: Look { scale: 1.0 } })
    });
    said.to_vec()
}

/// The numbers of a sentence, as they are written, in their order.
fn numbers(sentence: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    // A thin group of three belongs to the number before it.
    let chars: Vec<char> = sentence.chars().collect();
    for (idx, &c) in chars.iter().enumerate() {
        let next_is_digit = chars.get(idx + 1).is_some_and(char::is_ascii_digit);
        let inside = found.last().is_some_and(|number| !number.is_empty());
        match c {
            _ if c.is_ascii_digit() => found.last_mut().unwrap().push(c),
            '.' if inside && next_is_digit => found.last_mut().unwrap().push(c),
            '\u{a0}' if inside && next_is_digit => {}
            '−' | '+' if !inside && next_is_digit => found.last_mut().unwrap().push(c),
            _ if inside => found.push(String::new()),
            _ => {}
        }
    }
    found.retain(|number| !number.is_empty());
    found
}

#[track_caller]
fn check(sentences: &[String], expected: &[&str]) {
    for sentence in sentences {
        let mut said = numbers(sentence);
        let mut expected: Vec<&str> = expected.to_vec();
        // Languages put them in an order of their own.
        said.sort();
        expected.sort_unstable();
        assert_eq!(said, expected, "{sentence}");
    }
}

fn figure(here: f32, there: f32, beyond: f32) -> Compared<FigureGap> {
    let (from, to) = (there, there);
    Compared::Known(FigureGap { here, from, to, beyond, confidence: 0.9, gain: beyond.abs() })
}

/// A gap of which nothing is known.
fn nothing() -> Gap {
    Gap {
        target: Target::Reference(TrackId(0)),
        tempo: Compared::Unheard,
        key: Compared::Unheard,
        brightness: Compared::Unheard,
        balance: Compared::Unheard,
        bass: Compared::Unheard,
        roughness: Compared::Unheard,
        onset_density: Compared::Unheard,
        loudness_range: Compared::Unheard,
        crest: Compared::Unheard,
        largest: None,
    }
}

fn row(gap: &Gap, aspect: GapAspect) -> Vec<String> {
    in_every_language(&Snapshot::default(), |view| told(view, gap, aspect).sentence())
}

fn why(gap: &Gap, aspect: GapAspect) -> Vec<String> {
    in_every_language(&Snapshot::default(), |view| reason(view, gap, aspect))
}

fn tempo(here: f32, there: f32, level: TempoLevel) -> Gap {
    let there = there * level.factor();
    let tempo = TempoGap {
        here: Bpm(here),
        from: Bpm(there),
        to: Bpm(there),
        level,
        ratio: (100.0 * here / there).round() / 100.0,
        confidence: 0.9,
        gain: 1.0,
    };
    Gap { tempo: Compared::Known(tempo), largest: Some(GapAspect::Tempo), ..nothing() }
}

fn key(here: Key, goal: KeyGoal, fifths: i8, other_mode: bool) -> Gap {
    let key = KeyGap { here, goal, fifths, other_mode, confidence: 0.9, gain: 1.0 };
    Gap { key: Compared::Known(key), largest: Some(GapAspect::Key), ..nothing() }
}

#[test]
fn the_tempo_is_told_as_it_is() {
    let gap = tempo(126.04, 116.63, TempoLevel::Same);
    check(&row(&gap, GapAspect::Tempo), &["1.08", "7", "117"]);
    check(&why(&gap, GapAspect::Tempo), &["126.0", "116.6", "1.08"]);
    let gap = tempo(100.0, 62.5, TempoLevel::Double);
    // The target's own tempo is told as well: nobody finds 125 in a song of 62.5.
    check(&row(&gap, GapAspect::Tempo), &["0.80", "25", "125", "62.5"]);
    check(&why(&gap, GapAspect::Tempo), &["100.0", "125.0", "62.5", "0.80"]);
    assert!(row(&gap, GapAspect::Tempo)[0].ends_with("to 125 (twice 62.5)"));
    let gap = tempo(100.0, 184.6, TempoLevel::Half);
    check(&row(&gap, GapAspect::Tempo), &["1.08", "7", "92", "184.6"]);
    check(&why(&gap, GapAspect::Tempo), &["100.0", "92.3", "184.6", "1.08"]);
    assert!(row(&gap, GapAspect::Tempo)[0].ends_with("to 92 (half of 184.6)"));
    for level in [TempoLevel::Same, TempoLevel::Half, TempoLevel::Double] {
        check(&row(&tempo(120.0, 120.0 / level.factor(), level), GapAspect::Tempo), &["1.00"]);
    }
    // By how many per cent is by how many per cent: hearing the change, the gap is gone.
    for (here, there) in [(90.0_f32, 131.0), (131.0, 90.0), (118.0, 121.0), (74.2, 73.0)] {
        for sentence in row(&tempo(here, there, TempoLevel::Same), GapAspect::Tempo) {
            let numbers: Vec<f32> =
                numbers(&sentence).iter().map(|number| number.parse().unwrap()).collect();
            let percent = *numbers.iter().find(|n| **n != here && n.fract() == 0.0).unwrap();
            let changed = here * (1.0 + percent / 100.0 * if here < there { 1.0 } else { -1.0 });
            assert!((changed / there - 1.0).abs() < 0.011, "{sentence}: {changed} for {there}");
        }
    }
}

#[test]
fn fifths_are_counted_and_keys_are_named() {
    let note = PitchClass::new;
    let c_major = Key::new(note(0), Mode::Major);
    let goal = |tonic, mode| KeyGoal::Key(Key::new(note(tonic), mode));
    let cases = [
        (goal(7, Mode::Major), 1, false, "1"),
        (goal(7, Mode::Minor), -2, true, "2"),
        (goal(6, Mode::Major), 6, false, "6"),
        (goal(1, Mode::Major), -5, false, "5"),
        (goal(0, Mode::Minor), -3, true, "3"),
    ];
    for (goal, fifths, other_mode, expected) in cases {
        let gap = key(c_major, goal, fifths, other_mode);
        let rows = row(&gap, GapAspect::Key);
        check(&rows, &[expected]);
        assert_eq!(rows[0].contains("minor"), other_mode, "{}", rows[0]);
        assert_eq!(rows[0].contains("up"), fifths > 0 && fifths < 6, "{}", rows[0]);
        assert_eq!(rows[1].contains("上移"), fifths > 0 && fifths < 6, "{}", rows[1]);
        assert_eq!(rows[0].contains("down"), fifths < 0, "{}", rows[0]);
        assert_eq!(rows[1].contains("下移"), fifths < 0, "{}", rows[1]);
        assert_eq!(
            why(&gap, GapAspect::Key)[0].matches("major").count(),
            2 - usize::from(other_mode)
        );
    }
    let rows = row(&key(c_major, goal(7, Mode::Minor), -2, true), GapAspect::Key);
    assert_eq!(rows[0], "Key C major → G minor 2 fifths down, minor");
    for gap in [
        key(c_major, goal(9, Mode::Minor), 0, true),
        key(c_major, goal(0, Mode::Major), 0, false),
        key(c_major, KeyGoal::Mode(Mode::Minor), 0, true),
    ] {
        check(&row(&gap, GapAspect::Key), &[]);
    }
}

#[test]
fn figures_are_told_with_where_they_should_be() {
    let gap = Gap {
        brightness: figure(1850.0, 2300.0, -0.8),
        bass: figure(-3.0, -5.5, 0.6),
        roughness: figure(-27.5, -30.0, 0.4),
        onset_density: figure(2.1, 3.4, -1.1),
        loudness_range: figure(4.5, 9.0, -1.0),
        crest: figure(9.5, 6.5, 1.3),
        ..nothing()
    };
    for (aspect, here, there) in [
        (GapAspect::Brightness, "1850", "2300"),
        (GapAspect::Bass, "−3.0", "−5.5"),
        (GapAspect::Roughness, "−27.5", "−30.0"),
        (GapAspect::OnsetDensity, "2.1", "3.4"),
        (GapAspect::LoudnessRange, "4.5", "9.0"),
        (GapAspect::Crest, "9.5", "6.5"),
    ] {
        check(&row(&gap, aspect), &[here, there]);
        check(&why(&gap, aspect), &[here, there]);
        for sentence in row(&gap, aspect) {
            assert!(sentence.find(here) < sentence.find(there), "{sentence}");
        }
    }
    // What is as good as there needs no second figure.
    let near = Gap { brightness: figure(2300.0, 2350.0, 0.0), ..nothing() };
    check(&row(&near, GapAspect::Brightness), &["2300"]);
}

#[test]
fn bands_are_told_by_region_furthest_first() {
    let mut bands_db = [0.0; 27];
    (8..=12).for_each(|band| bands_db[band] = 4.0);
    bands_db[24] = -6.0;
    let balance = BalanceGap { bands_db, confidence: 0.9, gain: 0.5 };
    let gap = Gap { balance: Compared::Known(balance), ..nothing() };
    check(&row(&gap, GapAspect::Balance), &["6", "6", "4"]);
    check(&why(&gap, GapAspect::Balance), &["6", "4"]);
    let rows = row(&gap, GapAspect::Balance);
    assert_eq!(rows[0], "Balance highs 6 dB too little 6 dB more highs, 4 dB less low mids");
    assert!(rows[1].contains("高频少 6 dB") && rows[1].contains("中低频调低 4 dB"), "{}", rows[1]);
    assert!(why(&gap, GapAspect::Balance)[0].contains("low mids 4 dB too much"));
    let within = BalanceGap { bands_db: [0.0; 27], ..balance };
    check(&row(&Gap { balance: Compared::Known(within), ..nothing() }, GapAspect::Balance), &[]);
}

#[test]
fn what_is_not_known_has_no_numbers() {
    for aspect in GapAspect::ALL {
        let rows = row(&nothing(), aspect);
        check(&rows, &[]);
        assert!(rows.iter().all(|row| row.contains('–')), "{rows:?}");
        assert!(why(&nothing(), aspect).iter().all(String::is_empty));
    }
}

#[test]
fn a_target_is_reached_only_where_all_of_it_is_heard_and_fits() {
    let fits = tempo(120.0, 120.0, TempoLevel::Same).tempo;
    let fits = fits.known().map(|tempo| TempoGap { gain: 0.0, ..*tempo }).unwrap();
    let open = Gap {
        brightness: Compared::Open,
        balance: Compared::Open,
        bass: Compared::Open,
        roughness: Compared::Open,
        onset_density: figure(3.4, 3.4, 0.0),
        loudness_range: Compared::Open,
        crest: Compared::Open,
        ..nothing()
    };
    let reached = Gap { tempo: Compared::Known(fits), key: Compared::Open, ..open };
    assert_eq!(nearness(&reached), Nearness::Reached);
    let unheard = vec![GapAspect::Tempo, GapAspect::Key];
    assert_eq!(nearness(&open), Nearness::Unheard(unheard));
    let said = in_every_language(&Snapshot::default(), |view| nearness_words(view, &open).0);
    assert_eq!(said[0], "Not heard yet: Tempo, Key");
    assert!(said[1].contains("速度") && said[1].contains("调"), "{}", said[1]);
    // A gap too small for a word is a gap, whatever else is not heard.
    let small = Gap { onset_density: figure(3.3, 3.4, -0.05), ..open };
    assert_eq!(nearness(&small), Nearness::Off(GapAspect::OnsetDensity));
    assert_eq!(nearness(&tempo(9.0, 8.0, TempoLevel::Same)), Nearness::Off(GapAspect::Tempo));
}

#[test]
fn a_reference_is_said_to_be_missing_only_from_a_library_that_is_open() {
    let snapshot = Snapshot { aimed: advice::Aimed::Missing, ..Snapshot::default() };
    let texts = Texts::new(Language::English);
    let said = [
        LibraryView::Loading,
        LibraryView::Closed,
        LibraryView::Error("it is damaged"),
        LibraryView::Open { path: "lib", n_tracks: 3 },
    ]
    .map(|library| {
        let input = PanelInput {
            snapshot: &snapshot,
            reference_name: &|_| None,
            scenes: SceneProfiles::shipped(),
            library,
            found: FoundView::default(),
            pinned: Some(PinnedView::Reference("Neon Coast")),
            settings: SettingsView::default(),
            notice: None,
            demo: DemoView::Unavailable,
            devices: None,
        };
        gap_or_words(&View { input: &input, texts: &texts, look: Look { scale: 1.0 } }).unwrap_err()
    });
    assert!(said[0].starts_with("Reading the library"), "{}", said[0]);
    assert!(said[1].starts_with("No library is open") && said[2] == said[1], "{}", said[1]);
    assert!(said[3].contains("not in the library"), "{}", said[3]);
}

fn suggested(suggestion: Suggestion, gap: Option<Gap>) -> Vec<String> {
    let snapshot = Snapshot { suggestion: Some(suggestion), gap, ..Snapshot::default() };
    in_every_language(&snapshot, |view| {
        sentence(view).map_or_else(String::new, |(what, why)| format!("{what} {why}"))
    })
}

#[test]
fn the_suggestion_to_close_a_gap_tells_that_gap() {
    let gap = tempo(126.0, 116.63, TempoLevel::Same);
    let close = |gap: Gap| Suggestion::Close { target: gap.target, aspect: gap.largest.unwrap() };
    let said = suggested(close(gap), Some(gap));
    check(&said, &["7", "117", "126.0", "116.6", "1.08"]);
    // What to do comes first: where the place is narrow the end is cut, and titles may be long.
    assert!(said[0].starts_with("7 % slower, to 117 · towards Neon Coast"), "{}", said[0]);
    assert!(said[1].find("117") < said[1].find("Neon Coast"), "{}", said[1]);
    let gap = Gap {
        onset_density: figure(2.1, 3.4, -1.1),
        largest: Some(GapAspect::OnsetDensity),
        ..nothing()
    };
    check(&suggested(close(gap), Some(gap)), &["2.1", "3.4"]);
    // Without its figures there is nothing to say.
    assert!(suggested(close(gap), None).iter().all(String::is_empty));
}

#[test]
fn too_much_of_a_region_is_to_be_made_less_and_too_little_more() {
    for (db, moves, opposites) in [
        (5.0, ["5 dB less low mids", "调低 5 dB"], ["more", "调高"]),
        (-5.0, ["5 dB more low mids", "调高 5 dB"], ["less", "调低"]),
    ] {
        let mut bands_db = [0.0; 27];
        (8..=12).for_each(|band| bands_db[band] = db);
        let balance = BalanceGap { bands_db, confidence: 0.9, gain: 0.5 };
        let balance = Compared::Known(balance);
        let gap = Gap { balance, largest: Some(GapAspect::Balance), ..nothing() };
        let close = Suggestion::Close { target: gap.target, aspect: GapAspect::Balance };
        for (idx, said) in suggested(close, Some(gap)).into_iter().enumerate() {
            assert!(said.contains(moves[idx]) && !said.contains(opposites[idx]), "{said}");
        }
    }
}

#[test]
fn the_suggestion_of_a_chord_tells_its_statistics() {
    let chord = |root| Chord::new(PitchClass::new(root), ChordQuality::Major);
    for (corpus, songs) in [(Corpus::Billboard, "739"), (Corpus::Pop909, "777")] {
        for (probability, n_counted, percent, cases) in
            [(0.346, 1_204, "35", "1204"), (0.004, 97, "0", "97"), (1.0, 12_345, "100", "12345")]
        {
            let next = NextChord { chord: chord(5), probability, n_counted, n_context: 1, corpus };
            let key = Key::new(PitchClass::new(0), Mode::Major);
            let said = suggested(Suggestion::Chord { key, after: chord(0), next }, None);
            let years: &[&str] = if corpus == Corpus::Billboard { &["1958", "1991"] } else { &[] };
            check(&said, &[&[percent, cases, songs], years].concat());
            let next = NextChord { n_context: 3, ..next };
            let said = suggested(Suggestion::Chord { key, after: chord(0), next }, None);
            check(&said, &[&[percent, cases, songs, "3"], years].concat());
        }
    }
}

#[test]
fn the_suggestion_of_a_move_tells_where_a_cue_is_and_where_the_scene_begins() {
    for (cue, here, there, expected) in [
        (Cue::Tempo, 125.6, 112.0, ["126", "112"]),
        (Cue::Mode, 0.0, 0.62, ["0", "62"]),
        (Cue::Brightness, 1840.4, 2100.0, ["1840", "2100"]),
        (Cue::OnsetDensity, 2.14, 3.4, ["2.1", "3.4"]),
        (Cue::LoudnessRange, 3.26, 5.0, ["3.3", "5.0"]),
        (Cue::Bass, -3.04, -5.0, ["−3.0", "−5.0"]),
        (Cue::Roughness, -27.46, -30.0, ["−27.5", "−30.0"]),
    ] {
        check(
            &suggested(Suggestion::Move { scene: SceneId(1), cue, here, there }, None),
            &expected,
        );
    }
}

#[test]
fn matches_are_told_with_their_distance_and_scenes_with_their_fit() {
    let mut references = History::default();
    references.push(ReferenceMatch { track: TrackId(0), distance: 0.3449, parts: [0.0492714; 7] });
    let said = in_every_language(&Snapshot { references, ..Snapshot::default() }, |view| {
        super::references::words(view, view.input.snapshot.references.get(0).unwrap())
    });
    check(&said, &["0.34"]);
    for (fit, percent) in [(0.706, "71"), (0.004, "0"), (1.0, "100")] {
        let fit = SceneFit { scene: SceneId(1), fit, ..SceneFit::default() };
        let said = in_every_language(&Snapshot::default(), |view| super::scenes::words(view, &fit));
        check(&said, &[percent]);
    }
}

#[test]
fn a_tempo_to_go_to_lies_on_the_side_that_is_said() {
    for tenth in 0..400_u16 {
        let here = Bpm((580.0 + f32::from(tenth)) / 10.0);
        for ratio in [0.97_f32, 0.99, 1.01, 1.04] {
            let there = Bpm(here.0 / ratio);
            let tempo = TempoGap { here, from: there, to: there, ratio, ..TempoGap::default() };
            let gap = Gap { tempo: Compared::Known(tempo), ..nothing() };
            let said = in_every_language(&Snapshot::default(), |view| {
                told(view, &gap, GapAspect::Tempo).to_do
            });
            for sentence in said {
                let to: f32 = numbers(&sentence).last().unwrap().parse().unwrap();
                assert_eq!(to < here.0, ratio > 1.0, "{sentence}, heard {here:?}");
                assert!(to != here.0, "{sentence}, heard {here:?}");
            }
        }
    }
}
