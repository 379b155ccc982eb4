//! Laws of names: every notation is drawn, fits and can be chosen.

use std::cell::RefCell;
use std::rc::Rc;

use analysis::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gui::{Action, KeyCode, Language, Notation, Panel, SettingsView};

#[path = "../examples/preview/sample.rs"]
#[allow(unreachable_pub, reason = "the preview uses it too")]
mod sample;

use sample::Sample;

/// The sounding panel in a window of that size, and what it asked for; it follows what is asked.
fn open(settings: SettingsView, size: (f32, f32)) -> (Harness<'static>, Rc<RefCell<Vec<Action>>>) {
    let sample = Sample::of("sounding", settings.language);
    let actions = Rc::new(RefCell::new(Vec::new()));
    let asked = Rc::clone(&actions);
    let mut panel = Panel::new(settings.language);
    let mut settings = settings;
    let harness = Harness::builder().with_size(egui::vec2(size.0, size.1)).build_ui(move |ui| {
        for action in sample.with_input(settings, |input| panel.ui(ui, input)) {
            match action {
                Action::SetLanguage(language) => settings.language = language,
                Action::SetNotation(notation) => settings.notation = Some(notation),
                Action::SetKeyCode(code) => settings.key_code = code,
                _ => {}
            }
            asked.borrow_mut().push(action);
        }
    });
    (harness, actions)
}

fn in_language(language: Language) -> SettingsView {
    SettingsView { language, ..SettingsView::default() }
}

fn labels(harness: &Harness<'_>) -> String {
    let labels: Vec<String> = harness
        .root()
        .children_recursive()
        .map(|node| node.accesskit_node())
        .filter_map(|node| node.label().or_else(|| node.value()))
        .collect();
    labels.join("\n")
}

#[test]
fn no_name_of_a_key_is_cut_or_leaves_its_zone() {
    let ctx = egui::Context::default();
    gui::install_fonts(&ctx);
    for language in Language::ALL {
        let mut sample = Sample::of("sounding", language);
        let mut panel = Panel::new(language);
        for notation in Notation::ALL {
            let settings = SettingsView { notation: Some(notation), ..in_language(language) };
            for size in [egui::vec2(480.0, 720.0), egui::vec2(1100.0, 720.0)] {
                for key in Key::all() {
                    if let Some(estimate) = &mut sample.snapshot.hearing.key {
                        estimate.key = key;
                    }
                    let area = egui::Rect::from_min_size(egui::Pos2::ZERO, size);
                    let raw =
                        egui::RawInput { screen_rect: Some(area), ..egui::RawInput::default() };
                    let mut output = ctx.run_ui(raw, |ui| {
                        sample.with_input(settings, |input| panel.ui(ui, input));
                    });
                    output.textures_delta.clear();
                    check_texts(&output, &format!("{key} {notation:?} {language:?} {size}"));
                }
            }
        }
    }
}

/// Every text ends inside the zone it was drawn for, and no alternative key is cut.
fn check_texts(output: &egui::FullOutput, case: &str) {
    let mut n_texts = 0;
    for clipped in &output.shapes {
        let egui::Shape::Text(text) = &clipped.shape else { continue };
        n_texts += 1;
        let words = text.galley.text();
        let right = text.pos.x + text.galley.size().x;
        assert!(right <= clipped.clip_rect.right() + 0.5, "{words:?} leaves its zone: {case}");
        let is_key = words.starts_with("or ") || words.starts_with("或 ");
        assert!(!(is_key && text.galley.elided), "{words:?} is cut: {case}");
    }
    assert!(n_texts > 20, "{n_texts} texts: {case}");
}

#[test]
fn every_notation_and_code_can_be_chosen() {
    let (mut harness, actions) = open(in_language(Language::English), (1100.0, 1400.0));
    harness.run();
    harness.key_press(egui::Key::S);
    harness.run();
    for (name, key) in [
        ("German (B, H)", "b-Moll, Sure"),
        ("Do Re Mi", "Si♭ minor, Sure"),
        ("Numbered (1=C)", "6=♭B minor, Sure"),
        ("English (B♭, B)", "B♭ minor, Sure"),
    ] {
        harness.get_by_label(name).click();
        harness.run();
        let all = labels(&harness);
        assert!(all.contains(key), "{key} not in\n{all}");
    }
    harness.get_by_label("Open Key (1d)").click();
    harness.run();
    assert_eq!(
        *actions.borrow(),
        [
            Action::SetNotation(Notation::German),
            Action::SetNotation(Notation::Solfege),
            Action::SetNotation(Notation::Numbered),
            Action::SetNotation(Notation::English),
            Action::SetKeyCode(KeyCode::OpenKey),
        ]
    );
}

#[test]
fn a_notation_goes_with_the_language_until_one_is_chosen() {
    let (mut harness, _) = open(in_language(Language::English), (1100.0, 720.0));
    harness.run();
    assert!(labels(&harness).contains("B♭ minor"));
    harness.key_press(egui::Key::G);
    harness.run();
    assert!(labels(&harness).contains("6=♭B 小调"), "{}", labels(&harness));

    let chosen =
        SettingsView { notation: Some(Notation::Solfege), ..in_language(Language::English) };
    let (mut harness, _) = open(chosen, (1100.0, 720.0));
    harness.run();
    assert!(labels(&harness).contains("Si♭ minor"));
    harness.key_press(egui::Key::G);
    harness.run();
    assert!(labels(&harness).contains("Si♭ 小调"), "{}", labels(&harness));
}

#[test]
fn chords_and_notes_follow_the_notation() {
    for (notation, chord, suggestion) in [
        (Notation::German, "Bm7, Fairly sure", "Try Esm next"),
        (Notation::Solfege, "Si♭m7, Fairly sure", "Try Mi♭m next"),
        (Notation::Numbered, "B♭m7, Fairly sure", "Try E♭m next"),
    ] {
        let settings = SettingsView { notation: Some(notation), ..in_language(Language::English) };
        let (mut harness, _) = open(settings, (1100.0, 720.0));
        harness.run();
        let all = labels(&harness);
        assert!(all.contains(chord) && all.contains(suggestion), "{notation:?}\n{all}");
    }
}

#[test]
fn the_failure_page_says_in_each_language_what_happened() {
    for (language, heading) in [
        (Language::English, "Jamboree could not draw its panel"),
        (Language::SimplifiedChinese, "Jamboree 无法显示面板"),
    ] {
        let mut harness = Harness::new_ui(|ui| {
            gui::install_fonts(ui.ctx());
            assert!(!gui::show_failure(ui, language));
        });
        harness.run();
        assert!(labels(&harness).contains(heading));
    }
}
