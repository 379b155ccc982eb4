//! References wherever they lie: in segments, in the database, with sketches and without.

use advice::{PreparedReferences, Target, Weights};

use super::*;
use crate::fingerprint_record::tests::some_fingerprint;
use crate::fingerprint_record::to_bytes;
use crate::library::Library;
use crate::store::{NewTrack, Stamp, Stored};

/// Puts a track named after its fingerprint into a library.
fn put(library: &Library, seed: u8) {
    let track = NewTrack {
        path: &format!("/music/{}/{seed}.wav", seed % 2),
        stamp: Stamp { size: 4, modified_ns: 9 },
        content: None,
        title: None,
        artist: Some(if seed.is_multiple_of(3) { "The Threes" } else { "100 % Others" }),
        genre: None,
        audio_seconds: 3.5,
        result: Ok(Stored {
            facts: "{\"style\":true}",
            fingerprint: Some(&to_bytes(&some_fingerprint(seed))),
        }),
    };
    library.store.put(&track).unwrap();
}

/// A library of 12 tracks, some in two segments and some in the database.
fn library(dir: &Path) -> Library {
    let mut library = Library::open_or_create(dir).unwrap();
    for (seeds, is_settled) in [(0..8, true), (8..10, true), (10..12, false)] {
        seeds.for_each(|seed| put(&library, seed));
        if is_settled {
            assert!(library.settle().unwrap().is_empty());
        }
    }
    library
}

/// The titles are the seeds.
fn seeds(references: &References) -> Vec<u8> {
    let entries = references.entries().unwrap();
    for entry in &entries {
        let seed = entry.title.parse().unwrap();
        assert!(Some(entry.fingerprint) == from_record(seed));
        assert_eq!(references.name(entry.id).as_ref(), Some(&entry.title));
    }
    assert_eq!(references.len(), entries.len());
    entries.iter().map(|entry| entry.title.parse().unwrap()).collect()
}

fn from_record(seed: u8) -> Option<Fingerprint> {
    crate::fingerprint_record::from_bytes(&to_bytes(&some_fingerprint(seed)))
}

#[test]
fn references_are_in_order_wherever_they_lie() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path());
    let references = References::load(dir.path()).unwrap();
    assert_eq!(library.store.segments().unwrap().len(), 2);
    assert_eq!(seeds(&references), (0..12).collect::<Vec<_>>());
    let (id, none) = (references.entries().unwrap()[3].id, TrackId(77));
    assert_eq!(references.entry(id).unwrap().unwrap().title, "3");
    assert!(references.entry(none).unwrap().is_none() && references.name(none).is_none());
}

#[test]
fn the_nearest_are_those_of_an_exact_search() {
    let dir = tempfile::tempdir().unwrap();
    library(dir.path());
    let references = References::load(dir.path()).unwrap();
    let entries = references.entries().unwrap();
    let exact = PreparedReferences::new(entries.iter().map(|e| (e.id, &e.fingerprint)));
    let nonsense = Weights([f32::INFINITY, 3.0, f32::NAN, 1.0, -2.0, f32::MAX, 1e-44]);
    for weights in [Weights::default(), Weights([0.0, 3.0, 0.0, 1.0, 0.5, 0.0, 0.0]), nonsense] {
        for k in [0, 1, 5, 12, 50] {
            let here = some_fingerprint(5);
            let found = references.rank(&here, &weights, k).unwrap();
            assert_eq!(found, exact.rank(&here, &weights, k));
        }
    }
    let all = references.rank(&some_fingerprint(5), &Weights::default(), usize::MAX).unwrap();
    assert_eq!(all, exact.rank(&some_fingerprint(5), &Weights::default(), 12));
}

