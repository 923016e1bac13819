// A repository behind a password: what it is entered with is checked, runs out, and is rotated, by the pages alone.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { api, becomeFirst, broken, launch, link, serve, until } from "./browser.js";
import { press } from "./effects.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

/** git's own HTTP server, for whoever brings `door.password`. */
async function guarded(bare, door) {
  const server = createServer((request, response) => {
    const [, given] = Buffer.from((request.headers.authorization ?? "").split(" ")[1] ?? "", "base64").toString().split(":");
    if (given !== door.password) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' });
      return response.end();
    }
    const { pathname, searchParams } = new URL(request.url, "http://here");
    const env = { PATH: process.env.PATH, GIT_PROJECT_ROOT: dirname(bare), GIT_HTTP_EXPORT_ALL: "1", PATH_INFO: pathname, REMOTE_USER: "git",
      QUERY_STRING: searchParams.toString(), REQUEST_METHOD: request.method, CONTENT_TYPE: request.headers["content-type"] ?? "",
      HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "", GIT_PROTOCOL: request.headers["git-protocol"] ?? "" };
    const git = spawn("git", ["http-backend"], { env });
    request.pipe(git.stdin);
    const parts = [];
    git.stdout.on("data", (part) => parts.push(part));
    git.on("close", () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf("\r\n\r\n");
      const fields = all.subarray(0, end).toString().split("\r\n").map((line) => line.split(": "));
      response.writeHead(Number(fields.find(([name]) => name === "Status")?.[1].split(" ")[0] ?? 200), Object.fromEntries(fields));
      response.end(all.subarray(end + 4));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function give(service, page, secret) {
  await page.selectOption("#kind", "token");
  await page.fill("#username", "git");
  await page.fill("#secret", secret);
  await press(page, 'form[action$="/credential"] button.primary', async () => {
    await page.waitForSelector('.notice:has-text("The credential is kept.")');
    const { body } = await api(service, "/repositories/fabrics");
    assert.deepEqual(body.credentials.map((one) => [one.use, one.kind]), [["write", "token"]]);
    for (const file of readdirSync(service.dir).filter((name) => name.startsWith("store.db"))) {
      assert.equal(readFileSync(join(service.dir, file)).includes(secret), false, file);
    }
  });
}

test("a credential is given, checked, found out of date, rotated and removed", async () => {
  const service = await serve();
  const door = { password: "first-secret-of-the-door" };
  service.remote.git("-C", service.remote.bare, "config", "http.receivepack", "true");
  const server = await guarded(service.remote.bare, door);
  try {
    service.remote.pushExample("lab/fabric-1");
    const page = await (await browser.newContext()).newPage();
    await becomeFirst(page, service);
    await page.goto(`${service.url}/repositories`);
    await page.fill("#url", `http://127.0.0.1:${server.address().port}/fabrics.git`);
    await page.fill("main #name", "fabrics");
    await page.click("main button.primary");
    await page.waitForURL(`${service.url}/repositories/fabrics`);

    await page.click('form[action$="/check"] button');
    await page.waitForSelector(".checkup li:has-text('remote') .status.bad");
    await give(service, page, door.password);
    await page.click('form[action$="/check"] button');
    await page.waitForSelector(".checkup li:has-text('answers, and lets us read') .status.good");
    await page.waitForSelector(".checkup li:has-text('credential')");

    await link(page, service, "fabric-1", "lab/fabric-1");
    await until(page, "Drained.");
    const { body: first } = await api(service, "/repositories/fabrics");
    door.password = "second-secret-of-the-door";
    service.remote.push({ "lab/fabric-1/raw/batch.yaml": broken.replace('"many"', "1030") });
    await page.goto(`${service.url}/repositories/fabrics`);
    await page.click('form[action$="/check"] button');
    await page.waitForSelector(".checkup li:has-text('remote') .status.bad");
    await give(service, page, door.password);
    assert.match(await page.textContent("main"), /Fabrics that depend on it[^]*fabric-1/);
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click('form[action$="/sync"] button');
    await until(page, "Drained. 49 objects");
    assert.ok(service.remote.files("lab/fabric-1").includes("lab/fabric-1/managed/vpcs/batch.yaml"));

    const { body: second } = await api(service, "/repositories/fabrics");
    assert.notDeepEqual(second.credentials, first.credentials, "the store has another credential");
    assert.equal(JSON.stringify(second).includes("secret-of-the-door"), false);
    await page.goto(`${service.url}/repositories/fabrics`);
    await press(page, 'form[action$="/credential/remove"] button', async () => {
      await page.waitForSelector('.notice:has-text("The credential is gone.")');
      assert.deepEqual((await api(service, "/repositories/fabrics")).body.credentials, []);
    });

    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click("summary:text-is('Unlink')");
    await page.fill("#confirm", "fabric-1");
    await page.click('form[action$="/unlink"] button');
    await page.waitForURL(`${service.url}/`);
    assert.equal((await api(service, "/fabrics/fabric-1")).status, 404);
    await page.goto(`${service.url}/repositories/fabrics`);
    await page.click('form[action$="/fabrics/remove"] button');
    await page.waitForURL(`${service.url}/repositories`);
    assert.equal((await api(service, "/repositories/fabrics")).status, 404);
    assert.equal(service.remote.files("lab/fabric-1").filter((path) => path.includes("/managed/")).length, 49, "git is as it was");
  } finally {
    server.closeAllConnections();
    server.close();
    await service.stop();
  }
});
