//! The tonal network against the sums that define it, on weights that mean nothing.

use super::golden::{bytes, numbers};
use super::made_up::noise;
use super::tonal_model::{N_BASSES, N_CHORDS, N_KEY_INPUTS, TonalModel};
use super::tonal_stream::{TonalReading, TonalStream};
use super::weights::Weights;
use super::weights::tests::file;
use crate::features::N_PITCH_BINS;

const LAYERS: [(&str, &[usize]); 9] = [
    ("front", &[3, 7, 16]),
    ("local", &[3, 3, 16, 24]),
    ("octave", &[3, 24, 24]),
    ("fold", &[7, 24, 48]),
    ("circle", &[12, 48, 40]),
    ("time", &[9, 40, 40]),
    ("root", &[12, 40, 16]),
    ("key.hidden", &[12, 100, 32]),
    ("key.out", &[12, 32, 2]),
];

/// A file of meaningless weights that keep the values of all layers in range.
pub(crate) fn weights_file() -> Vec<u8> {
    let mut noise = noise(1);
    let mut tensors = Vec::new();
    for (name, dims) in LAYERS {
        let n_outputs = dims[dims.len() - 1];
        let n: usize = dims.iter().product();
        let size = 3.0 * (n_outputs as f32 / n as f32).sqrt();
        tensors.push((
            format!("{name}.w"),
            dims.to_vec(),
            (0..n).map(|_| size * noise()).collect(),
        ));
        tensors.push((
            format!("{name}.b"),
            vec![n_outputs],
            (0..n_outputs).map(|_| 0.2 * noise()).collect::<Vec<f32>>(),
        ));
    }
    let tensors: Vec<_> =
        tensors.iter().map(|(name, dims, x)| (name.as_str(), dims.as_slice(), x.clone())).collect();
    file(&tensors)
}

pub(crate) fn frames(n: usize) -> Vec<[u8; N_PITCH_BINS]> {
    let mut noise = noise(2);
    (0..n).map(|_| std::array::from_fn(|_| ((noise() + 0.5) * 255.0) as u8)).collect()
}

/// The network by the sums of `training/MODELS.md`, in double precision, frame by frame.
struct Direct {
    tensors: Vec<(String, Vec<f64>)>,
}

/// A tensor of activations `[time][place][channel]`.
type Layer = Vec<Vec<Vec<f64>>>;

impl Direct {
    fn new(bytes: &[u8]) -> Self {
        let mut weights = Weights::read(bytes).unwrap();
        let mut tensors = Vec::new();
        for (name, dims) in LAYERS {
            let outputs = [dims[dims.len() - 1]];
            for (name, dims) in [(format!("{name}.w"), dims), (format!("{name}.b"), &outputs)] {
                let values = weights.take(&name, dims).unwrap();
                tensors.push((name, values.into_iter().map(f64::from).collect()));
            }
        }
        Self { tensors }
    }

    fn tensor(&self, name: &str) -> &[f64] {
        &self.tensors.iter().find(|(n, _)| n == name).unwrap().1
    }

    /// `out[t][s][o] = b[o] + sum over taps of x[t + dt][place][k] w[tap][k][o]`, where `taps` gives
    /// time offset and place for each tap, in the order of the weights.
    fn layer(
        &self,
        name: &str,
        x: &Layer,
        n_places: usize,
        taps: impl Fn(isize) -> Vec<(isize, isize)>,
    ) -> Layer {
        let (w, b) = (self.tensor(&format!("{name}.w")), self.tensor(&format!("{name}.b")));
        let at = |t: isize, place: isize| {
            let frame = usize::try_from(t).ok().and_then(|t| x.get(t))?;
            usize::try_from(place).ok().and_then(|place| frame.get(place))
        };
        let place = |t: usize, s: usize| {
            let mut sums = b.to_vec();
            let n_channels = x[0][0].len();
            for (tap, (dt, place)) in taps(s as isize).into_iter().enumerate() {
                let Some(values) = at(t as isize + dt, place) else { continue };
                for (k, value) in values.iter().enumerate() {
                    for (o, sum) in sums.iter_mut().enumerate() {
                        *sum += value * w[(tap * n_channels + k) * b.len() + o];
                    }
                }
            }
            sums
        };
        (0..x.len()).map(|t| (0..n_places).map(|s| place(t, s)).collect()).collect()
    }

