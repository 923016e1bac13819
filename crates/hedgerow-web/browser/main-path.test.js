// The main path in a real browser, with scripts and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { becomeFirst, broken, launch, link, serve, until } from "./browser.js";

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
    const brought = remote.git("log", "--max-parents=0", "--format=%an, in commit %h", "--abbrev=10", "origin/main");
    assert.equal(await page.textContent('dt:text-is("Brought by") + dd'), brought);

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
    await page.goto(`${service.url}/fabrics/fabric-1/objects?kind=VPC&name=batch`);
    await page.click('td a.main:text-is("batch")');
    const mended = remote.git("log", "-1", "--diff-filter=M", "--format=%an, in commit %h", "--abbrev=10", "origin/main", "--", "lab/fabric-1/raw/batch.yaml");
    assert.equal(await page.textContent('dt:text-is("Brought by") + dd'), mended, "who wrote the text that was placed");
    await page.goto(`${service.url}/fabrics/fabric-1`);

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
