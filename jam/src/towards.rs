//! [`Towards`]: what the session writes towards.

use advice::{SceneProfiles, Target};
use gui::PinnedView;
use library::{Pin, References};
use live::Control;

/// The target pinned, and the one asked for on the command line until it is found.
#[derive(Debug, Default)]
pub(crate) struct Towards {
    pin: Option<Pin>,
    wanted: Option<String>,
}

impl Towards {
    /// Towards what is called `name`: a scene at once, a reference when its library is open.
    pub(crate) fn new(name: Option<&str>, control: &Control) -> Self {
        let Some(name) = name else { return Self::default() };
        let profiles = SceneProfiles::shipped();
        let scene = profiles.named(name).and_then(|scene| profiles.get(scene));
        let pin = scene.map(|profile| Pin::of_scene(profile.key()));
        control.set_target(pin.clone());
        let wanted = pin.is_none().then(|| name.to_owned());
        Self { pin, wanted }
    }

    /// What went wrong where no library comes that could have what is wanted; once.
    pub(crate) fn without_library(&mut self) -> Option<String> {
        let name = self.wanted.take()?;
        Some(format!("no scene is called '{name}'; for a reference give its --library"))
    }

    /// The name to look for in a library that is opened, until one was looked through.
    pub(crate) fn wanted(&self) -> Option<String> {
        self.wanted.clone()
    }

    /// Writes towards what was found for it; says what went wrong.
    pub(crate) fn found(
        &mut self,
        found: Result<Pin, String>,
        control: &Control,
    ) -> Option<String> {
        self.wanted = None;
        match found {
            Ok(pin) => {
                self.pin = Some(pin);
                control.set_target(self.pin.clone());
                None
            }
            Err(words) => Some(words),
        }
    }

    /// Writes towards `target`; `references` are those it was shown from. One that is gone
    /// meanwhile changes nothing.
    pub(crate) fn pin(
        &mut self,
        target: Target,
        references: Option<&References>,
        control: &Control,
    ) {
        let pin = match (references, target) {
            (Some(references), _) => references.pin(target).ok().flatten(),
            (None, Target::Scene(scene)) => {
                SceneProfiles::shipped().get(scene).map(|profile| Pin::of_scene(profile.key()))
            }
            (None, Target::Reference(_)) => None,
        };
        if pin.is_some() {
            self.pin = pin;
            control.set_target(self.pin.clone());
        }
    }

    /// Writes towards nothing in particular.
    pub(crate) fn let_go(&mut self, control: &Control) {
        self.pin = None;
        control.set_target(None);
    }

    /// For the panel.
    pub(crate) fn view(&self) -> Option<PinnedView<'_>> {
        self.pin.as_ref().map(|pin| match pin {
            Pin::Scene { key } => PinnedView::Scene(key),
            Pin::Reference { title, .. } => PinnedView::Reference(title),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use advice::Aimed;

    #[test]
    fn a_scene_is_aimed_at_by_any_of_its_names_until_it_is_let_go() {
        for name in ["sleep", "Sleep", "助眠"] {
            let live::Session { mut worker, control, .. } = live::session();
            let mut towards = Towards::new(Some(name), &control);
            worker.step();
            assert!(matches!(worker.snapshot().aimed, Aimed::At(Target::Scene(_))), "{name}");
            assert_eq!(towards.view(), Some(PinnedView::Scene("sleep")));
            assert_eq!(towards.without_library(), None);
            towards.let_go(&control);
            worker.step();
            assert_eq!((worker.snapshot().aimed, towards.view()), (Aimed::Nowhere, None));
        }
    }

    #[test]
    fn what_is_nowhere_is_said_once_and_pins_nothing() {
        let control = live::session().control;
        let mut towards = Towards::new(Some("Neon Coast"), &control);
        assert!(towards.without_library().is_some_and(|words| words.contains("--library")));
        assert_eq!(towards.without_library(), None);
        let mut towards = Towards::new(Some("Neon Coast"), &control);
        assert_eq!(towards.wanted().as_deref(), Some("Neon Coast"));
        let said = towards.found(Err("none is called so".to_owned()), &control);
        assert_eq!(said.as_deref(), Some("none is called so"));
        assert_eq!((towards.wanted(), towards.view()), (None, None));
    }
}