    fn readings(&self, frames: &[[u8; N_PITCH_BINS]]) -> Vec<TonalReading> {
        let grid = |times: &[isize], places: Vec<isize>| -> Vec<(isize, isize)> {
            times.iter().flat_map(|&t| places.iter().map(move |&p| (t, p))).collect()
        };
        let circle = |p: isize| (0..12).map(|j| (p + j) % 12).collect::<Vec<_>>();
        let x: Layer = frames
            .iter()
            .map(|bins| bins.iter().map(|&bin| vec![f64::from(bin) / 255.0]).collect())
            .collect();
        let near = [-1, 0, 1];
        let a =
            self.layer("front", &x, 84, |s| grid(&near, (0..7).map(|j| 3 * s + j - 3).collect()));
        let a = relu(a);
        let c = relu(self.layer("local", &a, 84, |s| grid(&near, (s - 1..=s + 1).collect())));
        let d = self.layer("octave", &c, 84, |s| grid(&[0], vec![s - 12, s, s + 12]));
        let d = sum(&c, relu(d));
        let e = self.layer("fold", &d, 12, |p| grid(&[0], (0..7).map(|v| 12 * v + p).collect()));
        let e = relu(e);
        let g = relu(self.layer("circle", &e, 12, |p| grid(&[0], circle(p))));
        let times: Vec<isize> = (-4..=4).collect();
        let h = self.layer("time", &g, 12, |p| grid(&times, vec![p]));
        let h = sum(&g, relu(h));
        let r = self.layer("root", &h, 12, |p| grid(&[0], circle(p)));
        (0..frames.len()).map(|t| reading(&e[t], &h[t], &r[t])).collect()
    }

    fn key(&self, mean: &[f32; N_KEY_INPUTS]) -> Vec<f64> {
        let m = vec![mean.chunks(100).map(|m| m.iter().map(|&x| f64::from(x)).collect()).collect()];
        let circle = |p: isize| (0..12).map(|j| (0, (p + j) % 12)).collect::<Vec<_>>();
        let u = relu(self.layer("key.hidden", &m, 12, circle));
        let y = &self.layer("key.out", &u, 12, circle)[0];
        log_softmax((0..24).map(|key| y[key % 12][key / 12]).collect())
    }
}

fn reading(e: &[Vec<f64>], h: &[Vec<f64>], r: &[Vec<f64>]) -> TonalReading {
    let total = |o: usize| r.iter().map(|said| said[o]).sum::<f64>();
    let chords = (0..144).map(|class| r[class % 12][class / 12]).chain([total(13)]).collect();
    let bass = (0..12).map(|p| r[p][12]).chain([total(14)]).collect();
    let (chords, bass) = (log_softmax(chords), log_softmax(bass));
    let for_key: Vec<f64> = (0..12)
        .flat_map(|p| {
            let posteriors: Vec<f64> = (0..12).map(|q| chords[12 * q + p].exp()).collect();
            [&e[p][..], &h[p][..], &posteriors].concat()
        })
        .collect();
    TonalReading {
        chords: std::array::from_fn(|i| chords[i] as f32),
        bass: std::array::from_fn(|i| bass[i] as f32),
        for_key: std::array::from_fn(|i| for_key[i] as f32),
    }
}

fn relu(mut x: Layer) -> Layer {
    x.iter_mut().flatten().flatten().for_each(|x| *x = x.max(0.0));
    x
}

fn sum(x: &Layer, mut y: Layer) -> Layer {
    let x = x.iter().flatten().flatten();
    y.iter_mut().flatten().flatten().zip(x).for_each(|(y, x)| *y += x);
    y
}

fn log_softmax(logits: Vec<f64>) -> Vec<f64> {
    let sum: f64 = logits.iter().map(|x| x.exp()).sum();
    logits.iter().map(|x| x - sum.ln()).collect()
}

fn stream(model: &TonalModel, frames: &[[u8; N_PITCH_BINS]], cents: f32) -> Vec<TonalReading> {
    let mut stream = TonalStream::new(model);
    let mut readings: Vec<TonalReading> =
        frames.iter().filter_map(|bins| stream.push(model, bins, cents).copied()).collect();
    while let Some(reading) = stream.finish(model) {
        readings.push(*reading);
    }
    readings
}

fn assert_close(a: &TonalReading, b: &TonalReading) {
    let values = |reading: &TonalReading| -> Vec<f32> {
        [&reading.chords[..], &reading.bass, &reading.for_key].concat()
    };
    for (a, b) in values(a).iter().zip(values(b)) {
        assert!((a - b).abs() < 1e-3, "{a} {b}");
    }
}

