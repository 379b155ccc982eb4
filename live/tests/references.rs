//! What a library of references adds to what is heard.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use advice::{Aimed, Compared, GapAspect, Snapshot, Suggestion, Target, TrackId};
use library::{IndexOptions, Library, Pin, References, index};
use live::{Session, Tap, Transport, Worker, session};
use song::{Renderer, demo};

const RATE: u32 = 44_100;

type Stereo = (Vec<f32>, Vec<f32>);

/// The first forty seconds of the demo song.
fn music() -> Stereo {
    let mut left = vec![0.0; 40 * RATE as usize];
    let mut right = left.clone();
    Renderer::new(&demo(), RATE).render(&mut left, &mut right);
    (left, right)
}

/// Nothing like it: two slow swells of a low tone and hiss.
fn drone() -> Stereo {
    let mut state = 1_u32;
    let sound = (0..40 * RATE)
        .map(|idx| {
            let seconds = idx as f32 / RATE as f32;
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let hiss = state as f32 / u32::MAX as f32 - 0.5;
            let swell = 0.5 - 0.5 * (0.3 * seconds).cos();
            swell * (0.3 * (300.0 * seconds).sin() + 0.05 * hiss)
        })
        .collect::<Vec<f32>>();
    (sound.clone(), sound)
}

