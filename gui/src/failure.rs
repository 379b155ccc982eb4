//! What is shown where the panel cannot be drawn: plain labels, little that could fail again.

use crate::i18n::{Language, Text, Texts};

/// Draws the failure page in place of the panel; true when the user wants to try again.
pub fn show_failure(ui: &mut egui::Ui, language: Language) -> bool {
    let texts = Texts::new(language);
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() / 3.0);
        ui.heading(texts.say(Text("failure")));
        ui.label(texts.say(Text("failure-why")));
        ui.add_space(8.0);
        ui.button(texts.say(Text("failure-again"))).clicked()
    })
    .inner
}
