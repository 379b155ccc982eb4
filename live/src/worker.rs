//! [`Worker`]: the analysis end of the live path. Takes what the tap queued, hears it, asks for
//! advice, and publishes snapshots.

mod adviser;
mod hold;
mod listener;
mod publisher;
mod ranking;
#[cfg(test)]
mod tests;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use advice::{AgainstHost, Aimed, Snapshot, TapTempo, WorkerState};
use analysis::{Fingerprint, Hearing, NoteEvent};
use crossbeam::queue::ArrayQueue;
use triple_buffer::Input;

use crate::block::{Block, Message, QUEUE_CAPACITY, Seam};
use crate::control::{Control, Settings};
use adviser::Adviser;
use hold::Hold;
use listener::Listener;
use publisher::Publisher;

/// Owns the analysis. It has no clock of its own: everything that happens "every second" happens
/// in stream time, so the same pushes and steps give the same snapshots every time.
pub struct Worker {
    queue: Arc<ArrayQueue<Message>>,
    control: Control,
    /// As read at the last wake.
    settings: Settings,
    listener: Listener,
    adviser: Adviser,
    hold: Hold,
    /// Taps on a MIDI key, in seconds of stream.
    taps: TapTempo,
    /// What would be shown now.
    snapshot: Snapshot,
    publisher: Publisher,
    stopped: bool,
}

impl Worker {
    pub(crate) fn new(
        queue: Arc<ArrayQueue<Message>>,
        control: Control,
        output: Input<Snapshot>,
    ) -> Self {
        Self {
            queue,
            settings: control.settings(),
            control,
            listener: Listener::new(),
            adviser: Adviser::new(),
            hold: Hold::default(),
            taps: TapTempo::default(),
            snapshot: Snapshot::default(),
            publisher: Publisher::new(output),
            stopped: false,
        }
    }

    /// Takes what the tap has queued (at most a full queue), analyses it, and publishes a snapshot
    /// where something shown changed. True if one was published. Allocates; never panics: a
    /// failure of the analysis is contained and shown.
    pub fn step(&mut self) -> bool {
        self.contained(Self::read_settings);
        let mut n_messages = 0;
        while n_messages < QUEUE_CAPACITY
            && let Some(message) = self.queue.pop()
        {
            n_messages += 1;
            self.contained(|worker| worker.take(message));
        }
        self.compose();
        self.publisher.offer(&self.snapshot, n_messages > 0)
    }

    /// What is shown now, published or not.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// What is heard now, as it is shown: held values stay.
    pub fn hearing(&self) -> &Hearing {
        &self.snapshot.hearing
    }

    /// What references are ranked by now: what the last minute or so sounds like.
    pub fn fingerprint(&self) -> Option<&Fingerprint> {
        self.adviser.fingerprint()
    }

    /// Says that the worker runs again. True if that had to be published.
    pub(crate) fn resume(&mut self) -> bool {
        self.stopped = false;
        self.compose();
        self.publisher.offer(&self.snapshot, true)
    }

    /// Says that the worker is stopped, and publishes all there is.
    pub(crate) fn suspend(&mut self) {
        self.stopped = true;
        self.compose();
        self.publisher.publish(&self.snapshot);
    }

    /// Does `work`; where it panics, starts the analysis afresh.
    fn contained(&mut self, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_ok() {
            return;
        }
        // Building the analysis anew may fail as well: then there is none.
        if catch_unwind(AssertUnwindSafe(|| self.listener.recover(&self.settings))).is_err() {
            self.listener.give_up();
        }
        self.taps.clear();
        self.adviser.reset();
    }

