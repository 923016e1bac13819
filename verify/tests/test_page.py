"""Every command of docs/verification.md that needs no `hedgerow`, run as it stands, says what the page says."""

import os
import re
import shutil
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from world import VERIFIER, World, document, line, place, sha  # noqa: E402

PAGE = os.path.join(os.path.dirname(os.path.dirname(VERIFIER)), "docs", "verification.md")


class Page(unittest.TestCase):
    def setUp(self):
        self.world = World()
        self.addCleanup(self.world.close)
        text, broken = document("VPC", "border"), b"kind: [\n"
        before = {"README.md": b"# a fabric\n", "fab/raw/border.yaml": text, "fab/raw/broken.yaml": broken}
        self.world.commit(before)
        lines = [line(sha(text), "created", "fab/raw/border.yaml", 0, place("VPC", "border")),
                 line(sha(broken), "held", "fab/raw/broken.yaml", "-", "fab/raw/broken.yaml")]
        self.world.ours({"README.md": b"# a fabric\n", place("VPC", "border"): text, "fab/raw/broken.yaml": broken}, lines, Run="01KAQ7XW4T")
        self.place = os.path.join(self.world.root, "page")
        os.mkdir(self.place)
        os.rename(self.world.path, os.path.join(self.place, "fabric.git"))
        shutil.copy(VERIFIER, self.place)

    def blocks(self):
        """(command, what it says) in the page's order."""
        with open(PAGE, encoding="utf-8") as page:
            text = page.read()
        for block in re.findall(r"(?ms)^```console\n(.*?)^```$", text):
            for command in re.split(r"(?m)^\$ ", block)[1:]:
                yield command.partition("\n")[::2]

    def test_the_pages_commands_say_what_the_page_says(self):
        expected = list(self.blocks())
        self.assertGreater(len(expected), 10)
        script = "".join(f"{command}\nstatus=$?; printf '\\0'; (exit $status)\n" for command, _ in expected)
        done = self.world.run("bash", "-c", f"cd {self.place}\n{script}")
        said = done.stdout.decode().split("\0")
        self.assertEqual(done.stderr.decode(), "")
        self.assertEqual(list(zip((command for command, _ in expected), said)), expected)


if __name__ == "__main__":
    unittest.main()
