//! The beat networks against the sums that define them, on weights that mean nothing; and against
//! the trainer, on those that are shipped.

use super::TrackBeatModel;
use super::beat_harmony::HarmonyStream;
use super::beat_net::{Activation, BeatNet, BeatStream, N_HARMONY, Sight};
use super::golden::{bytes, numbers};
use super::made_up::noise;
use super::weights::Weights;
use super::weights::tests::file;
use crate::features::{N_MEL_BANDS, N_PITCH_BINS};

const N_BLOCKS: usize = 9;

fn layers(sight: Sight) -> Vec<(String, Vec<usize>)> {
    let mut layers: Vec<(String, Vec<usize>)> =
        vec![("front1".into(), vec![3, 5, 8]), ("front2".into(), vec![3, 5, 8, 16])];
    if sight == Sight::Both {
        layers.push(("harmony".into(), vec![5, 12, 2, 24]));
    }
    layers.push(("join".into(), vec![if sight == Sight::Both { 200 } else { 176 }, 40]));
    for block in 0..N_BLOCKS {
        layers.push((format!("block{block}.conv"), vec![5, 40, 40]));
        layers.push((format!("block{block}.mix"), vec![40, 40]));
    }
    layers.push(("out".into(), vec![40, 2]));
    layers
}

/// A file of meaningless weights that keep the values of all layers in range.
pub(crate) fn weights_file(sight: Sight) -> Vec<u8> {
    let mut noise = noise(3);
    let mut tensors = Vec::new();
    for (name, dims) in layers(sight) {
        let n: usize = dims.iter().product();
        let n_outputs = dims[dims.len() - 1];
        let size = 2.5 * (n_outputs as f32 / n as f32).sqrt();
        let w: Vec<f32> = (0..n).map(|_| size * noise()).collect();
        let b: Vec<f32> = (0..n_outputs).map(|_| 0.2 * noise()).collect();
        tensors.push((format!("{name}.w"), dims, w));
        tensors.push((format!("{name}.b"), vec![n_outputs], b));
    }
    let tensors: Vec<_> =
        tensors.iter().map(|(name, dims, x)| (name.as_str(), dims.as_slice(), x.clone())).collect();
    file(&tensors)
}

/// Harmony at every band frame, from that of the pitch frames.
fn held_between(harmony: &[[f32; N_HARMONY]], frame: usize) -> [f32; N_HARMONY] {
    let last = harmony.len() - 1;
    let (before, after) = ((frame / 10).min(last), (frame / 10 + 1).min(last));
    let share = (frame % 10) as f32 / 10.0;
    std::array::from_fn(|k| (1.0 - share) * harmony[before][k] + share * harmony[after][k])
}

fn harmony(
    model: &TrackBeatModel,
    pitch: &[[u8; N_PITCH_BINS]],
    cents: f32,
) -> Vec<[f32; N_HARMONY]> {
    let mut out = Vec::new();
    let mut stream = HarmonyStream::new(&model.harmony);
    for bins in pitch {
        stream.push(&model.harmony, bins, cents, &mut |frame| out.push(frame));
    }
    stream.finish(&model.harmony, &mut |frame| out.push(frame));
    out
}

fn activations(
    net: &BeatNet,
    stream: &mut BeatStream,
    bands: &[[u8; N_MEL_BANDS]],
    harmony: impl Fn(usize) -> [f32; N_HARMONY],
) -> Vec<Activation> {
    let mut out = Vec::new();
    for (frame, bands) in bands.iter().enumerate() {
        stream.push(net, bands, &harmony(frame), &mut |activation| out.push(activation));
    }
    stream.finish(net, &mut |activation| out.push(activation));
    out
}

/// Values `[frame][place][channel]`.
type Values = Vec<Vec<Vec<f64>>>;

