//! The target, in the drawer: every scene there is, not only those that fit.

use advice::Target;
use egui::Ui;

use super::super::controls::plain_button;
use super::super::pinnable::is_pinned;
use super::super::scenes::scene_name;
use super::section;
use crate::action::Action;
use crate::i18n::Text;
use crate::view::View;

/// Draws the section.
pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let _ = section(ui, view, Text("section-target"));
    ui.horizontal_wrapped(|ui| {
        for (scene, _) in view.input.scenes.iter() {
            let target = Target::Scene(scene);
            let is_on = is_pinned(view, target);
            if plain_button(ui, view, &scene_name(view, scene), is_on).clicked() {
                actions.push(if is_on { Action::Unpin } else { Action::Pin(target) });
            }
        }
    });
}
