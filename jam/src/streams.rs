//! The audio callbacks: the input stream that listens, the output stream that plays and listens.

use std::sync::Arc;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{Device, FromSample, I24, SampleFormat, SizedSample, StreamConfig, U24};
use crossbeam::queue::ArrayQueue;
use live::{Tap, Transport};

use crate::error::SoundError;
use crate::frames::{SCRATCH_LEN, Scratch, read_frames, write_frames};
use crate::lease::Lease;
use crate::playback::Playout;

/// What the transport says while something plays; there is no host that would know a tempo.
pub(crate) const PLAYING: Transport = Transport { playing: true, bpm: None };

/// Which stream a failure is about. Streams are numbered, so that the last words of a closed one
/// are not taken for those of its successor.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) stream_id: u64,
    pub(crate) error: cpal::Error,
}

/// Where streams report their failures, and how they wake whoever reads them.
#[derive(Clone)]
pub(crate) struct Failures {
    pub(crate) queue: Arc<ArrayQueue<Failure>>,
    pub(crate) wake: Arc<dyn Fn() + Send + Sync>,
}

impl Failures {
    /// Xruns and refused priorities are no failures: the stream goes on.
    fn reporter(&self, stream_id: u64) -> impl FnMut(cpal::Error) + Send + 'static {
        let failures = self.clone();
        move |error| {
            use cpal::ErrorKind::{DeviceChanged, RealtimeDenied, Xrun};
            if !matches!(error.kind(), Xrun | RealtimeDenied | DeviceChanged) {
                drop(failures.queue.push(Failure { stream_id, error }));
                (failures.wake)();
            }
        }
    }
}

/// Calls a function generic over the sample type with the type of a [`SampleFormat`].
macro_rules! for_sample_format {
    ($format:expr, $function:ident($($argument:expr),*), $otherwise:expr) => {
        match $format {
            SampleFormat::I8 => $function::<i8>($($argument),*),
            SampleFormat::I16 => $function::<i16>($($argument),*),
            SampleFormat::I24 => $function::<I24>($($argument),*),
            SampleFormat::I32 => $function::<i32>($($argument),*),
            SampleFormat::I64 => $function::<i64>($($argument),*),
            SampleFormat::U8 => $function::<u8>($($argument),*),
            SampleFormat::U16 => $function::<u16>($($argument),*),
            SampleFormat::U24 => $function::<U24>($($argument),*),
            SampleFormat::U32 => $function::<u32>($($argument),*),
            SampleFormat::U64 => $function::<u64>($($argument),*),
            SampleFormat::F32 => $function::<f32>($($argument),*),
            SampleFormat::F64 => $function::<f64>($($argument),*),
            _ => $otherwise,
        }
    };
}

/// Opens `device` and listens to it in its default format.
///
/// # Errors
/// Where the device refuses.
pub(crate) fn listen(
    device: &Device,
    tap: Lease<Tap>,
    stream_id: u64,
    failures: &Failures,
) -> Result<cpal::Stream, SoundError> {
    let refused = |error| SoundError::Device { device: device.to_string(), error };
    let supported = device.default_input_config().map_err(refused)?;
    let (config, format) = (supported.config(), supported.sample_format());
    let reporter = failures.reporter(stream_id);
    let stream = for_sample_format!(
        format,
        input_stream(device, config, tap, reporter),
        return Err(SoundError::Format { device: device.to_string(), format })
    );
    let stream = stream.map_err(refused)?;
    stream.play().map_err(refused)?;
    Ok(stream)
}

fn input_stream<T>(
    device: &Device,
    config: StreamConfig,
    mut tap: Lease<Tap>,
    reporter: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let n_channels = usize::from(config.channels).max(1);
    let sample_rate = config.sample_rate;
    let mut scratch = Scratch::new();
    let callback = move |data: &[T], _: &cpal::InputCallbackInfo| {
        let Some(tap) = tap.get() else { return };
        for part in data.chunks(SCRATCH_LEN * n_channels) {
            let (left, right) = scratch.channels(part.len() / n_channels);
            read_frames(part, n_channels, left, right);
            tap.push(sample_rate, left, right, PLAYING);
        }
    };
    device.build_input_stream(config, callback, reporter, None)
}

/// The configuration in which `device` plays: at `rate` where that is asked for and the device
/// can, otherwise as it likes best.
///
/// # Errors
/// Where the device does not say.
pub(crate) fn output_config(
    device: &Device,
    rate: Option<u32>,
) -> Result<cpal::SupportedStreamConfig, SoundError> {
    let refused = |error| SoundError::Device { device: device.to_string(), error };
    let default = device.default_output_config().map_err(refused)?;
    let Some(rate) = rate.filter(|&rate| rate != default.sample_rate()) else {
        return Ok(default);
    };
    let ranges = device.supported_output_configs().map_err(refused)?;
    let at_rate = ranges
        .filter(|range| range.channels() == default.channels())
        .filter(|range| range.sample_format() == default.sample_format())
        .find_map(|range| range.try_with_sample_rate(rate));
    Ok(at_rate.unwrap_or(default))
}

/// Opens `device`, plays and listens to what is played.
///
/// # Errors
/// Where the device refuses.
pub(crate) fn play(
    device: &Device,
    config: &cpal::SupportedStreamConfig,
    tap: Lease<Tap>,
    playout: Lease<Playout>,
    stream_id: u64,
    failures: &Failures,
) -> Result<cpal::Stream, SoundError> {
    let refused = |error| SoundError::Device { device: device.to_string(), error };
    let format = config.sample_format();
    let reporter = failures.reporter(stream_id);
    let stream = for_sample_format!(
        format,
        output_stream(device, config.config(), tap, playout, reporter),
        return Err(SoundError::Format { device: device.to_string(), format })
    );
    let stream = stream.map_err(refused)?;
    stream.play().map_err(refused)?;
    Ok(stream)
}

fn output_stream<T>(
    device: &Device,
    config: StreamConfig,
    mut tap: Lease<Tap>,
    mut playout: Lease<Playout>,
    reporter: impl FnMut(cpal::Error) + Send + 'static,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let n_channels = usize::from(config.channels).max(1);
    let sample_rate = config.sample_rate;
    let mut scratch = Scratch::new();
    let callback = move |data: &mut [T], _: &cpal::OutputCallbackInfo| {
        data.fill(T::EQUILIBRIUM);
        let (Some(tap), Some(playout)) = (tap.get(), playout.get()) else { return };
        for part in data.chunks_mut(SCRATCH_LEN * n_channels) {
            let (left, right) = scratch.channels(part.len() / n_channels);
            let n = playout.fill(left, right);
            let (left, right) =
                (left.get(..n).unwrap_or_default(), right.get(..n).unwrap_or_default());
            tap.push(sample_rate, left, right, PLAYING);
            write_frames(left, right, part, n_channels);
        }
    };
    device.build_output_stream(config, callback, reporter, None)
}
