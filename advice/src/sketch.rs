//! [`Sketch`]: a piece in 244 bytes, so that a million of them can be looked through at once.
//!
//! The whitened values as signed bytes, one 127th of the length of a block each, and one byte each
//! for tempo, key and how sure both are; the style as well where a model heard it, 0 where not. A
//! [`SketchQuery`] gives the distance of [`Query::compare`](crate::Query::compare) from a sketch, as
//! near as [`SketchQuery::roughness`] says; the nearest are then compared exactly. Weights act on the
//! query, so any weights go with any sketches.
//! (Two stages as in H. Jégou, M. Douze, C. Schmid, "Product quantization for nearest neighbor
//! search", IEEE TPAMI 33(1), 2011, sec. V, with plain rounding in place of a codebook.)

use std::array::from_fn;

use analysis::{Bpm, Fingerprint, Key, KeyEstimate, N_STYLE, TempoEstimate};

use crate::aspect::Weights;
use crate::matching::{Prepared, StyleWeights, factor, part_between_keys, part_between_tempos};
use crate::whitening::{BLOCKS, Block, N_WHITENED, Whitening};

/// Bytes of the values of a sketch: [`N_WHITENED`] rounded up, so that no row of a table begins
/// within another one's 16 bytes, what is left over being 0, and then the style.
pub const SKETCH_LEN: usize = STYLE_AT + N_STYLE.next_multiple_of(16);
/// Where the style begins.
const STYLE_AT: usize = N_WHITENED.next_multiple_of(16);

/// Value of a byte whose block lies along one axis.
const ONE: f32 = 127.0;
/// The tempo of byte 0.
const LOWEST_BPM: f32 = 20.0;
/// Steps of a tempo byte; 254 of them reach 500 BPM.
const STEPS_PER_OCTAVE: f32 = 54.0;
/// Byte of a tempo or key where there is none.
const NONE: u8 = u8::MAX;
/// Byte of a full confidence, and of a missing tempo or key, whose part does not depend on any.
const SURE: u8 = u8::MAX;

/// What rounding the values may add up to, in standard deviations.
const N_DEVIATIONS: f32 = 5.0;

/// A piece, small: see the module. The layout is part of the file format of libraries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// The whitened values, as `i8`.
    pub values: [u8; SKETCH_LEN],
    /// What was heard.
    pub heard: HeardBytes,
}

/// Tempo, confidence of the tempo, key, confidence of the key.
pub type HeardBytes = [u8; 4];

impl Sketch {
    /// Sketches `fingerprint`.
    pub fn new(fingerprint: &Fingerprint) -> Self {
        let whitened = Whitening::shipped().apply(fingerprint);
        let mut values = [0; SKETCH_LEN];
        for (byte, value) in values.iter_mut().zip(whitened) {
            *byte = byte_of(value);
        }
        let style = values.iter_mut().skip(STYLE_AT).zip(fingerprint.style.iter().flatten());
        style.for_each(|(byte, &value)| *byte = byte_of(value));
        let [tempo, tempo_sure] = match fingerprint.tempo {
            Some(tempo) => [tempo_byte(tempo.bpm), sure_byte(tempo.confidence)],
            None => [NONE, SURE],
        };
        let [key, key_sure] = match fingerprint.key {
            Some(key) => [key.key.index() as u8, sure_byte(key.confidence)],
            None => [NONE, SURE],
        };
        Self { values, heard: [tempo, tempo_sure, key, key_sure] }
    }
}

/// A piece and weights, ready to be held against very many sketches.
#[derive(Clone, Debug)]
pub struct SketchQuery {
    /// For pieces whose style is known, and for the others.
    with_style: Weighted,
    without_style: Weighted,
    tempo: Heard,
    key: Heard,
    roughness: f32,
}

/// Values with their weights.
#[derive(Clone, Debug)]
struct Weighted {
    /// The values times their weights, in steps of `step`.
    values: [i16; SKETCH_LEN],
    /// Weight of one step of a product.
    step: f32,
    /// The distance of a piece that shares nothing, tempo and key left out.
    unrelated: f32,
    /// What tempo and key are multiplied by.
    rest: f32,
    /// How far rounding the values of a sketch may put its distance off.
    roughness: f32,
}

