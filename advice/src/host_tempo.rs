//! [`AgainstHost`]: how the playing compares with the tempo of the host.

use std::ops::Range;

use analysis::{Beat, Hearing, History};

type Beats = History<Beat, 64>;

/// Beats the tempo is read from, and fewer that will do.
const N_BEATS: usize = 16;
const LEAST_BEATS: usize = 8;
/// Intervals this much longer or shorter than the newest are gaps.
const NEAR: f64 = 0.2;
/// Beats before these, if they took this much more or less time each, were of another tempo.
const N_PHRASE: usize = 4;
const SAME_TEMPO: f64 = 0.045;
/// Seconds after the last beat for which it still counts.
const STALE_SECONDS: f64 = 4.0;
/// Within so much of the host's tempo, that is what is meant to be played.
const MEANT: f64 = 0.15;
/// Beyond, another level of it is meant where it is so near to one.
const LEVEL: f64 = 0.06;
const LEVELS: [f64; 4] = [1.0 / 3.0, 0.5, 2.0, 3.0];
/// A change this large from sixteen beats to the next is a trend, in per cent.
const TREND_PERCENT: f32 = 0.6;

/// Where the tempo played is going.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trend {
    /// Nowhere, or not known yet.
    #[default]
    Holding,
    /// Faster than before.
    Rushing,
    /// Slower than before.
    Dragging,
}

/// The tempo of the last beats played, against the host's.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct AgainstHost {
    /// Faster than the host, or than its half, third, double or triple where that is played, by so
    /// many per cent; slower below 0.
    pub percent: f32,
    /// Each beat of the host's tempo is early by so many milliseconds; late below 0.
    pub early_ms: f32,
    /// Where it is going.
    pub trend: Trend,
}

impl AgainstHost {
    /// Compares what was played last with `host_bpm`, where there are beats enough. A metrical level
    /// of the host's tempo (half, double and so on) is in time too.
    pub fn of(hearing: &Hearing, host_bpm: f32) -> Option<Self> {
        hearing.tempo?;
        let newest = hearing.beats.last()?;
        if hearing.at.0 - newest.at.0 > STALE_SECONDS {
            return None;
        }
        let host_beat_s = 60.0 / f64::from(host_bpm);
        let beats = &hearing.beats;
        let (n, n_run) = (beats.len(), n_in_run(beats));
        let now = beat_s(beats, n - n_run.min(N_BEATS)..n)?;
        let before =
            (n_run >= 2 * N_BEATS).then(|| beat_s(beats, n - 2 * N_BEATS..n - N_BEATS)).flatten();
        let level = level_of(host_beat_s / now);
        let factor = host_beat_s / now / level;
        let trend = match before.map(|before| (before / now - 1.0) as f32 * 100.0) {
            Some(change) if change > TREND_PERCENT => Trend::Rushing,
            Some(change) if change < -TREND_PERCENT => Trend::Dragging,
            _ => Trend::Holding,
        };
        Some(Self {
            percent: ((factor - 1.0) * 100.0) as f32,
            early_ms: (1000.0 * host_beat_s * (1.0 - 1.0 / factor)) as f32,
            trend,
        })
    }
}

/// The level of the host's tempo that is played, from the ratio of both.
fn level_of(ratio: f64) -> f64 {
    let off = |level: f64| (ratio / level).ln().abs();
    if off(1.0) < MEANT {
        return 1.0;
    }
    let nearest = LEVELS.into_iter().min_by(|a, b| off(*a).total_cmp(&off(*b)));
    nearest.filter(|level| off(*level) < LEVEL).unwrap_or(1.0)
}

