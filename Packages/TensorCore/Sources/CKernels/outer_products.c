// Sums of outer products: a run of rows is copied into tiles of six columns on the left and panels of 64 on
// the right, in which the rows are the inner dimension of a product.
#include "outer_products.h"
#include "thread_pool.h"
#include "tiling.h"
#include <stdalign.h>

enum { tiles_per_step = 16, steps_per_thread = 4 };

typedef struct run {
  const tc_product_kernels *kernels;
  const tc_outer_products *sum;
  size_t first, rows;
  size_t tiles, panels; // of the left, of the right
  size_t parts;         // of the tiles, so that there are steps for every thread
  size_t ahead;         // panels from one that a thread takes to its next
} run;

static void copy_tiles(void *context, size_t step) {
  const run *t = context;
  const tc_outer_products *sum = t->sum;
  const size_t tile = step * tiles_per_step, column = tile * TC_TILE_ROWS;
  t->kernels->transpose_tiles(sum->left + t->first * sum->left_width + column, sum->left_width, t->rows,
                              tc_least(tiles_per_step * TC_TILE_ROWS, sum->left_width - column),
                              (float *)sum->scratch + tile * t->rows * TC_TILE_ROWS);
}

// A tile of a panel that is not whole goes by way of `sums`.
static void end_tile(const float *sums, size_t rows, size_t columns, bool adds, float *y, size_t stride) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++)
      y[r * stride + c] = adds ? sums[r * TC_PANEL + c] + y[r * stride + c] : sums[r * TC_PANEL + c];
}

// Each panel is copied by the thread that multiplies with it: it stays in the cache of that core. Meanwhile
// the rows of the panel that this thread copies next, if the threads keep step, come nearer.
static void multiply_part(void *context, size_t step) {
  alignas(64) float panel[TC_RUN_ROWS * TC_PANEL], sums[TC_TILE_ROWS * TC_PANEL];
  const run *t = context;
  const tc_outer_products *sum = t->sum;
  const size_t stride = sum->right_width, column = step / t->parts * TC_PANEL, part = step % t->parts;
  const size_t columns = tc_least(TC_PANEL, stride - column);
  const bool adds = sum->adds || t->first > 0, whole = columns == TC_PANEL;
  const float *from = sum->right + t->first * stride + column;
  t->kernels->transpose_panel(from, stride, t->rows, columns, panel);
  const bool has_next = column + (t->ahead + 1) * TC_PANEL <= stride;
  const size_t first = tc_part(t->tiles, part, t->parts),
               count = tc_part(t->tiles, part + 1, t->parts) - first;
  for (size_t i = 0; i < count; i++) {
    const size_t tile = first + i, row = tile * TC_TILE_ROWS,
                 rows = tc_least(TC_TILE_ROWS, sum->left_width - row);
    float *y = sum->result + row * stride + column;
    const tc_tile_end end = {
        .y = whole ? y : sums,
        .stride = whole ? stride : TC_PANEL,
        .residual = whole && adds ? y : NULL,
        .far = whole,
    };
    const size_t next = tc_part(t->rows, i, count), next_end = tc_part(t->rows, i + 1, count);
    t->kernels->tile_transposed((float *)sum->scratch + tile * t->rows * TC_TILE_ROWS, stride, rows, panel,
                                t->rows, NULL,
                                (const char *)(from + (has_next ? t->ahead * TC_PANEL + next * stride : 0)),
                                has_next ? 4 * (next_end - next) : 0, &end);
    if (!whole) end_tile(sums, rows, columns, adds, y, stride);
  }
}

size_t tc_outer_products_scratch(size_t rows, size_t left_width) {
  return sizeof(float) * tc_least(rows, TC_RUN_ROWS) * tc_ceiling(left_width, TC_TILE_ROWS) * TC_TILE_ROWS;
}

void tc_outer_products_run(const tc_product_kernels *kernels, const tc_outer_products *sum) {
  run t = {
      .kernels = kernels,
      .sum = sum,
      .tiles = tc_ceiling(sum->left_width, TC_TILE_ROWS),
      .panels = tc_ceiling(sum->right_width, TC_PANEL),
  };
  if (t.tiles == 0 || t.panels == 0) return;
  t.parts = tc_least(t.tiles, tc_ceiling(steps_per_thread * tc_pool_thread_count(), t.panels));
  t.ahead = tc_most(1, tc_pool_thread_count() / t.parts);
  for (; t.first < sum->rows; t.first += t.rows) {
    t.rows = tc_least(TC_RUN_ROWS, sum->rows - t.first);
    tc_pool_run(tc_ceiling(t.tiles, tiles_per_step), copy_tiles, &t);
    tc_pool_run(t.panels * t.parts, multiply_part, &t);
  }
}