#[test]
fn a_stream_hears_what_the_sums_say() {
    let bytes = weights_file();
    let (model, direct) = (TonalModel::read(&bytes).unwrap(), Direct::new(&bytes));
    for n in [1, 3, 20] {
        let frames = frames(n);
        let (streamed, summed) = (stream(&model, &frames, 0.0), direct.readings(&frames));
        assert_eq!(streamed.len(), n);
        for (a, b) in streamed.iter().zip(&summed) {
            assert_close(a, b);
        }
        let key = model.key(&streamed[0].for_key);
        for (a, b) in key.iter().zip(direct.key(&streamed[0].for_key)) {
            assert!((f64::from(*a) - b).abs() < 1e-3, "{a} {b}");
        }
    }
}

#[test]
fn a_stream_of_nothing_says_nothing() {
    let model = TonalModel::read(&weights_file()).unwrap();
    assert_eq!(stream(&model, &[], 0.0), []);
}

#[test]
fn after_a_reset_a_stream_is_as_new() {
    let model = TonalModel::read(&weights_file()).unwrap();
    let frames = frames(9);
    let mut used = TonalStream::new(&model);
    for bins in &frames {
        used.push(&model, bins, 12.0);
    }
    used.reset();
    let mut fresh = TonalStream::new(&model);
    for bins in &frames {
        assert_eq!(used.push(&model, bins, 0.0), fresh.push(&model, bins, 0.0));
    }
}

#[test]
fn a_semitone_of_detuning_is_taken_back() {
    let model = TonalModel::read(&weights_file()).unwrap();
    let low = frames(8);
    let high: Vec<_> = low
        .iter()
        .map(|bins| {
            let mut high = [0; N_PITCH_BINS];
            high[3..].copy_from_slice(&bins[..N_PITCH_BINS - 3]);
            high
        })
        .collect();
    let mut low = low;
    // What the shift pushed out at the top.
    low.iter_mut().for_each(|bins| bins[N_PITCH_BINS - 3..].fill(0));
    for (a, b) in stream(&model, &low, 0.0).iter().zip(&stream(&model, &high, 100.0)) {
        assert_close(a, b);
    }
}

#[test]
fn posteriors_sum_to_one() {
    let model = TonalModel::read(&weights_file()).unwrap();
    for reading in stream(&model, &frames(8), 0.0) {
        let total = |logs: &[f32]| logs.iter().map(|x| x.exp()).sum::<f32>();
        assert!((total(&reading.chords) - 1.0).abs() < 1e-4);
        assert!((total(&reading.bass) - 1.0).abs() < 1e-4);
        assert!((total(&model.key(&reading.for_key)) - 1.0).abs() < 1e-4);
        assert_eq!((reading.chords.len(), reading.bass.len()), (N_CHORDS, N_BASSES));
    }
}

/// Whether `weights` hear what the trainer says in `expected` that they hear.
fn check_golden(weights: &[u8], expected: &str) {
    let model = TonalModel::read(weights).unwrap();
    let readings = stream(&model, &bytes(12_345, 40), 13.0);
    let posteriors = |logs: &[f32]| logs.iter().map(|x| x.exp()).collect::<Vec<_>>();
    let frames = numbers(expected, "frames");
    let (chords, basses) =
        (numbers(expected, "chord_posterior"), numbers(expected, "bass_posterior"));
    assert_eq!((chords.len(), basses.len()), (frames.len() * N_CHORDS, frames.len() * N_BASSES));
    for (frame, (chord, bass)) in
        frames.iter().zip(chords.chunks(N_CHORDS).zip(basses.chunks(N_BASSES)))
    {
        let reading = &readings[*frame as usize];
        assert_near(&posteriors(&reading.chords), chord);
        assert_near(&posteriors(&reading.bass), bass);
    }
    for (name, window) in
        [("key_logits", &readings[..]), ("key_logits_of_frames_10_to_19", &readings[10..20])]
    {
        let sum = |i: usize| window.iter().map(|reading| reading.for_key[i]).sum::<f32>();
        let mean = std::array::from_fn(|i| sum(i) / window.len() as f32);
        let logits = numbers(expected, name).into_iter().map(f64::from).collect();
        let expected: Vec<f32> = log_softmax(logits).iter().map(|&x| x as f32).collect();
        assert_near(&model.key(&mean), &expected);
    }
}

fn assert_near(a: &[f32], b: &[f32]) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() < 2e-3, "{a} {b}");
    }
}

#[test]
fn the_shipped_network_hears_what_the_trainer_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tonal_golden.json");
    check_golden(super::TONAL, &std::fs::read_to_string(path).unwrap());
}
