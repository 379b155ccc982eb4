//! What can go wrong with sound devices, in the user's words.

/// Why a device can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SoundError {
    /// `--host` names nothing.
    #[error("--host {name}: there is no such sound system; expected one of: {expected}")]
    NoSuchHost { name: String, expected: String },
    /// The sound system does not answer.
    #[error("the sound system {name} does not answer: {error}")]
    Host { name: String, error: cpal::Error },
    /// No input device at all.
    #[error("there is no input device")]
    NoInput,
    /// `--input` names nothing.
    #[error("there is no input device named {0}; --list-devices shows those there are")]
    NoSuchInput(String),
    /// No output device at all.
    #[error("there is no output device")]
    NoOutput,
    /// `--output` names nothing.
    #[error("there is no output device named {0}; --list-devices shows those there are")]
    NoSuchOutput(String),
    /// The device refuses.
    #[error("{device}: {error}")]
    Device { device: String, error: cpal::Error },
    /// Its samples come in a format nobody can hear (DSD).
    #[error("{device}: its sample format {format} can't be used")]
    Format { device: String, format: cpal::SampleFormat },
    /// The device runs at another sample rate than what is being played.
    #[error("{device} can't play at {rate} Hz")]
    Rate { device: String, rate: u32 },
    /// A thread could not be started.
    #[error("no thread could be started: {0}")]
    Thread(std::io::Error),
}

impl SoundError {
    /// Whether the platform's default device is named although there is none, as ALSA does.
    pub(crate) fn is_absence(&self) -> bool {
        use cpal::ErrorKind::{DeviceNotAvailable, HostUnavailable};
        match self {
            Self::NoInput | Self::NoOutput => true,
            Self::Device { error, .. } => {
                matches!(error.kind(), DeviceNotAvailable | HostUnavailable)
            }
            _ => false,
        }
    }
}
