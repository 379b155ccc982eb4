//! Laws of the loudness meter: the measures of the standard, and what `ebur128` reads.

use ebur128::{EbuR128, Mode};

use super::*;

/// EBU Tech 3341 case 1: a stereo 1 kHz sine at -23 dBFS reads -23 LUFS.
#[test]
fn a_sine_at_minus_23_dbfs_reads_minus_23_lufs() {
    let amplitude = 10f32.powf(-23.0 / 20.0);
    let sine: Vec<f32> = (0..20 * 48_000)
        .map(|i| amplitude * (std::f32::consts::TAU * 1000.0 * i as f32 / 48_000.0).sin())
        .collect();
    let mut meter = LoudnessMeter::new(48_000).unwrap();
    meter.push(&sine, &sine);
    let facts = meter.facts();
    for reading in [facts.momentary, facts.short_term, facts.integrated] {
        assert!((reading.unwrap().0 + 23.0).abs() < 0.1, "{reading:?}");
    }
    assert!((facts.true_peak_dbtp.unwrap() + 23.0).abs() < 0.2);
    assert!(facts.range_lu.unwrap() < 0.1);
}

#[test]
fn silence_has_no_loudness() {
    let mut meter = LoudnessMeter::new(44_100).unwrap();
    meter.push(&[0.0; 200_000], &[0.0; 200_000]);
    assert_eq!(meter.facts(), LoudnessFacts::default());
}

/// Tones and noise that swell, with clicks, at `rate`: both channels different.
fn music(rate: u32, seconds: f32, seed: u32) -> [Vec<f32>; 2] {
    let mut noise = seed.wrapping_mul(2_654_435_761).max(1);
    let mut channel = |hz: f32, loudness: f32| -> Vec<f32> {
        (0..(seconds * rate as f32) as usize)
            .map(|i| {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                let t = i as f32 / rate as f32;
                let swell = 0.5 + 0.5 * (t * (1.0 + hz / 300.0)).sin();
                let tone = (std::f32::consts::TAU * hz * t).sin();
                let click = if noise.is_multiple_of(40_000) { 0.6 } else { 0.0 };
                loudness * swell * (0.6 * tone + 0.3 * (noise as f32 / 2e9 - 1.0)) + click
            })
            .collect()
    };
    [channel(60.0 + 37.0 * seed as f32, 0.7), channel(997.0 + 1700.0 * seed as f32, 0.25)]
}

fn assert_near(ours: Option<f32>, theirs: f64, what: &str) {
    let ours = ours.unwrap_or(f32::NAN);
    assert!((f64::from(ours) - theirs).abs() < 0.01, "{what}: {ours} {theirs}");
}

#[test]
fn readings_are_those_of_ebur128_at_every_rate() {
    for (rate, seed) in [(8_000, 0), (44_100, 1), (48_000, 2), (96_000, 3), (192_000, 4)] {
        let [left, right] = music(rate, 9.7, seed);
        let mut ours = LoudnessMeter::new(rate).unwrap();
        let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::HISTOGRAM;
        let mut theirs = EbuR128::new(2, rate, mode).unwrap();
        let at_first = rate as usize / 10 * 37;
        for part in [0..at_first, at_first..left.len()] {
            let (left, right) = (&left[part.clone()], &right[part]);
            ours.push(left, right);
            theirs.add_frames_planar_f32(&[left, right]).unwrap();
            let facts = ours.facts();
            let lufs = |reading: Option<Lufs>| reading.map(|x| x.0);
            let peak = theirs.true_peak(0).unwrap().max(theirs.true_peak(1).unwrap());
            assert_near(facts.true_peak_dbtp, 20.0 * peak.log10(), "peak");
            assert_near(lufs(facts.integrated), theirs.loudness_global().unwrap(), "integrated");
            assert_near(facts.range_lu, theirs.loudness_range().unwrap(), "range");
            if left.len() == at_first {
                let (moment, short) = (theirs.loudness_momentary(), theirs.loudness_shortterm());
                assert_near(lufs(facts.momentary), moment.unwrap(), "momentary");
                assert_near(lufs(facts.short_term), short.unwrap(), "short term");
            }
        }
    }
}

#[test]
fn a_peak_between_samples_is_found_wherever_it_is_and_however_the_stream_is_cut() {
    for place in [0, 3, 700, 999] {
        // A sine at a quarter of the rate, sampled 45 degrees off its peaks.
        let mut wave: Vec<f32> = vec![0.01; 1100];
        for (i, x) in wave[place..].iter_mut().take(60).enumerate() {
            *x = 0.7 * (std::f32::consts::FRAC_PI_4 * (2 * i + 1) as f32).sin();
        }
        let peaks = [1, 7, 100, 1100].map(|len| {
            let mut meter = TruePeak::new(48_000);
            wave.chunks(len).for_each(|chunk| meter.push(chunk));
            meter.peak()
        });
        assert!(peaks.iter().all(|peak| *peak == peaks[0]), "{peaks:?}");
        assert!(peaks[0] > 0.68, "{peaks:?}");
    }
}

#[test]
fn a_meter_that_was_reset_measures_as_a_new_one() {
    let [left, right] = music(44_100, 4.0, 5);
    let mut used = LoudnessMeter::new(44_100).unwrap();
    used.push(&right, &left);
    used.reset();
    assert_eq!(used.facts(), LoudnessFacts::default());
    used.push(&left, &right);
    let mut new = LoudnessMeter::new(44_100).unwrap();
    new.push(&left, &right);
    assert_eq!(used.facts(), new.facts());
}
