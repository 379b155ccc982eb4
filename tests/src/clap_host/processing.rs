//! The audio thread's side of the host.

use anyhow::{Result, anyhow, ensure};
use clack_host::events::event_types::{NoteOffEvent, NoteOnEvent, TransportEvent, TransportFlags};
use clack_host::events::{EventFlags, EventHeader, Match};
use clack_host::prelude::*;
use clack_host::utils::{BeatTime, SecondsTime};

use super::extensions::Host;

/// A plugin that is processing. May be moved to another thread.
pub struct Processor {
    started: StartedPluginAudioProcessor<Host>,
    inputs: AudioPorts,
    outputs: AudioPorts,
    sample_rate: u32,
    n_channels: usize,
    /// Samples played.
    position: u64,
    /// Tempo of the host's timeline while it plays.
    tempo_bpm: Option<f64>,
}

impl Processor {
    pub(super) fn start(
        stopped: StoppedPluginAudioProcessor<Host>,
        sample_rate: u32,
        n_channels: usize,
    ) -> Result<Self> {
        let started =
            stopped.start_processing().map_err(|_| anyhow!("processing did not start"))?;
        Ok(Self {
            started,
            inputs: AudioPorts::with_capacity(n_channels, 1),
            outputs: AudioPorts::with_capacity(n_channels, 1),
            sample_rate,
            n_channels,
            position: 0,
            tempo_bpm: None,
        })
    }

    pub(super) fn stop(self) -> StoppedPluginAudioProcessor<Host> {
        self.started.stop_processing()
    }

    /// Stops and starts processing without deactivating, as hosts do around silence.
    pub fn restart(self) -> Result<Self> {
        let (sample_rate, n_channels) = (self.sample_rate, self.n_channels);
        Self::start(self.started.stop_processing(), sample_rate, n_channels)
    }

    /// Tells the plugin to forget its sound.
    pub fn reset(&mut self) {
        self.started.reset();
    }

    /// Lets the host's timeline run at `tempo_bpm`, or stops it.
    pub fn set_tempo(&mut self, tempo_bpm: Option<f64>) {
        self.tempo_bpm = tempo_bpm;
    }

    /// Plays `channels` in buffers of the lengths in `buffer_lens`, in turn, and fails where what
    /// comes out differs from what went in by a single bit.
    pub fn play(&mut self, channels: &[Vec<f32>], buffer_lens: &[usize]) -> Result<()> {
        let n_samples = channels.first().map_or(0, Vec::len);
        let mut at = 0;
        for buffer_len in buffer_lens.iter().cycle() {
            if at == n_samples {
                break;
            }
            let end = (at + buffer_len).min(n_samples);
            let input: Vec<&[f32]> = channels.iter().map(|channel| &channel[at..end]).collect();
            self.process(&input, &EventBuffer::new())?;
            at = end;
        }
        Ok(())
    }

    /// One buffer with `events`, compared bit by bit as in [`Processor::play`].
    pub fn process(&mut self, input: &[&[f32]], events: &EventBuffer) -> Result<()> {
        ensure!(input.len() == self.n_channels, "{} channels", input.len());
        let n_samples = input.first().map_or(0, |channel| channel.len());
        let mut input_copy: Vec<Vec<f32>> = input.iter().map(|channel| channel.to_vec()).collect();
        // What was in the output before must not come through.
        let mut output = vec![vec![f32::from_bits(0x7fc0_dead); n_samples]; self.n_channels];
        let mut output_events = EventBuffer::new();
        let transport = self.transport();
        let inputs = self.inputs.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                input_copy.iter_mut().map(InputChannel::variable),
            ),
        }]);
        let mut outputs = self.outputs.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                output.iter_mut().map(|channel| channel.as_mut_slice()),
            ),
        }]);
        self.started
            .process(
                &inputs,
                &mut outputs,
                &events.as_input(),
                &mut output_events.as_output(),
                Some(self.position),
                Some(&transport),
            )
            .map_err(|error| anyhow!("{error}"))?;
        self.position += n_samples as u64;
        for (channel_idx, (input, output)) in input.iter().zip(&output).enumerate() {
            let differs = input.iter().zip(output).position(|(a, b)| a.to_bits() != b.to_bits());
            ensure!(differs.is_none(), "channel {channel_idx} differs at sample {differs:?}");
        }
        ensure!(output_events.is_empty(), "an analyzer sends no events");
        Ok(())
    }

    fn transport(&self) -> TransportEvent {
        let seconds = self.position as f64 / f64::from(self.sample_rate);
        let beats = self.tempo_bpm.map_or(0.0, |bpm| seconds * bpm / 60.0);
        let mut flags = TransportFlags::HAS_SECONDS_TIMELINE;
        if self.tempo_bpm.is_some() {
            flags |= TransportFlags::HAS_TEMPO
                | TransportFlags::HAS_BEATS_TIMELINE
                | TransportFlags::HAS_TIME_SIGNATURE
                | TransportFlags::IS_PLAYING;
        }
        TransportEvent {
            header: EventHeader::new_core(0, EventFlags::empty()),
            flags,
            song_pos_beats: BeatTime::from_float(beats),
            song_pos_seconds: SecondsTime::from_float(seconds),
            tempo: self.tempo_bpm.unwrap_or(0.0),
            tempo_inc: 0.0,
            loop_start_beats: BeatTime::from_int(0),
            loop_end_beats: BeatTime::from_int(0),
            loop_start_seconds: SecondsTime::from_int(0),
            loop_end_seconds: SecondsTime::from_int(0),
            bar_start: BeatTime::from_float((beats / 4.0).floor() * 4.0),
            bar_number: (beats / 4.0) as i32,
            time_signature_numerator: 4,
            time_signature_denominator: 4,
        }
    }
}

/// A key goes down `time` samples into the buffer.
pub fn note_on(time: u32, key: u16) -> NoteOnEvent {
    NoteOnEvent::new(time, Pckn::new(0u16, 0u16, key, Match::All), 0.8)
}

/// A key goes up `time` samples into the buffer.
pub fn note_off(time: u32, key: u16) -> NoteOffEvent {
    NoteOffEvent::new(time, Pckn::new(0u16, 0u16, key, Match::All), 0.0)
}
