"use strict";

// Puts the explorer of samples together once the whole page is there.

function setTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
}

/// The place of a sample in a link: `#sample/TASK/DOCUMENT/REPETITION`.
function hash(rows, i) {
  const name = encodeURIComponent(rows.manifest.tasks[rows.task[i]].name.toWellFormed?.() ?? "");
  return `#sample/${name}/${rows.document[i]}/${rows.repetition[i]}`;
}

function linked(rows) {
  const [kind, name, document, repetition] = location.hash.slice(1).split("/");
  if (kind !== "sample" || repetition === undefined) return -1;
  let task = "";
  try { task = decodeURIComponent(name); } catch { return -1; }
  return rows.find(rows.manifest.tasks.findIndex((one) => one.name === task), Number(document), Number(repetition));
}

async function start() {
  document.getElementById("theme").addEventListener("click", setTheme);
  findBlocks();
  const manifest = await block("manifest");
  const form = document.getElementById("filters");
  if (!manifest || !form) return;
  const rows = new Rows(manifest);
  const view = new SampleView(document.getElementById("sample"), rows, (step) => {
    if (list.selected.length) list.choose(Math.max(0, Math.min(list.selected.length - 1, list.current + step)), true);
  });
  const open = (i) => {
    history.replaceState(null, "", hash(rows, i));
    view.show(i, true);
  };
  const list = new SampleList(document.getElementById("list"), rows, open);
  const order = { by: "", descending: false };
  const heads = header(list, manifest, order, () => filter());

  const filter = () => {
    const isOn = (name) => form.elements[name]?.getAttribute("aria-pressed") === "true";
    const began = performance.now();
    const selected = rows.select({
      task: Number(form.elements.task.value), run: Number(form.elements.run?.value ?? -1), words: form.elements.words.value,
      wrong: isOn("wrong"), flipped: isOn("flipped"), truncated: isOn("truncated"), tied: isOn("tied"),
      order: order.by, descending: order.descending,
    });
    list.show(selected);
    performance.measure("filter", { start: began });
    document.getElementById("count").textContent = `${selected.length} of ${rows.count} samples`;
    heads();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.addEventListener("click", (event) => {
    if (!event.target.hasAttribute("aria-pressed")) return;
    event.target.setAttribute("aria-pressed", event.target.getAttribute("aria-pressed") !== "true");
    filter();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !view.section.hidden) view.close();
    if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "")) {
      event.preventDefault();
      form.elements.words.focus();
    }
  });
  const follow = () => {
    const i = linked(rows);
    if (i < 0 || i === view.wanted) return;
    list.current = Math.max(0, list.selected.indexOf(i));
    list.choose(list.current, false);
    view.show(i, true);
  };
  addEventListener("hashchange", follow);
  await rows.load(filter);
  document.documentElement.dataset.ready = "true";
  follow();
}

/// The names of the columns, which sort by them.
function header(list, manifest, order, changed) {
  const columns = [["Task", ""], ["Document", "document"], ["Text", null], ...manifest.runs.map(({ name }) => [name, null]),
    ["Margin, nats", "margin"], ["Tokens", "tokens"]];
  const draw = () => list.head.replaceChildren(...columns.map(([name, by]) => {
    if (by === null) return make("span", { role: "columnheader", title: name }, name);
    const isCurrent = order.by === by;
    const sort = isCurrent ? (order.descending ? "descending" : "ascending") : "none";
    const arrow = isCurrent ? (order.descending ? " ↓" : " ↑") : "";
    const button = make("button", { type: "button", "data-by": by, title: `Sort by ${name}` }, name + arrow);
    return make("span", { role: "columnheader", "aria-sort": sort, class: by ? "number" : "" }, button);
  }));
  list.head.addEventListener("click", (event) => {
    const by = event.target.dataset.by;
    if (by === undefined) return;
    order.descending = order.by === by && !order.descending;
    order.by = by;
    changed();
    list.head.querySelector(`[data-by="${by}"]`)?.focus();
  });
  return draw;
}

start();
