//! Fonts, colours and sizes of the panel.

/// Installs the panel's fonts. Call once for a context, before the first frame.
pub fn install_fonts(_ctx: &egui::Context) {}
