//! A CLAP host, small but real: loads the built plugin as a DAW does.

mod editor;
mod extensions;
mod processing;

use std::ffi::CString;
use std::path::Path;
use std::sync::atomic::Ordering;

use anyhow::{Context, Result, anyhow, ensure};
use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::latency::PluginLatency;
use clack_extensions::note_ports::{NotePortInfoBuffer, PluginNotePorts};
use clack_extensions::params::{ParamInfoBuffer, ParamInfoFlags, PluginParams};
use clack_extensions::render::{PluginRender, RenderMode};
use clack_extensions::state::PluginState;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;

pub use editor::Editor;
use extensions::{Host, MainThread, Shared};
pub use processing::{Processor, note_off, note_on};

/// A plugin file, loaded. Stays loaded while one of its instances lives.
pub struct Library {
    entry: PluginEntry,
    id: CString,
}

/// One parameter as the host sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The id of automation lanes.
    pub id: u32,
    /// What the user reads.
    pub name: String,
    /// Lowest, highest and default value.
    pub range: (f64, f64, f64),
    /// Whether it is the host's bypass.
    pub is_bypass: bool,
    /// Whether it moves in steps.
    pub is_stepped: bool,
}

/// What a plugin says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The id projects refer to.
    pub id: String,
    /// Name shown.
    pub name: String,
    /// Keywords.
    pub features: Vec<String>,
}

impl Library {
    /// Loads the plugin file.
    pub fn load(path: &Path) -> Result<Self> {
        // SAFETY: the file is the plugin this workspace builds; its initialisation is the export
        // macro's and has no requirements.
        #[allow(unsafe_code, reason = "loading a library runs its code")]
        let entry = unsafe { PluginEntry::load(path) }.map_err(|error| anyhow!("{error}"))?;
        let id = {
            let factory = entry.get_plugin_factory().context("no plugin factory")?;
            let descriptor = factory.plugin_descriptors().next().context("no plugin")?;
            descriptor.id().context("no id")?.to_owned()
        };
        Ok(Self { entry, id })
    }

    /// Every plugin in the file.
    pub fn descriptors(&self) -> Vec<Descriptor> {
        let Some(factory) = self.entry.get_plugin_factory() else { return Vec::new() };
        let text = |text: Option<&std::ffi::CStr>| {
            text.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
        };
        factory
            .plugin_descriptors()
            .map(|descriptor| Descriptor {
                id: text(descriptor.id()),
                name: text(descriptor.name()),
                features: descriptor.features().map(|feature| text(Some(feature))).collect(),
            })
            .collect()
    }

    /// A new instance.
    pub fn instance(&self) -> Result<Plugin> {
        let info = HostInfo::new("Jamboree's own host", "Jamboree", "https://example.org", "1")
            .context("host info")?;
        let instance = PluginInstance::<Host>::new(
            |()| Shared::default(),
            |_| MainThread,
            &self.entry,
            &self.id,
            &info,
        )
        .map_err(|error| anyhow!("{error}"))?;
        Ok(Plugin { instance })
    }
}

/// An instance of the plugin.
pub struct Plugin {
    instance: PluginInstance<Host>,
}

impl Plugin {
    fn extension<
        E: clack_host::extensions::Extension<
                ExtensionSide = clack_host::extensions::PluginExtensionSide,
            >,
    >(
        &mut self,
    ) -> Result<E> {
        self.instance
            .plugin_handle()
            .get_extension::<E>()
            .context("the plugin has no such extension")
    }

    /// Its parameters, in its order.
    pub fn parameters(&mut self) -> Result<Vec<Parameter>> {
        let params: PluginParams = self.extension()?;
        let handle = self.instance.plugin_handle();
        let mut buffer = ParamInfoBuffer::new();
        (0..params.count(&handle))
            .map(|idx| {
                let info = params.get_info(&handle, idx, &mut buffer).context("no info")?;
                Ok(Parameter {
                    id: info.id.get(),
                    name: String::from_utf8_lossy(info.name).into_owned(),
                    range: (info.min_value, info.max_value, info.default_value),
                    is_bypass: info.flags.contains(ParamInfoFlags::IS_BYPASS),
                    is_stepped: info.flags.contains(ParamInfoFlags::IS_STEPPED),
                })
            })
            .collect()
    }

    /// Its parameter of that name.
    pub fn parameter(&mut self, name: &str) -> Result<Parameter> {
        let found = self.parameters()?.into_iter().find(|parameter| parameter.name == name);
        found.with_context(|| format!("no parameter {name}"))
    }

    /// A parameter's value and what the plugin writes for it.
    pub fn value(&mut self, name: &str) -> Result<(f64, String)> {
        let id = self.parameter(name)?.id;
        let params: PluginParams = self.extension()?;
        let handle = self.instance.plugin_handle();
        let value = params.get_value(&handle, ClapId::new(id)).context("no value")?;
        let mut buffer = [0; 64];
        let text = params
            .value_to_text(&handle, ClapId::new(id), value, &mut buffer)
            .map_err(|error| anyhow!("{error}"))?;
        Ok((value, String::from_utf8_lossy(text).into_owned()))
    }

    /// The event that sets the parameter `name`, `time` samples into a buffer.
    pub fn set_event(&mut self, name: &str, time: u32, value: f64) -> Result<ParamValueEvent> {
        let id = self.parameter(name)?.id;
        Ok(ParamValueEvent::new(time, ClapId::new(id), Pckn::match_all(), value))
    }

