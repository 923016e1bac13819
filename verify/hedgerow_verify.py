#!/usr/bin/env python3
"""The second verifier: does what Hedgerow's commits claim hold, by git and the standard library alone?

It implements docs/reference/format.md and shares nothing else with Hedgerow; the words are that page's.
Exit status: 0 verified, 1 does not hold (it says what and where), 2 could not tell. It never passes by default:
whatever it cannot read, and every fault of its own, is 2.

In the order of the page: lines and pieces, paths, the repository, the ledger, which commits are judged, the answer.
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
import time
from collections import namedtuple
from datetime import datetime, timezone
from functools import lru_cache

READ_LIMIT = 16 << 20  # bytes; a larger file is hashed, never looked into
VISIT_LIMIT = 5_000_000  # entries looked at for one commit: trees can be made that unfold for ever
REASONS_SHOWN = 20  # of each commit, in the answer for people
OUTCOMES = ("created", "replaced", "unchanged", "duplicate", "foreign", "held", "undone")
COMMIT_ID, DIGEST = rb"[0-9a-f]{40}(?:[0-9a-f]{24})?", rb"sha256:[0-9a-f]{64}"
COUNTS = " ".join(f"{outcome}=(?:0|[1-9][0-9]{{0,17}})" for outcome in OUTCOMES).encode()
NEEDED = {"Run": rb".+", "Format": rb"1", "Parent": COMMIT_ID, "Directory": rb"\S+", "Counts": COUNTS, "Ledger": DIGEST,
          "Policy": DIGEST, "Settings": DIGEST, "Catalogue": DIGEST, "Version": rb".+"}
TRAILERS = {**NEEDED, "Adopt": rb"true", "Operation": rb"init|undo", "Undo": COMMIT_ID, "Resumed": COMMIT_ID, "Flags": rb".+"}
DEFAULT_EMAIL = b"hedgerow@hedgerow.invalid"
TREE, LINK, REGULAR = b"40000", b"160000", (b"100644", b"100755")
EMPTY = hashlib.sha256(b"").hexdigest()


class Unsure(Exception):
    """What keeps us from a verdict."""


def fail(why):
    raise Unsure(why)


# ---- Lines and pieces -----------------------------------------------------------------------------------------

BOM = b"\xef\xbb\xbf"
LINE = re.compile(rb"[^\n]*\n|[^\n]+")
BANNER = re.compile(rb"#[ \t\r]*\n?\Z")
KIND = re.compile(
    rb"(?P<bare>---[ \t]*\r?\n?\Z)|(?P<noted>---[ \t]+#)|(?P<opening>---[ \t])|(?P<end>\.\.\.(?:[ \t]+(?:#.*)?)?\r?\n?\Z)"
    rb"|(?P<blank>[ \t\r]*\n?\Z)|(?P<comment>#)|(?P<indented>[ \t]+#)|(?P<directive>%)"
)
SEPARATORS = ("bare", "noted", "opening")


def line_kinds(lines):
    kinds, is_open = [], False
    for number, line in enumerate(lines):
        found = KIND.match(line if number else line.removeprefix(BOM))
        kind = found.lastgroup if found else "content"
        if kind == "directive" and is_open:
            kind = "content"
        if kind == "end":
            is_open = False
        elif kind == "content" or kind in SEPARATORS:
            is_open = True
        kinds.append(kind)
    return kinds


def going_down(lines, kinds, last):
    """Where the comments before the separator at `last` begin that belong to the document below."""
    block = last
    while kinds[block - 1] == "comment":
        block -= 1
    if kinds[block - 1] == "blank":
        return block
    return next((i for i in range(block, last) if BANNER.match(lines[i])), last)


def pieces(data):
    """The file's documents, each as the bytes that are its own."""
    lines = LINE.findall(data)
    kinds = line_kinds(lines)
    separators = [i for i, kind in enumerate(kinds) if kind in SEPARATORS]
    starts = sorted({0, *separators, *(i + 1 for i, kind in enumerate(kinds) if kind == "end")})
    owner, count = [0] * len(lines), 0
    for first, last in zip(starts, starts[1:] + [len(lines)]):
        owner[first:last] = [count] * (last - first)
        if "content" in kinds[first:last] or "opening" in kinds[first:last]:
            if last < len(lines) and kinds[last] in SEPARATORS:
                down = going_down(lines, kinds, last)
                owner[down:last] = [count + 1] * (last - down)
            count += 1
    if count == 1 and not (separators and {"comment", "indented"} & set(kinds[: separators[0]])):
        return [data]
    result, directive = [[] for _ in range(count)], False
    for line, kind, document in zip(lines, kinds, owner):
        if count and (kind != "bare" or directive):
            result[min(document, count - 1)].append(line)
        directive = kind == "directive" or (directive and kind in ("blank", "comment", "indented"))
    return [b"".join(piece) for piece in result]


