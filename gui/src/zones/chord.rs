//! The chord sounding now, with its notes.

use analysis::{ChordQuality, InputState};
use egui::{Align, Rect, Ui};

use super::key::show_absence;
use crate::format;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::pen::{Pen, cut_bottom, cut_top};
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
            format!("{}, {}", view.chord(chord), view.sureness(confidence))
        }
        None => {
            let words = view.say(match hearing.input {
                InputState::Waiting => Text("waiting"),
                InputState::Silent => Text("silent"),
                InputState::Sounding => Text("no-chord"),
            });
            show_absence(&pen, inside, &words);
            words
        }
    };
    view.describe(ui, area, Zone::Chord, &words);
}

fn show_chord(pen: &Pen, inside: Rect, view: &View<'_>, chord: analysis::Chord, confidence: f32) {
    const SUFFIX_SHARE: f32 = 0.54;
    let sureness_height = pen.px(30.0);
    let spare = inside.height() - sureness_height - pen.px(52.0);
    let notes_height = if spare >= pen.px(30.0) { pen.px(34.0) } else { 0.0 };
    let (upper, notes) = cut_bottom(inside, notes_height);
    let (value, sureness) = cut_bottom(upper, sureness_height);

    // Sized for a wide chord, so that ordinary changes do not change the size; the few that are
    // wider still are drawn smaller rather than cut.
    let spelling = view.spelling();
    let root = format::note(chord.root, spelling);
    let suffix = format::suffix(chord);
    let usual = ChordQuality::Minor7.suffix();
    let greatest = value.height() * 1.02;
    let pieces = [("B♭", 1.0), (usual, SUFFIX_SHARE)];
    let size = pen.fitting_size(&pieces, value.width(), greatest);
    let pieces = [(root.as_str(), 1.0), (suffix.as_str(), SUFFIX_SHARE)];
    let size = pen.fitting_size(&pieces, value.width(), size);
    let baseline = value.center().y + size * 0.36;
    let end = pen.on_baseline(
        value.left() - size * 0.05,
        baseline,
        &root,
        theme::bold(size),
        theme::ACCENT,
    );
    let suffix_font = theme::bold((size * SUFFIX_SHARE).round());
    pen.on_baseline(end + size * 0.02, baseline, &suffix, suffix_font, theme::TEXT);

    let (bar, words) = cut_top(sureness, pen.px(5.0));
    pen.bar(bar, confidence, theme::ACCENT);
    pen.line(words, Align::Min, &view.sureness(confidence), pen.look.strong(), theme::TEXT);
    let names: Vec<String> =
        chord.pitch_classes().map(|note| format::note(note, spelling)).collect();
    pen.line(notes, Align::Min, &names.join("   "), pen.look.large(), theme::SOFT);
}
