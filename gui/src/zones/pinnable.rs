//! Rows that are pinned by a click, or by Tab and Enter: references and scenes.

use advice::{Aimed, Target};
use egui::{Rect, Role, Sense, Ui, WidgetInfo};

use crate::action::Action;
use crate::i18n::Text;
use crate::pen::Pen;
use crate::theme;
use crate::view::View;

/// Makes `place` a row that pins `target`, called `words`; pressed again it lets go. Draws what
/// shows that it is pinned or in focus; whether it is pinned.
pub(crate) fn row(
    ui: &Ui,
    pen: &Pen,
    place: Rect,
    view: &View<'_>,
    target: Target,
    words: &str,
    actions: &mut Vec<Action>,
) -> bool {
    let is_pinned = is_pinned(view, target);
    let response = ui.interact(place, ui.scope_id().with(("pin", target)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_pinned, words));
    let around = place.expand2(egui::vec2(pen.px(6.0), pen.px(1.0)));
    if is_pinned {
        pen.block(around, theme::ACCENT_SURFACE);
        let (mark, _) = crate::pen::cut_left(around, pen.px(3.0));
        pen.block(mark, theme::ACCENT);
    } else if response.hovered() {
        pen.block(around, theme::RAISED);
    }
    if response.has_focus() {
        pen.frame(around, theme::ACCENT);
    }
    let is_clicked = response.clicked();
    let help = view.say(if is_pinned { Text("unpin-help") } else { Text("pin-help") });
    let _ = response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(help);
    if is_clicked {
        actions.push(if is_pinned { Action::Unpin } else { Action::Pin(target) });
    }
    is_pinned
}

/// Whether `target` is what the user writes towards.
pub(crate) fn is_pinned(view: &View<'_>, target: Target) -> bool {
    view.input.pinned.is_some() && view.input.snapshot.aimed == Aimed::At(target)
}

/// What the key for pinning goes through next: the references shown, then the scenes.
pub(crate) fn next(view: &View<'_>) -> Option<Target> {
    let snapshot = view.input.snapshot;
    let references = snapshot.references.iter().map(|it| Target::Reference(it.track));
    let scenes = snapshot.scenes.iter().map(|it| Target::Scene(it.scene));
    let all: Vec<Target> = references.chain(scenes).collect();
    let now = all.iter().position(|&target| is_pinned(view, target));
    let next = now.map_or(0, |idx| idx + 1);
    all.get(next).or(all.first()).copied()
}
