//! The nearest references, each with the share every aspect has in its distance.

use advice::{Aspect, ReferenceMatch};
use egui::{Align, Rect, Ui, pos2, vec2};

use crate::format;
use crate::i18n::Text;
use crate::input::LibraryView;
use crate::layout::Zone;
use crate::pen::{Pen, cut_bottom, cut_left, cut_right, cut_top};
use crate::theme;
use crate::view::View;

/// Draws the zone.
pub(crate) fn show(ui: &Ui, area: Rect, view: &View<'_>) {
    let pen = view.pen(ui, area);
    let title = view.say(Text("zone-references"));
    let inside = pen.card(area, &title);
    let references = &view.input.snapshot.references;
    let is_open = matches!(view.input.library, LibraryView::Open { .. });
    if !is_open || references.is_empty() {
        let words = match view.input.library {
            LibraryView::Closed => view.say(Text("references-closed")),
            LibraryView::Loading => view.say(Text("library-loading")),
            LibraryView::Error(_) => view.say(Text("references-error")),
            LibraryView::Open { .. } => view.say(Text("references-none-yet")),
        };
        pen.paragraph(inside, Align::Min, &words, pen.look.body(), theme::FAINT, 4);
        view.describe(ui, area, Zone::References, &format!("{title}: {words}"));
        return;
    }
    if view.input.snapshot.provisional {
        let row = Rect::from_min_max(
            pos2(inside.left(), area.top() + pen.px(9.0)),
            pos2(inside.right(), inside.top()),
        );
        let words = view.say(Text("provisional"));
        pen.line(row, Align::Max, &words, pen.look.small(), theme::ACCENT);
    }

    let (rows, legend) = cut_bottom(inside, pen.px(44.0));
    let least = pen.px(31.0);
    let n_shown = ((rows.height() / least).floor().max(1.0) as usize).min(references.len());
    let stride = (rows.height() / n_shown.max(1) as f32).min(pen.px(46.0));
    // The longest bar is the furthest of those shown: a shorter one is nearer.
    let furthest = references
        .iter()
        .take(n_shown)
        .map(|reference| reference.distance)
        .fold(f32::MIN_POSITIVE, f32::max);
    let mut words = Vec::new();
    let mut rest = rows;
    for reference in references.iter().take(n_shown) {
        let (place, below) = cut_top(rest, stride);
        rest = below;
        let name = (view.input.reference_name)(reference.track)
            .unwrap_or_else(|| view.say(Text("reference-unknown")));
        let distance = format::number(reference.distance, 2);
        words.push(format!("{name} {distance}"));
        show_reference(&pen, place, &name, &distance, reference, furthest);
    }
    show_legend(&pen, legend, view);
    view.describe(ui, area, Zone::References, &format!("{title}: {}", words.join(", ")));
}

fn show_reference(
    pen: &Pen,
    place: Rect,
    name: &str,
    distance: &str,
    reference: &ReferenceMatch,
    furthest: f32,
) {
    let (text, bar) = cut_top(place, pen.px(20.0));
    let (name_place, distance_place) = cut_right(text, pen.px(46.0));
    pen.line(name_place, Align::Min, name, pen.look.body(), theme::TEXT);
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

fn show_legend(pen: &Pen, place: Rect, view: &View<'_>) {
    let font = pen.look.regular(12.5);
    let gap = pen.px(10.0);
    let dot = pen.px(8.0);
    let row_height = pen.px(19.0);
    let place = place.with_min_y(place.bottom() - row_height * 2.0);
    let (mut left, mut top) = (place.left(), place.top());
    for aspect in Aspect::ALL {
        let name = view.say(aspect_name(aspect));
        let width = dot + pen.px(4.0) + pen.width(&name, font.clone());
        if left + width > place.right() + 1.0 {
            left = place.left();
            top += row_height;
        }
        let spot = Rect::from_min_size(pos2(left, top + (row_height - dot) / 2.0), vec2(dot, dot));
        pen.block(spot, theme::aspect_color(aspect));
        let text = Rect::from_min_size(pos2(left, top), vec2(width + gap, row_height));
        let (_, text) = cut_left(text, dot + pen.px(4.0));
        pen.line(text, Align::Min, &name, font.clone(), theme::SOFT);
        left += width + gap;
    }
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
