//! Fonts, colours and sizes: a dark room, two metres away, one accent for what is happening now.

use std::sync::Arc;

use advice::Aspect;
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, Style,
    TextStyle, Visuals, vec2,
};

/// Behind everything.
pub(crate) const GROUND: Color32 = Color32::from_rgb(0x0c, 0x0f, 0x14);
/// A zone.
pub(crate) const SURFACE: Color32 = Color32::from_rgb(0x15, 0x1a, 0x22);
/// Something inside a zone: a button, a chord of the strip, an empty bar.
pub(crate) const RAISED: Color32 = Color32::from_rgb(0x22, 0x29, 0x34);
/// A raised thing under the pointer.
pub(crate) const HOVERED: Color32 = Color32::from_rgb(0x2d, 0x36, 0x44);
/// Thin lines.
pub(crate) const LINE: Color32 = Color32::from_rgb(0x36, 0x40, 0x4e);
/// What is to be read.
pub(crate) const TEXT: Color32 = Color32::from_rgb(0xec, 0xef, 0xf3);
/// What explains it.
pub(crate) const SOFT: Color32 = Color32::from_rgb(0xa9, 0xb3, 0xc0);
/// Titles and units.
pub(crate) const FAINT: Color32 = Color32::from_rgb(0x85, 0x90, 0x9e);
/// What is happening now.
pub(crate) const ACCENT: Color32 = Color32::from_rgb(0xf4, 0xbe, 0x5c);
/// The accent as a surface.
pub(crate) const ACCENT_SURFACE: Color32 = Color32::from_rgb(0x3f, 0x35, 0x22);
/// How well something fits.
pub(crate) const FIT: Color32 = Color32::from_rgb(0x62, 0xc8, 0xb8);
/// Something is wrong.
pub(crate) const PROBLEM: Color32 = Color32::from_rgb(0xf0, 0x85, 0x7a);

/// The colour of an aspect, the same wherever it appears.
pub(crate) fn aspect_color(aspect: Aspect) -> Color32 {
    match aspect {
        Aspect::Tempo => Color32::from_rgb(0xe9, 0xb4, 0x4c),
        Aspect::Rhythm => Color32::from_rgb(0xe0, 0x82, 0x62),
        Aspect::Key => Color32::from_rgb(0xc6, 0x86, 0xd4),
        Aspect::Timbre => Color32::from_rgb(0x73, 0x9d, 0xe6),
        Aspect::Balance => Color32::from_rgb(0x52, 0xbd, 0xb0),
        Aspect::Dynamics => Color32::from_rgb(0x97, 0xc2, 0x63),
        Aspect::Feel => Color32::from_rgb(0xb4, 0xba, 0xc4),
    }
}

const BOLD: &str = "bold";

/// Sizes of everything but the three big values, which fill their zones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    /// How much larger than at the default size of 1100 by 720.
    pub(crate) scale: f32,
}

impl Look {
    /// Titles, units, explanations.
    pub(crate) fn small(self) -> FontId {
        self.regular(13.5)
    }

    /// Ordinary text.
    pub(crate) fn body(self) -> FontId {
        self.regular(16.0)
    }

    /// Ordinary text that matters.
    pub(crate) fn strong(self) -> FontId {
        self.bold(16.0)
    }

    /// What is read second.
    pub(crate) fn large(self) -> FontId {
        self.bold(21.0)
    }

    /// `points` at the default size. Whole pixels, so that resizing does not fill the glyph atlas
    /// with every size in between.
    pub(crate) fn regular(self, points: f32) -> FontId {
        FontId::new(self.px(points).round(), FontFamily::Proportional)
    }

    /// As [`Look::regular`], bold.
    pub(crate) fn bold(self, points: f32) -> FontId {
        bold((self.px(points)).round())
    }

    /// A length of `points` at the default size.
    pub(crate) fn px(self, points: f32) -> f32 {
        points * self.scale
    }
}

/// The bold font at `size` as it is.
pub(crate) fn bold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(BOLD.into()))
}

/// Installs the panel's fonts and dark look. Call once for a context, before the first frame;
/// where it was not called, the panel calls it and appears one frame later.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    let mut add = |name: &str, bytes: &'static [u8]| {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    };
    add("panel-regular", include_bytes!("../fonts/panel-regular.otf"));
    add("panel-bold", include_bytes!("../fonts/panel-bold.otf"));
    add("symbols", include_bytes!("../fonts/symbols.ttf"));
    add("symbols-bold", include_bytes!("../fonts/symbols-bold.ttf"));

    // egui's own fonts come last: they have the arrows and marks its widgets draw, and scripts
    // the panel's do not have.
    let last = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |first: &[&str]| -> Vec<String> {
        first.iter().map(|&name| name.to_owned()).chain(last.iter().cloned()).collect()
    };
    let regular = family(&["symbols", "panel-regular"]);
    let bold = family(&["symbols-bold", "panel-bold", "panel-regular"]);
    fonts.families.insert(FontFamily::Proportional, regular.clone());
    fonts.families.insert(FontFamily::Monospace, regular);
    fonts.families.insert(FontFamily::Name(BOLD.into()), bold);
    ctx.set_fonts(fonts);
    ctx.set_theme(egui::Theme::Dark);
    ctx.set_global_style(style(Look { scale: 1.0 }));
}

