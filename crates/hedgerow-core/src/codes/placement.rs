//! 5xxx: where a document goes.

super::codes! {
    NOT_AN_OBJECT = 5001, Error, "not a Kubernetes object",
        meaning: "The document is no mapping with `apiVersion` and `kind`, both strings, so nobody can say what it is. The file stays in the inbox.",
        example: "kind: VPC\nmetadata:\n  name: vpc-1\n",
        fix: "Add what is missing, such as `apiVersion: vpc.githedgehog.com/v1beta1`; quote a value that YAML reads as a number.",
        source: "Kubernetes API conventions, \"Types (Kinds)\"";
    UNKNOWN_KIND = 5002, Error, "unknown kind of a Hedgehog group",
        meaning: "The group is Hedgehog's, but the catalogue has no such kind in it: a typing error, or a kind newer than this catalogue.",
        example: "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Swich\n",
        fix: "Correct the spelling. For a kind that is really new, put its CRD into `.hedgerow/crds/`.",
        source: "hhfab, pkg/util/apiutil/loader.go: strict decoding refuses an unknown kind";
    UNKNOWN_VERSION = 5003, Error, "unknown version of a Hedgehog kind",
        meaning: "The kind is known, but the API server has never served it in this version.",
        example: "apiVersion: vpc.githedgehog.com/v1beta2\nkind: VPC\n",
        fix: "Use a version that is served; `hedgerow explain KIND` names them.",
        source: "the CRD's spec.versions";
    FORMER_KIND = 5004, Error, "a kind or version that is no longer served",
        meaning: "The API once had it and has it no more, so the fabric would refuse the object.",
        example: "apiVersion: wiring.githedgehog.com/v1alpha2\nkind: Switch\n",
        fix: "Rewrite the document for what took its place; fields may have changed too.",
        source: "the history of githedgehog/fabric, api/";
    NEAR_GROUP = 5005, Error, "almost a Hedgehog group",
        meaning: "The group is within two edits of one of Hedgehog's. It is held as a likely typing error instead of being set aside as somebody else's.",
        example: "apiVersion: wiring.githedgehg.com/v1beta1\nkind: Switch\n",
        fix: "Correct the group. If it is really another project's, move the file out of `raw/` by hand.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
    NOT_FOR_PEOPLE = 5006, Error, "a kind that people do not write",
        meaning: "Objects of this kind are written by the fabric's controllers or by the installer; one from git would fight with them.",
        example: "apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\n",
        fix: "Remove the document from the inbox; installer kinds belong into `fab.yaml`.",
        source: "githedgehog/fabric, pkg/ctrl and pkg/agent; fabricator, pkg/hhfab";
    LIST = 5007, Error, "a List",
        meaning: "Hedgerow moves lines and does not rewrite them, so it cannot take objects out of a `kind: List`.",
        example: "apiVersion: v1\nkind: List\nitems: []\n",
        fix: "Split it into documents: `hedgerow fmt FILE` shows how, `hedgerow fmt --write FILE` does it.",
        source: "hhfab refuses `kind: List`: the kind is not registered";
    NO_NAME = 5008, Error, "no name",
        meaning: "The object has no `metadata.name` that is a string, so it has no identity and no file of its own.",
        example: "metadata:\n  generateName: vpc-\n",
        fix: "Give it a name. `generateName` cannot work in git: each look would be another object. Quote a name of digits.",
        source: "Kubernetes API conventions, \"Metadata\"";
    ILLEGAL_NAME = 5009, Error, "an illegal name",
        meaning: "The API server takes lower-case letters, digits, `-` and `.`, each part beginning and ending with a letter or digit.",
        example: "metadata:\n  name: GPU_NIC-1\n",
        fix: "Rename the object, and what refers to it.",
        source: "RFC 1123; githedgehog/fabric, api/meta/validation.go";
    LONG_NAME = 5010, Error, "a name too long for a file",
        meaning: "The name is over 250 bytes, so that `<name>.yaml` would not fit into the 255 bytes that file systems allow.",
        example: "metadata:\n  name: a…\n",
        fix: "Use a shorter name.",
        source: "Hedgerow's design, \"Words\"; Kubernetes allows 253";
    ILLEGAL_NAMESPACE = 5011, Error, "an illegal namespace",
        meaning: "A namespace is a string of at most 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit.",
        example: "metadata:\n  namespace: a/b\n",
        fix: "Leave it out: Hedgehog's objects live in `default`.",
        source: "RFC 1123; Kubernetes, names of namespaces";
    MIXED_FILE = 5012, Error, "Hedgehog and other objects in one file",
        meaning: "A file goes to one place as a whole, and these documents belong to two.",
        example: "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\n",
        fix: "Put the other objects into a file of their own, or set `mixed = \"split\"` in the policy.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
    HELD_TOGETHER = 5013, Info, "held with the rest of its file",
        meaning: "Nothing is wrong with these documents, but another one in their file is held, and a half-applied file is worse than a late one.",
        example: "a file of ten documents, one of them broken",
        fix: "Mend or move the document that is at fault, or set `mixed = \"split\"` in the policy.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
    TWO_TEXTS = 5014, Error, "two texts of one object",
        meaning: "The inbox has the same object more than once and not in the same words. Nobody can say which one is meant, so all are held.",
        example: "two documents for VPC/vpc-1 with different VLANs",
        fix: "Delete all but the one that you mean.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
    REPLACE_HELD = 5015, Error, "already managed, with another text",
        meaning: "The policy says `replace = \"hold\"`: an object that is managed already is not replaced from the inbox.",
        example: "policy.toml: replace = \"hold\"",
        fix: "Change the managed file yourself, or set `replace = \"take\"` in the policy.",
        source: "`.hedgerow/policy.toml`";
    MANAGED_ELSEWHERE = 5016, Error, "managed, but not where it belongs",
        meaning: "The object is under `managed/` at another path than its own, or in a file with other documents or errors. Placing it would make two of it.",
        example: "managed/old/vpc-1.yaml, and vpc-1 in the inbox",
        fix: "Move the managed file with the `git mv` of the hint (or split it), commit, and the inbox file is taken by the next run.",
        source: "Hedgerow's design, \"Managed files belong to people too\"";
    PATH_TAKEN = 5017, Error, "something else stands at its path",
        meaning: "At the path where the object belongs there is something that is not this object alone: another object, a file that cannot be read, a link, a directory.",
        example: "managed/vpcs/vpc-1.yaml is empty or holds VPC/vpc-2",
        fix: "Look at what stands there and move or remove it.",
        source: "Hedgerow's design, \"Managed files belong to people too\"";
    FOREIGN = 5018, Warning, "not a Hedgehog object: set aside",
        meaning: "No document of the file is of a Hedgehog group. Hedgerow moves the file to `unmanaged/`, bytes untouched; nothing there is deployed.",
        example: "apiVersion: v1\nkind: ConfigMap\n",
        fix: "Take it to where it belongs; nothing else needs to be done.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
    UNMANAGED_TAKEN = 5019, Error, "its place under unmanaged/ is taken",
        meaning: "The file should be set aside, but something else stands at its path under `unmanaged/`. Nothing is overwritten.",
        example: "raw/cm.yaml and unmanaged/cm.yaml with other bytes",
        fix: "Rename one of the two.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
    SAME_TEXT_OTHER_VALUE = 5020, Error, "the same text with another value",
        meaning: "The two differ only in blank lines at the end, and those are part of a value here (a block scalar that keeps them, `|+`). The ledger could not tell them apart.",
        example: "data: |+\n  text\n\n",
        fix: "Use `|` or `>-` instead of `|+` for the last value, or make another difference.",
        source: "docs/reference/format.md, \"Lines and pieces\"";
    PATH_DIFFERS_IN_CASE = 5021, Error, "a path that differs only in case",
        meaning: "Under `managed/` there is a path that equals the object's but for upper and lower case. In a clone on macOS or Windows one of the two would overwrite the other.",
        example: "managed/vpcs/VPC-1.yaml, and vpc-1 in the inbox",
        fix: "Rename the managed file with `git mv`.",
        source: "F-16: a scheme of file names that holds on file systems that ignore case";
    CANNOT_SPLIT = 5022, Error, "a file that cannot be split",
        meaning: "The policy says `mixed = \"split\"`, but without the documents that would leave, the lines that stay would not be the other documents.",
        example: "documents that only `...` divides",
        fix: "Put the documents that are held into a file of their own.",
        source: "docs/reference/format.md, \"Lines and pieces\"";
    TOO_MANY_ROUNDS = 5023, Error, "too long a chain of objects that depend on held ones",
        meaning: "Each object that is held made others fail, more often in a row than Hedgerow follows. The whole inbox is held.",
        example: "VPCs that name each other as DHCP relay, hundreds in a chain",
        fix: "Mend the documents that the other findings name.",
        source: "Hedgerow's limits";
    TOLD_ELSEWHERE = 5024, Info, "held for an error that is told elsewhere",
        meaning: "Several objects take part in one error, such as two that overlap or many that name a missing one. It is told once, at another file; all of them are held.",
        example: "two VPCs with overlapping subnets, each in a file of its own",
        fix: "Look at the finding at the place that is named.",
        source: "Hedgerow's design, \"The resulting set\"";
    WAITS = 5025, Info, "waits for documents that are held",
        meaning: "Nothing is wrong with the object, but it needs another one whose document is held. It is taken in the run that takes the other one.",
        example: "a VPCAttachment, and its VPC with a typing error",
        fix: "Mend what the errors of the same report name.",
        source: "Hedgerow's design, \"The resulting set\"";
}
