// What every button does, and where that is seen: on the remote or in the store, not on the page that says so. A test presses
// each by `press`, which asks the list; `pressed.js` fails for a form that is not in it, and for one whose effect no test saw.
import { note, plain } from "./browser.js";

export const effects = {
  "post /sign-in/first": "the store has the administrator",
  "post /sign-in": "the store knows when they signed in",
  "post /sign-out": "the store has forgotten the session: its cookie is worth nothing",
  "post /theme": "the service draws the next page so",
  "post /people": "the store has somebody of that role",
  "post /people/…": "the store has another role",
  "post /tokens": "the API takes the token",
  "post /tokens/…/revoke": "the API refuses the token",
  "post /repositories": "the store has the repository",
  "post /repositories/…/credential": "the store has a credential, and not its secret in the clear",
  "post /repositories/…/check": "the remote was asked, and is as it was",
  "post /repositories/…/credential/remove": "the store has no credential",
  "post /repositories/…/remove": "the store has no such repository",
  "post /link/plan": "nothing is linked, and the remote is as it was",
  "post /link": "the store has the fabric, and the remote gets its first commit of ours",
  "post /fabrics/…/sync": "the remote has the commit",
  "post /fabrics/…/check": "the remote was asked, and is as it was",
  "post /fabrics/…/suspend": "the store has the word, and a look that comes to the repository leaves this fabric alone",
  "post /fabrics/…/resume": "the word is gone, and the remote has the commit",
  "post /fabrics/…/unlink": "the store has no such fabric, and git is as it was",
  "post /vet": "the remote is as it was",
  "post /vet/file": "the remote has the file, by whoever filed it",
  "get /link": "the directories with an inbox of that repository are shown",
  "get /": "the fabrics with that in their name are shown",
  "get /repositories": "the repositories with that in their name are shown",
  "get /people": "the people with that in their name are shown",
  "get /search": "what the store has of that name is shown",
  "get /fabrics/…/objects": "the objects that the store has of that kind are shown",
  "get /fabrics/…/topology": "the VPC that the store has is over the picture",
  "get /runs/…": "the lines that the run's ledger has of that outcome are shown",
  "get /deliveries": "the deliveries that the store has of that result are shown",
  "get /audit": "the changes that the store has about that are shown",
  copy: "the clipboard has the command",
};

/** Presses a button (or Enter in a field), and `seen` looks for what it did, away from the page. */
export async function press(page, selector, seen) {
  const button = page.locator(selector).first();
  const [method, action, copies] = await button.evaluate((one) => [one.form?.method, one.getAttribute("formaction") ?? one.form?.getAttribute("action") ?? "", one.hasAttribute("data-copy")]);
  const what = copies ? "copy" : `${method} ${plain(new URL(action, page.url()).pathname)}`;
  if (!(what in effects)) throw new Error(`effects.js does not say what ${what} does`);
  const is = await button.evaluate((one) => one.tagName);
  await (is === "INPUT" ? button.press("Enter") : button.click());
  await seen();
  note("effect", what);
}
