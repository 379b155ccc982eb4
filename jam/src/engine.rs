//! [`Engine`]: what is being listened to, and what happens when a device comes or goes.
//!
//! Lives on the thread of the window (or of the headless loop). [`Engine::poll`] carries on what
//! the audio threads can't do themselves: react to a failed device, try again, notice the end.

mod output;
mod recovery;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam::queue::ArrayQueue;
use gui::NoticeKind;
use live::Tap;

use crate::devices::Devices;
use crate::error::SoundError;
use crate::lease::{Home, Lease};
use crate::playback::{Clock, FileSource, Playback, Source};
use crate::streams::{self, Failures};

/// Rate of the demo song where no device says another.
const DEFAULT_RATE: u32 = 48_000;

/// How often the end of a song is looked for.
const PLAYING_INTERVAL: Duration = Duration::from_millis(250);

/// How long a closed stream may take to let go of the tap.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to listen to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The input device.
    Input,
    /// The demo song.
    Demo,
    /// A file.
    File(PathBuf),
}

/// Something to say to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) kind: NoticeKind,
    pub(crate) detail: String,
}

/// Listens, plays, recovers.
pub(crate) struct Engine {
    devices: Devices,
    tap: Home<Tap>,
    failures: Failures,
    n_streams: u64,
    input_name: Option<String>,
    output_name: Option<String>,
    wanted: Wanted,
    /// What to go back to when the demo ends.
    before_demo: Option<Wanted>,
    active: Active,
    problem: Option<Word>,
    retry_at: Option<Instant>,
    view: DeviceNames,
}

/// The devices to choose from and those in use.
#[derive(Clone, Debug, Default)]
pub(crate) struct DeviceNames {
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) input: Option<String>,
    pub(crate) output: Option<String>,
}

enum Active {
    Nothing,
    /// Something was played to its end.
    Ended,
    Listening {
        stream_id: u64,
        _stream: cpal::Stream,
    },
    /// The sink comes first: it is dropped first and returns what it was lent.
    Playing {
        sink: Sink,
        playback: Playback,
    },
}

enum Sink {
    Device { stream_id: u64, _stream: cpal::Stream },
    Clock { _clock: Clock },
    Nothing,
}

impl Engine {
    /// An engine that does nothing yet. `wake` is called from any thread when
    /// [`Engine::poll`] has something to do.
    pub(crate) fn new(
        devices: Devices,
        tap: Tap,
        input_name: Option<String>,
        output_name: Option<String>,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        let view = DeviceNames {
            inputs: devices.input_names(),
            outputs: devices.output_names(),
            ..DeviceNames::default()
        };
        Self {
            devices,
            tap: Home::new(tap),
            failures: Failures { queue: Arc::new(ArrayQueue::new(16)), wake },
            n_streams: 0,
            input_name,
            output_name,
            wanted: Wanted::Input,
            before_demo: None,
            active: Active::Nothing,
            problem: None,
            retry_at: None,
            view,
        }
    }

    /// Listens to something else from now on; what was heard is forgotten.
    pub(crate) fn start(&mut self, wanted: Wanted) {
        self.active = Active::Nothing;
        self.problem = None;
        self.retry_at = None;
        self.wanted = wanted;
        match self.wanted.clone() {
            Wanted::Input => self.listen(),
            Wanted::Demo => {
                let demo = song::demo();
                self.play(None, |rate| Ok(Box::new(song::Renderer::new(&demo, rate))));
            }
            Wanted::File(path) => match FileSource::open(&path) {
                Ok(mut file) => self.play(Some(file.file_rate()), move |rate| {
                    file.convert_to(rate)?;
                    Ok(Box::new(file))
                }),
                Err(error) => {
                    let detail = format!("{}: {error}", path.display());
                    self.say(NoticeKind::FileFailed, detail);
                }
            },
        }
    }

    /// Plays the demo song; what was listened to before comes back after it.
    pub(crate) fn play_demo(&mut self) {
        if self.wanted != Wanted::Demo {
            self.before_demo = Some(self.wanted.clone()).filter(|w| *w == Wanted::Input);
        }
        self.start(Wanted::Demo);
    }

    /// Stops the demo song.
    pub(crate) fn stop_demo(&mut self) {
        match self.before_demo.take() {
            Some(wanted) => self.start(wanted),
            None => self.active = Active::Ended,
        }
    }

