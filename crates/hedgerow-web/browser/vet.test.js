// Vet and File it, with scripts and without: what is wrong is seen where it is, what is filed is on the remote in the
// person's name, and nobody's work is overwritten.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { broken, drained, launch, link, serve, signIn, until } from "./browser.js";

const right = broken.replace('"many"', "1030");
const raw = "lab/fabric-1/raw";

let browser;
before(async () => (browser = await launch()));
after(async () => browser.close());

async function linked(javaScriptEnabled = true) {
  const service = await serve();
  const page = await drained(browser, service, { javaScriptEnabled });
  return { service, remote: service.remote, context: page.context(), page };
}

async function fromTypingToAnObject(javaScriptEnabled) {
  const { service, remote, page } = await linked(javaScriptEnabled);
  try {
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const judged = async (text) => {
      await page.fill("#text", text);
      if (!javaScriptEnabled) await page.click('button:text-is("Judge it")');
    };
    await page.click('.head a:text-is("Vet")');
    await page.waitForURL(/\/vet\?fabric=fabric-1$/);
    assert.equal(await page.locator("#file").isVisible(), javaScriptEnabled, "a file can be chosen where a script can read it");
    await page.fill("#path", "batch.yaml");
    await judged(broken);
    await page.waitForSelector("#verdict .caret");
    assert.match(await page.textContent("#verdict .finding"), /vlan: "many"[^]*\^{6}/);
    assert.match(await page.textContent("#verdict"), /would be held/);
    assert.equal(await page.getAttribute("#verdict .code-link", "href"), `/codes/${await page.textContent("#verdict .code-link >> nth=0")}`);
    await page.click('button:text-is("File it")');
    assert.match(await page.textContent("main"), /it would be held/);
    assert.equal(await page.inputValue("#text"), broken, "nothing is lost");
    assert.deepEqual(remote.files(raw), [`${raw}/.gitkeep`]);

    await judged(right);
    await page.waitForSelector("#verdict .status.good");
    await page.fill("#why", "room for batch jobs");
    const before = remote.git("rev-parse", "origin/main");
    await page.click('button:text-is("File it")');
    await page.waitForURL(`${service.url}/fabrics/fabric-1`);
    assert.match(await page.textContent(".notice"), /Filed as lab\/fabric-1\/raw\/batch\.yaml, by commit [0-9a-f]{10} in your name/);
    await until(page, "Drained. 49 objects");
    remote.git("fetch", "--quiet", "origin", "main");
    const log = remote.git("log", "--format=%an|%cn|%s", "--name-status", `${before}..origin/main`, "--", raw);
    assert.match(log, /ann\|ann\|room for batch jobs\n\nA\tlab\/fabric-1\/raw\/batch\.yaml/);
    assert.equal(remote.git("show", "origin/main:lab/fabric-1/managed/vpcs/batch.yaml") + "\n", right);
    assert.match(await page.textContent(".timeline"), /changed, by/);
    await page.goto(`${service.url}/search?q=vpcs/batch.yaml`);
    await page.click("td a.main");
    assert.match(await page.textContent(".yaml"), /vlan: 1030/);
    assert.deepEqual(errors, []);
  } finally {
    await service.stop();
  }
}

test("a text is judged, put right, filed and placed, with scripts", () => fromTypingToAnObject(true));
test("a text is judged, put right, filed and placed, without scripts", () => fromTypingToAnObject(false));

test("what others did meanwhile is shown beside what was written, and a held file is corrected here", async () => {
  const { service, remote, page } = await linked();
  try {
    await page.goto(`${service.url}/vet?fabric=fabric-1`);
    await page.fill("#path", "batch.yaml");
    await page.fill("#text", right);
    await page.waitForSelector("#verdict .status.good");
    remote.push({ [`${raw}/batch.yaml`]: broken });
    await page.click('button:text-is("File it")');
    await page.waitForSelector("#moved");
    assert.match(await page.textContent("#moved"), /There now[^]*vlan: "many"[^]*What you wrote[^]*vlan: 1030/);
    assert.equal(await page.inputValue("#text"), right);
    assert.match(remote.git("ls-remote", "origin", "main"), new RegExp(remote.git("rev-parse", "HEAD")), "nothing was filed");
    assert.match(await page.textContent("#file-it"), /is there already/);

    // Held on its own merits, and put right from the fabric's page.
    await page.goto(`${service.url}/fabrics/fabric-1`);
    await page.click('form[action$="/sync"] button');
    await until(page, "1 file held");
    await page.click('#inbox a:text-is("Correct it here")');
    assert.equal(await page.inputValue("#text"), broken);
    await page.waitForSelector("#verdict .caret");
    await page.fill("#text", right);
    await page.waitForSelector("#verdict .status.good");
    await page.click('button:text-is("File it")');
    await page.waitForURL(`${service.url}/fabrics/fabric-1`);
    await until(page, "Drained. 49 objects");
    assert.equal(remote.git("fetch", "--quiet", "origin", "main"), "");
    assert.equal(remote.git("show", "origin/main:lab/fabric-1/managed/vpcs/batch.yaml") + "\n", right);
  } finally {
    await service.stop();
  }
});

test("filing a flawed text takes a word more, a chosen file becomes the text, and a suspension is said", async () => {
  const { service, remote, page } = await linked();
  try {
    await page.click("summary:text-is('Suspend')");
    await page.fill("#reason", "maintenance");
    await page.click('form[action$="/suspend"] button');
    await until(page, "Suspended by ann");
    await page.goto(`${service.url}/vet?fabric=fabric-1`);
    await page.setInputFiles("#file", { name: "my batch.yaml", mimeType: "text/yaml", buffer: Buffer.from(broken) });
    await page.waitForSelector("#although");
    assert.equal(await page.inputValue("#path"), "my-batch.yaml");
    await page.check("#although");
    await page.click('button:text-is("File it")');
    await page.waitForURL(`${service.url}/fabrics/fabric-1`);
    assert.match(await page.textContent(".notice"), /suspended \(maintenance by ann\)/);
    assert.ok(remote.files(raw).includes(`${raw}/my-batch.yaml`));
    await page.click('form[action$="/resume"] button');
    await until(page, "1 file held");
  } finally {
    await service.stop();
  }
});

test("a viewer judges and does not file, and the server refuses as well", async () => {
  const { service, remote, page } = await linked();
  try {
    await page.goto(`${service.url}/people`);
    await page.fill('form[action="/people"] #name', "vic");
    await page.fill('form[action="/people"] #password', "a viewer's password");
    await page.click('form[action="/people"] button');
    await until(page, "vic may sign in");
    const context = await browser.newContext();
    const viewer = await context.newPage();
    await signIn(viewer, service, "vic", "a viewer's password");
    await viewer.waitForURL(`${service.url}/`);
    await viewer.goto(`${service.url}/vet?fabric=fabric-1`);
    await viewer.fill("#text", broken);
    await viewer.waitForSelector("#verdict .caret");
    assert.equal(await viewer.locator("#file-it, button[formaction]").count(), 0);
    const csrf = await viewer.inputValue('main input[name="csrf"]');
    const form = { csrf, fabric: "fabric-1", path: "b.yaml", text: right };
    const tried = await context.request.post(`${service.url}/vet/file`, { form });
    assert.match(await tried.text(), /it takes the role operator/);
    const forged = await context.request.post(`${service.url}/vet/file`, { form: { ...form, csrf: "0" } });
    assert.equal(forged.status(), 403);
    assert.deepEqual(remote.files(raw), [`${raw}/.gitkeep`]);
  } finally {
    await service.stop();
  }
});
