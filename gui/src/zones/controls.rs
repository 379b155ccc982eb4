//! The row of buttons. In a narrow window the ones that only repeat what is under Settings go.

use egui::{Align, Layout, Rect, Ui, UiBuilder};

use super::drawer::Drawer;
use crate::action::Action;
use crate::format;
use crate::i18n::Text;
use crate::input::{DemoView, LibraryView};
use crate::theme;
use crate::view::View;

/// Draws the row.
pub(crate) fn show(
    ui: &mut Ui,
    area: Rect,
    view: &View<'_>,
    drawer: &mut Drawer,
    actions: &mut Vec<Action>,
) {
    let settings = &view.input.settings;
    let width = area.width() / view.look.scale;
    let left = UiBuilder::new().max_rect(area).layout(Layout::left_to_right(Align::Center));
    let mut left = ui.new_child(left.id_salt("controls-left"));
    let name = view.say(if settings.held { Text("release") } else { Text("hold") });
    if button(&mut left, view, &name, settings.held, Text("hold-help")) {
        actions.push(Action::Hold(!settings.held));
    }
    if button(&mut left, view, &view.say(Text("reset")), false, Text("reset-help")) {
        actions.push(Action::Reset);
    }
    match view.input.demo {
        DemoView::Unavailable => {}
        DemoView::Available => {
            if button(&mut left, view, &view.say(Text("demo-play")), false, Text("demo-help")) {
                actions.push(Action::PlayDemo);
            }
        }
        DemoView::Playing => {
            if button(&mut left, view, &view.say(Text("demo-stop")), true, Text("demo-help")) {
                actions.push(Action::StopDemo);
            }
        }
    }

    // From the right end: the order of the Tab key is the order of drawing, so the row is measured
    // first and then drawn from left to right.
    let language = settings.language.next();
    let mut chips: Vec<(String, Chip)> = Vec::new();
    let has_demo = view.input.demo != DemoView::Unavailable;
    if width >= if has_demo { 860.0 } else { 660.0 } {
        chips.push((a4_words(view), Chip::Tuning));
        chips.push((range_words(view), Chip::Range));
        chips.push((library_words(view), Chip::Library));
    }
    chips.push((view.say(Text("settings")), Chip::Settings));
    if width >= if has_demo { 540.0 } else { 380.0 } {
        chips.push((language.name().to_owned(), Chip::Language));
    }
    let pen = view.pen(ui, area);
    let spacing = ui.spacing().item_spacing.x;
    let padding = ui.spacing().button_padding.x;
    let total: f32 = chips
        .iter()
        .map(|(name, _)| pen.width(name, view.look.body()) + 2.0 * padding + spacing)
        .sum();
    let start = (area.right() - total + spacing).max(left.min_rect().right() + spacing);
    let right = UiBuilder::new()
        .max_rect(area.with_min_x(start.min(area.right())))
        .layout(Layout::left_to_right(Align::Center));
    let mut right = ui.new_child(right.id_salt("controls-right"));
    for (name, chip) in chips {
        let is_on = drawer.is_open() && chip == Chip::Settings;
        if !button(&mut right, view, &name, is_on, chip.help()) {
            continue;
        }
        match chip {
            Chip::Language => actions.push(Action::SetLanguage(language)),
            Chip::Library => drawer.open_at_library(view),
            Chip::Settings => drawer.toggle(view),
            Chip::Tuning | Chip::Range => drawer.open(view),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chip {
    Tuning,
    Range,
    Library,
    Settings,
    Language,
}

impl Chip {
    fn help(self) -> Text {
        match self {
            Self::Tuning => Text("a4-chip-help"),
            Self::Range => Text("range-help"),
            Self::Library => Text("library-help"),
            Self::Settings => Text("settings-help"),
            Self::Language => Text("language-help"),
        }
    }
}

/// A button of the panel; whether it was pressed.
pub(crate) fn button(ui: &mut Ui, view: &View<'_>, name: &str, is_on: bool, help: Text) -> bool {
    plain_button(ui, view, name, is_on).on_hover_text(view.say(help)).clicked()
}

/// A button without a tooltip.
pub(crate) fn plain_button(
    ui: &mut Ui,
    view: &View<'_>,
    name: &str,
    is_on: bool,
) -> egui::Response {
    let color = if is_on { theme::ACCENT } else { theme::TEXT };
    let text = egui::RichText::new(name).color(color).font(view.look.body());
    let mut button = egui::Button::new(text).min_size(egui::vec2(0.0, view.look.px(34.0)));
    if is_on {
        button = button.fill(theme::ACCENT_SURFACE);
    }
    ui.add(button)
}

fn a4_words(view: &View<'_>) -> String {
    match view.input.settings.reference_a4 {
        Some(hz) => super::key::tuning_words(view, hz.0),
        None => view.say(Text("a4-chip-auto")),
    }
}

/// "55–215 BPM".
fn range_words(view: &View<'_>) -> String {
    format!("{} {}", range_numbers(view, view.input.settings.tempo_range), view.say(Text("bpm")))
}

/// "55–215".
pub(crate) fn range_numbers(view: &View<'_>, range: analysis::TempoRange) -> String {
    let blanks = [
        ("min", format::number(range.min.0, 0).into()),
        ("max", format::number(range.max.0, 0).into()),
    ];
    view.texts.with(Text("range-numbers"), &blanks)
}

fn library_words(view: &View<'_>) -> String {
    match view.input.library {
        LibraryView::Open { n_tracks, .. } => {
            view.texts.with(Text("library-chip-open"), &[("n", (n_tracks as u64).into())])
        }
        LibraryView::Loading => view.say(Text("library-loading")),
        LibraryView::Closed | LibraryView::Error(_) => view.say(Text("library-chip-closed")),
    }
}
