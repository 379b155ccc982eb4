//! How tempo, length and loudness are spread, as bars.

use super::Piece;
use crate::html::{add, escaped};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 170.0;
/// Room below for the scale.
const BELOW: f64 = 24.0;

/// A distribution: bars of equal width from `from` on.
struct Bars {
    from: f64,
    width: f64,
    counts: Vec<usize>,
    unit: &'static str,
    /// A label every so many bars.
    every: usize,
}

/// Tempos, 5 BPM a bar.
pub(super) fn tempos(pieces: &[Piece]) -> String {
    let values = pieces.iter().filter_map(|piece| piece.bpm).map(f64::from);
    Bars::of(values, 40.0, 5.0, 36, 4, "BPM").draw("Tempo")
}

/// Integrated loudness, 1 LU a bar.
pub(super) fn loudness(pieces: &[Piece]) -> String {
    let loudness = |piece: &Piece| piece.fingerprint.loudness.integrated;
    let values = pieces.iter().filter_map(loudness).map(|lufs| f64::from(lufs.0));
    Bars::of(values, -40.0, 1.0, 40, 5, "LUFS").draw("Loudness")
}

impl Bars {
    /// Values beyond the ends count at the ends.
    fn of(
        values: impl Iterator<Item = f64>,
        from: f64,
        width: f64,
        n_bars: usize,
        every: usize,
        unit: &'static str,
    ) -> Self {
        let mut counts = vec![0; n_bars];
        for value in values {
            let bar = ((value - from) / width).floor().clamp(0.0, (n_bars - 1) as f64);
            counts[bar as usize] += 1;
        }
        Self { from, width, counts, unit, every }
    }

    fn draw(&self, name: &str) -> String {
        let highest = self.counts.iter().copied().max().unwrap_or_default();
        if highest == 0 {
            return "<p class=\"note\">Nothing to show yet.</p>".to_owned();
        }
        let step = WIDTH / self.counts.len() as f64;
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{} of the tracks\">",
            HEIGHT + BELOW,
            escaped(name)
        );
        for (idx, &count) in self.counts.iter().enumerate() {
            let (x, low) = (idx as f64 * step, self.from + idx as f64 * self.width);
            if idx % self.every == 0 {
                add!(
                    svg,
                    "<text class=\"quiet\" x=\"{x:.1}\" y=\"{:.0}\">{low:.0}</text>",
                    HEIGHT + 18.0
                );
            }
            if count > 0 {
                let height = (HEIGHT - 8.0) * count as f64 / highest as f64;
                add!(
                    svg,
                    "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" \
                     rx=\"2\"><title>{low:.0} to {:.0} {}: {count}</title></rect>",
                    x + 1.0,
                    HEIGHT - height,
                    step - 2.0,
                    height.max(1.5),
                    low + self.width,
                    self.unit
                );
            }
        }
        add!(
            svg,
            "<line class=\"rule\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{HEIGHT}\" y2=\"{HEIGHT}\"/></svg>"
        );
        svg
    }
}