def without_separators(data):
    lines = LINE.findall(data)
    return b"".join(line for line, kind in zip(lines, line_kinds(lines)) if kind != "bare")


def text_of(piece):
    lines = LINE.findall(without_separators(piece.removeprefix(BOM)))
    kept = [i for i, line in enumerate(lines) if line.strip(b" \t\r\n")]
    return b"".join(lines[kept[0]: kept[-1] + 1]) if kept else b""


def split(texts, rest):
    """The indices of the texts that a remainder with the texts `rest` lacks; None where it is no remainder of them."""
    missing, found = [], 0
    for index, text in enumerate(texts):
        if rest and found < len(rest) and rest[found] == text:
            found += 1
        else:
            missing.append(index)
    return missing if rest and missing and found == len(rest) else None


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


# ---- Paths ----------------------------------------------------------------------------------------------------

NAMES = re.compile(rb"(?:^|[\t {,-])[\"']?apiVersion[\"']?[\t ]*:[\t ]*[\"']?(?:[A-Za-z0-9.-]+\.)?githedgehog\.com/")


def quote(path):
    return re.sub(rb"[^A-Za-z0-9._~/\-+@:,=()]", lambda byte: b"%%%02X" % byte[0][0], path).decode()


def is_yaml(path):
    return path.lower().endswith((b".yaml", b".yml"))


def names_hedgehog(data):
    lines = LINE.findall(data.removeprefix(BOM))
    return any(line.lstrip(b" \t")[:1] != b"#" and NAMES.search(line) for line in lines)


# ---- The repository -------------------------------------------------------------------------------------------

Commit = namedtuple("Commit", "id tree parents author committer date message")
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
    if re.match(r"https?://[^/]*@", url) or re.match(r"[a-z+]+://[^/@]*:[^/@]*@", url):
        fail("--repo has a user or password in it, which every process here could read: use a git credential helper")
    if url.startswith("-") or re.match(r"[A-Za-z0-9]+::", url):
        fail("--repo is neither a directory nor a URL that git fetches by itself")
    if os.path.isfile(url):
        url = os.path.abspath(url)  # a bundle
    target = os.path.join(scratch, "copy.git")
    choice = ["--branch", branch] if branch else []
    git(scratch, "clone", "--bare", "--quiet", "--single-branch", "--no-tags", "--template=", *choice, "--", url, target)
    return target


@lru_cache(None)
def canonical_mode(mode):
    bits = int(mode, 8)
    if bits >> 12 == 0o10:
        return REGULAR[1 if bits & 0o100 else 0]
    return b"%o" % bits


