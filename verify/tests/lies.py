"""Planted lies: `python3 lies.py [--cases N] [--seed S] [--hedgerow PROGRAM]`.

One branch of thousands of small histories. In each, a person fills the inbox, and a commit in our name empties it: honestly, or with one
lie in it. How each was made says what must be found. Both verifiers look at all of it, one process each, and must find every lie,
refuse no honest commit, and agree on every one. Exit 1 where they do not; the seed that is printed repeats a run."""

import argparse
import collections
import contextlib
import json
import os
import random
import subprocess
import sys
import time

from test_random import Random, text
from world import ALICE, FORGE, OUTCOMES, OURS, VERIFIER, World, document, line, sha


class Branch:
    """Commits through one `git fast-import`, each with exactly the files that it is given."""

    def __init__(self, world):
        self.world, self.head = world, None
        command = ("git", "-C", world.path, "fast-import", "--quiet", "--force")
        self.importer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=world.environment)

    def commit(self, files, message="a change\n", author=ALICE, committer=None, parents=None):
        self.world.clock += 60
        stream = [b"commit refs/heads/main\nmark :1\n"]
        for role, person in ((b"author", author), (b"committer", committer or author)):
            stream.append(b"%s %s <%s> %d +0000\n" % (role, person[0].encode(), person[1].encode(), self.world.clock))
        message = message.encode()
        stream.append(b"data %d\n%s\ndeleteall\n" % (len(message), message))
        for path, value in files.items():
            mode, data = value if isinstance(value, tuple) else ("100644", value)
            stream.append(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), path.encode(), len(data), data))
        self.importer.stdin.write(b"".join(stream) + b"\nget-mark :1\n")
        self.importer.stdin.flush()
        self.head = self.world.head = self.importer.stdout.readline().decode().strip()
        self.files = dict(files)
        return self.head

    def ours(self, files, lines, author=OURS, committer=OURS, **changes):
        return self.commit(files, "fab: placed\n\n" + self.world.trailers(lines, **changes), author, committer)

    def close(self):
        self.importer.stdin.close()
        self.importer.wait()


