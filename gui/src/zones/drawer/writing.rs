//! How things are written: the language, the names of notes and keys, the code beside the key.

use egui::Ui;

use super::section;
use crate::action::Action;
use crate::i18n::{Language, Text};
use crate::notation::{KeyCode, Notation};
use crate::view::View;
use crate::zones::controls::plain_button;

/// Draws the three sections.
pub(super) fn show(ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
    let _ = section(ui, view, Text("section-language"));
    ui.horizontal_wrapped(|ui| {
        for language in Language::ALL {
            let is_on = view.texts.language() == language;
            if plain_button(ui, view, language.name(), is_on).clicked() {
                actions.push(Action::SetLanguage(language));
            }
        }
    });
    let _ = section(ui, view, Text("section-notation"));
    ui.horizontal_wrapped(|ui| {
        for notation in Notation::ALL {
            let is_on = view.notation() == notation;
            if plain_button(ui, view, &view.say(notation_name(notation)), is_on).clicked() {
                actions.push(Action::SetNotation(notation));
            }
        }
    });
    let _ = section(ui, view, Text("section-key-code"));
    ui.horizontal_wrapped(|ui| {
        for code in KeyCode::ALL {
            let is_on = view.input.settings.key_code == code;
            if plain_button(ui, view, &view.say(code_name(code)), is_on).clicked() {
                actions.push(Action::SetKeyCode(code));
            }
        }
    });
}

fn notation_name(notation: Notation) -> Text {
    match notation {
        Notation::English => Text("notation-english"),
        Notation::German => Text("notation-german"),
        Notation::Solfege => Text("notation-solfege"),
        Notation::Numbered => Text("notation-numbered"),
    }
}

fn code_name(code: KeyCode) -> Text {
    match code {
        KeyCode::Camelot => Text("key-code-camelot"),
        KeyCode::OpenKey => Text("key-code-open-key"),
    }
}
