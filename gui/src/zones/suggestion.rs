//! The one thing to try, with its reason in words and numbers.

use advice::{Corpus, Cue, NextChord, Suggestion};
use analysis::{Chord, Key};
use egui::{Align, Rect, Ui, vec2};

use super::scenes::{cue_name, scene_name};
use super::target::target_name;
use super::target::words::{reason, told};
use crate::format;
use crate::i18n::Text;
use crate::layout::Zone;
use crate::notation::Speller;
use crate::pen::cut_left;
use crate::theme;
use crate::view::View;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    pen.surface(area, theme::SURFACE);
    let inside = area.shrink2(vec2(pen.px(14.0), pen.px(5.0)));
    let Some((what, why)) = sentence(view) else {
        let words = view.say(Text("suggestion-none-yet"));
        pen.line(inside, Align::Min, &words, pen.look.body(), theme::FAINT);
        view.describe(ui, area, Zone::Suggestion, &words);
        return;
    };
    let width = pen.width(&what, pen.look.large());
    if inside.width() >= pen.px(760.0) && width <= inside.width() * 0.4 {
        let (left, right) = cut_left(inside, width + pen.px(18.0));
        pen.line(left, Align::Min, &what, pen.look.large(), theme::ACCENT);
        pen.paragraph(right, Align::Min, &why, pen.look.body(), theme::SOFT, 2);
    } else {
        let (upper, lower) = crate::pen::cut_top(inside, inside.height() * 0.5);
        pen.line(upper, Align::Min, &what, pen.look.strong(), theme::ACCENT);
        pen.line(lower, Align::Min, &why, pen.look.body(), theme::SOFT);
    }
    let response = view.describe(ui, area, Zone::Suggestion, &format!("{what} {why}"));
    response.on_hover_text(why);
}

/// `words` as they begin a sentence.
fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// What to do, and why.
pub(crate) fn sentence(view: &View<'_>) -> Option<(String, String)> {
    match view.input.snapshot.suggestion? {
        Suggestion::Chord { key, after, next } => Some(chord_sentence(view, key, after, &next)),
        Suggestion::Close { aspect, .. } => {
            let gap = view.input.snapshot.gap.as_ref()?;
            let to_do = capitalized(&told(view, gap, aspect).to_do);
            let blanks = [("target", target_name(view).into()), ("move", to_do.into())];
            Some((view.texts.with(Text("close-gap"), &blanks), reason(view, gap, aspect)))
        }
        Suggestion::Move { scene, cue, here, there } => {
            let name = scene_name(view, scene);
            let what = view.texts.with(move_text(cue, there > here), &[("scene", name.into())]);
            let blanks = [
                ("cue", view.say(cue_name(cue)).into()),
                ("here", cue_value(view, cue, here).into()),
                ("there", cue_value(view, cue, there).into()),
            ];
            Some((what, view.texts.with(Text("move-why"), &blanks)))
        }
    }
}

fn chord_sentence(view: &View<'_>, key: Key, after: Chord, next: &NextChord) -> (String, String) {
    let symbol = |chord: Chord| view.notation().chord(chord, Speller::of_key(key)).symbol();
    let chord = symbol(next.chord);
    let what = view.texts.with(Text("try-chord"), &[("chord", chord.as_str().into())]);
    let (n_songs, repertoire) = match next.corpus {
        Corpus::Billboard => (739, Text("corpus-billboard")),
        Corpus::Pop909 => (777, Text("corpus-pop909")),
    };
    let repertoire = view.texts.with(repertoire, &[("songs", format::count(n_songs).into())]);
    let context = if next.n_context > 1 {
        let blanks = [
            ("n", format::count(u64::from(next.n_context)).into()),
            ("after", symbol(after).into()),
        ];
        view.texts.with(Text("after-chords"), &blanks)
    } else {
        view.texts.with(Text("after-chord"), &[("after", symbol(after).into())])
    };
    let blanks = [
        ("context", context.into()),
        ("chord", chord.into()),
        ("percent", view.percent(next.probability).into()),
        ("cases", format::count(u64::from(next.n_counted)).into()),
        ("repertoire", repertoire.into()),
    ];
    (what, view.texts.with(Text("try-chord-why"), &blanks))
}

fn move_text(cue: Cue, is_up: bool) -> Text {
    match (cue, is_up) {
        (Cue::Tempo, true) => Text("move-tempo-up"),
        (Cue::Tempo, false) => Text("move-tempo-down"),
        (Cue::Mode, true) => Text("move-mode-up"),
        (Cue::Mode, false) => Text("move-mode-down"),
        (Cue::Brightness, true) => Text("move-brightness-up"),
        (Cue::Brightness, false) => Text("move-brightness-down"),
        (Cue::OnsetDensity, true) => Text("move-density-up"),
        (Cue::OnsetDensity, false) => Text("move-density-down"),
        (Cue::LoudnessRange, true) => Text("move-range-up"),
        (Cue::LoudnessRange, false) => Text("move-range-down"),
        (Cue::Bass, true) => Text("move-bass-up"),
        (Cue::Bass, false) => Text("move-bass-down"),
        (Cue::Roughness, true) => Text("move-roughness-up"),
        (Cue::Roughness, false) => Text("move-roughness-down"),
    }
}

/// A cue's value with its unit.
fn cue_value(view: &View<'_>, cue: Cue, value: f32) -> String {
    match cue {
        Cue::Tempo => format!("{}\u{a0}{}", format::number(value, 0), view.say(Text("bpm"))),
        Cue::Mode => view.percent(value),
        Cue::Brightness => format!("{}\u{a0}Hz", format::number(value, 0)),
        Cue::OnsetDensity => {
            view.texts.with(Text("per-second"), &[("n", format::number(value, 1).into())])
        }
        Cue::LoudnessRange | Cue::Bass | Cue::Roughness => {
            format!("{}\u{a0}dB", format::number(value, 1))
        }
    }
}
