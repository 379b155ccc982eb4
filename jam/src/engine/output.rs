//! Where what is playing goes: the output device, or a clock where there is none.

use std::time::Instant;

use gui::NoticeKind;

use super::{Active, Engine, PATIENCE, Sink};
use crate::error::SoundError;
use crate::playback::Clock;
use crate::streams;

impl Engine {
    /// Sends what is playing to the output device, or to the clock where there is none.
    pub(super) fn reopen_output(&mut self) {
        let Active::Playing { sink, .. } = &mut self.active else { return };
        *sink = Sink::Nothing;
        match self.open_device() {
            Ok((name, sink)) => {
                self.problem = None;
                self.view.output = Some(name);
                self.set_sink(sink);
            }
            Err(error) => {
                self.view.output = None;
                let is_plain = self.output_name.is_none() && error.is_absence();
                let detail = if is_plain { String::new() } else { error.to_string() };
                self.say(NoticeKind::NoOutputDevice, detail);
                self.play_by_the_clock();
                self.retry_later(Instant::now());
            }
        }
    }

    fn open_device(&mut self) -> Result<(String, Sink), SoundError> {
        let device = self.devices.output(self.output_name.as_deref())?;
        let Active::Playing { playback, .. } = &self.active else {
            return Err(SoundError::NoOutput);
        };
        let rate = playback.rate();
        let config = streams::output_config(&device, Some(rate))?;
        if config.sample_rate() != rate {
            return Err(SoundError::Rate { device: device.to_string(), rate });
        }
        let (Some(tap), Some(playout)) = (self.tap.lend(PATIENCE), playback.lend_playout()) else {
            return Err(SoundError::NoOutput);
        };
        let stream_id = self.next_stream_id();
        let stream = streams::play(&device, &config, tap, playout, stream_id, &self.failures)?;
        Ok((device.to_string(), Sink::Device { stream_id, _stream: stream }))
    }

    pub(super) fn play_by_the_clock(&mut self) {
        let Some(tap) = self.lend_tap() else { return };
        let Active::Playing { playback, .. } = &self.active else { return };
        let Some(playout) = playback.lend_playout() else {
            self.say_stuck();
            return;
        };
        match Clock::start(tap, playout, playback.rate()) {
            Ok(clock) => self.set_sink(Sink::Clock { _clock: clock }),
            Err(error) => self.say(NoticeKind::Problem, SoundError::Thread(error).to_string()),
        }
    }

    fn set_sink(&mut self, new: Sink) {
        if let Active::Playing { sink, .. } = &mut self.active {
            *sink = new;
        }
    }
}
