// Every link leads somewhere, and every form is answered and protected.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { becomeFirst, broken, launch, link, note, plain, serve, until } from "./browser.js";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

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
    // The filter of a list is there where there are many, or somebody used it.
    const first = ["/", "/?name=fabric", "/repositories?name=f", "/people?name=a"];
    const ahead = [...first];
    while (ahead.length > 0) {
      const path = ahead.pop().split("#")[0];
      // Pages of one kind are alike: a few of each are enough.
      const kind = path.split("?")[0].replace(/objects\/.*/, "object").replace(/runs\/.+/, "run").replace(/codes\/.*/, "code");
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (seen.has(path) || (kinds.get(kind) > 6 && !first.includes(path))) continue;
      seen.add(path);
      const answer = await context.request.get(service.url + path);
      assert.equal(answer.status(), 200, path);
      if (!(answer.headers()["content-type"] ?? "").includes("html") || path.startsWith("/api")) continue;
      await page.goto(service.url + path);
      ahead.push(...(await page.$$eval("a[href^='/']", (links) => links.map((one) => one.getAttribute("href")))));
      const found = await page.$$eval("form", (all) => all.map((one) => [one.method, one.getAttribute("action") || location.pathname]));
      found.push(...(await page.$$eval("[formaction], [hx-post]", (all) => all.map((one) => ["post", one.getAttribute("formaction") ?? one.getAttribute("hx-post")]))));
      for (const [method, action] of found) {
        note("form", `${method} ${plain(new URL(action, page.url()).pathname)}`);
        method === "post" ? forms.add(action) : ahead.push(new URL(action, page.url()).pathname);
      }
      // A button outside a form does something by script alone.
      const loose = await page.$$eval("button", (all) => all.filter((one) => !one.form || one.type === "button").map((one) => (one.hasAttribute("data-copy") ? "copy" : one.outerHTML)));
      loose.forEach((one) => note("form", one));
    }
    for (const path of ["/repositories", "/repositories/fabrics", "/people", "/tokens", "/audit", "/link"]) assert.ok(seen.has(path), `nothing leads to ${path}`);
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
