#!/usr/bin/env python3
"""The second verifier: does what Hedgerow's commits claim hold, by git and the standard library alone?

It implements docs/reference/format.md and shares nothing else with Hedgerow; the words are that page's.
Exit status: 0 verified, 1 does not hold (it says what and where), 2 could not tell. It never passes by default:
whatever it cannot read, and every fault of its own, is 2.

In the order of the page: paths, lines and pieces, the repository, the ledger, which commits are judged, the answer. To believe
an answer, read "lines and pieces", "the ledger" and "which commits are judged"; the rest asks git, and prints.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from datetime import datetime, timezone
from functools import cached_property, lru_cache, partial

READ_LIMIT = 16 << 20  # bytes; a larger file is hashed, never looked into
VISIT_LIMIT = 5_000_000  # entries looked at for one commit: trees can be made that unfold for ever
REASONS_SHOWN = 20  # of each commit, in the answer for people


class Unsure(Exception):
    """What keeps us from a verdict."""


def fail(why):
    raise Unsure(why)


def sha(data):
    return hashlib.sha256(data).hexdigest()


# ---- Paths ----------------------------------------------------------------------------------------------------

BOM = b"\xef\xbb\xbf"
NAMES_HEDGEHOG = re.compile(rb"(?m)^(?![ \t]*#)(?:.*[\t {,-])?[\"']?apiVersion[\"']?[\t ]*:[\t ]*[\"']?"
                            rb"(?:[A-Za-z0-9.-]+\.)?githedgehog\.com/")


def quote(path):
    return re.sub(rb"[^A-Za-z0-9._~/\-+@:,=()]", lambda byte: b"%%%02X" % byte[0][0], path).decode()


def is_yaml(path):
    return path.lower().endswith((b".yaml", b".yml"))


# ---- Lines and pieces -----------------------------------------------------------------------------------------

LINE = re.compile(rb"[^\n]*\n|[^\n]+")
BANNER = re.compile(rb"#[ \t\r]*\n?\Z")
KIND = re.compile(
    rb"(?P<bare>---[ \t]*\r?\n?\Z)|(?P<noted>---[ \t]+#)|(?P<opening>---[ \t])|(?P<end>\.\.\.(?:[ \t]+(?:#.*)?)?\r?\n?\Z)"
    rb"|(?P<blank>[ \t\r]*\n?\Z)|(?P<comment>#)|(?P<indented>[ \t]+#)|(?P<directive>%)"
)
SEPARATORS = ("bare", "kept", "noted", "opening")  # kept: a bare one that a directive needs


def cut(data):
    """The lines, and what each is."""
    lines, kinds, is_open, is_directed = LINE.findall(data), [], False, False
    for line in lines:
        found = KIND.match(line if kinds else line.removeprefix(BOM))
        kind = found.lastgroup if found else "content"
        if kind == "directive" and is_open:
            kind = "content"
        if kind == "bare" and is_directed:
            kind = "kept"
        is_open = kind != "end" and (is_open or kind == "content" or kind in SEPARATORS)
        is_directed = kind == "directive" or is_directed and kind in ("blank", "comment", "indented")
        kinds.append(kind)
    return lines, kinds


def going_down(lines, kinds, separator):
    """Where the comments before a separator begin that belong to the document below."""
    block = separator
    while kinds[block - 1] == "comment":
        block -= 1
    if kinds[block - 1] == "blank":
        return block
    return next((i for i in range(block, separator) if BANNER.match(lines[i])), separator)


def pieces(data):
    """The file's documents, each as the bytes that are its own."""
    lines, kinds = cut(data)
    starts, below, is_inside = [], 0, False  # where each document's lines begin, and where those of the next one would
    for number, kind in enumerate(kinds):
        if kind in SEPARATORS and is_inside:
            below, is_inside = going_down(lines, kinds, number), False
        if kind in ("content", "opening") and not is_inside:
            starts.append(below)
            is_inside = True
        if kind == "end" and is_inside:
            below, is_inside = number + 1, False
    first = next((number for number, kind in enumerate(kinds) if kind in SEPARATORS), 0)
    if len(starts) == 1 and not {"comment", "indented"} & set(kinds[:first]):
        return [data]
    return [b"".join(lines[i] for i in range(start, end) if kinds[i] != "bare") for start, end in zip(starts, starts[1:] + [len(lines)])]


def without_separators(data):
    return b"".join(line for line, kind in zip(*cut(data)) if kind not in ("bare", "kept"))


def text_of(piece):
    lines = LINE.findall(without_separators(piece.removeprefix(BOM)))
    kept = [i for i, line in enumerate(lines) if line.strip(b" \t\r\n")]
    return b"".join(lines[kept[0]: kept[-1] + 1]) if kept else b""


