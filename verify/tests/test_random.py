"""Files and histories made at random, with the right answer known from how they were made. The seed is printed;
HEDGEROW_VERIFY_SEED repeats one, HEDGEROW_VERIFY_ROUNDS asks for more."""

import os
import random
import sys
import unittest

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.path.dirname(os.path.abspath(__file__)))]

import hedgerow_verify as verifier  # noqa: E402
from world import PLURALS, World, config_map, document, line, place, sha  # noqa: E402

SEED = int(os.environ.get("HEDGEROW_VERIFY_SEED", "20261123"))
ROUNDS = int(os.environ.get("HEDGEROW_VERIFY_ROUNDS", "25"))

# What may stand between two documents, cut as the page says: (the rest of the one above, what of the one below comes before the
# separator, the separator, what of the one below comes after it). A separator that is kept is part of the one below.
SEAMS = [
    (b"", b"", b"---\n", b""),
    (b"\n\n", b"", b"--- \t\n", b"\n"),
    (b"\n", b"# goes down\n# whole\n", b"---\n", b""),
    (b"# stays\n", b"#\n# Banner\n#\n", b"---\n", b""),
    (b"# stays\n", b"", b"---\n", b"# of the one below\n"),
    (b"# stays\n\n", b"", b"---\n", b""),
    (b"  # indented stays\n", b"#  \n# Banner\n", b"---\n", b""),
    (b"##\n# no banner\n", b"", b"---\n", b""),
    (b"...\n", b"# after the end\n\n", b"---\n", b""),
    (b"... # end\n", b"", b"", b"# no separator at all\n"),
    (b"...\n", b"# before\n%YAML 1.1\n", b"", b"---\n"),
    (b"", b"", b"", b"--- # noted\n"),
    (b"\n", b"# down\n", b"", b"---\t# noted\n"),
    (b"", b"", b"---\n", b"# an empty document's\n"),
    (b"# stays\n", b"", b"---\n---\n---\n", b""),
]


def random_file(chance, bodies):
    """A file of these documents, and each one's piece."""
    above = chance.choice([b"", b"", b"# first\n", b"\n", b"--- # first\n"])
    data, pieces = above, [above]
    for number, body in enumerate(bodies):
        data += body
        pieces[-1] += body
        if number + 1 < len(bodies):
            rest, before, separator, after = chance.choice(SEAMS)
            data += rest + before + separator + after
            pieces[-1] += rest
            pieces.append(before + after)
    tail = chance.choice([b"", b"# last\n", b"\n\n"])
    data, pieces[-1] = data + tail, pieces[-1] + tail
    if chance.random() < 0.2:
        data, pieces = data[:-1], pieces[:-1] + [pieces[-1][:-1]]
    if chance.random() < 0.2:
        data, pieces = data.replace(b"\n", b"\r\n"), [piece.replace(b"\n", b"\r\n") for piece in pieces]
    if chance.random() < 0.2:
        data, pieces = b"\xef\xbb\xbf" + data, [b"\xef\xbb\xbf" + pieces[0]] + pieces[1:]
    return data, pieces


def text(piece):
    """A piece's text, for pieces that have no separator but a directive's."""
    lines = piece.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    lines = [one for one in lines if one.rstrip(b"\r \t") != b"---"]
    while lines and not lines[0].strip():
        lines.pop(0)
    ended = lines and not lines[-1].strip()
    while lines and not lines[-1].strip():
        lines.pop()
    return b"\n".join(lines) + (b"\n" if ended else b"")