fn write_wav(path: &Path, (left, right): &Stereo) {
    let n_bytes = (4 * left.len()) as u32;
    let mut wav = Vec::with_capacity(n_bytes as usize + 44);
    wav.extend(b"RIFF");
    wav.extend((n_bytes + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend(1_u16.to_le_bytes());
    wav.extend(2_u16.to_le_bytes());
    wav.extend(RATE.to_le_bytes());
    wav.extend((4 * RATE).to_le_bytes());
    wav.extend(4_u16.to_le_bytes());
    wav.extend(16_u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(n_bytes.to_le_bytes());
    for sample in left.iter().zip(right).flat_map(|(&l, &r)| [l, r]) {
        wav.extend(((sample * 32_767.0) as i16).to_le_bytes());
    }
    fs::write(path, wav).unwrap();
}

fn library_of(pieces: &[(&str, &Stereo)], dir: &Path) -> Arc<References> {
    let files = dir.join("files");
    fs::create_dir(&files).unwrap();
    for (name, sound) in pieces {
        write_wav(&files.join(name), sound);
    }
    let mut library = Library::open_or_create(&dir.join("library")).unwrap();
    index(&mut library, &[files], IndexOptions::default(), &mut |_| ()).unwrap();
    Arc::new(References::load(&dir.join("library")).unwrap())
}

fn play(tap: &mut Tap, worker: &mut Worker, (left, right): &Stereo, mut look: impl FnMut(&Worker)) {
    for (left, right) in left.chunks(512).zip(right.chunks(512)) {
        tap.push(RATE, left, right, Transport::default());
        worker.step();
        look(worker);
    }
}

#[test]
fn the_piece_that_plays_is_the_nearest_reference_and_stays_it() {
    let dir = tempfile::tempdir().unwrap();
    let (music, drone) = (music(), drone());
    let references = library_of(&[("demo.wav", &music), ("drone.wav", &drone)], dir.path());
    let id_of = |name: &str| {
        let entries = references.entries().unwrap();
        entries.iter().find(|entry| entry.file.ends_with(name)).map(|entry| entry.id)
    };
    let Session { mut tap, mut worker, control, .. } = session();
    control.use_library(Some(Arc::clone(&references)));
    let mut nearest: Vec<TrackId> = Vec::new();
    let mut provisional = Vec::new();
    play(&mut tap, &mut worker, &music, |worker| {
        if let Some(first) = worker.snapshot().references.get(0) {
            if nearest.last() != Some(&first.track) {
                nearest.push(first.track);
            }
            provisional.push(worker.snapshot().provisional);
        }
    });
    assert_eq!(nearest.last().copied(), id_of("demo.wav"));
    assert!(nearest.len() <= 2, "the nearest reference changed {} times", nearest.len() - 1);
    let shown = worker.snapshot().references;
    assert_eq!(shown.len(), 2);
    for reference in shown.iter() {
        let sum: f32 = reference.parts.iter().sum();
        assert!((sum - reference.distance).abs() <= 1e-4 * reference.distance.max(1.0));
    }
    // Provisional for the first half minute of sound, then no more.
    assert!(provisional.first() == Some(&true) && provisional.last() == Some(&false));
    assert!(provisional.is_sorted_by(|before, after| before >= after));
    assert!(!worker.snapshot().scenes.is_empty(), "no scene fits");

    // Without a library there is nothing to show.
    control.use_library(None);
    worker.step();
    assert!(worker.snapshot().references.is_empty());
}

#[test]
fn a_library_chosen_later_is_compared_with_what_was_heard_before() {
    let dir = tempfile::tempdir().unwrap();
    let (music, drone) = (music(), drone());
    let references = library_of(&[("demo.wav", &music), ("drone.wav", &drone)], dir.path());
    let Session { mut tap, mut worker, control, .. } = session();
    play(&mut tap, &mut worker, &music, |_| ());
    assert!(worker.snapshot().references.is_empty());
    control.use_library(Some(references));
    worker.step();
    assert_eq!(worker.snapshot().references.len(), 2);
}

#[test]
fn chords_that_follow_are_suggested_in_the_key_that_is_heard() {
    let Session { mut tap, mut worker, .. } = session();
    let mut n_suggested = 0;
    play(&mut tap, &mut worker, &music(), |worker| {
        let snapshot = worker.snapshot();
        let next = &snapshot.next_chords;
        n_suggested += usize::from(!next.is_empty());
        if !next.is_empty() {
            assert!(snapshot.hearing.key.is_some());
        }
        let likely: Vec<f32> = next.iter().map(|chord| chord.probability).collect();
        assert!(likely.is_sorted_by(|before, after| before >= after), "{likely:?}");
    });
    assert!(n_suggested > 0, "no chord was suggested in forty seconds");
}

/// The pin of the reference called `name`.
fn pin_of(references: &References, name: &str) -> Pin {
    let target = references.target_named(name, references.scenes()).unwrap();
    references.pin(target).unwrap().unwrap()
}

/// Largest gaps named in half a minute, at most: the first, and another when more is known. Who is
/// told to do one thing has not done it before the next.
const N_NAMED: usize = 2;

#[test]
fn the_largest_gap_to_another_piece_is_one_to_work_on_for_a_while() {
    let dir = tempfile::tempdir().unwrap();
    let (music, drone) = (music(), drone());
    let references = library_of(&[("demo.wav", &music), ("drone.wav", &drone)], dir.path());
    for (target, music) in [("drone", &music), ("demo", &drone)] {
        let Session { mut tap, mut worker, control, .. } = session();
        control.use_library(Some(Arc::clone(&references)));
        control.set_target(Some(pin_of(&references, target)));
        let mut named = Vec::new();
        play(&mut tap, &mut worker, music, |worker| {
            named.extend(worker.snapshot().gap.map(|gap| gap.largest));
        });
        named.dedup();
        assert!(named.last().is_some_and(Option::is_some), "to {target}: {named:?}");
        assert!(named.len() <= N_NAMED, "to {target}: {named:?}");
    }
}

#[test]
fn the_gap_to_the_piece_that_plays_is_small_and_to_another_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (music, drone) = (music(), drone());
    let references = library_of(&[("demo.wav", &music), ("drone.wav", &drone)], dir.path());
    let Session { mut tap, mut worker, control, .. } = session();
    control.use_library(Some(Arc::clone(&references)));
    control.set_target(Some(pin_of(&references, "demo")));
    let (mut first_at, mut named) = (None, Vec::new());
    play(&mut tap, &mut worker, &music, |worker| {
        let snapshot = worker.snapshot();
        let Some(gap) = snapshot.gap else { return };
        assert!(snapshot.aimed == Aimed::At(gap.target));
        first_at = first_at.or(Some((snapshot.hearing.at.0, snapshot.provisional)));
        named.push(gap.largest);
    });
    // After ten seconds of sound, provisional at first.
    let (first_at, provisional) = first_at.unwrap();
    assert!((9.5..13.0).contains(&first_at), "{first_at} s");
    assert!(provisional && !worker.snapshot().provisional);
    named.dedup();
    assert!(named.len() <= N_NAMED, "to the piece itself: {named:?}");
    let near = worker.snapshot().gap.unwrap();
    assert_eq!(near.tempo.known().map(|tempo| tempo.ratio), Some(1.0));
    assert!(near.key.known().is_none_or(|key| key.is_there()), "{:?}", near.key);
    assert!(near.balance.known().unwrap().gain < 0.2, "{:?}", near.balance);

    control.set_target(Some(pin_of(&references, "drone")));
    worker.step();
    let far = worker.snapshot().gap.unwrap();
    let total = |gap: &advice::Gap| gap.aspects().map(|aspect| gap.gain(aspect)).sum::<f32>();
    assert!(total(&far) > 3.0 * total(&near), "{} {}", total(&far), total(&near));
    assert!(far.balance.known().unwrap().regions().next().is_some());
    assert!(far.largest.is_some());
    // What to try is at once what closes it, though nothing more has sounded.
    let close = |worker: &Worker| match worker.snapshot().suggestion {
        Some(Suggestion::Close { target, aspect }) => Some((target, Some(aspect))),
        _ => None,
    };
    assert_eq!(close(&worker), Some((far.target, far.largest)));
    control.set_target(None);
    worker.step();
    let suggestion = worker.snapshot().suggestion;
    assert!(suggestion.is_some() && close(&worker).is_none(), "{suggestion:?}");
}

#[test]
fn the_target_stays_through_resets_rates_and_libraries_and_says_where_it_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let music = music();
    let references = library_of(&[("demo.wav", &music)], dir.path());
    let Session { mut tap, mut worker, control, mut snapshots } = session();
    control.set_target(Some(pin_of(&references, "demo")));
    worker.step();
    // Shown before anything sounds.
    assert_eq!(snapshots.read().aimed, Aimed::Missing);
    control.use_library(Some(Arc::clone(&references)));
    worker.step();
    let at = worker.snapshot().aimed;
    assert!(matches!(at, Aimed::At(Target::Reference(_))), "{at:?}");
    let short: Stereo =
        (music.0[..12 * RATE as usize].into(), music.1[..12 * RATE as usize].into());
    let told = |tap: &mut Tap, worker: &mut Worker| {
        play(tap, worker, &short, |_| ());
        assert_eq!(worker.snapshot().aimed, at);
        worker.snapshot().gap
    };
    let first = told(&mut tap, &mut worker).unwrap();
    // Nothing of before is left where another piece begins, and the target is the same.
    control.reset();
    worker.step();
    assert_eq!(worker.snapshot().gap, None);
    assert_eq!(told(&mut tap, &mut worker), Some(first));
    tap.reset();
    assert_eq!(told(&mut tap, &mut worker), Some(first));
    let silence = [0.0; 512];
    tap.push(96_000, &silence, &silence, Transport::default());
    worker.step();
    assert_eq!((worker.snapshot().aimed, worker.snapshot().gap), (at, None));
    assert!(told(&mut tap, &mut worker).is_some());
    // A library without it, and the one with it again.
    control.use_library(None);
    worker.step();
    assert_eq!((worker.snapshot().aimed, worker.snapshot().gap), (Aimed::Missing, None));
    assert!(!matches!(worker.snapshot().suggestion, Some(Suggestion::Close { .. })));
    control.use_library(Some(references));
    worker.step();
    assert!(worker.snapshot().aimed == at && worker.snapshot().gap.is_some());
    control.set_target(None);
    worker.step();
    assert_eq!((worker.snapshot().aimed, worker.snapshot().gap), (Aimed::Nowhere, None));
}

#[test]
fn a_held_gap_stays_and_another_target_takes_its_place() {
    let music = music();
    let Session { mut tap, mut worker, control, .. } = session();
    control.set_target(Some(Pin::of_scene("sleep")));
    let until = |from: usize, to: usize| -> Stereo {
        let range = from * RATE as usize..to * RATE as usize;
        (music.0[range.clone()].into(), music.1[range].into())
    };
    play(&mut tap, &mut worker, &until(0, 20), |_| ());
    let shown = |worker: &Worker| -> (Snapshot, advice::Gap) {
        (*worker.snapshot(), worker.snapshot().gap.unwrap())
    };
    let (snapshot, gap) = shown(&worker);
    // The demo song is anything but sleep: the suggestion is to close the largest gap.
    let Some(Suggestion::Close { target, aspect }) = snapshot.suggestion else {
        panic!("{:?}", snapshot.suggestion)
    };
    assert_eq!((target, Some(aspect)), (gap.target, gap.largest));
    assert_eq!(gap.value(GapAspect::Balance), Compared::Open);
    control.set_held(true);
    assert!(snapshot.provisional);
    play(&mut tap, &mut worker, &until(20, 40), |_| ());
    assert_eq!(shown(&worker).1, gap);
    assert!(worker.snapshot().provisional, "what is held is of 20 s, however much is heard since");
    control.set_target(Some(Pin::of_scene("workout")));
    worker.step();
    let (snapshot, other) = shown(&worker);
    assert!(other.target != gap.target && snapshot.aimed == Aimed::At(other.target));
    assert!(!snapshot.provisional);
    control.set_held(false);
    worker.step();
    assert_eq!(shown(&worker).1.target, other.target);
}
