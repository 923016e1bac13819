// Every form that a page has was sent by some test. `node pressed.js DIR`: what the tests noted there.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [dir] = process.argv.slice(2);
const lines = readdirSync(dir).flatMap((file) => readFileSync(join(dir, file), "utf8").split("\n").filter(Boolean));
const of = (what) => new Set(lines.filter((line) => line.startsWith(`${what} `)).map((line) => line.slice(what.length + 1)));
const [pressed, forms] = [of("pressed"), of("form")];
const missing = [...forms].filter((form) => !pressed.has(form)).sort();
if (forms.size === 0) throw new Error("no test looked for forms");
if (missing.length > 0) throw new Error(`no test presses the button of: ${missing.join(", ")}`);
console.log(`== each of the ${forms.size} forms of the pages was sent by a test`);
