//! The window: the panel on eframe, drawn when there is something new.

mod screenshot;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use analysis::TempoRange;
use eframe::{CreationContext, Frame, NativeOptions};
use egui::{ViewportBuilder, ViewportCommand};
use fonts::SystemFonts;
use gui::{
    Action, DemoView, DevicesView, FoundView, Notice, NoticeKind, Panel, PanelInput, SettingsView,
};
use live::{Control, NameSearch, SnapshotReader, WorkerThread};

use crate::engine::{Engine, Word};
use crate::level_memory::{LevelMemory, Memory};
use crate::options::Options;
use crate::references::ReferenceShelf;
use crate::setup::{self, Parts};
use crate::towards::Towards;
use crate::words::notice_line;
use screenshot::Screenshot;

/// The window's size at first and at least, in points.
const SIZE: [f32; 2] = [1_080.0, 720.0];
const MIN_SIZE: [f32; 2] = [480.0, 360.0];

/// When a screenshot is taken if nothing is said.
const SCREENSHOT_AFTER: Duration = Duration::from_secs(20);

/// How long it is said that something went wrong that is over: drawing failed, a choice was not kept.
const SAID_FOR: Duration = Duration::from_secs(10);

/// How a run with a window ended.
pub(crate) enum Outcome {
    /// The window was open and is closed.
    Closed,
    /// The window could not be opened; nothing has begun yet.
    NoWindow { reason: String, parts: Box<Parts> },
    /// It went wrong later.
    Failed(String),
}

/// Opens the window and runs until it is closed.
pub(crate) fn run(options: &Options, parts: Parts) -> Outcome {
    let native = NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Jamboree")
            .with_app_id("jamboree")
            .with_inner_size(SIZE)
            .with_min_inner_size(MIN_SIZE),
        ..NativeOptions::default()
    };
    let mut parts = Some(parts);
    let mut failure = None;
    let result = eframe::run_native(
        "Jamboree",
        native,
        Box::new(|context| {
            let parts = parts.take().ok_or("the window was created twice")?;
            Ok(Box::new(Window::new(options, parts, context, &mut failure)?))
        }),
    );
    match (result, parts, failure) {
        (Err(error), Some(parts), _) => {
            Outcome::NoWindow { reason: reason(&error), parts: Box::new(parts) }
        }
        (Err(error), None, _) => Outcome::Failed(reason(&error)),
        (Ok(()), _, Some(failure)) => Outcome::Failed(failure),
        (Ok(()), _, None) => Outcome::Closed,
    }
}

/// Why there is no window, without the source locations that winit puts into its messages.
fn reason(error: &eframe::Error) -> String {
    match error {
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
            "the display does not answer".to_owned()
        }
        eframe::Error::Glutin(_)
        | eframe::Error::NoGlutinConfigs(..)
        | eframe::Error::OpenGL(_) => format!("OpenGL can't be used: {error}"),
        eframe::Error::AppCreation(error) => error.to_string(),
    }
}

