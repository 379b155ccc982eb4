//! The settings drawer: tuning, tempo range, references, target, devices, language and notation.

mod finder;
mod target;
mod writing;

use std::path::PathBuf;

use analysis::Hertz;
use egui::{Align, Layout, Rect, ScrollArea, TextEdit, Ui, UiBuilder};

use self::finder::Finder;
use super::controls::{button, plain_button, range_numbers};
use crate::action::Action;
use crate::i18n::Text;
use crate::input::{DevicesView, LibraryView};
use crate::tempo_choice::presets;
use crate::theme;
use crate::view::View;

/// Tunings offered at a click, in hertz: concert pitch, the orchestras', baroque, and 432.
const TUNINGS_HZ: [f64; 4] = [440.0, 442.0, 415.0, 432.0];

/// What the drawer remembers between frames.
#[derive(Debug, Default)]
pub(crate) struct Drawer {
    is_open: bool,
    path: String,
    wants_path_focus: bool,
    finder: Finder,
}

impl Drawer {
    /// Whether it is open.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Opens it.
    pub(crate) fn open(&mut self, view: &View<'_>) {
        self.is_open = true;
        if let LibraryView::Open { path, .. } = view.input.library
            && self.path.is_empty()
        {
            path.clone_into(&mut self.path);
        }
    }

    /// Opens it with the keyboard in the path of the library.
    pub(crate) fn open_at_library(&mut self, view: &View<'_>) {
        self.open(view);
        self.wants_path_focus = true;
    }

    /// Opens it with the keyboard where references are found by name, or in the path of the library
    /// where none is open.
    pub(crate) fn open_at_finder(&mut self, view: &View<'_>) {
        self.open(view);
        match view.input.library {
            LibraryView::Open { .. } => self.finder.focus(),
            _ => self.wants_path_focus = true,
        }
    }

    /// Opens or closes it.
    pub(crate) fn toggle(&mut self, view: &View<'_>) {
        if self.is_open { self.close() } else { self.open(view) }
    }

    /// One step back: ends a search that was being typed, or else closes it.
    pub(crate) fn step_back(&mut self, ui: &Ui) {
        if !self.finder.end(ui) {
            self.close();
        }
    }

    /// Closes it.
    pub(crate) fn close(&mut self) {
        self.is_open = false;
        self.finder.close();
    }

    /// Draws it.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        view: &View<'_>,
        actions: &mut Vec<Action>,
    ) {
        let pen = view.pen(ui, area);
        pen.surface(area.expand(pen.px(8.0)), theme::GROUND);
        pen.surface(area, theme::SURFACE);
        // What lies under the drawer must not be pressed through it.
        let _ = ui.interact(area, ui.scope_id().with("drawer"), egui::Sense::click_and_drag());
        let inside = area.shrink(pen.px(14.0));
        if !inside.is_positive() {
            return;
        }
        let layout = Layout::top_down(Align::Min);
        let mut inner =
            ui.new_child(UiBuilder::new().max_rect(inside).layout(layout).id_salt("drawer"));
        inner.set_clip_rect(inside.expand(2.0).intersect(ui.clip_rect()));
        ScrollArea::vertical().auto_shrink(false).show(&mut inner, |ui| {
            ui.horizontal(|ui| {
                ui.label(heading(view, Text("settings")));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if button(ui, view, &view.say(Text("close")), false, Text("close-help")) {
                        self.close();
                    }
                });
            });
            show_tuning(ui, view, actions);
            show_range(ui, view, actions);
            self.show_library(ui, view, actions);
            self.finder.show(ui, view, actions);
            target::show(ui, view, actions);
            if let Some(devices) = view.input.devices {
                show_devices(ui, view, &devices, actions);
            }
            writing::show(ui, view, actions);
        });
    }

    fn show_library(&mut self, ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
        let _ = section(ui, view, Text("section-library"));
        let is_open = matches!(view.input.library, LibraryView::Open { .. });
        match view.input.library {
            LibraryView::Closed => note(ui, view, &view.say(Text("library-is-closed"))),
            LibraryView::Loading => note(ui, view, &view.say(Text("library-loading"))),
            LibraryView::Error(reason) => {
                ui.label(egui::RichText::new(reason).color(theme::PROBLEM));
            }
            LibraryView::Open { path, n_tracks } => {
                let blanks = [("n", (n_tracks as u64).into()), ("path", path.into())];
                note(ui, view, &view.texts.with(Text("library-is-open"), &blanks));
            }
        }
        let name = view.say(Text("library-field"));
        let hint = egui::RichText::new(name.as_str()).color(theme::FAINT);
        let field = ui.add(
            TextEdit::singleline(&mut self.path)
                .hint_text(hint)
                .desired_width(f32::INFINITY)
                .margin(egui::vec2(view.look.px(10.0), view.look.px(7.0))),
        );
        if std::mem::take(&mut self.wants_path_focus) {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        ui.horizontal_wrapped(|ui| {
            let pressed = plain_button(ui, view, &view.say(Text("library-open")), false).clicked();
            let path = self.path.trim();
            if (pressed || entered) && !path.is_empty() {
                actions.push(Action::OpenLibrary(PathBuf::from(path)));
            }
            if is_open && plain_button(ui, view, &view.say(Text("library-close")), false).clicked()
            {
                actions.push(Action::CloseLibrary);
            }
        });
        note(ui, view, &view.say(Text("library-hint")));
        let hears_style = view.input.snapshot.hears_style;
        let style =
            if hears_style { Text("library-with-style") } else { Text("library-without-style") };
        note(ui, view, &view.say(style));
    }
}

