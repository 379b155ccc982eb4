//! Loops: files of a few whole bars, cut to begin again without a gap. Their length tells the tempo
//! better than the few beats in them; and where none is heard, a length that is whole bars of a
//! round tempo to the very sample tells it still: one length in two hundred is that by chance.

use super::bars;
use crate::config::TempoRange;
use crate::facts::MeterEstimate;
use crate::units::Seconds;

/// Numbers of beats that loops have: one to sixteen bars of four, or of three.
const N_BEATS: [f32; 10] = [4.0, 8.0, 16.0, 32.0, 64.0, 3.0, 6.0, 12.0, 24.0, 48.0];
/// Beats may miss a whole number of bars by so many standard errors of their count, and where they
/// are too few to tell that, or uneven, by so much of a beat.
const MISS_ERRORS: f32 = 3.0;
const MOST_MISS: f32 = 0.3;
const FEW_BEATS: usize = 5;
/// Even beats that fall on frames are exact to this part of one.
const LEAST_SPREAD: f32 = 0.5;
/// The quieter end of a loop has at least this share of the power of the louder one, over so long.
const LEAST_POWER: f32 = 1e-4;
const END_FRAMES: usize = 10;
/// Tempos that loops without a pulse are made for: whole numbers between these.
const ROUND_BPM: std::ops::RangeInclusive<f64> = 60.0..=160.0;
/// A length may miss whole bars by this much, for rounding, or by a sample where that is less: at a
/// low rate a sample is so long that one length in thirty would be whole bars.
const MISS_S: f64 = 1.0 / 44_100.0;
/// Lengths of whole tenths of a second are chosen by people; they are whole bars of round tempos, too.
const CHOSEN_S: f64 = 0.1;
/// How likely a tempo from the length alone is right: that it is a loop nearly always, that it is
/// counted so and not half or twice as fast, about every second time.
pub(super) const CONFIDENCE: f32 = 0.5;
/// Numbers of beats most often found in loops, the likeliest first.
const LIKELY_BEATS: [f64; 8] = [8.0, 16.0, 4.0, 32.0, 6.0, 12.0, 24.0, 3.0];

/// Power of the first and the last tenth of a second of a file, frame by frame.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    first: f32,
    n_frames: usize,
    last: [f32; END_FRAMES],
}

impl Ends {
    /// Takes the power of the next frame.
    pub(super) fn push(&mut self, power: f32) {
        if self.n_frames < END_FRAMES {
            self.first += power;
        }
        self.last[self.n_frames % END_FRAMES] = power;
        self.n_frames += 1;
    }

    /// Whether both ends sound, as those of a loop do.
    fn sound(&self) -> bool {
        let last: f32 = self.last.iter().sum();
        self.first.min(last) > LEAST_POWER * self.first.max(last)
    }
}

/// A loop of whole bars, which begins with one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Loop {
    /// Length of a beat in frames.
    pub(super) lag: f32,
    pub(super) n_beats: usize,
}

impl Loop {
    /// The meter that the number of beats tells, for loops too short to hear one.
    pub(super) fn meter(self) -> MeterEstimate {
        bars::unheard(if self.n_beats.is_multiple_of(4) { 4 } else { 3 })
    }
}

/// The loop that a file is where it is a whole number of bars of about the beats heard, which last
/// `lag` frames of `fps` a second and begin in the frames `beats`.
pub(super) fn of_beats(
    lag: f32,
    beats: &[usize],
    length: Seconds,
    ends: &Ends,
    fps: f32,
) -> Option<Loop> {
    let n_frames = length.0 as f32 * fps;
    let heard = n_frames / lag;
    let miss = heard * relative_error(lag, beats).map_or(f32::MAX, |error| MISS_ERRORS * error);
    N_BEATS
        .into_iter()
        .filter(|n| (n - heard).abs() < miss.min(MOST_MISS) && ends.sound())
        .min_by(|a, b| (a - heard).abs().total_cmp(&(b - heard).abs()))
        .map(|n| Loop { lag: n_frames / n, n_beats: n as usize })
}

/// Standard error of the length of a beat, as a share of it: that of the slope of a line through
/// beats `lag` frames apart. `None` where they are few.
fn relative_error(lag: f32, beats: &[usize]) -> Option<f32> {
    let first = *beats.first().filter(|_| beats.len() >= FEW_BEATS)?;
    let places: Vec<(f32, f32)> = beats
        .iter()
        .map(|at| (*at as f32 - first as f32) / lag)
        .map(|place| (place.round(), (place - place.round()) * lag))
        .collect();
    let n = places.len() as f32;
    let mean_place = places.iter().map(|(place, _)| place).sum::<f32>() / n;
    let mean_off = places.iter().map(|(_, off)| off).sum::<f32>() / n;
    let squares: f32 = places.iter().map(|(place, _)| (place - mean_place).powi(2)).sum();
    let spread = places.iter().map(|(_, off)| (off - mean_off).powi(2)).sum::<f32>() / n;
    Some(spread.sqrt().max(LEAST_SPREAD) / (squares.sqrt() * lag))
}