    /// Sets a parameter while the plugin is not active.
    pub fn set(&mut self, name: &str, value: f64) -> Result<()> {
        let event = self.set_event(name, 0, value)?;
        let params: PluginParams = self.extension()?;
        let mut handle = self.instance.inactive_plugin_handle().context("the plugin is active")?;
        let mut events = EventBuffer::new();
        events.push(&event);
        let mut output = EventBuffer::new();
        params.flush(&mut handle, &events.as_input(), &mut output.as_output());
        Ok(())
    }

    /// Latency reported, in samples.
    pub fn latency(&mut self) -> Result<u32> {
        let latency: PluginLatency = self.extension()?;
        Ok(latency.get(&self.instance.plugin_handle()))
    }

    /// Number of note ports, in and out.
    pub fn note_ports(&mut self) -> Result<(u32, u32)> {
        let ports: PluginNotePorts = self.extension()?;
        let handle = self.instance.plugin_handle();
        let mut buffer = NotePortInfoBuffer::new();
        let (n_in, n_out) = (ports.count(&handle, true), ports.count(&handle, false));
        for port_idx in 0..n_in {
            ensure!(ports.get(&handle, port_idx, true, &mut buffer).is_some(), "no port info");
        }
        Ok((n_in, n_out))
    }

    /// The channel counts of the layouts offered; selects the one with `n_channels`.
    pub fn select_layout(&mut self, n_channels: u32) -> Result<Vec<u32>> {
        let configs: PluginAudioPortsConfig = self.extension()?;
        let handle = self.instance.plugin_handle();
        let mut offered = Vec::new();
        let mut chosen = None;
        for idx in 0..configs.count(&handle) {
            let mut buffer = AudioPortsConfigBuffer::new();
            let config = configs.get(&handle, idx, &mut buffer).context("no layout")?;
            let n = config.main_input.context("no input")?.channel_count;
            ensure!(config.main_output.context("no output")?.channel_count == n);
            offered.push(n);
            if n == n_channels {
                chosen = Some(config.id);
            }
        }
        let chosen = chosen.context("no such layout")?;
        let handle = self.instance.inactive_plugin_handle().context("the plugin is active")?;
        configs.select(&handle, chosen).map_err(|error| anyhow!("{error}"))?;
        Ok(offered)
    }

    /// Says whether the host renders offline.
    pub fn set_offline(&mut self, offline: bool) -> Result<()> {
        let render: PluginRender = self.extension()?;
        let mode = if offline { RenderMode::Offline } else { RenderMode::Realtime };
        render.set(&self.instance.plugin_handle(), mode).map_err(|error| anyhow!("{error}"))
    }

    /// The state as the host stores it.
    pub fn state(&mut self) -> Result<Vec<u8>> {
        let state: PluginState = self.extension()?;
        let mut bytes = Vec::new();
        state
            .save(&self.instance.plugin_handle(), &mut bytes)
            .map_err(|error| anyhow!("{error}"))?;
        Ok(bytes)
    }

    /// The state as readable JSON; persisted fields, JSON inside JSON, are unfolded.
    pub fn state_json(&mut self) -> Result<serde_json::Value> {
        let bytes = self.state()?;
        let mut json: serde_json::Value =
            serde_json::from_slice(bytes.get(8..).context("no length in front")?)?;
        for (_, field) in json["fields"].as_object_mut().context("no fields")? {
            *field = serde_json::from_str(field.as_str().context("a field is no text")?)?;
        }
        Ok(json)
    }

    /// What the state says was heard last.
    pub fn last_heard(&mut self) -> Result<serde_json::Value> {
        Ok(self.state_json()?["fields"]["last_heard"].clone())
    }

    /// Loads a state; whether the plugin took it.
    pub fn load_state(&mut self, bytes: &[u8]) -> Result<bool> {
        let state: PluginState = self.extension()?;
        Ok(state.load(&self.instance.plugin_handle(), &mut &*bytes).is_ok())
    }

    /// Loads a state given as JSON text.
    pub fn load_state_text(&mut self, json: &str) -> Result<bool> {
        let mut bytes = (json.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(json.as_bytes());
        self.load_state(&bytes)
    }

    /// Activates the plugin and starts processing.
    pub fn activate(
        &mut self,
        sample_rate: u32,
        max_buffer_len: u32,
        n_channels: usize,
    ) -> Result<Processor> {
        let configuration = PluginAudioConfiguration {
            sample_rate: f64::from(sample_rate),
            min_frames_count: 1,
            max_frames_count: max_buffer_len,
        };
        let stopped =
            self.instance.activate(|_, _| (), configuration).map_err(|error| anyhow!("{error}"))?;
        Processor::start(stopped, sample_rate, n_channels)
    }

    /// Stops processing and deactivates the plugin.
    pub fn deactivate(&mut self, processor: Processor) {
        self.instance.deactivate(processor.stop());
    }

    /// Runs what the plugin asked to have run on the main thread.
    pub fn idle(&mut self) {
        let asked = self
            .instance
            .access_shared_handler(|shared| shared.callback.swap(false, Ordering::AcqRel));
        if asked {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// How often the plugin asked to be restarted.
    pub fn n_restarts_asked(&self) -> u32 {
        self.instance.access_shared_handler(|shared| shared.n_restarts.load(Ordering::Relaxed))
    }

    /// Opens the editor in `parent`, an X11 window.
    pub fn open_editor(&mut self, parent: u32) -> Result<Editor<'_>> {
        Editor::open(self, parent)
    }
}
