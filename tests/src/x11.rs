//! An X server without a screen, windows on it, and what is drawn in them.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, ImageFormat, WindowClass};
use x11rb::rust_connection::RustConnection;

/// A virtual X server of our own; gone when dropped.
pub struct Server {
    child: Child,
    display: String,
}

impl Server {
    /// Starts `Xvfb` on a free display. An error where there is none on this machine.
    pub fn start() -> Result<Self> {
        let mut child = Command::new("Xvfb")
            .args(["-displayfd", "1", "-noreset", "-screen", "0", "1280x1024x24"])
            .args(["+extension", "GLX"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb can't be started; run `cargo xtask setup`")?;
        let mut number = String::new();
        let stdout = child.stdout.take().context("no output")?;
        BufReader::new(stdout).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb ended at once");
        Ok(Self { child, display: format!(":{}", number.trim()) })
    }

    /// The display's name (":7").
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that makes windows and looks at them.
pub struct Client {
    connection: RustConnection,
    screen_idx: usize,
}

/// What a window shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Size in pixels.
    pub size: (u32, u32),
    /// Red, green, blue, a byte each, row by row.
    pub rgb: Vec<[u8; 3]>,
}

impl Client {
    /// Connects to `display`.
    pub fn connect(display: &str) -> Result<Self> {
        let (connection, screen_idx) = RustConnection::connect(Some(display))?;
        Ok(Self { connection, screen_idx })
    }

    /// A new window in the corner of the screen, shown.
    pub fn window(&self, width: u16, height: u16) -> Result<u32> {
        self.window_at((0, 0), width, height)
    }

    /// A new window at `corner`, shown. What is covered by another window has no picture.
    pub fn window_at(&self, corner: (i16, i16), width: u16, height: u16) -> Result<u32> {
        let screen = &self.connection.setup().roots[self.screen_idx];
        let window = self.connection.generate_id()?;
        let aux = CreateWindowAux::new().background_pixel(screen.black_pixel);
        self.connection
            .create_window(
                x11rb::COPY_DEPTH_FROM_PARENT,
                window,
                screen.root,
                corner.0,
                corner.1,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &aux,
            )?
            .check()?;
        self.connection.map_window(window)?.check()?;
        Ok(window)
    }

    /// Takes a window away.
    pub fn destroy(&self, window: u32) -> Result<()> {
        Ok(self.connection.destroy_window(window)?.check()?)
    }

    /// The windows inside `window`.
    pub fn children(&self, window: u32) -> Result<Vec<u32>> {
        Ok(self.connection.query_tree(window)?.reply()?.children)
    }

    /// Size of a window in pixels.
    pub fn size(&self, window: u32) -> Result<(u32, u32)> {
        let geometry = self.connection.get_geometry(window)?.reply()?;
        Ok((u32::from(geometry.width), u32::from(geometry.height)))
    }

    /// What a window shows.
    pub fn picture(&self, window: u32) -> Result<Picture> {
        let (width, height) = self.size(window)?;
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width as u16, height as u16, !0)?
            .reply()?;
        let rgb: Vec<[u8; 3]> =
            image.data.chunks_exact(4).map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        ensure!(rgb.len() == (width * height) as usize, "{} pixels", rgb.len());
        Ok(Picture { size: (width, height), rgb })
    }
}

impl Picture {
    /// Number of different colours.
    pub fn n_colours(&self) -> usize {
        self.rgb.iter().collect::<HashSet<_>>().len()
    }

    /// Share of the pixels that differ from `other`, 0 to 1; 1 where the sizes do.
    pub fn difference(&self, other: &Self) -> f64 {
        if self.size != other.size {
            return 1.0;
        }
        let n_different = self.rgb.iter().zip(&other.rgb).filter(|(a, b)| a != b).count();
        n_different as f64 / self.rgb.len().max(1) as f64
    }

