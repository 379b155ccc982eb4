//! The last bars of chords as a strip, and the chords that often follow.
//!
//! The strip does not slide: it stands still for a bar, the newest chord growing inside it, then
//! moves on by one bar.

use analysis::{Bpm, ChordSegment, Hearing};
use egui::{Align, Rect, Ui, pos2, vec2};

use crate::i18n::Text;
use crate::layout::Zone;
use crate::notation::ChordName;
use crate::pen::{Pen, cut_top};
use crate::theme;
use crate::view::View;

/// Bars shown.
const N_BARS: f64 = 8.0;
/// Seconds shown where there are no bars, and how far the strip then moves at a time.
const PLAIN_SPAN_S: f64 = 16.0;
const PLAIN_STEP_S: f64 = 2.0;

/// Draws the strip.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let hearing = &view.input.snapshot.hearing;
    let window = Window::of(hearing);
    let title =
        view.say(if window.has_bars { Text("zone-strip-bars") } else { Text("zone-strip") });
    let inside = pen.card(area, &title);
    let inside = inside.with_min_y(inside.top() + pen.px(2.0));
    let mut names = Vec::new();
    pen.surface(inside, theme::GROUND);

    for beat in hearing.beats.iter().filter(|beat| beat.bar_position == 1) {
        if let Some(x) = window.x_of(beat.at.0, inside) {
            pen.vline(x, inside.top(), inside.bottom(), theme::LINE);
        }
    }
    for segment in hearing.chords.iter() {
        if let Some(name) = show_segment(&pen, inside, view, segment, &window, theme::RAISED) {
            names.push(name);
        }
    }
    if let Some(mut now) = hearing.chord {
        now.end = analysis::Seconds(now.end.0.max(hearing.at.0));
        let name = show_segment(&pen, inside, view, &now, &window, theme::ACCENT_SURFACE);
        names.extend(name);
    }
    view.describe(ui, area, Zone::Strip, &format!("{title}: {}", names.join(" ")));
}

/// Draws one chord where it is in the window; returns its name if so.
fn show_segment(
    pen: &Pen,
    inside: Rect,
    view: &View<'_>,
    segment: &ChordSegment,
    window: &Window,
    color: egui::Color32,
) -> Option<String> {
    let chord = segment.chord?;
    if segment.end.0 <= window.start_s || segment.start.0 >= window.end_s {
        return None;
    }
    let left = inside.left() + window.share(segment.start.0).clamp(0.0, 1.0) * inside.width();
    let right = inside.left() + window.share(segment.end.0).clamp(0.0, 1.0) * inside.width();
    let gap = pen.px(1.0);
    let place = Rect::from_min_max(
        pos2(left + gap, inside.top() + gap),
        pos2((right - gap).max(left + gap + 1.0), inside.bottom() - gap),
    );
    pen.block(place, color);
    let name = view.chord(chord);
    let symbol = name.symbol();
    let is_now = color == theme::ACCENT_SURFACE;
    let text_color = if is_now { theme::ACCENT } else { theme::TEXT };
    let text = place.shrink2(vec2(pen.px(6.0), 0.0));
    // A name is written whole or not at all.
    let fonts = [pen.look.large(), pen.look.strong(), pen.look.small()];
    if let Some(font) = pen.fitting_font(&symbol, text.width() + pen.px(4.0), fonts) {
        pen.line(text.expand2(vec2(pen.px(3.0), 0.0)), Align::Min, &symbol, font, text_color);
    } else {
        show_stacked(pen, place, &name, text_color);
    }
    Some(symbol)
}

/// The root above the rest of the name, in a place too narrow for both side by side.
fn show_stacked(pen: &Pen, place: Rect, name: &ChordName, color: egui::Color32) {
    let room = place.width() + pen.px(2.0);
    let root_fonts = [pen.look.strong(), pen.look.bold(13.0), pen.look.bold(11.5)];
    let suffix_fonts = [pen.look.regular(11.5)];
    let (Some(root_font), Some(suffix_font)) = (
        pen.fitting_font(&name.root, room, root_fonts),
        pen.fitting_font(&name.suffix, room, suffix_fonts),
    ) else {
        return;
    };
    let middle = place.center().y + pen.px(4.0);
    let upper = place.with_max_y(middle).with_min_y(middle - pen.px(22.0));
    let lower = place.with_min_y(middle - pen.px(2.0)).with_max_y(middle + pen.px(14.0));
    let wider = vec2(pen.px(2.0), 0.0);
    pen.line(upper.expand2(wider), Align::Center, &name.root, root_font, color);
    pen.line(lower.expand2(wider), Align::Center, &name.suffix, suffix_font, color);
}

/// The stretch of time the strip shows.
struct Window {
    start_s: f64,
    end_s: f64,
    has_bars: bool,
}

