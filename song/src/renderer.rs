//! [`Renderer`]: plays a [`Song`] into buffers of any size.

use crate::mixer::{Bus, Ducking, Mixer, Strip};
use crate::score::{Note, Part, Song};
use crate::voices::bass::BassVoice;
use crate::voices::drums::{ClapVoice, CymbalVoice, KickVoice, SnareVoice};
use crate::voices::keys::{PianoVoice, PluckVoice};
use crate::voices::lead::LeadVoice;
use crate::voices::{Pool, QUANTUM, Strike, frequency_hz};

/// The last of the song is faded out over this long.
const FADE_S: f64 = 0.4;
/// Echoes come a dotted eighth apart.
const ECHO_BEATS: f64 = 0.75;

const DRUMS: Strip = Strip { gain: 1.0, reverb: 0.05, delay: 0.0, ducked: Ducking::Steady };
const BASS: Strip = Strip { gain: 0.21, reverb: 0.0, delay: 0.0, ducked: Ducking::Ducked };
const PIANO: Strip = Strip { gain: 0.125, reverb: 0.16, delay: 0.0, ducked: Ducking::Ducked };
const PLUCK: Strip = Strip { gain: 0.15, reverb: 0.2, delay: 0.2, ducked: Ducking::Steady };
const LEAD: Strip = Strip { gain: 0.25, reverb: 0.16, delay: 0.18, ducked: Ducking::Steady };

/// A song being played: the same samples however the buffers are cut. `new` allocates, `render`
/// does not.
#[derive(Clone, Debug)]
pub struct Renderer {
    sample_rate_hz: f64,
    events: Vec<Event>,
    next_event: usize,
    /// First sample of the coming quantum.
    position: u64,
    length: u64,
    instruments: Instruments,
    mixer: Mixer,
    bus: Bus,
    /// The finished quantum and how much of it was handed out.
    ready: Bus,
    n_taken: usize,
}

/// A note with its start in samples.
#[derive(Clone, Copy, Debug)]
struct Event {
    at: u64,
    part: Part,
    pitch: i32,
    strike: Strike,
}

#[derive(Clone, Debug)]
struct Instruments {
    kick: Pool<KickVoice, 6>,
    snare: Pool<SnareVoice, 8>,
    clap: Pool<ClapVoice, 3>,
    cymbals: Pool<CymbalVoice, 8>,
    bass: Pool<BassVoice, 4>,
    piano: Pool<PianoVoice, 20>,
    pluck: Pool<PluckVoice, 8>,
    lead: Pool<LeadVoice, 5>,
}

impl Renderer {
    /// A renderer at the start of `song`. Rates outside [`analysis::SAMPLE_RATES`] are brought to
    /// the nearest one inside.
    pub fn new(song: &Song, sample_rate: u32) -> Self {
        let rates = analysis::SAMPLE_RATES;
        let sample_rate_hz = f64::from(sample_rate.clamp(*rates.start(), *rates.end()));
        let events = song
            .notes
            .iter()
            .enumerate()
            .map(|(idx, note)| Event::new(song, note, idx as u64, sample_rate_hz))
            .collect();
        Self {
            sample_rate_hz,
            events,
            next_event: 0,
            position: 0,
            length: (song.length().0 * sample_rate_hz).round() as u64,
            instruments: Instruments::new(),
            mixer: Mixer::new(sample_rate_hz as f32, song.time_of(ECHO_BEATS).0 as f32),
            bus: Bus::default(),
            ready: Bus::default(),
            n_taken: QUANTUM,
        }
    }

    /// Samples of the whole song.
    pub fn n_samples(&self) -> u64 {
        self.length
    }

