"use strict";

// One sample: its texts, what each run answered, and the tokens that were scored.

const SHOWN_CHARACTERS = 6000, SHOWN_TOKENS = 1500;

class SampleView {
  constructor(section, rows, move) {
    [this.section, this.rows, this.move] = [section, rows, move];
    this.wanted = -1;
  }

  async show(i, focuses) {
    this.wanted = i;
    const { rows } = this, task = rows.manifest.tasks[rows.task[i]];
    const records = await Promise.all(rows.runs.map((run, index) => this.record(task, index, rows.task[i], run.line[i])));
    const vocabularies = await Promise.all(rows.runs.map((_, index) => keptBlock(`v${index}`)));
    if (this.wanted !== i) return; // another was opened meanwhile
    const first = records.find((record) => record);
    const repetition = rows.repetition[i] ? `, repetition ${rows.repetition[i]}` : "";
    const heading = make("h3", { tabindex: -1 }, `${task.name}, document ${rows.document[i]}${repetition}`);
    this.section.replaceChildren(heading, this.tools(i), ...question(first),
      ...(isChoice(first) ? [choices(rows, records)] : []));
    records.forEach((record, index) => {
      if (record) this.section.append(runPart(rows.manifest.runs[index].name, record, vocabularies[index] ?? {}));
    });
    if (first.document !== undefined) {
      this.section.append(make("details", {}, make("summary", {}, "Document"), long(JSON.stringify(first.document, null, 2))));
    }
    this.section.hidden = false;
    if (focuses) {
      heading.focus({ preventScroll: true });
      this.section.scrollIntoView({ block: "start" });
    }
  }

  /// What a run recorded of a sample; `null` where it has none.
  async record(task, run, taskIndex, line) {
    const chunks = task.chunks[run];
    if (line < 0 || !chunks) return null;
    let chunk = 0;
    while (chunk + 1 < chunks.length && chunks[chunk + 1] <= line) chunk++;
    return (await block(`s${run}.${taskIndex}.${chunk}`))[line - chunks[chunk]];
  }

  tools(i) {
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(location.href);
        announce("The link is copied.");
      } catch {
        announce(`The link is ${location.href}`);
      }
    };
    return make("div", { class: "tools" },
      make("button", { type: "button", onclick: () => this.move(-1) }, "Previous"),
      make("button", { type: "button", onclick: () => this.move(1) }, "Next"),
      make("button", { type: "button", onclick: copy }, "Copy link"),
      make("button", { type: "button", onclick: () => this.close() }, "Close"));
  }

  close() {
    this.wanted = -1;
    this.section.hidden = true;
    history.replaceState(null, "", location.pathname + location.search);
    document.getElementById("list").focus();
  }
}

function isChoice(record) {
  return record.arguments.length > 1 && record.requests.every((request) => request.tokens && !request.isGenerated);
}

/// A text of which a very long one is shown in part until more is wanted.
function long(text) {
  const pre = make("pre", { dir: "auto" }, visible(text.slice(0, SHOWN_CHARACTERS)));
  if (text.length <= SHOWN_CHARACTERS) return pre;
  const all = make("button", { type: "button", onclick: () => {
    pre.replaceChildren(visible(text));
    all.remove();
  } }, `Show all ${text.length} characters`);
  return make("div", {}, pre, all);
}

function question(record) {
  if (!record.arguments.length) return [];
  const [context] = record.arguments[0];
  const isShared = record.arguments.every((texts) => texts[0] === context);
  const parts = [make("h4", {}, record.arguments[0].length > 1 || record.requests[0]?.isGenerated ? "Prompt" : "Text")];
  if (isShared) parts.push(long(context));
  else record.arguments.forEach((texts) => parts.push(long(texts.join(" ┆ "))));
  if (!isChoice(record) && record.target !== undefined) {
    const target = typeof record.target === "string" ? record.target : JSON.stringify(record.target);
    if (target !== "" && target !== '""') parts.push(make("h4", {}, "Right answer"), long(target));
  }
  return parts;
}

function sum(numbers) {
  return numbers.reduce((total, value) => total + (value ?? -Infinity), 0);
}

/// The options with what each run gave them: its log-likelihood and its probability among them.
function choices(rows, records) {
  const first = records.find((record) => record);
  const scored = records.map((record) => {
    if (!record) return null;
    const sums = record.requests.map((request) => sum(request.log_probabilities));
    const most = Math.max(...sums);
    const total = sums.reduce((all, value) => all + Math.exp(value - most), 0);
    return { sums, most, share: sums.map((value) => Math.exp(value - most) / total) };
  });
  const isMany = records.length > 1;
  const head = make("tr", {}, make("th", { scope: "col" }, "Choice"), make("th", { scope: "col" }, ""));
  rows.manifest.runs.forEach(({ name }, run) => {
    if (!records[run]) return;
    head.append(make("th", { scope: "col", class: "number" }, isMany ? `${name}, nats` : "nats"),
      make("th", { scope: "col", class: "number" }, "share"));
  });
  const body = first.arguments.map((texts, choice) => {
    const marks = [choice === first.right ? "✓ right" : ""];
    scored.forEach((run, index) => {
      if (run && run.sums[choice] === run.most) marks.push(isMany ? `chosen by ${rows.manifest.runs[index].name}` : "chosen");
    });
    const line = make("tr", { class: scored.some((run) => run && run.sums[choice] === run.most) ? "chosen" : null },
      make("td", { dir: "auto" }, visible(texts[texts.length - 1])), make("td", {}, marks.filter((mark) => mark).join(", ")));
    scored.forEach((run) => {
      if (run) line.append(make("td", { class: "number" }, number(run.sums[choice], 3)),
        make("td", { class: "number" }, `${(100 * run.share[choice]).toFixed(1)} %`));
    });
    return line;
  });
  return make("div", { class: "scroll" }, make("table", {},
    make("caption", {}, "Choices, by their summed log-likelihood; the share is of the choices' probability."),
    make("thead", {}, head), make("tbody", {}, ...body)));
}

