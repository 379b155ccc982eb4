//! [`Panel`]: the whole of the user interface.

use advice::{TapTempo, Tapped};
use egui::{Key, Modifiers, Rect, UiBuilder};

use crate::action::Action;
use crate::i18n::{Language, Texts};
use crate::input::{DemoView, PanelInput};
use crate::layout::{Aim, Plan, Zone, scale_of};
use crate::tempo_choice::range_around;
use crate::theme::{self, Look};
use crate::view::View;
use crate::zones;
use crate::zones::drawer::Drawer;

/// Width of the settings drawer at the default size.
const DRAWER_WIDTH: f32 = 350.0;
/// What must be left for the panel beside the drawer; otherwise the drawer covers it.
const LEAST_BESIDE_DRAWER: f32 = 520.0;

/// The panel: draws a [`PanelInput`], returns [`Action`]s. Keeps only what is being typed and
/// tapped, and whether the settings are open. Never asks for a repaint by itself: the shell repaints when a
/// snapshot was published, egui when the user does something.
pub struct Panel {
    texts: Texts,
    drawer: Drawer,
    taps: TapTempo,
    /// The tempo tapped on a MIDI key, as it was last shown.
    midi_tapped: Option<Tapped>,
    styled_for: Option<Look>,
    is_typing: bool,
}

impl Panel {
    /// A panel that speaks `language` until the settings passed to [`Panel::ui`] say otherwise.
    pub fn new(language: Language) -> Self {
        Self {
            texts: Texts::new(language),
            drawer: Drawer::default(),
            taps: TapTempo::default(),
            midi_tapped: None,
            styled_for: None,
            is_typing: false,
        }
    }

    /// Whether a text field had the keyboard in the last frame: then the keys belong to it, and a
    /// host must not take them. Otherwise Space is left to the host.
    pub fn is_typing(&self) -> bool {
        self.is_typing
    }

    /// Draws one frame into all of `ui`'s space and returns what the user asked for.
    pub fn ui(&mut self, ui: &mut egui::Ui, input: &PanelInput<'_>) -> Vec<Action> {
        let mut actions = Vec::new();
        if !theme::fonts_are_installed(ui.ctx()) {
            theme::install_fonts(ui.ctx());
            ui.ctx().request_repaint();
            return actions;
        }
        if self.texts.language() != input.settings.language {
            self.texts = Texts::new(input.settings.language);
        }
        let area = ui.max_rect();
        ui.painter().rect_filled(area.expand(64.0), 0.0, theme::GROUND);
        if !(area.is_finite() && area.width() > 8.0 && area.height() > 8.0) {
            return actions;
        }
        let look = Look { scale: scale_of(area.size()) };
        self.apply_style(ui, look);
        let view = View { input, texts: &self.texts, look };

        self.is_typing = ui.ctx().text_edit_focused();
        if !self.is_typing {
            take_keys(ui, &view, &mut self.drawer, &mut actions);
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::T)) {
                self.taps.tap(ui.input(|input| input.time));
            }
        }

        // Whichever was tapped last is shown.
        if self.midi_tapped != input.snapshot.tapped {
            self.midi_tapped = input.snapshot.tapped;
            if self.midi_tapped.is_some() {
                self.taps.clear();
            }
        }

        let drawer_place = self.drawer.is_open().then(|| drawer_place(area, look));
        let aim = if input.pinned.is_some() { Aim::Pinned } else { Aim::Nowhere };
        let plan = Plan::of(area, look.scale, aim);
        let mut inner = ui.new_child(UiBuilder::new().max_rect(area).id_salt("panel"));
        for &(zone, mut place) in &plan.zones {
            let ui = &mut inner;
            if let Some(drawer) = drawer_place {
                // What the drawer covers can't be reached, by Tab neither.
                if place.center().x >= drawer.left() {
                    continue;
                }
                if matches!(
                    zone,
                    Zone::Controls | Zone::Suggestion | Zone::Status | Zone::TargetLine
                ) {
                    place.max.x = place.max.x.min(drawer.left() - look.px(8.0));
                }
            }
            match zone {
                Zone::Controls => {
                    zones::controls::show(ui, place, &view, &mut self.drawer, &mut actions);
                }
                Zone::Key => zones::key::show(ui, place, &view),
                Zone::Tempo => zones::tempo::show(ui, place, &view, &mut self.taps, &mut actions),
                Zone::Chord => zones::chord::show(ui, place, &view),
                Zone::Strip => zones::strip::show(ui, place, &view),
                Zone::Next => zones::strip::show_next(ui, place, &view),
                Zone::Suggestion => zones::suggestion::show(ui, place, &view),
                Zone::References => {
                    zones::references::show(ui, place, &view, &mut self.drawer, &mut actions);
                }
                Zone::Scenes => zones::scenes::show(ui, place, &view, &mut actions),
                Zone::Target => zones::target::show(ui, place, &view, &mut actions),
                Zone::TargetLine => zones::target::show_line(ui, place, &view, &mut actions),
                Zone::Sound => zones::loudness::show(ui, place, &view),
                Zone::Notes => zones::chroma::show(ui, place, &view),
                Zone::Status => zones::status::show(ui, place, &view),
            }
        }
        if let Some(place) = drawer_place {
            self.drawer.show(&mut inner, place, &view, &mut actions);
        }
        actions
    }

    /// egui's own widgets, tooltips included, grow with the window.
    fn apply_style(&mut self, ui: &mut egui::Ui, look: Look) {
        let style = std::sync::Arc::new(theme::style(look));
        if self.styled_for != Some(look) {
            self.styled_for = Some(look);
            ui.ctx().set_global_style(std::sync::Arc::clone(&style));
        }
        ui.set_style(style);
    }
}

