//! Laws of the system's fonts. Which there are depends on the machine: what needs one skips.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use egui::{Context, FontId, RawInput};
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
    fonts.poll(ctx);
    let mut has = Vec::new();
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        let font = FontId::proportional(16.0);
        ui.ctx().fonts_mut(|fonts| {
            let _ = fonts.layout_no_wrap(text.to_owned(), font.clone(), egui::Color32::WHITE);
            has = text.chars().map(|letter| fonts.has_glyph(&font, letter)).collect();
        });
    });
    output.textures_delta.clear();
    has
}

#[test]
fn names_of_files_in_any_script_get_glyphs_and_no_frame_waits_for_them() {
    for (script, name) in [
        ("Korean", "밤편지"),
        ("Japanese", "夜に駆ける"),
        ("rare Chinese", "㐂龘"),
        ("Thai", "คืนนี้"),
        ("Devanagari", "रात"),
        ("Arabic", "ليل"),
    ] {
        let (mut fonts, wakes) = system_fonts();
        let ctx = Context::default();
        fonts.lend_to(&ctx);
        // Boxes at first: nothing is asked before something lacks a glyph.
        assert!(!frame(&mut fonts, &ctx, name).iter().all(|has| *has), "{script}");
        fonts.poll(&ctx);
        while wakes.recv_timeout(Duration::from_secs(5)).is_ok() {
            frame(&mut fonts, &ctx, name);
            if frame(&mut fonts, &ctx, name).iter().all(|has| *has) {
                break;
            }
        }
        if frame(&mut fonts, &ctx, name).iter().all(|has| *has) {
            println!("{script}: has its glyphs");
        } else {
            println!("{script}: skipped, this machine has no font for {name}");
        }
    }
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
