//! [`Panel`]: the whole of the user interface.

use crate::action::Action;
use crate::i18n::Language;
use crate::input::PanelInput;

/// The panel: draws a [`PanelInput`], returns [`Action`]s. Keeps only what is being typed and
/// which drawer is open. Never asks for a repaint unless the user does something: the shell
/// repaints when a new snapshot is published.
pub struct Panel {
    language: Language,
}

impl Panel {
    /// A panel that speaks `language` until the settings passed to [`Panel::ui`] say otherwise.
    pub fn new(language: Language) -> Self {
        Self { language }
    }

    /// Whether a text field has the keyboard: then the host must not take the keys.
    pub fn is_typing(&self) -> bool {
        false
    }

    /// Draws one frame into all of `ui`'s space and returns what the user asked for.
    pub fn ui(&mut self, ui: &mut egui::Ui, input: &PanelInput<'_>) -> Vec<Action> {
        self.language = input.settings.language;
        ui.label(self.language.name());
        Vec::new()
    }
}
