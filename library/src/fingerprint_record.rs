//! A [`Fingerprint`] as bytes: fixed length, little endian, every value at its place.
//!
//! `[timbre | balance | spread | width | rhythm | feel | tonal | dynamics | seconds]` as f32, then
//! style, tempo, key and loudness with a presence byte each. A change of this layout is a new
//! [`FEATURE_VERSION`](crate::FEATURE_VERSION).

use analysis::{
    Bpm, Fingerprint, History, Key, KeyCandidate, KeyEstimate, LoudnessFacts, Lufs, N_BALANCE,
    N_DYNAMICS, N_FEEL, N_RHYTHM, N_STYLE, N_TIMBRE, N_TONAL, N_WIDTH, Stability, TempoCandidate,
    TempoEstimate, TempoRelation,
};

const N_TEMPO_ALTERNATIVES: usize = 4;
const N_KEY_ALTERNATIVES: usize = 3;
/// Balance and its spread have as many values.
const N_VALUES: usize =
    N_TIMBRE + 2 * N_BALANCE + N_WIDTH + N_RHYTHM + N_FEEL + N_TONAL + N_DYNAMICS;
const STYLE_LEN: usize = 1 + N_STYLE * 4;
const TEMPO_LEN: usize = 1 + 4 + 4 + 1 + 1 + N_TEMPO_ALTERNATIVES * (4 + 1 + 4);
const KEY_LEN: usize = 1 + 1 + 4 + 1 + N_KEY_ALTERNATIVES * (1 + 4);
const LOUDNESS_LEN: usize = 5 * (1 + 4);

/// Bytes of a record.
pub(crate) const RECORD_LEN: usize =
    (N_VALUES + 1) * 4 + STYLE_LEN + TEMPO_LEN + KEY_LEN + LOUDNESS_LEN;

/// The record of a fingerprint; values that are no numbers become 0.
pub(crate) fn to_bytes(fingerprint: &Fingerprint) -> Vec<u8> {
    let Fingerprint {
        timbre,
        balance,
        balance_spread,
        width,
        rhythm,
        feel,
        tonal,
        dynamics,
        style,
        tempo,
        key,
        loudness,
        seconds,
    } = fingerprint;
    let mut out = Writer(Vec::with_capacity(RECORD_LEN));
    for block in [&timbre[..], balance, balance_spread, width, rhythm, feel, tonal, dynamics] {
        block.iter().for_each(|&value| out.f32(value));
    }
    out.f32(*seconds);
    out.u8(u8::from(style.is_some()));
    style.unwrap_or([0.0; N_STYLE]).iter().for_each(|&value| out.f32(value));
    out.tempo(tempo.as_ref());
    out.key(key.as_ref());
    let LoudnessFacts { momentary, short_term, integrated, range_lu, true_peak_dbtp } = *loudness;
    for lufs in [momentary, short_term, integrated] {
        out.optional(lufs.map(|lufs| lufs.0));
    }
    out.optional(range_lu);
    out.optional(true_peak_dbtp);
    if cfg!(test) {
        assert_eq!(out.0.len(), RECORD_LEN, "the layout and its length agree");
    }
    out.0
}

/// The fingerprint of a record; `None` where it is not one.
pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Fingerprint> {
    if bytes.len() != RECORD_LEN {
        return None;
    }
    let mut from = Reader(bytes);
    Some(Fingerprint {
        timbre: from.block()?,
        balance: from.block()?,
        balance_spread: from.block()?,
        width: from.block()?,
        rhythm: from.block()?,
        feel: from.block()?,
        tonal: from.block()?,
        dynamics: from.block()?,
        seconds: from.f32()?,
        style: from.style()?,
        tempo: from.tempo()?,
        key: from.key()?,
        loudness: LoudnessFacts {
            momentary: from.optional()?.map(Lufs),
            short_term: from.optional()?.map(Lufs),
            integrated: from.optional()?.map(Lufs),
            range_lu: from.optional()?,
            true_peak_dbtp: from.optional()?,
        },
    })
}

struct Writer(Vec<u8>);