def split(texts, rest):
    """The indices of the texts that a remainder with the texts `rest` lacks; none where it is no remainder of them."""
    missing, found = [], 0
    for index, text in enumerate(texts or ()):
        if rest and found < len(rest) and rest[found] == text:
            found += 1
        else:
            missing.append(index)
    return missing if rest and found == len(rest) else []


SCALAR = rb"(?:\"([^\"\\\n]*)\"|'([^'\n]*)'|(?!(?:null|Null|NULL|true|false)\b)([A-Za-z0-9][A-Za-z0-9._/-]*))"


def block_value(key, lines):
    """The one simple scalar under a key; () where there is no such key, None where this scan is not enough."""
    named = re.findall(rb"(?m)^[\"']?%s[\"']?[ \t]*:.*$" % key, lines)
    value = re.match(rb"[^:]*:[ \t]+" + SCALAR + rb"[ \t]*(?:#.*)?\r?\Z", named[0]) if len(named) == 1 else None
    return next(part for part in value.groups() if part is not None) if value else None if named else ()


def identity(text):
    """(group, kind, name, namespace) of a document in block style; None where this scan is not enough."""
    metadata = re.findall(rb"(?m)^metadata:[ \t]*(?:#.*)?\r?\n((?:(?:[ #].*)?\r?\n)*)", text + b"\n")
    indent = re.search(rb"(?m)^ +(?=[^\s#])", metadata[0]) if len(metadata) == 1 else None
    if not indent or len(re.findall(rb"(?m)^[\"']?metadata\b", text)) != 1:
        return None
    inner = re.sub(rb"(?m)^" + indent[0], b"", metadata[0])
    version, kind = block_value(b"apiVersion", text), block_value(b"kind", text)
    name, namespace = block_value(b"name", inner), block_value(b"namespace", inner)
    if not (version and kind and name) or namespace is None:
        return None
    return version.rpartition(b"/")[0], kind, name, namespace or b"default"


# ---- The repository -------------------------------------------------------------------------------------------

