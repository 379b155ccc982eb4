//! Beats of a whole file: the chain of moments with the strongest onsets whose distances keep to a
//! given tempo, by dynamic programming (Ellis, "Beat Tracking by Dynamic Programming", JNMR 2007).

/// Penalty of a distance an octave off the tempo, in standard deviations of onset strength.
const TIGHTNESS: f32 = 400.0;
/// Distances considered, in beats.
const SHORTEST: f32 = 0.6;
const LONGEST: f32 = 1.6;
/// A beat weaker than this share of the median one, before the first or after the last strong one
/// or in a long run of such, is not a beat of anything.
const WEAK: f32 = 0.25;
/// Weak beats in a row that are a pause.
const PAUSE_BEATS: usize = 8;

/// Frame numbers of the beats in `activation`, one strength a frame; `lag_at` gives the length of a
/// beat in frames at a frame.
pub(super) fn beats(activation: &[f32], lag_at: impl Fn(usize) -> f32) -> Vec<usize> {
    let Some(last) = activation.len().checked_sub(1) else { return Vec::new() };
    // Scores as far back as a beat can reach; how far the best predecessor of each frame lies.
    let mut scores = vec![0.0f64; 1024];
    let mut steps = Vec::with_capacity(activation.len());
    let mut penalties: Vec<f32> = Vec::new();
    let (mut shortest, mut penalties_for) = (0, f32::NAN);
    for (t, &strength) in activation.iter().enumerate() {
        let lag = lag_at(t);
        if lag != penalties_for {
            penalties_for = lag;
            shortest = (lag * SHORTEST).round() as usize;
            penalties.clear();
            penalties.extend((shortest..=(lag * LONGEST).round() as usize).map(|distance| {
                let octaves = (distance as f32 / lag).log2();
                TIGHTNESS * octaves * octaves
            }));
        }
        let (mut best, mut step) = (f64::MIN, 0);
        for (idx, penalty) in penalties.iter().enumerate() {
            let distance = shortest + idx;
            // A chain may begin anywhere: before the start all scores are 0.
            let before = if distance <= t { scores[(t - distance) % scores.len()] } else { 0.0 };
            let score = before - f64::from(*penalty);
            if score > best {
                (best, step) = (score, distance);
            }
        }
        let slot = t % scores.len();
        scores[slot] = best + f64::from(strength);
        steps.push(step as u16);
    }

    let tail = (lag_at(last).ceil() as usize).clamp(1, last + 1);
    let score_at = |t: &usize| scores[t % scores.len()];
    let end = (last + 1 - tail..=last).max_by(|a, b| score_at(a).total_cmp(&score_at(b)));
    let mut chain = Vec::new();
    let mut next = end;
    while let Some(t) = next {
        chain.push(t);
        next = t.checked_sub(usize::from(steps[t])).filter(|_| steps[t] > 0);
    }
    chain.reverse();
    without_pauses(activation, chain)
}

/// Drops beats that were only counted through silence.
fn without_pauses(activation: &[f32], beats: Vec<usize>) -> Vec<usize> {
    let strengths: Vec<f32> = beats.iter().map(|&beat| strength_at(activation, beat)).collect();
    let mut sorted = strengths.clone();
    sorted.sort_by(f32::total_cmp);
    let Some(median) = sorted.get(sorted.len() / 2) else { return beats };
    let threshold = (WEAK * median).max(0.0);
    let strong = |idx: &usize| strengths[*idx] > threshold;
    let mut keep = vec![true; beats.len()];
    let mut idx = 0;
    while idx < beats.len() {
        let run = (idx..beats.len()).take_while(|i| !strong(i)).count();
        if run > 0 && (idx == 0 || idx + run == beats.len() || run >= PAUSE_BEATS) {
            keep[idx..idx + run].fill(false);
        }
        idx += run.max(1);
    }
    let mut keep = keep.into_iter();
    beats.into_iter().filter(|_| keep.next().unwrap_or(false)).collect()
}

fn strength_at(activation: &[f32], beat: usize) -> f32 {
    let around = beat.saturating_sub(5)..(beat + 6).min(activation.len());
    activation[around].iter().copied().fold(f32::MIN, f32::max)
}
