//! Jamboree in a host: CLAP and VST3.
//!
//! An effect that hears and never touches: audio out is audio in, bit by bit, without latency. One
//! instance owns a live path ([`live::session`]): the [`Tap`] on the host's audio
//! thread, a worker thread while it is active, the panel in the editor. Only this crate knows
//! hosts.
//!
//! - `params`: what the host may set; `state`: what a project remembers.
//! - `process`: the audio thread. `listening`: the worker's life between activate and deactivate.
//! - `editor`: the window. `library_choice`: the reference library and the thread that reads it.
//!   `target_choice`: what is written towards.
//! - `contain`: a panic stays inside; the host goes on.

mod contain;
mod editor;
mod heard;
mod library_choice;
mod listening;
mod params;
mod process;
mod repaint;
mod state;
mod target_choice;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use live::{Control, Tap};
use nice_plug::prelude::*;

pub use editor::{EditorApp, JamboreeEditor, JamboreeEditorHandle};
pub use heard::Heard;
pub use library_choice::{LibraryChoice, LibraryStatus};
pub use params::JamboreeParams;
pub use repaint::Repaint;
pub use state::{EditorSize, LastHeard, Persisted, SCHEMA, Schema, StateHealth};
pub use target_choice::TargetChoice;

use contain::{PanicProbe, contain};
use listening::Listening;

/// One instance of the plugin.
pub struct Jamboree {
    params: Arc<JamboreeParams>,
    tap: Tap,
    control: Control,
    listening: Listening,
    repaint: Repaint,
    /// Whether a panic was caught on the audio thread: from then on it only passes sound.
    failed: Arc<AtomicBool>,
    sample_rate: u32,
    offline: bool,
    /// Whether the reset parameter was on at the last look: it acts when it goes on.
    reset_was_on: bool,
    /// Whether the last buffer was bypassed.
    was_bypassed: bool,
    probes: Probes,
}

/// Test hooks, see [`PanicProbe`].
struct Probes {
    activate: PanicProbe,
    reset: PanicProbe,
    process: PanicProbe,
}

impl Default for Jamboree {
    fn default() -> Self {
        let session = live::session();
        let repaint = Repaint::default();
        let library = LibraryChoice::new(session.control.clone(), repaint.clone());
        Self {
            params: Arc::new(JamboreeParams::new(
                Heard::new(session.snapshots),
                library,
                TargetChoice::new(session.control.clone()),
            )),
            tap: session.tap,
            control: session.control,
            listening: Listening::new(session.worker),
            repaint,
            failed: Arc::new(AtomicBool::new(false)),
            sample_rate: 0,
            offline: false,
            reset_was_on: false,
            was_bypassed: false,
            probes: Probes {
                activate: PanicProbe::from_env("activate"),
                reset: PanicProbe::from_env("reset"),
                process: PanicProbe::from_env("process"),
            },
        }
    }
}

impl Jamboree {
    /// Stops listening for good; sound goes on passing. Only after a panic, which has allocated and
    /// locked already.
    fn fail(&self) {
        self.failed.store(true, Ordering::Relaxed);
        self.repaint.request();
    }
}

impl Plugin for Jamboree {
    const NAME: &'static str = "Jamboree";
    const VENDOR: &'static str = "Jamboree contributors";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        AudioIOLayout {
            main_input_channels: NonZeroU32::new(2),
            main_output_channels: NonZeroU32::new(2),
            ..AudioIOLayout::const_default()
        },
        AudioIOLayout {
            main_input_channels: NonZeroU32::new(1),
            main_output_channels: NonZeroU32::new(1),
            ..AudioIOLayout::const_default()
        },
    ];

    // Basic, not MidiCCs: the latter adds 2,080 parameters to the VST3.
    const MIDI_INPUT: MidiConfig = MidiConfig::Basic;

    type Editor = JamboreeEditor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        Arc::clone(&self.params) as Arc<dyn Params>
    }

    fn editor(&mut self, _async_executor: AsyncExecutor<Self>) -> Option<JamboreeEditor> {
        contain(|| {
            let app = EditorApp::new(
                Arc::clone(&self.params),
                self.control.clone(),
                Arc::clone(&self.failed),
                self.repaint.clone(),
            );
            JamboreeEditor::new(app, Arc::clone(&self.params), self.repaint.clone())
        })
    }

    fn filter_state(state: &mut PluginState) {
        // A state is someone else's data. Where repairing it fails it is loaded as it is: every
        // part of it is checked once more when it is used.
        let _ = contain(|| state::repair(state));
    }

    fn activate(
        &mut self,
        _audio_io_layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.sample_rate = buffer_config.sample_rate.round() as u32;
        self.offline = buffer_config.process_mode == ProcessMode::Offline;
        let (listening, probe) = (&mut self.listening, &self.probes.activate);
        let (params, repaint) = (&self.params, &self.repaint);
        let started = contain(|| {
            probe.check();
            listening.start(params.heard.clone(), repaint.clone())
        });
        if started != Some(true) {
            self.fail();
        }
        // Without analysis there is still sound to pass.
        true
    }

    /// The host's reset: it stops or jumps, so the analysis begins anew. What the user holds and what
    /// was last heard stay, unlike with the user's own reset: hosts do this at every stop.
    fn reset(&mut self) {
        let (tap, probe) = (&mut self.tap, &self.probes.reset);
        let reset = contain(|| {
            probe.check();
            tap.reset();
        });
        if reset.is_none() {
            self.fail();
        }
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        // The wrapper has copied the input to the output; nothing below writes to it.
        if !self.failed.load(Ordering::Relaxed)
            && contain(|| self.listen(buffer, context)).is_none()
        {
            self.fail();
        }
        ProcessStatus::Normal
    }

    fn deactivate(&mut self) {
        let (listening, heard) = (&mut self.listening, &self.params.heard);
        let stopped = contain(|| {
            listening.stop();
            heard.keep();
        });
        if stopped.is_none() {
            self.fail();
        }
    }
}

impl ClapPlugin for Jamboree {
    const CLAP_ID: &'static str = "org.jamboree.jamboree";
    const CLAP_DESCRIPTION: Option<&'static str> = Some(
        "Hears key, tempo, beats and chords, finds what it is close to, suggests what is next",
    );
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[
        ClapFeature::AudioEffect,
        ClapFeature::Analyzer,
        ClapFeature::Utility,
        ClapFeature::Stereo,
        ClapFeature::Mono,
    ];
}

impl Vst3Plugin for Jamboree {
    const VST3_CLASS_ID: [u8; 16] = *b"JamboreeListener";
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] =
        &[Vst3SubCategory::Fx, Vst3SubCategory::Analyzer, Vst3SubCategory::Tools];
}

nice_export_clap!(Jamboree);
nice_export_vst3!(Jamboree);