/// The app that eframe calls.
struct Window<'a> {
    engine: Engine,
    worker: Option<WorkerThread>,
    snapshots: SnapshotReader,
    control: Control,
    panel: Panel,
    settings: SettingsView,
    shelf: ReferenceShelf,
    names: NameSearch,
    fonts: SystemFonts,
    towards: Towards,
    levels: LevelMemory,
    /// Why the tempo chosen could not be kept.
    level_not_kept: Option<(Word, Instant)>,
    /// Until when it is said that drawing failed, in place of what the engine says.
    panel_failed_until: Option<Instant>,
    /// What was printed to stderr last.
    told: Option<Word>,
    close_at: Option<Instant>,
    screenshot: Option<Screenshot>,
    /// Where a failure is left for when the window is closed.
    failure: &'a mut Option<String>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl<'a> Window<'a> {
    fn new(
        options: &Options,
        parts: Parts,
        context: &CreationContext<'_>,
        failure: &'a mut Option<String>,
    ) -> std::io::Result<Self> {
        let Parts { tap, worker, snapshots, control, devices } = parts;
        let ctx = context.egui_ctx.clone();
        gui::install_fonts(&ctx);
        let published = ctx.clone();
        let worker = WorkerThread::start(worker, Box::new(move || published.request_repaint()))?;
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || ctx.request_repaint());
        let fonts = SystemFonts::new(Arc::clone(&wake));
        fonts.lend_to(&context.egui_ctx);
        let (input, output) = (options.input.clone(), options.output.clone());
        let mut engine = Engine::new(devices, tap, input, output, Arc::clone(&wake));
        engine.start(setup::wanted(options));
        let mut shelf = ReferenceShelf::default();
        let mut levels = LevelMemory::new(Arc::clone(&wake));
        let mut towards = Towards::new(options.target.as_deref(), &control);
        if let Some(path) = &options.library {
            shelf.open(path, towards.wanted(), &control, Arc::clone(&wake));
            levels.open(path, engine.file());
        } else if let Some(error) = towards.without_library() {
            eprintln!("jam: --target: {error}");
        }
        let language = options.panel_language();
        let settings = SettingsView {
            reference_a4: options.reference_a4,
            language,
            notation: options.notation,
            key_code: options.key_code,
            ..SettingsView::default()
        };
        let now = Instant::now();
        let screenshot = options.screenshot.as_ref().map(|path| {
            Screenshot::new(path.clone(), now + options.seconds.unwrap_or(SCREENSHOT_AFTER))
        });
        let close_at = options.seconds.filter(|_| screenshot.is_none()).map(|limit| now + limit);
        Ok(Self {
            engine,
            worker: Some(worker),
            snapshots,
            control,
            panel: Panel::new(language),
            settings,
            shelf,
            names: NameSearch::new(Arc::clone(&wake)),
            fonts,
            towards,
            levels,
            level_not_kept: None,
            panel_failed_until: None,
            told: None,
            close_at,
            screenshot,
            failure,
            wake,
        })
    }

    fn carry_out(&mut self, action: Action) {
        match action {
            Action::Hold(held) => {
                self.settings.held = held;
                self.control.set_held(held);
            }
            Action::Reset => self.control.reset(),
            Action::SetReferenceA4(a4) => {
                self.settings.reference_a4 = a4;
                self.control.set_reference_a4(a4);
            }
            Action::SetTempoRange(range) => self.set_tempo_range(range),
            Action::ChooseLevel { bpm, range } => {
                self.set_tempo_range(range);
                self.level_not_kept = None;
                // What is chosen while the demo or an input sounds says nothing of the file.
                self.levels.keep(self.engine.file(), bpm);
            }
            Action::SetLanguage(language) => self.settings.language = language,
            Action::SetNotation(notation) => self.settings.notation = Some(notation),
            Action::SetKeyCode(code) => self.settings.key_code = code,
            Action::OpenLibrary(path) => {
                let wanted = self.towards.wanted();
                self.shelf.open(&path, wanted, &self.control, Arc::clone(&self.wake));
                self.levels.open(&path, self.engine.file());
            }
            Action::CloseLibrary => {
                self.shelf.close(&self.control);
                self.levels.close();
            }
            Action::FindReferences(name) => {
                if let Some(references) = self.shelf.references() {
                    self.names.ask(references, name);
                }
            }
            Action::Pin(target) => {
                let references = self.shelf.references().map(Arc::as_ref);
                self.towards.pin(target, references, &self.control);
            }
            Action::Unpin => self.towards.let_go(&self.control),
            Action::PlayDemo => self.engine.play_demo(),
            Action::StopDemo => self.engine.stop_demo(),
            Action::SelectInput(name) => self.engine.select_input(name),
            Action::SelectOutput(name) => self.engine.select_output(name),
        }
    }

    fn set_tempo_range(&mut self, range: TempoRange) {
        self.settings.tempo_range = range;
        self.control.set_tempo_range(range);
    }

    /// Counts the file as the user did the last time; what was chosen since goes first.
    fn remember(&mut self, now: Instant) {
        match self.levels.poll() {
            Some(Memory::Recalled(bpm))
                if self.engine.file().is_some()
                    && self.settings.tempo_range == TempoRange::default() =>
            {
                if let Some(range) = gui::range_around(bpm) {
                    self.set_tempo_range(range);
                }
            }
            Some(Memory::NotKept(detail)) => {
                let word = level_not_kept(detail);
                self.level_not_kept = Some((word, now + SAID_FOR));
            }
            Some(Memory::Recalled(_)) | None => {}
        }
    }

    /// Says on stderr what the panel says of sound, once.
    fn tell(&mut self) {
        let word = self.engine.word();
        if word != self.told {
            if let Some(word) = &word {
                eprintln!("jam: {}", notice_line(word));
            }
            self.told = word;
        }
    }
}

