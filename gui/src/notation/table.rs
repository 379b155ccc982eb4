//! Every key in every notation and code, written out by hand, to hold the code against.

use analysis::{Chord, Key, Mode, PitchClass};

use super::{KeyCode, ModeName, Notation, Speller};
use crate::i18n::Language;

/// Key, English, German, solfège, numbered, Camelot, Open Key.
const KEYS: [[&str; 7]; 24] = [
    ["C major", "C major", "C-Dur", "Do major", "1=C major", "8B", "1d"],
    ["Db major", "D♭ major", "Des-Dur", "Re♭ major", "1=♭D major", "3B", "8d"],
    ["D major", "D major", "D-Dur", "Re major", "1=D major", "10B", "3d"],
    ["Eb major", "E♭ major", "Es-Dur", "Mi♭ major", "1=♭E major", "5B", "10d"],
    ["E major", "E major", "E-Dur", "Mi major", "1=E major", "12B", "5d"],
    ["F major", "F major", "F-Dur", "Fa major", "1=F major", "7B", "12d"],
    ["F# major", "F♯ major", "Fis-Dur", "Fa♯ major", "1=♯F major", "2B", "7d"],
    ["G major", "G major", "G-Dur", "Sol major", "1=G major", "9B", "2d"],
    ["Ab major", "A♭ major", "As-Dur", "La♭ major", "1=♭A major", "4B", "9d"],
    ["A major", "A major", "A-Dur", "La major", "1=A major", "11B", "4d"],
    ["Bb major", "B♭ major", "B-Dur", "Si♭ major", "1=♭B major", "6B", "11d"],
    ["B major", "B major", "H-Dur", "Si major", "1=B major", "1B", "6d"],
    ["C minor", "C minor", "c-Moll", "Do minor", "6=C minor", "5A", "10m"],
    ["C# minor", "C♯ minor", "cis-Moll", "Do♯ minor", "6=♯C minor", "12A", "5m"],
    ["D minor", "D minor", "d-Moll", "Re minor", "6=D minor", "7A", "12m"],
    ["D# minor", "D♯ minor", "dis-Moll", "Re♯ minor", "6=♯D minor", "2A", "7m"],
    ["E minor", "E minor", "e-Moll", "Mi minor", "6=E minor", "9A", "2m"],
    ["F minor", "F minor", "f-Moll", "Fa minor", "6=F minor", "4A", "9m"],
    ["F# minor", "F♯ minor", "fis-Moll", "Fa♯ minor", "6=♯F minor", "11A", "4m"],
    ["G minor", "G minor", "g-Moll", "Sol minor", "6=G minor", "6A", "11m"],
    ["G# minor", "G♯ minor", "gis-Moll", "Sol♯ minor", "6=♯G minor", "1A", "6m"],
    ["A minor", "A minor", "a-Moll", "La minor", "6=A minor", "8A", "1m"],
    ["Bb minor", "B♭ minor", "b-Moll", "Si♭ minor", "6=♭B minor", "3A", "8m"],
    ["B minor", "B minor", "h-Moll", "Si minor", "6=B minor", "10A", "3m"],
];

fn key_name(notation: Notation, key: Key) -> String {
    let name = notation.key(key);
    let mode = match name.mode {
        ModeName::Word(mode) => format!(" {}", mode.name()),
        ModeName::Ending(ending) => ending.to_owned(),
    };
    format!("{}{}{mode}", name.lead, name.tonic)
}

#[test]
fn every_key_is_written_as_in_the_table() {
    for (row, key) in KEYS.into_iter().zip(Key::all()) {
        let [label, names @ .., camelot, open_key] = row;
        assert_eq!(Key::parse(label), Some(key));
        assert_eq!(names.map(str::to_owned), Notation::ALL.map(|it| key_name(it, key)));
        assert_eq!([camelot, open_key].map(str::to_owned), KeyCode::ALL.map(|it| it.of(key)));
    }
}

#[test]
fn every_note_is_written_as_in_the_table() {
    let table = [
        (Notation::English, "C D♭ D E♭ E F G♭ G A♭ A B♭ B", "B♯ C♯ D D♯ E E♯ F♯ F♯♯ G♯ A A♯ B"),
        (
            Notation::German,
            "C Des D Es E F Ges G As A B H",
            "His Cis D Dis E Eis Fis Fisis Gis A Ais H",
        ),
        (
            Notation::Solfege,
            "Do Re♭ Re Mi♭ Mi Fa Sol♭ Sol La♭ La Si♭ Si",
            "Si♯ Do♯ Re Re♯ Mi Mi♯ Fa♯ Fa♯♯ Sol♯ La La♯ Si",
        ),
        (Notation::Numbered, "C D♭ D E♭ E F G♭ G A♭ A B♭ B", "B♯ C♯ D D♯ E E♯ F♯ F♯♯ G♯ A A♯ B"),
    ];
    for (notation, flats, sharps) in table {
        for (key, names) in [("F minor", flats), ("G# minor", sharps)] {
            let speller = Speller::of_key(Key::parse(key).unwrap());
            let notes = PitchClass::all().map(|note| notation.note(speller.note(note)));
            assert_eq!(notes.collect::<Vec<String>>().join(" "), names);
        }
    }
}

#[test]
fn german_flats_drop_their_vowel() {
    for (label, key, notes) in [
        ("Ab:min", "Eb major", "As Ces Es"),
        ("Eb:min7", "Eb major", "Es Ges B Des"),
        ("Gb:min", "Db major", "Ges Heses Des"),
        ("Ab:hdim7", "Db major", "As Ces Eses Ges"),
    ] {
        let chord = Chord::parse(label).unwrap().unwrap();
        let speller = Speller::of_key(Key::parse(key).unwrap());
        assert_eq!(Notation::German.chord(chord, speller).notes.join(" "), notes);
    }
}

#[test]
fn chords_are_a_root_with_the_usual_ending() {
    let chord = Chord::parse("Bb:hdim7").unwrap().unwrap();
    let symbols = Notation::ALL.map(|it| it.chord(chord, Speller::default()).symbol());
    assert_eq!(symbols, ["B♭m7♭5", "Bm7♭5", "Si♭m7♭5", "B♭m7♭5"]);
    let b = Chord::parse("B:min").unwrap().unwrap();
    let symbols = Notation::ALL.map(|it| it.chord(b, Speller::default()).symbol());
    assert_eq!(symbols, ["Bm", "Hm", "Sim", "Bm"]);
}

#[test]
fn tags_are_read_back_and_unknown_ones_are_not() {
    for notation in Notation::ALL {
        assert_eq!(Notation::from_tag(notation.tag()), Some(notation));
    }
    for code in KeyCode::ALL {
        assert_eq!(KeyCode::from_tag(code.tag()), Some(code));
    }
    assert_eq!(Notation::from_tag("tonic"), None);
    assert_eq!(KeyCode::from_tag(""), None);
}

#[test]
fn a_language_brings_the_notation_its_readers_are_used_to() {
    assert_eq!(Notation::of_language(Language::English), Notation::English);
    assert_eq!(Notation::of_language(Language::SimplifiedChinese), Notation::Numbered);
    let major = Notation::Numbered.key(Key::new(PitchClass::new(0), Mode::Major));
    assert_eq!(major.lead, "1=");
}