class Planted(Random):
    """The honest states of test_random, on one branch, and more lies."""

    def __init__(self, branch, chance):
        super().__init__()
        self.branch, self.chance, self.expected = branch, chance, {}

    def expect(self, commit, verdict, what):
        self.expected[commit] = (verdict, what)

    def case(self):
        after, lines = self.history(self.branch)
        before, base = self.branch.files, self.branch.head
        honest = self.chance.choice(["honest", "honest", "copy", "undo"])
        if honest == "copy":
            moved = {"other/file": b"moved\n"}
            message = "fab: placed\n\n" + self.branch.world.trailers(lines)
            self.branch.commit({**before, **moved})
            self.expect(self.branch.commit({**after, **moved}, message, OURS, FORGE), "holds", "a copy on a branch that moved")
            self.branch.commit(before)
        else:
            self.expect(self.branch.ours(after, lines), "holds", "an honest commit")
            if honest == "undo":
                self.undo(before, after)
            self.branch.commit(before)
        self.odd(before, after, lines)
        base = self.branch.head
        self.plant(before, after, lines, base)

    def odd(self, before, after, lines):
        """A message that somebody's hand went through. Which is right, the page says; here, only that the two verifiers agree."""
        chance, branch = self.chance, self.branch
        directory = chance.choice(["fab", "fab", "fob", "f b", "."])
        told = branch.world.trailers(lines, directory).splitlines()
        for _ in range(chance.randrange(1, 3)):
            at = chance.randrange(len(told))
            key, _, value = told[at].partition(": ")
            told[at] = chance.choice([f"{key}:  {value}", f"{key}:{value}", f"{key} : {value}", f" {key}: {value}", f"{key}: {value} ", f"{key}: {value}\r", f"{key}:",
                                      f"{key}x: {value}", f"{key.lower()}: {value}", f"{key}: {value}x", f"{key}: 0{value}", "", "\f", "\u00a0", f"{told[at]}\n{told[at]}",
                                      f"{told[at]}\nHedgerow-Undo: {branch.head}", f"{told[at]}\nHedgerow-Operation: undo", f"{told[at]}\nHedgerow-Adopt: true",
                                      f"{told[at]}\nHedgerow-a b: c", f"{told[at]}\nHedgerow-Flags: x", f"{told[at]}\nSigned-off-by: x", f"{told[at]}\n(cherry picked)"])
        message = chance.choice(["x\n\n", "", "x\n \t\n", "x\n\f\n", "\n\n"]) + "\n".join(told) + chance.choice(["\n", "\n\n", "\n \n", "\n\f\n", "\n\n\v\n", ""])
        branch.commit(chance.choice([after, before]), message, chance.choice([OURS, ALICE]), chance.choice([OURS, ALICE, FORGE]))
        branch.commit(before)

    def undo(self, before, after):
        """The commit at the head taken back, honestly or not."""
        done, managed = self.branch.head, "fab/managed/"
        changed = sorted(path for path in {*before, *after} if path.startswith(managed) and before.get(path) != after.get(path))
        waiting = [path for path in after if path.startswith("fab/raw/") and path.endswith((".yaml", ".yml")) and b":" in after[path]]
        lines = [line(sha(after[path]), "held", path, "-", path) for path in waiting]
        files = {path: data for path, data in after.items() if path not in changed}
        for path in changed:
            files.update({path: before[path]} if path in before else {})
            now, was = ("-" if path not in state else sha(text(state[path])) for state in (before, after))
            lines.append(line(now, "undone", path, "-", path, was))
        if not changed:
            return
        self.expect(self.branch.ours(files, lines, Operation="undo", Undo=done), "holds", "an honest undo")
        self.branch.commit(after)
        lie = self.chance.choice(["other", "more", "person's", "nothing", "half"])
        wrong, undone = dict(files), done
        if lie == "other":
            wrong[changed[0]] = document("VPC", "other")
        elif lie == "more":
            wrong["fab/managed/vpcs/more.yaml"] = document("VPC", "more")
        elif lie == "person's":
            undone = self.branch.head
        elif lie == "nothing":
            undone = "1" * 40
        else:
            wrong["fab/raw/refilled.yaml"] = document("VPC", "refilled")
        verdict = "could_not_tell" if lie == "nothing" else "does_not_hold"
        self.expect(self.branch.ours(wrong, lines, Operation="undo", Undo=undone), verdict, f"a false undo ({lie})")

    def plant(self, before, after, lines, base):
        chance, branch = self.chance, self.branch
        placed = [one for one in lines if " created " in one]
        lie = chance.choice(["other", "other", "other", "forgotten", "elsewhere", "reordered", "parent", "nobody", "directory", "undo", "count"])
        files, changes, lied = dict(after), {}, list(lines)
        if before == after:
            lie = "count"  # a commit that changes nothing, and whose trailers are not ours, is nobody's business
        if lie in ("forgotten", "elsewhere") and placed:
            one = chance.choice(placed)
            to = one.split()[-1]
            odd = to.replace("fab/managed/", "fab/managed/x") if chance.random() < 0.5 else to.replace(".yaml", "-1.yaml")
            data = files.pop(to)
            lied = [other for other in lines if not other.rstrip().endswith(" " + to)]
            if lie == "elsewhere":
                files[odd] = data
                lied = [other.replace(" " + to + "\n", " " + odd + "\n") for other in lines]
            if odd != to and lie == "elsewhere" and odd.startswith("fab/managed/x") and not self.tells(lines, to):
                lie = "other"
        elif lie == "reordered" and len(lines) > 1:
            changes["Ledger"] = "sha256:" + sha("".join(sorted(lines, reverse=True)).encode())
        elif lie == "parent":
            changes["Parent"] = base if base != branch.head else "1" * 40
        elif lie == "nobody" and before != after:
            self.expect(branch.commit(after, "fab: placed\n", OURS), "does_not_hold", "our committer without trailers")
            return
        elif lie == "directory" and before != after:
            changes["directory"] = "fob"
        elif lie == "undo" and lines:
            changes.update(Operation="undo", Undo=base)
        elif lie == "count":
            counts = [sum(f" {outcome} " in one for one in lines) for outcome in OUTCOMES]
            counts[chance.randrange(7)] += chance.choice([1, 7])
            changes["Counts"] = " ".join(f"{outcome}={number}" for outcome, number in zip(OUTCOMES, counts))
        else:
            lie = "other"
        if lie == "other":
            files, lied, changes = dict(after), lines, {}
            lie, files, changes = self.lie(files, list(lines))
            lied = changes.pop("lines", lines)
        self.expect(branch.ours(files, lied, **changes), "does_not_hold", f"a lie ({lie})")

    def tells(self, lines, to):
        """Whether the ledger has another object of the kind, whose directory gives the odd one away. Alone, no catalogue says which is right."""
        return any(f" {to.rpartition('/')[0]}/" in one and not one.rstrip().endswith(" " + to) for one in lines if " created " in one or " replaced " in one)


