//! Proof of worth: a valid fabric, broken by one edit at a time. Every break must be found, with the right code, at the
//! line of the edit, by what every document passes: YAML, schema and rules.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hedgerow_core::catalogue::{Catalogue, Kind};
use hedgerow_core::document;
use hedgerow_core::finding::Severity;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::{self, Context};
use hedgerow_core::policy::Policy;
use hedgerow_core::schema;
use hedgerow_core::settings::Settings;
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};

use crate::harness::{BASE, objects, verdicts};

/// One edit: the last `from` of the base becomes `to`; `code` is found on the line of the edit, or on the
/// line that holds `at`, where that is not empty.
struct Edit {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    at: &'static str,
}

/// An edit whose finding stands on its own line.
const fn edit(name: &'static str, from: &'static str, to: &'static str, code: &'static str) -> Edit {
    Edit { name, from, to, code, at: "" }
}

/// An edit whose finding stands where `at` is.
const fn found_at(
    name: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    at: &'static str,
) -> Edit {
    Edit { name, from, to, code, at }
}

const EDITS: &[Edit] = &[
    // YAML.
    edit("a tab as indentation", "  inboundCommunity: 65102:5000", "\tinboundCommunity: 65102:5000", "HR1030"),
    edit("a duplicate key", "  mode: l3vni\n", "  mode: l3vni\n  mode: l3vni\n", "HR1005"),
    edit("an open bracket", "subnets: [10.0.0.0/16]", "subnets: [10.0.0.0/16", "HR1008"),
    // Schema.
    edit("a typo in a field", "  mode: l3vni", "  moed: l3vni", "HR2004"),
    edit("a typo in a nested field", "gateway: 10.0.2.254", "gatway: 10.0.2.254", "HR2004"),
    edit("a word for a number", "vlan: 1004", "vlan: lan", "HR2005"),
    edit("a number in quotes", "vlan: 1005", "vlan: \"1005\"", "HR2005"),
    edit("a number that is too large", "asn: 65101", "asn: 6510100000", "HR2002"),
    edit("a word that is not listed", "role: border-leaf", "role: boarder-leaf", "HR2006"),
    edit(
        "a list for a text",
        "connection: server-01--unbundled--leaf-01",
        "connection: [server-01--unbundled--leaf-01]",
        "HR2001",
    ),
    edit("a text for a list", "prefixes: [10.200.0.0/16]", "prefixes: 10.200.0.0/16", "HR2001"),
    found_at("a role that is missing", "  role: spine\n", "", "HR2003", "name: spine-01\nspec:"),
    // Names.
    edit("a name in upper case", "name: server-02\n", "name: Server-02\n", "HR4001"),
    edit("a namespace", "name: vpc-1--vpc-2", "name: vpc-1--vpc-2\n  namespace: fab", "HR4005").at("namespace: fab"),
    edit("a long VPC name", "name: vpc-3\n", "name: production-east\n", "HR4002"),
    // References.
    edit("a missing switch", "{port: leaf-02/E1/4}", "{port: leaf-20/E1/4}", "HR3101"),
    edit("a missing server", "{port: server-01/enp2s1}", "{port: server-10/enp2s1}", "HR3102"),
    edit(
        "a missing switch group",
        "vtepIP: 172.30.12.2/32\n  redundancy: {group: eslag-1",
        "vtepIP: 172.30.12.2/32\n  redundancy: {group: eslag-2",
        "HR3103",
    )
    .at("eslag-2"),
    edit("a missing VPC", "- vpc-1: {subnets: [default]}", "- vpc-4: {subnets: [default]}", "HR3106"),
    edit("a missing subnet", "subnet: vpc-1/default", "subnet: vpc-1/front", "HR3107"),
    edit("a missing connection", "connection: leaf-03--external", "connection: leaf-04--external", "HR3108"),
    edit("a missing external", "external: {name: isp,", "external: {name: ips,", "HR3109"),
    edit("a missing gateway", "port: gateway-1/enp2s1", "port: gateway-2/enp2s1", "HR3110"),
    edit("a missing interface", "port: gateway-1/enp2s1", "port: gateway-1/enp2s9", "HR3112"),
    edit("a profile with a typo", "profile: dell-s5232f-on", "profile: dell-s5323f-on", "HR3201"),
    // Switches.
    edit(
        "redundancy without its type",
        "vtepIP: 172.30.12.2/32\n  redundancy: {group: eslag-1, type: eslag}",
        "vtepIP: 172.30.12.2/32\n  redundancy: {group: eslag-1}",
        "HR4102",
    )
    .at("redundancy: {group: eslag-1}\n"),
    edit("a management address outside", "ip: 172.30.0.10/21", "ip: 172.31.0.10/21", "HR4120"),
    edit("a router id twice", "protocolIP: 172.30.8.5/32", "protocolIP: 172.30.8.4/32", "HR4123")
        .at("ip: 172.30.0.11/21\n  protocolIP"),
    edit("a tunnel end point without a length", "vtepIP: 172.30.12.3/32", "vtepIP: 172.30.12.3", "HR4119"),
    edit("an ASN twice", "asn: 65103\n", "asn: 65102\n", "HR4124").at("boot: {mac: \"0c:20:12:ff:00:03\"}\n  asn"),
    edit("a spine with a leaf's ASN", "asn: 65100", "asn: 65109", "HR4122"),
    // Connections.
    edit("a port twice", "{port: leaf-01/E1/2}", "{port: leaf-01/E1/1}", "HR4212"),
    edit("a port twice by its other name", "leaf1: {port: leaf-01/E1/53}", "leaf1: {port: leaf-01/E1/55/1}", "HR4212")
        .at("leaf-01/E1/55/1"),
    edit("a port that the switch lacks", "{port: leaf-03/E1/5}", "{port: leaf-03/E1/65}", "HR4211"),
    edit("a port without its number", "{port: leaf-01/E1/3}", "{port: leaf-01}", "HR4208"),
    edit("a switch beyond the bundle", "{port: leaf-01/E1/3}", "{port: leaf-02/E1/3}", "HR4209").at("  bundled:\n"),
    edit("an address of another link", "ip: 172.30.128.1/31}", "ip: 172.30.128.5/31}", "HR4219"),
    edit("a next hop outside", "nextHop: 172.31.255.5", "nextHop: 172.31.254.5", "HR4215"),
    edit("a static subnet with host bits", "subnets: [10.99.0.0/24]", "subnets: [10.99.0.1/24]", "HR4216"),
    edit("an MTU that is too large", "  unbundled:\n", "  unbundled:\n    mtu: 9100\n", "HR4206").at("mtu: 9100"),
    edit(
        "a second type",
        "  unbundled:\n",
        "  external: {link: {switch: {port: leaf-03/E1/9}}}\n  unbundled:\n",
        "HR4202",
    )
    .at("leaf-03/E1/9"),
    // Namespaces.
    edit("VLANs of the fabric", "ranges: [{from: 1000, to: 2999}]", "ranges: [{from: 1000, to: 3000}]", "HR4303"),
    edit(
        "a range that goes downwards",
        "ranges: [{from: 1000, to: 2999}]",
        "ranges: [{from: 1000, to: 2999}, {from: 9, to: 8}]",
        "HR4301",
    ),
    edit("a namespace of the fabric's", "subnets: [10.0.0.0/16]", "subnets: [10.0.0.0/16, 172.30.64.0/18]", "HR4217"),
    edit("namespace subnets that overlap", "subnets: [10.0.0.0/16]", "subnets: [10.0.0.0/16, 10.0.7.0/24]", "HR4305"),
    // VPCs.
    edit("a VLAN outside", "vlan: 1004", "vlan: 3004", "HR4410"),
    edit("a VLAN of another VPC", "vlan: 1004", "vlan: 1002", "HR4409"),
    edit("a VLAN twice in a VPC", "vlan: 1002", "vlan: 1001", "HR4408"),
    edit("a subnet outside", "subnet: 10.0.4.0/24", "subnet: 10.1.4.0/24", "HR4403"),
    edit("a subnet of another VPC", "subnet: 10.0.5.0/24", "subnet: 10.0.4.128/25", "HR4406"),
    edit("a subnet that is too small", "subnet: 10.0.5.0/24", "subnet: 10.0.5.0/31", "HR4404"),
    edit("a subnet with host bits", "subnet: 10.0.4.0/24", "subnet: 10.0.4.4/24", "HR4308"),
    edit("a gateway outside", "gateway: 10.0.2.254", "gateway: 10.0.1.254", "HR4407"),
    edit("a range from the gateway", "enable: true\n", "enable: true\n        range: {start: 10.0.1.1}\n", "HR4413")
        .at("start: 10.0.1.1"),
    edit(
        "a DNS server by its name",
        "enable: true\n",
        "enable: true\n        options: {dnsServers: [dns.example.com]}\n",
        "HR4416",
    )
    .at("dns.example.com"),
    edit("DHCP where hosts speak BGP", "hostBGP: true\n", "hostBGP: true\n      dhcp: {enable: true}\n", "HR4411")
        .at("dhcp: {enable: true}"),
    edit("a mode that is refused", "mode: l3vni", "mode: l3flat", "HR4401"),
    edit("a permit list of one", "- [default, backend]", "- [default]", "HR4419"),
    // Attachments, peerings, externals.
    edit(
        "an attachment to a fabric link",
        "connection: server-01--unbundled--leaf-01",
        "connection: spine-01--fabric--leaf-01",
        "HR4501",
    ),
    edit("a peering of one", "    vpc-2: {}\n", "", "HR4510").at("- vpc-1: {subnets: [default]}"),
    edit("a community of three", "inboundCommunity: 65102:5000", "inboundCommunity: 65102:5000:1", "HR4601"),
    edit(
        "an external attached to servers",
        "connection: leaf-03--external",
        "connection: server-01--unbundled--leaf-01",
        "HR4608",
    )
    .at("external: isp\n  connection"),
    edit("a neighbor outside", "ip: 100.1.10.6", "ip: 100.1.11.6", "HR4613"),
    edit("a port without a length", "ip: 100.1.10.1/24", "ip: 100.1.10.1", "HR4605"),
    edit("a static external with none", "prefixes: [10.200.0.0/16]", "prefixes: []", "HR4603").at("  static:\n"),
    // Gateways.
    edit("a gateway's ASN", "asn: 65534", "asn: 65100", "HR4122").at("vtepMAC: \"ca:fe:ba:be:01:01\"\n  asn"),
    edit("a hardware address for many", "vtepMAC: \"ca:fe", "vtepMAC: \"cb:fe", "HR4704"),
    edit("an interface address without a length", "ips: [172.30.128.3/31]", "ips: [172.30.128.3]", "HR4705"),
    edit("an exposed prefix outside", "ips: [{cidr: 10.0.1.0/24}]", "ips: [{cidr: 10.0.0.0/23}]", "HR4711"),
    edit("an exposed subnet that is missing", "{vpcSubnet: default}", "{vpcSubnet: backend}", "HR3107"),
    edit(
        "a target without a translation",
        "- ips: [{vpcSubnet: default}]",
        "- ips: [{vpcSubnet: default}]\n        as: [{cidr: 192.168.0.0/24}]",
        "HR4713",
    )
    .at("192.168.0.0/24"),
];

