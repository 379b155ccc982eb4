//! The nearest references, each with the share every aspect has in its distance.

use advice::{Aspect, ReferenceMatch, Target};
use egui::{Align, Color32, Rect, Ui, pos2, vec2};

use super::drawer::Drawer;
use super::pinnable;
use crate::action::Action;
use crate::format;
use crate::i18n::Text;
use crate::input::LibraryView;
use crate::layout::Zone;
use crate::pen::{Pen, cut_bottom, cut_left, cut_right, cut_top};
use crate::theme;
use crate::view::View;

/// Draws the zone.
pub(crate) fn show(
    ui: &Ui,
    area: Rect,
    view: &View<'_>,
    drawer: &mut Drawer,
    actions: &mut Vec<Action>,
) {
    let pen = view.pen(ui, area);
    let title = view.say(Text("zone-references"));
    let inside = pen.card(area, &title);
    let references = &view.input.snapshot.references;
    let is_open = matches!(view.input.library, LibraryView::Open { .. });
    // Whatever else is written over the zone, it lies under this.
    let finds = |ui: &Ui| is_open && show_find(ui, &pen, area, inside, view, &title);
    if !is_open || references.is_empty() {
        let words = match view.input.library {
            LibraryView::Closed => view.say(Text("references-closed")),
            LibraryView::Loading => view.say(Text("library-loading")),
            LibraryView::Error(_) => view.say(Text("references-error")),
            LibraryView::Open { .. } => view.say(Text("references-none-yet")),
        };
        pen.paragraph(inside, Align::Min, &words, pen.look.body(), theme::FAINT, 4);
        view.describe(ui, area, Zone::References, &format!("{title}: {words}"));
        if finds(ui) {
            drawer.open_at_finder(view);
        }
        return;
    }
    if view.input.snapshot.provisional {
        let row = title_row(&pen, area, inside);
        let words = view.say(Text("provisional"));
        pen.line(row, Align::Max, &words, pen.look.small(), theme::ACCENT);
    }

    let inside = inside.with_min_y(inside.top() + pen.px(3.0));
    let n_legend_rows = walk_legend(&pen, inside, view, |_, _, _| {});
    let (rows, legend) = cut_bottom(inside, pen.px(LEGEND_ROW) * n_legend_rows as f32);
    let least = pen.px(36.0);
    let n_shown = ((rows.height() / least).floor().max(1.0) as usize).min(references.len());
    let stride = (rows.height() / n_shown.max(1) as f32).min(pen.px(46.0));
    // The longest bar is the furthest of those shown: a shorter one is nearer.
    let furthest = references
        .iter()
        .take(n_shown)
        .map(|reference| reference.distance)
        .fold(f32::MIN_POSITIVE, f32::max);
    let words: Vec<String> =
        references.iter().take(n_shown).map(|reference| words(view, reference)).collect();
    // First, so that the rows lie on top and can be pressed.
    view.describe(ui, area, Zone::References, &format!("{title}: {}", words.join(", ")));
    if finds(ui) {
        drawer.open_at_finder(view);
    }
    let mut rest = rows;
    for (reference, words) in references.iter().zip(&words) {
        let (place, below) = cut_top(rest, stride);
        rest = below;
        let (name, distance) = named(view, reference);
        let target = Target::Reference(reference.track);
        let row = place.with_max_y(place.bottom() - pen.px(3.0));
        let is_pinned = pinnable::row(ui, &pen, row, view, target, words, actions);
        let color = if is_pinned { theme::ACCENT } else { theme::TEXT };
        show_reference(&pen, place, (&name, &distance), color, reference, furthest);
    }
    walk_legend(&pen, legend, view, |place, aspect, name| {
        let (dot, text) = cut_left(place, pen.px(LEGEND_DOT));
        let dot = Rect::from_center_size(dot.center(), vec2(dot.width(), dot.width()));
        pen.block(dot, theme::aspect_color(aspect));
        let text = text.with_min_x(text.left() + pen.px(LEGEND_SPACE));
        pen.line(text.expand2(vec2(2.0, 0.0)), Align::Min, name, legend_font(&pen), theme::SOFT);
    });
}

/// The row of the title of a zone whose contents are `inside`.
fn title_row(pen: &Pen, area: Rect, inside: Rect) -> Rect {
    Rect::from_min_max(
        pos2(inside.left(), area.top() + pen.px(9.0)),
        pos2(inside.right(), inside.top()),
    )
}

