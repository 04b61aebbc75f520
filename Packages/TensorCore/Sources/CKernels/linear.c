// Products of rows with a packed weight: the walk over panels and tiles. The arithmetic is in tile*.c and
// finish.c.
#include "finish.h"
#include "score.h"
#include "team.h"
#include "tile.h"
#include "tiling.h"
#include <stdalign.h>

// One row of the table, for an instruction set whose bfloat16 products have a name of their own.
#define KERNELS(ISA, BF16_ISA)                                                                               \
  {                                                                                                          \
      .tile_f32 = tc_tile_f32__##ISA,                                                                        \
      .tile_bf16 = tc_tile_bf16__##BF16_ISA,                                                                 \
      .lanes_f32 = tc_lanes_f32__##ISA,                                                                      \
      .lanes_bf16 = tc_lanes_bf16__##BF16_ISA,                                                               \
      .round_rows = tc_round_rows__##ISA,                                                                    \
      .finish = tc_finish__##ISA,                                                                            \
      .score_fold = tc_score_fold__##ISA,                                                                    \
      .score_total = tc_score_total__##ISA,                                                                  \
      .score_join = tc_score_join__##ISA,                                                                    \
      .score_capped = tc_score_capped__##ISA,                                                                \
      .score_above = tc_score_above__##ISA,                                                                  \
  }

const tc_product_kernels tc_products__scalar = KERNELS(scalar, scalar);
#if defined(__x86_64__)
const tc_product_kernels tc_products__avx2 = KERNELS(avx2, avx2);
const tc_product_kernels tc_products__avx512 = KERNELS(avx512, avx512);
const tc_product_kernels tc_products__avx512bf16 = KERNELS(avx512, avx512bf16);
#endif

enum {
  block_units =
      2048, // of the inner dimension at once: half a megabyte of a panel, half of a second-level cache
  block_rows = 192,        // whose sums then wait on the stack
  row_bytes = 1 << 19,     // of rows at once: the other half of that cache
  small_product = 1 << 16, // unit products that are done before a second thread has come
  small_task = 1 << 20,
};

typedef struct walk {
  const tc_product_kernels *kernels;
  const tc_linear *product;
  tc_row_units rows;
  size_t units, panels, panels_per_task, row_blocks;
} walk;

static void finish_tile(const walk *w, const float *tile, size_t panel, size_t row, size_t rows) {
  const tc_linear *product = w->product;
  const tc_packed *weight = product->weight;
  const size_t width = weight->gated ? weight->outputs / 2 : weight->outputs;
  const size_t panel_width = weight->gated ? TC_PANEL / 2 : TC_PANEL, column = panel * panel_width;
  const size_t start = row * width + column;
  const tc_finish finish = {
      .bias = product->bias ? product->bias + column : NULL,
      .residual = product->residual ? product->residual + start : NULL,
      .y = product->result + start,
      .stride = width,
      .columns = tc_least(panel_width, width - column),
      .activation = product->activation,
      .gated = weight->gated,
  };
  w->kernels->finish(tile, rows, &finish);
}

// Brings a tile's results and residual near while the tile is computed, so that storing does not wait for
// them.
static void prefetch_results(const walk *w, size_t panel, size_t row, size_t rows) {
  const tc_linear *product = w->product;
  const size_t width = product->weight->gated ? product->weight->outputs / 2 : product->weight->outputs;
  const size_t panel_width = product->weight->gated ? TC_PANEL / 2 : TC_PANEL;
  for (size_t r = row; r < row + rows; r++)
    for (size_t c = 0; c < panel_width; c += 16) {
      __builtin_prefetch(product->result + r * width + panel * panel_width + c, 1, 3);
      if (product->residual)
        __builtin_prefetch(product->residual + r * width + panel * panel_width + c, 0, 3);
    }
}

