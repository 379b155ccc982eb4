//! The panel shared by the plugin and the standalone: draws a snapshot, returns actions.
//!
//! egui only: no file, thread, clock or host. The shell owns the window, calls [`install_fonts`]
//! once, then [`Panel::ui`] for every frame, and repaints when a snapshot was published.

mod action;
mod failure;
mod format;
mod i18n;
mod input;
mod layout;
mod notation;
mod panel;
mod pen;
mod tempo_choice;
mod theme;
mod view;
mod zones;

pub use action::Action;
pub use failure::show_failure;
pub use i18n::Language;
pub use input::{
    DemoView, DevicesView, FoundView, LibraryView, Notice, NoticeKind, PanelInput, PinnedView,
    SettingsView,
};
pub use notation::{KeyCode, Notation};
pub use panel::Panel;
pub use tempo_choice::range_around;
pub use theme::install_fonts;