/// `out[n][s][o] = relu(b[o] + sum over i, j, k of x[n + times[i]][start(s) + j][k] w[i][j][k][o])`.
fn direct(
    weights: &mut Weights,
    (name, dims): &(String, Vec<usize>),
    x: &Values,
    times: &[isize],
    starts: &[isize],
) -> Values {
    let w = weights.take(&format!("{name}.w"), dims).unwrap();
    let n_outputs = dims[dims.len() - 1];
    let b = weights.take(&format!("{name}.b"), &[n_outputs]).unwrap();
    let n_channels = x[0][0].len();
    let n_taps = w.len() / n_outputs / n_channels / times.len();
    let sums = |n: usize, start: isize| {
        let mut sums: Vec<f64> = b.iter().map(|&x| f64::from(x)).collect();
        for (i, time) in times.iter().enumerate() {
            let Some(frame) = usize::try_from(n as isize + time).ok().and_then(|n| x.get(n)) else {
                continue;
            };
            for j in 0..n_taps {
                let place = usize::try_from(start + j as isize).ok().and_then(|s| frame.get(s));
                for (k, value) in place.into_iter().flatten().enumerate() {
                    let row = ((i * n_taps + j) * n_channels + k) * n_outputs;
                    for (sum, w) in sums.iter_mut().zip(&w[row..]) {
                        *sum += value * f64::from(*w);
                    }
                }
            }
        }
        sums
    };
    (0..x.len()).map(|n| starts.iter().map(|&start| sums(n, start)).collect()).collect()
}

fn relu(mut values: Values) -> Values {
    for value in values.iter_mut().flatten().flatten() {
        *value = value.max(0.0);
    }
    values
}

fn flat(values: Values) -> Values {
    values.into_iter().map(|frame| vec![frame.concat()]).collect()
}

fn directly(
    file: &[u8],
    sight: Sight,
    bands: &[[u8; N_MEL_BANDS]],
    harmony: impl Fn(usize) -> [f32; N_HARMONY],
) -> Vec<[f64; 2]> {
    let mut weights = Weights::read(file).unwrap();
    let layers = layers(sight);
    let layer = |name: &str| layers.iter().find(|(n, _)| n == name).unwrap();
    let ahead = isize::from(sight == Sight::Both);
    let near = [ahead - 2, ahead - 1, ahead];
    let x: Values = bands
        .iter()
        .map(|frame| frame.iter().map(|&x| vec![f64::from(x) / 255.0]).collect())
        .collect();
    let starts1: Vec<isize> = (0..32).map(|s| 2 * s - 2).collect();
    let starts2: Vec<isize> = (0..11).map(|s| 3 * s - 2).collect();
    let a = relu(direct(&mut weights, layer("front1"), &x, &near, &starts1));
    let mut c = flat(relu(direct(&mut weights, layer("front2"), &a, &near, &starts2)));
    if sight == Sight::Both {
        for (n, frame) in c.iter_mut().enumerate() {
            frame[0].extend(harmony(n).map(f64::from));
        }
    }
    let mut y = relu(direct(&mut weights, layer("join"), &c, &[0], &[0]));
    for block in 0..N_BLOCKS {
        let times: Vec<isize> =
            (0..5).map(|i| (i - if sight == Sight::Both { 2 } else { 4 }) << block).collect();
        let conv = layer(&format!("block{block}.conv"));
        let v = relu(direct(&mut weights, conv, &y, &times, &[0]));
        let mixed = direct(&mut weights, layer(&format!("block{block}.mix")), &v, &[0], &[0]);
        for (y, mixed) in y.iter_mut().zip(&mixed) {
            y[0].iter_mut().zip(&mixed[0]).for_each(|(y, m)| *y += m);
        }
    }
    let logits = direct(&mut weights, layer("out"), &relu(y), &[0], &[0]);
    logits.iter().map(|frame| [frame[0][0], frame[0][1]]).collect()
}

#[track_caller]
fn assert_same(heard: Activation, logits: [f64; 2]) {
    let [beat, downbeat] = logits.map(|logit| 1.0 / (1.0 + (-logit).exp()));
    let off =
        (f64::from(heard.beat) - beat).abs().max((f64::from(heard.downbeat) - downbeat).abs());
    assert!(off < 2e-4, "{heard:?} is not {beat}, {downbeat}");
}

