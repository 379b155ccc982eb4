//! [`Pool`]: a fixed number of voices of one kind, mixed to stereo.

use super::QUANTUM;

/// One note of one instrument while it sounds.
pub(crate) trait Voice: Default {
    /// Called before each run of at most [`QUANTUM`] samples: moves what moves slowly.
    fn prepare(&mut self) {}

    /// The next sample.
    fn next_sample(&mut self) -> f32;

    /// Whether it has faded below hearing.
    fn has_ended(&self) -> bool;
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot<V> {
    voice: V,
    sounding: bool,
    /// Sample of the coming quantum at which it begins.
    start: usize,
    gain_left: f32,
    gain_right: f32,
}

/// `N` voices; a new note takes the next free one.
#[derive(Clone, Debug)]
pub(crate) struct Pool<V, const N: usize> {
    slots: [Slot<V>; N],
    /// Notes that found no free voice and replaced a sounding one.
    n_stolen: u32,
}

impl<V: Voice + Copy, const N: usize> Pool<V, N> {
    pub(crate) fn new() -> Self {
        Self { slots: [Slot::default(); N], n_stolen: 0 }
    }

    /// Begins a note at sample `start` of the coming quantum. `pan` is -1 (left) to 1 (right),
    /// equal power.
    pub(crate) fn play(&mut self, voice: V, start: usize, pan: f32) {
        let free = self.slots.iter().position(|slot| !slot.sounding);
        self.n_stolen += u32::from(free.is_none());
        if let Some(slot) = self.slots.get_mut(free.unwrap_or(0)) {
            let angle = (pan.clamp(-1.0, 1.0) + 1.0) * std::f32::consts::FRAC_PI_4;
            *slot = Slot {
                voice,
                sounding: true,
                start: start.min(QUANTUM - 1),
                gain_left: angle.cos(),
                gain_right: angle.sin(),
            };
        }
    }

    /// Writes the next quantum of all voices.
    pub(crate) fn render(&mut self, left: &mut [f32; QUANTUM], right: &mut [f32; QUANTUM]) {
        left.fill(0.0);
        right.fill(0.0);
        for slot in self.slots.iter_mut().filter(|slot| slot.sounding) {
            slot.voice.prepare();
            for (l, r) in left.iter_mut().zip(right.iter_mut()).skip(slot.start) {
                let sample = slot.voice.next_sample();
                *l += slot.gain_left * sample;
                *r += slot.gain_right * sample;
            }
            slot.start = 0;
            slot.sounding = !slot.voice.has_ended();
        }
    }

    /// Notes that found no free voice.
    #[cfg(test)]
    pub(crate) fn n_stolen(&self) -> u32 {
        self.n_stolen
    }
}