impl Window {
    fn of(hearing: &Hearing) -> Self {
        Self::of_bars(hearing).unwrap_or_else(|| {
            let end_s = ((hearing.at.0 / PLAIN_STEP_S).floor() + 1.0) * PLAIN_STEP_S;
            let end_s = end_s.max(PLAIN_SPAN_S);
            Self { start_s: end_s - PLAIN_SPAN_S, end_s, has_bars: false }
        })
    }

    /// The last bars, the current one included, where bars are known.
    fn of_bars(hearing: &Hearing) -> Option<Self> {
        let beats_per_bar = f64::from(hearing.meter?.beats_per_bar);
        let Bpm(bpm) = hearing.tempo?.bpm;
        let bar_s = beats_per_bar * 60.0 / f64::from(bpm);
        let downbeat = hearing.beats.iter().rev().find(|beat| beat.bar_position == 1)?;
        if !(bar_s.is_finite() && bar_s > 0.2) {
            return None;
        }
        // Where downbeats stop coming, go on by whole bars.
        let n_since = ((hearing.at.0 - downbeat.at.0) / bar_s).floor().max(0.0);
        let end_s = downbeat.at.0 + (n_since + 1.0) * bar_s;
        Some(Self { start_s: end_s - N_BARS * bar_s, end_s, has_bars: true })
    }

    fn share(&self, at_s: f64) -> f32 {
        ((at_s - self.start_s) / (self.end_s - self.start_s)) as f32
    }

    fn x_of(&self, at_s: f64, place: Rect) -> Option<f32> {
        let share = self.share(at_s);
        (0.0..=1.0).contains(&share).then(|| place.left() + place.width() * share)
    }
}

/// Draws the chords that often follow the one sounding.
pub(crate) fn show_next(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let title = view.say(Text("zone-next"));
    let inside = pen.card(area, &title);
    let next_chords = &view.input.snapshot.next_chords;
    if next_chords.is_empty() {
        let words = view.say(Text("next-none-yet"));
        pen.line(inside, Align::Min, &words, pen.look.body(), theme::FAINT);
        view.describe(ui, area, Zone::Next, &format!("{title}: {words}"));
        return;
    }
    let least = pen.px(74.0);
    let n_columns = ((inside.width() / least).floor().max(1.0) as usize).min(4);
    let stride = inside.width() / n_columns as f32;
    let mut words = Vec::new();
    for (idx, next) in next_chords.iter().take(n_columns).enumerate() {
        let corner = pos2(inside.left() + stride * idx as f32, inside.top());
        let place = Rect::from_min_size(corner, vec2(stride - pen.px(6.0), inside.height()));
        let (name_place, percent_place) = cut_top(place, place.height() * 0.58);
        let name = view.chord(next.chord).symbol();
        let percent = view.percent(next.probability);
        let fonts = [pen.look.large(), pen.look.strong(), pen.look.bold(13.0)];
        let font = pen.fitting_font(&name, name_place.width(), fonts);
        let font = font.unwrap_or(pen.look.bold(11.5));
        pen.line(name_place, Align::Min, &name, font, theme::TEXT);
        pen.line(percent_place, Align::Min, &percent, pen.look.small(), theme::FAINT);
        words.push(format!("{name} {percent}"));
    }
    view.describe(ui, area, Zone::Next, &format!("{title}: {}", words.join(", ")));
}

#[cfg(test)]
mod tests {
    use analysis::{Beat, MeterEstimate, Seconds, TempoEstimate};

    use super::*;

    fn at(seconds: f64) -> Hearing {
        let mut hearing = Hearing {
            at: Seconds(seconds),
            tempo: Some(TempoEstimate { bpm: Bpm(120.0), ..TempoEstimate::default() }),
            meter: Some(MeterEstimate { beats_per_bar: 4, confidence: 0.9 }),
            ..Hearing::default()
        };
        let mut beat = 0;
        while f64::from(beat) * 0.5 <= seconds {
            let position = (beat % 4 + 1) as u8;
            hearing.beats.push(Beat { at: Seconds(f64::from(beat) * 0.5), bar_position: position });
            beat += 1;
        }
        hearing
    }

    #[test]
    fn the_strip_stands_still_within_a_bar_and_moves_on_by_one() {
        let first = Window::of(&at(20.1));
        let later = Window::of(&at(21.9));
        assert!((first.end_s - later.end_s).abs() < 1e-9);
        let next = Window::of(&at(22.1));
        assert!((next.end_s - first.end_s - 2.0).abs() < 1e-9);
        assert!((next.end_s - next.start_s - 16.0).abs() < 1e-9);
    }

    #[test]
    fn without_bars_the_strip_shows_seconds() {
        let window = Window::of(&Hearing { at: Seconds(33.0), ..Hearing::default() });
        assert!(!window.has_bars);
        assert!(window.start_s <= 33.0 && 33.0 <= window.end_s);
    }
}
