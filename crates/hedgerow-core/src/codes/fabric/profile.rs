//! 48xx: switch profiles that people add.

crate::codes::codes! {
    PROFILE_OWN = 4801, Warning, "one of the fabric's own profiles",
        meaning: "The fabric writes its own profiles and refuses any other content for them. A copy in git is right for one version only. An error with --strict.",
        example: "kind: SwitchProfile\nmetadata:\n  name: vs",
        fix: "Remove it.",
        source: "fabric pkg/ctrl/switchprofile_wh.go:75-79 @ 78827deb";
    PROFILE_EXTRA = 4802, Error, "a profile that is not the fabric's own",
        meaning: "The fabric takes its own profiles only, unless it is configured to take others.",
        example: "kind: SwitchProfile\nmetadata:\n  name: my-switch",
        fix: "Use one of the fabric's profiles; or set profiles.allow_extra = true in .hedgerow/fabric.toml.",
        source: "fabric pkg/ctrl/switchprofile_wh.go:85-87 @ 78827deb";
    PROFILE_FIELD = 4803, Error, "a profile that is incomplete",
        meaning: "A profile has displayName, switchSilicon, nosType (one of eight) and platform, and five other names at most.",
        example: "kind: SwitchProfile\nspec:\n  displayName: Mine",
        fix: "Set what is missing.",
        source: "fabric api/wiring/v1beta1/switchprofile_types.go:242-272 @ 78827deb";
    PROFILE_PORT = 4804, Error, "a port that a profile cannot have",
        meaning: "Management ports are M1 and so on, data ports E1/1 with a label and a group or a profile; names on the switch are unique; groups and pipelines exist and are used.",
        example: "ports:\n  Ethernet0: {nos: Ethernet0, label: \"1\", profile: SFP28-25G}",
        fix: "Correct what the finding points at.",
        source: "fabric api/wiring/v1beta1/switchprofile_types.go:274-475,547-555 @ 78827deb";
    PROFILE_SPEED = 4805, Error, "a port profile that makes no sense",
        meaning: "A port profile has speeds or breakouts, the default among them; breakouts have offsets; some port uses it.",
        example: "portProfiles:\n  SFP28-25G: {speed: {default: 25G, supported: [10G]}}",
        fix: "Correct what the finding points at.",
        source: "fabric api/wiring/v1beta1/switchprofile_types.go:477-545,560-616 @ 78827deb";
}
