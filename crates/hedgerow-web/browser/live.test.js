// A page that is left open: a run's steps as they pass, the plan before it, and a server that goes away.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, becomeFirst, broken, drained, launch, link, serve, until } from "./browser.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

test("a run is watched without a reload, and a page says when the server is gone", async () => {
  const service = await serve();
  let stopped = false;
  try {
    service.remote.pushExample("lab/fabric-1");
    const pipe = join(service.dir, "pipe");
    execFileSync("mkfifo", [pipe]);
    writeFileSync(join(service.remote.bare, "hooks/pre-receive"), `#!/bin/sh\ncat ${pipe} >/dev/null\n`, { mode: 0o755 });
    const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    await becomeFirst(page, service);
    await link(page, service, "fabric-1", "lab/fabric-1");
    await until(page, "under way");
    await page.click('.timeline a:has-text("under way")');
    await page.waitForURL(/\/runs\//);
    await page.evaluate(() => (window.mark = "the same page"));
    await page.waitForSelector('#steps li.now:has-text("push")');
    assert.match(await page.textContent('#steps li.done:has-text("fetch") .took'), /[0-9] m?s/);
    const before = await page.textContent("#steps li.now .took");
    await page.waitForFunction((before) => document.querySelector("#steps li.now .took").textContent !== before, before);
    // Longer than a stream was allowed to live once, and than a silence may last.
    await page.waitForTimeout(18_000);
    assert.equal(await page.isVisible(".lost"), false);
    writeFileSync(pipe, "go");
    await page.waitForSelector('.head .status.good:has-text("verified")');
    assert.equal(await page.evaluate(() => window.mark), "the same page");
    const steps = await page.$$eval("#steps li.done", (all) => all.map((one) => [one.firstChild.textContent, one.querySelector(".took").textContent]));
    const path = ["trigger", "fetch", "read", "parse", "validate", "plan", "commit", "push", "verify", "record"];
    assert.deepEqual(steps.map(([name]) => name), path);
    steps.forEach(([name, took]) => assert.match(took, /^[0-9.]+ m?s$/, `${name} has a time of its own`));
    const { body } = await api(service, `/runs/${page.url().split("/").at(-1)}`);
    assert.deepEqual(body.steps.map((one) => one.step), ["waiting for the repository", "fetching", "reading", "parsing", "validating", "planning", "committing", "pushing", "verifying", "recording"]);
    await page.click("[data-copy] >> nth=0");
    await page.waitForSelector('[data-copy]:has-text("Copied")');
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^git ls-remote .* refs\/heads\/main$/);

    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.waitForTimeout(1_500);
    // Pages of what was recorded have no stream, and learn it too.
    const others = [];
    for (const address of ["/fabrics/fabric-1/topology", "/about"]) {
      others.push(await context.newPage());
      await others.at(-1).goto(service.url + address);
    }
    const begun = Date.now();
    await service.stop();
    stopped = true;
    assert.ok(Date.now() - begun < 4_500, "an open page does not keep the service from ending");
    for (const one of [page, ...others]) await one.waitForSelector(".lost", { state: "visible" });
  } finally {
    if (!stopped) await service.stop();
  }
});

test("what is typed stays while the page renews itself, and pages of objects show what the next run recorded", async () => {
  const service = await serve();
  try {
    const { remote } = service;
    const page = await drained(browser, service);
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click("summary:text-is('Suspend')");
    await page.fill("#reason", "half a sent");
    const list = await page.context().newPage();
    await list.goto(`${service.url}/fabrics/fabric-1/objects?kind=VPC`);
    await list.fill("main #name", "la");
    const picture = await page.context().newPage();
    await picture.goto(`${service.url}/fabrics/fabric-1/topology`);
    await picture.evaluate(() => (window.mark = "the same page"));
    const placed = (await api(service, "/fabrics/fabric-1")).body.last_verified_commit;
    remote.push({ "lab/fabric-1/raw/late.yaml": broken.replace("name: batch", "name: late").replace('"many"', "1030") });
    await api(service, "/fabrics/fabric-1/sync", { method: "POST", body: "{}" });
    await page.waitForSelector('.sentence:has-text("49 objects")');
    assert.notEqual((await api(service, "/fabrics/fabric-1")).body.last_verified_commit, placed);
    assert.equal(await page.inputValue("#reason"), "half a sent");
    assert.equal(await page.isVisible("#reason"), true);
    await list.waitForSelector('td a.main:text-is("late")');
    assert.equal(await list.inputValue("main #name"), "la");
    await picture.waitForSelector('#vpc option:text-is("late")', { state: "attached" });
    assert.equal(await picture.evaluate(() => window.mark), "the same page");
  } finally {
    await service.stop();
  }
});

test("the plan shows what the commit changes, and the commit changes that; what is held is marked", async () => {
  const service = await serve();
  try {
    const { remote } = service;
    const page = await drained(browser, service);
    remote.git("fetch", "--quiet", "origin", "main");
    const web = remote.git("show", "origin/main:lab/fabric-1/managed/vpcs/web.yaml");
    remote.push({
      "lab/fabric-1/raw/two.yaml": `${web}\n  # A second look\n---\n${broken.replace('"many"', "1030")}`,
      "lab/fabric-1/raw/whole.yaml": broken.replace("name: batch", "name: later").replace("10.0.200", "10.0.201").replace('"many"', "1031"),
    });
    await page.goto(`${service.url}/fabrics/fabric-1/plan`);
    const shown = await page.textContent("#differences");
    assert.match(shown, /changed[^]*managed\/vpcs\/web\.yaml[^]*\+ {3}# A second look/);
    assert.match(shown, /added[^]*managed\/vpcs\/batch\.yaml[^]*\+ {7}vlan: 1030/);
    assert.match(shown, /raw\/whole\.yaml → lab\/fabric-1\/managed\/vpcs\/later\.yaml/);
    assert.match(shown, /removed[^]*raw\/two\.yaml[^]*- apiVersion/);
    const files = await page.$$eval("#differences summary", (all) => all.map((one) => one.textContent.trim().split(/\s+/).at(-1)));
    await page.click('form[action$="/sync"] button');
    await until(page, "Drained. 50 objects");
    remote.git("fetch", "--quiet", "origin", "main");
    const changed = remote.git("diff", "--name-only", "--find-renames=100%", "origin/main^", "origin/main").split("\n");
    assert.deepEqual(changed.sort(), files.sort());

    const leaf = remote.git("show", "origin/main:lab/fabric-1/managed/switches/leaf-01.yaml");
    remote.push({ "lab/fabric-1/raw/leaf.yaml": leaf.replace(/role: .*/, "role: gardener") });
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click('form[action$="/sync"] button');
    await until(page, "1 file held");
    await page.goto(`${service.url}/fabrics/fabric-1/topology`);
    assert.match(await page.textContent("svg .plate.held"), /leaf-01/);
  } finally {
    await service.stop();
  }
});
