//! The tempo, the beat, other readings of the tempo, and how far the host's is off.

use advice::{TapTempo, Tapped, Trend};
use analysis::{Hearing, InputState, Stability, TempoCandidate, TempoEstimate};
use egui::{Align, Rect, Ui, pos2, vec2};

use super::key::show_absence;
use crate::action::Action;
use crate::format;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::pen::{Hero, Pen, cut_bottom, cut_left, cut_right, cut_top};
use crate::tempo_choice::range_around;
use crate::theme;
use crate::view::View;

/// Seconds of sound before "listening" becomes "no pulse".
const PATIENCE_S: f64 = 10.0;

/// Draws the zone.
pub(crate) fn show(
    ui: &mut Ui,
    area: Rect,
    view: &View<'_>,
    taps: &mut TapTempo,
    actions: &mut Vec<Action>,
) {
    let pen = view.pen(ui, area);
    let inside = pen.card(area, &view.say(Text("zone-tempo")));
    taps.forget_old(ui.input(|input| input.time));
    let tapped = taps.tapped().or(view.input.snapshot.tapped);
    let (inside, tap_row) = tap_row(&pen, inside, tapped);
    show_taps(ui, &pen, inside, tap_row, view, taps);
    let hearing = &view.input.snapshot.hearing;
    let Some(tempo) = hearing.tempo else {
        let words = view.say(match hearing.input {
            InputState::Waiting | InputState::Silent => Text("nothing"),
            InputState::Sounding if hearing.at.0 < PATIENCE_S => Text("listening"),
            InputState::Sounding => Text("no-clear-tempo"),
        });
        show_absence(&pen, inside, &words);
        view.describe(ui, area, Zone::Tempo, &words);
        return;
    };
    let bpm = format::number(tempo.bpm.0, 1);
    let words = format!("{bpm} BPM, {}", steadiness(view, &tempo));
    view.describe(ui, area, Zone::Tempo, &words);
    show_estimate(ui, &pen, inside, view, &tempo, actions);
}

/// Where the tapped tempo stands, below everything else: no room is kept for it before there is one.
fn tap_row(pen: &Pen, inside: Rect, tapped: Option<Tapped>) -> (Rect, Option<Rect>) {
    if tapped.is_none() || inside.height() < pen.px(90.0) {
        return (inside, None);
    }
    let (rest, row) = cut_bottom(inside, pen.px(26.0));
    (rest, Some(row))
}

/// The tempo tapped with T, by clicks on the number, or on a MIDI key.
fn show_taps(
    ui: &mut Ui,
    pen: &Pen,
    inside: Rect,
    row: Option<Rect>,
    view: &View<'_>,
    taps: &mut TapTempo,
) {
    let number = inside.with_max_y(inside.top() + inside.height() * 0.45);
    let id = ui.scope_id().with("taps");
    let response = ui.interact(number, id, egui::Sense::click());
    if response.clicked() {
        taps.tap(ui.input(|input| input.time));
    }
    let words = taps.tapped().or(view.input.snapshot.tapped).map(|tapped| {
        let blanks = [
            ("bpm", format::number(tapped.bpm, 1).into()),
            ("error", format::number(tapped.error_bpm, 1).into()),
            ("n", format::count(u64::from(tapped.n_taps)).into()),
        ];
        view.texts.with(Text("tapped"), &blanks)
    });
    let help = view.say(Text("tap-help"));
    let label = words.clone().unwrap_or_else(|| help.clone());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &label));
    response.on_hover_text(help);
    if let (Some(row), Some(words)) = (row, words) {
        pen.line(row, Align::Min, &words, pen.look.strong(), theme::TEXT);
    }
}