class Signed:
    """Commits that are signed by an allowed signer, by nobody, by a stranger, by a signer out of his time, or of other bytes."""

    def __init__(self, world, chance):
        self.world, self.expected = world, {}
        lines = []
        for name, times in (("ours", ""), ("old", ",valid-before=\"20200101000000Z\""), ("stranger", None)):
            world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(world.root, name))
            with open(os.path.join(world.root, name + ".pub"), encoding="ascii") as public:
                lines += [] if times is None else [f"{OURS[1]} namespaces=\"git\"{times} {public.read()}"]
        self.signers = os.path.join(world.root, "signers")
        with open(self.signers, "w", encoding="ascii") as allowed:
            allowed.writelines(lines)
        self.chance = chance

    def case(self, number):
        raw, to, data = f"fab/raw/{number}.yaml", f"fab/managed/vpcs/v{number}.yaml", document("VPC", f"v{number}")
        keep = {path: value for path, value in self.world.files.items() if path.startswith("fab/managed/")}
        self.world.commit({**keep, raw: data})
        base = self.world.head
        self.world.ours({**keep, to: data, "fab/raw/.gitkeep": b""}, [line(sha(data), "created", raw, 0, to)])
        how = self.chance.choice(["ours", "ours", "nobody", "stranger", "old", "other bytes"])
        if how != "nobody":
            self.sign("ours" if how == "other bytes" else how, base)
        if how == "other bytes":
            body = self.world.run("git", "-C", self.world.path, "cat-file", "commit", "main").stdout.replace(b"Hedgerow-Version: 0.1.0", b"Hedgerow-Version: 0.1.1")
            self.point(self.world.git("hash-object", "-t", "commit", "-w", "--stdin", data=body))
        self.expected[self.world.head] = ("holds" if how == "ours" else "does_not_hold", f"signed by {how}")

    def sign(self, key, base):
        who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in zip(("NAME", "EMAIL"), OURS)}
        message = self.world.run("git", "-C", self.world.path, "log", "-1", "--format=%B", "main").stdout
        key = os.path.join(self.world.root, key)
        self.point(self.world.git("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", "commit-tree", "-S", "-p", base, "main^{tree}", data=message, **who))

    def point(self, commit):
        self.world.git("update-ref", "refs/heads/main", commit)
        self.world.head = commit


def answers(command, world, *more):
    """Commit to (verdict, why), of one verifier's whole answer, and how long it took."""
    begun = time.monotonic()
    done = world.run(*command, "--repo", world.path, "--branch", "main", "--path", "fab", "-o", "json", *more, check=False)
    took, answer = time.monotonic() - begun, json.loads(done.stdout)
    if "commits" not in answer:
        raise SystemExit(f"{command}: {answer}")
    return {one["commit"]: (one.get("verdict") or one["standing"], one.get("reasons") or one.get("notes") or []) for one in answer["commits"]}, took


def compare(expected, world, program, *more):
    """How often a verifier was wrong, or the two disagreed; each time is told."""
    found = {"hedgerow_verify.py": answers((sys.executable, VERIFIER), world, *more)}
    if program:
        found["hedgerow verify"] = answers((program, "verify"), world, *more)
    wrong, lies = 0, sum(verdict != "holds" for verdict, _ in expected.values())
    for name, (verdicts, took) in found.items():
        tally = collections.Counter({"lies found": 0, "lies passed": 0, "honest refused": 0, "otherwise wrong": 0})
        for commit, (right, what) in expected.items():
            verdict, why = verdicts.get(commit, ("passed over", []))
            kind = ("lies found" if right != "holds" else "honest held") if verdict == right else \
                "lies passed" if verdict == "holds" else "honest refused" if right == "holds" else "otherwise wrong"
            tally[kind] += 1
            if verdict != right:
                wrong += 1
                print(f"{name}: {commit}: {what}: {verdict}, not {right}: {why[:3]}")
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(tally.items()))
        print(f"{name}: {len(expected)} commits in our name, {lies} of them lies: {told}; {took:.1f} s")
    all_verdicts = [{commit: verdict for commit, (verdict, _) in verdicts.items()} for verdicts, _ in found.values()]
    differ = [commit for commit in {key for one in all_verdicts for key in one} if len({one.get(commit) for one in all_verdicts}) > 1]
    for commit in differ:
        print(f"they disagree on {commit}: {[one.get(commit) for one in all_verdicts]}")
    kinds = collections.Counter(what for _, what in expected.values())
    print("; ".join(f"{number} {what}" for what, number in sorted(kinds.items())))
    return wrong + len(differ)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=1000, help="each is an honest commit and a lie, some a copy or an undo too; one of 20 more is about a signature")
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--hedgerow", metavar="PROGRAM", help="ask this one too")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.cases} cases")
    chance, wrong = random.Random(options.seed), 0
    program = options.hedgerow and os.path.abspath(options.hedgerow)
    with contextlib.closing(World()) as world:
        branch = Branch(world)
        planted = Planted(branch, chance)
        for _ in range(options.cases):
            planted.case()
        branch.close()
        wrong += compare(planted.expected, world, program)
    with contextlib.closing(World()) as world:
        signed = Signed(world, chance)
        for number in range(options.cases // 20 + 6):
            signed.case(number)
        wrong += compare(signed.expected, world, program, "--allowed-signers", signed.signers)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
