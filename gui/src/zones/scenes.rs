//! The scenes what is heard would suit: how well, why, why not, and how that is known.

use advice::{Cue, SceneFit, SceneId, Source, Target};
use egui::{Align, Color32, Rect, Ui};

use super::pinnable;
use crate::action::Action;
use crate::i18n::{Language, Text};
use crate::layout::Zone;
use crate::pen::{Pen, cut_right, cut_top};
use crate::theme;
use crate::view::View;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>, actions: &mut Vec<Action>) {
    let pen = view.pen(ui, area);
    let title = view.say(Text("zone-scenes"));
    let inside = pen.card(area, &title);
    let scenes = &view.input.snapshot.scenes;
    if scenes.is_empty() {
        let words = view.say(Text("scenes-none-yet"));
        pen.paragraph(inside, Align::Min, &words, pen.look.body(), theme::FAINT, 3);
        view.describe(ui, area, Zone::Scenes, &format!("{title}: {words}"));
        return;
    }
    let inside = inside.with_min_y(inside.top() + pen.px(3.0));
    let least = pen.px(50.0);
    let n_shown = ((inside.height() / least).floor().max(1.0) as usize).min(scenes.len());
    let stride = (inside.height() / n_shown.max(1) as f32).min(pen.px(64.0));
    let words: Vec<String> = scenes.iter().take(n_shown).map(|fit| words(view, fit)).collect();
    let notes = scenes.iter().take(n_shown).filter_map(|fit| {
        let profile = view.input.scenes.get(fit.scene)?;
        Some(format!("{}: {}", scene_name(view, fit.scene), profile.note()))
    });
    let notes: Vec<String> = notes.collect();
    // First, so that the rows lie on top and can be pressed.
    let response = view.describe(ui, area, Zone::Scenes, &format!("{title}: {}", words.join(", ")));
    response.on_hover_text(notes.join("\n"));
    let mut rest = inside;
    for (fit, words) in scenes.iter().zip(&words) {
        let (place, below) = cut_top(rest, stride);
        rest = below;
        let row = place.with_max_y(place.bottom() - pen.px(2.0));
        let target = Target::Scene(fit.scene);
        let is_pinned = pinnable::row(ui, &pen, row, view, target, words, actions);
        let color = if is_pinned { theme::ACCENT } else { theme::TEXT };
        show_scene(&pen, place, view, color, fit);
    }
}

/// "Study 71 %".
pub(crate) fn words(view: &View<'_>, fit: &SceneFit) -> String {
    format!("{} {}", scene_name(view, fit.scene), view.percent(fit.fit))
}

fn show_scene(pen: &Pen, place: Rect, view: &View<'_>, color: Color32, fit: &SceneFit) {
    let (text, below) = cut_top(place, pen.px(26.0));
    let (text, percent) = cut_right(text, pen.px(50.0));
    let name = scene_name(view, fit.scene);
    let drawn = pen.line(text, Align::Min, &name, pen.look.body(), color);
    pen.line(percent, Align::Max, &view.percent(fit.fit), pen.look.strong(), theme::FIT);
    if let Some(profile) = view.input.scenes.get(fit.scene) {
        let mark = text.with_min_x(drawn.right() + pen.px(8.0));
        let source = view.say(source_name(profile.source()));
        pen.line(mark, Align::Min, &source, pen.look.regular(12.0), theme::FAINT);
    }
    let (bar, cues) = cut_top(below, pen.px(5.0));
    pen.bar(bar, fit.fit, theme::FIT);
    let words = cue_words(view, fit);
    let cues = cues.with_max_y((cues.top() + pen.px(21.0)).min(cues.bottom()));
    pen.line(cues, Align::Min, &words, pen.look.regular(12.5), theme::SOFT);
}

/// "brightness, bass fit · tempo differs".
fn cue_words(view: &View<'_>, fit: &SceneFit) -> String {
    let list = |cues: &mut dyn Iterator<Item = &Cue>| {
        let names: Vec<String> = cues.take(2).map(|&cue| view.say(cue_name(cue))).collect();
        names.join(&view.say(Text("list-comma")))
    };
    let agrees = list(&mut fit.agrees.iter());
    let differs = list(&mut fit.differs.iter());
    let mut parts = Vec::new();
    if !agrees.is_empty() {
        parts.push(view.texts.with(Text("scene-agrees"), &[("cues", agrees.into())]));
    }
    if !differs.is_empty() {
        parts.push(view.texts.with(Text("scene-differs"), &[("cues", differs.into())]));
    }
    parts.join(" · ")
}

/// The name of a scene in the panel's language.
pub(crate) fn scene_name(view: &View<'_>, scene: SceneId) -> String {
    let Some(profile) = view.input.scenes.get(scene) else {
        return view.say(Text("scene-unknown"));
    };
    match view.texts.language() {
        Language::English => profile.name_en().to_owned(),
        Language::SimplifiedChinese => profile.name_zh().to_owned(),
    }
}

/// The name of a cue.
pub(crate) fn cue_name(cue: Cue) -> Text {
    match cue {
        Cue::Tempo => Text("cue-tempo"),
        Cue::Mode => Text("cue-mode"),
        Cue::Brightness => Text("cue-brightness"),
        Cue::OnsetDensity => Text("cue-density"),
        Cue::LoudnessRange => Text("cue-range"),
        Cue::Bass => Text("cue-bass"),
        Cue::Roughness => Text("cue-roughness"),
    }
}

fn source_name(source: Source) -> Text {
    match source {
        Source::Published => Text("source-published"),
        Source::Measured => Text("source-measured"),
        Source::Convention => Text("source-convention"),
        Source::Editorial => Text("source-editorial"),
    }
}
