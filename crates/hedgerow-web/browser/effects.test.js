// Every button of every page, and what it does: seen on the remote or in the store. What each is to do stands in effects.js;
// credentials have a file of their own.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { api, broken, launch, password, serve, until } from "./browser.js";
import { press } from "./effects.js";

const right = broken.replace('"many"', "1030");

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

/** The remote's branch, as plain git sees it. */
const head = (remote) => remote.git("ls-remote", "origin", "main").split("\t")[0];

/** Asks until it is so: what a button asks for may come a moment later. */
async function so(is) {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await is();
    if (found) return found;
    if (Date.now() > end) throw new Error(`never so: ${is}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

test("people: who signs in, what they may do, and what programs are given", async () => {
  const service = await serve();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    const user = async (name) => (await api(service, "/users")).body.items.find((one) => one.name === name);
    await page.goto(`${service.url}/sign-in`);
    await page.fill("#token", service.token);
    await page.fill("#name", "ann");
    await page.fill("#password", password);
    await press(page, "button.primary", async () => {
      await page.waitForURL(`${service.url}/`);
      assert.equal((await user("ann")).role, "admin");
    });

    await page.click("details.menu:visible > summary");
    await press(page, 'form[action="/theme"] button[value="dark"]:visible', async () => {
      await page.waitForLoadState();
      assert.match(await (await context.request.get(service.url)).text(), /<html lang="en" data-theme="dark">/);
    });

    await page.goto(`${service.url}/people`);
    await page.fill('form[action="/people"] #name', "vic");
    await page.fill('form[action="/people"] #password', password);
    await press(page, 'form[action="/people"] button', async () => {
      await page.waitForSelector(".notice.good");
      assert.equal((await user("vic")).role, "viewer");
    });
    await page.click("summary:text-is('Change vic')");
    await page.selectOption('form[action="/people/vic"] [name="role"]', "operator");
    await press(page, 'form[action="/people/vic"] button', async () => {
      await page.waitForSelector(".notice.good");
      assert.equal((await user("vic")).role, "operator");
    });

    await page.goto(`${service.url}/people?name=nobody`);
    assert.equal(await page.locator("tbody tr").count(), 0);
    await page.fill("#part", "vi");
    await press(page, 'form[method="get"][action="/people"] button', async () => {
      const { body } = await api(service, "/users");
      const wanted = body.items.map((one) => one.name).filter((name) => name.includes("vi"));
      assert.deepEqual(await page.$$eval("tbody tr td:first-child strong", (all) => all.map((one) => one.textContent)), wanted);
    });

    await page.goto(`${service.url}/tokens`);
    await page.fill("main #name", "ci");
    await page.selectOption("main #role", "operator");
    let token;
    const asked = () => fetch(`${service.url}/api/v1/fabrics`, { headers: { authorization: `Bearer ${token}` } });
    await press(page, "main button.primary", async () => {
      token = (await page.textContent("#token")).trim();
      assert.equal((await asked()).status, 200);
    });
    await press(page, 'form[action="/tokens/ci/revoke"] button', async () => {
      await page.waitForSelector(".notice.good");
      assert.equal((await asked()).status, 401);
    });

    const other = await browser.newContext();
    const vic = await other.newPage();
    assert.equal((await user("vic")).signed_in, null);
    await vic.goto(`${service.url}/sign-in`);
    await vic.fill("#name", "vic");
    await vic.fill("#password", password);
    await press(vic, "button.primary", async () => {
      await vic.waitForURL(`${service.url}/`);
      assert.ok(Date.now() - new Date((await user("vic")).signed_in) < 60_000);
    });
    const cookies = await other.cookies();
    await vic.click("details.menu:visible > summary");
    await press(vic, 'form[action="/sign-out"] button:visible', async () => {
      await vic.waitForURL(/\/sign-in/);
      await other.addCookies(cookies);
      assert.match((await other.request.get(service.url)).url(), /\/sign-in/);
    });

    await page.goto(`${service.url}/audit`);
    await page.fill("#subject", "user/vic");
    await press(page, 'main form[method="get"] button', async () => {
      const { body } = await api(service, "/audit?subject=user/vic");
      assert.ok(body.items.length >= 2);
      assert.deepEqual(await page.$$eval('td[data-name="What"]', (all) => all.map((one) => one.textContent)), body.items.map((one) => one.action));
    });
  } finally {
    await service.stop();
  }
});

test("a repository and its fabric: each button leaves its mark on the remote or in the store", async () => {
  const service = await serve();
  const { remote } = service;
  try {
    remote.pushExample("lab/fabric-1");
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    await page.goto(`${service.url}/sign-in`);
    await page.fill("#token", service.token);
    await page.fill("#name", "ann");
    await page.fill("#password", password);
    await page.click("button.primary");
    await page.waitForURL(`${service.url}/`);
    const fabric = () => api(service, "/fabrics/fabric-1");

    await page.goto(`${service.url}/repositories`);
    await page.fill("#url", remote.bare);
    await page.fill("main #name", "fabrics");
    await press(page, "main button.primary", async () => {
      await page.waitForURL(`${service.url}/repositories/fabrics`);
      assert.equal((await api(service, "/repositories/fabrics")).body.url, remote.bare);
    });
    await page.goto(`${service.url}/repositories?name=nowhere`);
    assert.equal(await page.locator("tbody tr").count(), 0);
    await page.fill("#part", "fab");
    await press(page, 'main form[method="get"] button', async () => {
      const { body } = await api(service, "/repositories");
      assert.deepEqual(await page.$$eval("td a.main", (all) => all.map((one) => one.textContent)), body.items.map((one) => one.name));
    });
    await page.goto(`${service.url}/repositories/fabrics`);
    const untouched = head(remote);
    await press(page, 'form[action$="/check"] button', async () => {
      await page.waitForSelector(".checkup li:has-text('answers, and lets us read') .status.good");
      assert.equal(head(remote), untouched);
    });

    await page.goto(`${service.url}/link`);
    await press(page, 'main form[method="get"] button', async () => {
      await page.waitForURL(/repository=fabrics/);
      const inboxes = remote.files("lab").filter((path) => path.includes("/raw/")).map((path) => path.split("/raw/")[0]);
      assert.deepEqual(await page.$$eval("td a.main", (all) => all.map((one) => one.textContent)), [...new Set(inboxes)]);
    });
    await page.fill("#directory", "lab/fabric-1");
    await page.fill("main #name", "fabric-1");
    await press(page, 'main form[action="/link/plan"] button', async () => {
      await page.waitForSelector('main form[action="/link"][method="post"]');
      assert.equal((await fabric()).status, 404);
      assert.equal(head(remote), untouched);
    });
    await press(page, 'main form[action="/link"][method="post"] button.primary', async () => {
      await page.waitForURL(`${service.url}/fabrics/fabric-1`);
      assert.equal((await fabric()).body.directory, "lab/fabric-1");
      await so(() => head(remote) !== untouched);
      assert.equal(remote.files("lab/fabric-1").filter((path) => path.includes("/managed/")).length, 48);
    });
    await until(page, "Drained.");

    remote.push({ "lab/fabric-1/raw/batch.yaml": right });
    await press(page, 'form[action$="/sync"] button', async () => {
      await so(() => remote.files("lab/fabric-1").includes("lab/fabric-1/managed/vpcs/batch.yaml"));
    });
    await until(page, "Drained. 49 objects");
    const placed = head(remote);
    await press(page, '#linkage form[action$="/check"] button', async () => {
      assert.match(await page.textContent("main"), /Can work be done\?/);
      assert.equal(head(remote), placed);
    });

    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click("summary:text-is('Suspend')");
    await page.fill("#reason", "maintenance");
    const neighbour = { name: "fabric-2", repository: "fabrics", directory: "lab/fabric-2" };
    const another = (name, subnet, vlan) => right.replace("name: batch", `name: ${name}`).replace("10.0.200", `10.0.${subnet}`).replace("1030", `${vlan}`);
    await press(page, 'form[action$="/suspend"] button', async () => {
      const { suspension } = await so(async () => (await fabric()).body.suspension && (await fabric()).body);
      assert.deepEqual([suspension.by, suspension.reason], ["ann", "maintenance"]);
      // A visit comes to the repository: another fabric of it is linked, and its file is placed. This one's waits.
      remote.push({ "lab/fabric-1/raw/later.yaml": another("later", 201, 1031), "lab/fabric-2/raw/next.yaml": another("next", 203, 1033) });
      const pushed = head(remote);
      const { status } = await api(service, "/fabrics", { method: "POST", body: JSON.stringify(neighbour) });
      assert.equal(status, 201);
      await so(() => remote.files("lab/fabric-2").includes("lab/fabric-2/managed/vpcs/next.yaml"));
      await so(async () => (await api(service, "/fabrics/fabric-2")).body.ready === "true");
      remote.git("fetch", "--quiet", "origin", "main");
      const touched = remote.git("diff", "--name-only", pushed, "origin/main").split("\n");
      assert.ok(touched.length > 0 && touched.every((path) => path.startsWith("lab/fabric-2/")), `only the neighbour changed: ${touched}`);
      const refused = await api(service, "/fabrics/fabric-1/sync", { method: "POST", body: "{}" });
      assert.deepEqual([refused.status, refused.body.type.split("/").at(-1)], [409, "suspended"]);
      const ready = (await fabric()).body.conditions.find((one) => one.type === "Ready");
      assert.deepEqual([ready.status, ready.reason, ready.message], ["false", "Suspended", "ann suspended it: maintenance"]);
    });
    await page.reload();
    assert.match(await page.textContent(".sentence"), /Suspended by ann .*maintenance/);
    assert.equal((await api(service, "/fabrics/fabric-2", { method: "DELETE" })).status, 204);
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await press(page, 'form[action$="/resume"] button', async () => {
      await so(async () => (await fabric()).body.suspension === null);
      await so(() => remote.files("lab/fabric-1").includes("lab/fabric-1/managed/vpcs/later.yaml"));
    });
    await until(page, "Drained. 50 objects");

    await page.goto(`${service.url}/vet?fabric=fabric-1`);
    const before = head(remote);
    await page.fill("#path", "mine.yaml");
    const mine = another("mine", 202, 1032);
    await page.fill("#text", mine);
    await press(page, 'button:text-is("Judge it")', async () => {
      await page.waitForSelector("#verdict .status.good");
      assert.equal(head(remote), before);
    });
    await press(page, 'button:text-is("File it")', async () => {
      await page.waitForURL(`${service.url}/fabrics/fabric-1`);
      remote.git("fetch", "--quiet", "origin", "main");
      const log = remote.git("log", "--format=%an|%cn", "--name-status", `${before}..origin/main`, "--", "lab/fabric-1/raw/mine.yaml");
      assert.match(log, /ann\|ann\n\nA\tlab\/fabric-1\/raw\/mine\.yaml/);
    });
    await until(page, "Drained. 51 objects");

    const { body: vpcs } = await api(service, "/objects?fabric=fabric-1&kind=VPC");
    const names = () => page.$$eval("main td a.main", (all) => all.map((one) => one.textContent));
    await page.goto(`${service.url}/fabrics/fabric-1/objects`);
    await page.selectOption("#kind", "VPC");
    await press(page, 'main form[method="get"] button', async () => assert.deepEqual(await names(), vpcs.items.map((one) => one.name)));
    await page.goto(`${service.url}/fabrics/fabric-1/topology`);
    await page.selectOption("#vpc", "web");
    await press(page, 'main form[method="get"] button', async () => {
      const { body } = await api(service, `/objects/${vpcs.items.find((one) => one.name === "web").id}`);
      const subnets = await page.locator("section:has(h2:text-is('Subnets of web')) tbody tr td:first-child").allTextContents();
      assert.deepEqual(subnets, Object.keys(body.value.spec.subnets).sort());
    });
    await page.fill("#search", "batch");
    await press(page, "#search", async () => {
      await page.waitForURL(/\/search\?q=batch/);
      assert.ok((await names()).includes("batch"));
    });
    await page.goto(`${service.url}/?name=nowhere`);
    assert.deepEqual(await names(), []);
    await page.fill("main #part", "fabric");
    await press(page, 'main form[method="get"] button', async () => {
      const { body } = await api(service, "/fabrics");
      assert.deepEqual(await names(), body.items.map((one) => one.name));
    });

    const { body: runs } = await api(service, "/runs?fabric=fabric-1");
    const first = runs.items.at(-1);
    await page.goto(`${service.url}/runs/${first.id}`);
    await page.selectOption("#outcome", "created");
    await press(page, '#ledger form[method="get"] button', async () => {
      const { body } = await api(service, `/runs/${first.id}`);
      assert.equal(await page.locator("#ledger tbody tr").count(), body.ledger.entries.filter((one) => one.outcome === "created").length);
    });
    await press(page, "[data-copy]", async () => {
      await page.waitForSelector('[data-copy]:has-text("Copied")');
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.textContent("#check-1"));
    });

    const { body: hook } = await api(service, "/hooks", { method: "POST", body: JSON.stringify({ name: "forge", provider: "github" }) });
    const send = (key) => {
      const data = JSON.stringify({ ref: "refs/heads/other", repository: { clone_url: remote.bare, html_url: remote.bare } });
      const signature = `sha256=${createHmac("sha256", key).update(data).digest("hex")}`;
      const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature, "x-github-delivery": crypto.randomUUID() };
      return fetch(new URL(new URL(hook.url).pathname, service.url), { method: "POST", headers, body: data });
    };
    await send("another secret");
    await send(hook.secret);
    await page.goto(`${service.url}/deliveries`);
    await page.selectOption("#of-result", "refused");
    await press(page, 'form[action="/deliveries"] button', async () => {
      const { body } = await api(service, "/deliveries?result=refused");
      assert.equal(body.items.length, 1);
      assert.equal(await page.locator("tbody tr").count(), 1);
    });

    const left = head(remote);
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click("summary:text-is('Unlink')");
    await page.fill("#confirm", "fabric-1");
    await press(page, 'form[action$="/unlink"] button', async () => {
      await page.waitForURL(`${service.url}/`);
      assert.equal((await fabric()).status, 404);
      assert.equal(head(remote), left);
    });
    await page.goto(`${service.url}/repositories/fabrics`);
    await press(page, 'form[action="/repositories/fabrics/remove"] button', async () => {
      await page.waitForURL(`${service.url}/repositories`);
      assert.equal((await api(service, "/repositories/fabrics")).status, 404);
    });
  } finally {
    await service.stop();
  }
});