impl Edit {
    /// With the place of the finding, which is not that of the edit.
    const fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    fn broken(&self) -> String {
        let at = BASE.rfind(self.from).unwrap_or_else(|| panic!("{}: the base has no {:?}", self.name, self.from));
        format!("{}{}{}", &BASE[..at], self.to, &BASE[at + self.from.len()..])
    }

    /// The line on which the finding is expected.
    fn line(&self, broken: &str) -> u32 {
        let at = if self.at.is_empty() {
            let at = BASE.rfind(self.from).unwrap();
            // The first line that differs.
            at + self
                .to
                .bytes()
                .zip(self.from.bytes())
                .take_while(|(a, b)| a == b)
                .count()
                .min(self.to.len().saturating_sub(1))
        } else {
            broken.rfind(self.at).unwrap_or_else(|| panic!("{}: nothing is {:?}", self.name, self.at))
                + self.at.trim_end().len()
                - 1
        };
        1 + broken[..at].bytes().filter(|&b| b == b'\n').count() as u32
    }
}

/// All that is found in a file: line and code.
fn found(text: &str) -> BTreeSet<(u32, String)> {
    let path = TreePath::new(b"raw/fabric.yaml".to_vec());
    let file = document::parse(&path, text.as_bytes());
    let catalogue = Catalogue::builtin();
    let mut findings = file.findings.clone();
    for (identity, _, _, index) in objects(&file) {
        let kind: Option<&Kind> = catalogue.kind(&identity.group, &identity.kind);
        let check = |kind| schema::check(&catalogue, kind, &path, file.bytes, &file.documents[index]);
        findings.extend(kind.into_iter().flat_map(check));
    }
    if file.findings.is_empty() {
        let mut settings = Settings::default();
        settings.gateway.enabled = Some(true);
        findings
            .extend(verdicts(&[("raw/fabric.yaml", text)], "", &settings).into_iter().map(|verdict| verdict.finding));
    }
    findings.into_iter().filter_map(|finding| Some((finding.place.line?, finding.code.to_string()))).collect()
}

