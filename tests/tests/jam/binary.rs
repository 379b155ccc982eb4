//! The standalone as a program: built, started, listened to.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Whether a program of that name answers.
pub(crate) fn has_program(name: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(name).is_file())
}

/// The standalone, built if it is not yet: with JACK where its development files are there.
/// `JAMBOREE_JAM` names one built before.
pub(crate) fn jam() -> PathBuf {
    if let Some(path) = std::env::var_os("JAMBOREE_JAM") {
        return path.into();
    }
    // target/debug/deps/this-test: the standalone lies two folders up.
    let folder = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().to_owned();
    let target = folder.parent().unwrap();
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--quiet", "--package", "jam"]).arg("--target-dir").arg(target);
    if has_jack_files() {
        build.args(["--features", "jack"]);
    }
    let status = build.current_dir(tests::bundles::workspace()).status().unwrap();
    assert!(status.success(), "the standalone could not be built");
    folder.join(format!("jam{}", std::env::consts::EXE_SUFFIX))
}

/// Whether what `--features jack` needs is installed.
pub(crate) fn has_jack_files() -> bool {
    Command::new("pkg-config").args(["--exists", "jack"]).status().is_ok_and(|s| s.success())
}

/// A program being run; killed when dropped. Its lines are read as they come.
pub(crate) struct Running {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    /// Lines read so far.
    pub(crate) out: Vec<String>,
    /// Lines of stderr read so far.
    pub(crate) err: Vec<String>,
}

impl Running {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Self { child, stdout, stderr, out: Vec::new(), err: Vec::new() }
    }

    /// Process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Reads until `done`, at most for `limit`; whether it was done.
    pub(crate) fn wait_for(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) -> bool {
        let deadline = Instant::now() + limit;
        loop {
            self.out.extend(self.stdout.try_iter());
            self.err.extend(self.stderr.try_iter());
            if done(self) {
                return true;
            }
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits for its end, at most for `limit`.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().unwrap() {
                // The readers end with the pipes.
                self.out.extend(self.stdout.iter());
                self.err.extend(self.stderr.iter());
                return Some(status);
            }
            thread::sleep(Duration::from_millis(50));
        }
        None
    }

    /// Ends it the hard way.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether it still runs.
    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        })
        .unwrap();
    receiver
}
