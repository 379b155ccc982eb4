//! [`Notices`]: the one thing the plugin has to say, if any.

use gui::{Notice, NoticeKind};

use crate::state::StateHealth;

/// The notice shown in the status line.
#[derive(Debug, Default)]
pub(super) struct Notices {
    /// Whether a frame failed since the window was opened.
    panel_failed: bool,
    current: Option<NoticeKind>,
}

impl Notices {
    /// A frame failed: the user is told when the next one can be drawn.
    pub(super) fn drawing_failed(&mut self) {
        self.panel_failed = true;
    }

    /// A window was opened: what went wrong in the last one is past.
    pub(super) fn opened(&mut self) {
        self.panel_failed = false;
    }

    /// Decides what to say now.
    pub(super) fn update(&mut self, state: StateHealth) {
        self.current = match state {
            _ if self.panel_failed => Some(NoticeKind::PanelFailed),
            StateHealth::Good => None,
            StateHealth::Newer => Some(NoticeKind::StateNewer),
            StateHealth::Damaged => Some(NoticeKind::StateDamaged),
        };
    }

    /// What to say.
    pub(super) fn current(&self) -> Option<Notice<'static>> {
        self.current.map(|kind| Notice { kind, detail: "" })
    }
}
