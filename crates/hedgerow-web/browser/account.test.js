// What people do with themselves and with others: the look of the pages, roles, leaving.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { api, becomeFirst, launch, password, serve, signIn, until } from "./browser.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

test("a look is chosen, somebody is promoted and kept out, and a session ends", async () => {
  const service = await serve();
  try {
    const context = await browser.newContext();
    const page = await context.newPage();
    await becomeFirst(page, service);
    await page.click("details.menu:visible > summary");
    await page.click('form[action="/theme"] button[value="dark"]:visible');
    await page.waitForSelector('html[data-theme="dark"]');

    await page.goto(`${service.url}/people`);
    await page.fill('form[action="/people"] #name', "vic");
    await page.fill('form[action="/people"] #password', password);
    await page.click('form[action="/people"] button');
    await until(page, "vic may sign in");
    const change = async (field, value) => {
      await page.goto(`${service.url}/people`);
      await page.click("summary:text-is('Change vic')");
      await page.selectOption(`form[action="/people/vic"] [name="${field}"]`, value);
      await page.click('form[action="/people/vic"] button');
      await page.waitForSelector(".notice.good");
    };
    const vic = async () => (await api(service, "/users")).body.items.find((user) => user.name === "vic");
    await change("role", "operator");
    assert.equal((await vic()).role, "operator");
    const other = await (await browser.newContext()).newPage();
    await signIn(other, service, "vic");
    await other.waitForURL(`${service.url}/`);
    await change("access", { index: 1 });
    await other.goto(`${service.url}/about`);
    assert.match(other.url(), /\/sign-in/, "who is kept out is out at once");

    const cookies = await context.cookies();
    await page.click("details.menu:visible > summary");
    await page.click('form[action="/sign-out"] button:visible');
    await page.waitForURL(/\/sign-in/);
    await context.addCookies(cookies);
    await page.goto(`${service.url}/`);
    assert.match(page.url(), /\/sign-in/, "the session is gone from the store, too");
  } finally {
    await service.stop();
  }
});
