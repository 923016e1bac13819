"""How long the second verifier takes: `python3 measure.py [COMMITS [DOCUMENTS]]`, 1,000 of ours over 10,000 documents unless told.

People and we commit by turns: they push a file of ten documents, every other one a new text of a managed object; we empty it."""

import resource
import subprocess
import sys
import time

from world import ALICE, OURS, PLURALS, World, document, line, place, sha

EACH = 10


class History:
    """Commits through one `git fast-import`, which tells each one's id: the next of ours names it."""

    def __init__(self, world):
        self.world = world
        self.importer = subprocess.Popen(["git", "-C", world.path, "fast-import", "--quiet"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def commit(self, person, message, files):
        self.world.clock += 60
        who = b"%s <%s> %d +0000" % (person[0].encode(), person[1].encode(), self.world.clock)
        stream = [b"commit refs/heads/main\nmark :1\nauthor %s\ncommitter %s\ndata %d\n%s\n" % (who, who, len(message), message)]
        for path, data in files.items():
            name = path.encode()
            stream.append(b"D %s\n" % name if data is None else b"M 100644 inline %s\ndata %d\n%s\n" % (name, len(data), data))
        self.importer.stdin.write(b"".join(stream) + b"\nget-mark :1\n")
        self.importer.stdin.flush()
        self.world.head = self.importer.stdout.readline().decode().strip()

    def close(self):
        self.importer.stdin.close()
        self.importer.wait()


def build(world, commits, documents):
    kinds, history = list(PLURALS), History(world)
    managed = {(kinds[n % 4], f"object-{n:05}"): 0 for n in range(documents)}
    history.commit(ALICE, b"start\n", {place(*known): document(*known, spec="x: 0") for known in managed})
    names = list(managed)
    for number in range(commits):
        placed, lines, raw = {}, [], f"fab/raw/{number}.yaml"
        for index in range(EACH):
            known = names[(number * EACH + index) % documents] if index % 2 else (kinds[index % 4], f"new-{number}-{index}")
            old = document(*known, spec=f"x: {managed[known]}") if known in managed else None
            managed[known] = number + 1
            text, to = document(*known, spec=f"x: {number + 1}"), place(*known)
            placed[to] = text
            lines.append(line(sha(text), "replaced" if old else "created", raw, index, to, sha(old) if old else "-"))
        history.commit(ALICE, b"file\n", {raw: b"---\n".join(placed.values())})
        history.commit(OURS, ("fab: placed\n\n" + world.trailers(lines)).encode(), {raw: None, "fab/raw/.gitkeep": b"", **placed})
    history.close()


def main(commits=1000, documents=10_000):
    world = World()
    try:
        started = time.monotonic()
        build(world, commits, documents)
        built = time.monotonic()
        status, said = world.verify()
        took = time.monotonic() - built
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"commits of ours {commits}, documents {documents}, built in {built - started:.1f} s")
        print(f"verified in {took:.1f} s, exit {status}, the largest child's memory {peak:.0f} MiB; {said.splitlines()[-1]}")
    finally:
        world.close()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