Commit = namedtuple("Commit", "id tree parents author committer date message")
Facts = namedtuple("Facts", "hash texts")
COMMIT = re.compile(rb"tree (.+)\n((?:parent .+\n)*)author [^<\n]*<([^>\n]*)>.*\ncommitter [^<\n]*<([^>\n]*)>(?: (\d{1,11}) )?")
TREE, LINK, REGULAR = b"40000", b"160000", (b"100644", b"100755")
ELSEWHERE = "DIR WORK_TREE INDEX_FILE OBJECT_DIRECTORY ALTERNATE_OBJECT_DIRECTORIES GRAFT_FILE SHALLOW_FILE COMMON_DIR NAMESPACE"
ENVIRONMENT = dict({name: value for name, value in os.environ.items() if name not in {"GIT_" + word for word in ELSEWHERE.split()}},
                   GIT_NO_REPLACE_OBJECTS="1", GIT_NO_LAZY_FETCH="1", GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0", LC_ALL="C")
GIT = ("git", "-c", "core.commitGraph=false", "-c", "core.hooksPath=/dev/null", "-c", "core.bigFileThreshold=16m")


def git(path, *arguments, may_fail=False, data=""):
    """What git says; it looks for no repository above `path`. None where it fails and may."""
    environment = dict(ENVIRONMENT, GIT_CEILING_DIRECTORIES=os.path.dirname(os.path.realpath(path)))
    done = subprocess.run([*GIT, *arguments], cwd=path, env=environment, input=data.encode(), capture_output=True)
    if done.returncode and not may_fail:
        fail(f"git {arguments[0]} failed: {done.stderr.decode('utf-8', 'replace').strip()[-600:]}")
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape").strip()


def clone(url, branch, scratch):
    """A bare copy of one branch, with the user's own git settings and credential helpers."""
    if re.match(r"https?://[^/]*@|[a-z+]+://[^/@]*:[^/@]*@", url):
        fail("--repo has a user or password in it, which every process here could read: use a git credential helper")
    if re.match(r"-|[A-Za-z0-9]+::", url):
        fail("--repo is neither a directory nor a URL that git fetches by itself")
    source = os.path.abspath(url) if os.path.isfile(url) else url  # a bundle is a file
    choice = ["--branch", branch] if branch else []
    git(scratch, "clone", "--bare", "--quiet", "--single-branch", "--no-tags", "--template=", *choice, "--", source, "copy.git")
    return os.path.join(scratch, "copy.git")


@lru_cache(None)
def as_git_reads(mode):
    """A directory entry's mode: of a file's permissions only whether it is executable, as `git diff-tree` does."""
    bits = int(mode, 8)
    return REGULAR[bits >> 6 & 1] if bits >> 12 == 0o10 else b"%o" % bits


class Repository:
    """Objects by id, through one `git cat-file`; each is hashed again, for git does not do so when it reads a pack."""

    def __init__(self, path):
        self.path, self.visits = path, 0
        facts = git(path, "rev-parse", "--show-object-format", "--is-shallow-repository", "--git-path", "info/grafts")
        self.algorithm, shallow, grafts = facts.split("\n", 2)
        self.hint = " (the clone is shallow: fetch more of its history)" if shallow == "true" else ""
        grafts = os.path.join(path, grafts)
        if git(path, "for-each-ref", "--count=1", "refs/replace/") or os.path.exists(grafts) and os.path.getsize(grafts):
            fail("the repository has replace refs or grafts: its history may not be what is stored; clone it afresh")
        self.entries = re.compile(rb"([0-7]+) ([^\0/]+)\0(.{%d})" % hashlib.new(self.algorithm).digest_size, re.DOTALL)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.batch = subprocess.Popen([*GIT, "cat-file", "--batch"], cwd=path, env=ENVIRONMENT, **pipes)

    def read(self, name, kind):
        """An object's bytes, None above READ_LIMIT, and their SHA-256."""
        self.batch.stdin.write(name.encode() + b"\n")
        self.batch.stdin.flush()
        header = self.batch.stdout.readline().split()
        if len(header) != 3:
            fail(f"object {name} is missing{self.hint}")
        size = int(header[2])
        again, digest, kept = hashlib.new(self.algorithm, header[1] + b" %d\0" % size), hashlib.sha256(), []
        for start in range(0, size, 1 << 20):
            chunk = self.batch.stdout.read(min(size - start, 1 << 20))
            again.update(chunk)
            digest.update(chunk)
            kept += [chunk] if size <= READ_LIMIT else []
        self.batch.stdout.read(1)
        if again.hexdigest() != name or header[1] != kind or size > READ_LIMIT and kind != b"blob":
            fail(f"object {name} is not the {kind.decode()} that its name says, or too large for one")
        return b"".join(kept) if size <= READ_LIMIT else None, digest.hexdigest()

    def blob(self, entry):
        return self.read(entry[1], b"blob")[0]

    @lru_cache(4096)
    def commit(self, name):
        head, _, message = self.read(name, b"commit")[0].partition(b"\n\n")
        tree, parents, author, committer, date = (COMMIT.match(head) or fail(f"commit {name} is malformed")).groups()
        return Commit(name, tree.decode(), parents.decode().split()[1::2], author, committer, int(date or 0), message)

    @lru_cache(64)
    def tree(self, name):
        """A directory: name to (mode, id), the modes as git reads them."""
        data = self.read(name, b"tree")[0]
        found = self.entries.findall(data)
        entries = {file: (mode if mode in (TREE, *REGULAR) else as_git_reads(mode), entry.hex()) for mode, file, entry in found}
        if len(entries) != len(found) or b"".join(b"%s %s\0%s" % one for one in found) != data:
            fail(f"tree {name} is malformed")
        return entries

    @lru_cache(200_000)
    def facts(self, entry):
        """The hash of what an entry stores, and its documents' hashes; None for those of what is not looked into."""
        mode, name = entry
        if mode in (TREE, LINK):
            return Facts(sha(name.encode()) if mode == LINK else "-", None)
        data, digest = self.read(name, b"blob")
        return Facts(digest, None if mode not in REGULAR or data is None else tuple(sha(text_of(piece)) for piece in pieces(data)))

    def entry(self, tree, path):
        """What stands at a path: (mode, id), or None."""
        found = (TREE, tree) if tree else None
        for name in path.split(b"/"):
            found = self.tree(found[1]).get(name) if found and found[0] == TREE else None
        return found

    def subtree(self, tree, path):
        found = self.entry(tree, path)
        return found[1] if found and found[0] == TREE else None

    def differences(self, old, new, base=b""):
        """(path, old entry, new entry) of all that differs between two trees (None: nothing there)."""
        before, after = self.tree(old) if old else {}, self.tree(new) if new else {}
        names = {name for name, _ in before.items() ^ after.items()}
        self.visits += len(names) + 1
        if self.visits > VISIT_LIMIT:
            fail(f"there are more than {VISIT_LIMIT} entries to look at")
        for name in names:
            pair = before.get(name), after.get(name)
            trees = [entry[1] if entry and entry[0] == TREE else None for entry in pair]
            files = [None if tree else entry for entry, tree in zip(pair, trees)]
            if any(trees):
                yield from self.differences(*trees, base + name + b"/")
            if any(files):
                yield (base + name, *files)

    def files(self, tree, directory):
        """All that is below a directory: path to entry."""
        return {path: entry for path, _, entry in self.differences(None, self.subtree(tree, directory), directory + b"/")}

    def alone(self, files):
        """Text to the least path of a YAML file that is this one document."""
        texts = {path: self.facts(entry).texts or () for path, entry in files.items() if is_yaml(path)}
        return {texts[path][0]: path for path in sorted(texts, reverse=True) if len(texts[path]) == 1}


# ---- The ledger -----------------------------------------------------------------------------------------------

OUTCOMES = ("created", "replaced", "unchanged", "duplicate", "foreign", "held", "undone")


class Ledger:
    """The ledger derived from a commit's tree and its parent's, and what does not hold between the two."""

    def __init__(self, repository, directory, parent, commit, trailers):
        self.repository, self.directory, self.commit, self.facts = repository, directory, commit, repository.facts
        self.raw, self.managed, self.unmanaged = (directory + zone for zone in (b"/raw/", b"/managed/", b"/unmanaged/"))
        self.trees = parent and parent.tree, commit.tree  # ids; no parent is None
        self.before, self.after = (partial(repository.entry, tree) for tree in self.trees)
        self.lines, self.broken, self.unsure, self.claimed, self.explained, self.plurals = [], [], [], set(), set(), {}
        self.changed = {path: (old, new) for path, old, new in sorted(repository.differences(*self.trees), key=lambda one: one[0])}
        self.fresh = repository.alone({path: new for path, (_, new) in self.changed.items() if new and path.startswith(self.managed)})
        is_init = trailers.get("Operation") == [b"init"]
        for path, entry in () if is_init else sorted(self.inbox("Adopt" in trailers)):
            self.inbox_file(path, entry)
        if "Undo" in trailers:
            self.undone(trailers["Undo"][0].decode())
        for path, (old, new) in self.changed.items():
            self.conserved(path, old, new, (b"raw", b"managed", b"unmanaged") if is_init else (b"raw",))
        self.counts = {outcome: sum(line[2] == outcome for line in self.lines) for outcome in OUTCOMES}
        self.digest = sha("".join(sorted(" ".join(line) + "\n" for line in self.lines)).encode())

    def inbox(self, adopts):
        yield from ((path, entry) for path, entry in self.repository.files(self.trees[0], self.raw[:-1]).items() if is_yaml(path))
        directory = self.repository.subtree(self.trees[0], self.directory) if adopts else None
        for name, entry in self.repository.tree(directory).items() if directory else ():
            if is_yaml(name) and entry[0] in REGULAR and NAMES_HEDGEHOG.search((self.repository.blob(entry) or b"").removeprefix(BOM)):
                yield self.directory + b"/" + name, entry

    @cached_property
    def standing(self):
        return self.repository.alone(self.repository.files(self.trees[1], self.managed[:-1]))

    def destination(self, text):
        """The managed file that is this one document: rather one that the commit changed, and then by the least path."""
        return self.fresh.get(text) or self.standing.get(text)

    def line(self, digest, outcome, source, index, to, was="-"):
        self.lines.append((digest, was, outcome, f"{quote(source)}#{index}", quote(to)))

    def amiss(self, entry, why):
        """Of an inbox file; what is too large to be looked into refutes nothing."""
        (self.unsure if entry[0] in REGULAR and self.facts(entry).texts is None else self.broken).append(why)

    def inbox_file(self, path, old):
        """The line of a file that is whole somewhere, or of what remains of it; and those of its documents that left."""
        whole, texts = self.facts(old)
        if texts == ():
            return None  # no document, no line: so nothing explains a change of it
        if self.after(path):
            to, outcome, now = path, "held", self.after(path)
            if now == old:
                return self.line(whole, "held", path, "-", path)
            missing = split(texts, self.facts(now).texts)
            if not missing:
                return self.amiss(old, f"{quote(path)}: is in the inbox still, but not as the rest of what it was")
        else:
            to = self.unmanaged + path.removeprefix(self.directory + b"/").removeprefix(b"raw/")
            stood, now, findings = self.before(to), self.after(to), to + b".findings.txt"
            is_held = self.changed.get(findings, (True,))[0] is None
            outcome = "held" if is_held else "foreign"
            is_whole, is_free = now and now[1] == old[1] and now[0] in REGULAR, not stood and to not in self.claimed
            missing = split(texts, self.facts(now).texts) if now and is_free else []
            self.explained.add(path)
            if is_whole and (is_held or is_free) or missing:
                if stood and stood != now:
                    self.broken.append(f"{quote(to)}: other bytes (or another mode) stood there before")
                self.claimed.add(to)
                self.explained.update((to, findings) if is_held else (to,))
            elif is_whole and not all(map(self.destination, texts or [None])):
                return self.line(whole, "duplicate", path, "-", to)
            elif texts is None:
                return self.amiss(old, f"{quote(path)}: left the inbox, and its documents cannot be looked at")
            else:
                to, now, missing = None, None, range(len(texts))
        if to:
            self.line(self.facts(now).hash, outcome, path, "-", to)
        return self.left(path, old, texts, missing, now) if missing else None

    def left(self, path, old, texts, indices, remainder):
        """The documents of these indices left; of a file that was split, the lines of the others are its remainder."""
        self.explained.add(path)
        bodies = pieces(self.repository.blob(old))
        stayed = b"".join(body for index, body in enumerate(bodies) if index not in set(indices))
        if remainder and without_separators(self.repository.blob(remainder)) != without_separators(stayed):
            self.broken.append(f"{quote(path)}: what remains of it is not the lines of the documents that stayed")
        for index in indices:
            text, to = texts[index], self.destination(texts[index])
            if to is None:
                self.broken.append(f"{quote(path)}#{index}: lost: its text {text} is in no managed file of its own")
            elif to in self.claimed:
                self.line(text, "duplicate", path, index, to)
            else:
                self.claimed.add(to)
                self.placed(path, index, text, bodies[index], to)

    def placed(self, path, index, text, body, to):
        before, now = self.before(to), self.after(to)
        if before == now:
            return self.line(text, "unchanged", path, index, to)
        was = self.facts(before).texts or () if before else ("-",)
        if len(was) != 1 or was[0] == text:
            return self.broken.append(f"{quote(to)}: changed, and before it was not one document with another text")
        self.explained.add(to)
        self.line(text, "replaced" if before else "created", path, index, to, was[0])
        if self.repository.blob(now) != body:
            self.broken.append(f"{quote(to)}: differs from the lines of {quote(path)}#{index}")
        return self.at_its_place(to, identity(text_of(body)))

    def at_its_place(self, to, known):
        if not known:
            return self.unsure.append(f"{quote(to)}: could not tell which object it is, and so whether it belongs there")
        group, kind, name, namespace = known
        plural, _, rest = to[len(self.managed):].partition(b"/")
        what = (b"%s %s/%s" % (kind, namespace, name)).decode("utf-8", "replace")
        if rest != (name if namespace == b"default" else namespace + b"/" + name) + b".yaml":
            self.broken.append(f"{quote(to)}: is not the place of {what}")
        if self.plurals.setdefault((group, kind), plural) != plural or self.plurals.setdefault(plural, (group, kind)) != (group, kind):
            self.broken.append(f"{quote(to)}: {what} is in a directory of another kind")
        return None

    def undone(self, name):
        """managed/ as it was before an earlier commit of ours."""
        done = self.repository.commit(name)
        is_ours = trailers_of(done.message).get("Directory") == [quote(self.directory).encode()] and len(done.parents) == 1
        if not is_ours or git(self.repository.path, "merge-base", "--is-ancestor", name, self.commit.id, may_fail=True) is None:
            self.broken.append("Hedgerow-Undo names no commit of ours for the directory in its history")
            return
        trees = done.tree, self.repository.commit(done.parents[0]).tree
        for path, pair in list(self.changed.items()):
            if path.startswith(self.managed) and is_yaml(path) and path not in self.explained:
                was, now = (self.facts(entry).texts or () if entry else ("-",) for entry in pair)
                if tuple(self.repository.entry(tree, path) for tree in trees) != pair:
                    self.broken.append(f"{quote(path)}: is not undone as {name} did it")
                elif len(was) != 1 or len(now) != 1:
                    self.broken.append(f"{quote(path)}: undone, but not one document")
                else:
                    del self.changed[path]  # explained, whatever its mode
                    self.line(now[0], "undone", path, "-", path, was[0])

    def conserved(self, path, old, new, keeps):
        is_keep = not old and path in [self.directory + b"/" + zone + b"/.gitkeep" for zone in keeps] and self.facts(new).hash == sha(b"")
        if not path.startswith(self.directory + b"/"):
            self.broken.append(f"{quote(path)}: changed, and is outside the directory")
        elif path not in self.explained and not is_keep:
            self.broken.append(f"{quote(path)}: {'changed' if old and new else 'appeared' if new else 'gone'}, and no ledger line says why")
        elif new and new[0] != b"100644":
            self.broken.append(f"{quote(path)}: has mode {new[0].decode()}, not 100644")


# ---- Which commits are judged, and how ------------------------------------------------------------------------

COMMIT_ID, DIGEST = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?", rb"sha256:[0-9a-f]{64}"
COUNTS = " ".join(f"{outcome}=(?:0|[1-9][0-9]{{0,17}})" for outcome in OUTCOMES).encode()
NEEDED = {"Run": rb".+", "Format": rb"1", "Parent": COMMIT_ID, "Directory": rb"\S+", "Counts": COUNTS, "Ledger": DIGEST,
          "Policy": DIGEST, "Settings": DIGEST, "Catalogue": DIGEST, "Version": rb".+"}
TRAILERS = {**NEEDED, "Adopt": rb"true", "Operation": rb"init|undo", "Undo": COMMIT_ID, "Resumed": COMMIT_ID, "Flags": rb".+"}
DEFAULT_EMAIL = b"hedgerow@hedgerow.invalid"


def trailers_of(message):
    """Our trailers in the last paragraph: name without `Hedgerow-` to its values."""
    found = {}
    for line in re.split(rb"\n[ \t\r]*\n", message.rstrip(b" \t\r\n\f"))[-1].split(b"\n"):
        trailer = re.fullmatch(rb"Hedgerow-([^:]*):(.*)", line.removesuffix(b"\r"))
        if trailer:
            found.setdefault(trailer[1].decode("utf-8", "replace"), []).append(trailer[2].removeprefix(b" "))
    return found


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Verifier:
    def __init__(self, repository, directory, signed, strict):
        """`signed`: the ids of the commits with a good signature by an allowed signer; None where nobody asked."""
        self.repository, self.directory, self.signed, self.strict = repository, directory, signed, strict
        self.own = quote(directory).encode()

    def our_email(self, parent):
        entry = self.repository.entry(parent and parent.tree, self.directory + b"/.hedgerow/policy.toml")
        text = self.repository.blob(entry) or b"" if entry and entry[0] in REGULAR else b""
        table = re.search(rb"(?ms)^[ \t]*\[[ \t]*committer[ \t]*\][^\n]*\n(.*?)(?=^[ \t]*\[|\Z)", text)
        email = table and re.search(rb"(?m)^[ \t]*email[ \t]*=[ \t]*(?:\"([^\"\\\n]*)\"|'([^'\n]*)')[ \t]*(?:#.*)?\r?$", table[1])
        elsewhere = re.search(rb"(?m)^(?![ \t]*\[[ \t]*committer[ \t]*\])[^#\n]*committer", text)
        if not email and (elsewhere or table and re.search(rb"(?m)^[^#\n]*email", table[1])):
            fail("policy.toml in the parent: could not tell its [committer] email")
        return (email[1] or email[2] or b"") if email else DEFAULT_EMAIL

    def touched(self, commit):
        """The paths under the directory that differ from every parent."""
        now, sets = self.repository.subtree(commit.tree, self.directory), []
        for parent in commit.parents or [None]:
            before = parent and self.repository.subtree(self.repository.commit(parent).tree, self.directory)
            sets.append({path for path, _, _ in self.repository.differences(before, now, self.directory + b"/")})
        return set.intersection(*sets)

    def result(self, name):
        """One commit's line of the answer, or None where it is passed over."""
        self.repository.visits = 0
        try:
            return self.judged(self.repository.commit(name))
        except Unsure as why:
            return {"commit": name, "kind": "unknown", "verdict": "could_not_tell", "reasons": [str(why)]}

    def judged(self, commit):
        trailers = trailers_of(commit.message)
        ours = "Run" in trailers and self.own in trailers.get("Directory", ())
        touched = () if ours else self.touched(commit)
        if not ours and not touched:
            return None
        answer = {"commit": commit.id, "date": iso(commit.date), "author": commit.author.decode("utf-8", "replace")}
        parent = self.repository.commit(commit.parents[0]) if commit.parents else None
        email = self.our_email(parent)
        if not ours and not trailers and email not in (commit.committer, commit.author):
            changed = sorted(quote(path) for path in touched)
            zones = tuple(f"{self.own.decode()}/{zone}/" for zone in ("managed", "unmanaged"))
            blamed = self.strict and any(path.startswith(zones) for path in changed)
            return dict(answer, kind="person", verdict="does_not_hold" if blamed else "listed", changed=changed)
        answer.update(kind="ours", run=b" ".join(trailers.get("Run", ())).decode("utf-8", "replace"))
        is_newer = trailers.get("Format", [b"1"]) not in ([b"1"], [b""])
        if "Run" in trailers and is_newer and all(len(values) == 1 for values in trailers.values()):
            fail("its Hedgerow-Format is not 1: a newer verifier is needed")
        if not trailers and commit.committer != email and len(commit.parents) != 1:
            fail("by our author, and no single parent to judge it against")
        broken = list(self.refusals(commit, trailers, ours, email))
        if broken:
            return dict(answer, verdict="does_not_hold", reasons=broken)
        return self.balanced(commit, parent, trailers, answer)

    def refusals(self, commit, trailers, ours, email):
        """What is wrong before any tree is looked at."""
        if not trailers and commit.committer == email:
            yield "by our committer, without trailers in the last paragraph of its message"
        named = trailers.get("Parent", [b""])[0].decode("utf-8", "replace")
        is_first = not commit.parents and trailers.get("Operation") == [b"init"] and named == "0" * len(commit.id)
        if len(commit.parents) != 1 and not is_first:
            yield f"has {len(commit.parents)} parents: ours have one"
        if not trailers:
            return
        yield from (f"Hedgerow-{name} occurs twice" for name, values in trailers.items() if len(values) > 1)
        yield from (f"Hedgerow-{name} is missing" for name in NEEDED if name not in trailers)
        if not ours:
            yield "has trailers of ours, not for this directory, but changes it"
        if ("Undo" in trailers) != (trailers.get("Operation") == [b"undo"]):
            yield "Hedgerow-Undo and the operation undo: one without the other"
        yield from (f"Hedgerow-{name} is unknown, or its value is not one that it can have" for name, values in trailers.items()
                    if name not in TRAILERS or not re.fullmatch(TRAILERS[name], values[0]))
        if commit.committer == email and [named] != commit.parents and not is_first:
            yield f"its parent is not {named}, which its trailer names"

    def balanced(self, commit, parent, trailers, answer):
        """What the trees say; a copy's own claims about them need not be so."""
        ledger = Ledger(self.repository, self.directory, parent, commit, trailers)
        is_copy = not trailers or commit.parents and [trailers["Parent"][0].decode()] != commit.parents
        counts = " ".join(f"{outcome}={number}" for outcome, number in ledger.counts.items())
        derived = {"Counts": counts, "Ledger": "sha256:" + ledger.digest}
        untrue = [f"Hedgerow-{name} says {trailers[name][0].decode()}; the trees say {value}" for name, value in derived.items()
                  if trailers and trailers[name][0].decode() != value]
        broken, unsure, notes = ledger.broken + ([] if is_copy else untrue), ledger.unsure, []
        if is_copy:
            notes = ["a copy: judged by its trees, against its own parent"] + (untrue or ["digest and counts agree"] * bool(trailers))
        if self.signed is not None and commit.id not in self.signed:
            broken.append("is not signed by an allowed signer")
        if not trailers:  # nothing in it claims a ledger, so nothing is refuted
            broken, unsure = [], broken + unsure
        verdict = "does_not_hold" if broken else "could_not_tell" if unsure else "holds"
        return dict(answer, kind="copy" if is_copy else "ours", verdict=verdict, counts=ledger.counts, ledger=ledger.digest,
                    reasons=broken + unsure, notes=notes)

    def inbox(self, head):
        """What waits in the inbox at the head, and since when: the newest commit that brought each file."""
        raw, waits, root = self.directory + b"/raw", {}, self.repository.commit(head).tree
        waiting = {path for path in self.repository.files(root, raw) if is_yaml(path)}
        for name in git(self.repository.path, "rev-list", "--topo-order", head).split() if waiting else ():
            try:
                commit = self.repository.commit(name)
                befores = [self.repository.subtree(self.repository.commit(parent).tree, raw) for parent in commit.parents]
            except Unsure:
                break  # here the history ends for us: since when the others wait we do not know
            now = self.repository.subtree(commit.tree, raw)
            for path in waiting - set(waits) if now not in befores else ():
                below = path[len(raw) + 1:]
                if self.repository.entry(now, below) and not any(self.repository.entry(before, below) for before in befores):
                    waits[path] = iso(commit.date)
            if len(waits) == len(waiting):
                break
        return [{"file": quote(path), "since": waits.get(path)} for path in sorted(waiting)]


# ---- The answer -----------------------------------------------------------------------------------------------


def moment(text):
    """Seconds since 1970 of a day's beginning in UTC, or of an RFC 3339 time."""
    try:
        found = datetime.fromisoformat(text + "T00:00:00+00:00" if len(text) == len("2026-11-24") else re.sub(r"[Zz]\Z", "+00:00", text))
    except ValueError:
        found = None
    return found.timestamp() if found and found.tzinfo else fail("--since is a day (2026-11-24) or an RFC 3339 time")


def resolved(repository, name):
    return git(repository.path, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}", may_fail=True)


def chosen(repository, head, options):
    """The commits to look at, newest first."""
    first, dots, last = (options.range or "").partition("..")
    if options.range and (not dots or not first or last.startswith(".")):
        fail("--range is A..B")
    newest, oldest = (name and (resolved(repository, name) or fail(f"no commit {name} in the repository"))
                      for name in (options.commit or last or head, first))
    if git(repository.path, "merge-base", "--is-ancestor", newest, head, may_fail=True) is None:
        fail(f"commit {newest} is not in the branch's history as far as it can be seen here")
    limits = ["--no-walk"] if options.commit else ["^" + oldest] if first else []
    names = git(repository.path, "rev-list", "--topo-order", newest, *limits).split()
    since = moment(options.since) if options.since else None
    return [name for name in names if since is None or repository.commit(name).date >= since]


def signed_by(signers, repository, names):
    """Git asks ssh-keygen, with each commit's time against valid-after and valid-before: G is good, by one of the file."""
    if not (os.path.isfile(signers) and shutil.which("ssh-keygen")):
        fail("--allowed-signers needs its file and ssh-keygen")
    ours = "gpg.ssh.allowedSignersFile=" + os.path.abspath(signers)
    settings = ("gpg.program=false", "gpg.x509.program=false", "gpg.ssh.program=ssh-keygen", ours)
    programs = [word for setting in settings for word in ("-c", setting)]
    said = git(repository.path, *programs, "log", "--no-walk", "--stdin", "--format=%H %G?", data="\n".join(names))
    return {line.split()[0] for line in said.splitlines() if line.endswith(" G")}


def verify(options, scratch):
    """The whole answer, as the value that `-o json` prints."""
    parts = [part for part in os.fsencode(options.path).split(b"/") if part not in (b"", b".")]
    if not parts or b".." in parts:
        fail("--path is a directory below the repository's root")
    directory = b"/".join(parts)
    repository = Repository(options.repo if os.path.isdir(options.repo) else clone(options.repo, options.branch, scratch))
    ref = "refs/heads/" + options.branch if options.branch else "HEAD"
    head = resolved(repository, ref) or fail(f"the repository has no {ref}")
    names = chosen(repository, head, options)
    signed = signed_by(options.allowed_signers, repository, names) if options.allowed_signers else None
    verifier = Verifier(repository, directory, signed, options.strict)
    results = [result for result in map(verifier.result, names) if result]
    if not (options.range or options.commit or options.since):  # people's commits from before the first of ours are not our matter
        while results and results[-1]["kind"] == "person":
            results.pop()
    verdicts = {result["verdict"] for result in results}
    ours = sum(result["kind"] in ("ours", "copy") for result in results)
    notes = [] if ours or options.allow_none else ["there is no commit of ours to verify"]
    if not repository.subtree(repository.commit(head).tree, directory):
        notes.append(f"there is no directory {quote(directory)} at the head")
    verdict = "does_not_hold" if "does_not_hold" in verdicts else "could_not_tell" if notes or "could_not_tell" in verdicts else "verified"
    return {"verdict": verdict, "repository": options.repo, "ref": ref, "head": head, "directory": quote(directory),
            "ours": ours, "notes": notes, "commits": results, "inbox": verifier.inbox(head)}


def shown(text):
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in text)


