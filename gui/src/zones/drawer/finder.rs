//! Any reference of the library as the target, found by its name: type, choose with the arrows, Enter.

use advice::{NamedReference, Target};
use egui::{Align, Id, Key, Modifiers, TextEdit, Ui, vec2};

use super::super::pinnable;
use super::{note, section};
use crate::action::Action;
use crate::i18n::Text;
use crate::input::LibraryView;
use crate::pen::cut_top;
use crate::theme;
use crate::view::View;

/// Heights of a reference's rows at the default size: its title, and what tells it apart.
const TITLE_ROW: f32 = 28.0;
const PLACE_ROW: f32 = 18.0;

/// What is being looked for.
#[derive(Debug, Default)]
pub(super) struct Finder {
    text: String,
    /// Which of those found Enter is for.
    selected: usize,
    wants_focus: bool,
    /// Enter was pressed before the answer came.
    wants_pin: bool,
    field: Option<Id>,
}

impl Finder {
    /// Takes the keyboard in the next frame.
    pub(super) fn focus(&mut self) {
        self.wants_focus = true;
        self.wants_pin = false;
    }

    /// Nobody looks at the answer any more: Enter before it pins nothing.
    pub(super) fn close(&mut self) {
        self.wants_pin = false;
    }

    /// Ends the search where Escape has just taken the keyboard from it; whether it has.
    pub(super) fn end(&mut self, ui: &Ui) -> bool {
        let field = self.field.filter(|&id| ui.memory(|memory| memory.had_focus_last_frame(id)));
        if field.is_some() {
            self.text.clear();
            self.wants_pin = false;
        }
        field.is_some()
    }

    /// Draws the section.
    pub(super) fn show(&mut self, ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) {
        let heading = section(ui, view, Text("section-find"));
        if self.wants_focus {
            heading.scroll_to_me(Some(Align::TOP));
        }
        if !matches!(view.input.library, LibraryView::Open { .. }) {
            note(ui, view, &view.say(Text("find-closed")));
            self.wants_focus = false;
            self.wants_pin = false;
            return;
        }
        let field = self.show_field(ui, view);
        let found = view.input.found;
        let wanted = self.text.trim();
        if found.asked != wanted {
            actions.push(Action::FindReferences(wanted.to_owned()));
            // Asked for again because another library was opened: Enter was for what that one had.
            self.wants_pin &= field.is_changed;
        }
        if wanted.is_empty() {
            self.wants_pin = false;
            note(ui, view, &view.say(Text("find-hint")));
            return;
        }
        let is_answered = self.is_answered(view);
        if is_answered && found.problem.is_some() {
            if field.is_asked_again {
                actions.push(Action::FindReferences(wanted.to_owned()));
            }
        } else if is_answered && std::mem::take(&mut self.wants_pin) {
            let chosen = found.references.get(self.selected);
            actions.extend(chosen.map(|it| Action::Pin(Target::Reference(it.track))));
        }
        if let Some(reason) = found.problem {
            let words = view.texts.with(Text("find-failed"), &[("reason", reason.into())]);
            ui.label(egui::RichText::new(words).color(theme::PROBLEM));
        } else if found.references.is_empty() {
            let text = if is_answered { Text("find-none") } else { Text("find-searching") };
            note(ui, view, &view.say(text));
        }
        for (idx, reference) in found.references.iter().enumerate() {
            let is_selected = is_answered && idx == self.selected;
            let place = place_words(found.references, reference);
            let row = Row { reference, place: place.as_deref(), is_selected };
            let area = row.show(ui, view, actions);
            if is_selected && field.has_moved {
                ui.scroll_to_rect(area, None);
            }
        }
        if found.has_more && !found.references.is_empty() {
            let n = (found.references.len() as u64).into();
            note(ui, view, &view.texts.with(Text("find-more"), &[("n", n)]));
        }
    }

    /// Whether what is shown was found for what is written.
    fn is_answered(&self, view: &View<'_>) -> bool {
        let found = view.input.found;
        found.asked == self.text.trim() && !found.is_searching
    }

    /// The field, and what was done to it.
    fn show_field(&mut self, ui: &mut Ui, view: &View<'_>) -> Done {
        let id = ui.scope_id().with("find a reference");
        self.field = Some(id);
        let before = self.selected;
        if !self.is_answered(view) {
            // The choice is among those of one answer.
            self.selected = 0;
        }
        if ui.memory(|memory| memory.has_focus(id)) {
            let pressed =
                |key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
            let (down, up) = (pressed(Key::ArrowDown), pressed(Key::ArrowUp));
            if self.is_answered(view) {
                let last = view.input.found.references.len().saturating_sub(1);
                self.selected = (self.selected + down).min(last).saturating_sub(up);
            }
        }
        let name = view.say(Text("find-field"));
        let hint = egui::RichText::new(name.as_str()).color(theme::FAINT);
        let mut output = TextEdit::singleline(&mut self.text)
            .id(id)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .margin(vec2(view.look.px(10.0), view.look.px(7.0)))
            .show(ui);
        let field = &output.response;
        let is_focused_anew = std::mem::take(&mut self.wants_focus);
        if is_focused_anew {
            field.request_focus();
            // Another name is typed over the one before.
            let all = egui::text::CCursorRange::select_all(&output.galley);
            output.state.cursor.set_char_range(Some(all));
            output.state.store(ui.ctx(), id);
        }
        let is_changed = field.changed();
        if is_changed {
            self.selected = 0;
            self.wants_pin = false;
        }
        let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if is_entered {
            self.wants_pin = !self.text.trim().is_empty();
        }
        Done {
            has_moved: self.selected != before,
            is_changed,
            is_asked_again: is_entered || is_focused_anew,
        }
    }
}