class Random(unittest.TestCase):
    def setUp(self):
        print(f"seed {SEED}, rounds {ROUNDS}", file=sys.stderr)
        self.chance = random.Random(SEED)

    def bodies(self, count):
        return [document(self.chance.choice(list(PLURALS)), f"n{self.chance.randrange(10**9)}", self.chance.choice([None, None, "lab"])) for _ in range(count)]

    def test_files_are_cut_where_they_were_joined(self):
        for _ in range(ROUNDS * 100):
            data, expected = random_file(self.chance, self.bodies(self.chance.randrange(2, 6)))
            self.assertEqual(verifier.pieces(data), expected, data)
            for piece in expected:
                self.assertEqual([verifier.text_of(again) for again in verifier.pieces(piece)], [text(piece)], data)

    def test_any_bytes_keep_all_their_lines(self):
        scraps = [b"---\n", b"--- # x\n", b"--- a\n", b"...\n", b"# c\n", b"#\n", b"  # i\n", b"\n", b" \r\n", b"a: 1\n", b"  b\n", b"%T\n", b"---\r\n", b"\xef\xbb\xbf", b"x"]
        for _ in range(ROUNDS * 200):
            data = b"".join(self.chance.choices(scraps, k=self.chance.randrange(12)))
            cut = verifier.pieces(data)
            if cut:
                bare = [one for one in b"".join(cut).split(b"\n") if one.strip(b"\xef\xbb\xbf \t\r") != b"---"]
                self.assertEqual(bare, [one for one in data.split(b"\n") if one.strip(b"\xef\xbb\xbf \t\r") != b"---"], data)
            else:
                self.assertNotIn(b"a: 1", data)

    def history(self, world):
        """A state of people's, and what an honest commit of ours makes of it: files and ledger."""
        before, after, lines, chance = {"other/file": b"x\n"}, {"other/file": b"x\n"}, [], self.chance
        places, used = {}, set()
        for number in sorted(chance.sample(range(100), chance.randrange(1, 5))):
            raw = f"fab/raw/{number:02}.yaml"
            below = f"fab/unmanaged/{number:02}.yaml"
            fate = chance.choice(["taken", "taken", "taken", "held", "foreign", "again", "empty", "findings", "rest", "rest away", "double"])
            if fate == "again":  # its bytes are in unmanaged/ already
                before[raw] = before[below] = after[below] = config_map(f"c{number}")
                lines.append(line(sha(before[raw]), "duplicate", raw, "-", below))
            elif fate == "findings":
                before[raw] = after[below] = b"bad: %d\n" % number
                after[below + ".findings.txt"] = b"HR1001\n"
                lines.append(line(sha(before[raw]), "held", raw, "-", below))
            elif fate in ("rest", "rest away"):  # a split: what is not taken stays, or goes to unmanaged/
                good, rest = document("VPC", f"r{number}"), b"bad: %d\n" % number
                order = chance.choice([(good, rest), (rest, good)])
                before[raw], after[raw if fate == "rest" else below] = b"---\n".join(order), rest
                after[place("VPC", f"r{number}")] = good
                lines.append(line(sha(good), "created", raw, order.index(good), place("VPC", f"r{number}")))
                lines.append(line(sha(rest), "held", raw, "-", raw) if fate == "rest" else line(sha(rest), "foreign", raw, "-", below))
            elif fate == "double":  # the same text twice, here and in a later file
                good, later = document("Server", f"d{number}"), f"fab/raw/{number:02}.z.yml"
                before[raw], before[later] = b"---\n".join([good, b"\n" + good]), b"\n" + good + b"\n"
                after[place("Server", f"d{number}")] = good
                lines.append(line(sha(good), "created", raw, 0, place("Server", f"d{number}")))
                lines.append(line(sha(good), "duplicate", raw, 1, place("Server", f"d{number}")))
                lines.append(line(sha(good), "duplicate", later, 0, place("Server", f"d{number}")))
            elif fate == "foreign":
                data = config_map(f"c{number}")
                before[raw], after[f"fab/unmanaged/{number:02}.yaml"] = data, data
                lines.append(line(sha(data), "foreign", raw, "-", f"fab/unmanaged/{number:02}.yaml"))
            elif fate == "empty":
                before[raw] = after[raw] = chance.choice([b"", b"# nothing\n", b"---\n---\n"])
            elif fate == "held":
                before[raw] = after[raw] = b"held: %d\n" % number
                lines.append(line(sha(before[raw]), "held", raw, "-", raw))
            else:
                known = [(chance.choice(list(PLURALS)), f"o{chance.randrange(40)}", chance.choice([None, "lab"])) for _ in range(chance.randrange(1, 5))]
                known = [one for one in dict.fromkeys(known) if one not in used]
                used.update(known)
                if not known:
                    continue
                documents = [document(*one) for one in known]
                before[raw], pieces = random_file(chance, documents) if len(known) > 1 else (documents[0], documents)
                for index, (one, piece) in enumerate(zip(known, pieces)):
                    places[place(*one)] = (raw, index, piece)
        for to, (raw, index, piece) in places.items():
            stood = self.chance.choice([None, None, piece, document("VPC", "z", spec=f"y: {index}")])
            outcome, was = ("created", "-") if stood is None else ("unchanged", "-") if stood == piece else ("replaced", sha(text(stood)))
            if stood is not None:
                before[to] = stood
            after[to] = piece
            lines.append(line(sha(text(piece)), outcome, raw, index, to, was))
        world.commit(before, parents=[])
        return after, lines

    def test_honest_histories_hold_and_lies_about_them_do_not(self):
        world = World()
        self.addCleanup(world.close)
        for number in range(ROUNDS):
            after, lines = self.history(world)
            base, before = world.head, world.files
            world.ours(after, lines)
            status, said = world.verify()
            self.assertEqual(status, 0, f"{number}: {before}\n{after}\n{said}")
            lie, lied, changes = self.lie(dict(after), list(lines))
            world.head = base
            world.ours(lied, changes.pop("lines", lines), **changes)
            status, said = world.verify()
            self.assertEqual(status, 1, f"{number}: {lie}: {before}\n{lied}\n{said}")

    def lie(self, after, lines):
        """One thing that is not so: its name, the tree, and what else is changed."""
        path = self.chance.choice([one for one in after if not one.endswith(".findings.txt")])  # whose words are nobody's claim
        lie = self.chance.choice(["byte", "drop", "invent", "mode", "swap", "digest", "count", "entry", "trailer", "link", "append"])
        if lie == "byte":
            data = after[path]
            at = self.chance.randrange(len(data) + 1)
            after[path] = data[:at] + b"q" + data[at:]
        elif lie == "drop":
            del after[path]
        elif lie == "invent":
            after[self.chance.choice(["fab/managed/vpcs/new.yaml", "fab/unmanaged/new.yaml", "fab/raw/new.yaml", "new"])] = document("VPC", "new")
        elif lie == "mode":
            after[path] = ("100755", after[path])
        elif lie == "swap" and len(set(after.values()) - {b"HR1001\n"}) > 1:
            other = self.chance.choice([one for one in after if after[one] not in (after[path], b"HR1001\n")] or [path])
            after[path], after[other] = after[other], after[path]
        elif lie == "entry" and lines:
            return lie, after, {"lines": lines[:-1]}
        elif lie == "link":
            after[path] = ("120000", after[path] or b"x")
        elif lie == "append":
            after[path] += self.chance.choice([b"\n", b"---\n", b"# c\n", b"---\na: 1\n", b" "])
        elif lie == "trailer":
            name = self.chance.choice(["Parent", "Run", "Ledger", "Counts", "Policy", "Version"])
            return lie, after, {name: self.chance.choice([None, "", "sha256:" + "0" * 64 if name == "Ledger" else "-\nHedgerow-Other: x"])}
        elif lie == "count":
            return lie, after, {"Counts": "created=1000"}
        else:
            return "digest", after, {"Ledger": "sha256:" + sha(b"lie")}
        return lie, after, {}


if __name__ == "__main__":
    unittest.main()
