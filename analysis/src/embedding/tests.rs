//! Laws of the embedding, with made-up weights: what the trained ones say is checked in `library`,
//! where they can be read.

use std::sync::Arc;

use super::mel::N_BANDS;
use super::network::{BANKS, EmbeddingModel, N_EMBEDDING, N_FRAMES, N_FRONT, N_MID, N_POOLED};
use super::patch::{N_STEPS, PatchWork};
use super::stream::EmbeddingStream;
use crate::learned::weights::tests::file;

/// Numbers from -1 to 1, exact in half precision.
fn noise(n: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as f32 / 128.0 - 1.0
    };
    (0..n).map(|_| next()).collect()
}

type Tensors = Vec<(String, Vec<usize>, Vec<f32>)>;

fn tensors() -> Tensors {
    let mut tensors: Tensors = vec![("input".into(), vec![2], vec![0.5, -0.25])];
    let banks = (0..).zip(BANKS).map(|(i, k)| (format!("bank{i}"), k.n_values(), k.n_filters));
    let convs = [(0, 7 * N_FRONT), (1, 7 * N_MID), (2, 7 * N_MID)];
    let convs = convs.map(|(i, n_inputs)| (format!("conv{i}"), n_inputs, N_MID));
    let dense = ("dense".to_owned(), 2 * N_POOLED, N_EMBEDDING);
    for (seed, (name, n_inputs, n_outputs)) in (1..).zip(banks.chain(convs).chain([dense])) {
        let scale = 1.0 / (n_inputs as f32).sqrt();
        let matrix = noise(n_inputs * n_outputs, seed).into_iter().map(|x| half(x * scale));
        tensors.push((format!("{name}.w"), vec![n_inputs, n_outputs], matrix.collect()));
        for (part, seed) in [("bias", 100), ("stretch", 200), ("shift", 300)] {
            tensors.push((format!("{name}.{part}"), vec![n_outputs], noise(n_outputs, seed)));
        }
    }
    tensors
}

/// Few enough digits for half precision.
fn half(x: f32) -> f32 {
    (x * 4096.0).round() / 4096.0
}

fn bytes(tensors: &Tensors) -> Vec<u8> {
    let tensors: Vec<_> =
        tensors.iter().map(|(name, dims, x)| (name.as_str(), dims.as_slice(), x.clone())).collect();
    file(&tensors)
}

fn model() -> Arc<EmbeddingModel> {
    Arc::new(EmbeddingModel::from_bytes(&bytes(&tensors())).unwrap())
}

/// Notes that change, 24 kHz.
fn music(seconds: f32, gain: f32) -> Vec<f32> {
    let n = (seconds * 24_000.0) as usize;
    let tone = |i: usize| {
        let at = i as f32 / 24_000.0;
        let hz = [220.0, 277.0, 330.0, 587.0, 1244.0][(at * 2.3) as usize % 5];
        gain * (std::f32::consts::TAU * hz * at).sin() * (-3.0 * (at * 2.3).fract()).exp()
    };
    (0..n).map(tone).zip(noise(n, 9)).map(|(tone, noise)| tone + 0.05 * gain * noise).collect()
}

fn heard(samples: &[f32], chunk: usize) -> Option<[f32; N_EMBEDDING]> {
    let mut stream = EmbeddingStream::of_file(model(), 24_000).unwrap();
    samples.chunks(chunk).for_each(|part| stream.push(part));
    stream.finish();
    stream.embedding()
}

#[test]
fn a_patch_gives_what_the_definition_gives() {
    let picture = noise(N_FRAMES * N_BANDS, 77);
    let expected = by_definition(&tensors(), &picture);
    let frames = picture.as_chunks::<N_BANDS>().0;
    let model = model();
    let mut work = PatchWork::new();
    // Twice: nothing may be left of the first time.
    for _ in 0..2 {
        work.begin(&model, frames.iter().copied());
        let given: Vec<_> = (0..N_STEPS + 1).map(|_| work.step(&model)).collect();
        assert!(given.iter().enumerate().all(|(idx, x)| x.is_some() == (idx + 1 == N_STEPS)));
        let given = given.into_iter().flatten().next().unwrap();
        for (given, expected) in given.iter().zip(&expected) {
            assert!((given - expected).abs() < 1e-3, "{given} {expected}");
        }
    }
}