/// Whether [`install_fonts`] has taken effect: egui panics on a family it does not know.
pub(crate) fn fonts_are_installed(ctx: &egui::Context) -> bool {
    ctx.fonts(|fonts| fonts.definitions().families.contains_key(&FontFamily::Name(BOLD.into())))
}

/// How egui's widgets look. Nothing moves by itself: no animation, no blinking cursor, so that
/// nothing asks for a repaint.
pub(crate) fn style(look: Look) -> Style {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = GROUND;
    visuals.window_fill = SURFACE;
    visuals.window_stroke = Stroke::new(1.0, LINE);
    visuals.extreme_bg_color = GROUND;
    visuals.text_edit_bg_color = Some(GROUND);
    visuals.faint_bg_color = RAISED;
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(FAINT);
    visuals.selection.bg_fill = ACCENT_SURFACE;
    visuals.selection.stroke = Stroke::new(1.5, ACCENT);
    visuals.text_cursor.blink = false;
    visuals.warn_fg_color = ACCENT;
    visuals.error_fg_color = PROBLEM;
    let corner = CornerRadius::same(look.px(7.0).clamp(0.0, 40.0) as u8);
    let widgets = &mut visuals.widgets;
    for (state, fill, line, text) in [
        (&mut widgets.noninteractive, SURFACE, LINE, TEXT),
        (&mut widgets.inactive, RAISED, RAISED, TEXT),
        (&mut widgets.hovered, HOVERED, LINE, TEXT),
        (&mut widgets.active, HOVERED, ACCENT, TEXT),
        (&mut widgets.open, HOVERED, LINE, TEXT),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = Stroke::new(1.0, line);
        state.fg_stroke = Stroke::new(1.5, text);
        state.corner_radius = corner;
        state.expansion = 0.0;
    }

    let mut style = Style { visuals, animation_time: 0.0, ..Style::default() };
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style.text_styles = [
        (TextStyle::Small, look.small()),
        (TextStyle::Body, look.body()),
        (TextStyle::Button, look.body()),
        (TextStyle::Heading, look.large()),
        (TextStyle::Monospace, look.body()),
    ]
    .into();
    style.spacing.item_spacing = vec2(look.px(8.0), look.px(8.0));
    style.spacing.button_padding = vec2(look.px(10.0), look.px(4.0));
    style.spacing.interact_size = vec2(look.px(40.0), look.px(32.0));
    style.spacing.combo_width = look.px(120.0);
    style.spacing.icon_width = look.px(16.0);
    style.spacing.menu_margin = Margin::same(look.px(8.0).clamp(0.0, 100.0) as i8);
    style.spacing.tooltip_width = look.px(420.0);
    style.interaction.selectable_labels = false;
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast ratio of WCAG 2.2, 1 to 21.
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color: Color32| {
            let linear = egui::Rgba::from(color);
            0.2126 * linear.r() + 0.7152 * linear.g() + 0.0722 * linear.b()
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_colour_can_be_read_on_every_surface() {
        for surface in [GROUND, SURFACE, RAISED] {
            assert!(contrast(TEXT, surface) > 12.0);
            assert!(contrast(SOFT, surface) > 6.5);
            for color in [FAINT, ACCENT, FIT, PROBLEM] {
                assert!(contrast(color, surface) > 4.5, "{color:?} on {surface:?}");
            }
        }
        assert!(contrast(ACCENT, ACCENT_SURFACE) > 4.5);
    }

    #[test]
    fn aspects_can_be_told_apart_from_the_ground_and_from_each_other() {
        for (idx, &aspect) in Aspect::ALL.iter().enumerate() {
            let color = aspect_color(aspect);
            assert!(contrast(color, SURFACE) > 3.0, "{aspect:?}");
            for &other in &Aspect::ALL[idx + 1..] {
                let other = aspect_color(other);
                let difference: i32 =
                    (0..3).map(|n| (i32::from(color[n]) - i32::from(other[n])).abs()).sum();
                assert!(difference > 60, "{aspect:?}");
            }
        }
    }
}
