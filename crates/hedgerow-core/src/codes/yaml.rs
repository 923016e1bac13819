//! 1xxx: YAML.

super::codes! {
    NOT_UTF8 = 1001, Error, "not UTF-8",
        meaning: "The file is not UTF-8 text: it has bytes that are none, or a byte order mark of UTF-16 or UTF-32. Kubernetes' tools would fail on it or read something else.",
        example: "a file saved as \"Unicode\" or Latin-1 by an editor on Windows",
        fix: "Save it as UTF-8: iconv -f UTF-16 -t UTF-8 old.yaml > new.yaml",
        source: "Hedgerow's design: lines are the author's; YAML 1.2.2, 5.2";
    NUL_BYTE = 1002, Error, "a NUL byte",
        meaning: "The file has a byte of value 0. It is no text, or it was damaged on its way.",
        example: "a file that was cut off while its disk was full",
        fix: "Restore the file from where it came.",
        source: "Hedgerow's design: lines are the author's";
    LONE_CARRIAGE_RETURN = 1003, Error, "a carriage return inside a line",
        meaning: "A CR stands somewhere else than before an LF. Some readers of YAML end a line there and others do not, so the file cannot be cut into documents for certain.",
        example: "a file with the line ends of Mac OS 9",
        fix: "Use LF, or CR LF, at line ends: tr '\\r' '\\n' < old.yaml > new.yaml",
        source: "Hedgerow's design: lines are the author's; YAML 1.2.2, 5.4";
    UNICODE_LINE_BREAK = 1004, Error, "a Unicode line break outside quotes",
        meaning: "NEL (U+0085), LS (U+2028) or PS (U+2029) stands outside a quoted value. YAML 1.1, which Kubernetes reads, ends a line there; YAML 1.2 does not.",
        example: "text that was pasted from a word processor",
        fix: "Remove the character, or write it as \\u2028 in double quotes.",
        source: "Hedgerow's design: lines are the author's; YAML 1.1, 4.2; YAML 1.2.2, 5.4";
    DUPLICATE_KEY = 1005, Error, "a key stands twice",
        meaning: "A mapping has the same key twice. Readers keep the one or the other, so nobody can say what was meant. Keys that only differ in their spelling count as one: Kubernetes reads `on` as \"true\".",
        example: "metadata:\n  name: leaf-01\n  name: leaf-02",
        fix: "Keep one of them.",
        source: "YAML 1.2.2, 3.2.1.3; sigs.k8s.io/yaml, UnmarshalStrict";
    LFS_POINTER = 1006, Error, "a Git LFS pointer",
        meaning: "The file is the stand-in that Git LFS commits instead of the content, which is kept elsewhere. Hedgerow reads what git stores.",
        example: "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a...\nsize 12345",
        fix: "Take YAML out of LFS: git lfs untrack '*.yaml', then git add --renormalize . and commit.",
        source: "git-lfs, docs/spec.md";
    CONTROL_CHARACTER = 1007, Error, "a control character",
        meaning: "The file has a character that YAML does not allow anywhere, not even in comments: a control character other than tab, LF and CR. Kubernetes refuses the whole file.",
        example: "the escape codes of a coloured terminal in a pasted line",
        fix: "Remove it, or write it as an escape such as \\x1b in double quotes.",
        source: "go-yaml v2, readerc.go; YAML 1.2.2, 5.1";
    SYNTAX = 1008, Error, "not well-formed YAML",
        meaning: "The document cannot be read. The place is where the reader gave up; the cause is often on the line above it.",
        example: "metadata:\n  name: leaf-01\n namespace: default",
        fix: "Check indentation, quotes and brackets at the place and above it.",
        source: "YAML 1.2.2; go-yaml v2";
    TEMPLATE = 1009, Error, "a template, not YAML",
        meaning: "Braces in braces without quotes: this looks like a template of Helm, Go or Jinja that was not rendered. Hedgerow does not render templates.",
        example: "name: {{ .Values.name }}",
        fix: "Render it and commit the result, or quote the value if the braces are meant.",
        source: "Hedgerow's design: lines are the author's; YAML 1.2.2, 7.4.2";
    TOO_DEEP = 1010, Error, "nested too deep",
        meaning: "Lists and mappings stand in each other more than 100 deep. No Hedgehog object comes near that.",
        example: "a: [[[[[[[[[[ and so on",
        fix: "Look for a bracket that is never closed.",
        source: "limits, MAX_DEPTH";
    TOO_MANY_NODES = 1011, Error, "too many values in one document",
        meaning: "The document has more than 1,000,000 values after its aliases are expanded.",
        example: "a list of a million items",
        fix: "Split it into objects of a sane size.",
        source: "limits, MAX_NODES_PER_DOCUMENT";
    TOO_MANY_ALIASES = 1012, Error, "aliases add too much",
        meaning: "Anchored values and their aliases add more than 100,000 values to the file. A few lines of aliases of aliases can grow to billions (\"billion laughs\").",
        example: "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]",
        fix: "Write the values out, or split the file.",
        source: "limits, MAX_ALIAS_NODES_PER_FILE; CVE-2019-11253";
    TOO_MANY_DOCUMENTS = 1013, Error, "too many documents in one file",
        meaning: "The file has more than 50,000 documents.",
        example: "a generated file of a million documents",
        fix: "Split the file.",
        source: "limits, MAX_DOCUMENTS_PER_FILE";
    TOO_LARGE = 1014, Error, "the file is too large",
        meaning: "The file has more than 16 MiB.",
        example: "a file of 100 MB",
        fix: "Split the file.",
        source: "limits, MAX_FILE_BYTES";
    UNKNOWN_ANCHOR = 1015, Error, "an alias without an anchor",
        meaning: "`*name` stands for a value that is marked `&name` above it in the same document, and there is none.",
        example: "port: *uplink",
        fix: "Mark the value with &name above, in this document, or quote the text if `*` is meant as a character.",
        source: "YAML 1.2.2, 7.1";
    ALIAS_CYCLE = 1016, Error, "an alias within its own anchor",
        meaning: "The alias names a value that contains the alias, so it has no end.",
        example: "spec: &s\n  again: *s",
        fix: "Remove the alias, or move the anchor to the part that is meant.",
        source: "go-yaml v2, decode.go: \"anchor contains itself\"";
    KEY_NOT_TEXT = 1017, Error, "a key that is not text",
        meaning: "A key is a list, a mapping or a number above 2^63. JSON, and so Kubernetes, has only text as keys.",
        example: "? [a, b]\n: c",
        fix: "Quote the key if text is meant.",
        source: "sigs.k8s.io/yaml, yaml.go: \"unsupported map key\"";
    NULL_KEY = 1018, Error, "a key that is missing or null",
        meaning: "A key is empty, `~` or `null`. JSON, and so Kubernetes, has only text as keys.",
        example: "~: leaf-01",
        fix: "Write the key, or quote it if text is meant.",
        source: "sigs.k8s.io/yaml, yaml.go: \"unsupported map key\"";
    BAD_MERGE = 1019, Error, "`<<` without a mapping",
        meaning: "`<<` takes in the keys of a mapping, or of a list of mappings, and its value is something else.",
        example: "<<: leaf-01",
        fix: "Give it an alias of a mapping (<<: *base), or quote the key if text is meant.",
        source: "go-yaml v2, decode.go: \"map merge requires map or sequence of maps as the value\"";
    MERGE_OVERRIDES = 1020, Warning, "`<<` overrides a key above it",
        meaning: "YAML says that a mapping's own keys win over merged ones. The library that Kubernetes uses works from top to bottom, so a `<<` below a key overrides it. Hedgerow reads what Kubernetes reads.",
        example: "mtu: 9100\n<<: *base   # base has mtu: 1500, and Kubernetes takes that",
        fix: "Move `<<` to the top of the mapping.",
        source: "go-yaml v2, decode.go, mapping; yaml.org/type/merge.html";
    TAG_MISMATCH = 1021, Error, "a value that its tag does not fit",
        meaning: "The value cannot be read as the type that its tag names.",
        example: "vlan: !!int ten",
        fix: "Correct the value, or remove the tag.",
        source: "go-yaml v2, resolve.go: \"cannot decode\"";
    UNKNOWN_TAG = 1022, Warning, "a tag that means nothing here",
        meaning: "The tag is none that Kubernetes knows. A value with it is read as text, a list or mapping as if the tag were not there.",
        example: "name: !Ref leaf-01",
        fix: "Remove the tag. If it belongs to another tool, run that tool first.",
        source: "go-yaml v2, resolve.go, resolvableTag";
    NOT_FINITE = 1023, Error, "a number that JSON does not have",
        meaning: "`.inf` and `.nan` are numbers to YAML. JSON has no such numbers, so Kubernetes refuses the document.",
        example: "weight: .inf",
        fix: "Write a number, or quote the text.",
        source: "RFC 8259, 6; go-yaml v2, resolve.go";
    DISPUTED_BOOLEAN = 1024, Warning, "a word that is read as a boolean",
        meaning: "Kubernetes reads YAML 1.1, where y, yes, on, n, no and off are booleans. In YAML 1.2 they are text, and most people think so.",
        example: "name: on",
        fix: "Quote it (\"on\") if text is meant, else write true or false.",
        source: "go-yaml v2, resolve.go; YAML 1.1, type/bool; YAML 1.2.2, 10.3.2";
    DISPUTED_NUMBER = 1025, Warning, "a text that is read as another number",
        meaning: "YAML 1.1 and 1.2 read it differently: a leading 0 is octal to Kubernetes (010 is 8), underscores are left out (1_000), 0b1 and 0o7 are numbers, and so is 1e3.",
        example: "vlan: 0100   # 64",
        fix: "Quote it if text is meant, else write the number in its decimal form.",
        source: "go-yaml v2, resolve.go; Go, strconv.ParseInt with base 0; YAML 1.2.2, 10.3.2";
    KEY_READ_AS = 1026, Warning, "a key that is read as something else",
        meaning: "A key without quotes is read as a value first and then written as text, so `on:` becomes \"true\" and `010:` becomes \"8\".",
        example: "labels:\n  y: east",
        fix: "Quote the key.",
        source: "sigs.k8s.io/yaml, yaml.go, convertToJSONableObject; go-yaml v2, resolve.go";
    PIECE_DIFFERS = 1027, Error, "the document would change on its own",
        meaning: "Cut out of its file, the document's lines would not be the same single document: a block of text at its end would take in blank or comment lines from behind a separator, or lose some. Hedgerow never changes what a document says.",
        example: "kind: A\n---\ntext: |+\n  keeps the lines below\n---\n\n  # which would be these",
        fix: "Put this document into a file of its own.",
        source: "Hedgerow's design: lines are the author's";
    DOCUMENTS_DIFFER = 1028, Error, "lines and YAML disagree about the documents",
        meaning: "Counted by its lines of `---` and `...`, the file has other documents than YAML finds in it. It cannot be cut for certain.",
        example: "a byte order mark in the middle of a file, where two were joined",
        fix: "Divide documents by lines that are `---` and nothing else.",
        source: "docs/reference/format.md, \"Lines and pieces\"";
    LEFT_OUT = 1029, Info, "more findings than are told",
        meaning: "The file has more findings than are worth reading. Every document with an error still has its first one.",
        example: "a file with a word of YAML 1.1 on each of 5,000 lines",
        fix: "Fix those that are told, and look again.",
        source: "limits, MAX_FINDINGS_PER_FILE and MAX_PROBLEMS_PER_DOCUMENT";
    TAB = 1030, Error, "a tab where only blanks may stand",
        meaning: "A tab stands at the start of a line, or after `-` or `?`, where YAML 1.2 allows it. The library that Kubernetes uses does not: it would refuse the file.",
        example: "spec:\n\tvlan: 1001",
        fix: "Indent with blanks: expand -t 2 old.yaml > new.yaml",
        source: "go-yaml v2, scannerc.go, yaml_parser_scan_to_next_token and yaml_parser_scan_plain_scalar";
    DIRECTIVE = 1031, Warning, "a directive",
        meaning: "A line such as %YAML 1.1 stands above the document. kubectl and others cut files at `---` before they read them, which leaves the directive alone; any version but 1.1 and any name but YAML and TAG is refused outright (an error).",
        example: "%YAML 1.2\n---\nkind: VPC",
        fix: "Remove the directive: Hedgehog objects need none.",
        source: "go-yaml v2, parserc.go: \"found incompatible YAML document\"; k8s.io/apimachinery, util/yaml, YAMLReader";
}