/// The network as the paper has it, one number after the other.
fn by_definition(tensors: &Tensors, picture: &[f32]) -> Vec<f32> {
    let tensor = |name: &str| &tensors.iter().find(|(of, _, _)| of == name).unwrap().2;
    let answer = |name: &str, filter: usize, x: f32| {
        let part = |part| tensor(&format!("{name}.{part}"))[filter];
        part("stretch") * (x + part("bias")).max(0.0) + part("shift")
    };
    let input = tensor("input");
    let pixel = |frame: isize, band: usize| {
        let frame = usize::try_from(frame).ok().filter(|frame| *frame < N_FRAMES);
        frame.map_or(0.0, |frame| picture[frame * N_BANDS + band] * input[0] + input[1])
    };
    let mut channels: Vec<Vec<f32>> = vec![Vec::new(); N_FRAMES];
    for (idx, bank) in BANKS.iter().enumerate() {
        let name = format!("bank{idx}");
        let weights = tensor(&format!("{name}.w"));
        for (frame, channels) in channels.iter_mut().enumerate() {
            let mut most = vec![f32::NEG_INFINITY; bank.n_filters];
            for place in 0..bank.n_places() {
                let mut sums = vec![0.0; bank.n_filters];
                for tap in 0..bank.n_frames {
                    for band in 0..bank.n_bands {
                        let at = (frame + tap) as isize - ((bank.n_frames - 1) / 2) as isize;
                        let x = pixel(at, place + band);
                        let row = &weights[(tap * bank.n_bands + band) * bank.n_filters..];
                        sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += x * weight);
                    }
                }
                for (filter, (most, sum)) in most.iter_mut().zip(sums).enumerate() {
                    *most = most.max(answer(&name, filter, sum));
                }
            }
            channels.extend(most);
        }
    }
    let mut reads: Vec<Vec<f32>> = channels.clone();
    for idx in 0..3 {
        let name = format!("conv{idx}");
        let weights = tensor(&format!("{name}.w"));
        let n_inputs = reads[0].len();
        let said = |frame: usize, filter: usize| {
            let mut sum = 0.0;
            for tap in 0..7 {
                if let Some(read) = (frame + tap).checked_sub(3).and_then(|at| reads.get(at)) {
                    let column = weights[tap * n_inputs * N_MID + filter..].iter().step_by(N_MID);
                    sum += read.iter().zip(column).map(|(x, weight)| x * weight).sum::<f32>();
                }
            }
            let read = if idx == 0 { 0.0 } else { reads[frame][filter] };
            answer(&name, filter, sum) + read
        };
        let next: Vec<Vec<f32>> =
            (0..N_FRAMES).map(|frame| (0..N_MID).map(|f| said(frame, f)).collect()).collect();
        channels.iter_mut().zip(&next).for_each(|(all, more)| all.extend(more));
        reads = next;
    }
    let column = |c: usize| channels.iter().map(move |frame| frame[c]);
    let most = (0..N_POOLED).map(|c| column(c).fold(f32::NEG_INFINITY, f32::max));
    let mean = (0..N_POOLED).map(|c| column(c).sum::<f32>() / N_FRAMES as f32);
    let pooled: Vec<f32> = most.chain(mean).collect();
    let weights = tensor("dense.w");
    let dense = |output: usize| {
        let column = weights[output..].iter().step_by(N_EMBEDDING);
        pooled.iter().zip(column).map(|(x, weight)| x * weight).sum::<f32>()
    };
    (0..N_EMBEDDING).map(|output| answer("dense", output, dense(output))).collect()
}

#[test]
fn the_embedding_does_not_depend_on_how_the_stream_was_cut() {
    let music = music(9.5, 0.3);
    let whole = heard(&music, music.len()).unwrap();
    for chunk in [1, 777, 24_000] {
        assert_eq!(heard(&music, chunk).unwrap(), whole, "{chunk}");
    }
}

#[test]
fn a_softer_copy_is_like_the_original() {
    let loud = heard(&music(6.5, 0.5), 4_096).unwrap();
    let soft = heard(&music(6.5, 0.005), 4_096).unwrap();
    for (a, b) in loud.iter().zip(&soft) {
        assert!((a - b).abs() < 1e-3, "{a} {b}");
    }
}

#[test]
fn silence_and_what_is_too_short_are_like_nothing() {
    assert_eq!(heard(&vec![0.0; 24_000 * 7], 512), None);
    let constant = heard(&vec![0.5; 24_000 * 7], 512);
    assert!(constant.is_none_or(|x| x.iter().all(|x| x.is_finite())));
    assert_eq!(heard(&music(2.9, 0.3), 512), None);
    assert_eq!(heard(&[], 512), None);
    assert!(heard(&music(3.1, 0.3), 512).is_some());
}

#[test]
fn after_a_reset_nothing_is_left() {
    let music = music(7.0, 0.3);
    for stream in [
        EmbeddingStream::of_file(model(), 24_000).unwrap(),
        EmbeddingStream::live(model(), 24_000).unwrap(),
    ] {
        let mut stream = stream;
        stream.push(&music);
        let first = stream.embedding();
        assert!(first.is_some());
        stream.reset();
        assert_eq!(stream.embedding(), None);
        stream.push(&music);
        assert_eq!(stream.embedding(), first);
    }
}

#[test]
fn what_is_not_the_model_is_refused() {
    assert!(EmbeddingModel::from_bytes(b"").is_err());
    let whole = bytes(&tensors());
    assert!(EmbeddingModel::from_bytes(&whole[..whole.len() - 1]).is_err());
    let mut other = tensors();
    other.pop();
    let error = EmbeddingModel::from_bytes(&bytes(&other)).unwrap_err();
    assert_eq!(error.to_string(), "not the model for style: there is no tensor dense.shift");
}