/// What a byte of a tempo or key and the byte of its confidence add: the product of the two.
#[derive(Clone, Debug)]
struct Heard {
    by_value: [f32; 256],
    by_confidence: [f32; 256],
}

impl SketchQuery {
    pub(crate) fn new(here: &Prepared, weights: &Weights) -> Self {
        let tempo = |other| part_between_tempos(here.tempo, other, weights);
        let key = |other| part_between_keys(here.key, other, weights);
        let tempo = Heard::new(here.tempo.is_some(), |byte| {
            tempo(bpm_of(byte).map(|bpm| TempoEstimate {
                bpm,
                confidence: 1.0,
                ..TempoEstimate::default()
            }))
        });
        let key = Heard::new(here.key.is_some(), |byte| {
            key((byte < 24).then(|| KeyEstimate {
                key: Key::from_index(usize::from(byte)),
                confidence: 1.0,
                ..KeyEstimate::default()
            }))
        });
        let without_style = Weighted::new(here, None, weights);
        let with_style = match &here.style {
            Some(style) => Weighted::new(here, Some(style), weights),
            None => without_style.clone(),
        };
        let of_values = with_style.roughness.max(without_style.roughness);
        Self {
            roughness: of_values + tempo.roughness(tempo.half_a_step()) + key.roughness(0.0),
            with_style,
            without_style,
            tempo,
            key,
        }
    }

    /// How far the distance of a sketch may be from that of its piece; of two million pieces, one
    /// is further.
    pub fn roughness(&self) -> f32 {
        self.roughness
    }

    /// The distances of the pieces whose sketches these are, to `out`, as far as all three reach.
    ///
    /// Inlined, so that whoever calls it chooses the instructions it is compiled to.
    #[inline(always)]
    pub fn distances(&self, values: &[[u8; SKETCH_LEN]], heard: &[HeardBytes], out: &mut [f32]) {
        for ((out, values), &[tempo, tempo_sure, key, key_sure]) in
            out.iter_mut().zip(values).zip(heard)
        {
            let weighted = self.weighted(values);
            let heard = self.tempo.part(tempo, tempo_sure) + self.key.part(key, key_sure);
            *out = weighted.distance(values) + weighted.rest * heard;
        }
    }

    /// A style has length 1, so it can't be all 0.
    #[inline(always)]
    fn weighted(&self, values: &[u8; SKETCH_LEN]) -> &Weighted {
        let has_style = values[STYLE_AT..].iter().fold(0, |any, byte| any | byte) != 0;
        if has_style { &self.with_style } else { &self.without_style }
    }
}

impl Weighted {
    /// `style` where it is to be compared.
    fn new(here: &Prepared, style: Option<&[f32; N_STYLE]>, weights: &Weights) -> Self {
        let of_style = StyleWeights::new(weights);
        let rest = if style.is_some() { of_style.rest } else { 1.0 };
        let mut weighted = [0.0f32; SKETCH_LEN];
        let mut unrelated = 0.0;
        let mut add = |at: usize, own: &[f32], weight: f32| {
            // Half the square of the distance, with the other block of length 1.
            unrelated += weight * 0.5 * (1.0 + own.iter().map(|value| value * value).sum::<f32>());
            let place = weighted.iter_mut().skip(at);
            place.zip(own).for_each(|(to, from)| *to = weight * from);
        };
        for (idx, block) in BLOCKS.iter().enumerate() {
            let range = Block::range(idx);
            let own = here.vector.get(range.clone()).unwrap_or_default();
            add(range.start, own, rest * block.share * factor(block.aspect, weights));
        }
        if let Some(style) = style {
            add(STYLE_AT, style, of_style.style);
        }
        let largest = weighted.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
        let step = if largest > 0.0 { largest / f32::from(i16::MAX) } else { 1.0 };
        // A rounded value is off by 1/sqrt(12) of a step, in quadratic mean.
        let length = weighted.iter().map(|value| value * value).sum::<f32>().sqrt();
        Self {
            values: weighted.map(|value| (value / step).round() as i16),
            step: step / ONE,
            unrelated,
            rest,
            roughness: N_DEVIATIONS * length / (ONE * 12.0f32.sqrt()),
        }
    }

