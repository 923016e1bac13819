// What a page gains from scripts. Every page works without: this only saves a reload, a look at the clock or a keystroke.
"use strict";

// "/" goes to the search.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    const field = document.querySelector("#search");
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  }
  if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
  }
});

document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

function copy(button) {
  const text = document.getElementById(button.dataset.copy)?.textContent ?? "";
  const say = (word) => {
    const before = button.textContent;
    button.textContent = word;
    setTimeout(() => (button.textContent = before), 1500);
  };
  navigator.clipboard?.writeText(text).then(() => say("Copied"), () => say("Select it by hand"));
}

// Ages grow while a page is open. The server says how old something was when it answered.
const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

function words(seconds) {
  if (seconds < 1) return "now";
  const [size, unit] = UNITS.find(([size]) => seconds >= size);
  return `${Math.floor(seconds / size)} ${unit}`;
}

function tick() {
  document.querySelectorAll("[data-age-s]").forEach((node) => {
    node.dataset.seenAt ??= performance.now();
    const seconds = Number(node.dataset.ageS) + (performance.now() - Number(node.dataset.seenAt)) / 1000;
    const text = words(seconds);
    node.textContent = text === "now" ? "just now" : `${text} ago`;
  });
  document.querySelectorAll("[data-due-s]").forEach((node) => {
    node.dataset.seenAt ??= performance.now();
    const seconds = Number(node.dataset.dueS) - (performance.now() - Number(node.dataset.seenAt)) / 1000;
    node.textContent = seconds > 0 ? `in ${words(seconds)}` : "now";
  });
}
setInterval(tick, 1000);

// A page left open says that it lost the connection, and that it found it again. Its stream says `beat` every five seconds;
// silence is a loss, too: a line that was cut between the two ends tells neither.
const SILENCE = 16_000;
const lost = (is) => document.documentElement.classList.toggle("is-lost", is);
let heard = performance.now();
const hear = () => {
  heard = performance.now();
  lost(false);
};
["htmx:sseOpen", "htmx:sseMessage", "htmx:afterOnLoad"].forEach((word) => document.addEventListener(word, hear));
document.addEventListener("htmx:sendError", () => lost(true));
// A stream may end and be opened anew: only one that does not come back is a loss.
document.addEventListener("htmx:sseError", () => setTimeout(() => performance.now() - heard > 2_500 && lost(true), 3_000));
setInterval(() => document.querySelector("[sse-connect]:not([sse-close])") && performance.now() - heard > SILENCE && lost(true), 1_000);
// A page without a stream asks now and then whether the service is there.
const ASKING = 10_000;
setInterval(() => {
  if (document.hidden || document.querySelector("[sse-connect], [hx-trigger^='every']")) return;
  fetch("/healthz", { cache: "no-store" }).then((answer) => lost(!answer.ok), () => lost(true));
}, ASKING);
document.addEventListener("visibilitychange", () => (heard = performance.now()));
window.addEventListener("offline", () => lost(true));
window.addEventListener("online", hear);

// A file dropped on a field that takes YAML becomes its text.
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.("textarea[data-drop]")) event.preventDefault();
});
document.addEventListener("drop", (event) => {
  const field = event.target.closest?.("textarea[data-drop]");
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!field || files.length === 0) return;
  event.preventDefault();
  Promise.all(files.map((file) => file.text())).then((texts) => {
    field.value = texts.map((text) => text.replace(/\n?$/, "\n")).join("---\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
});


// What only scripts can do is shown where they run.
const show = () => document.querySelectorAll("[data-scripted]").forEach((node) => (node.hidden = false));
show();
document.addEventListener("htmx:load", show);

// A file that is chosen becomes the text of a field, and its name the file's where none was typed.
document.addEventListener("change", async (event) => {
  const into = document.getElementById(event.target.dataset?.into ?? "");
  const file = event.target.files?.[0];
  if (!into || !file) return;
  into.value = await file.text();
  const name = document.getElementById(event.target.dataset.name ?? "");
  if (name && name.value === "") name.value = file.name.replace(/[^A-Za-z0-9._-]+/g, "-");
  into.dispatchEvent(new Event("input", { bubbles: true }));
});