class Repository:
    """Objects by id, through one `git cat-file`; each is hashed again, for git does not do so when it reads a pack."""

    def __init__(self, path):
        self.path = path
        if git(path, "for-each-ref", "--count=1", "refs/replace/"):
            fail("the repository has replace refs: what git shows of it may not be what is stored; clone it afresh")
        grafts = os.path.join(path, git(path, "rev-parse", "--git-path", "info/grafts"))
        if os.path.exists(grafts) and os.path.getsize(grafts):
            fail("the repository has grafts (info/grafts): its history may not be what is stored; clone it afresh")
        self.shallow = git(path, "rev-parse", "--is-shallow-repository") == "true"
        self.algorithm = git(path, "rev-parse", "--show-object-format")
        size = {"sha1": b"20", "sha256": b"32"}[self.algorithm]
        self.entries = re.compile(rb"([0-7]+) ([^\0/]+)\0(.{%s})" % size, re.DOTALL)
        self.directory = re.compile(rb"(?:[0-7]+ [^\0/]+\0.{%s})*" % size, re.DOTALL)
        self.visits = 0
        self.batch = subprocess.Popen([*GIT, "cat-file", "--batch"], cwd=path, env=ENVIRONMENT,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.tree = lru_cache(maxsize=64)(self.read_tree)
        self.facts = lru_cache(maxsize=200_000)(self.read_facts)
        self.commit = lru_cache(maxsize=4096)(self.read_commit)
        self.texts_under = lru_cache(maxsize=2)(self.read_texts_under)

    def read(self, object_id, kind):
        """An object's bytes, None above READ_LIMIT, and their SHA-256."""
        self.batch.stdin.write(object_id.encode() + b"\n")
        self.batch.stdin.flush()
        header = self.batch.stdout.readline().split()
        if len(header) != 3:
            hint = " (the clone is shallow: fetch more of its history)" if self.shallow else ""
            fail(f"object {object_id} is missing{hint}")
        left = size = int(header[2])
        name, digest, kept = hashlib.new(self.algorithm, header[1] + b" %d\0" % size), hashlib.sha256(), []
        while left:
            chunk = self.batch.stdout.read(min(left, 1 << 20))
            if not chunk:
                fail(f"git stopped in the midst of object {object_id}")
            left -= len(chunk)
            name.update(chunk)
            digest.update(chunk)
            if size <= READ_LIMIT:
                kept.append(chunk)
        self.batch.stdout.read(1)
        if header[1] != kind or name.hexdigest() != object_id:
            fail(f"object {object_id} is not the {kind.decode()} that its name says")
        if kind != b"blob" and size > READ_LIMIT:
            fail(f"object {object_id} is too large")
        return (b"".join(kept) if size <= READ_LIMIT else None), digest.hexdigest()

    def read_commit(self, object_id):
        head, _, message = self.read(object_id, b"commit")[0].partition(b"\n\n")
        tree, author, committer = (re.findall(rb"(?m)^%s (.*)$" % field, head) for field in (b"tree", b"author", b"committer"))
        emails = [re.match(rb"[^<]*<([^>]*)>", one[0]) for one in (author, committer) if len(one) == 1]
        date = re.search(rb" (\d{1,11}) [-+]\d+$", committer[0]) if committer else None
        if len(tree) != 1 or len(emails) != 2 or not all(emails):
            fail(f"commit {object_id} is malformed")
        parents = [one.decode() for one in re.findall(rb"(?m)^parent (.*)$", head)]
        return Commit(object_id, tree[0].decode(), parents, emails[0][1], emails[1][1], int(date[1]) if date else 0, message)

    def read_tree(self, object_id):
        """A directory: name to (mode, id)."""
        data = self.read(object_id, b"tree")[0]
        found = self.entries.findall(data)
        entries = {name: (canonical_mode(mode), entry.hex()) for mode, name, entry in found}
        if not self.directory.fullmatch(data) or len(entries) != len(found):
            fail(f"tree {object_id} is malformed")
        return entries

    def read_facts(self, entry):
        """The hash of what an entry stores, and its documents' hashes; None for those of what is not looked into."""
        mode, object_id = entry
        if mode == LINK:
            return hashlib.sha256(object_id.encode()).hexdigest(), None
        if mode == TREE:
            return "-", None
        data, digest = self.read(object_id, b"blob")
        if mode not in REGULAR or data is None:
            return digest, None
        return digest, tuple(hashlib.sha256(text_of(piece)).hexdigest() for piece in pieces(data))

    def blob(self, entry):
        return self.read(entry[1], b"blob")[0]

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

    def read_texts_under(self, tree, directory):
        """Text to the least path of a file below `directory` that is this one document."""
        found = {}
        for path, entry in sorted(self.files(tree, directory).items()):
            texts = self.facts(entry)[1] if is_yaml(path) else None
            if texts and len(texts) == 1:
                found.setdefault(texts[0], path)
        return found


# ---- The ledger -----------------------------------------------------------------------------------------------


class Judgement:
    """The ledger derived from a commit's tree and its parent's, and what does not hold between the two."""

    def __init__(self, repository, directory, parent, child, trailers, commit):
        self.commit = commit
        self.repository, self.directory, self.trailers = repository, directory, trailers
        self.parent, self.child = parent, child  # tree ids; no parent is None
        self.raw, self.managed, self.unmanaged = (directory + zone for zone in (b"/raw/", b"/managed/", b"/unmanaged/"))
        self.lines, self.claimed, self.explained, self.plurals = [], set(), set(), {}
        self.broken, self.unsure, self.put_back = [], [], set()
        self.changed = {path: (old, new) for path, old, new in repository.differences(parent, child)}
        self.fresh = {}
        for path, (_, new) in sorted(self.changed.items()):
            texts = repository.facts(new)[1] if new and path.startswith(self.managed) and is_yaml(path) else None
            if texts and len(texts) == 1:
                self.fresh.setdefault(texts[0], path)
        for path, entry in sorted(self.inbox().items()) if trailers.get("Operation") != [b"init"] else ():
            self.inbox_file(path, entry)
        if "Undo" in trailers:
            self.undone(trailers["Undo"][0])
        for path, (old, new) in sorted(self.changed.items()):
            self.conserved(path, old, new)

    def inbox(self):
        files = self.repository.files(self.parent, self.raw[:-1])
        waiting = {path: entry for path, entry in files.items() if is_yaml(path)}
        if "Adopt" in self.trailers:
            directory = self.repository.subtree(self.parent, self.directory)
            for name, entry in (self.repository.tree(directory) if directory else {}).items():
                if is_yaml(name) and entry[0] in REGULAR and names_hedgehog(self.repository.blob(entry) or b""):
                    waiting[self.directory + b"/" + name] = entry
        return waiting

    def line(self, digest, outcome, source, index, to, was="-"):
        self.lines.append((digest, was, outcome, f"{quote(source)}#{index}", quote(to)))

    def inbox_file(self, path, old):
        digest, texts = self.repository.facts(old)
        new = self.repository.entry(self.child, path)
        if texts == ():
            return  # no document, no line: so nothing explains a change of it
        if new == old:
            return self.line(digest, "held", path, "-", path)
        if new is None:
            return self.gone(path, old, digest, texts)
        missing = split(texts or (), self.repository.facts(new)[1])
        if not missing:
            return self.unread(old).append(f"{quote(path)}: is in the inbox still, but not as the rest of what it was")
        self.line(self.repository.facts(new)[0], "held", path, "-", path)
        self.left(path, old, texts, missing, new)

    def gone(self, path, old, digest, texts):
        below = path[len(self.raw):] if path.startswith(self.raw) else path[len(self.directory) + 1:]
        target = self.unmanaged + below
        before, there = self.repository.entry(self.parent, target), self.repository.entry(self.child, target)
        is_free, is_whole = not before and target not in self.claimed, there and there[1] == old[1] and there[0] in REGULAR
        findings = target + b".findings.txt"
        is_held = self.changed.get(findings, (True,))[0] is None
        missing = split(texts, self.repository.facts(there)[1]) if texts and there and is_free else None
        self.explained.add(path)
        if is_whole and (is_held or is_free) or missing:
            if before and before != there:
                self.broken.append(f"{quote(target)}: other bytes (or another mode) stood there before")
            self.claimed.add(target)
            self.explained.update((target, findings) if is_held else (target,))
            self.line(self.repository.facts(there)[0], "held" if is_held else "foreign", path, "-", target)
            if missing:
                self.left(path, old, texts, missing, there)
        elif is_whole and not all(map(self.destination, texts or [None])):
            self.line(digest, "duplicate", path, "-", target)
        elif texts is None:
            self.unread(old).append(f"{quote(path)}: left the inbox, and its documents cannot be looked at")
        else:
            self.left(path, old, texts, range(len(texts)))

    def unread(self, entry):
        """Where it goes that something is amiss with an inbox file: what is too large to be looked into refutes nothing."""
        return self.unsure if entry[0] in REGULAR and self.repository.facts(entry)[1] is None else self.broken

    def destination(self, text):
        return self.fresh.get(text) or self.repository.texts_under(self.child, self.managed[:-1]).get(text)

    def left(self, path, old, texts, indices, remainder=None):
        """The documents of these indices left; of a file that was split, the lines of the others are its remainder."""
        self.explained.add(path)
        bodies, left = pieces(self.repository.blob(old)), set(indices)
        stayed = b"".join(body for index, body in enumerate(bodies) if index not in left) if remainder else b""
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
        before, now = self.repository.entry(self.parent, to), self.repository.entry(self.child, to)
        if before == now:
            return self.line(text, "unchanged", path, index, to)
        stood = self.repository.facts(before)[1] if before else ()
        if before and (stood is None or len(stood) != 1 or stood[0] == text):
            return self.broken.append(f"{quote(to)}: changed, and before it was not one document with another text")
        self.explained.add(to)
        self.line(text, "replaced" if before else "created", path, index, to, stood[0] if before else "-")
        if self.repository.blob(now) != body:
            self.broken.append(f"{quote(to)}: differs from the lines of {quote(path)}#{index}")
        self.at_its_place(to, text_of(body))

    def at_its_place(self, to, text):
        known = identity(text)
        if not known:
            return self.unsure.append(f"{quote(to)}: could not tell which object it is, and so whether it belongs there")
        group, kind, name, namespace = known
        plural, _, rest = to[len(self.managed):].partition(b"/")
        wanted = name + b".yaml" if namespace == b"default" else namespace + b"/" + name + b".yaml"
        what = f"{kind.decode()} {namespace.decode('utf-8', 'replace')}/{name.decode('utf-8', 'replace')}"
        if rest != wanted:
            self.broken.append(f"{quote(to)}: is not the place of {what}")
        if self.plurals.setdefault((group, kind), plural) != plural or self.plurals.setdefault(plural, (group, kind)) != (group, kind):
            self.broken.append(f"{quote(to)}: {what} is in a directory of another kind")

    def undone(self, name):
        """managed/ as it was before an earlier commit of ours."""
        done = self.repository.commit(name.decode())
        is_ours = trailers_of(done.message).get("Directory") == [quote(self.directory).encode()] and len(done.parents) == 1
        if not is_ours or git(self.repository.path, "merge-base", "--is-ancestor", done.id, self.commit, may_fail=True) is None:
            return self.broken.append("Hedgerow-Undo names no commit of ours for the directory in its history")
        base = self.repository.commit(done.parents[0]).tree
        for path, (old, new) in sorted(self.changed.items()):
            if not path.startswith(self.managed) or not is_yaml(path) or path in self.explained:
                continue
            was, now = (self.repository.facts(entry)[1] if entry else ("-",) for entry in (old, new))
            if (self.repository.entry(done.tree, path), self.repository.entry(base, path)) != (old, new):
                self.broken.append(f"{quote(path)}: is not undone as {done.id} did it")
            elif len(was or ()) != 1 or len(now or ()) != 1:
                self.broken.append(f"{quote(path)}: undone, but not one document")
            else:
                self.explained.add(path)
                self.put_back.add(path)
                self.line(now[0], "undone", path, "-", path, was[0])

    def conserved(self, path, old, new):
        keeps = ("raw", "managed", "unmanaged") if self.trailers.get("Operation") == [b"init"] else ("raw",)
        is_keep = path in [self.directory + f"/{zone}/.gitkeep".encode() for zone in keeps] and not old
        if not path.startswith(self.directory + b"/"):
            self.broken.append(f"{quote(path)}: changed, and is outside the directory")
        elif path not in self.explained and not (is_keep and self.repository.facts(new)[0] == EMPTY):
            self.broken.append(f"{quote(path)}: {'changed' if old and new else 'appeared' if new else 'gone'}, and no ledger line says why")
        elif new and new[0] != b"100644" and path not in self.put_back:
            self.broken.append(f"{quote(path)}: has mode {new[0].decode()}, not 100644")

    def counts(self):
        return {outcome: sum(line[2] == outcome for line in self.lines) for outcome in OUTCOMES}

    def digest(self):
        return hashlib.sha256("".join(sorted(" ".join(line) + "\n" for line in self.lines)).encode()).hexdigest()

    def claims(self):
        """What the trailers say of the ledger and is not so."""
        counts = " ".join(f"{outcome}={number}" for outcome, number in self.counts().items())
        for name, derived in (("Counts", counts), ("Ledger", "sha256:" + self.digest())):
            said = self.trailers[name][0].decode("utf-8", "replace")
            if said != derived:
                yield f"Hedgerow-{name} says {said}; the trees say {derived}"


# ---- Which commits are judged, and how --------------------------------------------------------------------------


def trailers_of(message):
    """Our trailers in the last paragraph: name without `Hedgerow-` to its values."""
    found = {}
    for line in re.split(rb"\n[ \t\r]*\n", message.rstrip())[-1].split(b"\n"):
        trailer = re.fullmatch(rb"Hedgerow-([^:]*):(.*)", line.removesuffix(b"\r"))
        if trailer:
            found.setdefault(trailer[1].decode("utf-8", "replace"), []).append(trailer[2].removeprefix(b" "))
    return found


class Verifier:
    def __init__(self, repository, directory, signers=None, strict=False):
        self.repository, self.directory, self.signers, self.strict = repository, directory, signers, strict
        self.own = quote(directory).encode()

    def our_email(self, parent):
        entry = self.repository.entry(parent, self.directory + b"/.hedgerow/policy.toml")
        text = self.repository.blob(entry) or b"" if entry and entry[0] in REGULAR else b""
        table = re.search(rb"(?ms)^[ \t]*\[[ \t]*committer[ \t]*\][^\n]*\n(.*?)(?=^[ \t]*\[|\Z)", text)
        email = table and re.search(rb"(?m)^[ \t]*email[ \t]*=[ \t]*(?:\"([^\"\\\n]*)\"|'([^'\n]*)')[ \t]*(?:#.*)?\r?$", table[1])
        elsewhere = re.search(rb"(?m)^(?![ \t]*\[[ \t]*committer[ \t]*\])[^#\n]*committer", text)
        if not email and (elsewhere or table and re.search(rb"(?m)^[^#\n]*email", table[1])):
            fail("policy.toml in the parent: could not tell its [committer] email")
        return (email[1] or email[2] or b"") if email else DEFAULT_EMAIL

    def touched(self, commit):
        """The paths under the directory that differ from every parent."""
        sets = []
        for parent in commit.parents or [None]:
            trees = [tree and self.repository.subtree(tree, self.directory)
                     for tree in (parent and self.repository.commit(parent).tree, commit.tree)]
            sets.append({path for path, _, _ in self.repository.differences(*trees, self.directory + b"/")})
        return set.intersection(*sets)

    def result(self, name):
        """One commit's line of the answer, or None where it is passed over."""
        self.repository.visits = 0
        try:
            commit = self.repository.commit(name)
            answer = {"commit": name, "date": iso(commit.date), "author": commit.author.decode("utf-8", "replace")}
            return self.judge(commit, trailers_of(commit.message), answer)
        except Unsure as why:
            return {"commit": name, "kind": "unknown", "verdict": "could_not_tell", "reasons": [str(why)]}

    def judge(self, commit, trailers, answer):
        ours = "Run" in trailers and self.own in trailers.get("Directory", ())
        touched = () if ours else self.touched(commit)
        if not ours and not touched:
            return None
        parent = self.repository.commit(commit.parents[0]) if commit.parents else None
        email = self.our_email(parent and parent.tree)
        if not ours and not trailers and email not in (commit.committer, commit.author):
            changed = sorted(quote(path) for path in touched)
            zones = tuple(f"{self.own.decode()}/{zone}/" for zone in ("managed", "unmanaged"))
            blamed = self.strict and any(path.startswith(zones) for path in changed)
            return dict(answer, kind="person", verdict="does_not_hold" if blamed else "listed", changed=changed)
        answer.update(kind="ours", run=b" ".join(trailers.get("Run", ())).decode("utf-8", "replace"))
        if "Run" in trailers and trailers.get("Format", [b"1"]) not in ([b"1"], [b""]) and all(len(values) == 1 for values in trailers.values()):
            fail("its Hedgerow-Format is not 1: a newer verifier is needed")
        if not trailers and commit.committer != email and len(commit.parents) != 1:
            fail("by our author, and no single parent to judge it against")
        broken = list(self.refusals(commit, trailers, ours, email))
        if broken:
            return dict(answer, verdict="does_not_hold", reasons=broken)
        copy = not trailers or commit.parents and [trailers["Parent"][0].decode()] != commit.parents
        return self.derived(commit, parent, trailers, copy, answer)

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

    def derived(self, commit, parent, trailers, copy, answer):
        judgement = Judgement(self.repository, self.directory, parent and parent.tree, commit.tree, trailers, commit.id)
        said = list(judgement.claims()) if trailers else []
        broken, unsure = judgement.broken + ([] if copy else said), judgement.unsure
        notes = ["a copy: judged by its trees, against its own parent"] + (said or ["digest and counts agree"] if trailers else [])
        if self.signers and self.signed.get(commit.id) != "G":
            broken.append("is not signed by an allowed signer")
        if copy and not trailers and broken:  # nothing in it claims a ledger, so nothing is refuted
            broken, unsure = [], broken + unsure
        verdict = "does_not_hold" if broken else "could_not_tell" if unsure else "holds"
        return dict(answer, kind="copy" if copy else "ours", verdict=verdict, counts=judgement.counts(), ledger=judgement.digest(),
                    reasons=broken + unsure, notes=notes if copy else [])

    def look_at_signatures(self, names):
        """Git asks ssh-keygen, with each commit's time against valid-after and valid-before: G is good, by one of the file."""
        settings = ("gpg.program=false", "gpg.x509.program=false", "gpg.ssh.program=ssh-keygen", "gpg.ssh.allowedSignersFile=" + self.signers)
        programs = [word for setting in settings for word in ("-c", setting)]
        said = git(self.repository.path, *programs, "log", "--no-walk", "--stdin", "--format=%H %G?", data="\n".join(names))
        self.signed = dict(line.split() for line in said.splitlines())

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


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def moment(text):
    """Seconds since 1970 of a day's beginning in UTC, or of an RFC 3339 time."""
    try:
        found = datetime.fromisoformat(re.sub(r"[Zz]\Z", "+00:00", text))
    except ValueError:
        found = None
    if not found or not found.tzinfo and len(text) != len("2026-11-24"):
        fail("--since is a day (2026-11-24) or an RFC 3339 time")
    return found.replace(tzinfo=found.tzinfo or timezone.utc).timestamp()


def shown(text):
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode() for one in text)


