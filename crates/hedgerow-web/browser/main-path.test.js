// The main path in a real browser, with scripts and without; who may not, may not; what a repository says stays inert.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";
import { becomeFirst, launch, link, serve, signIn, until } from "./browser.js";

const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const broken = `apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: batch
spec:
  subnets:
    jobs:
      subnet: 10.0.200.0/24
      vlan: "many"
`;
const EVIL = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`;

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

async function mainPath(javaScriptEnabled) {
  const service = await serve();
  const { remote } = service;
  try {
    remote.pushExample("lab/fabric-1");
    const context = await browser.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));

    await page.goto(`${service.url}/fabrics/fabric-1`);
    assert.match(page.url(), /\/sign-in\?back=/, "anonymous is sent to sign in");
    await becomeFirst(page, service);
    await link(page, service, "fabric-1", "lab/fabric-1");
    await until(page, "Drained.");
    const files = remote.files("lab/fabric-1");
    assert.deepEqual(files.filter((path) => path.includes("/raw/")), ["lab/fabric-1/raw/.gitkeep"]);
    assert.equal(files.filter((path) => path.includes("/managed/")).length, 48);

    await page.click(".timeline a");
    await page.waitForURL(/\/runs\//);
    assert.equal(await page.locator("svg.moves path").count() > 0, true);
    assert.match(await page.textContent("#ledger"), /48 lines/);
    await page.selectOption("#outcome", "created");
    await page.click("#ledger form button");
    assert.equal(await page.locator("#ledger tbody tr").count(), 48);

    await page.goto(`${service.url}/fabrics/fabric-1/topology`);
    assert.equal(await page.locator("svg .plate").count(), 15);
    await page.click("svg a:has(.plate.leaf) >> nth=0");
    await page.waitForURL(/\/objects\/wiring\.githedgehog\.com\/Switch\//);
    assert.match(await page.textContent(".yaml"), /kind: Switch/);
    assert.match(await page.textContent("main"), /first seen/);

    remote.push({ "lab/fabric-1/raw/batch.yaml": broken });
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click('form[action$="/sync"] button');
    await until(page, "1 file held");
    assert.match(await page.textContent("#inbox"), /HR2005/);
    assert.match(await page.textContent("#inbox pre.excerpt"), /vlan: "many"[^]*\^{6}/);
    remote.push({ "lab/fabric-1/raw/batch.yaml": broken.replace('"many"', "1030") });
    await page.goto(`${service.url}/fabrics/fabric-1/plan`);
    assert.match(await page.textContent("main"), /1 created/);
    await page.click('form[action$="/sync"] button');
    await until(page, "Drained. 49 objects");
    assert.ok(remote.files("lab/fabric-1").includes("lab/fabric-1/managed/vpcs/batch.yaml"));

    await page.click("summary:text-is('Suspend')");
    await page.fill("#reason", "maintenance");
    await page.click('form[action$="/suspend"] button');
    await until(page, "Suspended by ann");
    await page.click('form[action$="/resume"] button');
    await until(page, "Drained.");
    assert.deepEqual(errors, []);
  } finally {
    await service.stop();
  }
}

test("the main path works with scripts", () => mainPath(true));
test("the main path works without scripts", () => mainPath(false));

test("credentials rotate, a viewer sees no buttons and is refused, people come and go", async () => {
  const service = await serve();
  try {
    service.remote.pushExample("lab/fabric-1");
    const page = await (await browser.newContext()).newPage();
    await becomeFirst(page, service);
    await link(page, service, "fabric-1", "lab/fabric-1");
    await until(page, "Drained.");
    await page.goto(`${service.url}/people`);
    await page.fill('form[action="/people"] #name', "vic");
    await page.fill('form[action="/people"] #password', "a viewer's password");
    await page.click('form[action="/people"] button');
    await until(page, "vic may sign in");
    await page.goto(`${service.url}/tokens`);
    await page.fill("main #name", "ci");
    await page.click("main button.primary");
    assert.match(await page.textContent("#token"), /^hedgerow_/);
    await page.click('form[action="/tokens/ci/revoke"] button');
    await until(page, "worth nothing now");
    await page.goto(`${service.url}/audit`);
    assert.match(await page.textContent("main"), /user\.create[^]*fabric\.link/);

    const context = await browser.newContext();
    const viewer = await context.newPage();
    await signIn(viewer, service, "vic", "wrong password!!");
    assert.match(await viewer.textContent("main"), /name or the password is wrong/);
    await signIn(viewer, service, "vic", "a viewer's password");
    await viewer.waitForURL(`${service.url}/`);
    await viewer.goto(`${service.url}/fabrics/fabric-1`);
    assert.equal(await viewer.locator("main button, main a.button").count(), 0);
    const csrf = await viewer.inputValue('input[name="csrf"] >> nth=0');
    const tried = await context.request.post(`${service.url}/fabrics/fabric-1/suspend`, { form: { csrf, reason: "x" } });
    assert.match(await tried.text(), /it takes the role operator/);
    const forged = await context.request.post(`${service.url}/fabrics/fabric-1/suspend`, { form: { csrf: "0", reason: "x" } });
    assert.equal(forged.status(), 403);
    for (const path of ["/people", "/tokens", "/audit"]) {
      assert.equal((await viewer.goto(service.url + path)).status(), 403, path);
    }
  } finally {
    await service.stop();
  }
});

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
      "/people", "/tokens", "/audit", "/about", "/codes/HR2005", "/sign-in"];
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

test("every link leads somewhere, and every form is answered and protected", async () => {
  const service = await serve();
  try {
    service.remote.pushExample("lab/fabric-1");
    service.remote.push({ "lab/fabric-1/raw/batch.yaml": broken });
    const context = await browser.newContext();
    const page = await context.newPage();
    await becomeFirst(page, service);
    await link(page, service, "fabric-1", "lab/fabric-1");
    await until(page, "1 file held");
    const seen = new Set();
    const forms = new Set();
    const kinds = new Map();
    const ahead = ["/"];
    while (ahead.length > 0) {
      const path = ahead.pop().split("#")[0];
      // Pages of one kind are alike: a few of each are enough.
      const kind = path.split("?")[0].replace(/objects\/.*/, "object").replace(/runs\/.+/, "run").replace(/codes\/.*/, "code");
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (seen.has(path) || kinds.get(kind) > 6) continue;
      seen.add(path);
      const answer = await context.request.get(service.url + path);
      assert.equal(answer.status(), 200, path);
      if (!(answer.headers()["content-type"] ?? "").includes("html") || path.startsWith("/api")) continue;
      await page.goto(service.url + path);
      ahead.push(...(await page.$$eval("a[href^='/']", (links) => links.map((one) => one.getAttribute("href")))));
      const found = await page.$$eval("form", (all) => all.map((one) => [one.method, one.getAttribute("action") ?? location.pathname]));
      for (const [method, action] of found) method === "post" ? forms.add(action) : ahead.push(action);
    }
    assert.ok(seen.size > 20 && forms.size >= 8, `${seen.size} pages, ${forms.size} forms`);
    for (const action of forms) {
      const forged = await context.request.post(service.url + action, { form: { csrf: "x" }, maxRedirects: 0 });
      assert.equal(forged.status(), 403, action);
    }
    const nobody = await (await browser.newContext()).newPage();
    for (const path of seen) {
      if (path.startsWith("/assets/") || path.startsWith("/api") || path.startsWith("/sign-in")) continue;
      await nobody.goto(service.url + path);
      assert.match(nobody.url(), /\/sign-in/, path);
    }
  } finally {
    await service.stop();
  }
});
