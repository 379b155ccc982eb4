//! [`session`]: one live path, its ends ready to be moved to the threads that own them.

use std::sync::Arc;

use advice::Snapshot;
use crossbeam::queue::ArrayQueue;

use crate::block::QUEUE_CAPACITY;
use crate::control::Control;
use crate::snapshots::SnapshotReader;
use crate::tap::Tap;
use crate::worker::Worker;

/// The ends of a live path.
#[derive(Debug)]
pub struct Session {
    /// For the audio thread.
    pub tap: Tap,
    /// For the worker thread, or for a tool that steps it.
    pub worker: Worker,
    /// For the panel.
    pub snapshots: SnapshotReader,
    /// For whoever changes settings.
    pub control: Control,
}

/// A new live path. Knows no sample rate yet: that arrives with the sound. Any number of them can
/// live side by side.
pub fn session() -> Session {
    let queue = Arc::new(ArrayQueue::new(QUEUE_CAPACITY));
    let control = Control::new();
    let (input, output) = triple_buffer::triple_buffer(&Snapshot::default());
    Session {
        tap: Tap::new(Arc::clone(&queue)),
        worker: Worker::new(queue, control.clone(), input),
        snapshots: SnapshotReader::new(output),
        control,
    }
}