#[test]
fn a_filter_keeps_what_passes_all_of_it() {
    let dir = tempfile::tempdir().unwrap();
    library(dir.path());
    let references = References::load(dir.path()).unwrap();
    let check = |filter: Filter, expected: &[u8]| {
        let selection = references.select(&filter).unwrap();
        let found =
            references.rank_among(&selection, &some_fingerprint(1), &Weights::default(), 50);
        let mut seeds: Vec<u8> = found
            .unwrap()
            .iter()
            .map(|found| references.name(found.track).unwrap().parse().unwrap())
            .collect();
        seeds.sort_unstable();
        assert_eq!(seeds, expected, "{filter:?}");
    };
    let all: Vec<u8> = (0..12).collect();
    check(Filter::default(), &all);
    let tempo = |low, high| Filter { tempo: Some((Bpm(low), Bpm(high))), ..Filter::default() };
    check(tempo(92.5, 92.5), &all);
    check(tempo(92.6, 93.0), &[]);
    check(tempo(92.0, 92.4), &[]);
    // C, its neighbours and its relative; the key of a seed is its number.
    let key = some_fingerprint(0).key.unwrap().key;
    let fitting: Vec<u8> = (0..12)
        .filter(|&seed| advice::keys_go_together(key, some_fingerprint(seed).key.unwrap().key))
        .collect();
    assert!(fitting.contains(&0) && fitting.len() < 6);
    check(Filter { key: Some(key), ..Filter::default() }, &fitting);
    let folder = |name: &str| Filter { folder: Some(PathBuf::from(name)), ..Filter::default() };
    check(folder("/music/1"), &[1, 3, 5, 7, 9, 11]);
    check(folder("/music/"), &all);
    check(folder("/mus"), &[]);
    let tag = |word: &str| Filter { tag: Some(word.to_owned()), ..Filter::default() };
    check(tag("threes"), &[0, 3, 6, 9]);
    check(tag("100 %"), &[1, 2, 4, 5, 7, 8, 10, 11]);
    check(tag("1%"), &[]);
    check(Filter { folder: Some("/music/1".into()), ..tag("threes") }, &[3, 9]);
}

#[test]
fn what_is_replaced_or_removed_is_found_no_more_but_by_those_who_opened_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut library = library(dir.path());
    let before = References::load(dir.path()).unwrap();
    let removed = before.entries().unwrap().remove(2);
    assert!(library.store.remove_if_at(i64::from(removed.id.0), &removed.file).unwrap());
    put(&library, 4);
    let after = References::load(dir.path()).unwrap();
    assert_eq!(seeds(&after), [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    let here = some_fingerprint(4);
    assert_eq!(after.rank(&here, &Weights::default(), 20).unwrap().len(), 11);
    library.settle().unwrap();
    assert_eq!(library.store.segments().unwrap().len(), 1, "all of them are small");
    assert_eq!(seeds(&References::load(dir.path()).unwrap()), seeds(&after));
    // Its files are gone by now, and still there for whoever has opened them.
    assert_eq!(before.rank(&here, &Weights::default(), 20).unwrap().len(), 12);
}

#[test]
fn missing_sketches_are_made_in_memory_and_written_by_the_next_writer() {
    let dir = tempfile::tempdir().unwrap();
    let mut library = library(dir.path());
    let before = seeds(&References::load(dir.path()).unwrap());
    for segment in library.store.segments().unwrap() {
        std::fs::remove_file(crate::sketches::path_of(dir.path(), segment.id)).unwrap();
    }
    assert_eq!(seeds(&References::load(dir.path()).unwrap()), before);
    library.settle().unwrap();
    for segment in library.store.segments().unwrap() {
        assert!(crate::sketches::path_of(dir.path(), segment.id).exists());
    }
    assert_eq!(seeds(&References::load(dir.path()).unwrap()), before);
}

#[test]
fn a_damaged_record_is_passed_over_and_named_to_whoever_asks_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path());
    let segment = library.store.segments().unwrap()[0].id;
    let path = crate::segments::path_of(dir.path(), segment);
    let mut bytes = std::fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let references = References::load(dir.path()).unwrap();
    let found = references.rank(&some_fingerprint(7), &Weights::default(), 12).unwrap();
    let damaged = TrackId(library.store.tracks_in(segment).unwrap().last().unwrap().0);
    assert!(found.len() == 11 && found.iter().all(|found| found.track != damaged));
    let error = references.entry(damaged).unwrap_err();
    assert!(matches!(error, LibraryError::Damaged { .. }), "{error}");
}

#[test]
fn what_is_no_fingerprint_is_left_out_and_given_up_by_the_next_writer() {
    let dir = tempfile::tempdir().unwrap();
    let mut library = library(dir.path());
    // As an older version might have written it: whole, without sketches, and unreadable.
    let segment = library.store.segments().unwrap()[0];
    let mut records: Vec<u8> = (0..8).flat_map(|seed| to_bytes(&some_fingerprint(seed))).collect();
    records[..crate::fingerprint_record::RECORD_LEN].fill(255);
    crate::segments::write(dir.path(), segment.id, &records).unwrap();
    std::fs::remove_file(crate::sketches::path_of(dir.path(), segment.id)).unwrap();
    let left: Vec<u8> = (1..12).collect();
    assert_eq!(seeds(&References::load(dir.path()).unwrap()), left);
    let lost = library.settle().unwrap();
    assert_eq!(lost.iter().map(|lost| lost.n_tracks).collect::<Vec<_>>(), [1]);
    assert_eq!(seeds(&References::load(dir.path()).unwrap()), left);
    let to_do = |library: &Library| {
        let known = library.store.known_tracks().unwrap();
        known.iter().filter(|track| !track.is_current).map(|track| track.id).collect::<Vec<_>>()
    };
    assert_eq!(to_do(&library), [1]);
    assert!(library.settle().unwrap().is_empty(), "it is given up once");
}

