//! What both ways of running, with a window and without, begin with.

use live::{Control, SnapshotReader, Tap, Worker};

use crate::devices::Devices;
use crate::engine::Wanted;
use crate::error::SoundError;
use crate::options::Options;

/// The ends of the live path and the sound system, ready to be put to work.
pub(crate) struct Parts {
    pub(crate) tap: Tap,
    pub(crate) worker: Worker,
    pub(crate) snapshots: SnapshotReader,
    pub(crate) control: Control,
    pub(crate) devices: Devices,
}

impl Parts {
    /// # Errors
    /// Where `--host` can't be used.
    pub(crate) fn new(options: &Options) -> Result<Self, SoundError> {
        let devices = Devices::new(options.host.as_deref())?;
        let session = live::session();
        session.control.set_reference_a4(options.reference_a4);
        Ok(Self {
            tap: session.tap,
            worker: session.worker,
            snapshots: session.snapshots,
            control: session.control,
            devices,
        })
    }
}

/// What the command line asks to listen to.
pub(crate) fn wanted(options: &Options) -> Wanted {
    match &options.file {
        Some(path) => Wanted::File(path.clone()),
        None if options.demo => Wanted::Demo,
        None => Wanted::Input,
    }
}