def chosen(repository, head, options):
    """The commits to look at, newest first."""
    def resolve(name):
        return git(repository.path, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}", may_fail=True) \
            or fail(f"no commit {name} in the repository")

    def in_branch(name):
        if git(repository.path, "merge-base", "--is-ancestor", name, head, may_fail=True) is None:
            fail(f"commit {name} is not in the branch's history as far as it can be seen here")
        return name

    if options.commit:
        return [in_branch(resolve(options.commit))]
    first, dots, last = (options.range or "").partition("..")
    if options.range and (not dots or not first or last.startswith(".")):
        fail("--range is A..B")
    until = ["^" + resolve(first)] if first else []
    names = git(repository.path, "rev-list", "--topo-order", in_branch(resolve(last)) if last else head, *until).split()
    since = moment(options.since) if options.since else 0
    return [name for name in names if not since or repository.commit(name).date >= since]


def verify(options, scratch):
    """The whole answer, as the value that `-o json` prints."""
    parts = [part for part in os.fsencode(options.path).split(b"/") if part not in (b"", b".")]
    if not parts or b".." in parts:
        fail("--path is a directory below the repository's root")
    if options.allowed_signers and not (os.path.isfile(options.allowed_signers) and shutil.which("ssh-keygen")):
        fail("--allowed-signers needs its file and ssh-keygen")
    path = options.repo if os.path.isdir(options.repo) else clone(options.repo, options.branch, scratch)
    repository = Repository(path)
    ref = "refs/heads/" + options.branch if options.branch else "HEAD"
    head = git(path, "rev-parse", "--verify", "--quiet", ref + "^{commit}", may_fail=True) or fail(f"the repository has no {ref}")
    directory = b"/".join(parts)
    signers = options.allowed_signers and os.path.abspath(options.allowed_signers)
    verifier = Verifier(repository, directory, signers, options.strict)
    names = chosen(repository, head, options)
    if signers:
        verifier.look_at_signatures(names)
    results = [result for result in map(verifier.result, names) if result]
    if not (options.range or options.commit or options.since):  # people's commits from before the first of ours are not our matter
        while results and results[-1]["kind"] == "person":
            results.pop()
    verdicts = {result["verdict"] for result in results}
    ours = sum(result["kind"] in ("ours", "copy") for result in results)
    notes = [] if ours or options.allow_none else ["there is no commit of ours to verify"]
    if not repository.subtree(repository.commit(head).tree, directory):
        notes.append(f"there is no directory {quote(directory)} at the head")
    unsure = notes or "could_not_tell" in verdicts
    verdict = "does_not_hold" if "does_not_hold" in verdicts else "could_not_tell" if unsure else "verified"
    return {"verdict": verdict, "repository": options.repo, "ref": ref, "head": head, "directory": quote(directory),
            "ours": ours, "notes": notes, "commits": results, "inbox": verifier.inbox(head)}


