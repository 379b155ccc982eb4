//! Sounds to write into files.

/// A WAV file of 32-bit floats.
pub(crate) fn wav(
    channels: u16,
    rate: u32,
    frames: usize,
    sample: impl Fn(usize, u16) -> f32,
) -> Vec<u8> {
    let n_bytes = (frames * usize::from(channels) * 4) as u32;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + n_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend(3_u16.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(channels) * 4).to_le_bytes());
    bytes.extend((channels * 4).to_le_bytes());
    bytes.extend(32_u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(n_bytes.to_le_bytes());
    for frame in 0..frames {
        for channel in 0..channels {
            bytes.extend(sample(frame, channel).to_le_bytes());
        }
    }
    bytes
}

/// A C major triad that starts anew every half second.
pub(crate) fn triad(rate: u32) -> impl Fn(usize, u16) -> f32 {
    move |frame, _| {
        let t = frame as f32 / rate as f32;
        let envelope = (-6.0 * (t % 0.5)).exp();
        let tone = |hz: f32| (std::f32::consts::TAU * hz * t).sin();
        0.2 * envelope * (tone(261.63) + tone(329.63) + tone(392.0))
    }
}

pub(crate) fn noise(frame: usize, _: u16) -> f32 {
    let mut x = (frame as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((x >> 40) as f32 / (1 << 23) as f32 - 1.0) * 0.2
}
