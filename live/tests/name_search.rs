//! Laws of finding references by name while somebody types.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use library::{Library, MadeUpMusic, References};
use live::NameSearch;

/// A library of pieces "Piece 0", "Piece 1" ….
fn library(dir: &std::path::Path, n: u64) -> Arc<References> {
    let mut library = Library::open_or_create(dir).unwrap();
    library.add_made_up(&MadeUpMusic::new(), 0..n).unwrap();
    drop(library);
    Arc::new(References::load(dir).unwrap())
}

fn search() -> (NameSearch, Receiver<()>) {
    let (woken, wakes) = channel();
    (
        NameSearch::new(Arc::new(move || {
            let _ = woken.send(());
        })),
        wakes,
    )
}

fn wait(search: &mut NameSearch, wakes: &Receiver<()>, library: &Arc<References>) {
    while search.is_searching() {
        wakes.recv_timeout(Duration::from_secs(30)).unwrap();
        search.poll(Some(library));
    }
}

fn titles(search: &NameSearch) -> Vec<&str> {
    search.found().iter().map(|it| it.title.as_str()).collect()
}

#[test]
fn what_is_typed_last_is_what_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path(), 200);
    let (mut search, wakes) = search();
    for typed in ["p", "pi", "piece 1", "PIECE 12"] {
        search.ask(&library, typed.to_owned());
    }
    assert_eq!((search.asked(), search.is_searching()), ("PIECE 12", true));
    wait(&mut search, &wakes, &library);
    let mut expected = vec!["Piece 12".to_owned()];
    expected.extend((120..130).map(|n| format!("Piece {n}")));
    assert_eq!(titles(&search), expected);
    assert!(!search.has_more() && search.problem().is_none());
    // Until there is a new answer the old one stands.
    search.ask(&library, "piece".to_owned());
    assert_eq!(titles(&search), expected);
    wait(&mut search, &wakes, &library);
    assert_eq!((search.found().len(), search.has_more()), (30, true));
    search.ask(&library, " ".to_owned());
    assert_eq!((search.found(), search.is_searching()), (&[][..], false));
}

#[test]
fn what_another_library_was_asked_for_is_forgotten() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, other] = dirs.each_ref().map(|dir| library(dir.path(), 3));
    let (mut search, wakes) = search();
    for now in [Some(&other), None] {
        search.ask(&one, "piece".to_owned());
        wait(&mut search, &wakes, &one);
        assert_eq!(search.found().len(), 3);
        search.poll(now);
        assert_eq!((search.asked(), search.found()), ("", &[][..]));
    }
    // Also where the other one is asked before anybody polls.
    search.ask(&one, "piece".to_owned());
    wait(&mut search, &wakes, &one);
    search.ask(&other, "piece 1".to_owned());
    assert_eq!((search.asked(), search.found()), ("piece 1", &[][..]));
    wait(&mut search, &wakes, &other);
    // Nor does an answer that is late bring it back.
    search.ask(&one, "piece".to_owned());
    search.poll(Some(&other));
    let _ = wakes.recv_timeout(Duration::from_millis(200));
    search.poll(Some(&other));
    assert_eq!((search.asked(), search.found()), ("", &[][..]));
}

#[test]
fn a_library_that_can_not_be_read_any_more_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path(), 3);
    std::fs::remove_file(dir.path().join("meta.sqlite")).unwrap();
    let (mut search, wakes) = search();
    search.ask(&library, "piece".to_owned());
    wait(&mut search, &wakes, &library);
    assert!(search.problem().is_some_and(|words| words.contains("meta.sqlite")));
}
