"use strict";

// A list of which only the rows in sight are elements.

const ROW_HEIGHT = 32, HEAD_HEIGHT = 36, MARGIN_ROWS = 8;

class SampleList {
  constructor(container, rows, open) {
    [this.container, this.rows, this.open] = [container, rows, open];
    this.selected = new Uint32Array();
    this.current = 0;
    this.spacer = make("div", { class: "spacer", role: "rowgroup" });
    this.head = make("div", { class: "list-head", role: "row", "aria-rowindex": 1 });
    container.append(this.head, this.spacer);
    container.addEventListener("scroll", () => this.drawLater());
    container.addEventListener("keydown", (event) => this.move(event));
    container.addEventListener("click", (event) => {
      const row = event.target.closest(".row");
      if (row) this.choose(Number(row.dataset.place), true);
    });
    new ResizeObserver(() => this.drawLater()).observe(container);
    const runs = rows.manifest.runs.map(() => "6.5rem").join(" ");
    this.columns = `8rem 6rem minmax(8rem, 1fr) ${runs} 7.5rem 5rem`;
    this.head.style.gridTemplateColumns = this.columns;
  }

  show(selected) {
    this.selected = selected;
    this.current = Math.min(this.current, Math.max(0, selected.length - 1));
    this.spacer.style.height = `${selected.length * ROW_HEIGHT}px`;
    this.container.setAttribute("aria-rowcount", selected.length + 1);
    this.draw();
  }

  drawLater() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.draw();
    });
  }

  draw() {
    const top = this.container.scrollTop - HEAD_HEIGHT;
    const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - MARGIN_ROWS);
    const last = Math.ceil((top + this.container.clientHeight) / ROW_HEIGHT) + MARGIN_ROWS;
    const elements = [];
    for (let place = first; place < Math.min(last, this.selected.length); place++) elements.push(this.row(place));
    this.spacer.replaceChildren(...elements);
    const isInSight = this.current >= first && this.current < last && this.selected.length > 0;
    if (isInSight) this.container.setAttribute("aria-activedescendant", `row-${this.current}`);
    else this.container.removeAttribute("aria-activedescendant");
  }

  row(place) {
    const { rows } = this, i = this.selected[place];
    const cell = (text, kind = "") => make("span", { role: "gridcell", class: kind }, text);
    const element = make("div", {
      class: "row", role: "row", id: `row-${place}`, "data-place": place, "aria-rowindex": place + 2,
      "aria-selected": place === this.current ? "true" : "false",
    });
    element.append(
      cell(rows.manifest.tasks[rows.task[i]].name),
      cell(rows.document[i] + (rows.repetition[i] ? `.${rows.repetition[i]}` : ""), "number"),
      make("span", { role: "gridcell", dir: "auto" }, visible(rows.text[i].slice(0, 240).replace(/\s+/g, " "))),
      ...rows.runs.map((run) => this.verdict(run.state[i], run.score[i])),
      cell(number(rows.runs[0].margin[i], 2), "number"), cell(number(rows.runs[0].tokens[i]), "number"));
    element.style.top = `${place * ROW_HEIGHT}px`;
    element.style.gridTemplateColumns = this.columns;
    return element;
  }

  verdict(state, score) {
    if (state < 0) return make("span", { role: "gridcell", class: "faint" }, "absent");
    const flags = (state & TRUNCATED ? " cut" : "") + (state & TIED ? " tied" : "") + (state & MERGED ? " merged" : "");
    const [word, kind] = state & RIGHT ? ["✓ right", "good"] : state & WRONG ? ["✗ wrong", "bad"] : [number(score, 3), ""];
    return make("span", { role: "gridcell", class: kind, title: word + flags }, word + flags);
  }

  choose(place, opens) {
    this.current = place;
    const top = place * ROW_HEIGHT, { container } = this;
    if (top < container.scrollTop) container.scrollTop = top;
    const bottom = top + ROW_HEIGHT + HEAD_HEIGHT - container.clientHeight;
    if (bottom > container.scrollTop) container.scrollTop = bottom;
    this.draw();
    if (opens && this.selected.length) this.open(this.selected[place]);
  }

  move(event) {
    if (event.target !== this.container) return;
    const last = this.selected.length - 1;
    const page = Math.max(1, Math.floor((this.container.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const places = {
      ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page,
      PageUp: this.current - page, Home: 0, End: last,
    };
    if (event.key === "Enter" || event.key === " ") this.choose(this.current, true);
    else if (event.key in places) this.choose(Math.max(0, Math.min(last, places[event.key])), false);
    else return;
    event.preventDefault();
  }
}