/// How many of the newest beats follow each other at one tempo and without a gap.
fn n_in_run(beats: &Beats) -> usize {
    let at = |idx: usize| beats.get(idx).map(|beat| beat.at.0);
    // Seconds a beat, of the `len` beats up to the one at `end`.
    let mean = |end: usize, len: usize| Some((at(end)? - at(end.checked_sub(len)?)?) / len as f64);
    let Some(last) = beats.len().checked_sub(1) else { return 0 };
    let Some(newest) = mean(last, N_PHRASE.min(last)).filter(|_| last > 0) else { return 1 };
    let goes_on = |end: usize| {
        let near =
            |len: Option<f64>, most: f64| len.is_none_or(|len| (len / newest - 1.0).abs() < most);
        near(mean(end, 1), NEAR) && near(mean(end, N_PHRASE), SAME_TEMPO)
    };
    1 + (1..=last).rev().take_while(|end| goes_on(*end)).count()
}

/// Seconds a beat, of the beats in `range`: a straight line through their times.
fn beat_s(beats: &Beats, range: Range<usize>) -> Option<f64> {
    if range.len() < LEAST_BEATS {
        return None;
    }
    let middle = (range.len() - 1) as f64 / 2.0;
    let first = beats.get(range.start)?.at.0;
    let (mut products, mut squares) = (0.0, 0.0);
    for (idx, place) in range.enumerate() {
        let x = idx as f64 - middle;
        products += x * (beats.get(place)?.at.0 - first);
        squares += x * x;
    }
    Some(products / squares).filter(|seconds| *seconds > 0.0)
}

#[cfg(test)]
mod tests {
    use analysis::{Seconds, TempoEstimate};

    use super::*;

    /// Beats at the tempos given, eight of each, as the live path places them: to 10 ms.
    fn hearing(tempos: &[f64]) -> Hearing {
        let mut hearing = Hearing { tempo: Some(TempoEstimate::default()), ..Hearing::default() };
        let mut at = 1.0;
        for bpm in tempos.iter().flat_map(|bpm| [bpm; 8]) {
            let placed = Seconds((at * 100.0_f64).round() / 100.0);
            hearing.beats.push(Beat { at: placed, bar_position: 1 });
            hearing.at = placed;
            at += 60.0 / bpm;
        }
        hearing
    }

    #[test]
    fn music_at_103_is_three_per_cent_faster_than_a_host_at_100() {
        let against = AgainstHost::of(&hearing(&[103.0; 4]), 100.0).unwrap();
        assert!((against.percent - 3.0).abs() < 0.3, "{against:?}");
        assert!((against.early_ms - 17.5).abs() < 2.0, "{against:?}");
        assert_eq!(against.trend, Trend::Holding);
    }

    #[test]
    fn half_and_double_of_the_hosts_tempo_are_in_time() {
        for (bpm, host) in [(60.0, 120.0), (170.0, 85.0), (50.0, 150.0)] {
            let against = AgainstHost::of(&hearing(&[bpm; 4]), host).unwrap();
            assert!(against.percent.abs() < 0.3, "{bpm} {host} {against:?}");
        }
    }

    #[test]
    fn the_trend_is_where_the_tempo_goes() {
        let rushing = AgainstHost::of(&hearing(&[100.0, 100.0, 102.0, 104.0]), 100.0).unwrap();
        let dragging = AgainstHost::of(&hearing(&[104.0, 102.0, 100.0, 100.0]), 100.0).unwrap();
        assert_eq!((rushing.trend, dragging.trend), (Trend::Rushing, Trend::Dragging));
    }

    #[test]
    fn beats_before_a_gap_do_not_count_and_few_beats_say_nothing() {
        assert_eq!(AgainstHost::of(&Hearing::default(), 100.0), None);
        let mut stopped = hearing(&[100.0; 4]);
        for idx in 0..4 {
            let at = Seconds(40.0 + 0.6 * f64::from(idx));
            stopped.beats.push(Beat { at, bar_position: 1 });
            stopped.at = at;
        }
        assert_eq!(AgainstHost::of(&stopped, 100.0), None);
        let mut silent = hearing(&[100.0; 4]);
        silent.at.0 += 10.0;
        assert_eq!(AgainstHost::of(&silent, 100.0), None);
    }
}
