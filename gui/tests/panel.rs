//! Laws of the whole panel, run through egui without a window. egui panics here on a character
//! without a glyph, so every frame also checks the fonts.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use advice::{SceneId, Target, TrackId};
use analysis::{AnalysisConfig, Bpm, Hertz};
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use gui::{Action, Language, Panel, SettingsView};

#[path = "../examples/preview/sample.rs"]
#[allow(unreachable_pub, reason = "the preview uses it too")]
mod sample;

#[path = "panel/finding.rs"]
mod finding;

use sample::Sample;

/// A panel in a window of that size, and what it asked for.
fn open(
    state: &str,
    language: Language,
    size: (f32, f32),
) -> (Harness<'static>, Rc<RefCell<Vec<Action>>>) {
    let mut sample = Sample::of(state, language);
    let actions = Rc::new(RefCell::new(Vec::new()));
    let asked = Rc::clone(&actions);
    let mut panel = Panel::new(Language::English);
    let mut settings = sample.settings;
    let harness = Harness::builder().with_size(egui::vec2(size.0, size.1)).build_ui(move |ui| {
        let new = sample.with_input(settings, |input| panel.ui(ui, input));
        for action in new {
            follow(&mut settings, &action);
            if let Action::FindReferences(name) = &action {
                sample.asked.clone_from(name);
            }
            asked.borrow_mut().push(action);
        }
    });
    (harness, actions)
}

#[test]
fn taps_tell_a_tempo_and_how_exact_it_is() {
    for language in [Language::English, Language::SimplifiedChinese] {
        let (mut harness, asked) = open("sounding", language, (1080.0, 720.0));
        harness.run();
        assert!(!labels(&harness).iter().any(|label| label.contains("120.0 ±")));
        for _ in 0..8 {
            // A frame for the press and one for the release, a quarter of a second each.
            harness.key_press(Key::T);
            harness.step();
        }
        let said = labels(&harness);
        assert!(said.iter().any(|label| label.contains("120.0 ±")), "{said:?}");
        assert!(asked.borrow().is_empty());
    }
}

/// What a shell does with the settings.
fn follow(settings: &mut SettingsView, action: &Action) {
    match action {
        Action::Hold(held) => settings.held = *held,
        Action::SetReferenceA4(hz) => settings.reference_a4 = *hz,
        Action::SetTempoRange(range) | Action::ChooseLevel { range, .. } => {
            settings.tempo_range = *range;
        }
        Action::SetLanguage(language) => settings.language = *language,
        Action::SetNotation(notation) => settings.notation = Some(*notation),
        Action::SetKeyCode(code) => settings.key_code = *code,
        _ => {}
    }
}

fn press(harness: &mut Harness<'_>, key: Key) {
    harness.key_press(key);
    harness.run();
}

fn labels(harness: &Harness<'_>) -> Vec<String> {
    harness
        .root()
        .children_recursive()
        .map(|node| node.accesskit_node())
        .filter_map(|node| node.label().or_else(|| node.value()))
        .collect()
}

#[test]
fn every_state_is_drawn_at_every_size_in_every_language() {
    let sizes = [
        (320.0, 240.0),
        (480.0, 360.0),
        (640.0, 420.0),
        (520.0, 1100.0),
        (1100.0, 720.0),
        (1920.0, 1080.0),
        (3840.0, 2160.0),
    ];
    for state in Sample::STATES {
        for language in Language::ALL {
            for size in sizes {
                let (mut harness, actions) = open(state, language, size);
                harness.run();
                assert_eq!(*actions.borrow(), [], "{state} {language:?} {size:?}");
                let all = labels(&harness);
                assert!(all.len() > 3, "{state} {language:?} {size:?}: {all:?}");
                press(&mut harness, Key::S);
            }
        }
    }
}

#[test]
fn a_window_without_space_does_not_panic() {
    for size in [(0.0, 0.0), (1.0, 1.0), (9.0, 9.0), (30.0, 900.0), (900.0, 12.0)] {
        let (mut harness, _) = open("sounding", Language::English, size);
        harness.run();
    }
}

#[test]
fn nothing_asks_for_a_repaint_when_nothing_changed() {
    for state in Sample::STATES {
        let (mut harness, _) = open(state, Language::English, (1100.0, 720.0));
        harness.run();
        let wait = harness.output().viewport_output.values().map(|view| view.repaint_delay).min();
        assert!(wait.is_some_and(|delay| delay > std::time::Duration::from_secs(3_600)), "{state}");
    }
}