def print_for_people(answer):
    if "error" in answer:
        return print(shown(f"could not tell: {answer['error']}"), file=sys.stderr)
    print(shown(f"{answer['repository']} {answer['ref']} {answer['head']} {answer['directory']}"))
    for result in answer["commits"]:
        counts = " ".join(f"{name}={number}" for name, number in result.get("counts", {}).items() if number)
        words = [result["verdict"].replace("_", " "), result["commit"], result["kind"], result.get("date"), result.get("run"), counts]
        print(shown("  ".join(word for word in words if word)))
        reasons = result.get("notes", []) + result.get("reasons", []) + result.get("changed", [])
        more = [f"and {len(reasons) - REASONS_SHOWN} more"] if len(reasons) > REASONS_SHOWN else []
        for reason in reasons[:REASONS_SHOWN] + more:
            print(shown("    " + reason))
    dates = [file["since"] for file in answer["inbox"] if file["since"]]
    oldest = f", the oldest since {min(dates)}" if dates else ""
    print(f"inbox: {len(answer['inbox'])} waiting{oldest}" if answer["inbox"] else "inbox: empty")
    for file in answer["inbox"]:
        print(f"    {file['file']}  since {file['since'] or 'before what this clone holds'}")
    print("; ".join([f"{answer['verdict'].replace('_', ' ')}: {answer['ours']} commits of ours", *answer["notes"]]))