    /// Listens to the input device of that name.
    pub(crate) fn select_input(&mut self, name: String) {
        self.input_name = Some(name);
        self.before_demo = None;
        self.start(Wanted::Input);
    }

    /// Plays through the output device of that name; a song that is playing goes on there.
    pub(crate) fn select_output(&mut self, name: String) {
        self.output_name = Some(name);
        self.view.output = None;
        if let Active::Playing { .. } = self.active {
            self.problem = None;
            self.retry_at = None;
            self.reopen_output();
        }
    }

    /// Carries on. Says when to be called again at the latest.
    pub(crate) fn poll(&mut self, now: Instant) -> Option<Instant> {
        while let Some(failure) = self.failures.queue.pop() {
            if self.stream_id() == Some(failure.stream_id) {
                self.recover_from(&failure.error, now);
            }
        }
        if let Active::Playing { playback, .. } = &self.active {
            let (error, ended) = (playback.take_error(), playback.has_ended());
            if let Some(error) = error {
                self.say(NoticeKind::FileFailed, format!("{}: {error}", self.title()));
            }
            if ended {
                self.active = Active::Ended;
                if let Some(wanted) = self.before_demo.take() {
                    self.start(wanted);
                }
            }
        }
        if self.retry_at.is_some_and(|at| at <= now) {
            self.retry_at = None;
            self.try_again();
        }
        let playing = matches!(self.active, Active::Playing { .. });
        let next_look = playing.then(|| now + PLAYING_INTERVAL);
        [next_look, self.retry_at].into_iter().flatten().min()
    }

    /// What to tell the user: a problem before anything else.
    pub(crate) fn word(&self) -> Option<Word> {
        let plain = |kind| Word { kind, detail: self.title() };
        self.problem.clone().or_else(|| match (&self.active, &self.wanted) {
            (Active::Playing { .. }, Wanted::Demo) => Some(plain(NoticeKind::DemoPlaying)),
            (Active::Playing { .. }, _) => Some(plain(NoticeKind::FilePlaying)),
            (Active::Ended, _) => Some(plain(NoticeKind::FileEnded)),
            _ => None,
        })
    }

    /// The devices to choose from and those in use.
    pub(crate) fn device_names(&self) -> &DeviceNames {
        &self.view
    }

    /// Whether the demo song is playing.
    pub(crate) fn is_playing_demo(&self) -> bool {
        self.wanted == Wanted::Demo && matches!(self.active, Active::Playing { .. })
    }

    /// The file that is heard: it plays, or has played to its end and nothing else since.
    pub(crate) fn file(&self) -> Option<&Path> {
        match (&self.wanted, &self.active) {
            (Wanted::File(path), Active::Playing { .. } | Active::Ended) => Some(path),
            _ => None,
        }
    }

