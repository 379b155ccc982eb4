//! [`MadeUpMusic`]: references by the thousand or the million, to measure a search with.

use std::ops::Range;

use advice::Whitening;
use analysis::{
    Bpm, Fingerprint, Key, KeyEstimate, LoudnessFacts, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM,
    N_TIMBRE, N_TONAL, N_WIDTH, TempoEstimate,
};

use crate::error::LibraryError;
use crate::fingerprint_record::to_bytes;
use crate::library::Library;
use crate::store::{NewTrack, Stamp, Stored};

const N_RAW: usize = N_TIMBRE + N_BALANCE + N_WIDTH + N_RHYTHM + N_FEEL + N_TONAL + N_DYNAMICS;
/// Dimensions in which made-up music differs, but for noise.
const N_LATENT: usize = 24;

/// Music that nobody made, spread as the population is that the whitening was measured on.
#[derive(Clone, Debug)]
pub struct MadeUpMusic {
    mean: Vec<f32>,
    deviation: Vec<f32>,
    mixing: Vec<[f32; N_LATENT]>,
}

/// Numbers that look random.
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

impl MadeUpMusic {
    /// Reads the population. Allocates.
    pub fn new() -> Self {
        // A test holds that the shipped whitening can be read.
        let json: serde_json::Value =
            serde_json::from_str(Whitening::shipped_json()).unwrap_or_default();
        let all = |field: &str| -> Vec<f32> {
            let blocks = json["blocks"].as_array().into_iter().flatten();
            let values = blocks.filter_map(|block| block[field].as_array()).flatten();
            values.filter_map(|value| Some(value.as_f64()? as f32)).collect()
        };
        let mut dice = Dice(77);
        let mixing = (0..N_RAW).map(|_| std::array::from_fn(|_| dice.normal())).collect();
        Self { mean: all("mean"), deviation: all("deviation"), mixing }
    }

    /// The `seed`-th piece: always the same, all different. Also such a piece that is in no library.
    pub fn piece(&self, seed: u64) -> Fingerprint {
        let mut dice = Dice(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let latent: [f32; N_LATENT] = std::array::from_fn(|_| dice.normal());
        let raw: Vec<f32> = (0..N_RAW)
            .map(|idx| {
                let mixed: f32 = self.mixing[idx].iter().zip(latent).map(|(a, b)| a * b).sum();
                let standard = mixed / (N_LATENT as f32).sqrt() + 0.3 * dice.normal();
                let of = |values: &[f32]| values.get(idx).copied().unwrap_or_default();
                of(&self.mean) + of(&self.deviation) * standard
            })
            .collect();
        // The blocks stand in the order of the whitening: timbre, balance, width, rhythm, feel,
        // colour, dynamics.
        let mut rest = raw.into_iter();
        Fingerprint {
            timbre: next_block(&mut rest),
            balance: next_block(&mut rest),
            balance_spread: [3.0; N_BALANCE],
            width: next_block(&mut rest),
            rhythm: next_block(&mut rest),
            feel: next_block(&mut rest),
            tonal: next_block(&mut rest),
            dynamics: next_block(&mut rest),
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

/// The next values, as many as the block has.
fn next_block<const N: usize>(values: &mut impl Iterator<Item = f32>) -> [f32; N] {
    std::array::from_fn(|_| values.next().unwrap_or_default())
}

impl Default for MadeUpMusic {
    fn default() -> Self {
        Self::new()
    }
}

impl Library {
    /// Adds made-up pieces to an empty library: the piece of seed `n` has number `n + 1`.
    ///
    /// # Errors
    /// Where the library can't be written.
    pub fn add_made_up(
        &mut self,
        music: &MadeUpMusic,
        seeds: Range<u64>,
    ) -> Result<(), LibraryError> {
        self.store.begin_reading()?;
        for seed in seeds {
            self.put_made_up(music, seed)?;
        }
        self.store.end_reading()?;
        self.settle().map(|_| ())
    }

    pub(crate) fn put_made_up(&self, music: &MadeUpMusic, seed: u64) -> Result<(), LibraryError> {
        self.store.put(&NewTrack {
            path: &format!("/music/artist {}/piece {seed}.flac", seed / 10),
            stamp: Stamp { size: 4, modified_ns: 9 },
            content: Some(*blake3::hash(&seed.to_le_bytes()).as_bytes()),
            title: Some(&format!("Piece {seed}")),
            artist: None,
            genre: None,
            audio_seconds: 200.0,
            result: Ok(Stored { facts: "{}", fingerprint: Some(&to_bytes(&music.piece(seed))) }),
        })
    }
}