function runPart(name, record, vocabulary) {
  const part = make("section", { "aria-label": name }, make("h4", {}, name), badges(record));
  const readout = make("p", { class: "readout faint", "aria-live": "polite" }, "Arrow keys or the pointer show a token's numbers.");
  if (record.requests.some((request) => request.tokens.length)) part.append(legend());
  record.requests.forEach((request, index) => {
    const option = record.arguments.length > 1 ? `Choice ${index + 1}` : request.isGenerated ? "Answer" : `Scored tokens${
      record.requests.length > 1 ? `, part ${index + 1} of ${record.requests.length}` : ""}`;
    part.append(heat(option, request, vocabulary, readout));
  });
  part.append(readout);
  for (const [filter, answer] of Object.entries(record.answers ?? {})) {
    part.append(make("p", {}, `Answer by ${filter}: `, make("bdi", {}, visible(answer))));
  }
  return part;
}

function badges(record) {
  const line = make("p", {});
  for (const flag of ["truncated", "tied", "merged"]) {
    if (record[flag]) line.append(make("span", { class: "badge note" }, flag));
  }
  const values = Object.entries(record.values).map(([name, value]) =>
    `${name} ${Array.isArray(value) ? JSON.stringify(value).slice(0, 80) : number(value)}`);
  line.append(make("span", { class: "faint" }, values.length ? values.join(" · ") : `score ${number(record.score)}`));
  return line;
}

const HEAT_LIMITS = [0.5, 0.2, 0.05, 0.01, 0.001];

function legend() {
  const words = ["p ≥ 0.5", "≥ 0.2", "≥ 0.05", "≥ 0.01", "≥ 0.001", "less"];
  return make("p", { class: "legend faint" }, ...words.map((word, step) => make("span", { class: `heat-${step}` }, word)),
    "underlined: the model preferred another token");
}

/// Tokens in the colour of their probability. One is current, and arrow keys go from one to the next.
function heat(label, request, vocabulary, readout) {
  const strip = make("div", { class: "tokens", tabindex: 0, role: "group", dir: "auto",
    "aria-label": `${label}: ${request.tokens.length} tokens, ${number(sum(request.log_probabilities), 3)} nats; arrow keys read them` });
  const text = (id) => visible(vocabulary[id] ?? `⟨${id}⟩`);
  const elements = [];
  const describe = (at) => {
    const nats = request.log_probabilities[at], preferred = request.argmax?.[at];
    const other = preferred !== undefined && preferred !== request.tokens[at] ? `; preferred “${text(preferred)}”` : "";
    const share = 100 * Math.exp(nats ?? -Infinity);
    return `${label}, token ${at + 1} of ${request.tokens.length}: “${text(request.tokens[at])}” ${number(nats)} nats, ${
      share.toPrecision(3)} %${other}`;
  };
  const draw = (until) => {
    for (let at = elements.length; at < Math.min(until, request.tokens.length); at++) {
      const probability = Math.exp(request.log_probabilities[at] ?? -Infinity);
      const step = HEAT_LIMITS.findIndex((limit) => probability >= limit);
      const isOther = request.argmax && request.argmax[at] !== request.tokens[at];
      const element = make("span", { class: `heat-${step < 0 ? 5 : step}${isOther ? " other" : ""}` },
        text(request.tokens[at]).replace(/\n/g, "⏎\n"));
      element.dataset.at = at;
      elements.push(element);
      strip.append(element);
    }
  };
  let current = -1;
  const point = (at) => {
    current = at;
    readout.textContent = describe(at);
  };
  strip.addEventListener("pointerover", (event) => {
    if (event.target.dataset.at !== undefined) point(Number(event.target.dataset.at));
  });
  strip.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    point(Math.max(0, Math.min(elements.length - 1, current + step)));
  });
  draw(SHOWN_TOKENS);
  const box = make("div", {}, make("div", { class: "faint" }, `${label}, ${number(sum(request.log_probabilities), 3)} nats`), strip);
  if (elements.length < request.tokens.length) {
    const all = make("button", { type: "button", onclick: () => {
      draw(Infinity);
      all.remove();
    } }, `Show all ${request.tokens.length} tokens`);
    box.append(all);
  }
  return box;
}