/// What was done to the field in this frame.
struct Done {
    /// The arrows moved the choice.
    has_moved: bool,
    is_changed: bool,
    /// Enter was pressed, or the keyboard was taken: what failed is tried again.
    is_asked_again: bool,
}

/// One reference that was found.
struct Row<'a> {
    reference: &'a NamedReference,
    /// What tells it apart from others of its title.
    place: Option<&'a str>,
    is_selected: bool,
}

impl Row<'_> {
    /// Draws it; returns where.
    fn show(&self, ui: &mut Ui, view: &View<'_>, actions: &mut Vec<Action>) -> egui::Rect {
        let NamedReference { track, title, artist, .. } = self.reference;
        let more: Vec<&str> = artist.as_deref().into_iter().chain(self.place).collect();
        let more = more.join(" · ");
        let height = TITLE_ROW + if more.is_empty() { 0.0 } else { PLACE_ROW };
        let size = vec2(ui.available_width(), view.look.px(height));
        let (_, area) = ui.allocate_space(size);
        let pen = view.pen(ui, area);
        let inside = area.shrink2(vec2(pen.px(8.0), 0.0));
        let target = Target::Reference(*track);
        let words = if more.is_empty() { title.clone() } else { format!("{title}, {more}") };
        let is_pinned = pinnable::row(ui, &pen, inside, view, target, &words, actions);
        if self.is_selected {
            pen.frame(inside.expand2(vec2(pen.px(6.0), pen.px(1.0))), theme::SOFT);
        }
        let color = if is_pinned { theme::ACCENT } else { theme::TEXT };
        let (upper, lower) = cut_top(inside, pen.px(TITLE_ROW));
        pen.line(upper, Align::Min, title, pen.look.body(), color);
        let lower = lower.translate(vec2(0.0, -pen.px(3.0)));
        pen.line(lower, Align::Min, &more, pen.look.small(), theme::SOFT);
        area
    }
}

/// What tells `one` apart from others of its title among `all`: the end of its folder, as much of
/// it as it takes, or the file's name where the folder is the same. `None` where its title does.
fn place_words(all: &[NamedReference], one: &NamedReference) -> Option<String> {
    let (folder, file) = folder_and_file(&one.path);
    let others: Vec<&str> = all
        .iter()
        .filter(|it| it.title == one.title && it.track != one.track)
        .map(|it| folder_and_file(&it.path).0)
        .collect();
    if others.is_empty() {
        return None;
    }
    if others.contains(&folder) {
        return Some(file.to_owned());
    }
    let ends = folder.rmatch_indices(SEPARATORS).map(|(at, _)| at + 1);
    let ends = ends.filter_map(|at| folder.get(at..)).filter(|end| !end.is_empty());
    let is_its_own = |end: &&str| !others.iter().any(|other| ends_with_names(other, end));
    Some(ends.into_iter().find(is_its_own).unwrap_or(folder).to_owned())
}

/// Paths may come from another system than this one.
const SEPARATORS: [char; 2] = ['/', '\\'];

fn folder_and_file(path: &str) -> (&str, &str) {
    let at = path.rfind(SEPARATORS).unwrap_or(0);
    let (folder, file) = path.split_at(at);
    (folder, file.trim_start_matches(SEPARATORS))
}

/// Whether the last names of `folder` are `end`.
fn ends_with_names(folder: &str, end: &str) -> bool {
    folder.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with(SEPARATORS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use advice::TrackId;

    #[test]
    fn what_has_the_same_title_is_told_apart_by_as_much_of_its_folder_as_it_takes() {
        let paths = [
            ("Intro", "/music/one/cd 1/01.wav"),
            ("Intro", "/music/two/cd 1/01.wav"),
            ("Intro", "/music/two/cd 2/01.wav"),
            ("Alone", "/music/two/cd 2/02.wav"),
            ("Twice", "C:\\music\\a.wav"),
            ("Twice", "C:\\music\\b.wav"),
            ("Deep", "/x/deep/d.wav"),
            ("Deep", "/deep/d.wav"),
        ];
        let all: Vec<NamedReference> = paths
            .iter()
            .enumerate()
            .map(|(n, (title, path))| NamedReference {
                track: TrackId(n as u32),
                title: (*title).to_owned(),
                artist: None,
                path: (*path).to_owned(),
            })
            .collect();
        let words: Vec<Option<String>> = all.iter().map(|one| place_words(&all, one)).collect();
        let expected = ["one/cd 1", "two/cd 1", "cd 2", "", "a.wav", "b.wav", "x/deep", "/deep"];
        let words: Vec<&str> = words.iter().map(|it| it.as_deref().unwrap_or("")).collect();
        assert_eq!(words, expected);
    }
}
