//! [`Memory`] and [`Level`]: what is left of the patches heard, and how loud they were.

use super::network::N_EMBEDDING;

/// Patches of a file that are kept; where there would be more, every two become their mean and only
/// every other one is looked at from then on. So a file of any length costs a few, spread evenly.
const MOST_PATCHES: usize = 8;
/// Share of a live patch that is left when the next one has been heard: 1/e after 30 s.
const FADE: f32 = 0.905;

/// Mean power of the sounding patches so far, so that all of a piece is brought to one level and
/// keeps its dynamics.
#[derive(Clone, Debug)]
pub(super) struct Level {
    fade: f32,
    sum: f32,
    weight: f32,
}

impl Level {
    pub(super) fn whole() -> Self {
        Self { fade: 1.0, sum: 0.0, weight: 0.0 }
    }

    pub(super) fn last_minute() -> Self {
        Self { fade: FADE, ..Self::whole() }
    }

    /// The level, with a patch of so much power in it.
    pub(super) fn push(&mut self, power: f32) -> f32 {
        self.sum = self.fade * self.sum + power;
        self.weight = self.fade * self.weight + 1.0;
        self.sum / self.weight
    }

    pub(super) fn reset(&mut self) {
        (self.sum, self.weight) = (0.0, 0.0);
    }
}

/// What is left of the patches heard.
#[derive(Clone, Debug)]
pub(super) enum Memory {
    /// All of a file, joined and thinned out evenly.
    Whole { kept: Vec<[f32; N_EMBEDDING]>, n_heard: usize, stride: usize },
    /// Older patches fade.
    LastMinute { sum: Box<[f32; N_EMBEDDING]>, weight: f32 },
}

impl Memory {
    pub(super) fn whole() -> Self {
        Self::Whole { kept: Vec::with_capacity(MOST_PATCHES), n_heard: 0, stride: 1 }
    }

    pub(super) fn last_minute() -> Self {
        Self::LastMinute { sum: Box::new([0.0; N_EMBEDDING]), weight: 0.0 }
    }

    /// Whether the next patch is to be looked at.
    pub(super) fn wants_next(&mut self) -> bool {
        match self {
            Self::Whole { n_heard, stride, .. } => {
                *n_heard += 1;
                (*n_heard - 1).is_multiple_of(*stride)
            }
            Self::LastMinute { .. } => true,
        }
    }

    pub(super) fn take(&mut self, embedding: [f32; N_EMBEDDING]) {
        match self {
            Self::Whole { kept, stride, .. } => {
                kept.push(embedding);
                if kept.len() == MOST_PATCHES {
                    for pair in 0..MOST_PATCHES / 2 {
                        let (one, other) = (kept[2 * pair], kept[2 * pair + 1]);
                        kept[pair] = std::array::from_fn(|idx| 0.5 * (one[idx] + other[idx]));
                    }
                    kept.truncate(MOST_PATCHES / 2);
                    *stride *= 2;
                }
            }
            Self::LastMinute { sum, weight } => {
                for (sum, x) in sum.iter_mut().zip(embedding) {
                    *sum = FADE * *sum + x;
                }
                *weight = FADE * *weight + 1.0;
            }
        }
    }

    pub(super) fn mean(&self) -> Option<[f32; N_EMBEDDING]> {
        match self {
            Self::Whole { kept, .. } => (!kept.is_empty()).then(|| {
                let sum = |idx: usize| kept.iter().map(|one| one[idx]).sum::<f32>();
                std::array::from_fn(|idx| sum(idx) / kept.len() as f32)
            }),
            Self::LastMinute { sum, weight } => (*weight > 0.0).then(|| sum.map(|x| x / weight)),
        }
    }

    pub(super) fn reset(&mut self) {
        match self {
            Self::Whole { kept, n_heard, stride } => {
                kept.clear();
                (*n_heard, *stride) = (0, 1);
            }
            Self::LastMinute { sum, weight } => {
                sum.fill(0.0);
                *weight = 0.0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_file_a_few_patches_from_all_over_it_are_kept() {
        let mut memory = Memory::whole();
        let mut n_taken = 0;
        for patch in 0..1000 {
            if memory.wants_next() {
                memory.take([patch as f32; N_EMBEDDING]);
                n_taken += 1;
            }
        }
        assert!(n_taken < 80, "{n_taken}");
        let Memory::Whole { kept, stride, .. } = &memory else { unreachable!() };
        assert!(kept.len() >= MOST_PATCHES / 2);
        for (idx, one) in kept.iter().enumerate() {
            let span = (idx * stride) as f32..((idx + 1) * stride) as f32;
            assert!(span.contains(&one[0]), "{idx}: {}", one[0]);
        }
        assert!(memory.mean().is_some_and(|mean| (mean[0] - 500.0).abs() < 80.0));
    }

    #[test]
    fn live_older_patches_fade() {
        let mut memory = Memory::last_minute();
        (0..30).for_each(|_| memory.take([0.0; N_EMBEDDING]));
        assert!(memory.wants_next());
        (0..20).for_each(|_| memory.take([1.0; N_EMBEDDING]));
        assert!(memory.mean().is_some_and(|mean| (0.8..1.0).contains(&mean[0])));
    }
}