fn show_estimate(
    ui: &mut Ui,
    pen: &Pen,
    inside: Rect,
    view: &View<'_>,
    tempo: &TempoEstimate,
    actions: &mut Vec<Action>,
) {
    // A flat, wide zone has the other readings at the side of the number, not below it.
    if inside.width() > inside.height() * 3.0 {
        let band = inside.height().min(pen.px(76.0));
        let inside = Rect::from_center_size(inside.center(), vec2(inside.width(), band));
        let (value, rest) = cut_left(inside, inside.width() * 0.4);
        let (state, others) = cut_left(rest, rest.width() * 0.56);
        let state = state.with_max_x(state.right() - pen.px(14.0));
        let value = value.with_max_x(value.right() - pen.px(12.0));
        let greatest = value.height() * 0.98;
        let baseline = value.top() + value.height() * 0.84;
        show_value(pen, value, baseline, greatest, view, tempo);
        let (beat, sureness) = cut_bottom(state, pen.px(32.0));
        show_beat(pen, beat, Align::Min, &view.input.snapshot.hearing);
        show_sureness(pen, sureness, view, tempo);
        show_others(ui, pen, others, view, tempo, actions);
        return;
    }
    let hero = Hero::of(pen, inside);
    show_value(pen, hero.value, hero.baseline, hero.greatest, view, tempo);
    // The beat stands in the row of the title, at the right, where nothing else is.
    let title_row = Rect::from_min_max(
        pos2(inside.center().x, inside.top() - pen.px(20.0)),
        pos2(inside.right(), inside.top()),
    );
    show_beat(pen, title_row, Align::Max, &view.input.snapshot.hearing);
    show_sureness(pen, hero.sureness, view, tempo);
    let host_bpm = view.input.snapshot.host_bpm;
    let host_height = pen.px(if host_bpm.is_some() { 24.0 } else { 0.0 });
    let (others, host) = cut_bottom(hero.below, host_height);
    if let Some(host_bpm) = host_bpm {
        let words = host_words(view, host_bpm);
        pen.line(host, Align::Min, &words, pen.look.small(), theme::SOFT);
    }
    show_others(ui, pen, others, view, tempo, actions);
}

fn show_sureness(pen: &Pen, place: Rect, view: &View<'_>, tempo: &TempoEstimate) {
    let (bar, row) = cut_top(place, pen.px(5.0));
    pen.bar(bar, tempo.confidence, theme::ACCENT);
    let words = steadiness(view, tempo);
    let drawn = pen.line(row, Align::Min, &words, pen.look.strong(), theme::TEXT);
    let rest = row.with_min_x((drawn.right() + pen.px(12.0)).min(row.right()));
    if let Some(words) = meter_words(view)
        && pen.width(&words, pen.look.strong()) <= rest.width()
    {
        pen.line(rest, Align::Max, &words, pen.look.strong(), theme::SOFT);
    }
}

fn show_value(
    pen: &Pen,
    place: Rect,
    baseline: f32,
    greatest: f32,
    view: &View<'_>,
    tempo: &TempoEstimate,
) {
    const UNIT_SHARE: f32 = 0.26;
    let unit = view.say(Text("bpm"));
    let pieces = [("888.8", 1.0), (" ", 0.5), (unit.as_str(), UNIT_SHARE)];
    let size = pen.fitting_size(&pieces, place.width(), greatest);
    let end = pen.on_baseline(
        place.left() - size * 0.03,
        baseline,
        &format::number(tempo.bpm.0, 1),
        theme::bold(size),
        theme::ACCENT,
    );
    let unit_font = theme::bold((size * UNIT_SHARE).round());
    pen.on_baseline(end + size * 0.1, baseline, &unit, unit_font, theme::SOFT);
}

/// A dot for each beat of the bar, the current one filled; where the bar is not known, one dot that
/// is filled during the first half of each beat.
fn show_beat(pen: &Pen, place: Rect, align: Align, hearing: &Hearing) {
    let is_on = hearing.input == InputState::Sounding;
    let position = hearing.beats.last().map_or(0, |beat| usize::from(beat.bar_position));
    let n_dots = match hearing.meter {
        Some(meter) if position > 0 => usize::from(meter.beats_per_bar).clamp(1, 12),
        _ => 1,
    };
    let radius = pen.px(7.5).min(place.height() * 0.42);
    let stride = (radius * 3.4).min(place.width() / n_dots as f32);
    let used = stride * (n_dots - 1) as f32 + 2.0 * radius;
    let left = if align == Align::Max { place.right() - used } else { place.left() };
    for idx in 0..n_dots {
        let center = pos2(left + radius + stride * idx as f32, place.center().y);
        let is_current = if n_dots > 1 || position > 0 {
            idx + 1 == position
        } else {
            hearing.n_beats > 0 && hearing.beat_phase < 0.5
        };
        if is_on && is_current {
            pen.disc(center, radius, theme::ACCENT);
        } else if idx == 0 {
            pen.circle(center, radius, theme::FAINT);
        } else {
            pen.circle(center, radius, theme::LINE);
        }
    }
}

