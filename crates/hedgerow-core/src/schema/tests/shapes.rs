//! Types, limits, values.

use super::{NONE, connection, places, switch, vpc};

#[test]
fn a_value_of_the_right_type_passes_and_of_another_is_pointed_at() {
    assert_eq!(places(&vpc("subnet: 10.0.0.0/24\nvlan: 1001\nisolated: true")), NONE);
    assert_eq!(places(&vpc("subnet: 10")), ["HR2001 8:15"]);
    assert_eq!(places(&vpc("vlan: [1001]")), ["HR2001 8:7"]);
    assert_eq!(places(&vpc("isolated: 1")), ["HR2001 8:17"]);
    assert_eq!(places(&vpc("dhcp: true")), ["HR2001 8:13"]);
}

#[test]
fn nothing_below_a_value_of_the_wrong_type_is_looked_at() {
    assert_eq!(places(&connection("unbundled:\n- link:\n    rubbish: 1")), ["HR2001 6:3"]);
}

#[test]
fn a_whole_number_may_be_spelled_with_a_point() {
    assert_eq!(places(&vpc("vlan: 1001.0")), NONE);
    assert_eq!(places(&vpc("vlan: 1001.5")), ["HR2001 8:13"]);
}

#[test]
fn a_number_has_to_fit_what_the_controller_reads_it_into() {
    assert_eq!(places(&vpc("vlan: 65535")), NONE);
    assert_eq!(places(&vpc("vlan: 65536")), ["HR2002 8:13"]);
    assert_eq!(places(&vpc("vlan: -1")), ["HR2002 8:13"]);
    assert_eq!(places(&switch("role: spine\nasn: 2147483647")), NONE);
    assert_eq!(places(&switch("role: spine\nasn: 2147483648")), ["HR2002 7:8"]);
}

#[test]
fn a_required_field_has_to_be_there_and_null_is_not_there() {
    assert_eq!(places(&switch("role: spine")), NONE);
    assert_eq!(places(&switch("profile: vs")), ["HR2003 5:1"]);
    assert_eq!(places(&switch("role: null\nprofile: vs")), ["HR2003 5:1"]);
    assert_eq!(places(&switch("").replace("spec:", "spec: null")), ["HR2003 1:1"]);
}

#[test]
fn what_the_webhook_fills_in_is_not_required() {
    assert_eq!(places(&vpc("dhcp:\n  enable: true\n  options:\n    pxeURL: http://10.0.0.1/boot")), NONE);
    let attachment = switch("external: ext\nconnection: leaf--external\nstatic:\n  remoteIP: 10.0.0.1")
        .replace("wiring.", "vpc.")
        .replace("Switch", "ExternalAttachment");
    assert_eq!(places(&attachment), NONE);
    assert_eq!(places(&attachment.replace("remoteIP", "ip")), ["HR2003 8:3"]);
}

#[test]
fn an_optional_field_may_be_empty() {
    assert_eq!(places(&switch("role: spine\nredundancy:\n  type: \"\"")), NONE);
    assert_eq!(places(&switch("role: \"\"")), ["HR2006 6:9"]);
    assert_eq!(places(&switch("role: spine\nportFECs: {E1/1: \"\"}")), ["HR2006 7:20"]);
}

#[test]
fn null_is_absent_but_not_as_an_entry() {
    assert_eq!(places(&switch("role: spine\nroce: ~\nportSpeeds:")), NONE);
    assert_eq!(places(&switch("role: spine\ngroups: [null]")), ["HR2001 7:12"]);
    assert_eq!(places(&switch("role: spine\nportSpeeds:\n  E1/1: ~")), ["HR2001 8:11"]);
}

#[test]
fn null_as_an_entry_is_an_empty_object_where_the_controller_reads_it_so() {
    let peering = switch("permit:\n- vpc-1:\n  vpc-2:").replace("wiring.", "vpc.").replace("Switch", "VPCPeering");
    assert_eq!(places(&peering), NONE);
    assert_eq!(places(&vpc("").replace("default:", "default: ~")), ["HR2001 7:14"]);
    let statements =
        switch("inboundACL:\n  statements: [null]").replace("wiring.", "vpc.").replace("Switch", "ExternalAttachment");
    assert_eq!(places(&statements), ["HR2003 7:18"; 5]);
}

#[test]
fn only_the_values_of_an_enum_pass() {
    assert_eq!(places(&switch("role: mixed-leaf")), NONE);
    assert_eq!(places(&switch("role: leaf")), ["HR2006 6:9"]);
    assert_eq!(places(&switch("role: spine\nportFECs:\n  E1/1: on-demand")), ["HR2006 8:11"]);
}

#[test]
fn a_pattern_has_to_match() {
    let link = |ip: &str| connection(&format!("fabric:\n  links:\n  - leaf: {{port: leaf-1/E1/1, ip: {ip}}}"));
    assert_eq!(places(&link("172.30.128.0/31")), NONE);
    assert_eq!(places(&link("172.30.128.0")), ["HR2007 8:37"]);
    assert_eq!(places(&link("172.30.128.٠/31")), ["HR2007 8:37"]);
}

#[test]
fn a_number_has_to_be_in_its_range() {
    let flaps = |count: i32| switch(&format!("role: spine\nlinkFlapErrDisable:\n  flapThreshold: {count}"));
    assert_eq!(places(&flaps(50)), NONE);
    assert_eq!(places(&flaps(51)), ["HR2009 8:20"]);
    assert_eq!(places(&flaps(0)), ["HR2009 8:20"]);
}

#[test]
fn entries_are_counted() {
    let link = "  - server: {port: s/1}\n    switch: {port: l/E1/1}\n";
    assert_eq!(places(&connection(&format!("eslag:\n  links:\n{link}{link}"))), NONE);
    assert_eq!(places(&connection(&format!("eslag:\n  links:\n{link}"))), ["HR2010 7:5"]);
    let namespace = |subnets: &str| {
        switch(&format!("subnets: [{subnets}]")).replace("wiring.", "vpc.").replace("Switch", "IPv4Namespace")
    };
    assert_eq!(places(&namespace("10.0.0.0/16")), NONE);
    assert_eq!(places(&namespace("")), ["HR2010 6:3"]);
    assert_eq!(places(&namespace(&"10.0.0.0/16,".repeat(21))), ["HR2010 6:3"]);
}

#[test]
fn a_time_span_has_to_read_as_one() {
    let peering = |timeout: &str| {
        switch(&format!("peering:\n  vpc-1:\n    expose:\n    - nat: {{masquerade: {{idleTimeout: {timeout}}}}}"))
            .replace("wiring.githedgehog.com/v1beta1", "gateway.githedgehog.com/v1alpha1")
            .replace("Switch", "GatewayPeering")
    };
    assert_eq!(places(&peering("5m")), NONE);
    assert_eq!(places(&peering("5 minutes")), ["HR2011 9:41"]);
    assert_eq!(places(&peering("300")), ["HR2001 9:41"]);
}

#[test]
fn a_version_that_is_not_served_has_no_schema() {
    assert_eq!(places(&switch("rubbish: 1").replace("v1beta1", "v1alpha2")), NONE);
}

#[test]
fn every_fault_of_a_document_is_found_in_the_order_of_its_lines() {
    let yaml = switch("rol: spine\nasn: x\nportSpeeds: []\nbogus: 1");
    assert_eq!(places(&yaml), ["HR2003 5:1", "HR2004 6:3", "HR2001 7:8", "HR2001 8:3", "HR2004 9:3"]);
}
