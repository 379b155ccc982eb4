//! [`Suggester`]: the one thing to try next.
//!
//! One move at a time is enough: cues add up, mostly linearly (Eerola, Friberg & Bresin,
//! "Emotional expression in music", Frontiers in Psychology 4:487, 2013). A suggestion stays until
//! there is a reason to change it, so that it can be read.

use analysis::{Chord, Fingerprint, Hearing};

use crate::harmony::ChordStatistics;
use crate::scenes::{CueReadings, Gap, SceneProfiles};
use crate::snapshot::{Corpus, NextChord, SceneId, Suggestion};

/// Keys and chords less sure than this are not built on.
const MIN_KEY_CONFIDENCE: f32 = 0.35;
const MIN_CHORD_CONFIDENCE: f32 = 0.3;
/// Chords of context handed to the statistics.
const N_HEARD: usize = 3;
/// Another move must promise so much more than the one shown,
const BETTER: f32 = 1.4;
/// and another scene must fit so much better.
const FITS_BETTER: f32 = 0.08;

/// Chooses one suggestion and stays with it until there is a reason to change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suggester {
    shown: Option<Suggestion>,
}

impl Suggester {
    /// A suggester that has suggested nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what was suggested.
    pub fn reset(&mut self) {
        self.shown = None;
    }

    /// Chords that often followed what is heard, likeliest first; empty where key or chord are
    /// not known.
    pub fn next_chords(&self, hearing: &Hearing, corpus: Corpus, k: usize) -> Vec<NextChord> {
        let Some(key) = hearing.key.filter(|key| key.confidence >= MIN_KEY_CONFIDENCE) else {
            return Vec::new();
        };
        let Some(heard) = chords_heard(hearing) else { return Vec::new() };
        ChordStatistics::shipped().next(corpus, key.key, &heard, k)
    }

    /// The one thing to try: the likeliest next chord where key and chord are known, otherwise the
    /// move that closes the largest gap to `aim` (`None`: to the best fitting of `scenes`).
    pub fn suggest(
        &mut self,
        hearing: &Hearing,
        fingerprint: Option<&Fingerprint>,
        scenes: &SceneProfiles,
        corpus: Corpus,
        aim: Option<SceneId>,
    ) -> Option<Suggestion> {
        let chord = self.suggest_chord(hearing, corpus);
        self.shown = chord.or_else(|| self.suggest_move(fingerprint?, scenes, aim));
        self.shown
    }

    fn suggest_chord(&self, hearing: &Hearing, corpus: Corpus) -> Option<Suggestion> {
        let key = hearing.key?.key;
        let after = *chords_heard(hearing)?.last()?;
        let next = self.next_chords(hearing, corpus, 4);
        // While the same chord sounds the suggestion stays, as long as it is still a likely one;
        // a revised context may only reorder what follows.
        let stays = match self.shown {
            Some(Suggestion::Chord { key: shown_key, after: shown_after, next: shown })
                if shown_key == key && shown_after == after =>
            {
                next.iter().find(|candidate| candidate.chord == shown.chord)
            }
            _ => None,
        };
        let next = *stays.or_else(|| next.first())?;
        Some(Suggestion::Chord { key, after, next })
    }

    fn suggest_move(
        &self,
        fingerprint: &Fingerprint,
        profiles: &SceneProfiles,
        aim: Option<SceneId>,
    ) -> Option<Suggestion> {
        let readings = CueReadings::of(fingerprint);
        let shown = match self.shown {
            Some(Suggestion::Move { scene, cue, .. }) => Some((scene, cue)),
            _ => None,
        };
        let scene = aim.or_else(|| {
            let fits = profiles.fit_readings(&readings);
            let best = fits.first()?;
            let kept = shown.and_then(|(scene, _)| fits.iter().find(|fit| fit.scene == scene));
            Some(kept.filter(|kept| kept.fit + FITS_BETTER >= best.fit).unwrap_or(best).scene)
        })?;
        let gaps = profiles.gaps(scene, &readings);
        let largest = gaps.first()?;
        let kept = shown
            .filter(|(shown_scene, _)| *shown_scene == scene)
            .and_then(|(_, cue)| gaps.iter().find(|gap| gap.cue == cue))
            .filter(|gap| gap.gain * BETTER >= largest.gain);
        let Gap { cue, here, there, .. } = *kept.unwrap_or(largest);
        Some(Suggestion::Move { scene, cue, here, there })
    }
}

