// Scores over a vocabulary: panels of logits are made, folded into each row's score, and forgotten.
//
// Work is cut into groups of columns by blocks of rows. A group is a range of spans of 1024 columns; its
// borders change nothing, since a row's score is a sum over spans, taken in order when all groups are
// done.
#include "block_product.h"
#include "natural_logarithm.h"
#include "score.h"
#include "thread_pool.h"
#include "tile.h"
#include "tiling.h"
#include <float.h>
#include <stdalign.h>

enum {
  span_panels = 1024 / TC_PANEL,
  block_rows = 192, // that strips of blocks are decoded for at once
  pass_rows = 1024, // at once; more rows are further passes over the weight
  most_groups = 48,
  row_bytes = 24 << 20, // of scratch memory that grows with a pass's rows
  target_bytes = 7 << 20,
};

typedef struct pass {
  const tc_product_kernels *kernels;
  const tc_score *score;
  tc_row_units rows; // of this pass
  size_t first_row, row_count, first_target, target_count;
  size_t units, panels, spans, groups;
  tc_score_lanes *lanes; // [groups, row_count]
  tc_score_part *parts;  // [spans, row_count]
  int32_t *above;        // [groups, target_count]
  tc_top *top;           // [groups, row_count, top_count]
} pass;

static size_t group_count(size_t spans) {
  const size_t threads = tc_pool_thread_count();
  return threads == 1 ? 1 : tc_least(spans, tc_least(most_groups, 8 * threads));
}

// Targets of row r of the pass.
static size_t targets_from(const pass *p, size_t r) {
  return (size_t)p->score->target_offsets[p->first_row + r];
}

static tc_top *top_of(const pass *p, size_t group, size_t row) {
  return p->top + (group * p->row_count + row) * p->score->top_count;
}

// A target's sum from a panel that is decoded: with those of its 63 neighbours, which cost less than a second
// kernel.
static float decoded_sum(const pass *p, size_t row, size_t id) {
  alignas(64) float sums[TC_PANEL];
  tc_multiply_decoded(p->kernels, p->score->weight, id / TC_PANEL, tc_rows_from(p->rows, row), 1, sums, NULL);
  return sums[id % TC_PANEL];
}

static float packed_sum(const pass *p, size_t row, size_t id) {
  const tc_packed *weight = p->score->weight;
  tc_lanes_fn *lanes = weight->operand == TC_OPERAND_FLOAT32 ? p->kernels->lanes_f32 : p->kernels->lanes_bf16;
  const size_t lane = id % 16, unit = id / TC_PANEL * p->units * TC_PANEL + (id - lane) % TC_PANEL;
  alignas(64) float sums[16];
  lanes(tc_row(p->rows, row), (const char *)weight->panels + 4 * unit, p->units, sums);
  return sums[lane];
}

static void target_task(void *context, size_t row) {
  const pass *p = context;
  const float *bias = p->score->bias;
  for (size_t t = targets_from(p, row); t < targets_from(p, row + 1); t++) {
    const size_t id = (size_t)p->score->targets[t];
    const float sum =
        (tc_is_decoded(p->kernels, p->score->weight, p->rows) ? decoded_sum : packed_sum)(p, row, id);
    p->score->target_logits[t] = p->kernels->score_capped(bias ? sum + bias[id] : sum, p->score->softcap);
  }
}

static void fold_row(const pass *p, float *logits, size_t row, size_t group, size_t panel) {
  const int32_t first = (int32_t)(panel * TC_PANEL);
  const size_t columns = tc_least(TC_PANEL, p->score->weight->outputs - panel * TC_PANEL);
  p->kernels->score_fold(logits, columns, first, p->score->softcap, &p->lanes[group * p->row_count + row]);
  if (p->score->top_count > 0)
    p->kernels->score_top(logits, first, top_of(p, group, row), p->score->top_count);
  if (p->score->target_ranks == NULL) return;
  int32_t *above = p->above + group * p->target_count - p->first_target;
  for (size_t t = targets_from(p, row); t < targets_from(p, row + 1); t++)
    above[t] += p->kernels->score_above(logits, first, p->score->target_logits[t], p->score->targets[t]);
}

