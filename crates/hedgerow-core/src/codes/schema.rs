//! 2xxx: what the API server would refuse.

super::codes! {
    WRONG_TYPE = 2001, Error, "a value of the wrong type",
        meaning: "The API server and the controller read the field as another type, and refuse the object. What stands below the value is not looked at.",
        example: "spec:\n  subnets:\n    default:\n      vlan: [1001]\n",
        fix: "Write the value as the message says; quotes make a string of anything.",
        source: "the kind's CRD, `type`; Go's JSON decoding";
    WIDTH = 2002, Error, "a number that does not fit",
        meaning: "The number is too large or too small for the type that the API server or the controller holds it in. An unsigned 32-bit number of the controller (such as a BGP number) has to fit the CRD's signed `int32`, too.",
        example: "spec:\n  subnets:\n    default:\n      vlan: 70000\n",
        fix: "Use a number within the limits that the message names.",
        source: "the CRD's `format` (kube-openapi, pkg/validation/validate/values.go); the field's Go type";
    MISSING = 2003, Error, "a required field is missing",
        meaning: "The field has to be there, and no default fills it in. A field that is `null` counts as missing.",
        example: "kind: Switch\nspec:\n  profile: vs\n",
        fix: "Add the field; `hedgerow explain` says what it is for.",
        source: "the CRD's `required`, after the admission webhooks' defaults";
    UNKNOWN_FIELD = 2004, Error, "an unknown field",
        meaning: "The kind has no such field. kubectl and hhfab refuse it; the API server alone would drop it silently, and the setting would have no effect.",
        example: "spec:\n  rol: server-leaf\n",
        fix: "Correct its spelling or its indentation. For a field that is really new, put the kind's CRD into `.hedgerow/crds/`.",
        source: "Kubernetes' strict field validation; hhfab, pkg/util/apiutil/scheme.go (EnableStrict)";
    GONE_FIELD = 2005, Error, "a field or type of an older API",
        meaning: "The API once had this field, or this type of it, and has changed since: the object was written for an older release.",
        example: "spec:\n  subnets:\n    default:\n      vlan: \"1001\"\n",
        fix: "Write it as the hint says. `hedgerow explain KIND` shows the fields of today.",
        source: "the history of the CRDs in githedgehog/fabric";
    NOT_A_VALUE = 2006, Error, "not one of the values",
        meaning: "The field takes only the values that the message names, in this spelling.",
        example: "spec:\n  role: leaf\n",
        fix: "Use one of them.",
        source: "the CRD's `enum`";
    PATTERN = 2007, Error, "a value that does not match",
        meaning: "The value does not have the form that the field's pattern asks for. Patterns are RE2: `\\d` is an ASCII digit.",
        example: "spec:\n  fabric:\n    links:\n    - spine: {port: spine-1/E1/1, ip: 172.30.128.0}\n",
        fix: "Write the value in the form of the pattern; an address with a prefix length, above.",
        source: "the CRD's `pattern`";
    LENGTH = 2008, Error, "a text that is too long or too short",
        meaning: "The text has more or fewer characters than the field takes.",
        example: "a `minLength` of 1, and \"\"",
        fix: "Shorten or lengthen it.",
        source: "the CRD's `minLength`, `maxLength`";
    RANGE = 2009, Error, "a number out of range",
        meaning: "The number is less or greater than the field takes.",
        example: "spec:\n  linkFlapErrDisable:\n    flapThreshold: 51\n",
        fix: "Use a number within the limits that the message names.",
        source: "the CRD's `minimum`, `maximum`";
    COUNT = 2010, Error, "too many or too few entries",
        meaning: "The list or mapping has more or fewer entries than the field takes.",
        example: "spec:\n  eslag:\n    links:\n    - server: {port: server-1/eth1}\n      switch: {port: leaf-1/E1/1}\n",
        fix: "Add or remove entries.",
        source: "the CRD's `minItems`, `maxItems`";
    FORMAT = 2011, Error, "a text that does not read as what it should be",
        meaning: "The field is a text that programs read as something else, such as a time span, and they cannot read this one.",
        example: "nat:\n  masquerade:\n    idleTimeout: 2 minutes\n",
        fix: "Write it as the hint says.",
        source: "the CRD's `format`; Go's time.ParseDuration";
    DEPRECATED = 2012, Warning, "a deprecated field",
        meaning: "The field is still taken, but has no effect or will go.",
        example: "spec:\n  mclag: {}\n",
        fix: "Use what the message names instead.",
        source: "the CRD's description; Hedgehog's release notes";
    TEMPLATE = 2013, Warning, "a template that was never filled in",
        meaning: "The value holds `{{…}}`, `${…}` or `$(…)`: most likely the file was committed before the tool that fills it in had run. Where any text may stand, it is taken; elsewhere another finding says what is wrong.",
        example: "spec:\n  subnets:\n    default:\n      subnet: \"{{ .subnet }}\"\n",
        fix: "Put the rendered file into the inbox.",
        source: "Hedgerow";
    STATUS = 2014, Warning, "`status` in git",
        meaning: "`status` is a subresource: the API server ignores it in what people write. It is a copy of what once was, and makes a difference whenever the controller writes another. Lines are never stripped, so it would stay.",
        example: "status:\n  applied: true\n",
        fix: "`hedgerow fmt --strip-server-fields` takes it out; `kubectl fabric wiring export` leaves it out from the start.",
        source: "the CRD's `subresources.status`";
    SERVER_OWNED = 2015, Warning, "metadata that the server writes",
        meaning: "The server sets this field itself and ignores what a new object brings: a left-over of an export. Lines are never stripped, so it would stay.",
        example: "metadata:\n  creationTimestamp: \"2026-07-23T15:29:14Z\"\n",
        fix: "Leave it out: `hedgerow fmt --strip-server-fields` does.",
        source: "apiserver, pkg/registry/rest (BeforeCreate)";
    UID = 2016, Warning, "`metadata.uid` in git",
        meaning: "A new object gets a uid of its own whatever it brings; but where an object of this name has another uid, the API server refuses the update. The file works in one cluster at most.",
        example: "metadata:\n  uid: 0b4a9a0c-8d5e-4b8e-9c0d-2f4f6b7c8d9e\n",
        fix: "Leave it out: `hedgerow fmt --strip-server-fields` does.",
        source: "apiserver, pkg/registry/rest (BeforeCreate, BeforeUpdate)";
    RESOURCE_VERSION = 2017, Error, "`metadata.resourceVersion` in git",
        meaning: "The API server refuses a new object that brings a resourceVersion, and an update whose resourceVersion is not the newest: sooner or later every deployment of this file fails.",
        example: "metadata:\n  resourceVersion: \"48213\"\n",
        fix: "Leave it out: `hedgerow fmt --strip-server-fields` does.",
        source: "apiserver, pkg/registry/generic/registry/store.go: \"resourceVersion should not be set on objects to be created\"";
    MANAGED_FIELDS = 2018, Error, "`metadata.managedFields` in git",
        meaning: "Server-side apply, which Flux uses and Argo CD can, refuses an object that brings managedFields.",
        example: "metadata:\n  managedFields: [{manager: kubectl}]\n",
        fix: "Leave it out: `hedgerow fmt --strip-server-fields` does; `kubectl get -o yaml` hides it since 1.21.",
        source: "apiserver, pkg/endpoints/handlers/patch.go: \"metadata.managedFields must be nil\"; fluxcd/flux2#2404";
    LABEL = 2019, Error, "an illegal label",
        meaning: "The API server takes keys of the form `prefix/name` or `name`, and values of at most 63 letters, digits, `-`, `_` and `.`.",
        example: "metadata:\n  labels:\n    rack: \"row 1\"\n",
        fix: "Use an annotation for free text.",
        source: "apimachinery, pkg/util/validation (IsQualifiedName, IsValidLabelValue)";
    ANNOTATION = 2020, Error, "an illegal annotation",
        meaning: "The API server takes keys of the form `prefix/name` or `name`, and 256 KiB of annotations in all.",
        example: "metadata:\n  annotations:\n    \"my note\": here\n",
        fix: "Correct the key, or shorten the annotations.",
        source: "apimachinery, pkg/api/validation/objectmeta.go";
    FINALIZER = 2021, Error, "an illegal finalizer",
        meaning: "The API server takes names of the form `prefix/name` or `name`.",
        example: "metadata:\n  finalizers: [\"my finalizer\"]\n",
        fix: "Correct the name, or leave it out.",
        source: "apimachinery, pkg/api/validation/objectmeta.go";
    OWNER = 2022, Warning, "`metadata.ownerReferences` in git",
        meaning: "An owner is named by its uid, which is another one in each cluster. Where the cluster does not find the owner, its garbage collector deletes the object.",
        example: "metadata:\n  ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a, uid: b}]\n",
        fix: "Leave it out.",
        source: "Kubernetes, garbage collection";
    GENERATED = 2023, Info, "labels and annotations that programs write",
        meaning: "The fabric's webhooks delete these labels and write their own at every change, and kubectl its own copy of the object. In git they are left-overs that say nothing and may be stale.",
        example: "metadata:\n  labels:\n    fabric.githedgehog.com/vpc: vpc-1\n",
        fix: "Leave them out.",
        source: "githedgehog/fabric, api/wiring/v1beta1/meta.go, api/vpc/v1beta1/meta.go";
    CRD_UNREADABLE = 2030, Error, "not a CRD that can be used",
        meaning: "A file of `.hedgerow/crds/` or `--crds` is no CustomResourceDefinition of apiextensions.k8s.io/v1, or lacks what the catalogue needs: group, names, served versions, a schema.",
        example: "apiVersion: apiextensions.k8s.io/v1beta1\nkind: CustomResourceDefinition\n",
        fix: "Put the CRD there as the cluster has it: `kubectl get crd NAME -o yaml`.",
        source: "Kubernetes, apiextensions.k8s.io/v1";
    CRD_SCHEMA = 2031, Error, "a CRD whose schema cannot be read",
        meaning: "The schema has a type or a pattern that the API server would not take either, or that Hedgerow does not know. Nothing is judged by half a schema.",
        example: "spec:\n  versions:\n  - schema:\n      openAPIV3Schema: {type: objekt}\n",
        fix: "Correct the CRD.",
        source: "Kubernetes, structural schemas";
    CRD_PLURAL = 2032, Error, "one plural for two kinds",
        meaning: "The plural names the directory under `managed/`. With one plural in two groups, two objects could want one file, so such a catalogue is refused.",
        example: "a CRD of another group with `names.plural: switches`",
        fix: "Take the CRD out; its kind cannot be kept beside the other.",
        source: "Hedgerow's design, \"Words\"";
}
