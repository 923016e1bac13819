//! Rules for switch profiles that people add.

use crate::harness::{Doc, Example, doc, examples, under};

const EXTRA: &str = "[gateway]\nenabled = true\n[profiles]\nallow_extra = true\n";

const WHOLE: &str = "displayName: Mine\nswitchSilicon: x\nnosType: sonic-bcm-base\nplatform: x86";
const PORTS: &str = "ports:\n  M1: {nos: Management0, management: true, oniePortName: eth0}\n  E1/1: {nos: Ethernet0, label: \"1\", profile: SFP}\n";
const SPEEDS: &str = "portProfiles:\n  SFP: {speed: {default: 25G, supported: [10G, 25G]}}\n";

fn profile(spec: &str) -> Doc {
    doc("SwitchProfile", "mine", spec)
}

/// A profile with these ports and port profiles, in a fabric that takes it.
fn with(ports: &str, speeds: &str) -> Example {
    under(EXTRA, vec![profile(&format!("{WHOLE}\n{ports}{speeds}"))])
}

fn port(line: &str) -> Example {
    with(&format!("{PORTS}  {line}\n"), SPEEDS)
}

fn speed(line: &str) -> Example {
    let ports = format!("{PORTS}  E1/2: {{nos: 1/2, baseNOSName: Ethernet4, label: \"2\", profile: X}}\n");
    with(&ports, &format!("{SPEEDS}  X: {line}\n"))
}

/// A speed profile named X for a port without breakouts.
fn plain_speed(line: &str) -> Example {
    let ports = format!("{PORTS}  E1/2: {{nos: Ethernet4, label: \"2\", profile: X}}\n");
    with(&ports, &format!("{SPEEDS}  X: {line}\n"))
}

