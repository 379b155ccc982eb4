//! [`EditorApp`]: gives the panel what it draws, carries out what the user asks for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use advice::{Aimed, SceneProfiles, Snapshot, Target, TrackId, WorkerState};
use analysis::{Hertz, TempoRange};
use fonts::SystemFonts;
use gui::{
    Action, DemoView, FoundView, KeyCode, Language, LibraryView, Notation, Panel, PanelInput,
    PinnedView, SettingsView,
};
use library::{Pin, References};
use live::{Control, NameSearch};
use nice_plug::context::gui::GuiContext;
use nice_plug::params::Param;
use nice_plug_egui::baseview::WindowSize;
use nice_plug_egui::{Frame, KeyCapture};

use super::notices::Notices;
use crate::contain::PanicProbe;
use crate::library_choice::LibraryStatus;
use crate::params::JamboreeParams;
use crate::repaint::Repaint;
use crate::state::EditorSize;

/// Frames that may fail one after the other before the panel is given up.
const MAX_FAILURES: u32 = 2;

/// What is behind the window. Lives as long as the instance; windows come and go.
pub struct EditorApp {
    params: Arc<JamboreeParams>,
    control: Control,
    panel: Panel,
    names: NameSearch,
    fonts: SystemFonts,
    notices: Notices,
    gui_context: Option<GuiContext>,
    /// Whether listening failed on the host's side.
    failed: Arc<AtomicBool>,
    repaint: Repaint,
    scale_factor: f64,
    /// Whether the window has drawn its first frame.
    has_drawn: bool,
    /// Frames that failed since the last one that did not.
    n_failures: u32,
    probe: PanicProbe,
}

