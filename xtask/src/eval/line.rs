//! A line of `analyze` as the scorer reads it: lenient, so that any program's lines can be scored.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What is scored of a line.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Line {
    pub(crate) file: String,
    #[serde(deserialize_with = "or_zero")]
    pub(crate) audio_seconds: f64,
    #[serde(deserialize_with = "or_zero")]
    pub(crate) cpu_seconds: f64,
    pub(crate) error: Option<String>,
    key: Value,
    tempo: Value,
    meter: Value,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) beats: Vec<Beat>,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) chords: Vec<Chord>,
    #[serde(deserialize_with = "or_empty")]
    pub(crate) timeline: Vec<Entry>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Beat {
    pub(crate) t: f64,
    #[serde(default)]
    pub(crate) bar_position: Option<f64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Chord {
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) label: String,
}

/// What was shown from `t` on.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Entry {
    pub(crate) t: f64,
    #[serde(default)]
    pub(crate) key: Option<String>,
    #[serde(default)]
    pub(crate) bpm: Option<f64>,
    #[serde(default)]
    pub(crate) chord: Option<String>,
}

impl Line {
    /// The key stated, as "tonic mode".
    pub(crate) fn key(&self) -> Option<String> {
        match &self.key {
            Value::Object(key) => {
                Some(format!("{} {}", key.get("tonic")?.as_str()?, key.get("mode")?.as_str()?))
            }
            Value::String(key) => Some(key.clone()),
            _ => None,
        }
    }

    /// The confidence stated with the key.
    pub(crate) fn key_confidence(&self) -> Option<f64> {
        self.key.get("confidence")?.as_f64()
    }

    /// The tempo stated.
    pub(crate) fn bpm(&self) -> Option<f64> {
        self.tempo.as_f64().or_else(|| self.tempo.get("bpm")?.as_f64())
    }

    /// The confidence stated with the tempo.
    pub(crate) fn bpm_confidence(&self) -> Option<f64> {
        self.tempo.get("confidence")?.as_f64()
    }

    /// Beats in a bar as stated.
    pub(crate) fn beats_per_bar(&self) -> Option<u64> {
        self.meter.get("beats_per_bar")?.as_u64()
    }

    /// The same line without key, tempo and meter, as a failed file is scored.
    pub(crate) fn without_statements(&self) -> Self {
        Self { key: Value::Null, tempo: Value::Null, meter: Value::Null, ..self.clone() }
    }
}

fn or_zero<'de, D: Deserializer<'de>>(input: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(input)?.unwrap_or_default())
}

fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(input: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Vec<T>>::deserialize(input)?.unwrap_or_default())
}