examples! {
    profile_of_the_fabrics_own_warns {
        refuse: vec![doc("SwitchProfile", "vs # HR4801", "displayName: Mine")],
        accept: vec![],
    }

    profile_that_is_not_the_fabrics_own_is_refused {
        refuse: vec![doc("SwitchProfile", "mine # HR4802", format!("{WHOLE}\n{PORTS}{SPEEDS}"))],
        accept: with(PORTS, SPEEDS),
    }

    profile_without_a_platform_is_refused {
        refuse: under(EXTRA, vec![profile("displayName: Mine\nswitchSilicon: x\nnosType: sonic-bcm-base").with_spec_marker("# HR4803")]),
        accept: with(PORTS, SPEEDS),
    }

    profile_with_an_unknown_system_is_refused {
        refuse: under(EXTRA, vec![profile("displayName: Mine\nswitchSilicon: x\nplatform: x\nnosType: sonic # HR4803")]),
        accept: with(PORTS, SPEEDS),
    }

    profile_with_another_name_twice_is_refused {
        refuse: under(EXTRA, vec![profile(&format!("{WHOLE}\notherNames: [a, a] # HR4803"))]),
        accept: under(EXTRA, vec![profile(&format!("{WHOLE}\notherNames: [a, b]"))]),
    }

    profile_port_with_the_name_of_the_system_is_refused {
        refuse: port("Ethernet4: {nos: Ethernet4, label: \"2\", profile: SFP} # HR4804"),
        accept: port("E1/2: {nos: Ethernet4, label: \"2\", profile: SFP}"),
    }

    profile_port_without_a_label_is_refused {
        refuse: port("E1/2: {nos: Ethernet4, profile: SFP} # HR4804"),
        accept: port("E1/2: {nos: Ethernet4, label: \"2\", profile: SFP}"),
    }

    profile_port_without_a_name_on_the_switch_is_refused {
        refuse: port("E1/2: {label: \"2\", profile: SFP} # HR4804"),
        accept: port("E1/2: {nos: Ethernet4, label: \"2\", profile: SFP}"),
    }

    profile_port_with_a_label_of_another_is_refused {
        refuse: port("E1/2: {nos: Ethernet4, label: \"1\", profile: SFP} # HR4804"),
        accept: port("E1/2: {nos: Ethernet4, label: \"2\", profile: SFP}"),
    }

    profile_port_without_a_class_is_refused {
        refuse: port("E1/2: {nos: Ethernet4, label: \"2\"} # HR4804"),
        accept: port("E1/2: {nos: Ethernet4, label: \"2\", profile: SFP}"),
    }

    profile_port_of_a_class_that_is_missing_is_refused {
        refuse: port("E1/2: {nos: Ethernet4, label: \"2\", profile: QSFP} # HR4804"),
        accept: port("E1/2: {nos: Ethernet4, label: \"2\", profile: SFP}"),
    }

    profile_management_port_that_is_incomplete_is_refused {
        refuse: port("M2: {nos: Management1, management: true} # HR4804"),
        accept: port("M2: {nos: Management1, management: true, oniePortName: eth1}"),
    }

    profile_pipeline_of_a_plain_port_is_refused {
        refuse: with(&format!("{PORTS}  E1/2: {{nos: Ethernet4, label: \"2\", profile: SFP, pipeline: \"1\"}} # HR4804\npipelines: {{\"1\": {{maxPorts: 4}}}}\n"), SPEEDS),
        accept: with(&format!("{PORTS}pipelines: {{\"1\": {{maxPorts: 4}}}}\n"), SPEEDS),
    }

    profile_pipeline_without_ports_is_refused {
        refuse: with(&format!("{PORTS}pipelines: {{\"1\": {{}}}} # HR4804\n"), SPEEDS),
        accept: with(&format!("{PORTS}pipelines: {{\"1\": {{maxPorts: 4}}}}\n"), SPEEDS),
    }

    profile_group_without_ports_is_refused {
        refuse: with(&format!("{PORTS}portGroups: {{\"1\": {{nos: \"1\", profile: SFP}}}} # HR4804\n"), SPEEDS),
        accept: with(&format!("{PORTS}  E1/2: {{nos: Ethernet4, label: \"2\", group: \"1\"}}\nportGroups: {{\"1\": {{nos: \"1\", profile: SFP}}}}\n"), SPEEDS),
    }

    profile_breakout_port_without_a_base_name_is_refused {
        refuse: with(
            &format!("{PORTS}  E1/2: {{nos: 1/2, label: \"2\", profile: QSFP}} # HR4804\n"),
            &format!("{SPEEDS}  QSFP: {{breakout: {{default: 1x100G, supported: {{1x100G: {{offsets: [\"0\"]}}}}}}}}\n"),
        ),
        accept: with(
            &format!("{PORTS}  E1/2: {{nos: 1/2, baseNOSName: Ethernet4, label: \"2\", profile: QSFP}}\n"),
            &format!("{SPEEDS}  QSFP: {{breakout: {{default: 1x100G, supported: {{1x100G: {{offsets: [\"0\"]}}}}}}}}\n"),
        ),
    }

    port_profile_that_nobody_uses_is_refused {
        refuse: with(PORTS, &format!("{SPEEDS}  Y: {{speed: {{default: 25G, supported: [25G]}}}} # HR4805\n")),
        accept: with(PORTS, SPEEDS),
    }

    port_profile_with_speeds_and_breakouts_is_refused {
        refuse: speed("{speed: {default: 25G, supported: [25G]}, breakout: {default: 1x25G, supported: {1x25G: {offsets: [\"0\"]}}}} # HR4805"),
        accept: speed("{breakout: {default: 1x25G, supported: {1x25G: {offsets: [\"0\"]}}}}"),
    }

    port_profile_with_a_default_that_it_does_not_support_is_refused {
        refuse: plain_speed("{speed: {default: 40G, supported: [25G]}} # HR4805"),
        accept: plain_speed("{speed: {default: 25G, supported: [25G]}}"),
    }

    port_profile_with_a_speed_that_is_none_is_refused {
        refuse: plain_speed("{speed: {default: 25G, supported: [25G, 30G]}} # HR4805"),
        accept: plain_speed("{speed: {default: 25G, supported: [25G, 2.5G]}}"),
    }

    port_profile_with_a_breakout_that_is_none_is_refused {
        refuse: speed("{breakout: {default: 1x25G, supported: {1x25G: {offsets: [\"0\"]}, 3x25G: {offsets: [\"0\"]}}}} # HR4805"),
        accept: speed("{breakout: {default: 1x25G, supported: {1x25G: {offsets: [\"0\"]}, 2x25G: {offsets: [\"0\", \"2\"]}}}}"),
    }

    port_profile_with_autoneg_that_is_not_allowed_is_refused {
        refuse: plain_speed("{speed: {default: 25G, supported: [25G]}, autoNegDefault: true} # HR4805"),
        accept: plain_speed("{speed: {default: 25G, supported: [25G]}, autoNegDefault: true, autoNegAllowed: true}"),
    }
}
