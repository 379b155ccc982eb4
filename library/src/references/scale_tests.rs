//! References by the thousand, or the million:
//! `JAMBOREE_N_REFERENCES=1000000 cargo test -p library scale -- --nocapture`.

use std::time::{Duration, Instant};

use advice::{PreparedReferences, SKETCH_LEN, Weights};

use super::*;
use crate::library::Library;
use crate::made_up::MadeUpMusic;

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// Milliseconds for the same bytes that a search reads, read and nothing else.
fn plain_read(references: &References) -> f64 {
    let once = || {
        let start = Instant::now();
        std::hint::black_box(references.read_sketches());
        start.elapsed()
    };
    median((0..21).map(|_| once()).collect())
}

/// Megabytes of mapped sketches, where the system tells.
fn mapped_mb() -> Option<f64> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let bytes: u64 = maps
        .lines()
        .filter(|line| line.ends_with(".sketch"))
        .filter_map(|line| {
            let (from, to) = line.split(' ').next()?.split_once('-')?;
            Some(u64::from_str_radix(to, 16).ok()? - u64::from_str_radix(from, 16).ok()?)
        })
        .sum();
    Some(bytes as f64 / 1e6)
}

#[test]
fn a_search_at_scale_finds_what_comparing_all_of_them_finds() {
    let n = std::env::var("JAMBOREE_N_REFERENCES").ok().and_then(|n| n.parse().ok());
    let is_measured = n.is_some();
    let n: u64 = n.unwrap_or(6_000);
    let dir = tempfile::tempdir().unwrap();
    let music = MadeUpMusic::new();
    let start = Instant::now();
    let mut library = Library::open_or_create(dir.path()).unwrap();
    let mut exact = Vec::new();
    for from in (0..n).step_by(65_536) {
        let seeds = from..n.min(from + 65_536);
        library.add_made_up(&music, seeds.clone()).unwrap();
        exact.extend(seeds.map(|seed| (TrackId(seed as u32 + 1), music.piece(seed))));
    }
    let built = start.elapsed().as_secs_f64();
    let start = Instant::now();
    assert!(library.give_up_damaged().unwrap().is_empty());
    let checked = start.elapsed().as_secs_f64();
    drop(library);

    let opening = || {
        let start = Instant::now();
        let references = References::load(dir.path()).unwrap();
        (start.elapsed(), references)
    };
    let opened = median((0..5).map(|_| opening().0).collect());
    let references = opening().1;
    assert_eq!(references.len(), n as usize);

    let prepared = PreparedReferences::new(exact.iter().map(|(id, print)| (*id, print)));
    drop(exact);
    let weights = [
        Weights::default(),
        Weights([1.0, 4.0, 0.0, 0.5, 0.0, 1.0, 2.0]),
        Weights([0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0]),
    ];
    let mut times = Vec::new();
    for query in 0..45 {
        // Pieces that are in the library, and pieces that are not.
        let here = music.piece(if query % 2 == 0 { n + query } else { query });
        let weights = &weights[query as usize % weights.len()];
        let start = Instant::now();
        let found = references.rank(&here, weights, 10).unwrap();
        times.push(start.elapsed());
        assert_eq!(found, prepared.rank(&here, weights, 10));
        for one in &found {
            assert_eq!(one.parts.iter().sum::<f32>(), one.distance);
        }
    }
    let searched = median(times);
    let plain = plain_read(&references);
    let mapped = mapped_mb().unwrap_or_default();
    let filter = Filter { tempo: Some((Bpm(100.0), Bpm(120.0))), ..Filter::default() };
    let start = Instant::now();
    let selection = references.select(&filter).unwrap();
    let selected = start.elapsed().as_secs_f64() * 1e3;
    let here = music.piece(n + 5);
    let narrow = references.rank_among(&selection, &here, &Weights::default(), 10).unwrap();
    assert!(narrow.iter().all(|one| {
        let bpm = references.entry(one.track).unwrap().unwrap().bpm.unwrap();
        (100.0..=120.0).contains(&bpm.0)
    }));
    // CPU time of this thread: others build on this machine.
    let named = ["Piece 77", "nothing has this", "artist", "é"].map(|name| {
        let clock = crate::ThreadClock::start();
        references.named(name, 50, &|| true).unwrap();
        let spent = clock.seconds();
        // Someone who types waits for it.
        assert!(spent < 1.0, "{name}: {spent} s");
        format!("{name}: {:.0} ms", spent * 1e3)
    });
    println!("{n} references: by name, of one core: {}", named.join(", "));
    println!(
        "{n} references: built in {built:.1} s, checked in {checked:.2} s, opened in {opened:.1} ms, searched in \
         {searched:.2} ms ({:.2} times a plain read of {:.0} MB, {plain:.2} ms), \
         {mapped:.0} MB mapped, filtered by tempo in {selected:.1} ms",
        searched / plain,
        (n as usize * SKETCH_LEN) as f64 / 1e6,
    );
    if is_measured {
        assert!(mapped <= 300.0, "{mapped} MB");
    }
}

#[test]
fn ten_readers_see_a_whole_library_while_one_writer_appends() {
    const N: u64 = 1_500;
    let dir = tempfile::tempdir().unwrap();
    let music = MadeUpMusic::new();
    let mut library = Library::open_or_create(dir.path()).unwrap();
    library.add_made_up(&music, 0..1).unwrap();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let read = || {
        let (mut n_before, mut n_loads) = (0, 0);
        while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
            let references = References::load(dir.path()).unwrap();
            assert!(references.len() >= n_before, "references are lost");
            n_before = references.len();
            n_loads += 1;
            // What was put last is the last of them, and is found exactly.
            let last = music.piece(n_before as u64 - 1);
            let found = references.rank(&last, &Weights::default(), 1).unwrap();
            assert_eq!(found[0].track, TrackId(n_before as u32));
            assert!(found[0].distance < 1e-6, "{}", found[0].distance);
        }
        n_loads
    };
    std::thread::scope(|scope| {
        let reader = |idx| {
            std::thread::Builder::new().name(format!("reader-{idx}")).spawn_scoped(scope, read)
        };
        let readers: Vec<_> = (0..10).map(|idx| reader(idx).unwrap()).collect();
        for seed in 1..N {
            library.put_made_up(&music, seed).unwrap();
            if seed.is_multiple_of(50) {
                library.settle().unwrap();
            }
        }
        is_done.store(true, std::sync::atomic::Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().unwrap() > 1);
        }
    });
    assert_eq!(References::load(dir.path()).unwrap().len(), N as usize);
}
