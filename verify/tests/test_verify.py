"""What the second verifier says of honest commits, of lies, of copies, and of what it cannot tell."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from world import ALICE, FORGE, KEEP, OURS, World, config_map, document, line, place, sha  # noqa: E402


class Case(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)

    def says(self, status, *words, arguments=(), **options):
        code, said = self.world.verify(*arguments, **options)
        self.assertEqual(code, status, said)
        for word in words:
            self.assertIn(word, said)
        return said


class Outcomes(Case):
    """Each outcome of the page, done honestly."""

    def check(self, before, after, lines, *words, status=0, **changes):
        """Alice pushes `before`, we make `after` of it with the ledger `lines`."""
        self.world.commit({"README": b"hello\n", **before})
        self.world.ours({"README": b"hello\n", **after}, lines, **changes)
        return self.says(status, *words)

    def test_a_whole_file_moves(self):
        text = document("VPC", "a")
        self.check({"fab/raw/a.yaml": text}, {place("VPC", "a"): text, "fab/raw/.gitkeep": KEEP},
                   [line(sha(text), "created", "fab/raw/a.yaml", 0, place("VPC", "a"))], "holds", "created=1", "inbox: empty")

    def test_a_file_of_three_is_cut_into_pieces(self):
        one, two, three = document("VPC", "a"), document("Server", "b", "lab"), document("Switch", "c")
        raw = b"# the first\n" + one + b"\n# the second\n---\n" + two + b"#\n# Switches\n#\n---\n" + three
        pieces = [b"# the first\n" + one + b"\n", b"# the second\n" + two, b"#\n# Switches\n#\n" + three]
        texts = [pieces[0].rstrip(b"\n") + b"\n", pieces[1], pieces[2]]
        places = [place("VPC", "a"), place("Server", "b", "lab"), place("Switch", "c")]
        self.check({"fab/raw/all.yml": raw}, dict(zip(places, pieces)),
                   [line(sha(text), "created", "fab/raw/all.yml", i, to) for i, (text, to) in enumerate(zip(texts, places))], "created=3")

    def test_replaced_unchanged_and_duplicate(self):
        old, new, same, twice = document("VPC", "a"), document("VPC", "a", spec="x: 2"), document("Server", "s"), document("Switch", "t")
        before = {place("VPC", "a"): old, place("Server", "s"): same, "fab/raw/1.yaml": new + b"---\n" + same,
                  "fab/raw/2.yaml": twice, "fab/raw/deep/er/3.YAML": twice}
        after = {place("VPC", "a"): new, place("Server", "s"): same, place("Switch", "t"): twice}
        self.check(before, after, [
            line(sha(new), "replaced", "fab/raw/1.yaml", 0, place("VPC", "a"), sha(old)),
            line(sha(same), "unchanged", "fab/raw/1.yaml", 1, place("Server", "s")),
            line(sha(twice), "created", "fab/raw/2.yaml", 0, place("Switch", "t")),
            line(sha(twice), "duplicate", "fab/raw/deep/er/3.YAML", 0, place("Switch", "t"))],
            "created=1 replaced=1 unchanged=1 duplicate=1")

    def test_foreign_files_go_to_unmanaged_and_the_same_bytes_there_are_a_duplicate(self):
        one, two = config_map("one"), config_map("two")
        before = {"fab/raw/x/1.yaml": one, "fab/raw/2.yaml": two, "fab/unmanaged/2.yaml": two}
        after = {"fab/unmanaged/x/1.yaml": one, "fab/unmanaged/2.yaml": two}
        self.check(before, after, [line(sha(one), "foreign", "fab/raw/x/1.yaml", "-", "fab/unmanaged/x/1.yaml"),
                                   line(sha(two), "duplicate", "fab/raw/2.yaml", "-", "fab/unmanaged/2.yaml")], "duplicate=1 foreign=1")

    def test_held_files_stay_and_files_without_a_document_have_no_line(self):
        good, broken = document("VPC", "a"), b"a: [\n"
        stay = {"fab/raw/bad.yaml": broken, "fab/raw/none.yaml": b"# only a comment\n---\n", "fab/raw/empty.yml": b"", "fab/raw/note.txt": b"x"}
        self.check({"fab/raw/a.yaml": good, **stay}, {place("VPC", "a"): good, **stay},
                   [line(sha(good), "created", "fab/raw/a.yaml", 0, place("VPC", "a")),
                    line(sha(broken), "held", "fab/raw/bad.yaml", "-", "fab/raw/bad.yaml")],
                   "created=1 held=1", "inbox: 3 waiting", "fab/raw/bad.yaml  since 2026-09-21T14:14:20Z")

    def test_links_and_submodules_in_the_inbox_are_held_by_the_hash_of_what_git_stores(self):
        good, module = document("VPC", "a"), b"1" * 40
        stay = {"fab/raw/link.yaml": ("120000", b"/etc/passwd"), "fab/raw/module.yaml": ("160000", module)}
        self.check({"fab/raw/a.yaml": good, **stay}, {place("VPC", "a"): good, **stay},
                   [line(sha(good), "created", "fab/raw/a.yaml", 0, place("VPC", "a")),
                    line(sha(b"/etc/passwd"), "held", "fab/raw/link.yaml", "-", "fab/raw/link.yaml"),
                    line(sha(module), "held", "fab/raw/module.yaml", "-", "fab/raw/module.yaml")], "held=2")

    def test_invalid_files_may_go_to_unmanaged_with_their_findings(self):
        bad = b"kind: VPC\n"
        self.check({"fab/raw/b/bad.yaml": bad}, {"fab/unmanaged/b/bad.yaml": bad, "fab/unmanaged/b/bad.yaml.findings.txt": b"HR1001 no apiVersion\n"},
                   [line(sha(bad), "held", "fab/raw/b/bad.yaml", "-", "fab/unmanaged/b/bad.yaml")], "held=1")

    def test_a_split_takes_the_good_and_leaves_the_rest(self):
        good, bad, other = document("VPC", "a"), document("VCP", "b"), document("Server", "s")
        rest = b"# about b\n" + bad
        before = {"fab/raw/m.yaml": good + b"\n# about b\n---\n" + bad + b"---\n" + other}
        self.check(before, {"fab/raw/m.yaml": rest, place("VPC", "a"): good + b"\n", place("Server", "s"): other},
                   [line(sha(good), "created", "fab/raw/m.yaml", 0, place("VPC", "a")), line(sha(other), "created", "fab/raw/m.yaml", 2, place("Server", "s")),
                    line(sha(rest), "held", "fab/raw/m.yaml", "-", "fab/raw/m.yaml")], "created=2 held=1")

    def test_a_remainder_of_foreign_documents_goes_to_unmanaged(self):
        good, other = document("VPC", "a"), config_map("c")
        self.check({"fab/raw/m.yaml": other + b"---\n" + good}, {"fab/unmanaged/m.yaml": other, place("VPC", "a"): good},
                   [line(sha(good), "created", "fab/raw/m.yaml", 1, place("VPC", "a")), line(sha(other), "foreign", "fab/raw/m.yaml", "-", "fab/unmanaged/m.yaml")],
                   "created=1 foreign=1")

    def test_a_remainder_may_go_to_unmanaged_with_its_findings(self):
        good, bad = document("VPC", "a"), b"kind: VPC\n"
        self.check({"fab/raw/m.yaml": bad + b"---\n" + good}, {"fab/unmanaged/m.yaml": bad, "fab/unmanaged/m.yaml.findings.txt": b"HR1001\n", place("VPC", "a"): good},
                   [line(sha(good), "created", "fab/raw/m.yaml", 1, place("VPC", "a")), line(sha(bad), "held", "fab/raw/m.yaml", "-", "fab/unmanaged/m.yaml")],
                   "created=1 held=1")

    def test_adopted_strays_count_and_others_do_not(self):
        good, other = document("VPC", "a"), config_map("c")
        before = {"fab/stray.yaml": good, "fab/values.yaml": other, "fab/noted.yaml": b"# apiVersion: vpc.githedgehog.com/v1beta1\n"}
        self.check(before, {place("VPC", "a"): good, "fab/values.yaml": other, "fab/noted.yaml": before["fab/noted.yaml"], "fab/raw/.gitkeep": KEEP},
                   [line(sha(good), "created", "fab/stray.yaml", 0, place("VPC", "a"))], "created=1", Adopt="true")

    def test_a_stray_that_moves_without_adopt_does_not_hold(self):
        good = document("VPC", "a")
        self.check({"fab/stray.yaml": good}, {place("VPC", "a"): good}, [], "fab/stray.yaml: gone", status=1)

    def test_init_makes_the_structure_with_an_empty_ledger(self):
        keeps = {f"fab/{zone}/.gitkeep": KEEP for zone in ("raw", "managed", "unmanaged")}
        self.check({}, keeps, [], "holds", Operation="init")

    def test_init_may_be_the_first_commit(self):
        keeps = {f"fab/{zone}/.gitkeep": KEEP for zone in ("raw", "managed", "unmanaged")}
        self.world.ours(keeps, [], Operation="init", Parent="0" * 40)
        self.says(0, "holds")
        self.world.ours(keeps, [], parents=[], Operation="init", Parent="0" * 64)
        self.says(1, "has 0 parents")
        self.world.ours({**keeps, "fab/managed/vpcs/a.yaml": document("VPC", "a")}, [], parents=[], Operation="init", Parent="0" * 40)
        self.says(1, "fab/managed/vpcs/a.yaml: appeared")

    def test_init_beside_a_waiting_file_derives_nothing(self):
        waits = {"fab/raw/a.yaml": document("VPC", "a")}
        self.check(waits, {**waits, "fab/managed/.gitkeep": KEEP}, [], "holds", Operation="init")

    def test_init_that_takes_a_file_does_not_hold(self):
        text = document("VPC", "a")
        self.check({"fab/raw/a.yaml": text}, {place("VPC", "a"): text}, [], "fab/raw/a.yaml: gone", status=1, Operation="init")

    def test_a_file_in_unmanaged_from_before_that_is_managed_now_left_document_by_document(self):
        text, to = document("VPC", "a"), place("VPC", "a")
        before = {"fab/raw/a.yaml": text, "fab/unmanaged/a.yaml": text}
        self.check(before, {to: text, "fab/unmanaged/a.yaml": text}, [line(sha(text), "created", "fab/raw/a.yaml", 0, to)])

    def test_keeps_elsewhere_need_init(self):
        self.check({}, {"fab/managed/.gitkeep": KEEP}, [], "fab/managed/.gitkeep: appeared", status=1)

    def test_undo_brings_back_what_a_commit_replaced(self):
        old, new, fresh = document("VPC", "a"), document("VPC", "a", spec="x: 2"), document("Server", "s")
        lines = [line(sha(new), "replaced", "fab/raw/1.yaml", 0, place("VPC", "a"), sha(old)), line(sha(fresh), "created", "fab/raw/1.yaml", 1, place("Server", "s"))]
        self.check({place("VPC", "a"): old, "fab/raw/1.yaml": new + b"---\n" + fresh}, {place("VPC", "a"): new, place("Server", "s"): fresh}, lines)
        undone = self.world.head
        self.world.ours({"README": b"hello\n", place("VPC", "a"): old, "fab/raw/.gitkeep": KEEP},
                        [line(sha(old), "undone", place("VPC", "a"), "-", place("VPC", "a"), sha(new)),
                         line("-", "undone", place("Server", "s"), "-", place("Server", "s"), sha(fresh))], Operation="undo", Undo=undone)
        self.says(0, "undone=2")

    def test_undo_of_something_else_does_not_hold(self):
        old, new = document("VPC", "a"), document("VPC", "a", spec="x: 2")
        to = place("VPC", "a")
        self.check({to: old, "fab/raw/1.yaml": new}, {to: new}, [line(sha(new), "replaced", "fab/raw/1.yaml", 0, to, sha(old))])
        other, undone = document("VPC", "a", spec="x: 3"), self.world.head
        self.world.ours({"README": b"hello\n", to: other, "fab/raw/.gitkeep": KEEP},
                        [line(sha(other), "undone", to, "-", to, sha(new))], Operation="undo", Undo=undone)
        self.says(1, "is not undone as")

    def test_odd_bytes_move_as_they_are(self):
        for number, text in enumerate((document("VPC", "a").replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + document("VPC", "a"),
                                       document("VPC", "a").rstrip(b"\n"), b"%YAML 1.1\n---\n" + document("VPC", "a"),
                                       b"--- # noted\n" + document("VPC", "a") + b"...\n", b"# above\n\n" + document("VPC", "a") + b"# below\n\n")):
            with self.subTest(number):
                self.world = World()
                self.addCleanup(self.world.close)
                bare = text[3:] if text.startswith(b"\xef") else text.replace(b"---\n", b"")
                bare = bare.rstrip(b"\n") + (b"\n" if bare.endswith(b"\n") else b"")
                self.check({"fab/raw/a.yaml": text}, {place("VPC", "a"): text}, [line(sha(bare), "created", "fab/raw/a.yaml", 0, place("VPC", "a"))])

    def test_paths_of_any_bytes(self):
        text, raw = document("VPC", "a"), os.fsdecode("fab 1/raw/a b#%é\x07".encode() + b"\xff.yaml")
        to = place("VPC", "a", directory="fab 1")
        self.world.commit({raw: text, "fab 1/raw/\x1b[31m.yaml": b"a: [\n"})
        self.world.ours({to: text, "fab 1/raw/\x1b[31m.yaml": b"a: [\n"},
                        [line(sha(text), "created", raw, 0, to), line(sha(b"a: [\n"), "held", "fab 1/raw/\x1b[31m.yaml", "-", "fab 1/raw/\x1b[31m.yaml")], directory="fab 1")
        said = self.says(0, "fab%201/raw/%1B%5B31m.yaml", directory="fab 1")
        self.assertNotIn("\x1b", said)

    def test_a_file_above_the_limit_is_held_by_its_hash(self):
        good, large = document("VPC", "a"), b"# large\n" * (3 << 20)
        self.check({"fab/raw/a.yaml": good, "fab/raw/large.yaml": large}, {place("VPC", "a"): good, "fab/raw/large.yaml": large},
                   [line(sha(good), "created", "fab/raw/a.yaml", 0, place("VPC", "a")), line(sha(large), "held", "fab/raw/large.yaml", "-", "fab/raw/large.yaml")])

    def test_a_file_above_the_limit_goes_to_unmanaged_by_its_hash(self):
        large, to = b"# large\n" * (3 << 20), "fab/unmanaged/large.yaml"
        self.check({"fab/raw/large.yaml": large}, {to: large, to + ".findings.txt": b"HR1002\n"}, [line(sha(large), "held", "fab/raw/large.yaml", "-", to)])

    def test_a_repository_of_sha256_names(self):
        self.world = World("sha256")
        self.addCleanup(self.world.close)
        self.test_a_file_of_three_is_cut_into_pieces()


class Lies(Case):
    """One honest commit, and one thing about it changed: exit 1, and it says where."""

    def setUp(self):
        super().setUp()
        self.a, self.b, self.c, self.bad = document("VPC", "a"), document("Server", "b"), document("VPC", "c"), b"a: [\n"
        self.before = {"README": b"hello\n", "fab/.hedgerow/policy.toml": b"mixed = \"hold\"\n", place("VPC", "old"): document("VPC", "old"),
                       "fab/raw/m.yaml": b"# about a\n" + self.a + b"\n# about b\n---\n" + self.b, "fab/raw/c.yaml": self.c, "fab/raw/bad.yaml": self.bad,
                       "fab/unmanaged/x.yaml": config_map("x")}
        self.after = {path: data for path, data in self.before.items() if path not in ("fab/raw/m.yaml", "fab/raw/c.yaml")}
        self.after.update({place("VPC", "a"): b"# about a\n" + self.a + b"\n", place("Server", "b"): b"# about b\n" + self.b, place("VPC", "c"): self.c})
        self.lines = [line(sha(b"# about a\n" + self.a), "created", "fab/raw/m.yaml", 0, place("VPC", "a")),
                      line(sha(b"# about b\n" + self.b), "created", "fab/raw/m.yaml", 1, place("Server", "b")),
                      line(sha(self.c), "created", "fab/raw/c.yaml", 0, place("VPC", "c")),
                      line(sha(self.bad), "held", "fab/raw/bad.yaml", "-", "fab/raw/bad.yaml")]
        self.world.commit(self.before)

    def lie(self, *words, lines=None, status=1, **changes):
        self.world.ours(self.after, self.lines if lines is None else lines, **changes)
        return self.says(status, *words)

    def test_the_honest_commit_holds(self):
        self.lie("created=3 held=1", status=0)

    def test_a_changed_byte(self):
        self.after[place("VPC", "a")] = self.after[place("VPC", "a")].replace(b"x: 1", b"x: 2")
        self.lie("fab/raw/m.yaml#0: lost", "fab/managed/vpcs/a.yaml: appeared")

    def test_a_blank_line_lost(self):
        self.after[place("VPC", "a")] = self.after[place("VPC", "a")].rstrip(b"\n") + b"\n"
        self.lie("fab/managed/vpcs/a.yaml: differs from the lines of fab/raw/m.yaml#0")

    def test_a_comment_lost(self):
        self.after[place("Server", "b")] = self.b
        self.lie("fab/raw/m.yaml#1: lost")

    def test_a_comment_at_the_wrong_document(self):
        self.after[place("VPC", "a")] += b"# about b\n"
        self.after[place("Server", "b")] = self.b
        self.lie("fab/raw/m.yaml#0: lost", "fab/raw/m.yaml#1: lost")

    def test_a_document_dropped(self):
        del self.after[place("VPC", "c")]
        self.lie("fab/raw/c.yaml#0: lost")

    def test_a_document_dropped_from_ledger_and_tree(self):
        del self.after[place("VPC", "c")]
        self.lie("fab/raw/c.yaml#0: lost", lines=[one for one in self.lines if "c.yaml" not in one])

    def test_a_document_invented(self):
        self.after[place("VPC", "new")] = document("VPC", "new")
        self.lie("fab/managed/vpcs/new.yaml: appeared")

    def test_a_managed_file_deleted(self):
        del self.after[place("VPC", "old")]
        self.lie("fab/managed/vpcs/old.yaml: gone")

    def test_a_managed_file_changed(self):
        self.after[place("VPC", "old")] += b"# more\n"
        self.lie("fab/managed/vpcs/old.yaml: changed")

    def test_two_destinations_swapped(self):
        one, two = place("VPC", "a"), place("VPC", "c")
        self.after[one], self.after[two] = self.after[two], self.after[one]
        swapped = [text.replace(one, "?").replace(two, one).replace("?", two) if " created " in text else text for text in self.lines]
        self.lie("fab/managed/vpcs/a.yaml: is not the place of VPC default/c", lines=swapped)

    def test_a_kind_in_the_directory_of_another(self):
        odd = "fab/managed/servers/c.yaml"
        self.after[odd] = self.after.pop(place("VPC", "c"))
        self.lie("is in a directory of another kind", lines=[text.replace(place("VPC", "c"), odd) for text in self.lines])

    def test_no_canonical_path(self):
        for odd in ("fab/managed/vpcs/c.yml", "fab/managed/c.yaml", "fab/managed/vpcs/default/c.yaml", "fab/managed/vpcs/x/y/c.yaml"):
            with self.subTest(odd):
                self.setUp()
                self.after[odd] = self.after.pop(place("VPC", "c"))
                self.lie(f"{odd}: is not the place of VPC default/c", lines=[text.replace(place("VPC", "c"), odd) for text in self.lines])

    def test_an_executable_managed_file(self):
        self.after[place("VPC", "c")] = ("100755", self.c)
        self.lie("fab/managed/vpcs/c.yaml: has mode 100755")

    def test_a_foreign_file_that_became_executable(self):
        self.before["fab/raw/y.yaml"] = config_map("y")
        self.world.commit(self.before)
        self.after["fab/unmanaged/y.yaml"] = ("100755", config_map("y"))
        self.lie("fab/unmanaged/y.yaml: has mode 100755", lines=[*self.lines, line(sha(config_map("y")), "foreign", "fab/raw/y.yaml", "-", "fab/unmanaged/y.yaml")])

    def test_a_managed_link(self):
        self.after[place("VPC", "c")] = ("120000", self.c)
        self.lie("fab/raw/c.yaml#0: lost")

    def test_a_file_elsewhere_touched(self):
        self.after["README"] = b"hello!\n"
        self.lie("README: changed, and is outside the directory")

    def test_a_directory_of_a_like_name_touched(self):
        self.after["fab2/managed/vpcs/a.yaml"] = self.a
        self.lie("fab2/managed/vpcs/a.yaml: changed, and is outside the directory")

    def test_the_mode_of_a_file_elsewhere(self):
        self.after["README"] = ("100755", b"hello\n")
        self.lie("README: changed")

    def test_policy_touched(self):
        self.after["fab/.hedgerow/policy.toml"] = b""
        self.lie("fab/.hedgerow/policy.toml: changed")

    def test_unmanaged_touched(self):
        del self.after["fab/unmanaged/x.yaml"]
        self.lie("fab/unmanaged/x.yaml: gone")

    def test_a_held_file_changed_or_gone(self):
        self.after["fab/raw/bad.yaml"] = b"a: [1\n"
        self.lie("fab/raw/bad.yaml: is in the inbox still, but not as the rest")
        self.setUp()
        del self.after["fab/raw/bad.yaml"]
        self.lie("fab/raw/bad.yaml#0: lost")
        self.setUp()
        self.after["fab/raw/bad.yaml"] = ("100755", self.bad)
        self.lie("fab/raw/bad.yaml: is in the inbox still")
        self.setUp()
        self.after["fab/raw/bad.yaml"] = ("120000", self.bad)
        self.lie("fab/raw/bad.yaml: is in the inbox still")

    def test_a_link_in_the_inbox_gone_or_turned(self):
        for after in ({}, {"fab/raw/link.yaml": b"x"}, {"fab/raw/link.yaml": self.a}, {"fab/unmanaged/link.yaml": ("120000", b"x")}):
            with self.subTest(after):
                self.setUp()
                self.world.commit({**self.before, "fab/raw/link.yaml": ("120000", b"x")})
                self.after.update(after)
                self.lie("fab/raw/link.yaml: is in the inbox still, but" if "fab/raw/link.yaml" in after else "fab/raw/link.yaml: left the inbox, and")

    def test_an_inbox_file_invented(self):
        self.after["fab/raw/new.yaml"] = self.a
        self.lie("fab/raw/new.yaml: appeared")

    def test_a_keep_with_bytes_in_it(self):
        self.after["fab/raw/.gitkeep"] = b"x"
        self.lie("fab/raw/.gitkeep: appeared")

    def test_a_keep_that_is_executable(self):
        self.after["fab/raw/.gitkeep"] = ("100755", b"")
        self.lie("fab/raw/.gitkeep: has mode 100755")

    def test_findings_without_a_held_file(self):
        self.after["fab/unmanaged/x.yaml.findings.txt"] = b"x"
        self.lie("fab/unmanaged/x.yaml.findings.txt: appeared")

    def test_a_file_of_unmanaged_overwritten(self):
        self.world.files["fab/raw/x.yaml"] = config_map("other")
        self.world.commit(self.world.files)
        self.after["fab/unmanaged/x.yaml"] = config_map("other")
        self.after["fab/unmanaged/x.yaml.findings.txt"] = b"x"
        self.lie("fab/unmanaged/x.yaml: other bytes", lines=[*self.lines, line(sha(config_map("other")), "held", "fab/raw/x.yaml", "-", "fab/unmanaged/x.yaml")])

    def test_a_split_whose_rest_is_not_the_rest(self):
        for rest in (b"# about a\n" + self.a, b"", self.b, self.b + b"---\n" + self.bad):
            with self.subTest(rest):
                self.setUp()
                del self.after[place("VPC", "a")]
                self.after["fab/raw/m.yaml"] = rest
                self.lie("fab/raw/m.yaml")

    def test_a_split_that_loses_a_blank_line_of_the_rest(self):
        raw, rest = self.bad + b"\n\n", self.bad + b"\n"
        self.before["fab/raw/m.yaml"] = self.a + b"---\n" + raw
        self.world.commit(self.before)
        del self.after[place("Server", "b")]
        self.after.update({place("VPC", "a"): self.a, "fab/raw/m.yaml": rest})
        self.lie("what remains of it is not the lines", lines=[*self.lines[2:], line(sha(self.a), "created", "fab/raw/m.yaml", 0, place("VPC", "a")),
                                                            line(sha(rest), "held", "fab/raw/m.yaml", "-", "fab/raw/m.yaml")])

    def test_a_digest_changed(self):
        self.lie("Hedgerow-Ledger says sha256:0", Ledger="sha256:" + "0" * 64)

    def test_a_ledger_out_of_order(self):
        mixed = sorted(self.lines, reverse=True)
        self.lie("Hedgerow-Ledger says", Ledger="sha256:" + sha("".join(mixed).encode()))

    def test_a_wrong_count(self):
        self.lie("Hedgerow-Counts says created=4", Counts="created=4 replaced=0 unchanged=0 duplicate=0 foreign=0 held=1 undone=0")

    def test_a_wrong_index(self):
        self.lie("Hedgerow-Ledger says", lines=[text.replace("m.yaml#1", "m.yaml#2") for text in self.lines])

    def test_a_wrong_parent(self):
        self.lie("its parent is not " + "1" * 40, Parent="1" * 40)

    def test_doubled_and_missing_trailers(self):
        for changes in ({"Counts": None}, {"Ledger": None}, {"Parent": None}, {"Format": None}, {"Policy": None}, {"Version": None}):
            with self.subTest(changes):
                self.setUp()
                self.lie("is missing", **changes)
        for name in ("Run", "Ledger", "Directory", "Parent"):
            with self.subTest(name):
                self.setUp()
                message = self.world.trailers(self.lines)
                again = next(one for one in message.splitlines() if one.startswith(f"Hedgerow-{name}:"))
                self.world.commit(self.after, f"x\n\n{message}{again}\n", OURS)
                self.says(1, f"Hedgerow-{name} occurs twice")

    def test_trailers_that_the_format_does_not_have(self):
        for changes in ({"Other": "x"}, {"Adopt": "yes"}, {"Operation": "sync"}, {"Policy": "sha1:0"}, {"Parent": "main~1"}, {"Counts": "all"}):
            with self.subTest(changes):
                self.setUp()
                self.lie(f"Hedgerow-{next(iter(changes))} is unknown", **changes)

    def test_trailers_that_are_not_last(self):
        self.world.commit(self.after, f"x\n\n{self.world.trailers(self.lines)}\nthe end\n", OURS)
        self.says(1, "by our committer, without trailers")

    def test_what_is_no_white_space_at_the_end_is_the_last_paragraph(self):
        for end, code in (("\n \t\r\f\n", 0), ("\n\v\n", 1)):
            self.world.commit(self.before)
            self.world.commit(self.after, f"x\n\n{self.world.trailers(self.lines)}{end}", OURS)
            self.says(code, arguments=["--range", "HEAD~1.."])

    def test_our_committer_without_trailers(self):
        self.world.commit({**self.before, place("VPC", "a"): self.a}, "a change\n", OURS)
        self.says(1, "by our committer, without trailers")

    def test_the_committer_of_the_policy(self):
        bot = ("Bot", "bot@example.net")
        self.before["fab/.hedgerow/policy.toml"] = b"# x\n[committer]\nname = \"Bot\"\nemail = 'bot@example.net'  # the bot\n"
        self.world.commit(self.before)
        base = self.world.head
        self.world.commit({**self.before, place("VPC", "a"): self.a}, "a change\n", OURS)
        self.says(0, "person", arguments=["--allow-none", "--range", f"{base}..{self.world.head}"])
        self.world.commit({**self.before, place("VPC", "a"): self.a + b"\n"}, "a change\n", bot)
        self.says(1, "by our committer, without trailers")

    def test_a_policy_that_cannot_be_read_for_its_committer(self):
        for text in (b"committer.email = \"bot@example.net\"\n", b"committer = { email = 'bot@example.net' }\n", b"[committer]\nemail = \"a\\u0062\"\n"):
            with self.subTest(text):
                self.world.commit({**self.before, "fab/.hedgerow/policy.toml": text})
                self.world.commit({**self.before, "fab/.hedgerow/policy.toml": text, place("VPC", "a"): self.a}, "a change\n", OURS)
                self.says(2, "could not tell its [committer] email", arguments=["--commit", self.world.head], alone=True)

    def test_trailers_for_another_directory(self):
        self.world.commit(self.after, "x\n\n" + self.world.trailers(self.lines, directory="other"), OURS)
        self.says(1, "not for this directory")

    def test_a_merge_with_our_trailers(self):
        side = self.world.commit({**self.before, "side": b""}, parents=[self.world.head], branch="side")
        self.world.ours(self.after, self.lines, parents=[self.world.head, side])
        self.says(1, "has 2 parents")
        self.setUp()
        sides = [self.world.commit({**self.before, f"side{n}": b""}, parents=[self.world.head], branch=f"side{n}") for n in range(3)]
        self.world.ours(self.after, self.lines, parents=[self.world.head, *sides])
        self.says(1, "has 4 parents")

    def test_a_root_commit_with_our_trailers(self):
        self.world.ours(self.after, self.lines, parents=[])
        self.says(1, "has 0 parents")


class Copies(Case):
    def setUp(self):
        super().setUp()
        self.a, self.to = document("VPC", "a"), place("VPC", "a")
        self.base = self.world.commit({"fab/raw/a.yaml": self.a, "README": b""})
        self.lines = [line(sha(self.a), "created", "fab/raw/a.yaml", 0, self.to)]
        self.after = {self.to: self.a, "fab/raw/.gitkeep": KEEP, "README": b""}
        self.message = "fab: placed\n\n" + self.world.trailers(self.lines)

    def test_a_cherry_pick_onto_a_moved_base_holds_and_says_so(self):
        self.world.commit({**self.world.files, "README": b"moved"})
        self.world.commit({**self.after, "README": b"moved"}, self.message + "(cherry picked from commit 1)\n", OURS, FORGE)
        self.says(0, "copy", "digest and counts agree")

    def test_a_copy_beside_a_newer_inbox_file_holds_with_another_digest(self):
        new = {"fab/raw/new.yaml": b"a: [\n"}
        self.world.commit({**self.world.files, **new})
        self.world.commit({**self.after, **new}, self.message, OURS, FORGE)
        self.says(0, "copy", "Hedgerow-Ledger says")

    def test_a_squash_with_somebodys_changes_does_not_hold(self):
        self.world.commit({**self.world.files, "README": b"moved"})
        self.world.commit({**self.after, "README": b"more"}, self.message, ALICE, FORGE)
        self.says(1, "README: changed, and is outside the directory")

    def test_a_copy_that_loses_a_document_does_not_hold(self):
        self.world.commit({**self.world.files, "README": b"moved"})
        self.world.commit({"README": b"moved", "fab/raw/.gitkeep": KEEP}, self.message, ALICE, FORGE)
        self.says(1, "fab/raw/a.yaml#0: lost")

    def test_a_copy_without_trailers_is_judged_by_its_trees(self):
        self.world.commit(self.after, "squashed\n", OURS, FORGE)
        self.says(0, "copy")

    def test_a_copy_without_trailers_and_more_in_it_cannot_be_told(self):
        self.world.commit({**self.after, "README": b"more"}, "squashed\n", OURS, FORGE)
        self.says(2, "could not tell", "README: changed")


class History(Case):
    def setUp(self):
        super().setUp()
        self.a, self.to = document("VPC", "a"), place("VPC", "a")
        self.first = self.world.commit({"fab/raw/a.yaml": self.a})
        self.second = self.world.ours({self.to: self.a, "fab/raw/.gitkeep": KEEP}, [line(sha(self.a), "created", "fab/raw/a.yaml", 0, self.to)])

    def test_peoples_edits_are_listed_and_blamed_only_when_asked(self):
        edit = self.world.commit({**self.world.files, self.to: self.a + b"# mine\n"})
        self.says(0, f"listed  {edit}", self.to)
        self.says(1, f"does not hold  {edit}", arguments=["--strict"])
        self.says(0, arguments=["--strict", "--commit", self.second])

    def test_feeding_the_inbox_is_never_blamed(self):
        self.world.commit({**self.world.files, "fab/raw/b.yaml": document("VPC", "b")})
        self.says(0, "inbox: 1 waiting", arguments=["--strict"])

    def test_commits_elsewhere_are_passed_over(self):
        elsewhere = self.world.commit({**self.world.files, "docs/x": b"x"})
        self.assertNotIn(elsewhere, self.says(0).splitlines()[1])

    def test_no_commit_of_ours(self):
        self.world.commit({"fab/raw/a.yaml": self.a}, parents=[])
        self.says(2, "could not tell: 0 commits of ours; there is no commit of ours to verify")
        self.says(0, arguments=["--allow-none"])

    def test_ranges_and_single_commits(self):
        last = self.world.commit({**self.world.files, "x": b""})
        self.says(0, self.second, arguments=["--range", f"{self.first}..{self.second}"])
        self.says(0, self.second, arguments=["--range", f"{self.first}.."], alone=True)
        self.says(2, arguments=["--range", f"{self.second}..{last}"])
        self.says(2, arguments=["--commit", last])
        self.says(2, "no commit nothing", arguments=["--commit", "nothing"])
        self.says(2, "--range is A..B", arguments=["--range", "main...main"])
        for since in ("2026-09-21", "2026-09-21T14:15:20Z", "2026-09-21T16:15:20+02:00"):
            self.says(0, self.second, arguments=["--since", since])
        self.says(2, "no commit of ours", arguments=["--since", "2026-09-21T14:15:21Z"])
        for since in ("yesterday", "2026-09-21T14:15:20", "2026-02-30"):
            self.says(2, "--since is a day", arguments=["--since", since])
        side = self.world.commit({"fab/raw/a.yaml": self.a}, parents=[self.first], branch="side")
        self.says(2, "not in the branch's history", arguments=["--commit", side])

    def test_a_lie_under_an_honest_head_is_found(self):
        self.world.ours({**self.world.files, "fab/managed/vpcs/b.yaml": document("VPC", "b")}, [])
        self.world.commit({**self.world.files, "x": b""})
        self.says(1, "fab/managed/vpcs/b.yaml: appeared")

    def test_a_clean_merge_changes_nothing_of_its_own_and_an_evil_one_does(self):
        files, base = self.world.files, self.world.head
        side = self.world.commit({**files, "fab/raw/s.yaml": b"s: 1\n"}, parents=[base], branch="side")
        self.world.commit({**files, "fab/raw/m.yaml": b"m: 1\n"})
        both = {**files, "fab/raw/s.yaml": b"s: 1\n", "fab/raw/m.yaml": b"m: 1\n"}
        merge = self.world.commit(both, parents=[self.world.head, side])
        said = self.says(0, "inbox: 2 waiting", arguments=["--strict"])
        self.assertNotIn(f"listed  {merge}", said)
        evil = self.world.commit({**both, self.to: b"evil: 1\n"}, parents=[merge, side])
        self.says(0, f"listed  {evil}")
        self.says(1, arguments=["--strict"])

    def test_a_shallow_clone_cannot_tell(self):
        self.world.commit({**self.world.files, "x": b""})
        self.world.commit({**self.world.files, "x": b"y"})
        for depth in (1, 2, 3):
            with self.subTest(depth):
                copy = os.path.join(self.world.root, f"shallow{depth}")
                self.world.run("git", "clone", "--quiet", "--bare", f"--depth={depth}", "file://" + self.world.path, copy)
                self.says(2, "shallow", repo=copy)
        copy = os.path.join(self.world.root, "deeper")
        self.world.run("git", "clone", "--quiet", "--bare", "--depth=4", "file://" + self.world.path, copy)
        self.says(0, repo=copy, alone=True)  # all of it, though git calls it shallow

    def test_replace_refs_and_grafts_are_refused(self):
        self.world.git("replace", "--graft", self.second)
        self.says(2, "replace refs", alone=True)
        self.world.git("replace", "-d", self.second)
        self.says(0)
        os.makedirs(os.path.join(self.world.path, "info"), exist_ok=True)
        with open(os.path.join(self.world.path, "info", "grafts"), "w", encoding="ascii") as grafts:
            grafts.write(self.second + "\n")
        self.says(2, "grafts", alone=True)

    def test_objects_that_cannot_be_read(self):
        blob = self.world.git("rev-parse", f"main:{self.to}")
        unpacked = os.path.join(self.world.root, "loose.git")
        self.world.run("git", "init", "--quiet", "--bare", "--initial-branch=main", unpacked)
        pack = self.world.run("git", "-C", self.world.path, "pack-objects", "--all", "--stdout", "--quiet", data=b"").stdout
        self.world.run("git", "-C", unpacked, "unpack-objects", "-q", data=pack)
        self.world.run("git", "-C", unpacked, "update-ref", "refs/heads/main", self.world.head)
        self.says(0, repo=unpacked)
        os.remove(os.path.join(unpacked, "objects", blob[:2], blob[2:]))
        self.says(2, f"object {blob} is missing", repo=unpacked, alone=True)

    def test_an_object_that_is_not_what_its_name_says(self):
        unpacked = os.path.join(self.world.root, "forged.git")
        self.world.run("git", "clone", "--quiet", "--bare", self.world.path, unpacked)
        pack = self.world.run("git", "-C", self.world.path, "pack-objects", "--all", "--stdout", "--quiet", data=b"").stdout
        for root, _, names in os.walk(os.path.join(unpacked, "objects", "pack")):
            for name in names:
                os.remove(os.path.join(root, name))
        self.world.run("git", "-C", unpacked, "unpack-objects", "-q", data=pack)
        other = self.world.run("git", "-C", unpacked, "hash-object", "-w", "--stdin", data=b"forged\n").stdout.decode().strip()
        blob = self.world.git("rev-parse", f"main:{self.to}")
        target = os.path.join(unpacked, "objects", blob[:2], blob[2:])
        os.chmod(target, 0o600)
        os.replace(os.path.join(unpacked, "objects", other[:2], other[2:]), target)
        self.says(2, blob, repo=unpacked, alone=True)

    def test_urls_are_cloned_and_secrets_in_them_refused(self):
        self.says(0, self.second, repo="file://" + self.world.path)
        said = self.says(2, "credential helper", repo="https://user:canary@127.0.0.1:1/x.git")
        self.assertNotIn("canary", said)
        self.says(2, repo="ext::sh -c true")
        self.says(2, repo="--upload-pack=true")
        self.says(2, repo="http://127.0.0.1:1/x.git")

    def test_a_clone_in_place_is_read_and_not_changed(self):
        work = os.path.join(self.world.root, "work")
        self.world.run("git", "clone", "--quiet", self.world.path, work)
        state = lambda: sorted((root, name, os.stat(os.path.join(root, name)).st_mtime_ns) for root, _, names in os.walk(work) for name in names)  # noqa: E731
        before = state()
        self.says(0, repo=work)
        self.assertEqual(before, state())

    def test_what_is_not_there(self):
        self.says(2, "no directory elsewhere", directory="elsewhere")
        self.says(2, "--path is a directory", directory="../fab")
        self.says(2, "--path is a directory", directory="/")
        self.says(0, directory="/fab//")
        self.says(2, repo=self.world.root)
        self.says(2, repo=os.path.join(self.world.root, "nothing"))
        code = self.world.run(sys.executable, "-I", __file__.replace("tests/test_verify.py", "hedgerow_verify.py"), check=False).returncode
        self.assertEqual(code, 2)

    def test_json_is_the_same_answer(self):
        answer = json.loads(self.says(0, arguments=["-o", "json"]))
        self.assertEqual(answer["verdict"], "verified")
        self.assertEqual([(one["commit"], one["kind"], one["verdict"], one["counts"]["created"]) for one in answer["commits"]],
                         [(self.second, "ours", "holds", 1)])
        self.assertEqual(answer["commits"][0]["ledger"], sha(line(sha(self.a), "created", "fab/raw/a.yaml", 0, self.to).encode()))

    def test_an_unknown_format_cannot_be_told(self):
        self.world.ours({**self.world.files, "x": b""}, [], Format="2")
        self.says(2, "Hedgerow-Format is not 1")

    def test_a_document_that_the_scan_cannot_know(self):
        for number, text in enumerate((b"{apiVersion: vpc.githedgehog.com/v1, kind: VPC, metadata: {name: f}}\n",
                                       b"apiVersion: vpc.githedgehog.com/v1\nkind: VPC\nmetadata: {name: f}\n",
                                       b"apiVersion: vpc.githedgehog.com/v1\nkind: VPC\nmetadata:\n  name: &n f\n")):
            with self.subTest(number):
                to = place("VPC", "f")
                self.world.commit({"fab/raw/f.yaml": text})
                self.world.ours({to: text}, [line(sha(text), "created", "fab/raw/f.yaml", 0, to)])
                self.says(2, "could not tell which object it is", arguments=["--commit", self.world.head], alone=True)


class Signatures(Case):
    def test_only_allowed_signers_pass(self):
        world, key = self.world, os.path.join(self.world.root, "key")
        for name in ("key", "other"):
            world.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(world.root, name))
        signers = {}
        for name in ("key", "other"):
            with open(os.path.join(world.root, name + ".pub"), encoding="ascii") as public:
                signers[name] = os.path.join(world.root, name + ".signers")
                with open(signers[name], "w", encoding="ascii") as allowed:
                    allowed.write(f"{OURS[1]} namespaces=\"git\" {public.read()}")
        text, to = document("VPC", "a"), place("VPC", "a")
        world.commit({"fab/raw/a.yaml": text})
        world.ours({to: text}, [line(sha(text), "created", "fab/raw/a.yaml", 0, to)])
        self.says(1, "is not signed by an allowed signer", arguments=["--allowed-signers", signers["key"]], alone=True)
        who = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in zip(("NAME", "EMAIL"), OURS)}
        message = world.run("git", "-C", world.path, "log", "-1", "--format=%B").stdout
        signed = world.git("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}", "commit-tree", "-S", "-p", "main~1", "main^{tree}", data=message, **who)
        world.git("update-ref", "refs/heads/main", signed)
        self.says(0, arguments=["--allowed-signers", signers["key"]], alone=True)
        self.says(1, "is not signed by an allowed signer", arguments=["--allowed-signers", signers["other"]], alone=True)
        self.says(2, arguments=["--allowed-signers", "/nonexistent"], alone=True)


if __name__ == "__main__":
    unittest.main()