    #[inline(always)]
    fn distance(&self, values: &[u8; SKETCH_LEN]) -> f32 {
        self.unrelated - self.step * dot(&self.values, values) as f32
    }
}

/// Sixteen sums side by side are what vector units are made for. Nothing overflows: 240 products of
/// at most 127 * 32767. Wrapping, because a check at every step would undo all that.
#[inline(always)]
fn dot(query: &[i16; SKETCH_LEN], values: &[u8; SKETCH_LEN]) -> i32 {
    let mut sums = [0i32; 16];
    for (a, b) in query.as_chunks::<16>().0.iter().zip(values.as_chunks::<16>().0) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum = sum.wrapping_add(i32::from(a).wrapping_mul(i32::from(b.cast_signed())));
        }
    }
    sums.iter().fold(0, |sum, &part| sum.wrapping_add(part))
}

impl Heard {
    /// `part` gives the part for a byte heard for sure.
    fn new(is_heard_here: bool, part: impl Fn(u8) -> f32) -> Self {
        let by_value = from_fn(|byte| part(byte as u8));
        // One heard and one not are halfway, however sure the one is.
        let by_confidence =
            from_fn(
                |byte| {
                    if is_heard_here { (byte as f32 / f32::from(SURE)).sqrt() } else { 1.0 }
                },
            );
        Self { by_value, by_confidence }
    }

    /// How far a part may be off: `of_value` by its value, the rest by the confidence, whose root
    /// is furthest off where half a step is rounded to nothing.
    fn roughness(&self, of_value: f32) -> f32 {
        let of_confidence =
            if self.by_confidence[0] > 0.0 { 0.0 } else { (0.5 / f32::from(SURE)).sqrt() };
        let greatest = self.by_value.iter().fold(0.0, |most: f32, &part| most.max(part));
        of_value + greatest * of_confidence
    }

    /// What lies halfway between the values of two bytes that follow each other, at most.
    fn half_a_step(&self) -> f32 {
        let heard = self.by_value.split_last().map_or(&[][..], |(_, heard)| heard);
        heard.windows(2).fold(0.0, |most, two| most.max(0.5 * (two[0] - two[1]).abs()))
    }

    #[inline(always)]
    fn part(&self, value: u8, confidence: u8) -> f32 {
        self.by_value[usize::from(value)] * self.by_confidence[usize::from(confidence)]
    }
}

fn byte_of(value: f32) -> u8 {
    ((ONE * value).round() as i8).cast_unsigned()
}

/// Which bytes of a tempo may stand for one from `low` to `high`: what rounds outwards is let in.
pub fn tempo_bytes(low: Bpm, high: Bpm) -> std::ops::RangeInclusive<u8> {
    tempo_byte(low).saturating_sub(1)..=tempo_byte(high).saturating_add(1).min(NONE - 1)
}

/// The key of a byte.
pub fn key_of(heard: HeardBytes) -> Option<Key> {
    let byte = heard[2];
    (byte < 24).then(|| Key::from_index(usize::from(byte)))
}

fn tempo_byte(bpm: Bpm) -> u8 {
    let steps = (bpm.0 / LOWEST_BPM).log2() * STEPS_PER_OCTAVE;
    // A tempo that is no number is 0 here, and met by the exact comparison.
    steps.round().clamp(0.0, f32::from(NONE - 1)) as u8
}

fn bpm_of(byte: u8) -> Option<Bpm> {
    (byte != NONE).then(|| Bpm(LOWEST_BPM * (f32::from(byte) / STEPS_PER_OCTAVE).exp2()))
}

fn sure_byte(confidence: f32) -> u8 {
    (confidence.clamp(0.0, 1.0) * f32::from(SURE)).round() as u8
}

#[cfg(test)]
mod tests;