/// Draws beside the title what finds any other reference by name; whether it was pressed. Where
/// there is no room for it, the shortcut and the settings remain.
fn show_find(ui: &Ui, pen: &Pen, area: Rect, inside: Rect, view: &View<'_>, title: &str) -> bool {
    let words = view.say(Text("find"));
    let row = title_row(pen, area, inside);
    let mark = match view.input.snapshot.provisional {
        true => pen.width(&view.say(Text("provisional")), pen.look.small()) + pen.px(10.0),
        false => 0.0,
    };
    let left = row.left() + pen.width(title, pen.look.small()) + pen.px(14.0);
    let width = pen.width(&words, pen.look.small()) + pen.px(2.0);
    if left + width > row.right() - mark {
        return false;
    }
    let place = row.with_min_x(left).with_max_x(left + width);
    let around = place.expand2(vec2(pen.px(5.0), 0.0));
    let response = ui.interact(around, ui.scope_id().with("find"), egui::Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
    if response.hovered() {
        pen.block(around, theme::RAISED);
    }
    if response.has_focus() {
        pen.frame(around, theme::ACCENT);
    }
    pen.line(place, Align::Min, &words, pen.look.small(), theme::SOFT);
    let is_pressed = response.clicked();
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    let _ = response.on_hover_text(view.say(Text("find-help")));
    is_pressed
}

/// The name of a reference and its distance.
fn named(view: &View<'_>, reference: &ReferenceMatch) -> (String, String) {
    let name = (view.input.reference_name)(reference.track)
        .unwrap_or_else(|| view.say(Text("reference-unknown")));
    (name, format::number(reference.distance, 2))
}

/// "Neon Coast 0.34".
pub(crate) fn words(view: &View<'_>, reference: &ReferenceMatch) -> String {
    let (name, distance) = named(view, reference);
    format!("{name} {distance}")
}

fn show_reference(
    pen: &Pen,
    place: Rect,
    (name, distance): (&str, &str),
    color: Color32,
    reference: &ReferenceMatch,
    furthest: f32,
) {
    let (text, bar) = cut_top(place, pen.px(26.0));
    let (name_place, distance_place) = cut_right(text, pen.px(46.0));
    pen.line(name_place, Align::Min, name, pen.look.body(), color);
    pen.line(distance_place, Align::Max, distance, pen.look.strong(), theme::SOFT);
    let bar = bar.with_max_y(bar.top() + pen.px(6.0).min(bar.height()));
    let width = bar.width() * (reference.distance / furthest).clamp(0.0, 1.0);
    let mut left = bar.left();
    for aspect in Aspect::ALL {
        let share = reference.share(aspect);
        if !(share.is_finite() && share > 0.0) {
            continue;
        }
        let piece = Rect::from_min_size(pos2(left, bar.top()), vec2(width * share, bar.height()));
        pen.block(piece.intersect(bar), theme::aspect_color(aspect));
        left += width * share;
    }
}

/// Sizes of the legend at the default size.
const LEGEND_ROW: f32 = 20.0;
const LEGEND_DOT: f32 = 8.0;
const LEGEND_SPACE: f32 = 5.0;
const LEGEND_GAP: f32 = 11.0;

fn legend_font(pen: &Pen) -> egui::FontId {
    pen.look.regular(12.5)
}

/// Visits the places of the legend's entries in `place`, row by row; returns the number of rows.
fn walk_legend(
    pen: &Pen,
    place: Rect,
    view: &View<'_>,
    mut visit: impl FnMut(Rect, Aspect, &str),
) -> usize {
    let height = pen.px(LEGEND_ROW);
    let (mut left, mut n_rows) = (place.left(), 1);
    for aspect in Aspect::ALL {
        let name = view.say(aspect_name(aspect));
        let width = pen.px(LEGEND_DOT + LEGEND_SPACE) + pen.width(&name, legend_font(pen));
        if left > place.left() && left + width > place.right() {
            left = place.left();
            n_rows += 1;
        }
        let top = place.top() + height * (n_rows - 1) as f32;
        visit(Rect::from_min_size(pos2(left, top), vec2(width, height)), aspect, &name);
        left += width + pen.px(LEGEND_GAP);
    }
    n_rows
}

fn aspect_name(aspect: Aspect) -> Text {
    match aspect {
        Aspect::Tempo => Text("aspect-tempo"),
        Aspect::Rhythm => Text("aspect-rhythm"),
        Aspect::Key => Text("aspect-key"),
        Aspect::Timbre => Text("aspect-timbre"),
        Aspect::Balance => Text("aspect-balance"),
        Aspect::Dynamics => Text("aspect-dynamics"),
        Aspect::Feel => Text("aspect-feel"),
    }
}
