//! References by the thousand, or the million:
//! `JAMBOREE_N_REFERENCES=1000000 cargo test -p library scale -- --nocapture`.

use std::time::{Duration, Instant};

use advice::{PreparedReferences, SKETCH_LEN, Weights, Whitening};
use analysis::{
    Key, KeyEstimate, LoudnessFacts, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM, N_TIMBRE, N_TONAL,
    N_WIDTH, TempoEstimate,
};

use super::*;
use crate::fingerprint_record::to_bytes;
use crate::library::Library;
use crate::store::{NewTrack, Stamp, Stored};

const N_RAW: usize = N_TIMBRE + N_BALANCE + N_WIDTH + N_RHYTHM + N_FEEL + N_TONAL + N_DYNAMICS;
/// Dimensions in which made-up music differs, but for noise.
const N_LATENT: usize = 24;

/// Makes up music spread as the population is that the whitening was measured on.
struct Composer {
    mean: Vec<f32>,
    deviation: Vec<f32>,
    mixing: Vec<[f32; N_LATENT]>,
}

struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f32 {
        // xorshift64*, S. Vigna, ACM TOMS 42(4), 2016.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Nearly normal, of variance 1.
    fn normal(&mut self) -> f32 {
        (0..4).map(|_| self.uniform() - 0.5).sum::<f32>() * 3.0f32.sqrt()
    }
}

impl Composer {
    fn new() -> Self {
        let json: serde_json::Value = serde_json::from_str(Whitening::shipped_json()).unwrap();
        let all = |field: &str| -> Vec<f32> {
            let blocks = json["blocks"].as_array().unwrap().iter();
            blocks
                .flat_map(|block| block[field].as_array().unwrap())
                .map(|value| value.as_f64().unwrap() as f32)
                .collect()
        };
        let mut dice = Dice(77);
        let mixing = (0..N_RAW).map(|_| std::array::from_fn(|_| dice.normal())).collect();
        Self { mean: all("mean"), deviation: all("deviation"), mixing }
    }

    fn compose(&self, seed: u64) -> Fingerprint {
        let mut dice = Dice(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let latent: [f32; N_LATENT] = std::array::from_fn(|_| dice.normal());
        let raw: Vec<f32> = (0..N_RAW)
            .map(|idx| {
                let mixed: f32 = self.mixing[idx].iter().zip(latent).map(|(a, b)| a * b).sum();
                let standard = mixed / (N_LATENT as f32).sqrt() + 0.3 * dice.normal();
                self.mean[idx] + self.deviation[idx] * standard
            })
            .collect();
        // The blocks stand in the order of the whitening: timbre, balance, width, rhythm, feel,
        // colour, dynamics.
        let mut rest = raw.as_slice();
        let mut block = |len| {
            let (block, others) = rest.split_at(len);
            rest = others;
            block
        };
        Fingerprint {
            timbre: block(N_TIMBRE).try_into().unwrap(),
            balance: block(N_BALANCE).try_into().unwrap(),
            width: block(N_WIDTH).try_into().unwrap(),
            rhythm: block(N_RHYTHM).try_into().unwrap(),
            feel: block(N_FEEL).try_into().unwrap(),
            tonal: block(N_TONAL).try_into().unwrap(),
            dynamics: block(N_DYNAMICS).try_into().unwrap(),
            style: None,
            tempo: (!seed.is_multiple_of(50)).then(|| TempoEstimate {
                bpm: Bpm(60.0 + 120.0 * dice.uniform()),
                confidence: dice.uniform(),
                ..TempoEstimate::default()
            }),
            key: (!seed.is_multiple_of(40)).then(|| KeyEstimate {
                key: Key::from_index((24.0 * dice.uniform()) as usize),
                confidence: dice.uniform(),
                ..KeyEstimate::default()
            }),
            loudness: LoudnessFacts::default(),
            seconds: 60.0,
        }
    }
}

fn put(library: &Library, seed: u64, fingerprint: &Fingerprint) {
    let track = NewTrack {
        path: &format!("/music/artist {}/piece {seed}.flac", seed / 10),
        stamp: Stamp { size: 4, modified_ns: 9 },
        content: Some(*blake3::hash(&seed.to_le_bytes()).as_bytes()),
        title: Some(&format!("Piece {seed}")),
        artist: None,
        genre: None,
        audio_seconds: 200.0,
        result: Ok(Stored {
            facts: "{\"learned\":true}",
            fingerprint: Some(&to_bytes(fingerprint)),
        }),
    };
    library.store.put(&track).unwrap();
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// Milliseconds for the same bytes that a search reads, read and nothing else.
fn plain_read(references: &References) -> f64 {
    let read = |part: &Part| {
        let values = part.sketches.values().as_flattened().as_chunks::<64>().0;
        values.iter().fold([0u8; 64], |mut sum, chunk| {
            sum.iter_mut().zip(chunk).for_each(|(sum, byte)| *sum ^= byte);
            sum
        })
    };
    let once = || {
        let start = Instant::now();
        references.parts.iter().for_each(|part| {
            std::hint::black_box(read(part));
        });
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
    let composer = Composer::new();
    let start = Instant::now();
    let mut library = Library::open_or_create(dir.path()).unwrap();
    let mut exact = Vec::new();
    for from in (0..n).step_by(65_536) {
        library.store.begin_reading().unwrap();
        for seed in from..n.min(from + 65_536) {
            let fingerprint = composer.compose(seed);
            put(&library, seed, &fingerprint);
            exact.push((TrackId(seed as u32 + 1), fingerprint));
        }
        library.store.end_reading().unwrap();
        library.settle().unwrap();
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
        let here = composer.compose(if query % 2 == 0 { n + query } else { query });
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
    let here = composer.compose(n + 5);
    let narrow = references.rank_among(&selection, &here, &Weights::default(), 10).unwrap();
    assert!(narrow.iter().all(|one| {
        let bpm = references.entry(one.track).unwrap().unwrap().bpm.unwrap();
        (100.0..=120.0).contains(&bpm.0)
    }));
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
    let composer = Composer::new();
    let mut library = Library::open_or_create(dir.path()).unwrap();
    put(&library, 0, &composer.compose(0));
    library.settle().unwrap();
    let is_done = std::sync::atomic::AtomicBool::new(false);
    let read = || {
        let (mut n_before, mut n_loads) = (0, 0);
        while !is_done.load(std::sync::atomic::Ordering::Relaxed) {
            let references = References::load(dir.path()).unwrap();
            assert!(references.len() >= n_before, "references are lost");
            n_before = references.len();
            n_loads += 1;
            // What was put last is the last of them, and is found exactly.
            let last = composer.compose(n_before as u64 - 1);
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
            put(&library, seed, &composer.compose(seed));
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