    /// Counts what looks like letters: connected marks that stand out from their surroundings, and
    /// how many different shapes they have.
    pub fn marks(&self) -> (usize, usize) {
        const SIDES: std::ops::RangeInclusive<usize> = 4..=40;
        const LIGHT: u8 = 0x60;
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let is_light = |at: usize| self.rgb[at].iter().any(|&channel| channel > LIGHT);
        let mut seen = vec![false; self.rgb.len()];
        let mut n_marks = 0;
        let mut shapes = HashSet::new();
        for start in 0..self.rgb.len() {
            if seen[start] || !is_light(start) {
                continue;
            }
            seen[start] = true;
            let (mut open, mut mark) = (vec![start], Vec::new());
            while let Some(at) = open.pop() {
                mark.push((at % width, at / width));
                let (x, y) = (at % width, at / width);
                let neighbours = [
                    (x > 0).then(|| at - 1),
                    (x + 1 < width).then_some(at + 1),
                    (y > 0).then(|| at - width),
                    (y + 1 < height).then_some(at + width),
                ];
                for next in neighbours.into_iter().flatten() {
                    if !seen[next] && is_light(next) {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
            let left = mark.iter().map(|(x, _)| *x).min().unwrap_or(0);
            let right = mark.iter().map(|(x, _)| *x).max().unwrap_or(0);
            let top = mark.iter().map(|(_, y)| *y).min().unwrap_or(0);
            let bottom = mark.iter().map(|(_, y)| *y).max().unwrap_or(0);
            if SIDES.contains(&(right - left + 1)) && SIDES.contains(&(bottom - top + 1)) {
                n_marks += 1;
                mark.iter_mut().for_each(|(x, y)| (*x, *y) = (*x - left, *y - top));
                mark.sort_unstable();
                shapes.insert(mark);
            }
        }
        (n_marks, shapes.len())
    }

    /// The picture as a binary PPM file.
    pub fn to_ppm(&self) -> Vec<u8> {
        let mut bytes = format!("P6\n{} {}\n255\n", self.size.0, self.size.1).into_bytes();
        bytes.extend(self.rgb.iter().flatten());
        bytes
    }
}

/// A [`Server`] with a window manager and an XSETTINGS daemon, which hosts made with JUCE need to
/// show an editor.
pub struct FurnishedServer {
    furniture: Vec<Child>,
    settings: tempfile::NamedTempFile,
    server: Server,
}

impl FurnishedServer {
    /// Starts the server and its furniture. An error where some of it is not on this machine.
    pub fn start() -> Result<Self> {
        let server = Server::start()?;
        let mut settings = tempfile::NamedTempFile::new()?;
        settings.write_all(b"Net/ThemeName \"none\"\n")?;
        let mut furnished = Self { furniture: Vec::new(), settings, server };
        let settings_path = furnished.settings.path().to_owned();
        let mut manager = Command::new("xfwm4");
        manager.arg("--compositor=off");
        let mut daemon = Command::new("xsettingsd");
        daemon.arg("-c").arg(settings_path);
        for mut command in [manager, daemon] {
            let child = command
                .env("DISPLAY", furnished.display())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .with_context(|| {
                    format!("{command:?} can't be started; run `cargo xtask setup`")
                })?;
            furnished.furniture.push(child);
        }
        // Both announce themselves on the display within moments.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        Ok(furnished)
    }

    /// The display's name (":7").
    pub fn display(&self) -> &str {
        self.server.display()
    }
}

impl Drop for FurnishedServer {
    fn drop(&mut self) {
        for child in &mut self.furniture {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_have_one_shape() {
        let mut picture = Picture { size: (200, 50), rgb: vec![[0; 3]; 10_000] };
        for box_idx in 0..16 {
            for (x, y) in (0..8).flat_map(|x| (0..10).map(move |y| (x, y))) {
                if x == 0 || y == 0 || x == 7 || y == 9 {
                    picture.rgb[(y + 7) * 200 + 12 * box_idx + x] = [255; 3];
                }
            }
        }
        assert_eq!(picture.marks(), (16, 1));
        assert_eq!(picture.n_colours(), 2);
    }
}
