//! [`Listener`]: the live analyzer with what can go wrong around it: rates that change or make no
//! sense, samples that are no numbers, failures.

use advice::WorkerState;
use analysis::{AnalysisConfig, Hearing, LiveAnalyzer, NoteEvent};

use crate::control::Settings;

/// How often a failed analysis is started afresh before it is left alone.
const MAX_RESTARTS: u32 = 3;

/// Seconds of sound without a failure after which a restarted analysis counts as running again.
const PROBATION_S: f64 = 5.0;

/// Seconds of sound without a failure after which the restarts are forgotten.
const FORGIVEN_S: f64 = 60.0;

/// Samples below this are silence (-600 dBFS): arithmetic on denormal numbers is many times slower
/// and decaying reverbs end in them.
const FLOOR: f32 = 1e-30;

/// Samples are limited to this (+80 dBFS): their squares must stay finite.
const CEILING: f32 = 1e4;

/// Hears a stream at whatever rate it arrives.
#[derive(Debug)]
pub(super) struct Listener {
    /// `None` before the first sound, at an unusable rate, and after giving up.
    analyzer: Option<LiveAnalyzer>,
    hears_style: bool,
    sample_rate: u32,
    state: WorkerState,
    n_restarts: u32,
    /// Samples heard since the last failure.
    n_since_failure: u64,
    /// Makes that many pushes panic.
    #[cfg(test)]
    pub(super) n_sabotaged: u32,
}

impl Listener {
    pub(super) fn new() -> Self {
        Self {
            analyzer: None,
            hears_style: false,
            sample_rate: 0,
            state: WorkerState::Running,
            n_restarts: 0,
            n_since_failure: 0,
            #[cfg(test)]
            n_sabotaged: 0,
        }
    }

    /// The rate of the stream in hertz; 0 before there is one.
    pub(super) fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// How it goes.
    pub(super) fn state(&self) -> WorkerState {
        self.state
    }

    /// Whether the model that hears style is in use.
    pub(super) fn hears_style(&self) -> bool {
        self.hears_style
    }

    /// The analyzer, where there is one.
    pub(super) fn analyzer(&self) -> Option<&LiveAnalyzer> {
        self.analyzer.as_ref()
    }

    /// What is to be shown as heard; `None` where that is still what was shown before.
    pub(super) fn hearing(&self) -> Option<&Hearing> {
        match self.state {
            WorkerState::Failed => None,
            _ => self.analyzer.as_ref().map(LiveAnalyzer::hearing),
        }
    }

    /// Starts anew at another rate; nothing heard is kept.
    pub(super) fn set_rate(&mut self, sample_rate: u32, settings: &Settings) {
        self.sample_rate = sample_rate;
        self.n_restarts = 0;
        self.build(settings);
    }

    /// Applies settings; those that can't be used change nothing.
    pub(super) fn configure(&mut self, settings: &Settings) {
        let config = self.config(settings);
        if let Some(analyzer) = &mut self.analyzer {
            // The analyzer keeps its old configuration where it refuses the new one.
            let _ = analyzer.configure(&config);
        }
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self, settings: &Settings) {
        self.n_restarts = 0;
        match &mut self.analyzer {
            Some(analyzer) => {
                analyzer.reset();
                self.state = WorkerState::Running;
            }
            // Given up, or an unusable rate: worth another try.
            None if self.sample_rate != 0 => self.build(settings),
            None => {}
        }
    }

    /// Hears that samples were lost.
    pub(super) fn skip(&mut self, n_samples: u64) {
        if let Some(analyzer) = &mut self.analyzer {
            analyzer.skip(n_samples);
        }
    }

    /// Hears a note.
    pub(super) fn note(&mut self, event: NoteEvent) {
        if let Some(analyzer) = &mut self.analyzer {
            analyzer.note(event);
        }
    }

    /// Hears samples; cleans them first.
    pub(super) fn push(&mut self, left: &mut [f32], right: &mut [f32]) {
        let Some(analyzer) = &mut self.analyzer else { return };
        #[cfg(test)]
        if self.n_sabotaged > 0 {
            self.n_sabotaged -= 1;
            panic!("sabotaged");
        }
        for sample in left.iter_mut().chain(right.iter_mut()) {
            *sample = clean(*sample);
        }
        analyzer.push(left, right);
        self.n_since_failure = self.n_since_failure.saturating_add(left.len() as u64);
        let since_failure_s = self.n_since_failure as f64 / f64::from(self.sample_rate);
        if self.state == WorkerState::Failed && since_failure_s >= PROBATION_S {
            self.state = WorkerState::Running;
        }
        if self.n_restarts > 0 && since_failure_s >= FORGIVEN_S {
            self.n_restarts = 0;
        }
    }

    /// Starts afresh after a failure, or gives up after too many.
    pub(super) fn recover(&mut self, settings: &Settings) {
        self.n_restarts = self.n_restarts.saturating_add(1);
        self.n_since_failure = 0;
        // Before the rebuild, which may fail in the same way.
        self.analyzer = None;
        if self.n_restarts <= MAX_RESTARTS && self.sample_rate != 0 {
            self.build(settings);
        }
        self.state = WorkerState::Failed;
    }

    /// Leaves the analysis alone until there is a reset or another rate.
    pub(super) fn give_up(&mut self) {
        self.analyzer = None;
        self.state = WorkerState::Failed;
    }

    fn build(&mut self, settings: &Settings) {
        self.n_since_failure = 0;
        // Settings that can't be used must not keep a usable stream from being heard.
        let built = LiveAnalyzer::new(&self.config(settings))
            .or_else(|_| LiveAnalyzer::new(&AnalysisConfig::at_rate(self.sample_rate)));
        self.state = match built {
            Ok(_) => WorkerState::Running,
            Err(_) => WorkerState::UnusableRate,
        };
        // What is wrong with a model is said where it is installed; everything works without.
        let model = library::style_model().ok().flatten().filter(|_| settings.learned);
        self.hears_style = model.is_some() && built.is_ok();
        self.analyzer = built.ok().map(|analyzer| match model {
            Some(model) => analyzer.with_style(model),
            None => analyzer,
        });
    }

    fn config(&self, settings: &Settings) -> AnalysisConfig {
        AnalysisConfig {
            reference_a4: settings.reference_a4,
            tempo_range: settings.tempo_range,
            learned: settings.learned,
            ..AnalysisConfig::at_rate(self.sample_rate)
        }
    }
}

/// What is no number, or too small to hear, is silence; what is far too loud is limited.
fn clean(sample: f32) -> f32 {
    if sample.abs() >= FLOOR { sample.clamp(-CEILING, CEILING) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_is_no_sound_is_silence() {
        for sample in [f32::NAN, -f32::NAN, 0.0, -0.0, 1e-39, -1e-31, f32::MIN_POSITIVE] {
            assert_eq!(clean(sample), 0.0);
        }
        assert_eq!(clean(f32::INFINITY), 1e4);
        assert_eq!(clean(f32::NEG_INFINITY), -1e4);
        assert_eq!(clean(-0.25), -0.25);
    }
}