/// Makes a library what format 1 made of it.
fn downgrade(dir: &Path) {
    let db = rusqlite::Connection::open(dir.join("meta.sqlite")).unwrap();
    db.execute_batch(
        "DROP TRIGGER track_changed; DROP TRIGGER track_removed; DROP TABLE removed;
         DROP INDEX track_loose; ALTER TABLE track DROP COLUMN genre; PRAGMA user_version = 1;
         UPDATE track SET segment = 1, segment_row = 0 WHERE id = 5;",
    )
    .unwrap();
    for entry in std::fs::read_dir(dir).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "sketch") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let manifest = dir.join("manifest.json");
    let text =
        std::fs::read_to_string(&manifest).unwrap().replace("\"format\": 2", "\"format\": 1");
    std::fs::write(manifest, text).unwrap();
}

#[test]
fn a_library_of_format_1_is_read_as_it_is_and_brought_up_to_date_by_the_next_writer() {
    let dir = tempfile::tempdir().unwrap();
    library(dir.path());
    let expected = |references: &References| {
        let entries = references.entries().unwrap();
        // Track 5 is a copy of track 1, which was one record then.
        assert!(entries[4].fingerprint == entries[0].fingerprint);
        entries.iter().map(|entry| (entry.id, entry.file.clone())).collect::<Vec<_>>()
    };
    downgrade(dir.path());
    let old = References::load(dir.path()).unwrap();
    let before = expected(&old);
    let here = some_fingerprint(7);
    let found = old.rank(&here, &Weights::default(), 12).unwrap();
    assert_eq!((before.len(), found.len()), (12, 12));
    let tag = Filter { tag: Some("threes".to_owned()), ..Filter::default() };
    let selection = old.select(&tag).unwrap();
    assert_eq!(old.rank_among(&selection, &here, &Weights::default(), 12).unwrap().len(), 4);

    let mut writer = Library::open(dir.path()).unwrap();
    for is_settled in [false, true] {
        if is_settled {
            writer.settle().unwrap();
        }
        let new = References::load(dir.path()).unwrap();
        assert_eq!(expected(&new), before);
        assert_eq!(new.rank(&here, &Weights::default(), 12).unwrap(), found);
    }
    let manifest = std::fs::read_to_string(dir.path().join("manifest.json")).unwrap();
    assert!(manifest.contains("\"format\": 2"), "{manifest}");
}

#[test]
fn a_pin_finds_its_reference_again_by_content_or_place_and_says_when_it_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path());
    let put_file = |path: &str, content: u8, title: &str| {
        let record = to_bytes(&some_fingerprint(content));
        let track = NewTrack {
            path,
            stamp: Stamp { size: 4, modified_ns: 9 },
            content: Some([content; 32]),
            title: Some(title),
            artist: None,
            genre: None,
            audio_seconds: 3.5,
            result: Ok(Stored { facts: "{\"style\":true}", fingerprint: Some(&record) }),
        };
        library.store.put(&track).unwrap();
    };
    put_file("/music/a/Neon Coast.flac", 77, "Neon Coast");
    let references = References::load(dir.path()).unwrap();
    let target = named(&references, "neon coast").unwrap();
    let pin = references.pin(target).unwrap().unwrap();
    assert_eq!(pin.name(), "Neon Coast");
    assert_eq!(references.pinned(&pin).unwrap(), Some(target));
    let json = serde_json::to_string(&pin).unwrap();
    assert_eq!(serde_json::from_str::<Pin>(&json).unwrap(), pin);

    // Moved, and something else in its place: the content counts.
    let other = Library::open_or_create(&dir.path().join("other")).unwrap();
    drop(other);
    put_file("/music/a/Neon Coast.flac", 78, "Somebody else");
    put_file("/music/b/moved.flac", 77, "Neon Coast");
    let references = References::load(dir.path()).unwrap();
    let moved = named(&references, "moved.flac").unwrap();
    assert_eq!(references.pinned(&pin).unwrap(), Some(moved));
    // Written anew where it was: the place counts.
    put_file("/music/b/moved.flac", 79, "Neon Coast");
    let references = References::load(dir.path()).unwrap();
    let there = named(&references, "Somebody else").unwrap();
    assert_eq!(references.pinned(&pin).unwrap(), Some(there));
    // Gone from there as well.
    let elsewhere = References::load(&dir.path().join("other")).unwrap();
    assert_eq!(elsewhere.pinned(&pin).unwrap(), None);
    assert_eq!(elsewhere.pin(target).unwrap(), None);
    for damaged in ["", "zz", "77"] {
        let Pin::Reference { file, title, .. } = pin.clone() else { panic!("no reference") };
        let pin = Pin::Reference { content: damaged.to_owned(), file, title };
        assert_eq!(elsewhere.pinned(&pin).unwrap(), None);
    }
}

