// Every form of the pages is in the list of effects, was sent by a test, and what it does was seen on the remote or in the
// store. `node pressed.js DIR`: what the tests noted there.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { plain } from "./browser.js";
import { effects } from "./effects.js";

const [dir] = process.argv.slice(2);
const lines = readdirSync(dir).flatMap((file) => readFileSync(join(dir, file), "utf8").split("\n").filter(Boolean));
const of = (what) => new Set(lines.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1)));
const [pressed, forms, seen] = [of("pressed"), of("form"), of("effect")];
// The router's own words: no form is forgotten because no test came to its page.
const router = ["site.rs", "vet.rs"].map((file) => readFileSync(new URL(`../src/pages/${file}`, import.meta.url), "utf8")).join("");
const posts = [...router.matchAll(/\.route\(\s*"([^"]+)",[^;]*?\)\)/g)].filter(([text]) => text.includes("post("));
posts.forEach(([, path]) => forms.add(`post ${plain(path)}`));
if (posts.length < 15 || forms.size === 0) throw new Error("no test looked for forms, or the router was not read");
const complaints = [
  [[...forms].filter((form) => !(form in effects)), "effects.js does not say what these do"],
  [[...forms].filter((form) => form.startsWith("post ") && !pressed.has(form)), "no test presses the button of"],
  [Object.keys(effects).filter((form) => !seen.has(form)), "no test saw the effect of"],
  [Object.keys(effects).filter((form) => !forms.has(form)), "no page has"],
];
const told = complaints.filter(([which]) => which.length > 0).map(([which, words]) => `${words}: ${which.sort().join(", ")}`);
if (told.length > 0) throw new Error(told.join("\n"));
console.log(`== each of the ${forms.size} forms and buttons of the pages was pressed by a test, and its effect seen`);
