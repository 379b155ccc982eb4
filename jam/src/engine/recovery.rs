//! What happens when a device fails or is missing: listening goes on as well as it can, and the
//! device is looked for until it is there.

use std::time::{Duration, Instant};

use gui::NoticeKind;

use super::{Active, Engine, Sink, Wanted};
use crate::streams;

/// How often a device that is missing is looked for.
const RETRY_INTERVAL: Duration = Duration::from_secs(3);

impl Engine {
    /// Reacts to a stream that broke down.
    pub(super) fn recover_from(&mut self, error: &cpal::Error, now: Instant) {
        let name = match self.active {
            Active::Listening { .. } => self.view.input.take(),
            _ => self.view.output.take(),
        };
        self.say(NoticeKind::DeviceFailed, format!("{}: {error}", name.unwrap_or_default()));
        match &mut self.active {
            Active::Listening { .. } => self.active = Active::Nothing,
            Active::Playing { sink, .. } => {
                *sink = Sink::Nothing;
                self.play_by_the_clock();
            }
            _ => {}
        }
        self.retry_later(now);
    }

    /// Has [`Engine::try_again`] called in a while.
    pub(super) fn retry_later(&mut self, now: Instant) {
        self.retry_at = Some(now + RETRY_INTERVAL);
    }

    /// Looks for a missing device again, without a word where it is still missing.
    pub(super) fn try_again(&mut self) {
        self.devices.forget_messages();
        self.view.inputs = self.devices.input_names();
        self.view.outputs = self.devices.output_names();
        let holds_nothing = match &self.active {
            Active::Nothing => self.wanted == Wanted::Input,
            Active::Playing { sink, .. } => matches!(sink, Sink::Nothing),
            _ => false,
        };
        if holds_nothing && self.tap.is_out() {
            // Its stream was closed long ago: waiting for it once more would only stop the window.
            self.say_stuck();
            self.retry_later(Instant::now());
            return;
        }
        let before = self.problem.clone();
        match &self.active {
            Active::Nothing if self.wanted == Wanted::Input => self.listen(),
            Active::Playing { sink: Sink::Nothing, .. } => self.reopen_output(),
            Active::Playing { sink: Sink::Clock { .. }, playback } => {
                // The clock goes on until the device answers.
                let answers = self
                    .devices
                    .output(self.output_name.as_deref())
                    .and_then(|device| streams::output_config(&device, Some(playback.rate())))
                    .is_ok_and(|config| config.sample_rate() == playback.rate());
                if answers {
                    self.reopen_output();
                } else {
                    self.retry_later(Instant::now());
                }
            }
            _ => {}
        }
        // What was said first about a missing device tells more than what the next look says; only
        // that something else is wrong, or no longer is, is news.
        let is_else = |kind| kind == NoticeKind::Problem;
        if let (Some(before), Some(problem)) = (before, &mut self.problem)
            && !is_else(before.kind)
            && !is_else(problem.kind)
        {
            *problem = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::devices::Devices;

    /// An engine whose input device does not exist, on any machine.
    fn engine() -> Engine {
        let devices = Devices::new(None).unwrap();
        let input = Some("no such device".to_owned());
        Engine::new(devices, live::session().tap, input, None, Arc::new(|| ()))
    }

    #[test]
    fn a_device_that_does_not_let_go_is_said_and_asked_again_until_it_does() {
        let mut engine = engine();
        let tap = engine.tap.lend(Duration::ZERO);
        let now = Instant::now();
        engine.say(NoticeKind::DeviceFailed, "unplugged".to_owned());
        engine.retry_at = Some(now);
        assert!(engine.poll(now).is_some(), "nobody tries again");
        assert_eq!(engine.word().unwrap().kind, NoticeKind::Problem);
        drop(tap);
        assert!(engine.poll(Instant::now() + RETRY_INTERVAL).is_some());
        let word = engine.word().unwrap();
        assert_eq!(word.kind, NoticeKind::DeviceFailed);
        assert!(word.detail.contains("no such device"), "{}", word.detail);
    }

    #[test]
    fn a_device_that_is_still_missing_changes_nothing_that_was_said() {
        let mut engine = engine();
        let now = Instant::now();
        engine.say(NoticeKind::DeviceFailed, "unplugged".to_owned());
        let said = engine.word();
        engine.retry_at = Some(now);
        assert!(engine.poll(now).is_some(), "nobody tries again");
        assert_eq!(engine.word(), said);
    }
}
