//! The standalone on a real sound system: two of them on JACK's dummy driver, one plays the demo
//! song, the other listens to it through its input device.

#![allow(dead_code, reason = "the tests of the standalone share their helpers")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

#[path = "jam/binary.rs"]
mod binary;

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use binary::{Running, has_jack_files, has_program, jam};
use tests::bundles::missing;

/// A JACK server without a sound card.
struct Server {
    name: String,
    running: Running,
}

impl Server {
    /// JACK's list holds eight servers, and one that did not end in order is struck off only when
    /// its name comes again: so the names are few. One in use by another run is passed over.
    fn start(name: &str) -> Self {
        let mut said = Vec::new();
        for slot in 0..2 {
            match Self::start_named(format!("jamboree-{name}-{slot}")) {
                Ok(server) => return server,
                Err(words) => said.push(words),
            }
        }
        panic!("the JACK server does not start:\n{}", said.join("\n"));
    }

    fn start_named(name: String) -> Result<Self, String> {
        let mut command = Command::new("jackd");
        command.args(["--no-realtime", "-n", &name, "-d", "dummy"]);
        command.args(["-r", "48000", "-p", "256", "-C", "2", "-P", "2"]);
        let mut server = Self { name, running: Running::start(&mut command) };
        // Where the name is in use, the ports may be those of its owner, and ours ends.
        let found = server.finds_port("system:playback_1");
        let ended = server.running.wait(Duration::from_millis(300)).is_some();
        if found && !ended {
            return Ok(server);
        }
        Err([server.running.out.join("\n"), server.running.err.join("\n")].join("\n"))
    }

    /// Ends the way a server ends, while its clients still live: killed the hard way, or by the
    /// broken pipes of dead clients, it would stay in JACK's list of servers, which holds eight.
    fn stop(&mut self) {
        if !self.running.is_running() {
            return;
        }
        let id = self.running.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        self.running.wait(Duration::from_secs(5));
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("JACK_DEFAULT_SERVER", &self.name).env("JACK_NO_START_SERVER", "1");
        command
    }

    /// Runs one of JACK's own tools to its end, at most for five seconds: a server that hangs
    /// hangs its clients. Says whether it succeeded, and what it printed.
    fn ask(&self, program: &str, arguments: &[&str]) -> (bool, Vec<String>) {
        let mut tool = Running::start(self.command(program).args(arguments));
        let status = tool.wait(Duration::from_secs(5));
        (status.is_some_and(|status| status.success()), std::mem::take(&mut tool.out))
    }

    fn ports(&self) -> Vec<String> {
        self.ask("jack_lsp", &[]).1
    }

    fn finds_port(&mut self, port: &str) -> bool {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline && self.running.is_running() {
            if self.ports().iter().any(|line| line == port) {
                return true;
            }
            thread::sleep(Duration::from_millis(100));
        }
        false
    }

    fn wait_for_port(&mut self, port: &str) {
        if self.finds_port(port) {
            return;
        }
        panic!("{port} does not appear; there are:\n{}", self.ports().join("\n"));
    }

    fn connect(&self, from: &str, to: &str) {
        let (connected, _) = self.ask("jack_connect", &[from, to]);
        assert!(connected, "{from} can't be connected to {to}");
    }

    fn jam(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(jam());
        Running::start(command.args(["--host", "jack", "--headless"]).args(arguments))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn can_run() -> bool {
    for program in ["jackd", "jack_lsp", "jack_connect"] {
        if !has_program(program) {
            missing(&format!("{program} is not installed; run `cargo xtask setup`"));
            return false;
        }
    }
    if !has_jack_files() {
        missing("the JACK development files are not installed; run `cargo xtask setup`");
        return false;
    }
    true
}

fn says(lines: &[String], what: &str, value: &str) -> bool {
    lines.iter().any(|line| line.contains(what) && line.contains(value))
}

/// The tempos of lines like `4.1 s  tempo  113.9 BPM (76 %)`.
fn tempos(lines: &[String]) -> impl Iterator<Item = f64> {
    lines.iter().filter_map(|line| line.split_once(" BPM")?.0.rsplit(' ').next()?.parse().ok())
}

#[test]
fn what_one_plays_the_other_hears_through_its_input_device() {
    if !can_run() {
        return;
    }
    let mut server = Server::start("song");
    let mut listener = server.jam(&[]);
    let input = format!("cpal_client_{}_in", listener.id());
    server.wait_for_port(&format!("{input}:in_1"));
    let mut player = server.jam(&["--demo"]);
    let output = format!("cpal_client_{}_out", player.id());
    server.wait_for_port(&format!("{output}:out_1"));
    server.connect(&format!("{output}:out_0"), &format!("{input}:in_0"));
    server.connect(&format!("{output}:out_1"), &format!("{input}:in_1"));

    let truth = song::demo().truth();
    let home = truth.keys[0].key.to_string();
    let tempo = f64::from(truth.bpm.0);
    let right_tempo = |lines: &[String]| tempos(lines).any(|bpm| (bpm - tempo).abs() < 1.0);
    for running in [&mut listener, &mut player] {
        running.wait_for(Duration::from_secs(25), |running| {
            says(&running.out, "key", &home) && right_tempo(&running.out)
        });
    }
    server.stop();
    for (who, running) in [("the listener", &listener), ("the player", &player)] {
        let text = format!("{who} heard:\n{}\n{}", running.out.join("\n"), running.err.join("\n"));
        assert!(says(&running.out, "key", &home), "no {home}; {text}");
        assert!(right_tempo(&running.out), "no {tempo} BPM; {text}");
        assert!(says(&running.out, "chord", ""), "no chord; {text}");
    }
}

#[test]
fn a_sound_system_that_dies_is_said_and_found_again_when_it_is_back() {
    if !can_run() {
        return;
    }
    let mut server = Server::start("death");
    let mut player = server.jam(&["--demo"]);
    server.wait_for_port(&format!("cpal_client_{}_out:out_1", player.id()));
    let mut listener = server.jam(&[]);
    server.wait_for_port(&format!("cpal_client_{}_in:in_1", listener.id()));
    player.wait_for(Duration::from_secs(10), |player| says(&player.out, "chord", ""));

    server.stop();
    for running in [&mut player, &mut listener] {
        let said =
            running.wait_for(Duration::from_secs(10), |r| says(&r.err, "sound device failed", ""));
        assert!(said, "not a word:\n{}", running.err.join("\n"));
        assert!(running.is_running());
    }
    let n_before = player.out.len();
    let goes_on = player.wait_for(Duration::from_secs(15), |player| player.out.len() > n_before);
    assert!(goes_on, "nothing more is heard:\n{}", player.out.join("\n"));

    // Back again: both find their devices by themselves.
    let mut server = Server::start_named(server.name.clone()).unwrap();
    server.wait_for_port(&format!("cpal_client_{}_in:in_1", listener.id()));
    server.wait_for_port(&format!("cpal_client_{}_out:out_1", player.id()));
    server.stop();
}

#[test]
fn a_period_change_while_playing_is_survived() {
    if !can_run() {
        return;
    }
    let mut server = Server::start("period");
    let mut player = server.jam(&["--demo"]);
    server.wait_for_port(&format!("cpal_client_{}_out:out_1", player.id()));
    let goes_on = ["4096", "64"].map(|period| {
        server.ask("jack_bufsize", &[period]);
        let n_before = player.out.len();
        player.wait_for(Duration::from_secs(15), |player| player.out.len() > n_before)
    });
    server.stop();
    assert_eq!(goes_on, [true; 2], "nothing more is heard:\n{}", player.err.join("\n"));
}