// One panel by rows first ..< end. Long inner dimensions go in blocks that stay in the second-level cache;
// sums wait in `sums` as the float32 they are, so the order of additions is what it would be without blocks.
static void multiply_panel(const walk *w, size_t panel, size_t first, size_t end, float *sums) {
  const tc_packed *weight = w->product->weight;
  tc_tile_fn *tile = weight->operand == TC_OPERAND_FLOAT32 ? w->kernels->tile_f32 : w->kernels->tile_bf16;
  const size_t rows = end - first, tiles = tc_ceiling(rows, TC_TILE_ROWS);
  const size_t panel_bytes = w->units * TC_PANEL * 4;
  const char *start = (const char *)weight->panels + panel * panel_bytes;
  for (size_t u = 0; u < w->units || u == 0; u += block_units) {
    const size_t units = tc_least(block_units, w->units - u);
    const bool last = u + units == w->units;
    const char *block = start + u * TC_PANEL * 4;
    for (size_t i = 0; i < tiles; i++) {
      const size_t row = tc_part(rows, i, tiles), count = tc_part(rows, i + 1, tiles) - row;
      float *buffer = w->units > block_units ? sums + row * TC_PANEL : sums;
      if (last) prefetch_results(w, panel, first + row, count);
      const tc_prefetch next = tc_prefetch_for(block, units * TC_PANEL * 4, i, tiles);
      tile((const char *)tc_row(w->rows, first + row) + 4 * u, w->rows.stride, count, block, units, u > 0,
           next.first, next.lines, buffer);
      if (last) finish_tile(w, buffer, panel, first + row, count);
    }
  }
}

static void multiply_task(void *context, size_t index) {
  const walk *w = context;
  alignas(64) float sums[block_rows * TC_PANEL];
  const size_t groups = tc_ceiling(w->panels, w->panels_per_task);
  const size_t block = index / groups,
               group = index % groups; // all panels while a block's rows are in the cache
  const size_t first = tc_part(w->product->row_count, block, w->row_blocks);
  const size_t end = tc_part(w->product->row_count, block + 1, w->row_blocks);
  const size_t last = tc_least(w->panels, (group + 1) * w->panels_per_task);
  for (size_t panel = group * w->panels_per_task; panel < last; panel++)
    multiply_panel(w, panel, first, end, sums);
}

void tc_linear_run(const tc_product_kernels *kernels, const tc_linear *product) {
  const tc_packed *weight = product->weight;
  walk w = {
      .kernels = kernels,
      .product = product,
      .units = tc_packed_units(weight),
      .panels = tc_packed_panels(weight),
      .panels_per_task = 1,
      .row_blocks = 1,
  };
  if (product->row_count == 0 || w.panels == 0) return;
  w.rows = tc_operand_rows(kernels, weight, product->rows, product->row_count, product->scratch);
  const size_t most_rows =
      w.units > block_units ? block_rows : tc_most(block_rows / 2, row_bytes / 4 / tc_most(w.units, 1));
  w.row_blocks = tc_ceiling(product->row_count, most_rows);
  const size_t panel_products = w.units * TC_PANEL, threads = tc_team_thread_count();
  if (product->row_count * panel_products * w.panels < small_product) {
    w.panels_per_task = w.panels;
  } else if (threads > 1) {
    const size_t wanted = 16 * threads; // tasks; fewer leave a thread idle at the end
    const size_t split = tc_ceiling(wanted, w.panels),
                 whole_tiles = tc_ceiling(product->row_count, 4 * TC_TILE_ROWS);
    w.row_blocks = tc_most(w.row_blocks, tc_least(split, whole_tiles));
    const size_t task = tc_ceiling(product->row_count, w.row_blocks) * panel_products;
    w.panels_per_task = tc_most(1, tc_least(tc_ceiling(small_task, task), w.panels * w.row_blocks / wanted));
  } else {
    w.panels_per_task = w.panels;
  }
  tc_team_run(tc_ceiling(w.panels, w.panels_per_task) * w.row_blocks, multiply_task, &w);
}

size_t tc_linear_scratch(const tc_packed *weight, size_t row_count) {
  return weight->operand == TC_OPERAND_FLOAT32 ? 0 : row_count * tc_scratch_stride(weight) * 4;
}