/// What is meant by a name.
fn named(references: &References, name: &str) -> Result<Target, LibraryError> {
    references.target_named(name, references.scenes())
}

#[test]
fn targets_go_by_their_names_and_an_exact_name_comes_before_a_part() {
    let dir = tempfile::tempdir().unwrap();
    drop(library(dir.path()));
    let references = References::load(dir.path()).unwrap();
    let scene = references.scenes().find("night drive").map(Target::Scene).unwrap();
    for name in ["night drive", "Night Drive", "夜间驾驶", " night DRIVE "] {
        assert_eq!(named(&references, name).unwrap(), scene, "{name}");
    }
    // The titles are the numbers of the files: 1 is called just so, 10 and 11 only begin with it.
    let one = named(&references, "1").unwrap();
    assert_eq!(named(&references, "1.WAV").unwrap(), one);
    assert_eq!(named(&references, "music/1/11").unwrap(), named(&references, "11").unwrap());
    let pin = references.pin(scene).unwrap().unwrap();
    assert_eq!(references.pinned(&pin).unwrap(), Some(scene));
    assert_eq!(pin.scene(SceneProfiles::shipped()), Some(scene));
}

#[test]
fn a_name_that_none_or_several_have_is_refused_with_what_to_say_instead() {
    let dir = tempfile::tempdir().unwrap();
    drop(library(dir.path()));
    let references = References::load(dir.path()).unwrap();
    for nothing in ["", "  ", "100 %", "_"] {
        let said = named(&references, nothing).unwrap_err();
        assert!(said.is_about_a_name());
        let said = said.to_string();
        assert!(said.starts_with(&format!("'{nothing}' is neither a scene nor")), "{said}");
    }
    let said = named(&references, ".wav").unwrap_err();
    assert!(said.is_about_a_name());
    let expected = "'.wav' may be '0', '1', '10', '11', '2' and more; expected one whole title, file \
                    name or path";
    assert_eq!(said.to_string(), expected);
}

#[test]
fn copies_are_one_target_and_what_is_called_alike_is_told_with_its_folder() {
    let dir = tempfile::tempdir().unwrap();
    let library = Library::open_or_create(dir.path()).unwrap();
    let record = to_bytes(&some_fingerprint(1));
    let put_file = |path: &str, content: u8| {
        let track = NewTrack {
            path,
            stamp: Stamp { size: 4, modified_ns: 9 },
            content: Some([content; 32]),
            title: Some("Neon Coast"),
            artist: None,
            genre: None,
            audio_seconds: 3.5,
            result: Ok(Stored { facts: "{}", fingerprint: Some(&record) }),
        };
        library.store.put(&track).unwrap();
        References::load(dir.path()).unwrap()
    };
    put_file("/a/1.wav", 1);
    let references = put_file("/b/1.wav", 1);
    assert_eq!(named(&references, "neon coast").unwrap(), Target::Reference(TrackId(1)));
    let references = put_file("/c/2.wav", 2);
    let said = named(&references, "Neon Coast").unwrap_err().to_string();
    assert!(said.contains("'Neon Coast' in /a, 'Neon Coast' in /c; expected"), "{said}");
    assert_eq!(named(&references, "/c/2.wav").unwrap(), Target::Reference(TrackId(3)));
}

/// A library with a track at each path, of the title beside it.
fn library_of(dir: &Path, names: &[(String, Option<&str>)]) {
    let mut library = Library::open_or_create(dir).unwrap();
    let record = to_bytes(&some_fingerprint(1));
    for (path, title) in names {
        let track = NewTrack {
            path,
            stamp: Stamp { size: 4, modified_ns: 9 },
            content: None,
            title: *title,
            artist: None,
            genre: None,
            audio_seconds: 3.5,
            result: Ok(Stored { facts: "{}", fingerprint: Some(&record) }),
        };
        library.store.put(&track).unwrap();
    }
    assert!(library.settle().unwrap().is_empty());
}

