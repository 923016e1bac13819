//! 6xxx: the repository and its tree.

super::codes! {
    NOT_A_FILE = 6001, Error, "an inbox entry that is no regular file",
        meaning: "The entry is a symbolic link or a submodule. Neither is ever followed, so it stays where it is.",
        example: "raw/fabric.yaml -> ../../elsewhere.yaml",
        fix: "Commit the file itself.",
        source: "Hedgerow's design, \"The path\"";
    TOO_LARGE = 6002, Error, "a file too large to read",
        meaning: "The file is over the limit of 16 MiB and was not read.",
        example: "a 100 MB file in raw/",
        fix: "Split it into several files.",
        source: "Hedgerow's limits";
    STRAY = 6003, Warning, "YAML outside the inbox",
        meaning: "The file lies directly in the fabric's directory. Only `raw/` is the inbox, so it was left alone.",
        example: "fabric-1/vpcs.yaml",
        fix: "Move it into `raw/`; or run `hedgerow sync --adopt`, which takes strays that name Hedgehog.",
        source: "F-04";
    MANAGED_UNREADABLE = 6004, Error, "a managed file that cannot be read",
        meaning: "The file under `managed/` is no YAML that Hedgerow can take apart, or no regular file. Its objects are unreadable, which is not deleted, and a run never touches it.",
        example: "managed/vpcs/vpc-1.yaml with a tab for indentation",
        fix: "Mend the file by hand.",
        source: "Hedgerow's design, \"Managed files belong to people too\"";
    MANAGED_SEVERAL = 6005, Warning, "a managed file with several documents",
        meaning: "Each object has a file of its own under `managed/`. Objects in this one cannot be replaced from the inbox.",
        example: "managed/all.yaml",
        fix: "Split the file: one object each, at the path that the hint names.",
        source: "Hedgerow's design, \"Managed files belong to people too\"";
    MANAGED_MISPLACED = 6006, Warning, "a managed file at another path than its own",
        meaning: "The object's kind, namespace and name give its path, and this is another one. Until it is moved, an inbox document of that object is held.",
        example: "managed/old/vpc-1.yaml",
        fix: "Run the `git mv` of the hint and commit.",
        source: "Hedgerow's design, \"Managed files belong to people too\"";
    MANAGED_TWICE = 6007, Error, "one object in two managed files",
        meaning: "Two files under `managed/` hold the same object; which one the cluster gets depends on the order in which they are applied.",
        example: "managed/vpcs/vpc-1.yaml and managed/old/vpc-1.yaml",
        fix: "Delete one of them.",
        source: "F-16";
    NO_INBOX = 6008, Warning, "no inbox",
        meaning: "The fabric's directory has no `raw/`, so there was nowhere to look.",
        example: "a directory with `managed/` only",
        fix: "Run `hedgerow init`, which adds what is missing in one commit.",
        source: "F-05";
    UNKNOWN_ELSEWHERE = 6009, Warning, "policy names a kind that is not known",
        meaning: "`elsewhere` lists kinds whose objects live outside this directory; this entry is no kind of the catalogue and does nothing.",
        example: "elsewhere = [\"Swich\"]",
        fix: "Correct the spelling; `hedgerow explain` lists the kinds.",
        source: "`.hedgerow/policy.toml`";
    REPLACED_A_PERSONS = 6010, Warning, "replaced what a person had changed",
        meaning: "A document of the inbox took the place of a managed file whose last change was a person's commit. That text is in the history.",
        example: "an edit of managed/vpcs/vpc-1.yaml, then an older export dropped into raw/",
        fix: "Compare the two; put the right text into the inbox or into the managed file. `replace = \"hold\"` in the policy asks first.",
        source: "Hedgerow's design, \"What becomes of an inbox document\"";
}
