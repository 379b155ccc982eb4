//! What the standalone says on the terminal.

use analysis::{Hearing, Key, Spelling};
use gui::NoticeKind;

use crate::engine::Word;

/// A notice as one line of English, for stderr.
pub(crate) fn notice_line(word: &Word) -> String {
    let detail = &word.detail;
    match word.kind {
        NoticeKind::NoInputDevice => "there is no input device: plug in a microphone or an audio \
             interface, or listen to the demo song (--demo) or a file (--file PATH)"
            .to_owned(),
        NoticeKind::NoOutputDevice if detail.is_empty() => {
            "there is no output device: nothing can be heard, but Jamboree listens".to_owned()
        }
        NoticeKind::NoOutputDevice => {
            format!("nothing can be heard, but Jamboree listens: {detail}")
        }
        NoticeKind::DeviceFailed => format!("a sound device failed, trying again: {detail}"),
        NoticeKind::FileFailed => format!("the file can't be played: {detail}"),
        NoticeKind::FilePlaying => format!("playing {detail}"),
        NoticeKind::FileEnded => format!("{detail} has ended"),
        NoticeKind::DemoPlaying => format!("playing the demo song, {detail}"),
        NoticeKind::PanelFailed => format!("drawing failed and was started again: {detail}"),
        NoticeKind::LevelNotKept => {
            format!("the tempo chosen holds for this session only: {detail}")
        }
        NoticeKind::StateNewer => "what was saved is from a newer version".to_owned(),
        NoticeKind::StateDamaged => "what was saved could not be read".to_owned(),
        NoticeKind::Problem => detail.clone(),
    }
}

/// Prints what is heard whenever it changes.
#[derive(Debug, Default)]
pub(crate) struct Teller {
    key: Option<Key>,
    /// In tenths of a BPM, as printed.
    tempo_tenths: Option<i64>,
    chord: Option<String>,
}

impl Teller {
    /// The lines to print for what changed since the last call: time, what, value.
    pub(crate) fn tell(&mut self, hearing: &Hearing) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |what: &str, value: String| {
            lines.push(format!("{:6.1} s  {what:6} {value}", hearing.at.0));
        };
        if let Some(key) = hearing.key
            && self.key != Some(key.key)
        {
            self.key = Some(key.key);
            line("key", format!("{} ({:.0} %)", key.key, 100.0 * key.confidence));
        }
        if let Some(tempo) = hearing.tempo {
            let tenths = (10.0 * tempo.bpm.0).round() as i64;
            // A tenth up or down is the estimate settling, not a change of tempo.
            if self.tempo_tenths.is_none_or(|told| (told - tenths).abs() > 5) {
                self.tempo_tenths = Some(tenths);
                let percent = 100.0 * tempo.confidence;
                line("tempo", format!("{:.1} BPM ({percent:.0} %)", tempo.bpm.0));
            }
        }
        let spelling = self.key.map_or(Spelling::default(), Key::spelling);
        let chord = hearing.chord.and_then(|segment| segment.chord);
        let chord = chord.map(|chord| chord.symbol(spelling));
        if chord != self.chord {
            if let Some(symbol) = &chord {
                line("chord", symbol.clone());
            }
            self.chord = chord;
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use analysis::{Bpm, Chord, ChordSegment, KeyEstimate, Seconds, TempoEstimate};

    use super::*;

    #[test]
    fn only_what_changed_is_told() {
        let mut teller = Teller::default();
        let key = KeyEstimate {
            key: Key::parse("D major").unwrap(),
            confidence: 0.834,
            ..KeyEstimate::default()
        };
        let tempo = TempoEstimate { bpm: Bpm(114.02), confidence: 0.9, ..TempoEstimate::default() };
        let mut hearing = Hearing {
            at: Seconds(12.34),
            key: Some(key),
            tempo: Some(tempo),
            ..Hearing::default()
        };
        let lines = teller.tell(&hearing);
        assert_eq!(lines, ["  12.3 s  key    D major (83 %)", "  12.3 s  tempo  114.0 BPM (90 %)"]);
        hearing.tempo = Some(TempoEstimate { bpm: Bpm(114.2), ..tempo });
        assert!(teller.tell(&hearing).is_empty());
        let chord = Chord::parse("F#:min7").unwrap();
        hearing.chord = Some(ChordSegment { chord, ..ChordSegment::default() });
        assert_eq!(teller.tell(&hearing), ["  12.3 s  chord  F#m7"]);
        assert!(teller.tell(&hearing).is_empty());
    }
}
