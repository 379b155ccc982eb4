//! The editor of the built CLAP plugin, in a window on a virtual display.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::fs;
use std::time::Duration;

use tests::bundles;
use tests::clap_host::{Editor, Library, Plugin};
use tests::music::demo_song;
use tests::processes::on_a_display;
use tests::x11::{Client, Picture};

const PATIENCE: Duration = Duration::from_secs(20);
/// A window that shows text and colours has more colours than this.
const N_COLOURS: usize = 25;

fn plugin() -> Option<Plugin> {
    let library = Library::load(&bundles::clap()?).unwrap();
    let plugin = library.instance().unwrap();
    // The code must stay loaded as long as threads of it may run.
    std::mem::forget(library);
    Some(plugin)
}

/// Waits until the editor in `parent` has drawn something, and hands the picture back.
fn picture(editor: &mut Editor, client: &Client, parent: u32) -> Picture {
    let mut picture = None;
    editor.run_until(PATIENCE, |_| {
        picture = client
            .children(parent)
            .ok()
            .and_then(|children| children.first().copied())
            .and_then(|child| client.picture(child).ok())
            .filter(|picture| picture.n_colours() > N_COLOURS);
        picture.is_some()
    });
    picture.expect("the editor stays blank")
}

/// Keeps a picture for people to look at where `JAMBOREE_SCREENSHOTS` names a folder.
fn keep(picture: &Picture, name: &str) {
    if let Some(folder) = std::env::var_os("JAMBOREE_SCREENSHOTS") {
        fs::create_dir_all(&folder).unwrap();
        let path = std::path::Path::new(&folder).join(format!("{name}.ppm"));
        fs::write(path, picture.to_ppm()).unwrap();
    }
}

