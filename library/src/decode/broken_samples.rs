//! Samples that are no sound: not a number, or absurdly loud.

/// Samples are held to this many times full scale (60 dB over), so that squares stay finite.
const MAX_SAMPLE: f32 = 1_000.0;

/// Silences samples that are no numbers, bounds absurd ones, and counts both.
pub(super) fn mend(samples: &mut [f32]) -> u64 {
    // Hardly ever is there one, and without a way out many are looked at together.
    if samples.iter().fold(true, |all, sample| all & (sample.abs() <= MAX_SAMPLE)) {
        return 0;
    }
    let mut n_broken = 0;
    for sample in samples {
        if !(-MAX_SAMPLE..=MAX_SAMPLE).contains(sample) {
            *sample = if sample.is_finite() { sample.clamp(-MAX_SAMPLE, MAX_SAMPLE) } else { 0.0 };
            n_broken += 1;
        }
    }
    n_broken
}
