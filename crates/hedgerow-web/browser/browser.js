// The system's Chromium, and the real program with something to look at: `hedgerow serve` on a store and a git
// repository of its own.
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

export const root = new URL("../../../", import.meta.url).pathname;
export const password = "correct horse battery";

/** A VPC that is held: its VLAN is a word. */
export const broken = `apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: batch
spec:
  subnets:
    jobs:
      subnet: 10.0.200.0/24
      vlan: "many"
`;

/** A bare repository and a work tree of it, driven by plain git. */
export class Remote {
  constructor(dir) {
    this.bare = join(dir, "fabrics.git");
    this.tree = join(dir, "tree");
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", this.bare]);
    execFileSync("git", ["clone", "--quiet", this.bare, this.tree], { stdio: "ignore" });
  }

  git(...args) {
    const who = ["-c", "user.name=Pat", "-c", "user.email=pat@example.com"];
    return execFileSync("git", ["-C", this.tree, ...who, ...args], { encoding: "utf8" }).trim();
  }

  /** Commits and pushes files by path; null takes one away. */
  push(files) {
    if (this.git("ls-remote", "origin", "main")) this.git("pull", "--quiet", "--rebase", "origin", "main");
    for (const [path, text] of Object.entries(files)) {
      const at = join(this.tree, path);
      if (text === null) rmSync(at);
      else {
        mkdirSync(dirname(at), { recursive: true });
        writeFileSync(at, text);
      }
    }
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "work");
    this.git("push", "--quiet", "origin", "HEAD:main");
  }

  /** The project's example as a fabric's inbox. */
  pushExample(directory) {
    cpSync(join(root, "examples/fabric-1"), join(this.tree, directory), { recursive: true });
    this.push({});
  }

  /** The paths below a directory at the remote's head. */
  files(directory) {
    this.git("fetch", "--quiet", "origin", "main");
    return this.git("ls-tree", "-r", "--name-only", "origin/main", "--", `${directory}/`).split("\n").filter(Boolean);
  }
}

/** Starts the program, with `more.service` in that section of its file and `more.tables(remote)` at its end; `stop` ends it and
 * clears up. */
export async function serve(more = {}) {
  const dir = mkdtempSync(join(tmpdir(), "hedgerow-pages-"));
  const remote = new Remote(dir);
  const config = join(dir, "hedgerow.toml");
  const network = `roots = ["${dir}"]\nnetworks = ["127.0.0.0/8"]\nclear_hosts = ["127.0.0.1"]`;
  writeFileSync(config, `[service]\nstore = "sqlite://${join(dir, "store.db")}"\n${more.service ?? ""}\n\n[network]\n${network}\n${more.tables?.(remote) ?? ""}`);
  const program = process.env.HEDGEROW_PROGRAM ?? join(root, "target/debug/hedgerow");
  const args = ["serve", "--config", config, "--listen", "127.0.0.1:0"];
  const environment = { ...process.env, HOME: dir, HEDGEROW_CACHE: join(dir, "cache") };
  const child = spawn(program, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  // A test that dies takes its service with it.
  const last = () => child.kill("SIGKILL");
  process.once("exit", last);
  const said = [];
  const found = { url: null, token: null };
  const ready = new Promise((done, lost) => {
    const read = (line) => {
      said.push(line);
      found.url ??= line.match(/http:\/\/127\.0\.0\.1:[0-9]+/)?.[0] ?? null;
      found.token ??= line.match(/hedgerow_[A-Za-z0-9_-]{20,}/)?.[0] ?? null;
      if (found.url && found.token) done();
    };
    createInterface({ input: child.stdout }).on("line", read);
    createInterface({ input: child.stderr }).on("line", read);
    child.once("exit", (code) => lost(new Error(`hedgerow serve ended with ${code}:\n${said.join("\n")}`)));
  });
  await ready;
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 5000).unref();
    await ended;
    process.off("exit", last);
    rmSync(dir, { recursive: true, force: true });
  };
  return { ...found, dir, remote, said, stop };
}

/** A page's path: names and ids in it are left out. */
export function plain(path) {
  return path.split(/[?#]/)[0].replace(/^\/(fabrics|repositories|people|tokens|hooks|runs)\/[^/]+/, "/$1/…");
}

/** The forms that tests saw and sent, and whose effects they saw, for `pressed.js`. */
export function note(what, words) {
  if (process.env.HEDGEROW_PRESSES) appendFileSync(join(process.env.HEDGEROW_PRESSES, String(process.pid)), `${what} ${words}\n`);
}

export async function launch() {
  const quiet = ["disable-background-networking", "disable-component-update", "disable-sync", "disable-quic", "no-first-run"];
  const browser = await chromium.launch({
    executablePath: process.env.HEDGEROW_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", ...quiet.map((flag) => `--${flag}`)],
  });
  const newContext = browser.newContext.bind(browser);
  browser.newContext = async (options) => {
    const context = await newContext(options);
    context.on("request", (request) => request.method() === "POST" && note("pressed", `post ${plain(new URL(request.url()).pathname)}`));
    return context;
  };
  return browser;
}

/** Makes the first user, and is signed in as them. */
export async function becomeFirst(page, service, name = "ann") {
  await page.goto(`${service.url}/sign-in`);
  await page.fill("#token", service.token);
  await page.fill("#name", name);
  await page.fill("#password", password);
  await page.click("button.primary");
  await page.waitForURL(`${service.url}/`);
}

export async function signIn(page, service, name, word = password) {
  await page.goto(`${service.url}/sign-in`);
  await page.fill("#name", name);
  await page.fill("#password", word);
  await page.click("button.primary");
}

/** The example fabric, linked by a first administrator and drained: the page that shows it. */
export async function drained(browser, service, options = {}) {
  service.remote.pushExample("lab/fabric-1");
  const page = await (await browser.newContext(options)).newPage();
  await becomeFirst(page, service);
  await link(page, service, "fabric-1", "lab/fabric-1");
  await until(page, "Drained.");
  return page;
}

/** Adds the repository and links the fabric by the pages. */
export async function link(page, service, name, directory) {
  await page.goto(`${service.url}/repositories`);
  if (!(await page.$(`td a.main:text-is("fabrics")`))) {
    await page.fill("#url", service.remote.bare);
    await page.fill("main #name", "fabrics");
    await page.click("main button.primary");
    await page.waitForURL(`${service.url}/repositories/fabrics`);
  }
  await page.goto(`${service.url}/link?repository=fabrics`);
  await page.fill("#branch", "main");
  await page.fill("#directory", directory);
  await page.fill("main #name", name);
  await page.click('main form[action="/link/plan"] button');
  await page.click('main form[action="/link"][method="post"] button.primary');
  await page.waitForURL(`${service.url}/fabrics/${name}`);
}

/** Asks the API with the first token: what the store has, told by nobody's page. */
export async function api(service, path, options = {}) {
  const headers = { authorization: `Bearer ${service.token}`, "content-type": "application/json" };
  const answer = await fetch(`${service.url}/api/v1${path}`, { headers, ...options });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}

/** Reloads until the page's text holds `text`. */
export async function until(page, text, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await page.textContent("main");
    if (found.includes(text)) return;
    if (Date.now() > end) throw new Error(`never saw ${JSON.stringify(text)} in:\n${found.replace(/\s+/g, " ")}`);
    await page.waitForTimeout(250);
    await page.reload();
  }
}