static void score_decoded_panel(const pass *p, size_t group, size_t panel) {
  const float *bias = p->score->bias ? p->score->bias + panel * TC_PANEL : NULL;
  alignas(64) float block[block_rows * TC_PANEL];
  for (size_t row = 0; row < p->row_count; row += block_rows) {
    const size_t count = tc_least(block_rows, p->row_count - row);
    tc_multiply_decoded(p->kernels, p->score->weight, panel, tc_rows_from(p->rows, row), count, block, NULL);
    for (size_t r = 0; r < count; r++) {
      float *logits = block + r * TC_PANEL;
      if (bias)
        for (size_t c = 0; c < TC_PANEL; c++) logits[c] += bias[c];
      fold_row(p, logits, row + r, group, panel);
    }
  }
}

static void score_panel(const pass *p, size_t group, size_t panel) {
  const tc_packed *weight = p->score->weight;
  tc_tile_fn *tile = weight->operand == TC_OPERAND_FLOAT32 ? p->kernels->tile_f32 : p->kernels->tile_bf16;
  const size_t tiles = tc_ceiling(p->row_count, TC_TILE_ROWS), panel_bytes = p->units * TC_PANEL * 4;
  const char *start = (const char *)weight->panels + panel * panel_bytes;
  const float *bias = p->score->bias ? p->score->bias + panel * TC_PANEL : NULL;
  alignas(64) float logits[TC_TILE_ROWS * TC_PANEL];
  for (size_t i = 0; i < tiles; i++) {
    const size_t row = tc_part(p->row_count, i, tiles), end = tc_part(p->row_count, i + 1, tiles);
    const tc_prefetch next = tc_prefetch_for(start, panel_bytes, i, tiles);
    tile(tc_row(p->rows, row), p->rows.stride, end - row, start, p->units, NULL, next.first, next.lines,
         &(tc_tile_end){.y = logits, .stride = TC_PANEL, .bias = bias});
    for (size_t r = row; r < end; r++) fold_row(p, logits + (r - row) * TC_PANEL, r, group, panel);
  }
}

static void start_stretch(tc_score_lanes *lanes, int32_t first) {
  for (int32_t i = 0; i < 16; i++) {
    lanes->largest[i] = -FLT_MAX;
    lanes->sum[i] = 0;
    lanes->id[i] = first + i;
  }
}

static void group_task(void *context, size_t group) {
  const pass *p = context;
  if (p->score->target_ranks)
    memset(p->above + group * p->target_count, 0, p->target_count * sizeof *p->above);
  for (size_t i = 0; i < p->row_count * p->score->top_count; i++)
    top_of(p, group, 0)[i] = (tc_top){-__builtin_inff(), -1};
  tc_score_lanes *lanes = p->lanes + group * p->row_count;
  const size_t end = tc_part(p->spans, group + 1, p->groups);
  for (size_t span = tc_part(p->spans, group, p->groups); span < end; span++) {
    const size_t first = span * span_panels, last = tc_least(p->panels, first + span_panels);
    for (size_t r = 0; r < p->row_count; r++) start_stretch(&lanes[r], (int32_t)(first * TC_PANEL));
    for (size_t panel = first; panel < last; panel++)
      (tc_is_decoded(p->kernels, p->score->weight, p->rows) ? score_decoded_panel : score_panel)(p, group,
                                                                                                 panel);
    for (size_t r = 0; r < p->row_count; r++)
      p->parts[span * p->row_count + r] = p->kernels->score_total(&lanes[r]);
  }
}

// The lists of a row's groups in one; their ids rise from group to group.
static void join_top(const pass *p, size_t row) {
  const size_t count = p->score->top_count;
  tc_top *joined = p->score->top + (p->first_row + row) * count;
  memcpy(joined, top_of(p, 0, row), count * sizeof *joined);
  for (size_t g = 1; g < p->groups; g++)
    for (size_t i = 0; i < count; i++) tc_top_put(joined, count, top_of(p, g, row)[i]);
}

