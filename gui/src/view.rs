//! [`View`]: what every zone is drawn from, and the words several zones share.

use analysis::{Chord, Key, Mode};
use egui::{Rect, Role, Sense, WidgetInfo};

use crate::format;
use crate::i18n::{Text, Texts};
use crate::input::PanelInput;
use crate::layout::Zone;
use crate::notation::{ChordName, ModeName, Notation, Speller};
use crate::pen::Pen;
use crate::theme::Look;

/// What every zone is drawn from.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The shell's input.
    pub(crate) input: &'a PanelInput<'a>,
    /// The texts.
    pub(crate) texts: &'a Texts,
    /// Sizes.
    pub(crate) look: Look,
}

impl View<'_> {
    /// A pen that stays inside `area`.
    pub(crate) fn pen(&self, ui: &egui::Ui, area: Rect) -> Pen {
        Pen::new(ui, area, self.look)
    }

    /// A text without blanks.
    pub(crate) fn say(&self, text: Text) -> String {
        self.texts.say(text)
    }

    /// "83 %".
    pub(crate) fn percent(&self, share: f32) -> String {
        self.texts.with(Text("percent"), &[("n", format::percent(share).into())])
    }

    /// How sure: a word and the figure, "Sure, 83 %".
    pub(crate) fn sureness(&self, confidence: f32) -> String {
        let word = self.say(match confidence {
            c if c >= 0.8 => Text("sure"),
            c if c >= 0.6 => Text("fairly-sure"),
            c if c >= 0.4 => Text("unsure"),
            _ => Text("guess"),
        });
        let percent = self.percent(confidence);
        self.texts.with(Text("sureness"), &[("word", word.into()), ("percent", percent.into())])
    }

    /// "major" or "minor".
    pub(crate) fn mode(&self, mode: Mode) -> String {
        self.say(match mode {
            Mode::Major => Text("mode-major"),
            Mode::Minor => Text("mode-minor"),
        })
    }

    /// How notes, chords and keys are written.
    pub(crate) fn notation(&self) -> Notation {
        self.input.settings.notation_in_force()
    }

    /// "B♭ minor".
    pub(crate) fn key(&self, key: Key) -> String {
        let name = self.notation().key(key);
        let tonic = format!("{}{}", name.lead, name.tonic);
        match name.mode {
            ModeName::Word(mode) => {
                let blanks = [("tonic", tonic.into()), ("mode", self.mode(mode).into())];
                self.texts.with(Text("key"), &blanks)
            }
            ModeName::Ending(ending) => tonic + ending,
        }
    }

    /// How notes are spelled now: as the key has them.
    pub(crate) fn speller(&self) -> Speller {
        let key = self.input.snapshot.hearing.key;
        key.map_or_else(Speller::default, |key| Speller::of_key(key.key))
    }

    /// A chord, spelled as the key has it.
    pub(crate) fn chord(&self, chord: Chord) -> ChordName {
        self.notation().chord(chord, self.speller())
    }

    /// Tells a screen reader what a painted zone says. Returns the response, for a tooltip.
    pub(crate) fn describe(
        &self,
        ui: &egui::Ui,
        area: Rect,
        zone: Zone,
        words: &str,
    ) -> egui::Response {
        let id = ui.scope_id().with(("zone", zone as u8));
        let response = ui.interact(area, id, Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
        response
    }
}
