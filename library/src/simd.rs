//! The distances of very many sketches, in the widest instructions that this processor has.
//!
//! One of the two files with `unsafe` in them. There is no hand-written vector code: the same plain
//! loop of `advice` is compiled once for each kind of processor, and the compiler makes vectors of
//! it. A product costs as much as reading the bytes from memory, or nearly.

#![allow(unsafe_code, reason = "a function for certain processors is unsafe to call on others")]

use advice::{HeardBytes, SKETCH_LEN, SketchQuery};

/// The distances of the pieces whose sketches these are, to `out`, as far as all three reach.
pub(crate) fn distances(
    query: &SketchQuery,
    values: &[[u8; SKETCH_LEN]],
    heard: &[HeardBytes],
    out: &mut [f32],
) {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
            // SAFETY: this processor has been asked just now, and has both.
            return unsafe { with_avx512(query, values, heard, out) };
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: this processor has been asked just now, and has it.
            return unsafe { with_avx2(query, values, heard, out) };
        }
    }
    // On other processors, NEON among them, what every one of the kind has is good enough.
    query.distances(values, heard, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw")]
fn with_avx512(
    query: &SketchQuery,
    values: &[[u8; SKETCH_LEN]],
    heard: &[HeardBytes],
    out: &mut [f32],
) {
    query.distances(values, heard, out);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2(
    query: &SketchQuery,
    values: &[[u8; SKETCH_LEN]],
    heard: &[HeardBytes],
    out: &mut [f32],
) {
    query.distances(values, heard, out);
}

#[cfg(test)]
mod tests {
    use advice::{Query, Sketch, Weights};

    use super::*;
    use crate::fingerprint_record::tests::some_fingerprint;

    #[test]
    fn every_processor_comes_to_the_same_distances() {
        let query = Query::new(&some_fingerprint(3), &Weights::default()).to_sketches();
        let sketches: Vec<Sketch> = (0..70).map(|s| Sketch::new(&some_fingerprint(s))).collect();
        let values: Vec<_> = sketches.iter().map(|sketch| sketch.values).collect();
        let heard: Vec<_> = sketches.iter().map(|sketch| sketch.heard).collect();
        let (mut plain, mut here) = (vec![0.0; 70], vec![0.0; 70]);
        query.distances(&values, &heard, &mut plain);
        distances(&query, &values, &heard, &mut here);
        assert_eq!(plain, here);
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: this processor has been asked just now, and has it.
            unsafe { with_avx2(&query, &values, &heard, &mut here) };
            assert_eq!(plain, here);
        }
    }
}
