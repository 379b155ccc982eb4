//! Loudness in figures (ITU-R BS.1770-4, EBU Tech 3342) and tonal balance as a curve.

use analysis::{Hearing, InputState, THIRD_OCTAVE_CENTRES_HZ};
use egui::{Align, Rect, Ui, pos2, vec2};

use crate::format;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::pen::{Pen, cut_bottom, cut_left, cut_top};
use crate::theme;
use crate::view::View;

/// Lowest and highest level of the curve in dB relative to the sum of all bands.
const CURVE_DB: std::ops::RangeInclusive<f32> = -48.0..=-4.0;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let inside = pen.card(area, &view.say(Text("zone-sound")));
    let inside = inside.with_min_y(inside.top() + pen.px(2.0));
    let loudness = &view.input.snapshot.hearing.loudness;
    let figures = [
        (Text("loud-now"), loudness.momentary.map(|lufs| lufs.0)),
        (Text("loud-short"), loudness.short_term.map(|lufs| lufs.0)),
        (Text("loud-whole"), loudness.integrated.map(|lufs| lufs.0)),
        (Text("loud-range"), loudness.range_lu),
        (Text("loud-peak"), loudness.true_peak_dbtp),
    ]
    .map(|(name, value)| (view.say(name), format::number_or_dash(value, 1)));

    let pair_height = pen.px(43.0);
    let n_rows = if inside.height() > pair_height * 2.0 + pen.px(20.0) { 2 } else { 1 };
    let (numbers, curve) = cut_top(inside, pair_height * n_rows as f32);
    for (idx, (name, value)) in figures.iter().enumerate() {
        let (column, row) = if n_rows == 2 { (idx % 3, idx / 3) } else { (idx, 0) };
        let n_columns = if n_rows == 2 { 3.0 } else { 5.0 };
        let stride = numbers.width() / n_columns;
        let place = Rect::from_min_size(
            pos2(numbers.left() + stride * column as f32, numbers.top() + pair_height * row as f32),
            vec2(stride - pen.px(2.0), pair_height),
        );
        let (name_place, value_place) = cut_top(place, pair_height * 0.42);
        pen.line(name_place, Align::Min, name, pen.look.small(), theme::FAINT);
        pen.line(value_place, Align::Min, value, pen.look.large(), theme::TEXT);
    }
    show_balance(&pen, curve, &view.input.snapshot.hearing);

    let words: Vec<String> =
        figures.iter().map(|(name, value)| format!("{name} {value}")).collect();
    view.describe(ui, area, Zone::Sound, &words.join(", "));
}

/// Third-octave levels, 25 Hz to 10 kHz, with lines at 100 Hz, 1 kHz and 10 kHz.
fn show_balance(pen: &Pen, place: Rect, hearing: &Hearing) {
    if place.height() < pen.px(34.0) {
        return;
    }
    let (plot, scale) = cut_bottom(place, pen.px(16.0));
    let plot = plot.with_min_y(plot.top() + pen.px(4.0));
    let n_bands = THIRD_OCTAVE_CENTRES_HZ.len();
    let x_of = |idx: usize| {
        plot.left() + plot.width() * idx as f32 / n_bands.saturating_sub(1).max(1) as f32
    };
    for (hz, name) in [(100.0, "100"), (1_000.0, "1k"), (10_000.0, "10k")] {
        let Some(idx) = THIRD_OCTAVE_CENTRES_HZ.iter().position(|&center| center == hz) else {
            continue;
        };
        let x = x_of(idx);
        pen.vline(x, plot.top(), plot.bottom(), theme::RAISED);
        let label =
            Rect::from_center_size(pos2(x, scale.center().y), vec2(pen.px(40.0), scale.height()));
        pen.line(label, Align::Center, name, pen.look.regular(11.5), theme::FAINT);
    }
    let (unit, _) = cut_left(scale, pen.px(24.0));
    pen.line(unit, Align::Min, "Hz", pen.look.regular(11.5), theme::FAINT);
    if hearing.input != InputState::Sounding {
        return;
    }
    let (low, high) = (*CURVE_DB.start(), *CURVE_DB.end());
    let points = hearing
        .third_octaves_db
        .iter()
        .enumerate()
        .map(|(idx, &db)| {
            let db = if db.is_finite() { db.clamp(low, high) } else { low };
            let share = (db - low) / (high - low);
            pos2(x_of(idx), plot.bottom() - plot.height() * share)
        })
        .collect();
    pen.curve(points, theme::FIT);
}
