"use strict";

// All samples as columns, one entry a row; filters and orders are lists of rows.

const RIGHT = 1, WRONG = 2, TRUNCATED = 4, TIED = 8, MERGED = 16;
const MILLISECONDS_BETWEEN_CHANGES = 300;

class Rows {
  constructor(manifest) {
    this.manifest = manifest;
    this.count = 0;
    [this.task, this.document, this.repetition, this.text, this.lowered] = [[], [], [], [], []];
    /// For each run: line, state (-1 where the run has no such sample), score, margin, tokens.
    this.runs = manifest.runs.map(() => ({ line: [], state: [], score: [], margin: [], tokens: [] }));
    this.flipped = [];
  }

  /// Decodes the columns slice by slice; calls `changed` after the first, now and then, and at the end.
  async load(changed) {
    let last = -Infinity;
    for (const [task, { slices }] of this.manifest.tasks.entries()) {
      for (let slice = 0; slice < slices; slice++) {
        this.append(task, await block(`i${task}.${slice}`));
        if (performance.now() - last < MILLISECONDS_BETWEEN_CHANGES) continue;
        changed();
        last = performance.now();
      }
    }
    changed();
  }

  append(task, slice) {
    for (let i = 0; i < slice.document.length; i++) {
      this.task.push(task);
      this.document.push(slice.document[i]);
      this.repetition.push(slice.repetition ? slice.repetition[i] : 0);
      this.text.push(slice.text[i]);
      this.lowered.push(slice.text[i].toLowerCase());
      let seen = 0;
      this.runs.forEach((run, index) => {
        const column = slice.runs[index];
        const state = column ? column.state.charCodeAt(i) - 48 : -1;
        const isThere = state >= 0;
        run.state.push(isThere ? state : -1);
        run.line.push(isThere ? column.line[i] : -1);
        run.score.push(isThere ? column.score[i] : null);
        run.margin.push(isThere ? column.margin[i] : null);
        run.tokens.push(isThere ? column.tokens[i] : null);
        if (isThere) seen |= state & (RIGHT | WRONG);
      });
      this.flipped.push(seen === (RIGHT | WRONG));
    }
    this.count += slice.document.length;
  }

  /// The rows that a filter lets through, in its order.
  select({ task, words, wrong, flipped, truncated, tied, run, order, descending }) {
    const needle = words.toLowerCase();
    const flags = (truncated ? TRUNCATED : 0) | (tied ? TIED : 0) | (wrong ? WRONG : 0);
    const runs = run < 0 ? this.runs : [this.runs[run]];
    const found = new Uint32Array(this.count);
    let count = 0;
    for (let i = 0; i < this.count; i++) {
      if (task >= 0 && this.task[i] !== task) continue;
      if (flipped && !this.flipped[i]) continue;
      if (flags || run >= 0) {
        // All that is asked of a run must hold of one and the same.
        if (!runs.some(({ state }) => state[i] >= 0 && (state[i] & flags) === flags)) continue;
      }
      if (needle && !this.lowered[i].includes(needle)) continue;
      found[count++] = i;
    }
    const rows = found.subarray(0, count);
    const key = this.key(order, run < 0 ? 0 : run);
    if (key) rows.sort((a, b) => compare(key[a], key[b], descending) || a - b);
    else if (descending) rows.reverse();
    return rows;
  }

  key(order, run) {
    return order === "document" ? this.document : this.runs[run][order];
  }

  find(task, document, repetition) {
    for (let i = 0; i < this.count; i++) {
      if (this.document[i] === document && this.task[i] === task && this.repetition[i] === repetition) return i;
    }
    return -1;
  }
}

/// What has no number comes last, whatever the order.
function compare(a, b, descending) {
  if (a === null || b === null) return (a === null) - (b === null);
  return descending ? b - a : a - b;
}