fn show_tuning(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let _ = section(ui, view, Text("section-tuning"));
    let current = view.input.settings.reference_a4;
    ui.horizontal_wrapped(|ui| {
        let auto = view.say(Text("tuning-auto"));
        if plain_button(ui, view, &auto, current.is_none()).clicked() {
            actions.push(Action::SetReferenceA4(None));
        }
        for hz in TUNINGS_HZ {
            let is_on = current.is_some_and(|a4| (a4.0 - hz).abs() < 0.05);
            if plain_button(ui, view, &format!("{hz:.0}"), is_on).clicked() {
                actions.push(Action::SetReferenceA4(Some(Hertz(hz))));
            }
        }
    });
    ui.horizontal(|ui| {
        let mut hz = current.map_or(440.0, |a4| a4.0);
        let name = view.say(Text("tuning-field"));
        let label = ui.label(egui::RichText::new(name).color(theme::SOFT));
        let field = egui::DragValue::new(&mut hz)
            .range(400.0..=480.0)
            .speed(0.1)
            .fixed_decimals(1)
            .suffix(" Hz");
        let field = ui.add(field).labelled_by(label.id);
        if field.changed() {
            actions.push(Action::SetReferenceA4(Some(Hertz(hz.clamp(400.0, 480.0)))));
        }
    });
}

fn show_range(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let _ = section(ui, view, Text("section-range"));
    let current = view.input.settings.tempo_range;
    ui.horizontal_wrapped(|ui| {
        let presets = presets();
        for preset in &presets {
            let is_on = current == preset.range;
            let name = view.say(preset.name);
            let numbers = range_numbers(view, preset.range);
            if plain_button(ui, view, &format!("{name} {numbers}"), is_on).clicked() {
                actions.push(Action::SetTempoRange(preset.range));
            }
        }
        if presets.iter().all(|preset| preset.range != current) {
            // A range chosen with another reading of the tempo, or set by the host.
            let _ = plain_button(ui, view, &range_numbers(view, current), true);
        }
    });
}

fn show_devices(
    ui: &mut Ui,
    view: &View<'_>,
    devices: &DevicesView<'_>,
    actions: &mut Vec<Action>,
) {
    let _ = section(ui, view, Text("section-devices"));
    if let Some(name) =
        show_device_list(ui, view, Text("device-input"), devices.inputs, devices.input)
    {
        actions.push(Action::SelectInput(name));
    }
    if let Some(name) =
        show_device_list(ui, view, Text("device-output"), devices.outputs, devices.output)
    {
        actions.push(Action::SelectOutput(name));
    }
}

/// A list to choose a device from; the one that was chosen, if any.
fn show_device_list(
    ui: &mut Ui,
    view: &View<'_>,
    title: Text,
    names: &[String],
    current: Option<&str>,
) -> Option<String> {
    let mut chosen = None;
    let title_words = view.say(title);
    let label = ui.label(egui::RichText::new(title_words).color(theme::SOFT));
    let none = view.say(Text("device-none"));
    let list = egui::ComboBox::from_id_salt(title.0)
        .width(ui.available_width())
        .truncate()
        .selected_text(current.unwrap_or(&none))
        .show_ui(ui, |ui| {
            for name in names {
                if ui.selectable_label(current == Some(name.as_str()), name).clicked() {
                    chosen = Some(name.clone());
                }
            }
        });
    let _ = list.response.labelled_by(label.id);
    chosen
}

fn heading(view: &View<'_>, text: Text) -> egui::RichText {
    egui::RichText::new(view.say(text)).font(view.look.large()).color(theme::TEXT)
}

fn section(ui: &mut Ui, view: &View<'_>, text: Text) -> egui::Response {
    ui.add_space(view.look.px(10.0));
    ui.label(egui::RichText::new(view.say(text)).font(view.look.small()).color(theme::FAINT))
}

fn note(ui: &mut Ui, view: &View<'_>, words: &str) {
    ui.label(egui::RichText::new(words).font(view.look.small()).color(theme::SOFT));
}