    fn read_settings(&mut self) {
        let before = std::mem::replace(&mut self.settings, self.control.settings());
        if let Some(change) = self.control.take_library() {
            // First, and without the adviser: no reference of the old library may be shown under a
            // name of the new one, whatever fails below.
            self.hold.clear_references();
            self.snapshot.references.clear();
            self.snapshot.library = change.number;
            self.hold.clear_gap();
            self.snapshot.aimed = Aimed::Nowhere;
            self.snapshot.gap = None;
            self.adviser.use_library(change.references);
            self.suggest();
        }
        if let Some(pin) = self.control.take_target() {
            self.hold.clear_gap();
            self.adviser.aim_at(pin);
            self.suggest();
        }
        if self.settings.n_resets != before.n_resets {
            self.forget();
        }
        self.hold.set(self.settings.held);
        if self.settings.reference_a4 != before.reference_a4
            || self.settings.tempo_range != before.tempo_range
        {
            self.listener.configure(&self.settings);
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Audio(block) => self.hear(block),
            Message::Note(event) => self.take_note(event),
        }
    }

    /// A note is music, unless it taps the tempo.
    fn take_note(&mut self, event: NoteEvent) {
        let tap_note = self.settings.tap_note;
        match event {
            NoteEvent::On(note) if Some(note) == tap_note => {
                self.taps.tap(self.listener.analyzer().map_or(0.0, |now| now.hearing().at.0));
            }
            _ => self.listener.note(event),
        }
    }

    fn hear(&mut self, mut block: Block) {
        if block.lost_total > self.snapshot.lost_samples {
            self.snapshot.lost_samples = block.lost_total;
            self.snapshot.n_gaps = self.snapshot.n_gaps.saturating_add(1);
        }
        let transport = block.transport;
        self.snapshot.host_bpm = transport
            .bpm
            .filter(|bpm| transport.playing && (1.0..=1000.0).contains(bpm))
            .map(|bpm| bpm as f32);
        if block.sample_rate != self.listener.sample_rate() {
            if self.listener.sample_rate() != 0 {
                self.taps.clear();
            }
            self.listener.set_rate(block.sample_rate, &self.settings);
            self.adviser.reset();
        } else {
            match block.seam {
                Seam::Continuous => {}
                Seam::Gap { missed } => self.listener.skip(missed),
                Seam::Reset => self.start_anew(),
                Seam::Forget => {}
            }
        }
        if block.seam == Seam::Forget {
            self.forget();
        }
        let (left, right) = block.channels_mut();
        let n_samples = left.len() as u64;
        self.listener.push(left, right);
        if let Some(analyzer) = self.listener.analyzer() {
            self.adviser.attend(analyzer, &self.hold, n_samples, block.sample_rate);
        }
        self.publisher.pass(n_samples, block.sample_rate);
    }

    /// Says what to try by what was heard last, whether the stream runs or not.
    fn suggest(&mut self) {
        if let Some(analyzer) = self.listener.analyzer() {
            self.adviser.suggest(analyzer.hearing(), &self.hold);
        }
    }

    /// The user starts over: nothing is kept.
    fn forget(&mut self) {
        self.start_anew();
        self.hold.clear();
        self.snapshot.n_resets = self.snapshot.n_resets.wrapping_add(1);
    }

    /// Another stream begins; what the user holds stays.
    fn start_anew(&mut self) {
        self.taps.clear();
        self.listener.reset(&self.settings);
        self.adviser.reset();
    }

    /// Puts together what is shown.
    fn compose(&mut self) {
        // Before the first sound as well: a panel shows what is pinned at once.
        self.snapshot.aimed = self.adviser.aimed();
        if let Some(hearing) = self.listener.hearing() {
            self.snapshot.hearing = *hearing;
            self.taps.forget_old(hearing.at.0);
            self.adviser.fill(&mut self.snapshot);
            let host_bpm = self.snapshot.host_bpm;
            self.snapshot.against_host =
                host_bpm.and_then(|host_bpm| AgainstHost::of(hearing, host_bpm));
        } else {
            self.snapshot.against_host = None;
        }
        self.snapshot.tapped = self.taps.tapped();
        self.hold.apply(&mut self.snapshot);
        self.snapshot.held = self.settings.held;
        self.snapshot.hears_style = self.listener.hears_style();
        self.snapshot.worker =
            if self.stopped { WorkerState::Stopped } else { self.listener.state() };
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("settings", &self.settings)
            .field("state", &self.snapshot.worker)
            .field("at", &self.snapshot.hearing.at)
            .finish_non_exhaustive()
    }
}
