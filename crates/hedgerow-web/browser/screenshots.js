// A picture of every page: light and dark, wide and on a phone, empty, small and large. `node screenshots.js DIR [SIZE…]`
// Fails for a page that is wider than its window, heavier than 300 kB, or has a serious violation by axe-core. Says how long each size
// took, and of which pages axe-core took long.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { becomeFirst, broken, link, launch, serve, signIn, until } from "./browser.js";
import { wiring } from "./wiring.js";

const [out, ...sizes] = process.argv.slice(2);
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const defects = [];
const views = [["wide", 1360, 900], ["phone", 390, 844]];

const pages = {
  empty: { home: "/", search: "/search", repositories: "/repositories", link: "/link" },
  small: {
    home: "/", fabric: "/fabrics/fabric-1", topology: "/fabrics/fabric-1/topology", vpc: "/fabrics/fabric-1/topology?vpc=web",
    objects: "/fabrics/fabric-1/objects", runs: "/fabrics/fabric-1/runs", search: "/search?q=leaf", about: "/about",
    code: "/codes/HR2005", missing: "/fabrics/nowhere", plan: "/fabrics/fabric-1/plan", repositories: "/repositories", repository: "/repositories/fabrics",
    vet: "/vet?fabric=fabric-1&path=batch.yaml", "vet-empty": "/vet", deliveries: "/deliveries", link: "/link?repository=fabrics", people: "/people", tokens: "/tokens", audit: "/audit",
  },
  large: { fabric: "/fabrics/dc1", topology: "/fabrics/dc1/topology", block: "/fabrics/dc1/topology?block=eslag-07", objects: "/fabrics/dc1/objects?kind=Server", search: "/search?q=server", plan: "/fabrics/dc1/plan" },
};

/** With a field whose name is mistyped, too. */
const flawed = `${broken}      dhpc:
        enable: true
`;

/** What there is to look at, made by the pages themselves. */
const furnish = {
  empty: async (service) => withPage(service, async () => {}),
  small: async (service) => {
    service.remote.pushExample("lab/fabric-1");
    service.remote.push({ "lab/fabric-2/raw/.gitkeep": "", "lab/edge/raw/.gitkeep": "" });
    await withPage(service, async (page) => {
      await link(page, service, "fabric-2", "lab/fabric-2");
      await link(page, service, "fabric-1", "lab/fabric-1");
      await until(page, "Drained.");
      service.remote.push({ "lab/fabric-1/raw/batch.yaml": flawed });
      await page.click('form[action$="/sync"] button');
      await until(page, "1 file held");
    });
  },
  large: async (service) => {
    service.remote.push({ "dc1/raw/wiring.yaml": wiring(10, 45, 45) });
    await withPage(service, async (page) => {
      await link(page, service, "dc1", "dc1");
      await until(page, "Drained.", 300);
    });
  },
};

async function withPage(service, work) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await becomeFirst(page, service);
  await work(page);
  await context.close();
}

mkdirSync(out, { recursive: true });
const browser = await launch();
for (const size of sizes.length ? sizes : Object.keys(pages)) {
  const service = await serve();
  const begun = Date.now();
  await furnish[size](service);
  for (const scheme of ["light", "dark"]) {
    for (const [view, width, height] of views) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, bypassCSP: true });
      const page = await context.newPage();
      const shoot = async (name) => page.screenshot({ path: join(out, `${size}-${name}-${view}-${scheme}.png`), fullPage: true });
      await page.goto(`${service.url}/sign-in`);
      await shoot("sign-in");
      await signIn(page, service, "ann");
      const found = { ...pages[size] };
      if (size !== "empty") {
        const fabric = size === "small" ? "fabric-1" : "dc1";
        await page.goto(`${service.url}/fabrics/${fabric}/runs`);
        const runs = await page.$$eval(".timeline a", (links) => links.map((link) => link.getAttribute("href")));
        found.run = runs.at(-1);
        found.held = runs[0];
        await page.goto(`${service.url}/fabrics/${fabric}/objects`);
        found.object = await page.$eval("td a.main", (link) => link.getAttribute("href"));
      }
      for (const [name, address] of Object.entries(found)) {
        const answer = await page.goto(service.url + address);
        // A large picture is drawn aside, and appears by itself.
        await page.waitForSelector('.notice:has-text("being drawn")', { state: "detached" });
        if (answer.status() >= 500) defects.push(`${address}: ${answer.status()}`);
        const weight = (await answer.body()).length;
        if (weight > 300_000) defects.push(`${size} ${name}: ${weight} bytes`);
        const cut = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (cut > 0) defects.push(`${size} ${name} ${view}: ${cut} px wider than the window`);
        await shoot(name);
        await page.evaluate(axe);
        const begun = Date.now();
        // Every rule is tried on every element; what is left out is the account of those that are well.
        const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
        const seconds = (Date.now() - begun) / 1000;
        if (seconds > 20) console.log(`${size} ${name} ${view} ${scheme}: axe-core took ${seconds.toFixed(0)} s`);
        const serious = violations.filter((one) => ["serious", "critical"].includes(one.impact));
        defects.push(...serious.map((one) => `${size} ${name} ${view} ${scheme}: ${one.id}: ${one.nodes[0].html}`));
      }
      if (found.topology && view === "wide" && scheme === "light") {
        await page.goto(service.url + found.topology);
        await page.emulateMedia({ media: "print" });
        await shoot("topology-printed");
      }
      await context.close();
    }
  }
  await service.stop();
  console.log(`${size}: ${((Date.now() - begun) / 1000).toFixed(0)} s`);
}
await browser.close();
defects.forEach((defect) => console.log(defect));
process.exitCode = defects.length > 0 ? 1 : 0;