#[test]
fn the_unbroken_fabric_has_no_finding() {
    assert_eq!(found(BASE), BTreeSet::new());
}

#[test]
fn every_break_is_found_with_its_code_at_its_line() {
    let missed: Vec<String> = EDITS
        .iter()
        .filter_map(|edit| {
            let broken = edit.broken();
            let (line, found) = (edit.line(&broken), found(&broken));
            let hit = found.iter().any(|(at, code)| *at == line && code == edit.code);
            (!hit).then(|| format!("{}: {} on line {line}, found {found:?}", edit.name, edit.code))
        })
        .collect();
    let (all, hit) = (EDITS.len(), EDITS.len() - missed.len());
    eprintln!("{hit} of {all} breaks found: {:.1} %", 100.0 * hit as f64 / all as f64);
    assert!(all >= 40 && missed.is_empty(), "{missed:#?}");
}

/// Edits that break two things: who refers to an object that got another name misses it, and a switch that left its group
/// has none in common with the other.
const TWOFOLD: &[&str] = &["a name in upper case", "a long VPC name", "a missing switch group"];

/// How many findings the whole judgement has of an inbox with this one file.
fn told(text: &str) -> usize {
    let dir = FabricDir::parse("fabric").unwrap();
    let content = Content::Bytes(Arc::from(text.as_bytes()));
    let entry = Entry { mode: Mode::File, id: String::new(), content };
    let tree = FabricTree { entries: BTreeMap::from([(dir.raw().join("fabric.yaml"), entry)]), dir };
    let (mut settings, policy, catalogue) = (Settings::default(), Policy::default(), Catalogue::builtin());
    settings.gateway.enabled = Some(true);
    let context = Context { policy: &policy, settings: &settings, catalogue: &catalogue, adopt: false };
    let judgement = plan::judge(&tree, &context).unwrap();
    let told = judgement.findings.iter().filter(|finding| finding.severity != Severity::Info);
    told.count()
}

#[test]
fn a_break_leads_to_no_other_finding() {
    let count = |edit: &Edit| (edit.name, told(&edit.broken()));
    let many: Vec<_> = EDITS.iter().map(count).filter(|(name, told)| *told != 1 && !TWOFOLD.contains(name)).collect();
    assert!(many.is_empty(), "told more than once, or not at all: {many:?}");
    assert_eq!(told(BASE), 0);
}
