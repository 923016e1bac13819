// How fabrics come to be looked at: deliveries, triggers, the check of the linkage, conditions; and who may look without
// signing in.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { drained, launch, serve, until } from "./browser.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

/** A hook, made as an administrator's script makes one, and what it sends. */
async function hook(service, page) {
  await page.goto(`${service.url}/tokens`);
  await page.fill("main #name", "script");
  await page.selectOption("main #role", "admin");
  await page.click("main button.primary");
  const token = (await page.textContent("#token")).trim();
  const made = await page.request.post(`${service.url}/api/v1/hooks`, {
    headers: { authorization: `Bearer ${token}` },
    data: { name: "forge", provider: "github" },
  });
  assert.equal(made.status(), 201, await made.text());
  const { url, secret } = await made.json();
  const address = new URL(new URL(url).pathname, service.url).href;
  return async (body, key = secret) => {
    const data = JSON.stringify(body);
    const signature = `sha256=${createHmac("sha256", key).update(data).digest("hex")}`;
    const headers = { "content-type": "application/json", "x-github-event": "push", "x-hub-signature-256": signature, "x-github-delivery": crypto.randomUUID() };
    return page.request.post(address, { headers, data });
  };
}

test("a delivery is seen with what came of it; triggers, the check and conditions have their places", async () => {
  const service = await serve();
  try {
    const page = await drained(browser, service);
    assert.match(await page.textContent("#triggers"), /every 5 min[^]*No hook rings for it/);
    await page.click('nav[aria-label="Pages"] a:text-is("Deliveries")');
    await until(page, "Nothing ever came in");

    const send = await hook(service, page);
    const push = { ref: "refs/heads/main", repository: { clone_url: service.remote.bare, html_url: service.remote.bare } };
    await send(push, "another secret");
    await send({ ...push, ref: "refs/heads/other" });
    service.remote.push({ "lab/fabric-1/raw/one.yaml": "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: one\nspec: {}\n" });
    await send(push);
    await page.goto(`${service.url}/deliveries`);
    assert.equal(await page.locator("tbody tr").count(), 3);
    await page.click("tbody tr:has-text('rang') a.main");
    await until(page, "Its ringanswered");
    await page.click("dd a.mono");
    await page.waitForURL(/\/runs\//);
    assert.match(await page.textContent("main"), /rung by webhook[^]*1 created/);
    await page.goto(`${service.url}/deliveries?fabric=fabric-1`);
    assert.equal(await page.locator("tbody tr").count(), 1);
    await page.goto(`${service.url}/deliveries`);
    await page.selectOption("#of-result", "refused");
    await page.click('form[action="/deliveries"] button');
    assert.equal(await page.locator("tbody tr").count(), 1);
    assert.match(await page.textContent("tbody"), /refused[^]*forge[^]*wrong/);
    await page.click("td a.main");
    assert.match(await page.textContent("main"), /Sender[^]*github[^]*Signature[^]*wrong[^]*it did not ring/);

    await page.goto(`${service.url}/fabrics/fabric-1`);
    assert.match(await page.textContent("#triggers"), /forge[^]*hook of github/);
    await page.click('form[action$="/check"] button');
    assert.match(await page.textContent("main"), /Can work be done\?[^]*ok/);
    assert.equal(await page.locator("main .status.bad").count(), 0);
    await page.click('form[action$="/check"] button');
    assert.match(await page.textContent("main"), /Can work be done\?/);

    await page.goto(service.url);
    await until(page, "witnessed");
    assert.match(await page.textContent(".conditions"), /ready (just now|\d+ (s|min) ago)[^]*not overdue/);
  } finally {
    await service.stop();
  }
});

test("nobody looks without signing in, unless the configuration says so; then they look, and change nothing", async () => {
  const service = await serve({ service: "anonymous_may_read = true" });
  try {
    const page = await drained(browser, service);
    const context = await browser.newContext();
    const nobody = await context.newPage();
    for (const path of ["/", "/fabrics/fabric-1", "/fabrics/fabric-1/objects", "/deliveries", "/vet?fabric=fabric-1", "/repositories"]) {
      const answer = await nobody.goto(service.url + path);
      assert.equal(answer.status(), 200, path);
      assert.equal(new URL(nobody.url()).pathname, path.split("?")[0]);
      assert.equal(await nobody.locator("main button.primary, main button.danger").count(), 0, path);
    }
    for (const path of ["/people", "/tokens", "/audit"]) assert.equal((await nobody.goto(service.url + path)).status(), 403, path);
    await nobody.goto(`${service.url}/fabrics/fabric-1`);
    const csrf = await nobody.inputValue('input[name="csrf"] >> nth=0');
    const tried = await context.request.post(`${service.url}/fabrics/fabric-1/suspend`, { form: { csrf, reason: "x" } });
    assert.match(await tried.text(), /it takes the role operator/);
    assert.equal((await context.request.get(`${service.url}/api/v1/fabrics`)).status(), 401, "the API wants a token all the same");
    const closed = await serve();
    await nobody.goto(`${closed.url}/fabrics/fabric-1`);
    assert.match(nobody.url(), /\/sign-in/);
    await closed.stop();
  } finally {
    await service.stop();
  }
});
