//! [`Pen`]: draws text, bars and cards of the panel's look into a zone.

use std::sync::Arc;

use egui::text::{LayoutJob, TextWrapping};
use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Stroke, pos2, vec2,
};

use crate::theme::{self, Look};

/// Draws in the panel's look.
#[derive(Clone)]
pub(crate) struct Pen {
    painter: Painter,
    /// Sizes.
    pub(crate) look: Look,
}

impl Pen {
    /// A pen for `ui`, kept inside `area`.
    pub(crate) fn new(ui: &egui::Ui, area: Rect, look: Look) -> Self {
        let clip = area.expand(look.px(8.0)).intersect(ui.clip_rect());
        Self { painter: ui.painter().with_clip_rect(clip), look }
    }

    /// A length of `points` at the default size.
    pub(crate) fn px(&self, points: f32) -> f32 {
        self.look.px(points)
    }

    /// A zone's surface with its title; returns what is left for its contents.
    pub(crate) fn card(&self, area: Rect, title: &str) -> Rect {
        self.surface(area, theme::SURFACE);
        let inner = area.shrink2(vec2(self.px(14.0), self.px(9.0)));
        if !inner.is_positive() {
            return Rect::from_min_size(area.min, vec2(0.0, 0.0));
        }
        let (title_row, rest) = cut_top(inner, self.px(20.0));
        self.line(title_row, Align::Min, title, self.look.small(), theme::FAINT);
        rest
    }

    /// A rounded surface.
    pub(crate) fn surface(&self, area: Rect, color: Color32) {
        self.painter.rect_filled(area, self.corner(10.0), color);
    }

    /// A filled rectangle with small corners.
    pub(crate) fn block(&self, area: Rect, color: Color32) {
        self.painter.rect_filled(area, self.corner(3.0), color);
    }

    /// A horizontal bar filled to `share`, 0 to 1.
    pub(crate) fn bar(&self, area: Rect, share: f32, color: Color32) {
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        let corner = CornerRadius::same((area.height() / 2.0).clamp(0.0, 60.0) as u8);
        self.painter.rect_filled(area, corner, theme::RAISED);
        let mut filled = area;
        filled.set_width(area.width() * share);
        if filled.width() >= 1.0 {
            self.painter.rect_filled(filled, corner, color);
        }
    }

    /// A bar from the middle of `area` to `deviation`, -1 for its left end to 1 for its right.
    pub(crate) fn centred_bar(&self, area: Rect, deviation: f32, color: Color32) {
        let deviation = if deviation.is_finite() { deviation.clamp(-1.0, 1.0) } else { 0.0 };
        let corner = CornerRadius::same((area.height() / 2.0).clamp(0.0, 60.0) as u8);
        self.painter.rect_filled(area, corner, theme::RAISED);
        let end = area.center().x + 0.5 * area.width() * deviation;
        let filled = Rect::from_x_y_ranges(
            area.center().x.min(end)..=area.center().x.max(end),
            area.y_range(),
        );
        if filled.width() >= 1.0 {
            self.painter.rect_filled(filled, corner, color);
        }
        let (top, bottom) = (area.top() - self.px(2.0), area.bottom() + self.px(2.0));
        self.vline(area.center().x, top, bottom, theme::FAINT);
    }

    /// A frame around `area`.
    pub(crate) fn frame(&self, area: Rect, color: Color32) {
        let stroke = Stroke::new(self.px(1.5).max(1.0), color);
        self.painter.rect_stroke(area, self.corner(5.0), stroke, egui::StrokeKind::Inside);
    }

    /// A disc.
    pub(crate) fn disc(&self, center: Pos2, radius: f32, color: Color32) {
        self.painter.circle_filled(center, radius, color);
    }

    /// A circle.
    pub(crate) fn circle(&self, center: Pos2, radius: f32, color: Color32) {
        let stroke = Stroke::new(self.px(1.5).max(1.0), color);
        self.painter.circle_stroke(center, radius, stroke);
    }

    /// A vertical line.
    pub(crate) fn vline(&self, x: f32, top: f32, bottom: f32, color: Color32) {
        let stroke = Stroke::new(self.px(1.0).max(1.0), color);
        self.painter.vline(x, egui::Rangef::new(top, bottom), stroke);
    }

    /// A curve through `points`.
    pub(crate) fn curve(&self, points: Vec<Pos2>, color: Color32) {
        self.painter.line(points, Stroke::new(self.px(2.0).max(1.0), color));
    }

    /// One line of text, centred vertically in `area`, cut with "…" where it is too long. Returns
    /// where it ended up.
    pub(crate) fn line(
        &self,
        area: Rect,
        align: Align,
        text: &str,
        font: FontId,
        color: Color32,
    ) -> Rect {
        if !(area.width() > 1.0 && area.height() > 1.0) {
            return Rect::from_min_size(area.min, vec2(0.0, 0.0));
        }
        let galley = self.layout(text, font, color, area.width(), 1);
        self.place(area, Align2([align, Align::Center]), galley, color)
    }

    /// Text of at most `n_rows` rows, centred vertically in `area`.
    pub(crate) fn paragraph(
        &self,
        area: Rect,
        align: Align,
        text: &str,
        font: FontId,
        color: Color32,
        n_rows: usize,
    ) -> Rect {
        if !(area.width() > 1.0 && area.height() > 1.0) {
            return Rect::from_min_size(area.min, vec2(0.0, 0.0));
        }
        let mut job = LayoutJob::simple(text.to_owned(), font, color, area.width());
        job.wrap.max_rows = n_rows.max(1);
        job.halign = Align::Min;
        let galley = self.painter.layout_job(job);
        self.place(area, Align2([align, Align::Center]), galley, color)
    }

