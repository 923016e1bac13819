"""A repository to verify: commits written by hand as docs/reference/format.md says, without any of the verifier's code."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile

VERIFIER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "hedgerow_verify.py")
BINARY = os.environ.get("HEDGEROW_BINARY")
OURS = ("Hedgerow", "hedgerow@hedgerow.invalid")
ALICE = ("Alice", "alice@example.net")
FORGE = ("Forge", "noreply@forge.example")
PLURALS = {"VPC": "vpcs", "Server": "servers", "Switch": "switches", "Connection": "connections"}
OUTCOMES = ("created", "replaced", "unchanged", "duplicate", "foreign", "held", "undone")
KEEP = b""


def sha(data):
    return hashlib.sha256(data).hexdigest()


def document(kind, name, namespace=None, spec="x: 1"):
    api = "vpc.githedgehog.com/v1beta1" if kind == "VPC" else "wiring.githedgehog.com/v1beta1"
    scope = f"  namespace: {namespace}\n" if namespace else ""
    return f"apiVersion: {api}\nkind: {kind}\nmetadata:\n  name: {name}\n{scope}spec:\n  {spec}\n".encode()


def config_map(name):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata: {{}}\n".encode()


def place(kind, name, namespace=None, directory="fab"):
    return f"{directory}/managed/{PLURALS[kind]}/{namespace + '/' if namespace else ''}{name}.yaml"


def percent(path):
    plain = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~/-+@:,=()"
    return "".join(chr(byte) if byte in plain else f"%{byte:02X}" for byte in os.fsencode(path))


def line(digest, outcome, source, index, to, was="-"):
    return f"{digest} {was} {outcome} {percent(source)}#{index} {percent(to)}\n"


class World:
    """One bare repository with a branch `main` and the files of its head in `files`: path to bytes or (mode, bytes)."""

    def __init__(self, algorithm="sha1"):
        self.root = tempfile.mkdtemp(prefix="hedgerow-verify-test-")
        self.path = os.path.join(self.root, "repo.git")
        self.environment = {"PATH": os.environ["PATH"], "HOME": self.root, "GIT_CONFIG_NOSYSTEM": "1", "TZ": "UTC", "LC_ALL": "C"}
        self.run("git", "init", "--quiet", "--bare", "--initial-branch=main", f"--object-format={algorithm}", self.path)
        self.clock, self.files, self.head = 1_790_000_000, {}, None

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, *command, data=None, check=True, **environment):
        done = subprocess.run(command, input=data, capture_output=True, env={**self.environment, **environment}, check=False)
        if check and done.returncode:
            raise AssertionError(f"{command}: {done.stderr.decode(errors='replace')}")
        return done

    def git(self, *arguments, data=None, **environment):
        return self.run("git", "-C", self.path, *arguments, data=data, **environment).stdout.decode().strip()

    def commit(self, files, message="Alice's change\n", author=ALICE, committer=None, parents=None, branch="main"):
        """A commit whose tree is exactly `files`; the branch points at it."""
        committer = committer or author
        parents = ([self.head] if self.head else []) if parents is None else parents
        self.clock += 60
        message = message.encode() if isinstance(message, str) else message
        stream = [b"feature done\ncommit refs/heads/%s\n" % branch.encode()]
        for role, person in ((b"author", author), (b"committer", committer)):
            stream.append(b"%s %s <%s> %d +0000\n" % (role, person[0].encode(), person[1].encode(), self.clock))
        stream.append(b"data %d\n%s\n" % (len(message), message))
        stream += [b"%s %s\n" % (word, parent.encode()) for word, parent in zip([b"from"] + [b"merge"] * 9, parents)]
        stream.append(b"deleteall\n")
        for path, value in files.items():
            mode, data = value if isinstance(value, tuple) else ("100644", value)
            name = b'"' + re.sub(rb'["\\]', rb"\\\g<0>", os.fsencode(path)).replace(b"\n", b"\\n") + b'"'
            if mode == "160000":
                stream.append(b"M 160000 %s %s\n" % (data, name))
            else:
                stream.append(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), name, len(data), data))
        stream.append(b"done\n")
        if not parents:
            self.run("git", "-C", self.path, "update-ref", "-d", f"refs/heads/{branch}")
        self.run("git", "-C", self.path, "fast-import", "--quiet", "--force", data=b"".join(stream))
        name = self.git("rev-parse", f"refs/heads/{branch}")
        if branch == "main":
            self.head, self.files = name, dict(files)
        return name

    def trailers(self, lines, directory="fab", **changes):
        """The last paragraph of a commit of ours on the present head; `changes` replace (None: drop) single ones."""
        counts = " ".join(f"{outcome}={sum(f' {outcome} ' in one for one in lines)}" for outcome in OUTCOMES)
        values = {"Run": "01JTEST", "Format": "1", "Parent": self.head, "Directory": percent(directory), "Counts": counts,
                  "Ledger": "sha256:" + sha("".join(sorted(lines)).encode()), "Policy": "sha256:" + sha(b"policy"),
                  "Settings": "sha256:" + sha(b"settings"), "Catalogue": "sha256:" + sha(b"catalogue"), "Version": "0.1.0"}
        values.update(changes)
        return "".join(f"Hedgerow-{name}: {value}\n" for name, value in values.items() if value is not None)

    def ours(self, files, lines, author=OURS, committer=OURS, subject="fab: placed\n\n", parents=None, directory="fab", **changes):
        message = subject + self.trailers(lines, directory, **changes)
        return self.commit(files, message, author, committer, parents)

    def verify(self, *arguments, repo=None, directory="fab", alone=False):
        """(exit status, everything that was said). With HEDGEROW_BINARY, `hedgerow verify` is asked too and must come to the same,
        but for what only this verifier sees or cannot see (`alone`)."""
        options = ("--repo", repo or self.path, "--branch", "main", "--path", directory, *arguments)
        done = self.run(sys.executable, VERIFIER, *options, check=False)
        said = (done.stdout + done.stderr).decode()
        if BINARY and not alone:
            other = self.run(BINARY, "verify", *options, check=False)
            if other.returncode != done.returncode:
                raise AssertionError(f"they disagree: {done.returncode}, {other.returncode}\n{said}\n{(other.stdout + other.stderr).decode()}")
        return done.returncode, said
