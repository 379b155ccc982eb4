//! Laws of finding a reference by its name in the drawer.

use super::*;

/// What was pinned.
fn pins(actions: &Rc<RefCell<Vec<Action>>>) -> Vec<u32> {
    let pinned = |action: &Action| match action {
        Action::Pin(Target::Reference(TrackId(number))) => Some(*number),
        _ => None,
    };
    actions.borrow().iter().filter_map(pinned).collect()
}

#[test]
fn any_reference_of_the_library_is_found_by_name_and_pinned_with_the_keyboard_alone() {
    for size in [(1100.0, 720.0), (480.0, 360.0)] {
        for language in Language::ALL {
            let (mut harness, actions) = open("sounding", language, size);
            harness.run();
            press(&mut harness, Key::F);
            harness.run();
            // Letters go into the field now, shortcuts or not.
            harness.event(egui::Event::Text("neon".to_owned()));
            harness.key_press(Key::R);
            harness.run();
            harness.run();
            assert_eq!(*actions.borrow(), [Action::FindReferences("neon".to_owned())]);
            let all = labels(&harness).join("\n");
            for words in [
                "Neon Coast, The Late Trains · Night Lines",
                "Neon Coast, take 4",
                "Neon Coast (live), The Late Trains",
                "夜のドライブ",
            ] {
                assert!(all.contains(words), "{words} not in {size:?}:\n{all}");
            }
            for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowUp, Key::Enter] {
                press(&mut harness, key);
            }
            assert_eq!(pins(&actions), [101], "{size:?}");
            // Escape ends the search, then closes the drawer.
            press(&mut harness, Key::F);
            press(&mut harness, Key::Escape);
            harness.run();
            assert!(!labels(&harness).join("\n").contains("Neon Coast, take 4"));
            let last = actions.borrow().last().cloned();
            assert_eq!(last, Some(Action::FindReferences(String::new())));
            press(&mut harness, Key::Escape);
            let name = if language == Language::English { "Close" } else { "关闭" };
            assert!(harness.query_by_label(name).is_none(), "{size:?}");
        }
    }
}

#[test]
fn a_reference_that_was_found_is_pinned_by_a_click() {
    let (mut harness, actions) = open("sounding", Language::English, (1100.0, 720.0));
    harness.run();
    harness.get_by_label("Find …").click();
    harness.run();
    harness.run();
    harness.event(egui::Event::Text("neon".to_owned()));
    harness.run();
    harness.run();
    harness.get_by_label("Neon Coast, take 4").click();
    harness.run();
    assert_eq!(pins(&actions), [101]);
}

/// What a shell answers to a search: the references are 7, 8 … of "Some".
#[derive(Clone, Copy, Default)]
struct Answer {
    asked: &'static str,
    is_searching: bool,
    problem: Option<&'static str>,
    n: u32,
}

/// The panel, with the search opened and "some" written, in front of a shell that answers with what
/// is put into the cell.
#[allow(clippy::type_complexity, reason = "only tests see it")]
fn searching() -> (Harness<'static>, Rc<RefCell<Vec<Action>>>, Rc<RefCell<Answer>>) {
    let mut panel = Panel::new(Language::English);
    let sample = Sample::of("sounding", Language::English);
    let actions = Rc::new(RefCell::new(Vec::new()));
    let state = Rc::new(RefCell::new(Answer::default()));
    let (asked, shown) = (Rc::clone(&actions), Rc::clone(&state));
    let mut harness = Harness::builder().with_size(egui::vec2(1100.0, 720.0)).build_ui(move |ui| {
        let Answer { asked: name, is_searching, problem, n } = *shown.borrow();
        let reference = |number| advice::NamedReference {
            track: TrackId(number),
            title: "Some".to_owned(),
            artist: None,
            path: format!("/{number}/some.wav"),
        };
        let references: Vec<_> = (7..7 + n).map(reference).collect();
        let found = gui::FoundView {
            asked: name,
            is_searching,
            references: &references,
            problem,
            ..gui::FoundView::default()
        };
        let new = sample.with_input(sample.settings, |input| {
            panel.ui(ui, &gui::PanelInput { found, ..*input })
        });
        asked.borrow_mut().extend(new);
    });
    harness.run();
    press(&mut harness, Key::F);
    harness.event(egui::Event::Text("some".to_owned()));
    harness.run_steps(2);
    (harness, actions, state)
}

/// The shell has taken the question; what is shown is still the answer to another one.
const TAKEN: Answer = Answer { asked: "some", is_searching: true, problem: None, n: 3 };
const ANSWERED: Answer = Answer { is_searching: false, ..TAKEN };

#[test]
fn enter_before_the_answer_pins_the_first_of_it_whatever_the_arrows_did_to_the_answer_before() {
    let (mut harness, actions, state) = searching();
    *state.borrow_mut() = TAKEN;
    harness.run_steps(2);
    for key in [Key::ArrowDown, Key::ArrowDown, Key::Enter] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert!(pins(&actions).is_empty());
    *state.borrow_mut() = ANSWERED;
    harness.run_steps(2);
    assert_eq!(pins(&actions), [7], "{actions:?}");
}

#[test]
fn enter_before_the_answer_pins_nothing_once_the_drawer_is_closed_or_another_library_is_asked() {
    let (mut harness, actions, state) = searching();
    *state.borrow_mut() = TAKEN;
    for key in [Key::Enter, Key::Escape] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    *state.borrow_mut() = ANSWERED;
    harness.run_steps(2);
    harness.key_press(Key::F);
    harness.run_steps(4);
    assert!(pins(&actions).is_empty(), "{actions:?}");
    *state.borrow_mut() = TAKEN;
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    for answer in [Answer::default(), TAKEN, ANSWERED] {
        *state.borrow_mut() = answer;
        harness.run_steps(2);
    }
    assert!(pins(&actions).is_empty(), "{actions:?}");
}

#[test]
fn a_search_that_failed_is_tried_again_with_enter_or_when_it_is_opened_again() {
    let (mut harness, actions, state) = searching();
    let failed = Answer { problem: Some("busy"), n: 0, ..ANSWERED };
    *state.borrow_mut() = failed;
    harness.run_steps(3);
    for key in [Key::Enter, Key::F] {
        actions.borrow_mut().clear();
        harness.key_press(key);
        harness.run_steps(4);
        assert_eq!(*actions.borrow(), [Action::FindReferences("some".to_owned())], "{key:?}");
    }
    harness.key_press(Key::Enter);
    harness.run_steps(1);
    for answer in [TAKEN, ANSWERED] {
        *state.borrow_mut() = answer;
        harness.run_steps(2);
    }
    assert_eq!(pins(&actions), [7], "what is found the second time is pinned: {actions:?}");
}

#[test]
fn without_a_library_the_search_leads_to_opening_one() {
    let (mut harness, actions) = open("waiting", Language::English, (1100.0, 720.0));
    harness.run();
    assert!(harness.query_by_label("Find …").is_none());
    press(&mut harness, Key::F);
    harness.event(egui::Event::Text("/music".to_owned()));
    harness.run();
    press(&mut harness, Key::Enter);
    assert_eq!(*actions.borrow(), [Action::OpenLibrary(PathBuf::from("/music"))]);
}
