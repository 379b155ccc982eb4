//! [`Options`]: the command line.

use std::path::PathBuf;
use std::time::Duration;

use analysis::{AnalysisConfig, Hertz};
use clap::Parser;
use gui::{KeyCode, Language, Notation};

/// Jamboree as a standalone: listens to an input device, a file or the demo song, and shows key,
/// tempo, beats, chords and what the music is close to.
#[derive(Clone, Debug, Parser)]
#[command(name = "jam", version, about)]
pub(crate) struct Options {
    /// Listen to this input device (part of its name is enough).
    #[arg(long, value_name = "NAME")]
    pub(crate) input: Option<String>,

    /// Play through this output device (part of its name is enough).
    #[arg(long, value_name = "NAME")]
    pub(crate) output: Option<String>,

    /// Use this sound system; `--list-devices` names those there are.
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,

    /// List the sound systems and devices, and stop.
    #[arg(long)]
    pub(crate) list_devices: bool,

    /// Play this audio file and listen to it.
    #[arg(long, value_name = "PATH", conflicts_with = "demo")]
    pub(crate) file: Option<PathBuf>,

    /// Play the built-in demo song and listen to it.
    #[arg(long)]
    pub(crate) demo: bool,

    /// Compare with the references in this library folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,

    /// Write towards this scene, or this reference of the library, and see how far it is: its name,
    /// title or file name.
    #[arg(long, value_name = "NAME", conflicts_with = "headless")]
    pub(crate) target: Option<String>,

    /// Language of the panel: en or zh; otherwise that of the system where it is one of them.
    #[arg(long, value_name = "en|zh", value_parser = parse_language)]
    pub(crate) language: Option<Language>,

    /// How notes, chords and keys are written: english, german, solfege or numbered; otherwise as
    /// readers of the panel's language are used to.
    #[arg(long, value_name = "NAME", value_parser = parse_notation)]
    pub(crate) notation: Option<Notation>,

    /// The code shown beside the key: camelot or open-key.
    #[arg(long, value_name = "NAME", value_parser = parse_key_code, default_value = "camelot")]
    pub(crate) key_code: KeyCode,

    /// Open no window: print what is heard.
    #[arg(long)]
    pub(crate) headless: bool,

    /// Stop after this many seconds.
    #[arg(long, value_name = "N", value_parser = parse_seconds)]
    pub(crate) seconds: Option<Duration>,

    /// The frequency of the players' A4, 400 to 480 Hz; otherwise it is estimated.
    #[arg(long, value_name = "HZ", value_parser = parse_reference_a4)]
    pub(crate) reference_a4: Option<Hertz>,

    /// Save a picture of the window as PNG after `--seconds` (20 where not given), and stop.
    #[arg(long, value_name = "PATH", conflicts_with = "headless")]
    pub(crate) screenshot: Option<PathBuf>,
}

impl Options {
    /// The panel's language: the one asked for, or the system's, or English.
    pub(crate) fn panel_language(&self) -> Language {
        let of_system = || {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|locale| !locale.is_empty())
                .and_then(|locale| Language::from_tag(&locale))
        };
        self.language.or_else(of_system).unwrap_or_default()
    }
}

fn parse_language(text: &str) -> Result<Language, String> {
    Language::from_tag(text).ok_or_else(|| "expected en or zh".to_owned())
}

fn parse_notation(text: &str) -> Result<Notation, String> {
    let names = || format!("expected one of {}", Notation::ALL.map(Notation::tag).join(", "));
    Notation::from_tag(text).ok_or_else(names)
}

fn parse_key_code(text: &str) -> Result<KeyCode, String> {
    let names = || format!("expected one of {}", KeyCode::ALL.map(KeyCode::tag).join(", "));
    KeyCode::from_tag(text).ok_or_else(names)
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number of seconds above 0, like 60".to_owned();
    let seconds: f64 = text.parse().map_err(|_| wrong())?;
    if seconds > 0.0 && seconds <= 1e9 {
        Ok(Duration::from_secs_f64(seconds))
    } else {
        Err(wrong())
    }
}

fn parse_reference_a4(text: &str) -> Result<Hertz, String> {
    let wrong = || "expected a frequency from 400 to 480, like 442".to_owned();
    let a4 = Hertz(text.parse().map_err(|_| wrong())?);
    let config = AnalysisConfig { reference_a4: Some(a4), ..AnalysisConfig::at_rate(48_000) };
    config.check().map(|()| a4).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        Options::try_parse_from(std::iter::once(&"jam").chain(arguments))
    }

    #[test]
    fn no_argument_is_needed() {
        let options = parse(&[]).unwrap();
        assert!(!options.demo && !options.headless && options.file.is_none());
    }

    #[test]
    fn what_can_not_be_used_is_refused() {
        for arguments in [
            &["--seconds", "0"][..],
            &["--seconds", "NaN"],
            &["--seconds", "soon"],
            &["--reference-a4", "300"],
            &["--language", "fr"],
            &["--notation", "tonic"],
            &["--key-code", "8B"],
            &["--demo", "--file", "x.wav"],
            &["--headless", "--screenshot", "x.png"],
            &["--headless", "--target", "sleep"],
            &["--loud"],
        ] {
            assert!(parse(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn values_arrive() {
        let options =
            parse(&["--demo", "--seconds", "1.5", "--reference-a4", "442", "--language", "zh"])
                .unwrap();
        assert_eq!(options.seconds, Some(Duration::from_millis(1_500)));
        assert_eq!(options.reference_a4, Some(Hertz(442.0)));
        assert_eq!(options.panel_language(), Language::SimplifiedChinese);
        assert_eq!((options.notation, options.key_code), (None, KeyCode::Camelot));
        let options = parse(&["--notation", "german", "--key-code", "open-key"]).unwrap();
        assert_eq!(
            (options.notation, options.key_code),
            (Some(Notation::German), KeyCode::OpenKey)
        );
    }
}
