//! The page about a library.

use std::fs;

use crate::music::{Place, piece_of, wav};

fn page(place: &Place) -> String {
    place.succeed(&["index", "--library", "lib", "--summary", "page.html"]);
    fs::read_to_string(place.path("page.html")).unwrap()
}

#[test]
fn a_library_of_none_one_and_a_few_tracks_has_a_page() {
    let place = Place::new();
    place.succeed(&["index", "music", "--library", "lib"]);
    assert!(page(&place).contains("A map needs three tracks"));
    place.add_piece("music/0.wav", 0);
    place.succeed(&["index", "music", "--library", "lib"]);
    let one = page(&place);
    assert!(
        one.contains("Two tracks or more are needed") && one.contains("Nothing is there twice")
    );
    (1..6).for_each(|idx| place.add_piece(&format!("music/{idx}.wav"), idx));
    place.succeed(&["index", "music", "--library", "lib"]);
    let page = page(&place);
    assert_eq!(page.matches("<circle").count(), 6);
    assert!(page.contains("Everything could be analysed"));
    for foreign in ["http:", "https:", "<script", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(foreign), "the page needs {foreign}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf\""));
}

#[test]
fn copies_beyond_those_shown_are_counted_as_copies() {
    let place = Place::new();
    for idx in 0..53 {
        // Three lengths of 24 pieces, as no two are to be alike.
        let piece = piece_of(idx % 24, [6.0, 4.5, 3.0][idx / 24]);
        place.add_file(&format!("music/{idx}.wav"), &piece);
        place.add_file(&format!("music/{idx} again.wav"), &piece);
    }
    place.succeed(&["index", "music", "--library", "lib"]);
    let page = page(&place);
    assert_eq!(page.matches("the same file").count(), 50);
    assert!(page.contains("53 copies of files") && !page.contains("the same sound"), "{page}");
    assert!(page.contains("and 3 more"), "{page}");
}

#[test]
fn copies_and_recordings_that_are_there_twice_are_named() {
    let place = Place::with_pieces(4);
    fs::copy(place.path("music/001.wav"), place.path("music/1 & <copy>.wav")).unwrap();
    // The same sound in another file: a little softer, and with a sample more.
    let bytes = fs::read(place.path("music/002.wav")).unwrap();
    let (samples, _) = bytes[44..].as_chunks::<2>();
    let mut softer: Vec<f32> =
        samples.iter().map(|it| 0.7 * f32::from(i16::from_le_bytes(*it)) / 32_767.0).collect();
    softer.push(0.0);
    place.add_file("music/softer.wav", &wav(&softer));
    place.add_file("music/<b>bad.wav", b"no sound");
    let said =
        String::from_utf8(place.run(&["index", "music", "--library", "lib"]).stdout).unwrap();
    assert!(said.contains("6 references") && said.contains("one of them a copy"), "{said}");
    let page = page(&place);
    assert!(page.contains("the same file") && page.contains("1 &amp; &lt;copy&gt;"), "{page}");
    assert!(page.contains("one recording") && page.contains("softer"), "{page}");
    assert!(page.contains("&lt;b&gt;bad.wav") && !page.contains("<b>bad"));
}
