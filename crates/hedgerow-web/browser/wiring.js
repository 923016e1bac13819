// The wiring of a large fabric: `spines` spines, `pairs` pairs of leaves, and so many servers on each pair.
export function wiring(spines, pairs, servers) {
  const out = [];
  const two = (n) => String(n).padStart(2, "0");
  const add = (kind, name, spec) => out.push(`apiVersion: wiring.githedgehog.com/v1beta1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${spec}`);
  const half = spines / 2;
  const range = (count) => Array.from({ length: count }, (_, n) => n + 1);
  for (const n of range(spines)) add("Switch", `spine-${two(n)}`, `  role: spine\n  profile: dell-s5248f-on\n  description: spine ${n}\n`);
  for (const pair of range(pairs)) {
    const group = `eslag-${two(pair)}`;
    add("SwitchGroup", group, "  {}\n");
    for (const side of ["a", "b"]) {
      const leaf = `leaf-${two(pair)}${side}`;
      add("Switch", leaf, `  role: server-leaf\n  profile: dell-s5248f-on\n  groups:\n  - ${group}\n  redundancy:\n    group: ${group}\n    type: eslag\n`);
      // A switch has 56 ports: the pairs take turns at two halves of the spines.
      for (const n of range(half)) {
        const spine = `spine-${two(n + (pair % 2) * half)}`;
        const port = 2 * Math.ceil(pair / 2) - (side === "a" ? 1 : 0);
        const link = `    - spine:\n        port: ${spine}/E1/${port}\n      leaf:\n        port: ${leaf}/E1/${n}\n`;
        add("Connection", `${spine}--${leaf}`, `  fabric:\n    links:\n${link}`);
      }
    }
    for (const n of range(servers)) {
      const server = `server-${two(pair)}-${two(n)}`;
      const link = (side, port) => `    - server:\n        port: ${server}/enp${port}\n      switch:\n        port: leaf-${two(pair)}${side}/E1/${n + half}\n`;
      add("Server", server, `  description: rack ${pair}\n`);
      add("Connection", `${server}--eslag`, `  eslag:\n    links:\n${link("a", 1)}${link("b", 2)}`);
    }
  }
  return out.join("---\n");
}