impl EditorApp {
    pub(crate) fn new(
        params: Arc<JamboreeParams>,
        control: Control,
        failed: Arc<AtomicBool>,
        repaint: Repaint,
    ) -> Self {
        let language = language(&params);
        let waking = repaint.clone();
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || waking.request());
        Self {
            params,
            control,
            panel: Panel::new(language),
            names: NameSearch::new(Arc::clone(&wake)),
            fonts: SystemFonts::new(wake),
            notices: Notices::default(),
            gui_context: None,
            failed,
            repaint,
            scale_factor: 1.0,
            has_drawn: false,
            n_failures: 0,
            probe: PanicProbe::from_env("ui"),
        }
    }

    /// A window was opened.
    pub(super) fn opened(&mut self, ctx: &egui::Context, host: GuiContext, frame: &mut Frame) {
        gui::install_fonts(ctx);
        self.fonts.lend_to(ctx);
        frame.set_clear_color(ctx.global_style().visuals.panel_fill.into());
        self.gui_context = Some(host);
        // The panel remembers what it has told its egui context, and this is another one.
        self.panel = Panel::new(language(&self.params));
        self.notices.opened();
        self.n_failures = 0;
        self.has_drawn = false;
    }

    /// Draws one frame.
    pub(super) fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        if !std::mem::replace(&mut self.has_drawn, true) {
            self.repaint.attach(ui.ctx());
        }
        if self.n_failures >= MAX_FAILURES {
            if gui::show_failure(ui, language(&self.params)) {
                self.n_failures = 0;
                self.repaint.request();
            }
            return;
        }
        self.probe.check();
        let mut snapshot = self.snapshot();
        let status = self.params.library.status();
        if !is_ranked(&status, &snapshot) {
            forget_references(&mut snapshot);
        }
        self.names.poll(references(&status));
        let pin = self.params.target.pin();
        let path = self.params.library.path().unwrap_or_default();
        let path = path.to_string_lossy();
        self.notices.update(self.params.schema.health());
        let input = PanelInput {
            snapshot: &snapshot,
            reference_name: &|track| reference_name(&status, track),
            scenes: scenes(&status, &snapshot),
            library: library_view(&status, &path),
            found: FoundView {
                asked: self.names.asked(),
                is_searching: self.names.is_searching(),
                references: self.names.found(),
                has_more: self.names.has_more(),
                problem: self.names.problem(),
            },
            pinned: pin.as_ref().map(pinned_view),
            settings: settings(&self.params),
            notice: self.notices.current(),
            demo: DemoView::Unavailable,
            devices: None,
        };
        let actions = self.panel.ui(ui, &input);
        self.fonts.poll(ui.ctx());
        // Keys belong to the host (space starts it) unless a text is being typed.
        frame.set_key_capture(if self.panel.is_typing() {
            KeyCapture::CaptureAll
        } else {
            KeyCapture::IgnoreAll
        });
        for action in actions {
            match action {
                Action::Pin(target) => self.pin(target, &status, &snapshot),
                Action::FindReferences(name) => {
                    if let Some(references) = references(&status) {
                        self.names.ask(references, name);
                        self.repaint.request();
                    }
                }
                action => self.carry_out(action),
            }
        }
        self.n_failures = 0;
    }

    /// The last frame panicked: the next one starts with a new panel, in its own fonts.
    pub(super) fn drawing_failed(&mut self, ctx: &egui::Context) {
        self.n_failures += 1;
        self.fonts.take_back(ctx);
        self.notices.drawing_failed();
        self.panel = Panel::new(language(&self.params));
    }

    /// The window has a new size.
    pub(super) fn resized(&mut self, size: WindowSize) {
        self.scale_factor = size.scale_factor;
        let size =
            EditorSize { width: size.logical.width as f32, height: size.logical.height as f32 };
        self.params.editor_size.replace(size.usable());
    }

    /// Pixels to a point of the last window.
    pub(super) fn scale_factor(&self) -> f64 {
        self.scale_factor
    }

    fn snapshot(&self) -> Snapshot {
        let mut snapshot = self.params.heard.snapshot();
        if self.failed.load(Ordering::Relaxed) {
            snapshot.worker = WorkerState::Failed;
        }
        snapshot
    }

    fn carry_out(&mut self, action: Action) {
        let params = Arc::clone(&self.params);
        match action {
            Action::Hold(held) => {
                self.set(&params.hold, held);
                self.control.set_held(held);
            }
            Action::Reset => {
                params.heard.forget();
                self.control.reset();
            }
            Action::SetReferenceA4(a4) => self.set_reference_a4(a4),
            // What a host plays is no file that could be recognised.
            Action::SetTempoRange(range) | Action::ChooseLevel { range, .. } => {
                self.set_tempo_range(range);
            }
            Action::SetLanguage(language) => {
                params.language.replace(Some(language.tag().to_owned()));
            }
            Action::SetNotation(notation) => {
                params.notation.replace(Some(notation.tag().to_owned()));
            }
            Action::SetKeyCode(code) => params.key_code.replace(Some(code.tag().to_owned())),
            Action::OpenLibrary(path) => params.library.choose(Some(path)),
            Action::CloseLibrary => params.library.choose(None),
            Action::Unpin => params.target.choose(None),
            // Pinning and finding are done where it is known what was shown. Sound is the host's
            // business; the panel does not offer it here.
            Action::Pin(_)
            | Action::FindReferences(_)
            | Action::PlayDemo
            | Action::StopDemo
            | Action::SelectInput(_)
            | Action::SelectOutput(_) => {}
        }
        self.repaint.request();
    }

    /// Writes towards `target`, of those that were shown: references are of the library that is open,
    /// in the snapshot or found by name. One that is gone meanwhile changes nothing.
    fn pin(&self, target: Target, status: &LibraryStatus, snapshot: &Snapshot) {
        let pin = match (references(status), target) {
            (Some(references), Target::Reference(_)) => references.pin(target).ok().flatten(),
            (Some(references), Target::Scene(_)) if is_ranked(status, snapshot) => {
                references.pin(target).ok().flatten()
            }
            (_, Target::Scene(scene)) => {
                SceneProfiles::shipped().get(scene).map(|profile| Pin::of_scene(profile.key()))
            }
            (None, Target::Reference(_)) => None,
        };
        if pin.is_some() {
            self.params.target.choose(pin);
        }
        self.repaint.request();
    }

    fn set_reference_a4(&self, a4: Option<Hertz>) {
        self.set(&self.params.auto_tuning, a4.is_none());
        if let Some(a4) = a4 {
            self.set(&self.params.a4, a4.0 as f32);
        }
        self.control.set_reference_a4(a4);
    }

    fn set_tempo_range(&self, range: TempoRange) {
        self.set(&self.params.tempo_min, range.min.0.round() as i32);
        self.set(&self.params.tempo_max, range.max.0.round() as i32);
        self.control.set_tempo_range(range);
    }

    /// Sets a parameter through the host, so that it can record and undo it.
    fn set<P: Param>(&self, param: &P, value: P::Plain) {
        if let Some(host) = &self.gui_context {
            let setter = host.param_setter();
            setter.begin_set_parameter(param);
            setter.set_parameter(param, value);
            setter.end_set_parameter(param);
        }
    }
}

