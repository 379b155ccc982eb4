//! [`TapTempo`]: the tempo of taps, and how exactly they tell it.
//!
//! A straight line is fitted to the times of the taps; the error stated is twice the standard error
//! of its slope (N. Draper and H. Smith, "Applied Regression Analysis", 1998, section 1.4).

/// Fewer taps say nothing.
const LEAST_TAPS: usize = 3;
/// More are not kept: the first fall out.
const MOST_TAPS: usize = 64;
/// A pause this long, in seconds or in beats, begins anew.
const PAUSE_S: f64 = 3.0;
const PAUSE_BEATS: f64 = 2.5;
/// A tempo tapped is shown for so many seconds after the last tap.
const SHOWN_S: f64 = 60.0;
/// Fingers and frames of a panel: the least error of a tap, in seconds.
const LEAST_ERROR_S: f64 = 0.005;

/// The tempo tapped.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tapped {
    /// Beats a minute.
    pub bpm: f32,
    /// The tempo lies within so many BPM, nineteen times of twenty.
    pub error_bpm: f32,
    /// From so many taps.
    pub n_taps: u32,
}

/// Taps since the last pause.
#[derive(Clone, Debug, Default)]
pub struct TapTempo {
    /// Seconds, in order.
    taps: Vec<f64>,
}

impl TapTempo {
    /// Forgets all taps.
    pub fn clear(&mut self) {
        self.taps.clear();
    }

    /// Takes a tap at `at` seconds of a clock of any origin.
    pub fn tap(&mut self, at: f64) {
        let is_new = match self.taps.last() {
            Some(last) if at == *last => return,
            // The clock began anew.
            Some(last) if at < *last => true,
            Some(last) => {
                at - last > PAUSE_S.min(self.beat_s().map_or(PAUSE_S, |s| PAUSE_BEATS * s))
            }
            None => true,
        };
        if is_new {
            self.taps.clear();
        }
        if self.taps.len() == MOST_TAPS {
            self.taps.remove(0);
        }
        self.taps.push(at);
    }

    /// Forgets taps that lie long before `now`: nobody means them any more.
    pub fn forget_old(&mut self, now: f64) {
        if self.taps.last().is_some_and(|last| now - last > SHOWN_S) {
            self.taps.clear();
        }
    }

    /// What was tapped, once there are three taps.
    pub fn tapped(&self) -> Option<Tapped> {
        let beat_s = self.beat_s().filter(|_| self.taps.len() >= LEAST_TAPS)?;
        let n = self.taps.len() as f64;
        let (middle, mean) = ((n - 1.0) / 2.0, self.taps.iter().sum::<f64>() / n);
        let residual = |(idx, at): (usize, &f64)| at - mean - beat_s * (idx as f64 - middle);
        let squares: f64 = self.taps.iter().enumerate().map(|tap| residual(tap).powi(2)).sum();
        let error_s = (squares / (n - 2.0)).sqrt().max(LEAST_ERROR_S) / spread(n).sqrt();
        Some(Tapped {
            bpm: (60.0 / beat_s) as f32,
            error_bpm: (2.0 * error_s * 60.0 / (beat_s * beat_s)) as f32,
            n_taps: self.taps.len() as u32,
        })
    }

    /// Seconds from tap to tap, by least squares.
    fn beat_s(&self) -> Option<f64> {
        let n = self.taps.len() as f64;
        if n < 2.0 {
            return None;
        }
        let middle = (n - 1.0) / 2.0;
        let first = self.taps[0];
        let products: f64 = self
            .taps
            .iter()
            .enumerate()
            .map(|(idx, at)| (idx as f64 - middle) * (at - first))
            .sum();
        Some(products / spread(n))
    }
}

/// Sum of squares of `n` whole numbers about their mean.
fn spread(n: f64) -> f64 {
    n * (n * n - 1.0) / 12.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taps(at: impl IntoIterator<Item = f64>) -> TapTempo {
        let mut taps = TapTempo::default();
        at.into_iter().for_each(|at| taps.tap(at));
        taps
    }

    #[test]
    fn even_taps_have_their_tempo() {
        let tapped = taps((0..8).map(|idx| 7.0 + 0.5 * f64::from(idx))).tapped().unwrap();
        assert!((tapped.bpm - 120.0).abs() < 0.01);
        assert_eq!(tapped.n_taps, 8);
        assert!(tapped.error_bpm < 1.0, "{}", tapped.error_bpm);
    }

    #[test]
    fn uneven_taps_say_how_uneven_and_more_taps_say_it_better() {
        let jitter = [0.012, -0.018, 0.004, -0.009, 0.02, -0.013, 0.007, -0.003];
        let uneven = |n: usize| {
            taps((0..n).map(|idx| 0.5 * idx as f64 + jitter[idx % jitter.len()])).tapped().unwrap()
        };
        let (few, many) = (uneven(5), uneven(24));
        assert!(many.error_bpm < 0.3 * few.error_bpm, "{few:?} {many:?}");
        for tapped in [few, many] {
            assert!((tapped.bpm - 120.0).abs() < tapped.error_bpm, "{tapped:?}");
        }
    }

    #[test]
    fn a_pause_begins_anew() {
        let mut taps = taps((0..6).map(|idx| 0.5 * f64::from(idx)));
        taps.tap(4.5);
        assert_eq!(taps.tapped(), None);
        for idx in 1..4 {
            taps.tap(4.5 + 0.75 * f64::from(idx));
        }
        assert!((taps.tapped().unwrap().bpm - 80.0).abs() < 0.01);
    }

    #[test]
    fn a_tapped_tempo_is_shown_for_a_minute() {
        let mut taps = taps((0..6).map(|idx| 0.5 * f64::from(idx)));
        taps.forget_old(60.0);
        assert!(taps.tapped().is_some());
        taps.forget_old(63.0);
        assert_eq!(taps.tapped(), None);
    }

    #[test]
    fn two_taps_one_and_none_say_nothing_and_taps_at_once_are_one() {
        for n in 0..3 {
            assert_eq!(taps((0..n).map(f64::from)).tapped(), None);
        }
        assert_eq!(taps([1.0, 1.0, 1.0, 1.0]).tapped(), None);
        assert!(
            taps((0..500).map(|idx| 0.3 * f64::from(idx))).tapped().unwrap().n_taps
                <= MOST_TAPS as u32
        );
    }
}
