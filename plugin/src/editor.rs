//! [`JamboreeEditor`]: the window, opened and closed any number of times.

mod app;
mod handle;
mod notices;

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug::editor::{
    Editor, HostMethods, ParentWindowHandle, ResizeHint, SizeConstraints, SpawnedEditor,
};
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier,
    create_egui_editor,
};

pub use app::EditorApp;
pub use handle::JamboreeEditorHandle;

use crate::contain::contain;
use crate::params::JamboreeParams;
use crate::repaint::Repaint;
use crate::state::EditorSize;

/// Longer than any window is open.
const NEVER: Duration = Duration::from_secs(1_000_000_000);

/// Makes a window each time the host opens one, in the size the last one had. nice-plug-egui's own
/// editor remembers its size only while the instance lives and has no way to be told one, so each
/// window gets a new one of those around the same app.
pub struct JamboreeEditor {
    app: SharedApp,
    params: Arc<JamboreeParams>,
    repaint: Repaint,
}

impl JamboreeEditor {
    pub(crate) fn new(app: EditorApp, params: Arc<JamboreeParams>, repaint: Repaint) -> Self {
        Self { app: SharedApp(Arc::new(Mutex::new(app))), params, repaint }
    }

    fn logical_size(&self) -> LogicalSize<f32> {
        let size = self.params.editor_size.get().usable();
        LogicalSize::new(size.width, size.height)
    }

    fn window(&self) -> Option<EguiEditor<SharedApp>> {
        let settings = EguiNiceSettings::new()
            .with_tile("Jamboree")
            .with_resize_hint(self.resize_hint())
            // Never: see `Repaint`.
            .with_repaint_poll_interval(NEVER);
        create_egui_editor(
            EguiEditorState::from_size(Size::from(self.logical_size()), 1.0),
            RepaintNotifier::new(),
            settings,
            self.app.clone(),
        )
    }
}

impl Editor for JamboreeEditor {
    type Handle = JamboreeEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<JamboreeEditorHandle>, Box<dyn Error>> {
        let spawned = contain(|| {
            let window = self.window().ok_or("no window")?;
            let spawned =
                window.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
            let handle =
                JamboreeEditorHandle { window: spawned.handle, repaint: self.repaint.clone() };
            Ok(SpawnedEditor { handle, window: spawned.window })
        });
        spawned.unwrap_or_else(|| Err("opening the window failed unexpectedly".into()))
    }

    fn size(&self) -> NativeSize<u32> {
        NativeSize::from_size(Size::from(self.logical_size()), self.app.scale_factor())
    }

    fn resize_hint(&self) -> ResizeHint {
        let min = LogicalSize::new(EditorSize::MIN.width, EditorSize::MIN.height);
        ResizeHint::resizable().with_size_constraints(SizeConstraints::min_logical_size(min))
    }
}

/// The app as the window's event loop sees it: locked for each call, every call contained.
#[derive(Clone)]
struct SharedApp(Arc<Mutex<EditorApp>>);

impl SharedApp {
    fn with<R>(&self, call: impl FnOnce(&mut EditorApp) -> R) -> Option<R> {
        // After a panic the app draws afresh, so a poisoned lock is no reason to stop.
        contain(|| call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    fn scale_factor(&self) -> f64 {
        self.with(|app| app.scale_factor()).unwrap_or(1.0)
    }
}

impl NiceEguiApp for SharedApp {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        gui_context: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        self.with(|app| app.opened(&egui_ctx, gui_context, frame));
        Ok(())
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        if self.with(|app| app.ui(ui, frame)).is_none() {
            self.with(|app| app.drawing_failed(ui.ctx()));
            ui.ctx().request_repaint();
        }
    }

    fn resized(&mut self, new_size: WindowSize) {
        self.with(|app| app.resized(new_size));
    }
}
