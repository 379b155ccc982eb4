//! Fingerprints made up for tests: deterministic, all different, of plausible size.

use analysis::{
    Bpm, Fingerprint, Key, KeyEstimate, LoudnessFacts, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM,
    N_STYLE, N_TIMBRE, N_TONAL, N_WIDTH, TempoEstimate,
};

/// The `seed`-th made-up fingerprint.
pub(crate) fn fingerprint(seed: u32) -> Fingerprint {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5
    };
    let mut timbre = [0.0; N_TIMBRE];
    timbre.iter_mut().for_each(|v| *v = 3.0 * next());
    timbre[39] = 10.5 + 2.0 * next();
    timbre[42] = -28.0 + 10.0 * next();
    let mut balance = [0.0; N_BALANCE];
    balance.iter_mut().for_each(|v| *v = 30.0 * next());
    let balance_spread = [3.0; N_BALANCE];
    let mut width = [0.0; N_WIDTH];
    width.iter_mut().for_each(|v| *v = -12.0 + 16.0 * next());
    let mut rhythm = [0.0; N_RHYTHM];
    rhythm.iter_mut().for_each(|v| *v = next());
    rhythm[20] = 3.5 + 3.0 * next();
    rhythm[21] = 0.5 + next();
    let mut feel = [0.0; N_FEEL];
    feel.iter_mut().for_each(|v| *v = 2.0 * next() - 2.0);
    let mut tonal = [0.0; N_TONAL];
    tonal.iter_mut().for_each(|v| *v = 0.5 + next());
    let mut dynamics = [0.0; N_DYNAMICS];
    dynamics.iter_mut().for_each(|v| *v = 5.0 + 6.0 * next());
    let style: [f32; N_STYLE] = std::array::from_fn(|_| next());
    let length = style.iter().map(|x| x * x).sum::<f32>().sqrt();
    let style = style.map(|x| x / length);
    Fingerprint {
        timbre,
        balance,
        balance_spread,
        width,
        rhythm,
        feel,
        tonal,
        dynamics,
        style: (!seed.is_multiple_of(3)).then_some(style),
        tempo: Some(TempoEstimate {
            bpm: Bpm(110.0 + 90.0 * next()),
            confidence: 0.5 + next(),
            ..TempoEstimate::default()
        }),
        key: Some(KeyEstimate {
            key: Key::from_index(((next() + 0.5) * 24.0) as usize),
            confidence: 0.5 + next(),
            ..KeyEstimate::default()
        }),
        loudness: LoudnessFacts::default(),
        seconds: 40.0,
    }
}