static void row_task(void *context, size_t row) {
  const pass *p = context;
  const tc_score *score = p->score;
  tc_score_part best;
  const double sum = p->kernels->score_join(p->parts + row, p->row_count, p->spans, &best);
  const double log_sum = tc_log(sum);
  const size_t at = p->first_row + row;
  score->log_sum_exp[at] = (float)(best.largest + log_sum);
  score->argmax[at] = best.id;
  score->argmax_logit[at] = best.largest;
  if (score->top_count > 0) join_top(p, row);
  for (size_t t = targets_from(p, row); t < targets_from(p, row + 1); t++) {
    const double log_probability = (double)score->target_logits[t] - best.largest - log_sum;
    // A library may add up a target by itself in another order than among its neighbours.
    score->target_log_probabilities[t] = log_probability > 0 ? 0 : (float)log_probability;
    if (score->target_ranks == NULL) continue;
    int32_t rank = 0;
    for (size_t g = 0; g < p->groups; g++) rank += p->above[g * p->target_count + t - p->first_target];
    score->target_ranks[t] = rank;
  }
}

static void run_pass(pass *p) {
  tc_pool_run(p->row_count, target_task, p);
  tc_pool_run(p->groups, group_task, p);
  tc_pool_run(p->row_count, row_task, p);
}

// Scratch memory of a pass, in this order; `p` may be NULL to learn the size.
static size_t lay_out(const tc_score *score, size_t rows, size_t targets, pass *p) {
  const size_t spans = tc_ceiling(tc_packed_panels(score->weight), span_panels);
  const size_t groups = group_count(spans);
  char *at = score->scratch;
  const size_t sizes[] = {
      tc_linear_scratch(score->weight, rows),
      groups * rows * sizeof(tc_score_lanes),
      spans * rows * sizeof(tc_score_part),
      score->target_ranks ? groups * targets * sizeof(int32_t) : 0,
      groups * rows * score->top_count * sizeof(tc_top),
  };
  enum { parts = sizeof sizes / sizeof *sizes };
  size_t offsets[parts], total = 0;
  for (int i = 0; i < parts; i++) {
    offsets[i] = total;
    total += tc_ceiling(sizes[i], 64) * 64;
  }
  if (p == NULL) return total;
  p->spans = spans;
  p->groups = groups;
  p->lanes = (tc_score_lanes *)(at + offsets[1]);
  p->parts = (tc_score_part *)(at + offsets[2]);
  p->above = (int32_t *)(at + offsets[3]);
  p->top = (tc_top *)(at + offsets[4]);
  return total;
}

// Rows of the pass that begins at `first`: as many as scratch memory is meant to hold, and at least one.
static size_t pass_end(const tc_score *score, size_t first) {
  const size_t spans = tc_ceiling(tc_packed_panels(score->weight), span_panels);
  const size_t groups = group_count(spans);
  const size_t bytes_a_row = tc_linear_scratch(score->weight, 1) + spans * sizeof(tc_score_part) +
                             groups * (sizeof(tc_score_lanes) + score->top_count * sizeof(tc_top));
  const size_t most_rows = tc_least(pass_rows, row_bytes / bytes_a_row);
  const size_t most_targets = target_bytes / (groups * sizeof(int32_t));
  size_t end = first + 1;
  while (end < score->row_count && end - first < most_rows &&
         (size_t)(score->target_offsets[end + 1] - score->target_offsets[first]) <= most_targets)
    end++;
  return end;
}

size_t tc_score_scratch(const tc_score *score) {
  size_t most = 0;
  for (size_t first = 0, end; first < score->row_count; first = end) {
    end = pass_end(score, first);
    const size_t targets = (size_t)(score->target_offsets[end] - score->target_offsets[first]);
    most = tc_most(most, lay_out(score, end - first, targets, NULL));
  }
  return most;
}

void tc_score_run(const tc_product_kernels *kernels, const tc_score *score) {
  for (size_t first = 0, end; first < score->row_count; first = end) {
    end = pass_end(score, first);
    pass p = {
        .kernels = kernels,
        .score = score,
        .first_row = first,
        .row_count = end - first,
        .first_target = (size_t)score->target_offsets[first],
        .target_count = (size_t)(score->target_offsets[end] - score->target_offsets[first]),
        .units = tc_packed_units(score->weight),
        .panels = tc_packed_panels(score->weight),
    };
    lay_out(score, p.row_count, p.target_count, &p);
    p.rows = tc_operand_rows(kernels, score->weight, score->rows + first * score->weight->inner, p.row_count,
                             score->scratch);
    run_pass(&p);
  }
}
