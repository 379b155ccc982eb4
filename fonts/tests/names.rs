//! Laws of the system's fonts. Which there are depends on the machine: what needs one skips.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use egui::epaint::text::{FallbackRequest, FontProvider};
use egui::{Context, FontFamily, FontId, RawInput};
use egui_system_font_provider::SystemFontProvider;
use fonts::SystemFonts;

fn system_fonts() -> (SystemFonts, Receiver<()>) {
    let (woken, wakes) = channel();
    let wake = move || {
        let _ = woken.send(());
    };
    (SystemFonts::new(Arc::new(wake)), wakes)
}

/// Draws a frame; which of the characters of `text` have a glyph.
fn frame(fonts: &mut SystemFonts, ctx: &Context, text: &str) -> Vec<bool> {
    let mut has = Vec::new();
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        let font = FontId::proportional(16.0);
        ui.ctx().fonts_mut(|fonts| {
            let _ = fonts.layout_no_wrap(text.to_owned(), font.clone(), egui::Color32::WHITE);
            has = text.chars().map(|letter| fonts.has_glyph(&font, letter)).collect();
        });
    });
    output.textures_delta.clear();
    fonts.poll(ctx);
    has
}

/// Whether the system has a font for every character of `text`, by egui's own provider.
fn is_on_this_machine(system: &SystemFontProvider, text: &str) -> bool {
    let family = &FontFamily::Proportional;
    text.chars().all(|letter| {
        let cluster = letter.to_string();
        system.font_for(&FallbackRequest { cluster: &cluster, family }).is_some()
    })
}

#[test]
fn names_of_files_in_any_script_get_glyphs_and_no_frame_waits_for_them() {
    let system = SystemFontProvider::new();
    for (script, name) in [
        ("Korean", "밤편지"),
        ("Japanese", "夜に駆ける"),
        ("rare Chinese", "㐂龘"),
        ("Thai", "คืนนี้"),
        ("Devanagari", "रात"),
        ("Arabic", "ليل"),
    ] {
        if !is_on_this_machine(&system, name) {
            println!("{script}: skipped, this machine has no font for {name}");
            continue;
        }
        let (mut fonts, wakes) = system_fonts();
        let ctx = Context::default();
        fonts.lend_to(&ctx);
        // Boxes at first: nothing is asked before something lacks a glyph.
        assert!(!frame(&mut fonts, &ctx, name).iter().all(|has| *has), "{script}");
        // No frame is drawn before it has something new to show.
        while wakes.recv_timeout(Duration::from_secs(20)).is_ok() {
            frame(&mut fonts, &ctx, name);
            if frame(&mut fonts, &ctx, name).iter().all(|has| *has) {
                break;
            }
        }
        assert!(frame(&mut fonts, &ctx, name).iter().all(|has| *has), "{script}");
    }
}

#[test]
fn fonts_taken_back_are_lent_to_no_window_of_the_instance() {
    let name = "밤";
    if !is_on_this_machine(&SystemFontProvider::new(), name) {
        println!("skipped, this machine has no font for {name}");
        return;
    }
    let (mut fonts, wakes) = system_fonts();
    let ctx = Context::default();
    fonts.lend_to(&ctx);
    frame(&mut fonts, &ctx, name);
    wakes.recv_timeout(Duration::from_secs(20)).unwrap();
    frame(&mut fonts, &ctx, name);
    assert_eq!(frame(&mut fonts, &ctx, name), [true]);
    fonts.take_back(&ctx);
    assert_eq!(frame(&mut fonts, &ctx, name), [false]);
    let next_window = Context::default();
    fonts.lend_to(&next_window);
    assert_eq!(frame(&mut fonts, &next_window, name), [false]);
    assert_eq!(frame(&mut fonts, &next_window, name), [false]);
}

#[test]
fn what_no_font_has_stays_a_box_and_is_asked_for_once() {
    let (mut fonts, wakes) = system_fonts();
    let ctx = Context::default();
    fonts.lend_to(&ctx);
    for _ in 0..3 {
        assert_eq!(frame(&mut fonts, &ctx, "\u{10fffd}"), [false]);
    }
    assert!(wakes.recv_timeout(Duration::from_secs(2)).is_err());
    fonts.poll(&ctx);
    let mut output = ctx.run_ui(RawInput::default(), |_| ());
    output.textures_delta.clear();
    let wait = output.viewport_output.values().map(|view| view.repaint_delay).min();
    assert!(wait.is_some_and(|delay| delay > Duration::from_secs(3_600)), "{wait:?}");
}

#[test]
fn a_window_that_outlives_the_fonts_draws_boxes() {
    let (mut fonts, _wakes) = system_fonts();
    let ctx = Context::default();
    fonts.lend_to(&ctx);
    frame(&mut fonts, &ctx, "밤");
    drop(fonts);
    let (mut others, _wakes) = system_fonts();
    frame(&mut others, &ctx, "편지");
}
