//! The live path: from the audio thread to a [`Snapshot`](advice::Snapshot).
//!
//! ```text
//! audio thread            worker thread                         panel's thread
//! Tap::push ──► queue ──► Worker::step: LiveAnalyzer, advice ──► SnapshotReader::read
//!                  Control (atomics, any thread) ──┘
//! ```
//!
//! [`session()`] makes the ends; each is moved to its thread and can't be cloned, but for
//! [`Control`]. Everything the worker must know about the stream (rate, gaps, resets, transport)
//! travels in the queue with the sound. A [`WorkerThread`] runs the worker; a tool that wants the
//! same result every time calls [`Worker::step`] itself after each push.
//!
//! Beside it, for the shells: a [`NameSearch`] finds references by name while somebody types.

mod block;
mod control;
mod name_search;
mod offline;
mod session;
mod snapshots;
mod summary;
mod tap;
mod thread;
mod worker;

pub use block::{BLOCK_LEN, QUEUE_CAPACITY, Transport};
pub use control::Control;
pub use name_search::NameSearch;
pub use session::{Session, session};
pub use snapshots::SnapshotReader;
pub use summary::Summary;
pub use tap::Tap;
pub use thread::WorkerThread;
pub use worker::Worker;
