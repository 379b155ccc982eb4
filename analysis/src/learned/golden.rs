//! Reads what the trainer expects of a network, `NAME_golden.json` beside its weights
//! (`training/golden.py`).

/// The bytes that stand for features there.
pub(super) fn bytes<const N: usize>(seed: u32, n_frames: usize) -> Vec<[u8; N]> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..n_frames).map(|_| std::array::from_fn(|_| next())).collect()
}

/// The last list of numbers called `name`, inner brackets ignored.
pub(super) fn numbers(text: &str, name: &str) -> Vec<f32> {
    let (_, rest) = text.rsplit_once(&format!("\"{name}\":")).unwrap();
    let end = rest.find('"').unwrap_or(rest.len());
    rest[..end]
        .split(|c: char| !matches!(c, '0'..='9' | '.' | '-' | 'e'))
        .filter_map(|word| word.parse().ok())
        .collect()
}
