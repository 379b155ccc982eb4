//! What the user writes towards, and how far it is, aspect by aspect: one row each, with a bar from
//! the middle to where what is heard lies.

pub(crate) mod words;

use advice::{Aimed, Compared, Gap, GapAspect, GapValue, Target};
use egui::{Align, Rect, Ui, pos2, vec2};

use self::words::{Told, told};
use super::scenes::scene_name;
use crate::action::Action;
use crate::i18n::Text;
use crate::input::{LibraryView, PinnedView};
use crate::layout::Zone;
use crate::pen::{Pen, cut_left, cut_right, cut_top};
use crate::theme;
use crate::view::View;

/// Rows are at least so high at the default size.
const LEAST_ROW: f32 = 19.0;
/// Something heard less surely than this is drawn fainter.
const FAINT_BELOW: f32 = 0.5;

/// Draws the zone.
pub(crate) fn show(ui: &mut Ui, area: Rect, view: &View<'_>, actions: &mut Vec<Action>) {
    let pen = view.pen(ui, area);
    pen.surface(area, theme::SURFACE);
    let inside = area.shrink2(vec2(pen.px(14.0), pen.px(7.0)));
    if !inside.is_positive() {
        return;
    }
    let (title_row, rows) = cut_top(inside, pen.px(28.0));
    let title_row = cut_button(ui, &pen, title_row, view, actions);
    let title = show_title(&pen, title_row, view);
    let rows = rows.with_min_y((rows.top() + pen.px(2.0)).min(rows.bottom()));
    let gap = match gap_or_words(view) {
        Ok(gap) => gap,
        Err(words) => {
            pen.paragraph(rows, Align::Min, &words, pen.look.body(), theme::FAINT, 4);
            view.describe(ui, area, Zone::Target, &format!("{title}: {words}"));
            return;
        }
    };
    let aspects: Vec<GapAspect> = gap.aspects().collect();
    let n_shown = (rows.height() / pen.px(LEAST_ROW)).floor().max(1.0) as usize;
    let shown = shown(&aspects, nearness(gap).off(), n_shown);
    let stride = (rows.height() / shown.len().max(1) as f32).min(pen.px(44.0));
    let mut rest = rows;
    let mut all_words = Vec::new();
    for aspect in aspects {
        let told = told(view, gap, aspect);
        all_words.push(told.sentence());
        if shown.contains(&aspect) {
            let (place, below) = cut_top(rest, stride);
            rest = below;
            show_aspect(&pen, place, gap, aspect, &told);
        }
    }
    let response =
        view.describe(ui, rows, Zone::Target, &format!("{title}: {}", all_words.join("; ")));
    response.on_hover_text(all_words.join("\n"));
}

/// The aspects that have a row where there is room for `n`: the first, and the one that is `off`
/// most wherever it stands.
fn shown(aspects: &[GapAspect], off: Option<GapAspect>, n: usize) -> Vec<GapAspect> {
    let n = n.min(aspects.len());
    let mut shown = aspects.get(..n).unwrap_or_default().to_vec();
    if let (Some(off), Some(last)) = (off, shown.last().copied())
        && !shown.contains(&off)
    {
        shown.retain(|&aspect| aspect != last);
        shown.push(off);
    }
    shown
}

/// Draws the target and the largest gap to it in one place, for small windows.
pub(crate) fn show_line(ui: &mut Ui, area: Rect, view: &View<'_>, actions: &mut Vec<Action>) {
    let pen = view.pen(ui, area);
    pen.surface(area, theme::SURFACE);
    let inside = area.shrink2(vec2(pen.px(14.0), pen.px(3.0)));
    let inside = cut_button(ui, &pen, inside, view, actions);
    let (upper, lower) = cut_top(inside, inside.height() * 0.5);
    let title = show_title(&pen, upper, view);
    let words = match gap_or_words(view) {
        Err(words) => {
            pen.line(lower, Align::Min, &words, pen.look.small(), theme::FAINT);
            vec![words]
        }
        Ok(gap) => {
            match nearness(gap) {
                Nearness::Off(aspect) => {
                    show_aspect(&pen, lower, gap, aspect, &told(view, gap, aspect));
                }
                Nearness::Unheard(_) | Nearness::Reached => {
                    let (words, color) = nearness_words(view, gap);
                    pen.line(lower, Align::Min, &words, pen.look.body(), color);
                }
            }
            gap.aspects().map(|aspect| told(view, gap, aspect).sentence()).collect()
        }
    };
    let said = format!("{title}: {}", words.join("; "));
    view.describe(ui, lower, Zone::TargetLine, &said).on_hover_text(words.join("\n"));
}

/// How near the target is, in one word.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Nearness {
    /// An aspect is off: the largest gap, or else the one that is best closed among small ones.
    Off(GapAspect),
    /// What is heard fits; these aspects are not heard.
    Unheard(Vec<GapAspect>),
    /// All of it is heard, and fits.
    Reached,
}

