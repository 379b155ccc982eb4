//! Tests that need a process of their own: an environment, a display, or the freedom to crash.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use crate::bundles;
use crate::x11::{Client, Server};

/// Longest time a child may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the threads of closed windows need to end.
const SETTLING_TIME: Duration = Duration::from_millis(500);

const CHILD: &str = "JAMBOREE_TEST_CHILD";

/// Runs `body` in a process of its own with `env` set: the test binary starts itself again with
/// only the test named `test`, which has to be the caller.
pub fn in_a_child(test: &str, env: &[(&str, &str)], body: impl FnOnce()) {
    if is_child() {
        return body();
    }
    run_child(test, env);
}

/// As [`in_a_child`], once for each environment.
pub fn in_children(test: &str, envs: &[&[(&str, &str)]], body: impl FnOnce()) {
    if is_child() {
        return body();
    }
    for env in envs {
        run_child(test, env);
    }
}

/// Runs `body` in a process of its own that has a virtual display. Skipped where there is none.
pub fn on_a_display(test: &str, env: &[(&str, &str)], body: impl FnOnce(&Client)) {
    if is_child() {
        let display = std::env::var("DISPLAY").unwrap_or_default();
        match Client::connect(&display) {
            Ok(client) => {
                body(&client);
                // The thread of a window closed just now may be about to unload the graphics
                // driver, which must not happen while the process runs its exit handlers.
                return std::thread::sleep(SETTLING_TIME);
            }
            Err(error) => panic!("no connection to {display}: {error}"),
        }
    }
    let server = match Server::start() {
        Ok(server) => server,
        Err(error) => return bundles::missing(&format!("no virtual display: {error:#}")),
    };
    // One arena, and large blocks back to the system at once: with an arena for each window's
    // thread and a threshold that grows, what glibc keeps looks like leaks.
    let mut env = env.to_vec();
    env.extend([
        ("DISPLAY", server.display()),
        ("MALLOC_ARENA_MAX", "1"),
        ("MALLOC_MMAP_THRESHOLD_", "131072"),
        ("MALLOC_TRIM_THRESHOLD_", "131072"),
        ("LC_ALL", "C.UTF-8"),
    ]);
    run_child(test, &env);
}

/// Whether this process is the child of a test.
pub fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

fn run_child(test: &str, env: &[(&str, &str)]) {
    let status = child_status(test, env);
    assert!(status.success(), "{test} with {env:?}: {status}");
}

/// How a child that runs only the test named `test` with `env` set ends.
pub fn child_status(test: &str, env: &[(&str, &str)]) -> ExitStatus {
    let this = match std::env::current_exe() {
        Ok(this) => this,
        Err(error) => panic!("{error}"),
    };
    let child = Command::new(this)
        .args(["--exact", test, "--nocapture", "--test-threads", "1"])
        .env(CHILD, "1")
        .envs(env.iter().copied())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => panic!("{error}"),
    };
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status,
            Ok(None) if start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(20));
            }
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                panic!("{test} with {env:?} took more than {PATIENCE:?}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}
