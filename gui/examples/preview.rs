//! Shows the panel with sample data, to look at it without a host, a sound card or music.
//!
//! ```text
//! cargo run -p gui --example preview -- [--state NAME] [--language en|zh-Hans] [--size 1100x720]
//!                                       [--notation NAME] [--key-code NAME] [--settings]
//!                                       [--find NAME]
//!                                       [--screenshot FILE.ppm]
//! ```
//! Notations: english, german, solfege, numbered. Codes: camelot, open-key.
//! States: sounding, waiting, listening, silent, held, failed, sparse, move, towards, towards-scene,
//! towards-unheard, towards-early, towards-missing. With `--screenshot` the window is
//! photographed once and closed. What it shows is made up here and nowhere else.

use std::io::Write as _;
use std::path::PathBuf;

use gui::{Action, KeyCode, Language, Notation, Panel, SettingsView};

#[path = "preview/sample.rs"]
#[allow(unreachable_pub, reason = "the tests use it too")]
mod sample;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| {
        let idx = args.iter().position(|arg| arg == name)?;
        args.get(idx + 1).cloned()
    };
    let size = option("--size").unwrap_or_else(|| "1100x720".to_owned());
    let (width, height) = size.split_once('x').ok_or("--size is WIDTHxHEIGHT")?;
    let size = egui::vec2(width.parse()?, height.parse()?);
    let language =
        option("--language").and_then(|tag| Language::from_tag(&tag)).unwrap_or_default();
    let notation = option("--notation").and_then(|tag| Notation::from_tag(&tag));
    let key_code = option("--key-code").and_then(|tag| KeyCode::from_tag(&tag));
    let state = option("--state").unwrap_or_else(|| "sounding".to_owned());
    let screenshot = option("--screenshot").map(PathBuf::from);
    let finds = option("--find");
    let opens_settings = args.iter().any(|arg| arg == "--settings");

    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default().with_inner_size(size).with_decorations(false),
        ..Default::default()
    };
    eframe::run_native(
        "Jamboree: panel with sample data",
        options,
        Box::new(move |cc| {
            gui::install_fonts(&cc.egui_ctx);
            let sample = sample::Sample::of(&state, language);
            Ok(Box::new(Preview {
                panel: Panel::new(language),
                settings: SettingsView {
                    notation,
                    key_code: key_code.unwrap_or_default(),
                    ..sample.settings
                },
                sample,
                screenshot,
                opens_settings,
                finds,
                n_frames: 0,
            }))
        }),
    )?;
    Ok(())
}

struct Preview {
    panel: Panel,
    sample: sample::Sample,
    settings: SettingsView,
    screenshot: Option<PathBuf>,
    opens_settings: bool,
    finds: Option<String>,
    n_frames: u32,
}

impl eframe::App for Preview {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.n_frames += 1;
        if self.n_frames == 4
            && let Some(name) = self.finds.take()
        {
            ui.input_mut(|input| input.events.push(egui::Event::Text(name)));
        }
        if self.n_frames == 2 && (self.opens_settings || self.finds.is_some()) {
            let key = if self.finds.is_some() { egui::Key::F } else { egui::Key::S };
            ui.input_mut(|input| {
                input.events.push(egui::Event::Key {
                    key,
                    physical_key: None,
                    pressed: true,
                    repeat: false,
                    modifiers: egui::Modifiers::NONE,
                });
            });
        }
        let actions = self.sample.with_input(self.settings, |input| self.panel.ui(ui, input));
        for action in actions {
            match action {
                Action::Hold(held) => self.settings.held = held,
                Action::SetReferenceA4(hz) => self.settings.reference_a4 = hz,
                Action::SetTempoRange(range) | Action::ChooseLevel { range, .. } => {
                    self.settings.tempo_range = range;
                }
                Action::SetLanguage(language) => self.settings.language = language,
                Action::SetNotation(notation) => self.settings.notation = Some(notation),
                Action::SetKeyCode(code) => self.settings.key_code = code,
                Action::FindReferences(name) => self.sample.asked = name,
                other => eprintln!("{other:?}"),
            }
        }
        let Some(path) = self.screenshot.clone() else { return };
        let ctx = ui.ctx().clone();
        if self.n_frames == 8 {
            let window = ctx.clone();
            ctx.request_screenshot(move |image| {
                if let Err(error) = write_ppm(&path, &image) {
                    eprintln!("{}: {error}", path.display());
                }
                window.send_viewport_cmd(egui::ViewportCommand::Close);
            });
        }
        ctx.request_repaint();
    }
}

/// Portable pixmap: needs no library, and every image viewer and converter reads it.
fn write_ppm(path: &std::path::Path, image: &egui::ColorImage) -> std::io::Result<()> {
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    write!(file, "P6\n{} {}\n255\n", image.width(), image.height())?;
    for pixel in &image.pixels {
        file.write_all(&[pixel.r(), pixel.g(), pixel.b()])?;
    }
    file.flush()
}