    /// Realtime-safe. Writes the next samples and says how many: as many as the shorter buffer
    /// holds, fewer where the song ends, 0 after its end. What lies beyond is left as it was.
    pub fn render(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let wanted = left.len().min(right.len());
        let mut n_written = 0;
        while n_written < wanted {
            if self.n_taken == QUANTUM {
                if self.position >= self.length {
                    break;
                }
                self.render_quantum();
                self.n_taken = 0;
            }
            let taken = self.n_taken;
            let quantum_start = self.position - QUANTUM as u64;
            let n_left = self.length.saturating_sub(quantum_start + taken as u64);
            let n = (wanted - n_written)
                .min(QUANTUM - taken)
                .min(usize::try_from(n_left).unwrap_or(usize::MAX));
            if n == 0 {
                break;
            }
            left[n_written..n_written + n].copy_from_slice(&self.ready.left[taken..taken + n]);
            right[n_written..n_written + n].copy_from_slice(&self.ready.right[taken..taken + n]);
            self.n_taken += n;
            n_written += n;
        }
        n_written
    }

    fn render_quantum(&mut self) {
        let end = self.position + QUANTUM as u64;
        let mut kick_at = None;
        while let Some(&event) = self.events.get(self.next_event)
            && event.at < end
        {
            let offset = (event.at - self.position) as usize;
            if event.part == Part::Kick {
                kick_at = Some(offset);
            }
            self.instruments.play(event, offset);
            self.next_event += 1;
        }
        self.mixer.begin(kick_at);
        self.instruments.mix_into(&mut self.mixer, &mut self.bus);
        self.ready = *self.mixer.finish();
        self.fade_out();
        self.position = end;
    }

    fn fade_out(&mut self) {
        let fade = FADE_S * self.sample_rate_hz;
        for idx in 0..QUANTUM {
            let n_left = self.length.saturating_sub(self.position + idx as u64) as f64;
            if n_left < fade {
                let gain = (n_left / fade) as f32;
                self.ready.left[idx] *= gain;
                self.ready.right[idx] *= gain;
            }
        }
    }
}

impl Event {
    fn new(song: &Song, note: &Note, seed: u64, sample_rate_hz: f64) -> Self {
        let samples = |beats: f64| (song.time_of(beats).0 * sample_rate_hz).round();
        Self {
            at: samples(note.start_beats) as u64,
            part: note.part,
            pitch: note.pitch,
            strike: Strike {
                sample_rate_hz: sample_rate_hz as f32,
                frequency_hz: frequency_hz(note.pitch),
                velocity: note.velocity,
                gate_samples: samples(note.len_beats) as u32,
                seed,
            },
        }
    }
}

impl Instruments {
    fn new() -> Self {
        Self {
            kick: Pool::new(),
            snare: Pool::new(),
            clap: Pool::new(),
            cymbals: Pool::new(),
            bass: Pool::new(),
            piano: Pool::new(),
            pluck: Pool::new(),
            lead: Pool::new(),
        }
    }

    fn play(&mut self, event: Event, offset: usize) {
        let strike = event.strike;
        // Low notes sit left of high ones, as at a keyboard.
        let keyboard_pan = (event.pitch - 59) as f32 / 14.0;
        match event.part {
            Part::Kick => self.kick.play(KickVoice::new(strike), offset, 0.0),
            Part::Snare => self.snare.play(SnareVoice::new(strike), offset, -0.05),
            Part::Clap => self.clap.play(ClapVoice::new(strike), offset, 0.12),
            Part::ClosedHat => self.cymbals.play(CymbalVoice::closed_hat(strike), offset, 0.3),
            Part::OpenHat => self.cymbals.play(CymbalVoice::open_hat(strike), offset, 0.3),
            Part::Crash => self.cymbals.play(CymbalVoice::crash(strike), offset, -0.35),
            Part::Bass => self.bass.play(BassVoice::new(strike), offset, 0.0),
            Part::Keys => self.piano.play(PianoVoice::new(strike), offset, keyboard_pan),
            Part::Pluck => {
                let pan = if strike.seed.is_multiple_of(2) { -0.55 } else { 0.55 };
                self.pluck.play(PluckVoice::new(strike), offset, pan);
            }
            Part::Lead => self.lead.play(LeadVoice::new(strike), offset, 0.0),
        }
    }

