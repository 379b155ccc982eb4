//! The audio thread: hands sound, notes and settings on, and is done.
//!
//! Everything here is realtime-safe: no allocation, lock, log or wait; the one exception is the
//! bounded waiting of an offline render.

#![deny(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]

use live::Transport;
use nice_plug::prelude::*;

use crate::Jamboree;

impl Jamboree {
    /// Listens to one buffer. Realtime-safe, but where the host renders offline: there it may wait
    /// for the worker.
    pub(crate) fn listen(&mut self, buffer: &Buffer, context: &mut impl ProcessContext<Self>) {
        self.probes.process.check();
        self.pass_settings();
        let transport = context.transport();
        let transport = Transport { playing: transport.playing, bpm: transport.tempo };
        // Mono is heard as two equal channels.
        let [left, .., right] = buffer.as_slice_immutable() else {
            if let [mono] = buffer.as_slice_immutable() {
                self.hear(mono, mono, transport, context);
            }
            return;
        };
        self.hear(left, right, transport, context);
    }

    /// Passes what the host has set on to the worker.
    fn pass_settings(&mut self) {
        let params = &self.params;
        self.control.set_reference_a4(params.reference_a4());
        self.control.set_tempo_range(params.tempo_range());
        self.control.set_held(params.hold.value());
        self.control.set_tap_note(params.tap_note());
        let reset_is_on = params.reset.value();
        if reset_is_on && !self.reset_was_on {
            // At once, and once more where the sound that is still queued is over.
            self.control.reset();
            self.tap.forget();
        }
        self.reset_was_on = reset_is_on;
    }

    fn hear(
        &mut self,
        left: &[f32],
        right: &[f32],
        transport: Transport,
        context: &mut impl ProcessContext<Self>,
    ) {
        let bypassed = self.params.bypass.value();
        let was_bypassed = std::mem::replace(&mut self.was_bypassed, bypassed);
        if bypassed {
            if !was_bypassed {
                // The note-offs of the keys that are down now will not be heard.
                self.note(analysis::NoteEvent::AllOff);
            }
            while context.next_event().is_some() {}
            // So that what follows is not taken for the continuation of what came before.
            self.tap.pass_over(left.len().min(right.len()));
            return;
        }
        let (mut left, mut right, mut at) = (left, right, 0);
        while let Some(event) = context.next_event() {
            let Some(note) = heard_note(&event) else { continue };
            // The buffer is cut where the note begins, so that it sounds from its own sample on.
            let until = (event.timing() as usize).saturating_sub(at).min(left.len());
            let (before_left, after_left) = left.split_at(until);
            let (before_right, after_right) = right.split_at(until.min(right.len()));
            self.push(before_left, before_right, transport);
            self.note(note);
            (left, right, at) = (after_left, after_right, at.saturating_add(until));
        }
        self.push(left, right, transport);
    }

    fn note(&mut self, event: analysis::NoteEvent) {
        if self.offline {
            self.tap.note_waiting(event);
        } else {
            self.tap.note(event);
        }
    }

    fn push(&mut self, left: &[f32], right: &[f32], transport: Transport) {
        if self.offline {
            self.tap.push_waiting(self.sample_rate, left, right, transport);
        } else {
            self.tap.push(self.sample_rate, left, right, transport);
        }
    }
}

/// The note the analysis hears in a host's event.
fn heard_note<S>(event: &NoteEvent<S>) -> Option<analysis::NoteEvent> {
    use analysis::NoteEvent::{AllOff, Off, On};
    match event {
        // A note-on without velocity is a note-off, as in MIDI.
        NoteEvent::NoteOn { key, velocity, .. } => {
            key.number().map(|number| if *velocity > 0.0 { On(number) } else { Off(number) })
        }
        NoteEvent::NoteOff { key, .. } | NoteEvent::Choke { key, .. } => {
            Some(key.number().map_or(AllOff, Off))
        }
        _ => None,
    }
}
