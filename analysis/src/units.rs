//! Units as types: what crosses a module border says what it is measured in.

use std::fmt;

macro_rules! unit {
    ($(#[$doc:meta])* $name:ident($inner:ty), $suffix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)?;
                f.write_str($suffix)
            }
        }
    };
}

unit!(
    /// Time in seconds from the start of the stream or file.
    Seconds(f64),
    " s"
);
unit!(
    /// Frequency in hertz.
    Hertz(f64),
    " Hz"
);
unit!(
    /// Tempo in beats per minute.
    Bpm(f32),
    " BPM"
);
unit!(
    /// Interval in cents, a hundredth of an equal-tempered semitone.
    Cents(f32),
    " ct"
);
unit!(
    /// Level or level difference in decibels.
    Decibels(f32),
    " dB"
);
unit!(
    /// Loudness in LUFS after ITU-R BS.1770.
    Lufs(f32),
    " LUFS"
);

impl Bpm {
    /// Length of one beat.
    pub fn beat_len(self) -> Seconds {
        Seconds(60.0 / f64::from(self.0))
    }
}

impl Cents {
    /// Where A4 lies when the tuning deviates by this much from 440 Hz.
    pub fn a4(self) -> Hertz {
        Hertz(440.0 * (f64::from(self.0) / 1200.0).exp2())
    }
}

impl Hertz {
    /// Deviation of a reference A4 from 440 Hz.
    pub fn cents_from_440(self) -> Cents {
        Cents((1200.0 * (self.0 / 440.0).log2()) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a4_and_cents_are_inverse() {
        for hz in [415.0, 440.0, 466.16] {
            assert!((Hertz(hz).cents_from_440().a4().0 - hz).abs() < 1e-3);
        }
    }
}
