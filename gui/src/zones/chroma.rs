//! The twelve pitch classes over the last second; those of the key are bright.

use analysis::{InputState, PitchClass};
use egui::{Align, Rect, Ui, pos2, vec2};

use super::key::show_absence;
use crate::format;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::pen::cut_bottom;
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
        let name = format::note(pitch_class, view.spelling());
        let place = Rect::from_min_size(pos2(left, names.top()), vec2(stride, names.height()));
        // Black keys would run into their neighbours: their names stand where there is room.
        if stride > pen.px(21.0) || name.chars().count() == 1 {
            let color = if level > 0.5 { theme::TEXT } else { theme::FAINT };
            pen.line(
                place.expand2(vec2(stride * 0.2, 0.0)),
                Align::Center,
                &name,
                pen.look.small(),
                color,
            );
        }
        if level > 0.5 {
            loud.push(name);
        }
    }
    view.describe(ui, area, Zone::Notes, &format!("{title}: {}", loud.join(" ")));
}
