//! Pitch-class profiles of major and minor keys.

use super::chroma::Chroma;

/// The "bgate" profiles, tonic first: A. Faraldo, S. Jorda, P. Herrera, "A multi-profile method
/// for key estimation in EDM", AES Conference on Semantic Audio 2017 (weak degrees set to 0).
const PROFILES: [[f32; 12]; 2] = [
    [1.0, 0.0, 0.42, 0.0, 0.53, 0.37, 0.0, 0.77, 0.0, 0.38, 0.21, 0.30],
    [1.0, 0.0, 0.36, 0.39, 0.0, 0.38, 0.0, 0.74, 0.27, 0.0, 0.42, 0.23],
];

/// Pearson correlation of `chroma` with the profile of each of the 24 keys.
pub(super) fn profile_correlations(chroma: &Chroma) -> [f32; 24] {
    let centred = centred(&chroma.0);
    let profiles = PROFILES.map(|profile| self::centred(&profile));
    std::array::from_fn(|key| {
        let profile = &profiles[key / 12];
        (0..12).map(|i| centred[i] * profile[(i + 12 - key % 12) % 12]).sum()
    })
}

/// Without its mean, at length 1.
fn centred(values: &[f32; 12]) -> [f32; 12] {
    let mean = values.iter().sum::<f32>() / 12.0;
    let mut out = values.map(|x| x - mean);
    let norm = out.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 1e-9 {
        out.iter_mut().for_each(|x| *x /= norm);
    }
    out
}