/// The settings in force. A tag that a newer version wrote counts as none.
fn settings(params: &JamboreeParams) -> SettingsView {
    SettingsView {
        reference_a4: params.reference_a4(),
        tempo_range: params.tempo_range(),
        held: params.hold.value(),
        language: language(params),
        notation: params.notation.get().and_then(|tag| Notation::from_tag(&tag)),
        key_code: params.key_code.get().and_then(|tag| KeyCode::from_tag(&tag)).unwrap_or_default(),
    }
}

/// The language chosen, or else the user's own.
fn language(params: &JamboreeParams) -> Language {
    let chosen = params.language.get().and_then(|tag| Language::from_tag(&tag));
    chosen.unwrap_or_else(|| {
        ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .and_then(|locale| Language::from_tag(&locale))
            .unwrap_or_default()
    })
}

/// Whether the references in `snapshot` are those of the library that is open: right after a change
/// they are still of the one before, whose numbers mean other names.
fn is_ranked(status: &LibraryStatus, snapshot: &Snapshot) -> bool {
    matches!(status, LibraryStatus::Open { number, .. } if *number == snapshot.library)
}

/// Takes out of `snapshot` what only the library it was made with can name.
fn forget_references(snapshot: &mut Snapshot) {
    snapshot.references.clear();
    if matches!(snapshot.aimed, Aimed::At(Target::Reference(_))) {
        snapshot.aimed = Aimed::Nowhere;
        snapshot.gap = None;
    }
}

fn pinned_view(pin: &Pin) -> PinnedView<'_> {
    match pin {
        Pin::Scene { key } => PinnedView::Scene(key),
        Pin::Reference { title, .. } => PinnedView::Reference(title),
    }
}

/// The scenes that those in `snapshot` are of: a library may have some of its own.
fn scenes<'a>(status: &'a LibraryStatus, snapshot: &Snapshot) -> &'a SceneProfiles {
    match status {
        LibraryStatus::Open { references, number } if *number == snapshot.library => {
            references.scenes()
        }
        _ => SceneProfiles::shipped(),
    }
}

/// The library that is open.
fn references(status: &LibraryStatus) -> Option<&Arc<References>> {
    match status {
        LibraryStatus::Open { references, .. } => Some(references),
        _ => None,
    }
}

fn reference_name(status: &LibraryStatus, track: TrackId) -> Option<String> {
    references(status)?.name(track)
}

fn library_view<'a>(status: &'a LibraryStatus, path: &'a str) -> LibraryView<'a> {
    match status {
        LibraryStatus::Closed => LibraryView::Closed,
        LibraryStatus::Loading => LibraryView::Loading,
        LibraryStatus::Open { references, .. } => {
            LibraryView::Open { path, n_tracks: references.len() }
        }
        LibraryStatus::Failed(reason) => LibraryView::Error(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heard::Heard;
    use crate::library_choice::LibraryChoice;
    use crate::target_choice::TargetChoice;

    #[test]
    fn names_are_written_as_the_project_remembers() {
        let session = live::session();
        let library = LibraryChoice::new(session.control.clone(), Repaint::default());
        let target = TargetChoice::new(session.control);
        let params = JamboreeParams::new(Heard::new(session.snapshots), library, target);
        let names = || (settings(&params).notation, settings(&params).key_code);
        assert_eq!(names(), (None, KeyCode::Camelot));
        params.notation.replace(Some("german".to_owned()));
        params.key_code.replace(Some("open-key".to_owned()));
        assert_eq!(names(), (Some(Notation::German), KeyCode::OpenKey));
        params.notation.replace(Some("from a newer version".to_owned()));
        params.key_code.replace(Some("from a newer version".to_owned()));
        assert_eq!(names(), (None, KeyCode::Camelot));
    }

    #[test]
    fn references_of_another_library_are_not_named() {
        let open = |number| LibraryStatus::Open { references: Arc::default(), number };
        let snapshot = Snapshot { library: 2, ..Snapshot::default() };
        assert!(is_ranked(&open(2), &snapshot));
        assert!(!is_ranked(&open(1), &snapshot));
        assert!(!is_ranked(&open(3), &snapshot));
        assert!(!is_ranked(&LibraryStatus::Loading, &snapshot));
    }
}