/// The tempo in `range` that a file of `length` was made for as far as its length tells, for files at
/// `sample_rate` hertz in which no pulse is heard.
pub(super) fn bpm_of_length(
    length: Seconds,
    sample_rate: u32,
    range: TempoRange,
    ends: &Ends,
) -> Option<f32> {
    // Lengths are whole samples, to the precision of their seconds.
    let most_miss = MISS_S.min(1.0 / f64::from(sample_rate)) * 1.000_001;
    let tenths = length.0 / CHOSEN_S;
    let is_chosen = (tenths - tenths.round()).abs() * CHOSEN_S <= most_miss;
    if is_chosen || !ends.sound() {
        return None;
    }
    LIKELY_BEATS.into_iter().find_map(|n_beats| {
        let bpm = (60.0 * n_beats / length.0).round();
        let miss = (60.0 * n_beats / bpm - length.0).abs();
        let is_asked_for = (range.min.0..=range.max.0).contains(&(bpm as f32));
        (is_asked_for && ROUND_BPM.contains(&bpm) && miss <= most_miss).then_some(bpm as f32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bpm;

    fn ends(first: f32, last: f32) -> Ends {
        let mut ends = Ends::default();
        (0..50).for_each(|idx| ends.push(if idx < 25 { first } else { last }));
        ends
    }

    /// The loop of beats `lag` frames apart, each off by up to `off` frames.
    fn found(lag: f32, off: usize, seconds: f64, ends: &Ends) -> Option<Loop> {
        let n = (100.0 * seconds as f32 / lag).ceil() as usize;
        let at = |idx: usize| (idx as f32 * lag).round() as usize + off * (idx * 7 % 3);
        of_beats(lag, &(0..n).map(at).collect::<Vec<_>>(), Seconds(seconds), ends, 100.0)
    }

    #[test]
    fn a_file_of_nearly_four_beats_has_four() {
        let sounding = ends(1.0, 0.3);
        let four = found(65.5, 0, 2.4742, &sounding).unwrap();
        assert!((6000.0 / four.lag - 97.0).abs() < 0.01, "{four:?}");
        assert_eq!((four.n_beats, four.meter().beats_per_bar), (4, 4));
        let waltz = found(50.0, 0, 3.0, &sounding).unwrap();
        assert_eq!((waltz.n_beats, waltz.meter().beats_per_bar), (6, 3));
    }

    #[test]
    fn what_even_beats_contradict_is_no_loop_and_uneven_ones_may_be() {
        let sounding = ends(1.0, 1.0);
        for seconds in [2.9, 3.1, 8.1, 7.9] {
            assert_eq!(found(50.0, 0, seconds, &sounding), None, "{seconds}");
        }
        assert_eq!(found(50.0, 0, 8.0, &sounding).map(|found| found.n_beats), Some(16));
        assert_eq!(found(50.0, 6, 4.05, &sounding).map(|found| found.n_beats), Some(8));
    }

    #[test]
    fn a_file_of_five_beats_or_with_silence_at_an_end_is_no_loop() {
        assert_eq!(found(50.0, 0, 2.5, &ends(1.0, 1.0)), None);
        for silent in [ends(1.0, 0.0), ends(0.0, 1.0), ends(0.0, 0.0)] {
            assert_eq!(found(50.0, 0, 2.0, &silent), None);
        }
    }

    #[test]
    fn whole_bars_of_a_round_tempo_to_the_sample_tell_it() {
        let sounding = ends(1.0, 0.8);
        let told = |n: u32, rate: u32| {
            let length = Seconds(f64::from(n) / f64::from(rate));
            bpm_of_length(length, rate, TempoRange::default(), &sounding)
        };
        for (n_beats, bpm, rate) in [(8, 97, 44_100), (16, 174, 48_000), (4, 83, 96_000)] {
            let n = (60 * n_beats * rate + bpm / 2) / bpm;
            let octave = told(n, rate).unwrap() / bpm as f32;
            assert!([0.5, 1.0].contains(&octave), "{bpm}: {octave}");
            assert_eq!(told(n + 5, rate), None);
        }
        // Four seconds are eight beats at 120, and four seconds.
        assert_eq!(told(4 * 44_100, 44_100), None);
        let of_ends =
            |ends: &Ends, range| bpm_of_length(Seconds(480.0 / 97.0), 44_100, range, ends);
        assert_eq!(of_ends(&ends(1.0, 0.0), TempoRange::default()), None);
        let slow = TempoRange { min: Bpm(40.0), max: Bpm(90.0) };
        assert_eq!(of_ends(&sounding, TempoRange::default()), Some(97.0));
        assert_ne!(of_ends(&sounding, slow), Some(97.0));
    }

    #[test]
    fn hardly_any_length_is_whole_bars_of_a_round_tempo_by_chance() {
        let sounding = ends(1.0, 1.0);
        for rate in [8_000, 16_000, 44_100, 96_000] {
            let told = |n: u32| {
                let length = Seconds(f64::from(n) / f64::from(rate));
                bpm_of_length(length, rate, TempoRange::default(), &sounding).is_some()
            };
            let lengths = (rate..10 * rate).step_by(7);
            let n_told = lengths.clone().filter(|n| told(*n)).count();
            assert!(n_told < lengths.len() / 100, "{rate}: {n_told} of {}", lengths.len());
        }
    }
}
