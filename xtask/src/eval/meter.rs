//! Meter: how many beats make a bar.

use super::truth::Beats;

/// Beats in a bar of "3/4".
pub(crate) fn parse(text: &str) -> Option<usize> {
    text.split('/').next()?.trim().parse().ok().filter(|beats| *beats > 0)
}

/// Beats in the usual bar, from downbeat to downbeat.
pub(crate) fn of_beats(beats: &Beats) -> Option<usize> {
    let n_before = |at: f64| beats.all.partition_point(|beat| *beat < at);
    let bars = beats.downbeats.windows(2).map(|pair| n_before(pair[1]) - n_before(pair[0]));
    let mut bars: Vec<usize> = bars.collect();
    bars.sort_unstable();
    bars.get(bars.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_odd_bar_does_not_change_the_meter() {
        let all: Vec<f64> = (0..18).map(f64::from).collect();
        let beats = Beats { downbeats: vec![1.0, 5.0, 9.0, 11.0, 15.0], all };
        assert_eq!(of_beats(&beats), Some(4));
        assert_eq!(of_beats(&Beats::default()), None);
    }

    #[test]
    fn the_upper_number_counts() {
        assert_eq!(parse("3/4"), Some(3));
        assert_eq!(parse(""), None);
    }
}