impl Nearness {
    /// What is to be closed first.
    fn off(&self) -> Option<GapAspect> {
        match self {
            Self::Off(aspect) => Some(*aspect),
            Self::Unheard(_) | Self::Reached => None,
        }
    }
}

/// How near the target of `gap` is.
pub(crate) fn nearness(gap: &Gap) -> Nearness {
    let small = gap
        .aspects()
        .filter(|&aspect| gap.gain(aspect) > 0.0)
        .max_by(|&a, &b| gap.gain(a).total_cmp(&gap.gain(b)));
    if let Some(aspect) = gap.largest.or(small) {
        return Nearness::Off(aspect);
    }
    let unheard: Vec<GapAspect> =
        gap.aspects().filter(|&aspect| gap.value(aspect).known().is_none()).collect();
    if unheard.is_empty() { Nearness::Reached } else { Nearness::Unheard(unheard) }
}

/// What is said where nothing heard is off, and in which colour.
pub(crate) fn nearness_words(view: &View<'_>, gap: &Gap) -> (String, egui::Color32) {
    match nearness(gap) {
        Nearness::Unheard(aspects) => {
            let names: Vec<String> =
                aspects.into_iter().map(|aspect| view.say(words::aspect_name(aspect))).collect();
            let names = names.join(&view.say(Text("list-comma")));
            (view.texts.with(Text("target-unheard"), &[("aspects", names.into())]), theme::SOFT)
        }
        Nearness::Off(_) | Nearness::Reached => (view.say(Text("target-reached")), theme::FIT),
    }
}

/// Draws the button that lets go at the right end of `place`; returns what is left of it.
fn cut_button(
    ui: &mut Ui,
    pen: &Pen,
    place: Rect,
    view: &View<'_>,
    actions: &mut Vec<Action>,
) -> Rect {
    let text = egui::RichText::new(view.say(Text("unpin"))).font(view.look.small());
    let padding = 2.0 * ui.spacing().button_padding.x;
    let width = pen.width(text.text(), view.look.small()) + padding + pen.px(2.0);
    let (left, right) = cut_right(place, width.min(place.width() * 0.4));
    let right = right.shrink2(vec2(0.0, pen.px(1.0)));
    let button = egui::Button::new(text.color(theme::SOFT))
        .min_size(right.size())
        .wrap_mode(egui::TextWrapMode::Extend);
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(right).id_salt("let go"));
    // As high as its row, however high other buttons are.
    inside.spacing_mut().interact_size.y = right.height();
    inside.spacing_mut().button_padding.y = 0.0;
    if inside.add(button).on_hover_text(view.say(Text("unpin-help"))).clicked() {
        actions.push(Action::Unpin);
    }
    left.with_max_x(left.right() - pen.px(10.0))
}

/// The name of the target, and whether the comparison is provisional. Returns what it says.
fn show_title(pen: &Pen, left: Rect, view: &View<'_>) -> String {
    let name = target_name(view);
    let heading = view.say(Text("zone-target"));
    let drawn = pen.line(left, Align::Min, &heading, pen.look.small(), theme::FAINT);
    let mut rest = left.with_min_x(drawn.right() + pen.px(9.0));
    if view.input.snapshot.provisional && view.input.snapshot.gap.is_some() {
        let words = view.say(Text("provisional"));
        let width = pen.width(&words, pen.look.small());
        if rest.width() > width + pen.px(120.0) {
            let (before, mark) = cut_right(rest, width + pen.px(4.0));
            pen.line(mark, Align::Max, &words, pen.look.small(), theme::ACCENT);
            rest = before.with_max_x(before.right() - pen.px(8.0));
        }
    }
    let fonts = [pen.look.bold(19.0), pen.look.strong()];
    let font = pen.fitting_font(&name, rest.width(), fonts).unwrap_or(pen.look.strong());
    pen.line(rest, Align::Min, &name, font, theme::ACCENT);
    format!("{heading} {name}")
}

/// The gap to what is pinned, or why there is none yet.
pub(crate) fn gap_or_words<'a>(view: &View<'a>) -> Result<&'a Gap, String> {
    let snapshot = view.input.snapshot;
    match (snapshot.aimed, &snapshot.gap) {
        (Aimed::Missing, _) => Err(match view.input.pinned {
            Some(PinnedView::Scene(_)) => view.say(Text("target-missing-scene")),
            _ => view.say(match view.input.library {
                LibraryView::Loading => Text("library-loading"),
                LibraryView::Closed | LibraryView::Error(_) => Text("target-no-library"),
                LibraryView::Open { .. } => Text("target-missing"),
            }),
        }),
        (Aimed::At(target), Some(gap)) if gap.target == target => Ok(gap),
        _ => Err(view.say(Text("target-none-yet"))),
    }
}

