//! The key, how sure it is, what else it may be and why, and the tuning.

use analysis::{InputState, Key, KeyEstimate, ModeColour, PitchClass};
use egui::{Align, Rect, Ui};

use crate::format;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::notation::{KeyName, ModeName};
use crate::pen::{Hero, Pen, cut_left, cut_right, cut_top};
use crate::theme;
use crate::view::View;

/// Seconds of sound before "listening" becomes "no clear key".
const PATIENCE_S: f64 = 10.0;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let inside = pen.card(area, &view.say(Text("zone-key")));
    let hearing = &view.input.snapshot.hearing;
    let words = match hearing.key {
        Some(estimate) => {
            show_estimate(&pen, inside, view, &estimate);
            let sureness = view.sureness(estimate.confidence);
            let mut words = format!("{}, {sureness}", view.key(estimate.key));
            for piece in why(view, &estimate) {
                words += ", ";
                words += &piece;
            }
            words
        }
        None => {
            let words = absence(view);
            show_absence(&pen, inside, &words);
            words
        }
    };
    view.describe(ui, area, Zone::Key, &words);
}

fn absence(view: &View<'_>) -> String {
    let hearing = &view.input.snapshot.hearing;
    view.say(match hearing.input {
        InputState::Waiting => Text("waiting"),
        InputState::Silent => Text("silent"),
        InputState::Sounding if hearing.at.0 < PATIENCE_S => Text("listening"),
        InputState::Sounding => Text("no-clear-key"),
    })
}

/// Words where a big value would be.
pub(crate) fn show_absence(pen: &Pen, inside: Rect, words: &str) {
    let size = (inside.height() * 0.22).clamp(pen.px(16.0), pen.px(34.0)).round();
    let value = Hero::of(pen, inside).value;
    let inside = if value.height() > size * 1.6 { value } else { inside };
    let font = egui::FontId::new(size, egui::FontFamily::Proportional);
    pen.paragraph(inside, Align::Min, words, font, theme::FAINT, 2);
}

fn show_estimate(pen: &Pen, inside: Rect, view: &View<'_>, estimate: &KeyEstimate) {
    let hero = Hero::of(pen, inside);
    show_value(pen, &hero, view, estimate.key);
    show_sureness(pen, hero.sureness, view, estimate);

    let row = pen.px(24.0);
    let n_rows = (hero.below.height() / row).floor() as usize;
    // The runner-up first, then what decided, then the tuning; a second runner-up comes last: as many
    // rows as there is room for.
    let why = why_that_fits(pen, view, estimate, hero.below.width());
    let n_kept = usize::from(!why.is_empty()) + 1;
    let n_others = estimate.alternatives.len().min(n_rows.saturating_sub(n_kept).max(1)).min(2);
    let others: Vec<(Key, String, String)> = estimate
        .alternatives
        .iter()
        .take(n_others.min(n_rows))
        .map(|other| {
            let words = view.texts.with(Text("key-or"), &[("key", view.key(other.key).into())]);
            (other.key, words, view.percent(other.weight))
        })
        .collect();
    // One column for the names, as wide as the widest of them, and one for the reasons.
    let widest = others.iter().map(|(_, words, _)| pen.width(words, pen.look.body()));
    let widest = widest.fold(0.0, f32::max) + pen.px(8.0);
    let mut rest = hero.below;
    for (key, words, weight) in others {
        let (place, below) = cut_top(rest, row);
        rest = below;
        let (place, share) = cut_right(place, pen.px(52.0));
        let (name, confusion) = cut_left(place, widest.max(place.width() * 0.52));
        let reason = relation(view, estimate.key, key);
        pen.line(name, Align::Min, &words, pen.look.body(), theme::SOFT);
        pen.line(confusion, Align::Min, &reason, pen.look.small(), theme::FAINT);
        pen.line(share, Align::Max, &weight, pen.look.body(), theme::SOFT);
    }
    if !why.is_empty() && rest.height() >= row * 0.8 {
        let (place, below) = cut_top(rest, row);
        rest = below;
        pen.line(place, Align::Min, &why, pen.look.small(), theme::SOFT);
    }
    if rest.height() >= row * 0.8 {
        show_footer(pen, rest, view);
    }
}

/// Sizes of what stands beside the tonic, as shares of its size.
const LEAD_SHARE: f32 = 0.6;
const MODE_SHARE: f32 = 0.5;
/// The blank between tonic and mode.
const GAP_SHARE: f32 = 0.16;

fn show_value(pen: &Pen, hero: &Hero, view: &View<'_>, key: Key) {
    // Sized for the widest key, so that a new key does not change the size.
    let size = Key::all()
        .map(|key| {
            let name = view.notation().key(key);
            let (blank, mode) = mode_words(view, &name);
            let pieces = [
                (name.lead, LEAD_SHARE),
                (name.tonic.as_str(), 1.0),
                (blank, 1.0),
                (mode.as_str(), MODE_SHARE),
            ];
            pen.fitting_size(&pieces, hero.value.width(), hero.greatest)
        })
        .fold(hero.greatest, f32::min);
    let name = view.notation().key(key);
    let (blank, mode) = mode_words(view, &name);
    let lead_font = theme::bold((size * LEAD_SHARE).round());
    let mode_font = theme::bold((size * MODE_SHARE).round());
    let gap = if blank.is_empty() { 0.0 } else { size * GAP_SHARE };
    let left = hero.value.left() - size * 0.05;
    let end = pen.on_baseline(left, hero.baseline, name.lead, lead_font, theme::SOFT);
    let end = pen.on_baseline(end, hero.baseline, &name.tonic, theme::bold(size), theme::ACCENT);
    pen.on_baseline(end + gap, hero.baseline, &mode, mode_font, theme::TEXT);
}

