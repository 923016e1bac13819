// A credential that ends: what the forge tells of it is shown, and said where people look.
import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { api, becomeFirst, launch, serve, until } from "./browser.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

/** A forge that tells when a token ends, as GitHub does. */
async function forge(ends) {
  const server = createServer((request, response) => {
    const told = ends[request.headers.authorization?.split(" ")[1]];
    response.writeHead(200, { "content-type": "application/json", ...(told && { "github-authentication-token-expiration": told }) });
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** In so many days and an hour, as GitHub writes it. */
const inDays = (days) => `${new Date(Date.now() + (days * 24 + 1) * 3_600_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;

test("a token that ends soon is warned of, one that ended is told, and one that lasts is not", async () => {
  const server = await forge({ soon: inDays(5), over: inDays(-2), lasting: inDays(200) });
  const names = ["soon", "over", "lasting"];
  const repository = (remote, name) => {
    writeFileSync(join(remote.bare, "..", name), `${name}\n`);
    const write = `{ token_file = "${name}", token_forge = "github", token_api = "http://127.0.0.1:${server.address().port}" }`;
    const fabric = `[[fabric]]\nname = "${name}"\nrepository = "${name}"\nbranch = "main"\ndirectory = "${name}"\nadopt = false\n`;
    return `\n[[repository]]\nname = "${name}"\nurl = "https://127.0.0.1:1/${name}.git"\nwrite = ${write}\n${fabric}`;
  };
  const service = await serve({ tables: (remote) => names.map((name) => repository(remote, name)).join("") });
  try {
    const page = await (await browser.newContext()).newPage();
    await becomeFirst(page, service);
    await page.goto(`${service.url}/repositories/soon`);
    await until(page, "expires in 5 d");
    assert.equal(await page.locator('td[data-name="Kind"] .status.wait').count(), 1, "soon is a warning");
    await page.goto(`${service.url}/repositories/over`);
    await until(page, "expired");
    assert.equal(await page.locator('td[data-name="Kind"] .status.bad').count(), 1);
    await page.goto(`${service.url}/repositories/lasting`);
    await until(page, "expires in 200 d");
    assert.equal(await page.locator('td[data-name="Kind"] .status.good').count(), 1);
    const { body } = await api(service, "/repositories/soon");
    assert.ok(Math.abs(new Date(body.credentials[0].expires) - Date.now() - 121 * 3_600_000) < 600_000, "the store has it");

    await page.goto(`${service.url}/repositories`);
    assert.match(await page.textContent("tr:has-text('soon')"), /expires in 5 d/);
    // Where people look: at the fabric that depends on it.
    await page.goto(`${service.url}/fabrics/soon`);
    assert.match(await page.textContent("#expiring.wait"), /reads and writes[^]*expires in 5 d/);
    await page.click("#expiring a");
    await page.waitForURL(`${service.url}/repositories/soon`);
    await page.goto(`${service.url}/fabrics/over`);
    assert.match(await page.textContent("#expiring.bad"), /expired/);
    await page.goto(`${service.url}/fabrics/lasting`);
    assert.equal(await page.locator("#expiring").count(), 0);
  } finally {
    server.closeAllConnections();
    server.close();
    await service.stop();
  }
});