impl eframe::App for Window<'_> {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut Frame) {
        let now = Instant::now();
        if let Some(at) = self.engine.poll(now) {
            ctx.request_repaint_after(at.saturating_duration_since(now));
        }
        if let Some(error) = self.shelf.poll(&self.control) {
            eprintln!("jam: the library can't be used: {error}");
        }
        if let Some(found) = self.shelf.take_called()
            && let Some(error) = self.towards.found(found, &self.control)
        {
            eprintln!("jam: --target: {error}");
        }
        self.names.poll(self.shelf.references());
        self.remember(now);
        if let Some((_, until)) = &self.level_not_kept {
            ctx.request_repaint_after(until.saturating_duration_since(now));
        }
        self.level_not_kept.take_if(|(_, until)| *until <= now);
        self.tell();
        if let Some(screenshot) = &mut self.screenshot {
            match screenshot.poll(ctx, now) {
                None => {}
                Some(Ok(())) => ctx.send_viewport_cmd(ViewportCommand::Close),
                Some(Err(error)) => {
                    *self.failure = Some(error);
                    ctx.send_viewport_cmd(ViewportCommand::Close);
                }
            }
        }
        match self.close_at {
            Some(at) if at <= now => ctx.send_viewport_cmd(ViewportCommand::Close),
            Some(at) => ctx.request_repaint_after(at - now),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut Frame) {
        let now = Instant::now();
        let word = match self.panel_failed_until {
            Some(_) => Some(Word { kind: NoticeKind::PanelFailed, detail: String::new() }),
            None => match &self.level_not_kept {
                Some((word, _)) => Some(word.clone()),
                None => self.engine.word(),
            },
        };
        let devices = self.engine.device_names();
        let shelf = &self.shelf;
        let input = PanelInput {
            snapshot: self.snapshots.read(),
            reference_name: &|track| shelf.name(track),
            scenes: shelf.scenes(),
            library: shelf.view(),
            found: FoundView {
                asked: self.names.asked(),
                is_searching: self.names.is_searching(),
                references: self.names.found(),
                has_more: self.names.has_more(),
                problem: self.names.problem(),
            },
            pinned: self.towards.view(),
            settings: self.settings,
            notice: word.as_ref().map(|word| Notice { kind: word.kind, detail: &word.detail }),
            demo: if self.engine.is_playing_demo() {
                DemoView::Playing
            } else {
                DemoView::Available
            },
            devices: Some(DevicesView {
                inputs: &devices.inputs,
                input: devices.input.as_deref(),
                outputs: &devices.outputs,
                output: devices.output.as_deref(),
            }),
        };
        // A drawing mistake must not end the session: listening goes on, the panel starts afresh.
        let panel = &mut self.panel;
        match catch_unwind(AssertUnwindSafe(|| panel.ui(ui, &input))) {
            Ok(actions) => {
                self.fonts.poll(ui.ctx());
                if !actions.is_empty() {
                    ui.ctx().request_repaint();
                }
                if let Some(until) = self.panel_failed_until {
                    // Only after a good frame, which has shown it.
                    self.panel_failed_until = Some(until).filter(|until| now < *until);
                    ui.ctx().request_repaint_after(until.saturating_duration_since(now));
                }
                for action in actions {
                    self.carry_out(action);
                }
            }
            Err(_) => {
                self.panel = Panel::new(self.settings.language);
                self.fonts.take_back(ui.ctx());
                self.panel_failed_until = Some(now + SAID_FOR);
                ui.ctx().request_repaint();
            }
        }
    }

    fn raw_input_hook(&mut self, _ctx: &egui::Context, input: &mut egui::RawInput) {
        // A picture shows the panel, not what the pointer happens to hover over.
        if self.screenshot.is_some() {
            input.events.retain(|event| !matches!(event, egui::Event::PointerMoved(_)));
        }
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        drop(self.worker.take());
        // What was chosen last is kept before the window goes.
        self.levels.finish();
        while let Some(memory) = self.levels.poll() {
            if let Memory::NotKept(detail) = memory {
                level_not_kept(detail);
            }
        }
    }
}

/// Says on stderr that a choice could not be kept; returns what it says.
fn level_not_kept(detail: String) -> Word {
    let word = Word { kind: NoticeKind::LevelNotKept, detail };
    eprintln!("jam: {}", notice_line(&word));
    word
}
