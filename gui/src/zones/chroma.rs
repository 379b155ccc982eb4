//! The twelve pitch classes over the last second; those of the key are bright.

use analysis::{InputState, Key, PitchClass};
use egui::{Align, FontId, Rect, Ui, pos2, vec2};

use super::key::show_absence;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::pen::{Pen, cut_bottom};
use crate::theme;
use crate::view::View;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let title = view.say(Text("zone-notes"));
    let inside = pen.card(area, &title);
    let hearing = &view.input.snapshot.hearing;
    let words = match hearing.input {
        InputState::Waiting | InputState::Silent => Some(view.say(Text("nothing"))),
        InputState::Sounding => None,
    };
    if let Some(words) = words {
        show_absence(&pen, inside, &words);
        view.describe(ui, area, Zone::Notes, &format!("{title}: {words}"));
        return;
    }

    let key = hearing.key.map(|estimate| estimate.key);
    let (bars, names) = cut_bottom(inside, pen.px(24.0));
    let stride = bars.width() / 12.0;
    let bars = bars.with_min_y(bars.top() + pen.px(6.0));
    let mut loud = Vec::new();
    for pitch_class in PitchClass::all() {
        let level = hearing.chroma.get(pitch_class.index()).copied().unwrap_or_default();
        let level = if level.is_finite() { level.clamp(0.0, 1.0) } else { 0.0 };
        let left = bars.left() + stride * pitch_class.index() as f32;
        let color = match key {
            Some(key) if pitch_class == key.tonic => theme::ACCENT,
            Some(key) if key.scale().contains(&pitch_class) => theme::SOFT,
            Some(_) => theme::LINE,
            None => theme::SOFT,
        };
        let width = stride * 0.66;
        let height = (bars.height() * level).max(pen.px(2.0));
        let bar = Rect::from_min_size(
            pos2(left + (stride - width) / 2.0, bars.bottom() - height),
            vec2(width, height),
        );
        pen.block(bar, color);
        if level > 0.5 {
            loud.push(pitch_class);
        }
    }
    let speller = view.speller();
    let all: Vec<String> =
        PitchClass::all().map(|note| view.notation().note(speller.note(note))).collect();
    show_names(&pen, names, &all, key, &loud);
    let loud: Vec<&str> =
        loud.iter().filter_map(|note| all.get(note.index()).map(String::as_str)).collect();
    view.describe(ui, area, Zone::Notes, &format!("{title}: {}", loud.join(" ")));
}

/// Writes the names below their bars: all of them where there is room, or else those that do not run
/// into one another, of the key's own first.
fn show_names(pen: &Pen, row: Rect, names: &[String], key: Option<Key>, loud: &[PitchClass]) {
    let stride = row.width() / 12.0;
    let scale: Vec<PitchClass> = match key {
        Some(key) => key.scale().to_vec(),
        None => Key::default().scale().to_vec(),
    };
    let others = PitchClass::all().filter(|note| !scale.contains(note));
    let order: Vec<PitchClass> = scale.iter().copied().chain(others).collect();
    let widest = |font: &FontId| {
        let widths = scale.iter().filter_map(|note| names.get(note.index()));
        widths.map(|name| pen.width(name, font.clone())).fold(0.0, f32::max)
    };
    let fonts = [pen.look.small(), pen.look.regular(12.0)];
    let fitting = fonts.into_iter().find(|font| widest(font) <= stride * 1.1);
    let font = fitting.unwrap_or(pen.look.regular(11.0));
    let mut taken: Vec<egui::Rangef> = Vec::new();
    for note in order {
        let Some(name) = names.get(note.index()) else { continue };
        let middle = row.left() + stride * (note.index() as f32 + 0.5);
        // Names outside the scale stand further from their neighbours: they must not crowd it.
        let gap = pen.px(if scale.contains(&note) { 1.5 } else { 5.0 });
        let half = pen.width(name, font.clone()) / 2.0;
        let place = egui::Rangef::new(middle - half, middle + half);
        let around = place.expand(gap);
        if taken.iter().any(|other| around.min < other.max && other.min < around.max) {
            continue;
        }
        taken.push(place);
        let color = if loud.contains(&note) { theme::TEXT } else { theme::FAINT };
        let place = Rect::from_x_y_ranges(place.expand(2.0), row.y_range());
        pen.line(place, Align::Center, name, font.clone(), color);
    }
}