    /// Whether nothing is listened to and nothing will be by itself: the song has ended, or the
    /// file could not be played.
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.active, Active::Ended | Active::Nothing) && self.wanted != Wanted::Input
    }

    /// Whether the file could not be played.
    pub(crate) fn has_failed(&self) -> bool {
        self.problem.as_ref().is_some_and(|word| word.kind == NoticeKind::FileFailed)
    }

    /// Whether there is no input device although one is wanted.
    pub(crate) fn has_no_input(&self) -> bool {
        matches!(self.active, Active::Nothing) && self.wanted == Wanted::Input
    }

    /// Whether an input device is being listened to.
    pub(crate) fn is_listening(&self) -> bool {
        matches!(self.active, Active::Listening { .. })
    }

    /// Name of what is playing or was played.
    fn title(&self) -> String {
        match &self.wanted {
            Wanted::Input => String::new(),
            Wanted::Demo => song::demo().title().to_owned(),
            Wanted::File(path) => {
                path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into())
            }
        }
    }

    fn say(&mut self, kind: NoticeKind, detail: String) {
        self.problem = Some(Word { kind, detail });
    }

    fn stream_id(&self) -> Option<u64> {
        match self.active {
            Active::Listening { stream_id, .. }
            | Active::Playing { sink: Sink::Device { stream_id, .. }, .. } => Some(stream_id),
            _ => None,
        }
    }

    fn next_stream_id(&mut self) -> u64 {
        self.n_streams += 1;
        self.n_streams
    }

    fn lend_tap(&mut self) -> Option<Lease<Tap>> {
        let tap = self.tap.lend(PATIENCE);
        if tap.is_none() {
            self.say_stuck();
        }
        tap
    }

    fn say_stuck(&mut self) {
        let detail = "a sound device does not let go; if it stays so, please start Jamboree again";
        self.say(NoticeKind::Problem, detail.to_owned());
    }

    fn listen(&mut self) {
        let Some(mut tap) = self.lend_tap() else {
            self.retry_later(Instant::now());
            return;
        };
        if let Some(tap) = tap.get() {
            tap.reset();
        }
        let stream_id = self.next_stream_id();
        let opened = self.devices.input(self.input_name.as_deref()).and_then(|device| {
            let stream = streams::listen(&device, tap, stream_id, &self.failures)?;
            Ok((device.to_string(), stream))
        });
        match opened {
            Ok((name, stream)) => {
                self.problem = None;
                self.view.input = Some(name);
                self.active = Active::Listening { stream_id, _stream: stream };
            }
            Err(error) => {
                self.view.input = None;
                if self.input_name.is_none() && error.is_absence() {
                    self.say(NoticeKind::NoInputDevice, String::new());
                } else {
                    self.say(NoticeKind::DeviceFailed, error.to_string());
                }
                self.retry_later(Instant::now());
            }
        }
    }

    /// Plays what `open` makes at the rate the output device wants, which is `rate` if it can.
    fn play(
        &mut self,
        rate: Option<u32>,
        open: impl FnOnce(u32) -> Result<Box<dyn Source>, String>,
    ) {
        let device_rate = self
            .devices
            .output(self.output_name.as_deref())
            .and_then(|device| streams::output_config(&device, rate))
            .map(|config| config.sample_rate());
        let rate = device_rate.unwrap_or(rate.unwrap_or(DEFAULT_RATE));
        let playback = open(rate).and_then(|source| {
            Playback::start(source, rate).map_err(|error| SoundError::Thread(error).to_string())
        });
        match playback {
            Ok(playback) => {
                self.active = Active::Playing { sink: Sink::Nothing, playback };
                if let Some(mut tap) = self.lend_tap()
                    && let Some(tap) = tap.get()
                {
                    tap.reset();
                }
                self.reopen_output();
            }
            Err(error) => {
                let detail = format!("{}: {error}", self.title());
                self.say(NoticeKind::FileFailed, detail);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// One channel of 16 bits at 48 kHz.
    fn wav_of_silence(n_samples: u32) -> Vec<u8> {
        let n_bytes = 2 * n_samples;
        let mut wav = b"RIFF".to_vec();
        wav.extend((n_bytes + 36).to_le_bytes());
        wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
        wav.extend(48_000_u32.to_le_bytes());
        wav.extend(96_000_u32.to_le_bytes());
        wav.extend(b"\x02\0\x10\0data");
        wav.extend(n_bytes.to_le_bytes());
        wav.resize(wav.len() + n_bytes as usize, 0);
        wav
    }

    #[test]
    fn a_file_that_can_not_be_played_is_named_with_the_reason() {
        let session = live::session();
        let devices = Devices::new(None).unwrap();
        let mut engine = Engine::new(devices, session.tap, None, None, Arc::new(|| ()));
        engine.start(Wanted::File("no-such-folder/no-such-file.wav".into()));
        let word = engine.word().unwrap();
        assert_eq!(word.kind, NoticeKind::FileFailed);
        assert!(word.detail.contains("no-such-file.wav: "), "{}", word.detail);
        assert!(engine.is_done());
        assert_eq!(engine.file(), None, "it is not heard");
    }

    #[test]
    fn the_file_is_the_one_heard_only_until_something_else_sounds() {
        let dir = tempfile::tempdir().unwrap();
        let song = dir.path().join("song.wav");
        fs::write(&song, wav_of_silence(48_000)).unwrap();
        let session = live::session();
        let devices = Devices::new(None).unwrap();
        let mut engine = Engine::new(devices, session.tap, None, None, Arc::new(|| ()));
        engine.start(Wanted::File(song.clone()));
        assert_eq!(engine.file(), Some(song.as_path()), "{:?}", engine.word());
        engine.play_demo();
        assert_eq!(engine.file(), None);
        engine.stop_demo();
        assert_eq!(engine.file(), None);
        engine.start(Wanted::Input);
        assert_eq!(engine.file(), None);
    }
}