impl Writer {
    fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    fn f32(&mut self, value: f32) {
        let value = if value.is_finite() { value } else { 0.0 };
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn optional(&mut self, value: Option<f32>) {
        let value = value.filter(|value| value.is_finite());
        self.u8(u8::from(value.is_some()));
        self.f32(value.unwrap_or_default());
    }

    fn tempo(&mut self, tempo: Option<&TempoEstimate>) {
        self.u8(u8::from(tempo.is_some()));
        let tempo = tempo.copied().unwrap_or_default();
        self.f32(tempo.bpm.0);
        self.f32(tempo.confidence);
        self.u8(u8::from(tempo.stability == Stability::Drifting));
        self.u8(tempo.alternatives.len() as u8);
        for idx in 0..N_TEMPO_ALTERNATIVES {
            let candidate = tempo.alternatives.get(idx).copied().unwrap_or_default();
            self.f32(candidate.bpm.0);
            self.u8(relation_to_byte(candidate.relation));
            self.f32(candidate.weight);
        }
    }

    fn key(&mut self, key: Option<&KeyEstimate>) {
        self.u8(u8::from(key.is_some()));
        let key = key.copied().unwrap_or_default();
        self.u8(key.key.index() as u8);
        self.f32(key.confidence);
        self.u8(key.alternatives.len() as u8);
        for idx in 0..N_KEY_ALTERNATIVES {
            let candidate = key.alternatives.get(idx).copied().unwrap_or_default();
            self.u8(candidate.key.index() as u8);
            self.f32(candidate.weight);
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn u8(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    fn f32(&mut self) -> Option<f32> {
        let (&first, rest) = self.0.split_first_chunk::<4>()?;
        self.0 = rest;
        Some(f32::from_le_bytes(first)).filter(|value| value.is_finite())
    }

    fn block<const N: usize>(&mut self) -> Option<[f32; N]> {
        let mut block = [0.0; N];
        for value in &mut block {
            *value = self.f32()?;
        }
        Some(block)
    }

    fn style(&mut self) -> Option<Option<[f32; N_STYLE]>> {
        let present = self.present()?;
        let style = self.block()?;
        Some(present.then_some(style))
    }

    fn present(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn optional(&mut self) -> Option<Option<f32>> {
        let present = self.present()?;
        let value = self.f32()?;
        Some(present.then_some(value))
    }

    fn tempo(&mut self) -> Option<Option<TempoEstimate>> {
        let present = self.present()?;
        let bpm = Bpm(self.f32()?);
        let confidence = self.f32()?;
        let stability = if self.present()? { Stability::Drifting } else { Stability::Steady };
        let n_alternatives = usize::from(self.u8()?);
        let mut alternatives = [TempoCandidate::default(); N_TEMPO_ALTERNATIVES];
        for candidate in &mut alternatives {
            candidate.bpm = Bpm(self.f32()?);
            candidate.relation = relation_from_byte(self.u8()?)?;
            candidate.weight = self.f32()?;
        }
        let alternatives = History::first_of(alternatives.into_iter().take(n_alternatives));
        Some(present.then_some(TempoEstimate { bpm, confidence, stability, alternatives }))
    }

    fn key(&mut self) -> Option<Option<KeyEstimate>> {
        let present = self.present()?;
        let key = self.key_index()?;
        let confidence = self.f32()?;
        let n_alternatives = usize::from(self.u8()?);
        let mut alternatives = [KeyCandidate::default(); N_KEY_ALTERNATIVES];
        for candidate in &mut alternatives {
            candidate.key = self.key_index()?;
            candidate.weight = self.f32()?;
        }
        let alternatives = History::first_of(alternatives.into_iter().take(n_alternatives));
        Some(present.then_some(KeyEstimate {
            key,
            confidence,
            alternatives,
            ..KeyEstimate::default()
        }))
    }

    fn key_index(&mut self) -> Option<Key> {
        let idx = self.u8()?;
        (idx < 24).then(|| Key::from_index(usize::from(idx)))
    }
}

fn relation_to_byte(relation: TempoRelation) -> u8 {
    TempoRelation::ALL.iter().position(|&other| other == relation).unwrap_or_default() as u8
}

fn relation_from_byte(byte: u8) -> Option<TempoRelation> {
    TempoRelation::ALL.get(usize::from(byte)).copied()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn of_length_one<const N: usize>(values: [f32; N]) -> [f32; N] {
        let length = values.iter().map(|x| x * x).sum::<f32>().sqrt();
        values.map(|x| x / length)
    }

    /// A fingerprint with something in every field, different for every `seed`.
    pub(crate) fn some_fingerprint(seed: u8) -> Fingerprint {
        let mut next = f32::from(seed);
        let mut value = || {
            next += 0.37;
            next
        };
        Fingerprint {
            timbre: std::array::from_fn(|_| value()),
            balance: std::array::from_fn(|_| -value()),
            balance_spread: std::array::from_fn(|_| value()),
            width: std::array::from_fn(|_| -value()),
            rhythm: std::array::from_fn(|_| value()),
            feel: std::array::from_fn(|_| value()),
            tonal: std::array::from_fn(|_| value()),
            dynamics: std::array::from_fn(|_| value()),
            style: Some(of_length_one(std::array::from_fn(|_| value().sin()))),
            tempo: Some(TempoEstimate {
                bpm: Bpm(92.5),
                confidence: 0.7,
                stability: Stability::Drifting,
                alternatives: History::first_of([TempoCandidate {
                    bpm: Bpm(185.0),
                    relation: TempoRelation::Double,
                    weight: 0.2,
                }]),
            }),
            key: Some(KeyEstimate {
                key: Key::from_index(usize::from(seed) % 24),
                confidence: 0.6,
                alternatives: History::first_of([KeyCandidate {
                    key: Key::from_index(22),
                    weight: 0.3,
                }]),
                ..KeyEstimate::default()
            }),
            loudness: LoudnessFacts {
                integrated: Some(Lufs(-14.0)),
                true_peak_dbtp: Some(-1.0),
                ..LoudnessFacts::default()
            },
            seconds: 61.5,
        }
    }

    #[test]
    fn a_fingerprint_comes_back_as_it_went() {
        let bytes = to_bytes(&some_fingerprint(3));
        assert_eq!(bytes.len(), RECORD_LEN);
        assert_eq!(from_bytes(&bytes), Some(some_fingerprint(3)));
        let bare = Fingerprint { tempo: None, key: None, style: None, ..some_fingerprint(4) };
        assert_eq!(from_bytes(&to_bytes(&bare)), Some(bare));
    }

    #[test]
    fn values_that_are_no_numbers_are_not_stored() {
        let mut fingerprint = some_fingerprint(1);
        fingerprint.timbre[0] = f32::NAN;
        fingerprint.loudness.integrated = Some(Lufs(f32::NEG_INFINITY));
        let back = from_bytes(&to_bytes(&fingerprint)).unwrap();
        assert_eq!((back.timbre[0], back.loudness.integrated), (0.0, None));
    }

    #[test]
    fn other_bytes_are_no_fingerprint() {
        assert_eq!(from_bytes(&[]), None);
        assert_eq!(from_bytes(&[0xff; RECORD_LEN]), None);
        assert_eq!(from_bytes(&to_bytes(&some_fingerprint(1))[1..]), None);
    }
}