/// Other metrical levels, as buttons: choosing one narrows the tempo range around it.
fn show_others(
    ui: &mut Ui,
    pen: &Pen,
    place: Rect,
    view: &View<'_>,
    tempo: &TempoEstimate,
    actions: &mut Vec<Action>,
) {
    let height = pen.px(34.0);
    if place.height() < height || tempo.alternatives.is_empty() {
        return;
    }
    let gap = pen.px(8.0);
    let least = pen.px(126.0);
    let n_columns = ((place.width() + gap) / (least + gap)).floor().clamp(1.0, 4.0) as usize;
    let n_rows = ((place.height() + gap) / (height + gap)).floor().clamp(1.0, 2.0) as usize;
    let n_shown = tempo.alternatives.len().min(n_columns * n_rows);
    let width = ((place.width() + gap) / n_columns as f32 - gap).min(pen.px(180.0));
    let used = (height + gap) * n_shown.div_ceil(n_columns) as f32 - gap;
    let top = place.center().y - used / 2.0;
    for (idx, candidate) in tempo.alternatives.iter().take(n_shown).enumerate() {
        let (column, row) = (idx % n_columns, idx / n_columns);
        let corner =
            pos2(place.left() + (width + gap) * column as f32, top + (height + gap) * row as f32);
        let button = Rect::from_min_size(corner, vec2(width, height));
        if show_other(ui, button, view, idx, candidate)
            && let Some(range) = range_around(candidate.bpm)
        {
            actions.push(Action::ChooseLevel { bpm: candidate.bpm, range });
        }
    }
}

fn show_other(
    ui: &mut Ui,
    place: Rect,
    view: &View<'_>,
    idx: usize,
    candidate: &TempoCandidate,
) -> bool {
    let look = view.look;
    let bpm = format::number(candidate.bpm.0, 1);
    let percent = view.percent(candidate.weight);
    let response = ui.put(place, egui::Button::new("").min_size(place.size()));
    let pen = view.pen(ui, place);
    let inner = place.shrink2(vec2(pen.px(9.0), 0.0));
    let (left, right) = cut_right(inner, pen.px(34.0));
    let name = format!("{} {bpm}", format::relation(candidate.relation));
    pen.line(left, Align::Min, &name, look.body(), theme::TEXT);
    pen.line(right, Align::Max, &percent, look.small(), theme::FAINT);
    let words = view.texts.with(
        Text("tempo-other"),
        &[
            ("bpm", bpm.as_str().into()),
            ("percent", percent.as_str().into()),
            ("shortcut", (idx + 1).to_string().into()),
        ],
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
    response.on_hover_text(words).clicked()
}

fn steadiness(view: &View<'_>, tempo: &TempoEstimate) -> String {
    let word = view.say(match tempo.stability {
        Stability::Steady => Text("tempo-steady"),
        Stability::Drifting => Text("tempo-drifting"),
    });
    let sureness = view.sureness(tempo.confidence);
    view.texts
        .with(Text("tempo-state"), &[("steadiness", word.into()), ("sureness", sureness.into())])
}

fn meter_words(view: &View<'_>) -> Option<String> {
    let meter = view.input.snapshot.hearing.meter?;
    let n_beats = u64::from(meter.beats_per_bar);
    Some(view.texts.with(Text("meter"), &[("beats", format::count(n_beats).into())]))
}

/// How far the playing is off the host's tempo, in per cent and in milliseconds a beat, and where
/// it is going.
fn host_words(view: &View<'_>, host_bpm: f32) -> String {
    let host = format::number(host_bpm, 1);
    let Some(against) = view.input.snapshot.against_host else {
        return view.texts.with(Text("host-alone"), &[("bpm", host.into())]);
    };
    let blanks = [
        ("bpm", host.into()),
        ("percent", format::number(against.percent.abs(), 1).into()),
        ("ms", format::number(against.early_ms.abs(), 1).into()),
    ];
    let text = match against.percent {
        percent if percent.abs() < 0.05 => Text("host-same"),
        percent if percent > 0.0 => Text("host-faster"),
        _ => Text("host-slower"),
    };
    let words = view.texts.with(text, &blanks);
    let trend = match against.trend {
        Trend::Holding => return words,
        Trend::Rushing => Text("host-rushing"),
        Trend::Dragging => Text("host-dragging"),
    };
    view.texts.with(trend, &[("words", words.into())])
}
