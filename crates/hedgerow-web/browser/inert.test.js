// What a repository says stays inert, and everybody can read the pages.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { becomeFirst, broken, launch, link, serve, until } from "./browser.js";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const EVIL = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`;

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

test("nothing of a repository runs, and no page has a serious violation", async () => {
  const service = await serve();
  try {
    service.remote.pushExample("lab/fabric-1");
    const named = broken.replace("name: batch", `name: ${JSON.stringify(EVIL)}`);
    service.remote.push({
      "lab/fabric-1/raw/evil.yaml": named,
      [`lab/fabric-1/raw/<img src=x onerror=alert(1)>.yaml`]: `a: ${JSON.stringify(EVIL)}\n`,
      "lab/fabric-1/raw/note.yaml": broken.replace("spec:", `  annotations:\n    note: ${JSON.stringify(EVIL)}\n    link: "javascript:alert(1)"\nspec:`).replace('"many"', "1030"),
    });
    const context = await browser.newContext();
    const page = await context.newPage();
    await becomeFirst(page, service);
    await link(page, service, "fabric-1", "lab/fabric-1");
    await until(page, "held in the inbox");
    const run = await page.getAttribute(".timeline a", "href");
    await page.goto(`${service.url}/fabrics/fabric-1/objects?kind=VPC&name=batch`);
    const object = await page.getAttribute("td a.main", "href");
    const paths = ["/", "/fabrics/fabric-1", "/fabrics/fabric-1/topology?vpc=batch", "/fabrics/fabric-1/objects", "/fabrics/fabric-1/runs",
      "/fabrics/fabric-1/plan", run, object, `/search?q=${encodeURIComponent(EVIL)}`, "/repositories", "/repositories/fabrics", "/link?repository=fabrics",
      "/people", "/tokens", "/audit", "/about", "/codes/HR2005", "/sign-in", "/vet", "/vet?fabric=fabric-1&path=evil.yaml", "/deliveries"];
    for (const path of paths) {
      const answer = await page.goto(service.url + path);
      assert.equal(answer.status(), 200, path);
      assert.notEqual(await page.title(), "pwned", path);
      assert.equal(await page.locator('img, a[href^="javascript:"], main script').count(), 0, path);
      assert.equal(await page.locator("[style]").count(), 0, `${path} has an inline style`);
      const weight = await page.evaluate(() => performance.getEntries().reduce((sum, entry) => sum + (entry.decodedBodySize ?? 0), 0));
      assert.ok(weight < 300_000, `${path} weighs ${weight} bytes`);
      for (const href of await page.$$eval("main a[href], .top a[href], footer a[href]", (links) => links.map((a) => a.getAttribute("href")))) {
        assert.ok(href.startsWith("/") || href.startsWith("#") || href.startsWith("https://"), href);
      }
    }
    const scanner = await (await browser.newContext({ bypassCSP: true, storageState: await context.storageState() })).newPage();
    for (const path of paths) {
      await scanner.goto(service.url + path);
      await scanner.evaluate(axe);
      const { violations } = await scanner.evaluate(() => window.axe.run());
      const serious = violations.filter((one) => ["serious", "critical"].includes(one.impact));
      assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes[0].html}`), [], path);
    }
  } finally {
    await service.stop();
  }
});