/// The chord sounding now, after up to two different ones before it; `None` where none is heard
/// or it is too unsure.
fn chords_heard(hearing: &Hearing) -> Option<Vec<Chord>> {
    let sounding = hearing.chord.filter(|segment| segment.confidence >= MIN_CHORD_CONFIDENCE)?;
    let mut heard = vec![sounding.chord?];
    for segment in hearing.chords.iter().rev() {
        // A pause ends the phrase.
        let Some(chord) = segment.chord else { break };
        if heard.last() != Some(&chord) {
            heard.push(chord);
        }
        if heard.len() == N_HEARD {
            break;
        }
    }
    heard.reverse();
    Some(heard)
}

#[cfg(test)]
mod tests {
    use analysis::{ChordSegment, Key, KeyEstimate, Seconds};

    use super::*;
    use crate::testing::fingerprint;

    fn scenes() -> &'static SceneProfiles {
        SceneProfiles::shipped()
    }

    fn hearing(key: &str, chords: &str) -> Hearing {
        let key = Key::parse(key).unwrap();
        let key = Some(KeyEstimate { key, confidence: 0.9, ..KeyEstimate::default() });
        let mut hearing = Hearing { key, ..Hearing::default() };
        let mut segments: Vec<ChordSegment> = chords
            .split(' ')
            .enumerate()
            .map(|(idx, label)| ChordSegment {
                start: Seconds(idx as f64),
                end: Seconds(idx as f64 + 1.0),
                chord: Chord::parse(label).unwrap(),
                bass: None,
                confidence: 0.8,
            })
            .collect();
        hearing.chord = segments.pop();
        for segment in segments {
            hearing.chords.push(segment);
        }
        hearing
    }

    fn suggest(hearing: &Hearing) -> Option<Suggestion> {
        Suggester::new().suggest(hearing, Some(&fingerprint(4)), scenes(), Corpus::Billboard, None)
    }

    #[test]
    fn with_key_and_chord_the_next_chord_is_suggested() {
        let Some(Suggestion::Chord { after, next, .. }) =
            suggest(&hearing("C major", "C:maj F:maj G:maj"))
        else {
            panic!("no chord suggested")
        };
        assert_eq!(after, Chord::parse("G:maj").unwrap().unwrap());
        assert_eq!(next.chord, Chord::parse("C:maj").unwrap().unwrap());
        assert_eq!(next.n_context, 3);
    }

    #[test]
    fn without_key_or_chord_a_move_is_suggested() {
        let mut no_key = hearing("C major", "C:maj");
        no_key.key = None;
        let silent = hearing("C major", "C:maj N");
        for hearing in [no_key, silent] {
            assert!(matches!(suggest(&hearing), Some(Suggestion::Move { .. })));
            assert_eq!(
                Suggester::new().suggest(&hearing, None, scenes(), Corpus::Billboard, None),
                None
            );
        }
    }

    #[test]
    fn a_pause_ends_the_context() {
        let Some(Suggestion::Chord { next, .. }) = suggest(&hearing("C major", "F:maj N G:maj"))
        else {
            panic!("no chord suggested")
        };
        assert_eq!(next.n_context, 1);
    }

    #[test]
    fn the_same_input_keeps_the_suggestion() {
        let mut suggester = Suggester::new();
        let quiet = Hearing::default();
        let first =
            suggester.suggest(&quiet, Some(&fingerprint(9)), scenes(), Corpus::Pop909, None);
        for _ in 0..5 {
            let again =
                suggester.suggest(&quiet, Some(&fingerprint(9)), scenes(), Corpus::Pop909, None);
            assert_eq!(again, first);
        }
    }

    #[test]
    fn a_slightly_larger_gap_does_not_change_the_move() {
        let profiles = SceneProfiles::shipped();
        let aim = profiles.find("night drive");
        let mut print = fingerprint(9);
        let mut suggester = Suggester::new();
        let move_of = |suggestion| match suggestion {
            Some(Suggestion::Move { cue, .. }) => cue,
            other => panic!("no move: {other:?}"),
        };
        let first = move_of(suggester.suggest(
            &Hearing::default(),
            Some(&print),
            scenes(),
            Corpus::Pop909,
            aim,
        ));
        for _ in 0..20 {
            print.timbre[39] += 0.002;
            print.rhythm[20] += 0.005;
            let now =
                suggester.suggest(&Hearing::default(), Some(&print), scenes(), Corpus::Pop909, aim);
            assert_eq!(move_of(now), first);
        }
    }
}
