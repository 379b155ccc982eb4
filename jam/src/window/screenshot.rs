//! [`Screenshot`]: a picture of the window, taken once at a set time.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;

use egui::ColorImage;

/// A picture to be taken.
pub(super) struct Screenshot {
    path: PathBuf,
    at: Instant,
    asked: Option<Receiver<Arc<ColorImage>>>,
}

impl Screenshot {
    /// To be taken at `at`.
    pub(super) fn new(path: PathBuf, at: Instant) -> Self {
        Self { path, at, asked: None }
    }

    /// Asks for the picture when it is time, and saves it when it is there; `Some` when done.
    pub(super) fn poll(&mut self, ctx: &egui::Context, now: Instant) -> Option<Result<(), String>> {
        let Some(pictures) = &self.asked else {
            if now < self.at {
                ctx.request_repaint_after(self.at - now);
                return None;
            }
            let (sender, receiver) = channel();
            let wake = ctx.clone();
            ctx.request_screenshot(move |picture| {
                drop(sender.send(picture));
                wake.request_repaint();
            });
            ctx.request_repaint();
            self.asked = Some(receiver);
            return None;
        };
        let picture = pictures.try_recv().ok()?;
        Some(save(&picture, &self.path).map_err(|error| {
            format!("the picture could not be saved to {}: {error}", self.path.display())
        }))
    }
}

fn save(picture: &ColorImage, path: &Path) -> Result<(), png::EncodingError> {
    let [width, height] = picture.size;
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let pixels: Vec<u8> =
        picture.pixels.iter().flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()]).collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()
}