fn language_state(tag: &str) -> String {
    format!(r#"{{"params":{{}},"fields":{{"language":"\"{tag}\""}}}}"#)
}

#[test]
fn the_panel_is_drawn_in_each_language() {
    if bundles::clap().is_none() {
        return;
    }
    on_a_display("the_panel_is_drawn_in_each_language", &[], |client| {
        let song = demo_song(48_000, 30.0);
        let mut pictures = Vec::new();
        for tag in ["en", "zh-Hans"] {
            let mut plugin = plugin().unwrap();
            assert!(plugin.load_state_text(&language_state(tag)).unwrap());
            let parent = client.window(1100, 720).unwrap();
            plugin.set_offline(true).unwrap();
            let mut processor = plugin.activate(48_000, 512, 2).unwrap();
            let mut editor = plugin.open_editor(parent).unwrap();
            assert_eq!(editor.size().unwrap(), (1100, 720));
            let before = picture(&mut editor, client, parent);
            keep(&before, &format!("empty-{tag}"));
            processor.play(&song, &[512]).unwrap();
            editor.run(Duration::from_millis(600));
            let after = picture(&mut editor, client, parent);
            keep(&after, &format!("song-{tag}"));
            assert!(before.difference(&after) > 0.005, "the music changes nothing in the panel");
            let (n_marks, n_shapes) = after.marks();
            // Boxes in place of letters would have a few shapes, one for each size of text.
            assert!(n_shapes > 60 && n_shapes * 4 > n_marks, "{tag}: {n_shapes} of {n_marks}");
            eprintln!("{tag}: {n_marks} marks of {n_shapes} shapes");
            pictures.push(after);
            drop(editor);
            plugin.deactivate(processor);
        }
        assert!(pictures[0].difference(&pictures[1]) > 0.005, "both languages look the same");
    });
}

#[test]
fn the_editor_obeys_the_size_it_is_given_and_remembers_it() {
    if bundles::clap().is_none() {
        return;
    }
    on_a_display("the_editor_obeys_the_size_it_is_given_and_remembers_it", &[], |client| {
        let mut plugin = plugin().unwrap();
        let parent = client.window(1280, 1024).unwrap();
        let mut editor = plugin.open_editor(parent).unwrap();
        picture(&mut editor, client, parent);
        assert!(editor.can_resize());
        assert_eq!(editor.adjusted(10, 10).unwrap(), (480, 360), "the smallest size");
        assert_eq!(editor.adjusted(1000, 700).unwrap(), (1000, 700));
        for (width, height) in [(600, 400), (1200, 900), (800, 533)] {
            editor.resize(width, height).unwrap();
            let child = client.children(parent).unwrap()[0];
            let obeyed = editor.run_until(PATIENCE, |editor| {
                client.size(child).ok() == Some((width, height))
                    && editor.size().ok() == Some((width, height))
            });
            assert!(obeyed, "asked for {width}x{height}, got {:?}", client.size(child));
            picture(&mut editor, client, parent);
        }
        assert_eq!(editor.n_resizes_asked(), 0, "the host's size is not argued with");
        drop(editor);

        let saved = plugin.state().unwrap();
        let mut other = self::plugin().unwrap();
        assert!(other.load_state(&saved).unwrap());
        let parent = client.window(1280, 1024).unwrap();
        let mut editor = other.open_editor(parent).unwrap();
        assert_eq!(editor.size().unwrap(), (800, 533));
        let shown = picture(&mut editor, client, parent);
        assert_eq!(shown.size, (800, 533), "the project remembers the size");
    });
}

#[test]
fn a_hundred_windows_leave_nothing_behind() {
    if bundles::clap().is_none() {
        return;
    }
    on_a_display("a_hundred_windows_leave_nothing_behind", &[], |client| {
        let mut plugin = plugin().unwrap();
        let mut processor = plugin.activate(48_000, 512, 2).unwrap();
        let song = demo_song(48_000, 0.1);
        let mut usages = Vec::new();
        for round in 0..100 {
            let parent = client.window(1100, 720).unwrap();
            let mut editor = plugin.open_editor(parent).unwrap();
            if round % 10 == 0 {
                picture(&mut editor, client, parent);
            } else {
                editor.run(Duration::from_millis(30));
            }
            processor.play(&song, &[512]).unwrap();
            if round % 2 == 0 {
                drop(editor);
                client.destroy(parent).unwrap();
            } else {
                // As some hosts do: the window goes first.
                client.destroy(parent).unwrap();
                editor.run(Duration::from_millis(10));
                drop(editor);
            }
            if round % 5 == 4 {
                usages.push(settled_usage());
            }
        }
        // The first ten windows fill caches. After that what is resident goes up and down by the
        // size of a frame buffer or ten; a leak shows in how far down it goes.
        let least = |usages: &[Usage]| Usage {
            n_threads: usages.iter().map(|usage| usage.n_threads).min().unwrap(),
            n_files: usages.iter().map(|usage| usage.n_files).min().unwrap(),
            resident_mib: usages.iter().map(|usage| usage.resident_mib).fold(1e9, f64::min),
        };
        let (start, end) = (least(&usages[2..8]), least(&usages[14..]));
        eprintln!("after 10 to 40 windows: {start:?}; after 70 to 100: {end:?}");
        assert!(end.n_threads <= start.n_threads, "threads are left: {start:?} {end:?}");
        assert!(end.n_files <= start.n_files, "files are left open: {start:?} {end:?}");
        // A font kept for each window would be ten times as much.
        assert!(end.resident_mib < start.resident_mib + 12.0, "memory grows: {start:?} {end:?}");
        plugin.deactivate(processor);
    });
}

#[test]
fn editors_of_several_instances_are_open_at_once() {
    if bundles::clap().is_none() {
        return;
    }
    on_a_display("editors_of_several_instances_are_open_at_once", &[], |client| {
        let mut plugins: Vec<Plugin> = (0..4).map(|_| plugin().unwrap()).collect();
        let size = r#"{"params":{},"fields":{"editor_size":"{\"width\":600.0,\"height\":480.0}"}}"#;
        for plugin in &mut plugins {
            assert!(plugin.load_state_text(size).unwrap());
        }
        let parents: Vec<u32> = [(0, 0), (640, 0), (0, 512), (640, 512)]
            .into_iter()
            .map(|corner| client.window_at(corner, 600, 480).unwrap())
            .collect();
        let mut editors: Vec<Editor> = plugins
            .iter_mut()
            .zip(&parents)
            .map(|(plugin, parent)| plugin.open_editor(*parent).unwrap())
            .collect();
        for (editor, parent) in editors.iter_mut().zip(&parents) {
            picture(editor, client, *parent);
        }
        // Closed in another order than opened.
        close(editors.remove(1));
        for (idx, parent) in [(0, parents[0]), (1, parents[2]), (2, parents[3])] {
            picture(&mut editors[idx], client, parent);
        }
        editors.into_iter().rev().for_each(close);
    });
}

/// Closes an editor and waits for its thread. Where two windows' threads end in the same moment,
/// Mesa may unload its driver under one of them (seen with Mesa 22.3: the thread's last act is a
/// destructor that is not there any more). Nothing a plugin could do about.
fn close(editor: Editor) {
    let n_threads = usage().n_threads;
    drop(editor);
    for _ in 0..200 {
        std::thread::sleep(Duration::from_millis(10));
        if usage().n_threads < n_threads {
            break;
        }
    }
    settled_usage();
}

#[test]
fn a_panic_while_drawing_shows_the_panel_again() {
    if bundles::clap().is_none() {
        return;
    }
    let env = [("JAMBOREE_TEST_PANIC", "ui")];
    on_a_display("a_panic_while_drawing_shows_the_panel_again", &env, |client| {
        let mut plugin = plugin().unwrap();
        for round in 0..2 {
            let parent = client.window(1100, 720).unwrap();
            let mut editor = plugin.open_editor(parent).unwrap();
            let shown = picture(&mut editor, client, parent);
            keep(&shown, &format!("after-panic-{round}"));
        }
    });
}

/// What the process uses, by /proc.
#[derive(Clone, Copy, Debug)]
struct Usage {
    n_threads: usize,
    n_files: usize,
    resident_mib: f64,
}

/// Usage once the threads of closed windows are gone.
fn settled_usage() -> Usage {
    let mut usage = usage();
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(20));
        let now = self::usage();
        if now.n_threads == usage.n_threads && now.n_files == usage.n_files {
            // Twice the same is settled enough once a fifth of a second has passed.
            std::thread::sleep(Duration::from_millis(200));
            return self::usage();
        }
        usage = now;
    }
    usage
}

fn usage() -> Usage {
    let count = |folder: &str| fs::read_dir(folder).map_or(0, Iterator::count);
    let pages: f64 = fs::read_to_string("/proc/self/statm")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0.0);
    Usage {
        n_threads: count("/proc/self/task"),
        n_files: count("/proc/self/fd"),
        resident_mib: pages * 4096.0 / 1_048_576.0,
    }
}