#[test]
fn a_frame_costs_less_than_three_milliseconds() {
    let ctx = egui::Context::default();
    gui::install_fonts(&ctx);
    let sample = Sample::of("sounding", Language::SimplifiedChinese);
    let mut panel = Panel::new(Language::SimplifiedChinese);
    let area = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1100.0, 720.0));
    // The quickest of many: what the panel costs, not what else the machine was doing.
    let mut quickest_ms = f64::INFINITY;
    for n_frame in 0..60 {
        let raw = egui::RawInput { screen_rect: Some(area), ..egui::RawInput::default() };
        let start = std::time::Instant::now();
        let mut output = ctx.run_ui(raw, |ui| {
            sample.with_input(sample.settings, |input| panel.ui(ui, input));
        });
        let n_shapes = output.shapes.len();
        let _ = ctx.tessellate(std::mem::take(&mut output.shapes), 1.0);
        let took_ms = start.elapsed().as_secs_f64() * 1000.0;
        // By then every glyph is in the atlas, as in a panel that has been open for a second.
        if n_frame >= 10 {
            assert!(n_shapes > 100, "{n_shapes} shapes");
            quickest_ms = quickest_ms.min(took_ms);
        }
        output.textures_delta.clear();
    }
    println!("quickest frame: {quickest_ms:.2} ms");
    assert!(quickest_ms < 3.0, "{quickest_ms} ms");
}

#[test]
fn what_is_heard_can_be_read_by_a_screen_reader() {
    let (mut harness, _) = open("sounding", Language::English, (1100.0, 720.0));
    harness.run();
    let all = labels(&harness).join("\n");
    for words in [
        "B♭ minor, Sure, 83 %",
        "125.9 BPM, Steady · Sure, 90 %",
        "B♭m7, Fairly sure, 72 %",
        "Try E♭m next",
        "After B♭m7, E♭m followed in 35 % of 1\u{a0}204 cases, in 739 US songs, 1958–1991.",
        "Nightdrive – Neon Coast.flac 0.34",
        "Listening, 0:31 heard",
    ] {
        assert!(all.contains(words), "{words} not in\n{all}");
    }
}

#[test]
fn what_is_not_known_is_said_and_not_invented() {
    let (mut harness, _) = open("sparse", Language::English, (1100.0, 720.0));
    harness.run();
    let all = labels(&harness).join("\n");
    assert!(all.contains("No clear key"), "{all}");
    assert!(all.contains("A suggestion comes once key and chord are clear."), "{all}");

    let (mut harness, _) = open("listening", Language::English, (1100.0, 720.0));
    harness.run();
    assert!(labels(&harness).iter().any(|label| label == "Listening …"));

    let (mut harness, _) = open("waiting", Language::English, (1100.0, 720.0));
    harness.run();
    let all = labels(&harness).join("\n");
    assert!(!all.contains("BPM,") && !all.contains("Sure"), "{all}");
    assert!(all.contains("No sound input: connect one"), "{all}");
}

#[test]
fn lost_audio_and_a_failed_analysis_are_said() {
    let (mut harness, _) = open("failed", Language::English, (1100.0, 720.0));
    harness.run();
    let all = labels(&harness).join("\n");
    assert!(all.contains("12 ms of audio lost, 1 gap"), "{all}");
    assert!(all.contains("The analysis stopped"), "{all}");
}

#[test]
fn every_key_of_the_keyboard_does_what_its_tooltip_says() {
    let (mut harness, actions) = open("waiting", Language::English, (1100.0, 720.0));
    harness.run();
    for key in [Key::H, Key::R, Key::D, Key::G] {
        press(&mut harness, key);
    }
    assert_eq!(
        *actions.borrow(),
        [
            Action::Hold(true),
            Action::Reset,
            Action::PlayDemo,
            Action::SetLanguage(Language::SimplifiedChinese)
        ]
    );
    assert!(harness.query_by_label("保持").is_none(), "held: the button releases");
    assert!(harness.query_by_label("松开").is_some());
}

#[test]
fn another_reading_of_the_tempo_is_one_key_or_one_click_away() {
    let (mut harness, actions) = open("sounding", Language::English, (1100.0, 720.0));
    harness.run();
    press(&mut harness, Key::Num1);
    harness.get_by_label("⅔× 83.9").click();
    harness.run();
    let actions = actions.borrow();
    assert_eq!(actions.len(), 2);
    for (action, expected) in actions.iter().zip([62.9, 83.9]) {
        let Action::ChooseLevel { bpm: Bpm(bpm), range } = *action else { panic!("{action:?}") };
        assert!((bpm - expected).abs() < 0.1, "{bpm}");
        assert!(range.min.0 < bpm && bpm < range.max.0);
        let config = AnalysisConfig { tempo_range: range, ..AnalysisConfig::at_rate(48_000) };
        assert_eq!(config.check(), Ok(()));
    }
}

