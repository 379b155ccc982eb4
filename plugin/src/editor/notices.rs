//! [`Notices`]: the one thing the plugin has to say, if any.

use gui::{Language, Notice, NoticeKind};

use crate::state::StateHealth;

/// The notice shown above the panel.
#[derive(Debug, Default)]
pub(super) struct Notices {
    /// Whether a frame failed since the window was opened.
    panel_failed: bool,
    current: Option<(NoticeKind, &'static str)>,
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
    pub(super) fn update(&mut self, state: StateHealth, language: Language) {
        self.current = if self.panel_failed {
            Some((NoticeKind::PanelFailed, ""))
        } else {
            sentence(state, language).map(|text| (NoticeKind::Note, text))
        };
    }

    /// What to say.
    pub(super) fn current(&self) -> Option<Notice<'static>> {
        self.current.map(|(kind, detail)| Notice { kind, detail })
    }
}

fn sentence(state: StateHealth, language: Language) -> Option<&'static str> {
    match (state, language) {
        (StateHealth::Good, _) => None,
        (StateHealth::Newer, Language::English) => Some(
            "This project was saved by a newer Jamboree; what this version does not know is left out.",
        ),
        (StateHealth::Newer, Language::SimplifiedChinese) => {
            Some("此工程由更新版本的 Jamboree 保存；本版本不认识的设置已忽略。")
        }
        (StateHealth::Damaged, Language::English) => Some(
            "Some settings saved with this project could not be read; they are back at their defaults.",
        ),
        (StateHealth::Damaged, Language::SimplifiedChinese) => {
            Some("此工程保存的部分设置无法读取，已恢复为默认值。")
        }
    }
}
