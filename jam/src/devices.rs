//! [`Devices`]: the sound system in use and the devices it has.

use std::fmt::Write;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{Device, Host};

use crate::error::SoundError;

/// A sound system.
pub(crate) struct Devices {
    host: Host,
}

impl Devices {
    /// The sound system of that name, or the platform's own.
    ///
    /// # Errors
    /// Where there is none of that name, or it does not answer.
    pub(crate) fn new(host_name: Option<&str>) -> Result<Self, SoundError> {
        keep_alsa_quiet();
        let Some(name) = host_name else {
            return Ok(Self { host: cpal::default_host() });
        };
        let ids = cpal::available_hosts();
        let Some(id) = ids.iter().find(|id| id.name().eq_ignore_ascii_case(name)) else {
            let names: Vec<_> = ids.iter().map(|id| id.name()).collect();
            return Err(SoundError::NoSuchHost {
                name: name.to_owned(),
                expected: names.join(", "),
            });
        };
        let host = cpal::host_from_id(*id)
            .map_err(|error| SoundError::Host { name: name.to_owned(), error })?;
        Ok(Self { host })
    }

    /// The input device whose name is or contains `name`, or the default one.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn input(&self, name: Option<&str>) -> Result<Device, SoundError> {
        match name {
            None => self.host.default_input_device().ok_or(SoundError::NoInput),
            Some(name) => find(self.host.input_devices(), name)
                .ok_or_else(|| SoundError::NoSuchInput(name.to_owned())),
        }
    }

    /// The output device whose name is or contains `name`, or the default one.
    ///
    /// # Errors
    /// Where there is none.
    pub(crate) fn output(&self, name: Option<&str>) -> Result<Device, SoundError> {
        match name {
            None => self.host.default_output_device().ok_or(SoundError::NoOutput),
            Some(name) => find(self.host.output_devices(), name)
                .ok_or_else(|| SoundError::NoSuchOutput(name.to_owned())),
        }
    }

    /// Frees what the sound system has written about devices that do not open. For whoever looks
    /// for devices again and again.
    pub(crate) fn forget_messages(&self) {
        keep_alsa_quiet();
    }

    /// Names of the input devices there are at the moment.
    pub(crate) fn input_names(&self) -> Vec<String> {
        names(self.host.input_devices())
    }

    /// Names of the output devices there are at the moment.
    pub(crate) fn output_names(&self) -> Vec<String> {
        names(self.host.output_devices())
    }
}

/// What `--list-devices` prints.
pub(crate) fn list() -> String {
    let mut text = String::new();
    for id in cpal::available_hosts() {
        let name = id.name();
        match Devices::new(Some(name)) {
            Ok(devices) => {
                let _ = writeln!(text, "{name}");
                list_names(&mut text, "input", &devices.input_names());
                list_names(&mut text, "output", &devices.output_names());
            }
            Err(error) => {
                let _ = writeln!(text, "{name}: {error}");
            }
        }
    }
    text
}

fn list_names(text: &mut String, direction: &str, names: &[String]) {
    if names.is_empty() {
        let _ = writeln!(text, "  {direction:7} none");
    }
    for name in names {
        let _ = writeln!(text, "  {direction:7} {name}");
    }
}

type Found<I> = Result<I, cpal::Error>;

fn names<I: Iterator<Item = Device>>(devices: Found<I>) -> Vec<String> {
    let Ok(devices) = devices else { return Vec::new() };
    let mut names: Vec<String> =
        devices.filter(|device| !is_null(device)).map(|device| device.to_string()).collect();
    names.dedup();
    names
}

/// ALSA lists a device that swallows everything and gives nothing.
fn is_null(device: &Device) -> bool {
    device.id().is_ok_and(|id| id.id() == "null")
}

/// ALSA writes a page to stderr for every device that does not open. What matters of it is in the
/// error that cpal returns, and is said in the user's words. The words are kept in a buffer until
/// the next call. Concerns the calling thread only.
fn keep_alsa_quiet() {
    #[cfg(target_os = "linux")]
    drop(alsa::Output::local_error_handler());
}

/// The whole name counts more than a part of it; letters' case does not count.
fn find<I: Iterator<Item = Device>>(devices: Found<I>, name: &str) -> Option<Device> {
    let devices: Vec<Device> = devices.ok()?.collect();
    let names: Vec<String> = devices.iter().map(ToString::to_string).collect();
    let idx = best_match(&names, name)?;
    devices.into_iter().nth(idx)
}

fn best_match(names: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.to_lowercase();
    let is_whole = |name: &String| name.to_lowercase() == wanted;
    let is_part = |name: &String| name.to_lowercase().contains(&wanted);
    names.iter().position(is_whole).or_else(|| names.iter().position(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_name_counts_more_than_a_part() {
        let names = ["USB Audio, front".to_owned(), "usb audio".to_owned()];
        assert_eq!(best_match(&names, "USB Audio"), Some(1));
        assert_eq!(best_match(&names, "front"), Some(0));
        assert_eq!(best_match(&names, "rear"), None);
    }

    #[test]
    fn an_unknown_sound_system_is_refused_with_the_known_ones() {
        let error = Devices::new(Some("gramophone")).err().map(|error| error.to_string());
        assert!(error.is_some_and(|text| text.contains("gramophone") && text.contains("expected")));
    }
}