/// Where the open drawer lies: over the right of the panel, or all of it where that is narrow.
/// Nothing else moves when it opens.
fn drawer_place(area: Rect, look: Look) -> Rect {
    let width = look.px(DRAWER_WIDTH);
    let all = area.shrink(look.px(8.0));
    if area.width() - width < look.px(LEAST_BESIDE_DRAWER) {
        return all;
    }
    all.with_min_x(all.right() - width)
}

/// Shortcuts. Space is taken from egui, which would press the focused button with it: it starts and
/// stops the host. Enter presses buttons.
fn take_keys(ui: &egui::Ui, view: &View<'_>, drawer: &mut Drawer, actions: &mut Vec<Action>) {
    let settings = &view.input.settings;
    let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let _ = pressed(Key::Space);
    if pressed(Key::H) {
        actions.push(Action::Hold(!settings.held));
    }
    if pressed(Key::R) {
        actions.push(Action::Reset);
    }
    if pressed(Key::G) {
        actions.push(Action::SetLanguage(settings.language.next()));
    }
    if pressed(Key::S) {
        drawer.toggle(view);
    }
    if drawer.is_open() {
        if pressed(Key::Escape) {
            drawer.step_back(ui);
        }
    } else if view.input.pinned.is_some() && pressed(Key::Escape) {
        actions.push(Action::Unpin);
    }
    if pressed(Key::P)
        && let Some(target) = zones::pinnable::next(view)
    {
        actions.push(Action::Pin(target));
    }
    let (wants_library, wants_finder) = (pressed(Key::L), pressed(Key::F));
    if wants_library {
        drawer.open_at_library(view);
    } else if wants_finder {
        drawer.open_at_finder(view);
    }
    if wants_library || wants_finder {
        // The letter itself must not end up in the field.
        ui.input_mut(|input| input.events.retain(|event| !matches!(event, egui::Event::Text(_))));
    }
    match view.input.demo {
        DemoView::Available if pressed(Key::D) => actions.push(Action::PlayDemo),
        DemoView::Playing if pressed(Key::D) => actions.push(Action::StopDemo),
        _ => {}
    }
    let alternatives =
        view.input.snapshot.hearing.tempo.map(|tempo| tempo.alternatives).unwrap_or_default();
    for (key, candidate) in
        [Key::Num1, Key::Num2, Key::Num3, Key::Num4].into_iter().zip(alternatives.iter())
    {
        if pressed(key)
            && let Some(range) = range_around(candidate.bpm)
        {
            actions.push(Action::ChooseLevel { bpm: candidate.bpm, range });
        }
    }
}