def options_of(arguments):
    parser = argparse.ArgumentParser(
        description="Verify Hedgerow's commits by git alone. Exit: 0 verified, 1 does not hold, 2 could not tell.")
    parser.add_argument("--repo", required=True, metavar="URL|PATH", help="a URL is cloned, a directory is read in place")
    parser.add_argument("--branch", metavar="B", help="default: the repository's HEAD")
    parser.add_argument("--path", required=True, metavar="DIR", help="the fabric's directory")
    scope = parser.add_mutually_exclusive_group()
    scope.add_argument("--commit", metavar="ID", help="this commit only")
    scope.add_argument("--range", metavar="A..B", help="these commits only")
    scope.add_argument("--since", metavar="DATE", help="commits of that day (UTC) or RFC 3339 time, and later, only")
    parser.add_argument("--allow-none", action="store_true", help="no commit of ours is no fault")
    parser.add_argument("--strict", action="store_true", help="blame people's changes under managed/ and unmanaged/")
    parser.add_argument("--allowed-signers", metavar="FILE", help="every commit of ours must be signed (SSH) by one of these")
    parser.add_argument("-o", dest="output", choices=("text", "json"), default="text")
    return parser.parse_args(arguments)


def main():
    options = options_of(sys.argv[1:])
    try:
        try:
            with tempfile.TemporaryDirectory(prefix="hedgerow-verify-") as scratch:
                answer = verify(options, scratch)
        except Unsure as why:
            answer = {"verdict": "could_not_tell", "error": str(why)}
        if options.output == "json":
            print(json.dumps(answer, indent=2))
        else:
            print_for_people(answer)
        sys.stdout.flush()
        return {"verified": 0, "does_not_hold": 1}.get(answer["verdict"], 2)
    except BaseException as fault:  # a fault of ours must not look like an answer: neither 0 nor 1
        print(shown(f"could not finish: {type(fault).__name__}: {fault}"), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
