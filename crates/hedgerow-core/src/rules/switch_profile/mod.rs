//! Rules about switch profiles that people add.

use super::cursor::Text;
use super::fabric::{Fabric, Head};
use super::report::Report;
use crate::codes::fabric as codes;
use crate::profiles;

mod ports;
mod speeds;

/// What a switch may run. Source: fabric api/meta/types.go:147-169 @ 78827deb.
const NOS_TYPES: [&str; 8] = [
    "sonic-bcm-base",
    "sonic-bcm-campus",
    "sonic-bcm-vs",
    "sonic-cls-plus-broadcom",
    "sonic-cls-plus-marvell",
    "sonic-cls-plus-vs",
    "cumulus-vx",
    "cumulus-mlx",
];

/// Every rule about switch profiles.
pub(crate) fn judge(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    for profile in fabric.switch_profiles.iter() {
        if profiles::builtin(profile.name).is_some() {
            own_profiles_are_the_controllers(profile, report);
            continue;
        }
        extra_profiles_are_allowed(profile, fabric, report);
        description_is_complete(profile, report);
        other_names_are_few_and_different(profile, report);
        ports::judge(profile.spec, report);
        speeds::judge(profile.spec, report);
    }
}

/// The controller writes its own profiles, and refuses any other content for them.
///
/// Source: fabric pkg/ctrl/switchprofile_wh.go:75-79 @ 78827deb.
fn own_profiles_are_the_controllers(profile: &Head<'_>, report: &mut Report<'_>) {
    let message = format!("the fabric writes the profile {:?} itself", profile.name);
    let given = report.give(codes::PROFILE_OWN, profile.top.spot(), message);
    given.hint("remove it: any difference from the fabric's own is refused");
}

/// Source: fabric pkg/ctrl/switchprofile_wh.go:85-87 @ 78827deb; fabricator pkg/fab/comp/fabric/fabric.go:282 @ fee55670.
fn extra_profiles_are_allowed(profile: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    if !fabric.settings.profiles.allow_extra {
        let given =
            report.give(codes::PROFILE_EXTRA, profile.top.spot(), "the fabric takes its own switch profiles only");
        given.hint("if yours allows others, set profiles.allow_extra = true in .hedgerow/fabric.toml");
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:242-272 @ 78827deb.
fn description_is_complete(profile: &Head<'_>, report: &mut Report<'_>) {
    for key in ["displayName", "switchSilicon", "nosType", "platform"] {
        if profile.spec.lacks(key) {
            let message = format!("a switch profile needs {key}");
            report.give(codes::PROFILE_FIELD, profile.spec.spot(), message).hint(format!("set spec.{key}"));
        }
    }
    if let Some(nos) = profile.spec.text("nosType").filter(|nos| !NOS_TYPES.contains(&nos.text)) {
        let given = report.give(codes::PROFILE_FIELD, nos.spot, format!("{:?} is no nosType", nos.text));
        given.hint(format!("use {}", NOS_TYPES.join(", ")));
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:246-257 @ 78827deb.
fn other_names_are_few_and_different(profile: &Head<'_>, report: &mut Report<'_>) {
    let names: Vec<Text<'_>> = profile.spec.texts("otherNames").collect();
    if let Some(sixth) = names.get(5) {
        report.give(codes::PROFILE_FIELD, sixth.spot, "a profile has five other names at most").hint("remove some");
    }
    for (at, name) in names.iter().enumerate() {
        if name.text.is_empty() || names[..at].iter().any(|known| known.text == name.text) {
            let given = report.give(
                codes::PROFILE_FIELD,
                name.spot,
                format!("the other name {:?} is empty or there twice", name.text),
            );
            given.hint("remove it");
        }
    }
}
