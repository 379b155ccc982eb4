//! A plain groove of drums and bass along a tempo of one's own: what tempo following is tried on.

use std::f64::consts::TAU;

/// Samples a second of what is rendered.
pub(super) const RATE: u32 = 44_100;

/// Beat times in seconds and what sounds on them.
#[derive(Clone, Debug, Default)]
pub(super) struct Groove {
    /// Beats, in time order; the last ends the music.
    beats: Vec<f64>,
    /// From when to when nothing sounds, in seconds.
    pause: Option<(f64, f64)>,
}

impl Groove {
    /// A beat grid from 0.3 s on through stretches of (seconds, BPM at the start, BPM at the end).
    pub(super) fn along(stretches: &[(f64, f64, f64)]) -> Self {
        let mut beats = Vec::new();
        let (mut at, mut start) = (0.3, 0.3);
        for &(seconds, from, to) in stretches {
            while at < start + seconds {
                beats.push(at);
                at += 60.0 / (from + (to - from) * (at - start) / seconds);
            }
            start += seconds;
        }
        beats.push(at);
        Self { beats, pause: None }
    }

    /// The same, silent for `n_beats` beats from the first one after `start` seconds on.
    pub(super) fn with_pause(mut self, start: f64, n_beats: usize) -> Self {
        let first = self.beats.partition_point(|beat| *beat < start);
        let end = (first + n_beats).min(self.beats.len() - 1);
        self.pause = Some((self.beats[first], self.beats[end]));
        self
    }

    /// When the silence is over.
    pub(super) fn back_at(&self) -> Option<f64> {
        self.pause.map(|(_, end)| end)
    }

    /// The beats that sound.
    pub(super) fn sounding(&self) -> Vec<f64> {
        let (last, beats) = self.beats.split_last().map_or((0.0, &[][..]), |(l, b)| (*l, b));
        beats.iter().copied().filter(|at| *at < last && !self.is_silent(*at)).collect()
    }

    /// Tempo at `at` in BPM: that of the beat it lies in.
    pub(super) fn bpm(&self, at: f64) -> f64 {
        let next = self.beats.partition_point(|beat| *beat <= at).clamp(1, self.beats.len() - 1);
        60.0 / (self.beats[next] - self.beats[next - 1])
    }

    /// Seconds of music.
    pub(super) fn seconds(&self) -> f64 {
        self.beats.last().copied().unwrap_or_default()
    }

    fn is_silent(&self, at: f64) -> bool {
        self.pause.is_some_and(|(start, end)| (start..end).contains(&at))
    }

    /// Mono samples at [`RATE`].
    pub(super) fn render(&self) -> Vec<f32> {
        const BASS_STEPS: [i32; 4] = [0, 0, 7, 5];
        let mut sound = Sound::of(self.seconds() + 0.5);
        for (idx, pair) in self.beats.windows(2).enumerate() {
            let (at, next) = (pair[0], pair[1]);
            if self.is_silent(at) {
                continue;
            }
            if idx % 2 == 0 {
                sound.kick(at);
            } else {
                sound.hit(at, 0.4, 30.0);
            }
            sound.hit(at, 0.12, 120.0);
            sound.hit(0.5 * (at + next), 0.12, 120.0);
            let hz = 55.0 * (f64::from(BASS_STEPS[idx / 4 % 4]) / 12.0).exp2();
            sound.bass(at, next - at, hz);
        }
        sound.samples
    }
}

struct Sound {
    samples: Vec<f32>,
    noise: u32,
}

impl Sound {
    fn of(seconds: f64) -> Self {
        Self { samples: vec![0.0; (seconds * f64::from(RATE)) as usize], noise: 1 }
    }

    /// Adds `wave` of the time since `at`.
    fn add(&mut self, at: f64, seconds: f64, mut wave: impl FnMut(f64) -> f64) {
        let rate = f64::from(RATE);
        let start = (at * rate).round() as usize;
        for (idx, sample) in
            self.samples.iter_mut().skip(start).take((seconds * rate) as usize).enumerate()
        {
            *sample += wave(idx as f64 / rate) as f32;
        }
    }

    /// A drum whose pitch falls to 50 Hz.
    fn kick(&mut self, at: f64) {
        self.add(at, 0.15, |t| {
            0.6 * (TAU * 50.0 * t + 3.0 * (1.0 - (-30.0 * t).exp())).sin() * (-18.0 * t).exp()
        });
    }

    /// Noise that fades by e in `1 / decay` seconds.
    fn hit(&mut self, at: f64, gain: f64, decay: f64) {
        let mut noise = self.noise;
        self.add(at, 4.0 / decay, |t| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = f64::from(noise >> 8) / f64::from(1_u32 << 23) - 1.0;
            gain * value * (-decay * t).exp()
        });
        self.noise = noise;
    }

    /// A soft square wave.
    fn bass(&mut self, at: f64, seconds: f64, hz: f64) {
        self.add(at, seconds, |t| 0.15 * (4.0 * (TAU * hz * t).sin()).tanh() * (-3.0 * t).exp());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_keeps_to_the_tempos_asked_for() {
        let groove = Groove::along(&[(10.0, 120.0, 120.0), (10.0, 120.0, 60.0)]);
        assert!((groove.bpm(5.0) - 120.0).abs() < 1e-9);
        assert!((groove.bpm(19.5) - 66.0).abs() < 4.0);
        assert!((groove.seconds() - 20.5).abs() < 1.0);
    }

    #[test]
    fn a_pause_is_silent_and_the_grid_goes_on() {
        let groove = Groove::along(&[(20.0, 120.0, 120.0)]).with_pause(5.0, 16);
        let back = groove.back_at().unwrap();
        assert!((back - 13.3).abs() < 0.01, "{back}");
        assert!(groove.sounding().iter().all(|at| !(5.3..13.2).contains(at)));
        let sound = groove.render();
        let at = |seconds: f64| (seconds * f64::from(RATE)) as usize;
        assert!(sound[at(6.0)..at(13.0)].iter().all(|x| *x == 0.0));
        assert!(sound[at(13.3)..at(13.4)].iter().any(|x| x.abs() > 0.1));
    }
}