/// What the target is called: as it is found, or else as it is remembered.
pub(crate) fn target_name(view: &View<'_>) -> String {
    let remembered = match view.input.pinned {
        Some(PinnedView::Scene(key)) => match view.input.scenes.find(key) {
            Some(scene) => scene_name(view, scene),
            None => key.to_owned(),
        },
        Some(PinnedView::Reference(title)) => title.to_owned(),
        None => String::new(),
    };
    let found = match view.input.snapshot.aimed {
        Aimed::At(Target::Scene(scene)) => Some(scene_name(view, scene)),
        Aimed::At(Target::Reference(track)) => (view.input.reference_name)(track),
        Aimed::Nowhere | Aimed::Missing => None,
    };
    found.unwrap_or(remembered)
}

/// One aspect: its name, what is heard and aimed at, how far off, what to do.
fn show_aspect(pen: &Pen, place: Rect, gap: &Gap, aspect: GapAspect, told: &Told) {
    let is_largest = gap.largest == Some(aspect);
    let value = gap.value(aspect);
    let gap_px = pen.px(10.0);
    let width = place.width();
    let (name, rest) = cut_left(place, (width * 0.185).max(pen.px(62.0)));
    let (figures, rest) = cut_left(rest, width * 0.36);
    let (bar, to_do) = cut_left(rest, width * 0.135);
    let color = if told.is_faint { theme::FAINT } else { theme::TEXT };
    pen.line(name, Align::Min, &told.name, pen.look.small(), theme::SOFT);
    let figures = figures.with_max_x(figures.right() - gap_px);
    let fonts = if place.height() >= pen.px(27.0) {
        [pen.look.bold(19.0), pen.look.strong(), pen.look.bold(13.5)]
    } else {
        [pen.look.strong(), pen.look.bold(14.5), pen.look.bold(13.0)]
    };
    let font = pen.fitting_font(&told.value, figures.width(), fonts);
    pen.line(figures, Align::Min, &told.value, font.unwrap_or(pen.look.bold(13.0)), color);
    let color = match (is_largest, told.is_off) {
        (true, _) => theme::ACCENT,
        (false, true) if told.is_faint => theme::FAINT,
        (false, true) => theme::SOFT,
        (false, false) if value.known().is_none() => theme::FAINT,
        (false, false) => theme::FIT,
    };
    if let Compared::Known(GapValue::Balance(balance)) = value {
        show_bands(pen, bar, &balance.bands_db, color);
    } else if let Some(deviation) = gap.deviation(aspect) {
        let height = pen.px(8.0).min(bar.height());
        let bar = Rect::from_center_size(bar.center(), vec2(bar.width(), height));
        pen.centred_bar(bar, deviation, color);
    }
    let to_do = to_do.with_min_x((to_do.left() + gap_px).min(to_do.right()));
    let fonts = [pen.look.body(), pen.look.small(), pen.look.regular(12.5)];
    let font = pen.fitting_font(&told.to_do, to_do.width(), fonts);
    let font = font.unwrap_or(pen.look.regular(12.5));
    pen.line(to_do, Align::Min, &told.to_do, font, color);
}

/// Third octaves from low to high, up for too much, down for too little.
fn show_bands(pen: &Pen, place: Rect, bands_db: &[f32], color: egui::Color32) {
    const FULL_DB: f32 = 12.0;
    let height = (place.height() - pen.px(4.0)).min(pen.px(28.0)).max(0.0);
    let plot = Rect::from_center_size(place.center(), vec2(place.width(), height));
    let width = plot.width() / bands_db.len().max(1) as f32;
    for (idx, db) in bands_db.iter().enumerate() {
        let left = plot.left() + width * idx as f32;
        let end = plot.center().y - 0.5 * height * (db / FULL_DB).clamp(-1.0, 1.0);
        let middle = plot.center().y;
        let half = pen.px(0.75);
        let (top, bottom) = (end.min(middle - half), end.max(middle + half));
        let band = Rect::from_min_max(pos2(left, top), pos2(left + width * 0.72, bottom));
        pen.block(band, if *db == 0.0 { theme::LINE } else { color });
    }
}

/// Whether a confidence is to be drawn fainter.
pub(crate) fn is_faint(confidence: f32) -> bool {
    confidence < FAINT_BELOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_gap_has_a_row_however_few_there_are() {
        let all: Vec<GapAspect> = GapAspect::ALL.to_vec();
        for n in 0..=all.len() + 1 {
            for &off in &all {
                let rows = shown(&all, Some(off), n);
                assert_eq!(rows.len(), n.min(all.len()));
                assert_eq!(rows.contains(&off), n > 0, "{off:?} of {n}");
                // In the order of the aspects, so that rows do not change places.
                assert!(rows.is_sorted_by_key(|it| all.iter().position(|other| other == it)));
            }
            assert_eq!(shown(&all, None, n), all[..n.min(all.len())]);
        }
    }
}