def print_for_people(answer):
    print(shown(f"{answer['repository']} {answer['ref']} {answer['head']} {answer['directory']}"))
    for result in answer["commits"]:
        counts = " ".join(f"{name}={number}" for name, number in result.get("counts", {}).items() if number)
        words = (result["verdict"].replace("_", " "), result["commit"], result["kind"], result.get("date", ""), result.get("run", ""), counts)
        print(shown("  ".join(word for word in words if word)))
        reasons = result.get("notes", []) + result.get("reasons", []) + result.get("changed", [])
        for reason in reasons[:REASONS_SHOWN]:
            print(shown("    " + reason))
        if len(reasons) > REASONS_SHOWN:
            print(f"    and {len(reasons) - REASONS_SHOWN} more")
    dates = [file["since"] for file in answer["inbox"] if file["since"]]
    oldest = f", the oldest since {min(dates)}" if dates else ""
    print(f"inbox: {len(answer['inbox'])} waiting{oldest}" if answer["inbox"] else "inbox: empty")
    for file in answer["inbox"]:
        print(f"    {file['file']}  since {file['since'] or 'before what this clone holds'}")
    print("; ".join([f"{answer['verdict'].replace('_', ' ')}: {answer['ours']} commits of ours", *answer["notes"]]))


def options_of(arguments):
    parser = argparse.ArgumentParser(description="Verify Hedgerow's commits by git alone. Exit: 0 verified, 1 does not hold, 2 could not tell.")
    parser.add_argument("--repo", required=True, metavar="URL|PATH", help="a URL is cloned to a temporary place; a directory is read in place")
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


def main(arguments=None):
    options = options_of(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="hedgerow-verify-") as scratch:
            try:
                answer = verify(options, scratch)
            except Unsure as why:
                answer = {"verdict": "could_not_tell", "error": str(why)}
        if options.output == "json":
            print(json.dumps(answer, indent=2))
        elif "error" in answer:
            print(shown(f"could not tell: {answer['error']}"), file=sys.stderr)
        else:
            print_for_people(answer)
        sys.stdout.flush()
        return {"verified": 0, "does_not_hold": 1}.get(answer["verdict"], 2)
    except BaseException as fault:  # a fault of ours must not look like an answer: neither 0 nor 1
        print(shown(f"could not finish: {type(fault).__name__}: {fault}"), file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
