//! [`JamboreeEditorHandle`]: what the host does to an open window.

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

use crate::contain::contain;
use crate::repaint::Repaint;

/// nice-plug-egui's handle, but that it asks for frames through [`Repaint`] and that every call is
/// contained. One that panics counts as done: the window stays as it is, the host goes on.
pub struct JamboreeEditorHandle {
    pub(super) window: EguiEditorHandle,
    pub(super) repaint: Repaint,
}

impl EditorHandle for JamboreeEditorHandle {
    type Window = baseview::Window;
    type Error = baseview::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        contained(|| EguiEditorHandle::run_until_closed(window))
    }

    fn set_parent(
        &self,
        parent: ParentWindowHandle,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        contained(|| self.window.set_parent(parent, window))
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        contained(|| {
            self.window.show(window)?;
            self.repaint.request();
            Ok(())
        })
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        contained(|| self.window.hide(window))
    }

    fn set_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        contained(|| self.window.set_size(new_size, window))
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        let _ = contain(|| self.window.host_main_thread_callback(window));
    }

    fn adjust_size(
        &self,
        new_size: NativeSize<u32>,
        window: &Self::Window,
    ) -> Option<NativeSize<u32>> {
        contain(|| self.window.adjust_size(new_size, window)).flatten()
    }

    fn set_fallback_scale_factor(
        &self,
        scale_factor: f64,
        window: &Self::Window,
    ) -> Result<(), Self::Error> {
        contained(|| self.window.set_fallback_scale_factor(scale_factor, window))
    }

    fn on_virtual_key_from_host(
        &self,
        key_code: VirtualKeyCode,
        is_down: bool,
        modifiers: Modifiers,
    ) -> bool {
        contain(|| self.window.on_virtual_key_from_host(key_code, is_down, modifiers))
            .unwrap_or(false)
    }

    fn state_changed(&self) {
        self.request_frame();
    }

    fn param_value_changed(&self, _id: &str, _normalized_value: f32) {
        self.request_frame();
    }

    fn param_modulation_changed(&self, _id: &str, _modulation_offset: f32) {
        self.request_frame();
    }
}

impl Drop for JamboreeEditorHandle {
    fn drop(&mut self) {
        let _ = contain(|| self.repaint.detach());
    }
}

impl JamboreeEditorHandle {
    fn request_frame(&self) {
        let _ = contain(|| self.repaint.request());
    }
}

fn contained(call: impl FnOnce() -> Result<(), baseview::Error>) -> Result<(), baseview::Error> {
    contain(call).unwrap_or(Ok(()))
}
