//! [`Suggester`]: the one thing to try next.
//!
//! One move at a time is enough: cues add up, mostly linearly (Eerola, Friberg & Bresin,
//! "Emotional expression in music", Frontiers in Psychology 4:487, 2013). A suggestion stays until
//! there is a reason to change it, so that it can be read.

use analysis::{Chord, Fingerprint, Hearing};

use crate::harmony::ChordStatistics;
use crate::scenes::{CueReadings, Gap, SceneProfiles};
use crate::snapshot::{Corpus, NextChord, Suggestion};
use crate::target;

/// Keys and chords less sure than this are not built on.
const MIN_KEY_CONFIDENCE: f32 = 0.35;
const MIN_CHORD_CONFIDENCE: f32 = 0.3;
/// Chords of context handed to the statistics.
const N_HEARD: usize = 3;
/// Another move must promise so much more than the one shown,
const BETTER: f32 = 1.4;
/// and another scene must fit so much better.
const FITS_BETTER: f32 = 0.08;

/// Where suggestions are to lead.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// Anywhere: to the best fitting of these scenes, where no chord can be suggested.
    Anywhere(&'a SceneProfiles),
    /// To the target pinned, which is so far away; `None` where that is not known yet.
    Target(Option<&'a target::Gap>),
}

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

    /// The one thing to try. Towards a target it is what closes the largest gap, and the likeliest
    /// next chord where there is none; otherwise that chord, and where key or chord are not known a
    /// move towards the scene that fits best.
    pub fn suggest(
        &mut self,
        hearing: &Hearing,
        fingerprint: Option<&Fingerprint>,
        wanted: Wanted<'_>,
        corpus: Corpus,
    ) -> Option<Suggestion> {
        self.shown = match wanted {
            Wanted::Target(gap) => {
                gap.and_then(close).or_else(|| self.suggest_chord(hearing, corpus))
            }
            Wanted::Anywhere(scenes) => self
                .suggest_chord(hearing, corpus)
                .or_else(|| self.suggest_move(fingerprint?, scenes)),
        };
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
    ) -> Option<Suggestion> {
        let readings = CueReadings::of(fingerprint);
        let shown = match self.shown {
            Some(Suggestion::Move { scene, cue, .. }) => Some((scene, cue)),
            _ => None,
        };
        let fits = profiles.fit_readings(&readings);
        let best = fits.first()?;
        let kept = shown.and_then(|(scene, _)| fits.iter().find(|fit| fit.scene == scene));
        let scene = kept.filter(|kept| kept.fit + FITS_BETTER >= best.fit).unwrap_or(best).scene;
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

/// What closes the largest gap.
fn close(gap: &target::Gap) -> Option<Suggestion> {
    Some(Suggestion::Close { target: gap.target, aspect: gap.largest? })
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
    use crate::snapshot::TrackId;
    use crate::target::GapAspect;
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
        let anywhere = Wanted::Anywhere(scenes());
        Suggester::new().suggest(hearing, Some(&fingerprint(4)), anywhere, Corpus::Billboard)
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
            let anywhere = Wanted::Anywhere(scenes());
            let suggested = Suggester::new().suggest(&hearing, None, anywhere, Corpus::Billboard);
            assert_eq!(suggested, None);
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
        let print = fingerprint(9);
        let anywhere = Wanted::Anywhere(scenes());
        let first = suggester.suggest(&quiet, Some(&print), anywhere, Corpus::Pop909);
        for _ in 0..5 {
            let again = suggester.suggest(&quiet, Some(&print), anywhere, Corpus::Pop909);
            assert_eq!(again, first);
        }
    }

    #[test]
    fn a_slightly_larger_gap_does_not_change_the_move() {
        let mut print = fingerprint(9);
        let mut suggester = Suggester::new();
        let mut next_move = |print: &Fingerprint| {
            let anywhere = Wanted::Anywhere(scenes());
            let suggestion =
                suggester.suggest(&Hearing::default(), Some(print), anywhere, Corpus::Pop909);
            match suggestion {
                Some(Suggestion::Move { scene, cue, .. }) => (scene, cue),
                other => panic!("no move: {other:?}"),
            }
        };
        let first = next_move(&print);
        for _ in 0..20 {
            print.timbre[39] += 0.002;
            print.rhythm[20] += 0.005;
            assert_eq!(next_move(&print), first);
        }
    }

    #[test]
    fn towards_a_target_the_largest_gap_comes_first_and_then_the_next_chord() {
        let hearing = hearing("C major", "C:maj F:maj G:maj");
        let print = fingerprint(4);
        let suggest = |gap: Option<&target::Gap>| {
            let wanted = Wanted::Target(gap);
            Suggester::new().suggest(&hearing, Some(&print), wanted, Corpus::Billboard)
        };
        let far = target::Aim::at_reference(TrackId(3), &fingerprint(5)).gap(&print);
        let Some(Suggestion::Close { target, aspect }) = suggest(Some(&far)) else {
            panic!("no gap is closed")
        };
        assert_eq!(target, far.target);
        assert!(GapAspect::ALL.iter().all(|&other| far.gain(other) <= far.gain(aspect)));
        // There already, or not known yet: what is written goes on.
        let near = target::Aim::at_reference(TrackId(4), &print).gap(&print);
        for gap in [Some(&near), None] {
            assert!(matches!(suggest(gap), Some(Suggestion::Chord { .. })), "{gap:?}");
        }
    }
}