/// The labels of everything that can be pressed and is pressed in.
fn pinned(harness: &Harness<'_>) -> Vec<String> {
    let nodes = harness.root().children_recursive().map(|node| node.accesskit_node());
    let on = nodes.filter(|node| node.toggled() == Some(egui::accesskit::Toggled::True));
    on.filter_map(|node| node.label()).collect()
}

#[test]
fn a_reference_and_a_scene_are_pinned_by_a_click_or_with_the_keyboard() {
    for (label, target) in [
        ("Nightdrive – Neon Coast.flac 0.34", Target::Reference(TrackId(0))),
        ("Study 71 %", Target::Scene(SceneId(0))),
    ] {
        let (mut harness, actions) = open("sounding", Language::English, (1100.0, 720.0));
        harness.run();
        harness.get_by_label(label).click();
        harness.run();
        harness.get_by_label(label).focus();
        harness.run();
        press(&mut harness, Key::Enter);
        assert_eq!(*actions.borrow(), [Action::Pin(target), Action::Pin(target)], "{label}");
        assert!(pinned(&harness).is_empty());
    }
    // P goes through what is shown, also where there is no room to show it.
    for size in [(1100.0, 720.0), (480.0, 360.0)] {
        let (mut harness, actions) = open("sounding", Language::English, size);
        harness.run();
        press(&mut harness, Key::P);
        let first = Target::Reference(TrackId(0));
        assert_eq!(*actions.borrow(), [Action::Pin(first)]);
        let (mut harness, actions) = open("towards", Language::English, size);
        harness.run();
        press(&mut harness, Key::P);
        let second = Target::Reference(TrackId(1));
        assert_eq!(*actions.borrow(), [Action::Pin(second)]);
    }
}

#[test]
fn what_is_pinned_is_shown_and_let_go_by_a_click_or_escape() {
    for size in [(1100.0, 720.0), (640.0, 420.0), (480.0, 360.0), (480.0, 800.0)] {
        let (mut harness, actions) = open("towards", Language::English, size);
        harness.run();
        let all = labels(&harness).join("\n");
        for words in
            ["Towards Nightdrive – Neon Coast.flac: Tempo 1.08× 7 % slower, to 117", "Let go"]
        {
            assert!(all.contains(words), "{words} not in {size:?}:\n{all}");
        }
        harness.get_by_label("Let go").click();
        harness.run();
        press(&mut harness, Key::Escape);
        assert_eq!(*actions.borrow(), [Action::Unpin, Action::Unpin], "{size:?}");
    }
    let (mut harness, actions) = open("towards", Language::English, (1100.0, 720.0));
    harness.run();
    let row = "Nightdrive – Neon Coast.flac 0.34";
    assert_eq!(pinned(&harness), [row]);
    harness.get_by_label(row).click();
    harness.run();
    // Escape closes the drawer first.
    press(&mut harness, Key::S);
    press(&mut harness, Key::Escape);
    assert_eq!(*actions.borrow(), [Action::Unpin]);
    let (mut harness, actions) = open("sounding", Language::English, (1100.0, 720.0));
    harness.run();
    press(&mut harness, Key::Escape);
    assert_eq!(*actions.borrow(), [], "nothing to let go");
}

#[test]
fn every_scene_can_be_pinned_in_the_drawer() {
    for language in Language::ALL {
        let (mut harness, actions) = open("sounding", language, (480.0, 360.0));
        harness.run();
        press(&mut harness, Key::S);
        let profiles = advice::SceneProfiles::shipped();
        let scene = profiles.find("sleep").unwrap();
        let profile = profiles.get(scene).unwrap();
        let english = language == Language::English;
        let name = if english { profile.name_en() } else { profile.name_zh() };
        harness.get_by_label(name).focus();
        harness.run();
        press(&mut harness, Key::Enter);
        assert_eq!(*actions.borrow(), [Action::Pin(Target::Scene(scene))]);
    }
}

