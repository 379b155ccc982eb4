//! Made-up inputs of the panel, for the preview and for the tests. Nothing of this is ever shown
//! to a user.

#[path = "gap.rs"]
mod gap;

use advice::{
    AgainstHost, Aimed, Corpus, Cue, Gap, NamedReference, NextChord, ReferenceMatch, SceneFit,
    SceneId, SceneProfiles, Snapshot, Suggestion, Target, TrackId, Trend, WorkerState,
};
use analysis::{
    Beat, Bpm, Cents, Chord, ChordQuality, ChordSegment, Hearing, Hertz, History, InputState, Key,
    KeyCandidate, KeyEstimate, KeyReason, KeySegment, LoudnessFacts, Lufs, MeterEstimate, Mode,
    ModeColour, N_THIRD_OCTAVES, PitchClass, Seconds, Stability, TempoCandidate, TempoEstimate,
    TempoRelation, TuningEstimate,
};
use gui::{
    DemoView, DevicesView, FoundView, Language, LibraryView, Notice, NoticeKind, PanelInput,
    PinnedView, SettingsView,
};

/// Everything a [`PanelInput`] borrows.
pub struct Sample {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The settings at the start.
    pub settings: SettingsView,
    /// What is pinned.
    pub pinned: Option<PinnedView<'static>>,
    /// What was asked for by name.
    pub asked: String,
    library_is_open: bool,
    notice: Option<Notice<'static>>,
    demo: DemoView,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl Sample {
    /// Names of the states.
    #[allow(dead_code, reason = "the tests go through all of them, the preview does not")]
    pub const STATES: [&'static str; 13] = [
        "sounding",
        "waiting",
        "listening",
        "silent",
        "held",
        "failed",
        "sparse",
        "move",
        "towards",
        "towards-scene",
        "towards-unheard",
        "towards-early",
        "towards-missing",
    ];

    /// The sample of that name; "sounding" for a name that is not known.
    pub fn of(state: &str, language: Language) -> Self {
        let mut sample = Self {
            snapshot: sounding(),
            settings: SettingsView { language, ..SettingsView::default() },
            pinned: None,
            asked: String::new(),
            library_is_open: true,
            notice: None,
            demo: DemoView::Unavailable,
            inputs: ["USB Audio: Scarlett 2i2", "内置话筒"].map(str::to_owned).to_vec(),
            outputs: ["USB Audio: Scarlett 2i2", "HDMI"].map(str::to_owned).to_vec(),
        };
        let snapshot = &mut sample.snapshot;
        match state {
            "waiting" => {
                *snapshot = Snapshot::default();
                sample.library_is_open = false;
                sample.demo = DemoView::Available;
                sample.notice = Some(Notice { kind: NoticeKind::NoInputDevice, detail: "" });
            }
            "listening" => {
                *snapshot = Snapshot::default();
                snapshot.hearing.at = Seconds(3.0);
                snapshot.hearing.input = InputState::Sounding;
                snapshot.hearing.chroma = sounding().hearing.chroma;
            }
            "silent" => snapshot.hearing.input = InputState::Silent,
            "held" => {
                snapshot.held = true;
                sample.settings.held = true;
                sample.settings.reference_a4 = Some(Hertz(441.0));
                snapshot.host_bpm = Some(126.0);
                snapshot.against_host =
                    Some(AgainstHost { percent: 2.4, early_ms: 11.3, trend: Trend::Rushing });
            }
            "failed" => {
                snapshot.worker = WorkerState::Failed;
                snapshot.lost_samples = 576;
                snapshot.n_gaps = 1;
                snapshot.sample_rate = 48_000;
                snapshot.hearing.chord = None;
            }
            "sparse" => {
                snapshot.hearing.key = None;
                snapshot.hearing.keys.clear();
                snapshot.hearing.meter = None;
                snapshot.hearing.chord = Some(segment(30.0, 32.0, "F#:hdim7"));
                snapshot.references.clear();
                snapshot.suggestion = None;
                snapshot.next_chords.clear();
                snapshot.hearing.loudness = LoudnessFacts::default();
            }
            "towards" => {
                sample.pinned = Some(PinnedView::Reference("Nightdrive – Neon Coast.flac"));
                aim(snapshot, gap::to_reference());
            }
            "towards-scene" => {
                sample.pinned = Some(PinnedView::Scene("sleep"));
                aim(snapshot, gap::to_scene());
            }
            "towards-unheard" => {
                sample.pinned = Some(PinnedView::Reference("小城故事 – 现场版本"));
                snapshot.hearing.key = None;
                snapshot.hearing.tempo = None;
                aim(snapshot, gap::unheard());
            }
            "towards-early" => {
                sample.pinned = Some(PinnedView::Scene("study"));
                snapshot.aimed = Aimed::At(Target::Scene(SceneId(0)));
            }
            "towards-missing" => {
                sample.pinned = Some(PinnedView::Reference("Sundown Etude"));
                snapshot.aimed = Aimed::Missing;
            }
            "move" => {
                snapshot.suggestion = Some(Suggestion::Move {
                    scene: SceneId(0),
                    cue: Cue::Tempo,
                    here: 126.0,
                    there: 112.0,
                });
                if let Some(key) = &mut snapshot.hearing.key {
                    key.key = Key::new(PitchClass::new(6), Mode::Major);
                    key.confidence = 0.55;
                }
                snapshot.hearing.chord = Some(segment(30.0, 32.0, "Db:maj7"));
            }
            _ => {}
        }
        sample
    }

    /// Lends the sample as an input.
    pub fn with_input<R>(
        &self,
        settings: SettingsView,
        draw: impl FnOnce(&PanelInput<'_>) -> R,
    ) -> R {
        let names = [
            "Nightdrive – Neon Coast.flac",
            "小城故事 – 现场版本 2024 重新混音.wav",
            "An extraordinarily long working title that nobody bothered to shorten (take 17).wav",
            "Sundown Etude.ogg",
            "Żółw, Œuvre, Сумерки.mp3",
        ];
        let name = |track: TrackId| names.get(track.0 as usize).map(|&name| name.to_owned());
        let library = if self.library_is_open {
            LibraryView::Open { path: "/home/me/Music/references", n_tracks: 1_204 }
        } else {
            LibraryView::Closed
        };
        draw(&PanelInput {
            snapshot: &self.snapshot,
            reference_name: &name,
            scenes: SceneProfiles::shipped(),
            library,
            found: FoundView {
                asked: &self.asked,
                references: &found(&self.asked),
                ..FoundView::default()
            },
            pinned: self.pinned,
            settings,
            notice: self.notice,
            demo: self.demo,
            devices: Some(DevicesView {
                inputs: &self.inputs,
                input: self.inputs.first().map(String::as_str),
                outputs: &self.outputs,
                output: None,
            }),
        })
    }
}

/// What a library has of that name.
fn found(asked: &str) -> Vec<NamedReference> {
    let all = [
        ("Neon Coast", Some("The Late Trains"), "/music/2019/Night Lines/03 Neon Coast.flac"),
        ("Neon Coast", None, "/music/demos/take 4/neon coast.wav"),
        ("Neon Coast (live)", Some("The Late Trains"), "/music/2021/On the Roof/11.flac"),
        ("夜のドライブ", None, "/music/东京/neon 夜のドライブ.flac"),
    ];
    let is_found = |(title, _, path): &(&str, Option<&str>, &str)| {
        !asked.is_empty() && [title, path].iter().any(|it| it.to_lowercase().contains(asked))
    };
    let named = |(n, (title, artist, path)): (usize, (&str, Option<&str>, &str))| NamedReference {
        track: TrackId(100 + n as u32),
        title: title.to_owned(),
        artist: artist.map(str::to_owned),
        path: path.to_owned(),
    };
    all.into_iter().filter(is_found).enumerate().map(named).collect()
}

fn aim(snapshot: &mut Snapshot, gap: Gap) {
    snapshot.aimed = Aimed::At(gap.target);
    snapshot.suggestion =
        gap.largest.map(|aspect| Suggestion::Close { target: gap.target, aspect });
    snapshot.gap = Some(gap);
}

fn segment(start: f64, end: f64, label: &str) -> ChordSegment {
    ChordSegment {
        start: Seconds(start),
        end: Seconds(end),
        chord: Chord::parse(label).flatten(),
        bass: None,
        confidence: 0.72,
    }
}

fn sounding() -> Snapshot {
    let key = Key::new(PitchClass::new(10), Mode::Minor);
    let before = Key::new(PitchClass::new(5), Mode::Minor);
    let chord_of = |root, quality| Chord::new(PitchClass::new(root), quality);
    let next = |chord, probability| NextChord {
        chord,
        probability,
        n_counted: 1_204,
        n_context: 1,
        corpus: Corpus::Billboard,
    };
    let next_chords = [
        next(chord_of(3, ChordQuality::Minor), 0.35),
        next(chord_of(5, ChordQuality::Dominant7), 0.21),
        next(chord_of(8, ChordQuality::Major), 0.14),
        next(chord_of(6, ChordQuality::Major7), 0.06),
    ];
    let now = segment(30.48, 31.2, "Bb:min7");
    Snapshot {
        hearing: hearing(key, before, now),
        references: History::first_of((0..5).map(|idx| {
            let parts = [0.031, 0.052, 0.018, 0.12, 0.061, 0.022, 0.04]
                .map(|part: f32| part * (1.0 + 0.32 * idx as f32));
            ReferenceMatch { track: TrackId(idx), distance: parts.iter().sum(), parts }
        })),
        provisional: true,
        scenes: History::first_of((0..4).map(|idx| SceneFit {
            scene: SceneId(idx),
            fit: 0.71 - 0.11 * f32::from(idx),
            confidence: 0.5,
            agrees: History::first_of([Cue::Brightness, Cue::LoudnessRange]),
            differs: History::first_of([Cue::OnsetDensity]),
        })),
        next_chords: History::first_of(next_chords),
        suggestion: Some(Suggestion::Chord {
            key,
            after: chord_of(10, ChordQuality::Minor7),
            next: next_chords[0],
        }),
        ..Snapshot::default()
    }
}

fn hearing(key: Key, before: Key, now: ChordSegment) -> Hearing {
    let beat_s = 60.0 / 125.9;
    let labels = ["Bb:min7", "Gb:maj7", "Eb:min", "F:7", "Bb:min7", "Db:maj", "Ab:sus4", "Ab:maj"];
    let mut chords = History::new();
    for idx in 0..16_u32 {
        let start = f64::from(idx) * 4.0 * beat_s;
        let end = start + 4.0 * beat_s;
        if idx % 4 == 3 {
            let middle = start + 2.0 * beat_s;
            chords.push(segment(start, middle, labels[idx as usize % 8]));
            chords.push(segment(middle, end, labels[(idx as usize + 3) % 8]));
        } else {
            chords.push(segment(start, end, labels[idx as usize % 8]));
        }
    }
    let mut beats = History::new();
    for idx in 0..66_u32 {
        let bar_position = (idx % 4 + 1) as u8;
        beats.push(Beat { at: Seconds(f64::from(idx) * beat_s), bar_position });
    }
    let mut third_octaves_db = [0.0_f32; N_THIRD_OCTAVES];
    for (idx, db) in third_octaves_db.iter_mut().enumerate() {
        let x = idx as f32 / N_THIRD_OCTAVES as f32;
        *db = -12.0 - 26.0 * x * x - 14.0 * (0.2 - x).max(0.0) * 6.0 + 2.0 * (x * 21.0).sin();
    }
    Hearing {
        at: Seconds(31.2),
        input: InputState::Sounding,
        key: Some(KeyEstimate {
            key,
            confidence: 0.83,
            alternatives: History::first_of([
                KeyCandidate { key: key.relative(), weight: 0.11 },
                KeyCandidate { key: before, weight: 0.04 },
            ]),
            colour: Some(ModeColour::HarmonicMinor),
            reason: KeyReason {
                note: Some(key.tonic.transposed(-1)),
                instead_of: None,
                bass: Some(key.tonic),
                cadence: Some((
                    Chord::new(key.tonic.transposed(7), ChordQuality::Dominant7),
                    Chord::new(key.tonic, ChordQuality::Minor),
                )),
            },
        }),
        keys: History::first_of([
            KeySegment { start: Seconds(2.0), end: Seconds(14.0), key: before },
            KeySegment { start: Seconds(14.0), end: Seconds(31.2), key },
        ]),
        tuning: Some(TuningEstimate { cents: Cents(4.7), confidence: 0.8 }),
        tempo: Some(TempoEstimate {
            bpm: Bpm(125.87),
            confidence: 0.9,
            stability: Stability::Steady,
            alternatives: History::first_of([
                TempoCandidate { bpm: Bpm(62.9), relation: TempoRelation::Half, weight: 0.2 },
                TempoCandidate { bpm: Bpm(83.9), relation: TempoRelation::TwoThirds, weight: 0.06 },
                TempoCandidate {
                    bpm: Bpm(167.8),
                    relation: TempoRelation::FourThirds,
                    weight: 0.02,
                },
            ]),
        }),
        meter: Some(MeterEstimate { beats_per_bar: 4, confidence: 0.7 }),
        beat_phase: 0.2,
        n_beats: 66,
        beats,
        chord: Some(now),
        chords,
        n_chords: 20,
        chroma: [0.1, 0.7, 0.06, 0.3, 0.05, 0.62, 0.2, 0.08, 0.55, 0.12, 1.0, 0.07],
        loudness: LoudnessFacts {
            momentary: Some(Lufs(-14.2)),
            short_term: Some(Lufs(-14.0)),
            integrated: Some(Lufs(-13.8)),
            range_lu: Some(6.1),
            true_peak_dbtp: Some(-0.3),
        },
        third_octaves_db,
    }
}
