// Who may not, may not: viewers see no buttons, and the server refuses them as well.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drained, launch, link, serve, signIn, until } from "./browser.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

test("credentials rotate, a viewer sees no buttons and is refused, people come and go", async () => {
  const service = await serve();
  try {
    const page = await drained(browser, service);
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