#[test]
fn a_gap_that_is_not_known_is_said_and_not_invented() {
    for (state, english, chinese) in [
        ("towards-early", "The comparison appears after 10 seconds of music.", "听满 10 秒音乐后"),
        (
            "towards-missing",
            "This reference is not in the library that is open.",
            "打开的曲库里没有这首参考曲",
        ),
        ("towards-unheard", "Key – No clear key", "调 –"),
    ] {
        for (language, words) in
            [(Language::English, english), (Language::SimplifiedChinese, chinese)]
        {
            for size in [(1100.0, 720.0), (480.0, 360.0)] {
                let (mut harness, _) = open(state, language, size);
                harness.run();
                let all = labels(&harness).join("\n");
                assert!(all.contains(words), "{words} not in {size:?}:\n{all}");
            }
        }
    }
}

#[test]
fn space_is_left_to_the_host_even_on_a_focused_button() {
    let (mut harness, actions) = open("sounding", Language::English, (1100.0, 720.0));
    harness.run();
    harness.get_by_label("Hold").focus();
    harness.run();
    press(&mut harness, Key::Space);
    assert_eq!(*actions.borrow(), []);
    press(&mut harness, Key::Enter);
    assert_eq!(*actions.borrow(), [Action::Hold(true)]);
}

#[test]
fn a_library_is_opened_with_the_keyboard_alone() {
    let (mut harness, actions) = open("waiting", Language::English, (640.0, 420.0));
    harness.run();
    press(&mut harness, Key::L);
    harness.run();
    // Letters go into the field now, shortcuts or not.
    harness.event(egui::Event::Text("/music/rh 曲库".to_owned()));
    harness.key_press(Key::R);
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(*actions.borrow(), [Action::OpenLibrary(PathBuf::from("/music/rh 曲库"))]);
}

#[test]
fn the_drawer_says_whether_style_is_heard() {
    let (mut harness, _) = open("sounding", Language::English, (1080.0, 720.0));
    press(&mut harness, Key::L);
    let said = labels(&harness);
    assert!(
        said.iter().any(|label| label.contains("without the model that hears style")),
        "{said:?}"
    );
}

#[test]
fn tuning_and_library_are_set_in_the_drawer() {
    let (mut harness, actions) = open("sounding", Language::English, (1100.0, 720.0));
    harness.run();
    press(&mut harness, Key::S);
    harness.get_by_label("442").click();
    harness.run();
    harness.get_by_label("Close the library").click();
    harness.run();
    assert_eq!(
        *actions.borrow(),
        [Action::SetReferenceA4(Some(Hertz(442.0))), Action::CloseLibrary]
    );
    press(&mut harness, Key::Escape);
    assert!(harness.query_by_label("Close the library").is_none());
}

#[test]
fn the_panel_installs_its_fonts_where_the_shell_forgot() {
    // `open` never calls `install_fonts`; text in Chinese is there all the same.
    let (mut harness, _) = open("sounding", Language::SimplifiedChinese, (1100.0, 720.0));
    harness.run();
    assert!(labels(&harness).iter().any(|label| label.contains("小调")));
}

#[test]
fn every_text_has_its_glyphs() {
    let ctx = egui::Context::default();
    gui::install_fonts(&ctx);
    let texts =
        [include_str!("../locales/en.ftl"), include_str!("../locales/zh-Hans.ftl")].concat();
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        ui.ctx().fonts_mut(|fonts| {
            let regular = egui::FontId::proportional(16.0);
            for c in texts.chars().chain("♭♯⅓½⅔¾×·…−–".chars()).filter(|c| !c.is_control())
            {
                assert!(fonts.has_glyph(&regular, c), "{c:?} regular: run gui/fonts/make.sh");
            }
        });
    });
    output.textures_delta.clear();

    // Bold by themselves: in the panel the regular ones stand in, and a word would be half bold.
    let mut bold = egui::FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 2] = [
        ("symbols-bold", include_bytes!("../fonts/symbols-bold.ttf")),
        ("panel-bold", include_bytes!("../fonts/panel-bold.otf")),
    ];
    for (name, bytes) in files {
        bold.font_data.insert(name.to_owned(), egui::FontData::from_static(bytes).into());
        for family in [egui::FontFamily::Proportional, egui::FontFamily::Monospace] {
            bold.families.entry(family).or_default().push(name.to_owned());
        }
    }
    let ctx = egui::Context::default();
    ctx.set_fonts(bold);
    let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
        ui.ctx().fonts_mut(|fonts| {
            let bold = egui::FontId::proportional(16.0);
            for c in texts.chars().filter(|c| !c.is_control()) {
                assert!(fonts.has_glyph(&bold, c), "{c:?} bold: run gui/fonts/make.sh");
            }
        });
    });
    output.textures_delta.clear();
}