#[test]
fn a_stream_is_what_the_sums_say() {
    let some_harmony = |frame: usize| std::array::from_fn(|k| ((frame + 3 * k) % 7) as f32 * 0.1);
    for sight in [Sight::Both, Sight::Past] {
        let file = weights_file(sight);
        let net = BeatNet::read(&file, sight).unwrap();
        for n in [1, 2, 7, 640] {
            let bands = bytes(7, n);
            let heard = activations(&net, &mut BeatStream::new(&net), &bands, some_harmony);
            let expected = directly(&file, sight, &bands, some_harmony);
            assert_eq!(heard.len(), n);
            heard.iter().zip(expected).for_each(|(heard, logits)| assert_same(*heard, logits));
        }
    }
}

#[test]
fn the_live_network_answers_every_frame_at_once_and_forgets() {
    let net = BeatNet::read(&weights_file(Sight::Past), Sight::Past).unwrap();
    let mut stream = BeatStream::new(&net);
    let bands: Vec<[u8; N_MEL_BANDS]> = bytes(8, 300);
    let pass = |stream: &mut BeatStream| {
        let mut out = Vec::new();
        for (idx, bands) in bands.iter().enumerate() {
            stream.push(&net, bands, &[0.0; N_HARMONY], &mut |activation| out.push(activation));
            assert_eq!(out.len(), idx + 1);
        }
        out
    };
    let first = pass(&mut stream);
    stream.reset();
    assert_eq!(pass(&mut stream), first);
}

#[test]
fn the_harmony_is_what_the_sums_say() {
    let file = weights_file(Sight::Both);
    let model = TrackBeatModel::read(&file).unwrap();
    let pitch: Vec<[u8; N_PITCH_BINS]> = bytes(9, 9);
    let heard = harmony(&model, &pitch, 0.0);
    assert_eq!(heard.len(), pitch.len());
    let semitone = |frame: &[u8; N_PITCH_BINS], s: usize| {
        let bins = (3 * s).saturating_sub(1)..=3 * s + 1;
        f64::from(*frame[bins].iter().max().unwrap()) / 255.0
    };
    let class = |frame: &[u8; N_PITCH_BINS], p: usize, octaves: usize| {
        (0..octaves).map(|v| semitone(frame, 12 * v + p)).fold(0.0, f64::max)
    };
    let x: Values = pitch
        .iter()
        .map(|frame| {
            (0..24).map(|p| vec![class(frame, p % 12, 7), class(frame, p % 12, 3)]).collect()
        })
        .collect();
    let layer = ("harmony".to_owned(), vec![5, 12, 2, 24]);
    let starts: Vec<isize> = (0..12).collect();
    let times = [-2, -1, 0, 1, 2];
    let g = relu(direct(&mut Weights::read(&file).unwrap(), &layer, &x, &times, &starts));
    for (heard, g) in heard.iter().zip(g) {
        for (o, heard) in heard.iter().enumerate() {
            let mean = g.iter().map(|place| place[o]).sum::<f64>() / 12.0;
            assert!((f64::from(*heard) - mean).abs() < 1e-4);
        }
    }
}

#[test]
fn shipped_networks_say_what_the_trainer_says() {
    let models = super::Models::shipped();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
    let golden =
        |name: &str| std::fs::read_to_string(format!("{folder}/{name}_golden.json")).unwrap();
    let check = |name: &str, heard: &[Activation]| {
        let text = golden(name);
        let (frames, logits) = (numbers(&text, "frames"), numbers(&text, "logits"));
        assert_eq!(logits.len(), 2 * frames.len());
        for (frame, logits) in frames.iter().zip(logits.chunks_exact(2)) {
            assert_same(heard[*frame as usize], [logits[0], logits[1]].map(f64::from));
        }
    };
    let bands = bytes(12_345, 1_300);
    let model = models.beats().unwrap();
    let harmony = harmony(model, &bytes(12_346, 128), 13.0);
    let mut stream = BeatStream::new(&model.net);
    let heard = activations(&model.net, &mut stream, &bands, |n| held_between(&harmony, n));
    check("beats", &heard);
    let net = models.live_beats().unwrap();
    let heard = activations(net, &mut BeatStream::new(net), &bands, |_| [0.0; N_HARMONY]);
    check("beats_live", &heard);
}