    fn mix_into(&mut self, mixer: &mut Mixer, bus: &mut Bus) {
        let level = |gain: f32| Strip { gain, ..DRUMS };
        self.kick.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, Strip { reverb: 0.0, ..level(0.42) });
        self.snare.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, Strip { reverb: 0.10, ..level(0.34) });
        self.clap.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, Strip { reverb: 0.12, ..level(0.36) });
        self.cymbals.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, level(0.14));
        self.bass.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, BASS);
        self.piano.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, PIANO);
        self.pluck.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, PLUCK);
        self.lead.render(&mut bus.left, &mut bus.right);
        mixer.add(bus, LEAD);
    }

    /// Notes that found no free voice.
    #[cfg(test)]
    fn n_stolen(&self) -> u32 {
        self.kick.n_stolen()
            + self.snare.n_stolen()
            + self.clap.n_stolen()
            + self.cymbals.n_stolen()
            + self.bass.n_stolen()
            + self.piano.n_stolen()
            + self.pluck.n_stolen()
            + self.lead.n_stolen()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo;

    fn render_all(sample_rate: u32, block_lens: &[usize]) -> (Vec<f32>, Vec<f32>) {
        let mut renderer = Renderer::new(&demo(), sample_rate);
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for &len in block_lens.iter().cycle() {
            let (mut l, mut r) = (vec![0.0; len], vec![0.0; len]);
            let n = renderer.render(&mut l, &mut r);
            left.extend_from_slice(&l[..n]);
            right.extend_from_slice(&r[..n]);
            if n < len {
                break;
            }
        }
        assert_eq!(renderer.render(&mut [0.0; 8], &mut [0.0; 8]), 0);
        assert_eq!(renderer.instruments.n_stolen(), 0);
        (left, right)
    }

    fn rms(samples: &[f32]) -> f64 {
        let sum: f64 = samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        (sum / samples.len().max(1) as f64).sqrt()
    }

    #[test]
    fn the_sound_does_not_depend_on_block_size() {
        let whole = render_all(16_000, &[1 << 22]);
        assert_eq!(render_all(16_000, &[512]), whole);
        assert_eq!(render_all(16_000, &[1, 63, 64, 65, 1000, 7]), whole);
    }

    #[test]
    fn every_rate_gives_the_whole_song() {
        for rate in [8_000, 44_100, 48_000, 96_000] {
            let (left, right) = render_all(rate, &[4_096]);
            assert_eq!(left.len(), (demo().length().0 * f64::from(rate)).round() as usize);
            assert_eq!(left.len(), right.len());
        }
    }

    #[test]
    fn the_sound_is_clean() {
        let (left, right) = render_all(48_000, &[512]);
        let limit = 10f32.powf(-1.0 / 20.0);
        for channel in [&left, &right] {
            assert!(channel.iter().all(|x| x.is_finite() && x.abs() < limit));
            let mean = channel.iter().map(|&x| f64::from(x)).sum::<f64>() / channel.len() as f64;
            assert!(mean.abs() < 1e-4, "offset {mean}");
            assert!(channel[0].abs() < 0.01);
            assert!(channel.last().is_some_and(|x| x.abs() < 1e-3));
            for second in channel.chunks(48_000).take(76) {
                assert!(rms(second) > 0.02, "a hole in the song");
            }
        }
        assert_ne!(left, right);
    }

    #[test]
    fn levels_agree_at_all_rates() {
        let reference = rms(&render_all(48_000, &[512]).0);
        for rate in [22_050, 44_100, 96_000] {
            let level = rms(&render_all(rate, &[512]).0);
            assert!((20.0 * (level / reference).log10()).abs() < 0.5, "{rate} Hz");
        }
    }
}
