//! The plugin's window in the host's.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};

use super::Plugin;

/// An open editor; closed when dropped.
pub struct Editor<'a> {
    plugin: &'a mut Plugin,
    gui: PluginGui,
}

impl<'a> Editor<'a> {
    pub(super) fn open(plugin: &'a mut Plugin, parent: u32) -> Result<Self> {
        let gui: PluginGui = plugin.extension()?;
        let handle = plugin.instance.plugin_handle();
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        gui.create(&handle, configuration).map_err(|error| anyhow!("{error}"))?;
        // Not every plugin follows the host's scale; a refusal is an answer too.
        let _ = gui.set_scale(&handle, 1.0);
        let window = Window::from_x11_handle(u64::from(parent));
        // SAFETY: an X11 window is an id, not memory: one that is gone makes the server answer
        // with an error, which is a case that the tests bring about on purpose.
        #[allow(unsafe_code, reason = "the host vouches for the window")]
        unsafe { gui.set_parent(&handle, window) }.map_err(|error| anyhow!("{error}"))?;
        gui.show(&handle).map_err(|error| anyhow!("{error}"))?;
        Ok(Self { plugin, gui })
    }

    /// Size in pixels, as the plugin says.
    pub fn size(&mut self) -> Result<(u32, u32)> {
        let size = self.gui.get_size(&self.plugin.instance.plugin_handle()).context("no size")?;
        Ok((size.width, size.height))
    }

    /// Whether the host may resize it.
    pub fn can_resize(&mut self) -> bool {
        self.gui.can_resize(&self.plugin.instance.plugin_handle())
    }

    /// The size the plugin would take for the one wished.
    pub fn adjusted(&mut self, width: u32, height: u32) -> Result<(u32, u32)> {
        let handle = self.plugin.instance.plugin_handle();
        let size = self.gui.adjust_size(&handle, GuiSize { width, height }).context("no answer")?;
        Ok((size.width, size.height))
    }

    /// Resizes the editor.
    pub fn resize(&mut self, width: u32, height: u32) -> Result<()> {
        let handle = self.plugin.instance.plugin_handle();
        self.gui.set_size(&handle, GuiSize { width, height }).map_err(|error| anyhow!("{error}"))
    }

    /// How often the plugin asked the host to resize it.
    pub fn n_resizes_asked(&self) -> u32 {
        self.plugin
            .instance
            .access_shared_handler(|shared| shared.n_resizes.load(Ordering::Relaxed))
    }

    /// Lets the window live for a while.
    pub fn run(&mut self, for_time: Duration) {
        let start = Instant::now();
        while start.elapsed() < for_time {
            self.plugin.idle();
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Lets the window live until `done` or the patience is over; whether it is done.
    pub fn run_until(
        &mut self,
        patience: Duration,
        mut done: impl FnMut(&mut Self) -> bool,
    ) -> bool {
        let start = Instant::now();
        while start.elapsed() < patience {
            self.plugin.idle();
            if done(self) {
                return true;
            }
            thread::sleep(Duration::from_millis(5));
        }
        false
    }

    /// The plugin behind the window.
    pub fn plugin(&mut self) -> &mut Plugin {
        self.plugin
    }
}

impl Drop for Editor<'_> {
    fn drop(&mut self) {
        self.gui.destroy(&self.plugin.instance.plugin_handle());
    }
}