    /// Text standing on `baseline` from `left` on; returns its right end.
    pub(crate) fn on_baseline(
        &self,
        left: f32,
        baseline: f32,
        text: &str,
        font: FontId,
        color: Color32,
    ) -> f32 {
        if text.is_empty() {
            return left;
        }
        let galley = self.layout(text, font, color, f32::INFINITY, 1);
        let width = galley.size().x;
        let top = baseline - baseline_of(&galley);
        self.painter.galley(pos2(left, top), galley, color);
        left + width
    }

    /// Width of `text`.
    pub(crate) fn width(&self, text: &str, font: FontId) -> f32 {
        self.layout(text, font, theme::TEXT, f32::INFINITY, 1).size().x
    }

    /// The largest bold size, at most `greatest`, at which the pieces fit side by side into
    /// `width`; each piece has its own share of that size.
    pub(crate) fn fitting_size(&self, pieces: &[(&str, f32)], width: f32, greatest: f32) -> f32 {
        let trial = 40.0;
        let needed: f32 =
            pieces.iter().map(|(text, share)| self.width(text, theme::bold(trial)) * share).sum();
        let fitting = if needed > 0.0 { trial * width / needed } else { greatest };
        fitting.min(greatest).clamp(1.0, 600.0).floor()
    }

    /// The first of `fonts` in which `text` is at most `width` wide.
    pub(crate) fn fitting_font<const N: usize>(
        &self,
        text: &str,
        width: f32,
        fonts: [FontId; N],
    ) -> Option<FontId> {
        fonts.into_iter().find(|font| self.width(text, font.clone()) <= width)
    }

    fn layout(
        &self,
        text: &str,
        font: FontId,
        color: Color32,
        width: f32,
        n_rows: usize,
    ) -> Arc<Galley> {
        let mut job = LayoutJob::simple_singleline(text.to_owned(), font, color);
        job.wrap = TextWrapping {
            max_width: width,
            max_rows: n_rows,
            break_anywhere: true,
            ..TextWrapping::default()
        };
        self.painter.layout_job(job)
    }

    fn place(&self, area: Rect, anchor: Align2, galley: Arc<Galley>, color: Color32) -> Rect {
        let place = anchor.align_size_within_rect(galley.size(), area);
        self.painter.galley(place.min, galley, color);
        place
    }

    fn corner(&self, points: f32) -> CornerRadius {
        CornerRadius::same(self.px(points).clamp(0.0, 80.0) as u8)
    }
}

/// The big value of a zone and what is below it. In zones of one height the values stand on one
/// line and the bars below them too.
pub(crate) struct Hero {
    /// For the big value.
    pub(crate) value: Rect,
    /// What it stands on.
    pub(crate) baseline: f32,
    /// The greatest size the value may have.
    pub(crate) greatest: f32,
    /// For how sure it is: a bar and a line of words.
    pub(crate) sureness: Rect,
    /// For everything else.
    pub(crate) below: Rect,
}

impl Hero {
    /// Divides the inside of a zone.
    pub(crate) fn of(pen: &Pen, inside: Rect) -> Self {
        let sureness_height = pen.px(32.0);
        let spare = inside.height() - sureness_height;
        let below_height = if spare > pen.px(130.0) {
            (spare * 0.42).clamp(pen.px(48.0), pen.px(78.0))
        } else if spare > pen.px(92.0) {
            pen.px(26.0)
        } else {
            0.0
        };
        let (upper, below) = cut_bottom(inside, below_height);
        let (value, sureness) = cut_bottom(upper, sureness_height);
        let greatest = value.height() * 0.96;
        let baseline = value.top() + value.height() * 0.83;
        Self { value, baseline, greatest, sureness, below }
    }
}

/// Distance from the top of `galley` to its first baseline: that of the letters, where a sign from
/// another font comes first.
fn baseline_of(galley: &Galley) -> f32 {
    let Some(row) = galley.rows.first() else { return 0.0 };
    let letter = row.glyphs.iter().find(|glyph| glyph.chr.is_alphanumeric());
    letter.or(row.glyphs.first()).map_or(0.0, |glyph| row.pos.y + glyph.pos.y)
}

/// The upper `height` of `area`, and the rest.
pub(crate) fn cut_top(area: Rect, height: f32) -> (Rect, Rect) {
    let height = height.clamp(0.0, area.height().max(0.0));
    let y = area.top() + height;
    (
        Rect::from_min_max(area.min, pos2(area.right(), y)),
        Rect::from_min_max(pos2(area.left(), y), area.max),
    )
}

/// `area` without its lower `height`, and that.
pub(crate) fn cut_bottom(area: Rect, height: f32) -> (Rect, Rect) {
    cut_top(area, area.height() - height)
}

/// The left `width` of `area`, and the rest.
pub(crate) fn cut_left(area: Rect, width: f32) -> (Rect, Rect) {
    let width = width.clamp(0.0, area.width().max(0.0));
    let x = area.left() + width;
    (
        Rect::from_min_max(area.min, pos2(x, area.bottom())),
        Rect::from_min_max(pos2(x, area.top()), area.max),
    )
}

/// `area` without its right `width`, and that.
pub(crate) fn cut_right(area: Rect, width: f32) -> (Rect, Rect) {
    cut_left(area, area.width() - width)
}
