//! The chord sounding now, with its notes.

use analysis::{Chord, ChordQuality, InputState, PitchClass};
use egui::{Align, Rect, Ui};

use super::key::show_absence;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::pen::{Hero, Pen, cut_top};
use crate::theme;
use crate::view::View;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let inside = pen.card(area, &view.say(Text("zone-chord")));
    let hearing = &view.input.snapshot.hearing;
    let sounding = hearing.chord.and_then(|segment| Some((segment.chord?, segment.confidence)));
    let words = match sounding {
        Some((chord, confidence)) => {
            show_chord(&pen, inside, view, chord, confidence);
            format!("{}, {}", view.chord(chord).symbol(), view.sureness(confidence))
        }
        None => {
            let words = view.say(match hearing.input {
                InputState::Sounding => Text("no-chord"),
                InputState::Waiting | InputState::Silent => Text("nothing"),
            });
            show_absence(&pen, inside, &words);
            words
        }
    };
    view.describe(ui, area, Zone::Chord, &words);
}

fn show_chord(pen: &Pen, inside: Rect, view: &View<'_>, chord: Chord, confidence: f32) {
    const SUFFIX_SHARE: f32 = 0.54;
    let hero = Hero::of(pen, inside);

    // Sized for a wide chord, so that ordinary changes do not change the size; the few that are
    // wider still are drawn smaller rather than cut.
    let name = view.chord(chord);
    let (root, suffix) = (name.root.as_str(), name.suffix.as_str());
    let size = PitchClass::all()
        .map(|root| {
            let usual = view.chord(Chord::new(root, ChordQuality::Minor7));
            let root = format!("{} ", usual.root);
            let pieces = [(root.as_str(), 0.94), (usual.suffix.as_str(), SUFFIX_SHARE)];
            pen.fitting_size(&pieces, hero.value.width(), hero.greatest)
        })
        .fold(hero.greatest, f32::min);
    let pieces = [(root, 1.0), (suffix, SUFFIX_SHARE)];
    let size = pen.fitting_size(&pieces, hero.value.width(), size);
    let end = pen.on_baseline(
        hero.value.left() - size * 0.05,
        hero.baseline,
        root,
        theme::bold(size),
        theme::ACCENT,
    );
    let suffix_font = theme::bold((size * SUFFIX_SHARE).round());
    pen.on_baseline(end + size * 0.05, hero.baseline, suffix, suffix_font, theme::TEXT);

    let (bar, words) = cut_top(hero.sureness, pen.px(5.0));
    pen.bar(bar, confidence, theme::ACCENT);
    pen.line(words, Align::Min, &view.sureness(confidence), pen.look.strong(), theme::TEXT);
    let (place, _) = cut_top(hero.below, pen.px(30.0));
    let notes = name.notes.join("   ");
    let fonts = [pen.look.large(), pen.look.strong()];
    let font = pen.fitting_font(&notes, place.width(), fonts).unwrap_or(pen.look.bold(13.0));
    pen.line(place, Align::Min, &notes, font, theme::SOFT);
}