fn titles(references: &References, name: &str, n: usize) -> Vec<String> {
    let found = references.named(name, n, &|| true).unwrap().unwrap();
    found.into_iter().map(|it| it.title).collect()
}

#[test]
fn a_title_that_a_thousand_paths_contain_is_found_first_and_what_begins_with_it_next() {
    let dir = tempfile::tempdir().unwrap();
    let mut names: Vec<(String, Option<&str>)> =
        (0..1_000).map(|n| (format!("/night/other {n}.wav"), None)).collect();
    names.push(("/x/a night in may.wav".to_owned(), None));
    names.push(("/x/nightfall.wav".to_owned(), Some("Nightfall")));
    names.push(("/x/01.wav".to_owned(), Some("Night Bus")));
    names.push(("/x/02.wav".to_owned(), Some("Night")));
    library_of(dir.path(), &names);
    let references = References::load(dir.path()).unwrap();
    let expected = ["Night", "Night Bus", "Nightfall", "a night in may", "other 0"];
    assert_eq!(titles(&references, "NIGHT", 5), expected);
    assert_eq!(titles(&references, "night", 1), ["Night"]);
    assert_eq!(titles(&references, "night", 2_000).len(), 1_004);
    assert_eq!(named(&references, "night").unwrap(), Target::Reference(TrackId(1_004)));
}

#[test]
fn a_search_that_nobody_waits_for_opens_nothing_and_breaks_off_between_titles_and_paths() {
    let dir = tempfile::tempdir().unwrap();
    library_of(dir.path(), &[("/x/02.wav".to_owned(), Some("Night"))]);
    let references = References::load(dir.path()).unwrap();
    for n_yes in 0..4 {
        let n_asked = std::cell::Cell::new(0);
        let is_wanted = || n_asked.replace(n_asked.get() + 1) < n_yes;
        assert_eq!(references.named("night", 5, &is_wanted).unwrap(), None);
        assert_eq!(n_asked.get(), n_yes + 1);
    }
    std::fs::remove_file(dir.path().join("meta.sqlite")).unwrap();
    assert_eq!(references.named("night", 5, &|| false).unwrap(), None);
}

#[test]
fn blanks_around_a_title_make_no_difference_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let names =
        [("/x/1.wav".to_owned(), Some(" Night ")), ("/x/2.wav".to_owned(), Some("Night Bus"))];
    library_of(dir.path(), &names);
    let references = References::load(dir.path()).unwrap();
    assert_eq!(named(&references, "night").unwrap(), Target::Reference(TrackId(1)));
}

#[test]
fn capitals_and_composition_of_any_script_make_no_difference_to_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let names = [
        ("/m/E\u{301}te\u{301} a\u{300} Paris.wav", None),
        ("/m/1.wav", Some("ПОЛЁТ")),
        ("/m/夜に駆ける.wav", None),
        ("/m/愛／Love.wav", None),
        ("/m/\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}.wav", None),
        ("/Über/2.wav", None),
    ];
    let names: Vec<_> = names.map(|(path, title)| (path.to_owned(), title)).into();
    library_of(dir.path(), &names);
    let references = References::load(dir.path()).unwrap();
    for (asked, n) in [
        ("ÉTÉ À PARIS", 1),
        ("été", 1),
        ("полёт", 2),
        ("夜に駆ける", 3),
        ("愛／LOVE", 4),
        ("한국", 5),
        ("ÜBER", 6),
    ] {
        let found = named(&references, asked).unwrap();
        assert_eq!(found, Target::Reference(TrackId(n)), "{asked}");
    }
}

#[test]
fn a_library_without_an_index_of_titles_is_searched_too() {
    let dir = tempfile::tempdir().unwrap();
    library_of(dir.path(), &[("/m/1.wav".to_owned(), Some("Neon Coast"))]);
    let db = rusqlite::Connection::open(dir.path().join("meta.sqlite")).unwrap();
    db.execute_batch("DROP INDEX track_by_title").unwrap();
    drop(db);
    let references = References::load(dir.path()).unwrap();
    assert_eq!(titles(&references, "neon", 5), ["Neon Coast"]);
    // Who puts tracks in makes it again; a small change does not wait for that.
    let n_indexes = || -> u32 {
        let db = rusqlite::Connection::open(dir.path().join("meta.sqlite")).unwrap();
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'track_by_title'";
        db.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    drop(Library::open(dir.path()).unwrap());
    assert_eq!(n_indexes(), 0);
    drop(Library::open_or_create(dir.path()).unwrap());
    assert_eq!(n_indexes(), 1);
}
