//! [`style`]: the part of an embedding that a listener would name, at the same scale for all.
//!
//! Centre and axes come from the published network itself. The centre is the mean over the previews
//! it was trained on, which the last batch normalisation holds: against the mean of music of one
//! kind, all music of another kind would point the same way and seem alike. The axes are the
//! directions in which the layer above, which told 50 tags apart, reads the embedding: the strongest
//! 32 hold 98.7 % of what it told them by. They are not stretched. What is left is scaled to length 1,
//! so that half the squared distance of two styles is one minus their cosine. `training/style.py`
//! takes both from the package.

use std::sync::OnceLock;

use super::network::N_EMBEDDING;
use crate::learned::weights::Weights;

/// Numbers of a style.
pub const N_STYLE: usize = 32;

const AXES: &[u8] = include_bytes!("../../models/style.bin");

#[derive(Clone, Debug)]
struct Axes {
    mean: Vec<f32>,
    /// `[N_EMBEDDING][N_STYLE]`.
    axes: Vec<f32>,
}

impl Axes {
    fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Axes> = OnceLock::new();
        // A test holds that it can be read; without it all styles would be the same.
        SHIPPED
            .get_or_init(|| Self::read(AXES).unwrap_or(Self { mean: Vec::new(), axes: Vec::new() }))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut weights = Weights::read(bytes).ok()?;
        let mean = weights.take("mean", &[N_EMBEDDING]).ok()?;
        let axes = weights.take("axes", &[N_EMBEDDING, N_STYLE]).ok()?;
        weights.finish().ok()?;
        Some(Self { mean, axes })
    }
}

/// The style of an embedding, of length 1 (0 where it is exactly the centre).
pub(super) fn style(embedding: &[f32; N_EMBEDDING]) -> [f32; N_STYLE] {
    let Axes { mean, axes } = Axes::shipped();
    let mut style = [0.0; N_STYLE];
    for ((x, mean), axis) in embedding.iter().zip(mean).zip(axes.as_chunks::<N_STYLE>().0) {
        style.iter_mut().zip(axis).for_each(|(sum, weight)| *sum += (x - mean) * weight);
    }
    let length = style.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 { style.map(|x| x / length) } else { style }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axes_can_be_read_and_a_style_has_length_one() {
        assert!(Axes::read(AXES).is_some());
        let embedding = std::array::from_fn(|idx| (idx as f32 * 0.7).sin());
        let length: f32 = style(&embedding).iter().map(|x| x * x).sum();
        assert!((length - 1.0).abs() < 1e-4, "{length}");
    }
}