/// The mode, and what stands before it.
fn mode_words(view: &View<'_>, name: &KeyName) -> (&'static str, String) {
    match name.mode {
        ModeName::Word(mode) => (" ", view.mode(mode)),
        ModeName::Ending(ending) => ("", ending.to_owned()),
    }
}

fn show_sureness(pen: &Pen, place: Rect, view: &View<'_>, estimate: &KeyEstimate) {
    let (bar, words) = cut_top(place, pen.px(5.0));
    pen.bar(bar, estimate.confidence, theme::ACCENT);
    let (words, code) = cut_right(words, pen.px(60.0));
    pen.line(
        words,
        Align::Min,
        &view.sureness(estimate.confidence),
        pen.look.strong(),
        theme::TEXT,
    );
    let name = view.input.settings.key_code.of(estimate.key);
    pen.line(code, Align::Max, &name, pen.look.strong(), theme::SOFT);
}

fn show_footer(pen: &Pen, place: Rect, view: &View<'_>) {
    let hearing = &view.input.snapshot.hearing;
    let (tuning_place, past_place) = cut_left(place, place.width() * 0.44);
    if let Some(tuning) = hearing.tuning {
        let words = tuning_words(view, tuning.a4().0);
        pen.line(tuning_place, Align::Min, &words, pen.look.small(), theme::FAINT);
    }
    let n_keys = hearing.keys.len();
    if let (Some(now), Some(before)) =
        (hearing.keys.last(), n_keys.checked_sub(2).and_then(|idx| hearing.keys.get(idx)))
    {
        let blanks =
            [("time", format::clock(now.start.0).into()), ("key", view.key(before.key).into())];
        let words = view.texts.with(Text("key-since"), &blanks);
        pen.line(past_place, Align::Max, &words, pen.look.small(), theme::FAINT);
    }
}

/// "A4 = 441.2 Hz".
pub(crate) fn tuning_words(view: &View<'_>, hz: f64) -> String {
    view.texts.with(Text("a4"), &[("hz", format::number(hz as f32, 1).into())])
}

/// Between pieces of a line.
const SEPARATOR: &str = " · ";

/// As much of [`why`] as `width` has room for, whole pieces only.
fn why_that_fits(pen: &Pen, view: &View<'_>, estimate: &KeyEstimate, width: f32) -> String {
    let mut pieces = why(view, estimate);
    while pen.width(&pieces.join(SEPARATOR), pen.look.small()) > width && pieces.len() > 1 {
        pieces.pop();
    }
    pieces.join(SEPARATOR)
}

/// What decided and what colours the key: "B, not B♭", "A7 → Dm", "bass on D", "Dorian".
fn why(view: &View<'_>, estimate: &KeyEstimate) -> Vec<String> {
    let note = |note: PitchClass| view.notation().note(view.speller().note(note));
    let reason = &estimate.reason;
    let colour = estimate.colour.map(|colour| view.say(colour_text(colour)));
    let telling = reason.note.map(|heard| match reason.instead_of {
        Some(other) => {
            let blanks = [("note", note(heard).into()), ("other", note(other).into())];
            view.texts.with(Text("key-note-not"), &blanks)
        }
        None => view.texts.with(Text("key-note"), &[("note", note(heard).into())]),
    });
    let bass =
        reason.bass.map(|bass| view.texts.with(Text("key-bass"), &[("note", note(bass).into())]));
    let cadence = reason
        .cadence
        .map(|(from, to)| format!("{} → {}", view.chord(from).symbol(), view.chord(to).symbol()));
    [telling, cadence, bass, colour].into_iter().flatten().collect()
}

fn colour_text(colour: ModeColour) -> Text {
    match colour {
        ModeColour::Dorian => Text("colour-dorian"),
        ModeColour::Phrygian => Text("colour-phrygian"),
        ModeColour::Lydian => Text("colour-lydian"),
        ModeColour::Mixolydian => Text("colour-mixolydian"),
        ModeColour::HarmonicMinor => Text("colour-harmonic-minor"),
        ModeColour::Pentatonic => Text("colour-pentatonic"),
        ModeColour::Blues => Text("colour-blues"),
    }
}

/// Why two keys are easily taken for each other.
fn relation(view: &View<'_>, key: Key, other: Key) -> String {
    if other == key.relative() {
        view.say(Text("relation-relative"))
    } else if other == key.parallel() {
        view.say(Text("relation-parallel"))
    } else if other.mode == key.mode && matches!(other.tonic.above(key.tonic), 5 | 7) {
        view.say(Text("relation-fifth"))
    } else {
        String::new()
    }
}
