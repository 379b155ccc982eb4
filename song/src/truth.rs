//! [`Truth`]: what there is to be heard in a song, computed from its score.

use analysis::{Beat, Bpm, ChordSegment, KeySegment, Seconds};

use crate::score::Song;

/// The facts of a song. Chords and keys cover it from 0 to the end without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Length of the song.
    pub length: Seconds,
    /// Tempo, the same throughout.
    pub bpm: Bpm,
    /// Beats in a bar.
    pub beats_per_bar: u8,
    /// Keys in time order.
    pub keys: Vec<KeySegment>,
    /// Beats in time order, up to the last downbeat: after it the last chord rings out.
    pub beats: Vec<Beat>,
    /// Chords in time order; neighbours differ.
    pub chords: Vec<ChordSegment>,
}

impl Song {
    /// What an analysis of this song should hear.
    pub fn truth(&self) -> Truth {
        let mut keys: Vec<KeySegment> = Vec::new();
        let mut chords: Vec<ChordSegment> = Vec::new();
        for (bar_idx, bar) in self.bars.iter().enumerate() {
            let (start, end) = (self.bar_start(bar_idx), self.bar_start(bar_idx + 1));
            match keys.last_mut() {
                Some(last) if last.key == bar.key => last.end = end,
                _ => keys.push(KeySegment { start, end, key: bar.key }),
            }
            match chords.last_mut() {
                Some(last) if last.chord == Some(bar.chord) => last.end = end,
                _ => chords.push(ChordSegment {
                    start,
                    end,
                    chord: Some(bar.chord),
                    bass: None,
                    confidence: 1.0,
                }),
            }
        }
        Truth {
            length: self.length(),
            bpm: self.bpm,
            beats_per_bar: self.beats_per_bar,
            keys,
            beats: self.beats(),
            chords,
        }
    }

    fn beats(&self) -> Vec<Beat> {
        let per_bar = usize::from(self.beats_per_bar);
        let last = self.bars.len().saturating_sub(1) * per_bar;
        (0..=last)
            .map(|beat| Beat {
                at: self.time_of(beat as f64),
                bar_position: (beat % per_bar) as u8 + 1,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use crate::demo;

    /// The checked-in files have the formats of mir_eval (Raffel et al., "mir_eval: a transparent
    /// implementation of common MIR metrics", ISMIR 2014): `load_events` with the bar position in
    /// a second column, and `load_labeled_intervals`. `UPDATE_GOLDENS=1` rewrites them.
    fn check(name: &str, computed: &str) {
        let path = format!("{}/truth/{name}", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            std::fs::write(&path, computed).expect("the truth can be written");
        }
        let stored = std::fs::read_to_string(&path).expect("the truth is checked in");
        assert_eq!(stored, computed, "{name} is not what the score says");
    }

    #[test]
    fn stored_beats_are_those_of_the_score() {
        let mut text = String::new();
        for beat in demo().truth().beats {
            writeln!(text, "{:.6}\t{}", beat.at.0, beat.bar_position).expect("writes to a string");
        }
        check("demo.beats", &text);
    }

    #[test]
    fn stored_chords_are_those_of_the_score() {
        let truth = demo().truth();
        let mut text = String::new();
        for segment in &truth.chords {
            let key = truth.keys.iter().rfind(|key| key.start.0 <= segment.start.0);
            let spelling = key.map(|key| key.key.spelling()).unwrap_or_default();
            let label = segment.chord.map_or("N".to_owned(), |chord| chord.harte(spelling));
            writeln!(text, "{:.6}\t{:.6}\t{label}", segment.start.0, segment.end.0)
                .expect("writes to a string");
        }
        check("demo.lab", &text);
    }

    #[test]
    fn stored_keys_are_those_of_the_score() {
        let mut text = String::new();
        for segment in demo().truth().keys {
            writeln!(text, "{:.6}\t{:.6}\t{}", segment.start.0, segment.end.0, segment.key)
                .expect("writes to a string");
        }
        check("demo.key", &text);
    }

    #[test]
    fn chords_and_keys_cover_the_song_without_gaps() {
        let truth = demo().truth();
        let mut at = 0.0;
        for chord in &truth.chords {
            assert_eq!(chord.start.0, at);
            at = chord.end.0;
        }
        assert_eq!(at, truth.length.0);
        assert_eq!(truth.keys.first().map(|key| key.start.0), Some(0.0));
        assert_eq!(truth.keys[0].end.0, truth.keys[1].start.0);
        assert_eq!(truth.keys.last().map(|key| key.end.0), Some(truth.length.0));
    }

    #[test]
    fn beats_come_at_the_stated_tempo_and_bars_begin_with_one() {
        let truth = demo().truth();
        let beat_len = truth.bpm.beat_len().0;
        for pair in truth.beats.windows(2) {
            assert!((pair[1].at.0 - pair[0].at.0 - beat_len).abs() < 1e-9);
            assert_eq!(pair[1].bar_position, pair[0].bar_position % truth.beats_per_bar + 1);
        }
        assert_eq!(truth.beats[0].bar_position, 1);
    }

    #[test]
    fn the_lift_leaves_time_to_be_noticed_within_a_minute() {
        let truth = demo().truth();
        let lift = truth.keys[1].start.0;
        assert!((30.0..40.0).contains(&lift), "lift at {lift} s");
        assert_ne!(truth.keys[0].key, truth.keys[1].key);
        assert!((78.0..82.0).contains(&truth.length.0));
    }
}
