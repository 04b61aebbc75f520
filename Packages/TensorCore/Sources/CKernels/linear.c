// Products of rows with a packed weight: the walk over panels and tiles. The arithmetic is in tile*.c and
// finish.c.
#include "bfloat16_weights.h"
#include "block_product.h"
#include "finish.h"
#include "integer_tile.h"
#include "score.h"
#include "thread_pool.h"
#include "tile.h"
#include "tiling.h"
#include <sched.h>
#include <stdalign.h>
#include <stdatomic.h>

#define WIDENS_scalar false // the definition
#define WIDENS_neon true
#define WIDENS_avx2 true
#define WIDENS_avx512 true
#define DOTS_scalar TC_NO_DOTS
#define DOTS_neon TC_NO_DOTS
#define DOTS_neoni8mm TC_DOTS_OF_BYTES
#define DOTS_avx2 TC_NO_DOTS
#define DOTS_avx512 TC_NO_DOTS
#define DOTS_avx512vnni TC_DOTS_OF_BYTES_AND_WORDS
#define TABLE(ISA, BASE, ...)                                                                                \
  const tc_product_kernels tc_products__##ISA = {                                                            \
      .tile_f32 = tc_tile_f32__##BASE,                                                                       \
      .tile_transposed = tc_tile_transposed__##BASE,                                                         \
      .transpose_tiles = tc_transpose_tiles__##BASE,                                                         \
      .transpose_panel = tc_transpose_panel__##BASE,                                                         \
      .tile_bf16 = tc_tile_bf16__##BASE,                                                                     \
      .lanes_f32 = tc_lanes_f32__##BASE,                                                                     \
      .lanes_bf16 = tc_lanes_bf16__##BASE,                                                                   \
      .pair_weights = tc_pair_weights__##BASE,                                                               \
      .round_weights = tc_round_weights__##BASE,                                                             \
      .widen_pairs = tc_widen_pairs__##BASE,                                                                 \
      .widen_rows = tc_widen_rows__##BASE,                                                                   \
      .widens = WIDENS_##BASE,                                                                               \
      .decode_strips = tc_decode_strips__##BASE,                                                             \
      .expand_strips = tc_expand_strips__##BASE,                                                             \
      .quantize_rows = tc_quantize_rows__##BASE,                                                             \
      .dots = DOTS_##ISA,                                                                                    \
      .integer_tile = tc_integer_tile__##ISA,                                                                \
      .finish = tc_finish__##BASE,                                                                           \
      .score_fold = tc_score_fold__##BASE,                                                                   \
      .score_total = tc_score_total__##BASE,                                                                 \
      .score_join = tc_score_join__##BASE,                                                                   \
      .score_capped = tc_score_capped__##BASE,                                                               \
      .score_above = tc_score_above__##BASE,                                                                 \
      .score_top = tc_score_top__##BASE,                                                                     \
  };
TC_ISAS(TABLE)

enum {
  block_units =
      2048, // of the inner dimension at once: half a megabyte of a panel, half of a second-level cache
  block_rows = 192,        // whose sums then wait on the stack
  row_bytes = 1 << 19,     // of rows at once: the other half of that cache
  small_product = 1 << 16, // unit products that are done before a second thread has come
  small_task = 1 << 20,
  tasks_per_thread = 32,   // fewer leave a thread idle at the end
  finish_ahead = 24,       // rows that are finished while the results of one come near
  least_tiles = 4,         // of a block of rows, so that reading a panel pays
  large_result = 16 << 20, // bytes that no cache keeps until they are read
};

// A region of a product: blocks of rows by groups of panels, and before each block a step that rounds it, so
// that its operands are still in the cache that they are written to.
typedef struct walk {
  const tc_product_kernels *kernels;
  const tc_linear *product;
  tc_row_units rows;
  size_t units, panels, panels_per_task, groups, row_blocks;
  size_t ahead; // blocks that are rounded before the first product; 0 where rows are operands already
  atomic_uchar *rounded; // [row_blocks]
  bool streamed;
} walk;

static void finish_tile(const walk *w, const float *tile, size_t panel, size_t row, size_t rows) {
  const tc_linear *product = w->product;
  const tc_packed *weight = product->weight;
  const size_t width = weight->gated ? weight->outputs / 2 : weight->outputs;
  const size_t panel_width = weight->gated ? TC_PANEL / 2 : TC_PANEL, column = panel * panel_width;
  const size_t start = row * product->stride + column;
  const tc_finish finish = {
      .bias = product->bias ? product->bias + column : NULL,
      .residual = product->residual ? product->residual + start : NULL,
      .y = product->result + start,
      .stride = product->stride,
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
  const size_t stride = product->stride;
  const size_t panel_width = product->weight->gated ? TC_PANEL / 2 : TC_PANEL;
  for (size_t r = row; r < row + rows; r++)
    for (size_t c = 0; c < panel_width; c += 16) {
      __builtin_prefetch(product->result + r * stride + panel * panel_width + c, 1, 3);
      if (product->residual)
        __builtin_prefetch(product->residual + r * stride + panel * panel_width + c, 0, 3);
    }
}

// Whether a panel's results can leave from registers: no function of them, all of its columns live.
static bool is_plain(const tc_linear *product, size_t panel) {
  return product->activation == TC_ACTIVATION_NONE && !product->weight->gated &&
         (panel + 1) * TC_PANEL <= product->weight->outputs;
}

// Where those of rows from `row` on go.
static tc_tile_end plain_end(const walk *w, size_t panel, size_t row) {
  const tc_linear *product = w->product;
  const size_t column = panel * TC_PANEL, at = row * product->stride + column;
  return (tc_tile_end){
      .y = product->result + at,
      .stride = product->stride,
      .bias = product->bias ? product->bias + column : NULL,
      .residual = product->residual ? product->residual + at : NULL,
      .far = !w->streamed,
      .streamed = w->streamed,
  };
}

// One panel that is not operands yet by rows first ..< end.
static void multiply_decoded_panel(const walk *w, size_t panel, size_t first, size_t end, float *sums) {
  const tc_packed *weight = w->product->weight;
  const bool plain = is_plain(w->product, panel) && !tc_has_integers(weight) && !w->kernels->multiply;
  const tc_tile_end plain_results = plain ? plain_end(w, panel, first) : (tc_tile_end){0};
  tc_multiply_decoded(w->kernels, weight, panel, tc_rows_from(w->rows, first), end - first, sums,
                      plain ? &plain_results : NULL);
  if (plain) return;
  for (size_t row = first; row < end; row += TC_TILE_ROWS) {
    const size_t ahead = tc_least(end, row + finish_ahead);
    prefetch_results(w, panel, ahead, tc_least(TC_TILE_ROWS, end - ahead));
    finish_tile(w, sums + (row - first) * TC_PANEL, panel, row, tc_least(TC_TILE_ROWS, end - row));
  }
}

// One panel by rows first ..< end. Long inner dimensions go in blocks that stay in the second-level cache;
// sums wait in `sums` as the float32 they are, so the order of additions is what it would be without blocks.
static void multiply_panel(const walk *w, size_t panel, size_t first, size_t end, float *sums) {
  const tc_linear *product = w->product;
  const tc_packed *weight = product->weight;
  tc_tile_fn *tile = weight->operand == TC_OPERAND_FLOAT32 ? w->kernels->tile_f32 : w->kernels->tile_bf16;
  const size_t rows = end - first, tiles = tc_ceiling(rows, TC_TILE_ROWS);
  const size_t panel_bytes = w->units * TC_PANEL * 4;
  const char *start = (const char *)weight->panels + panel * panel_bytes;
  const bool plain = is_plain(product, panel);
  const size_t x_bytes = weight->operand == TC_OPERAND_BFLOAT16 ? 8 : 4; // of a unit in a row
  for (size_t u = 0; u < w->units || u == 0; u += block_units) {
    const size_t units = tc_least(block_units, w->units - u);
    const bool last = u + units == w->units;
    const char *block = start + u * TC_PANEL * 4;
    for (size_t i = 0; i < tiles; i++) {
      const size_t row = tc_part(rows, i, tiles), count = tc_part(rows, i + 1, tiles) - row;
      float *buffer = w->units > block_units ? sums + row * TC_PANEL : sums;
      if (last && !plain) prefetch_results(w, panel, first + row, count);
      const tc_prefetch next = tc_prefetch_for(block, units * TC_PANEL * 4, i, tiles);
      tc_tile_end end = {.y = buffer, .stride = TC_PANEL};
      if (last && plain) end = plain_end(w, panel, first + row);
      tile((const char *)tc_row(w->rows, first + row) + x_bytes * u, w->rows.stride, count, block, units,
           u > 0 ? buffer : NULL, next.first, next.lines, &end);
      if (last && !plain) finish_tile(w, buffer, panel, first + row, count);
    }
  }
}

// Blocks are whole tiles but for the last one.
static size_t block_start(const walk *w, size_t block) {
  const size_t tiles = tc_ceiling(w->product->row_count, TC_TILE_ROWS);
  return tc_least(w->product->row_count, tc_part(tiles, block, w->row_blocks) * TC_TILE_ROWS);
}

static void round_block(const walk *w, size_t block) {
  const size_t inner = w->product->weight->inner, first = block_start(w, block);
  tc_to_operands(w->kernels, w->product->weight, w->rows.widens, w->product->rows + first * inner,
                 block_start(w, block + 1) - first, (void *)tc_row(w->rows, first), w->rows.stride);
  atomic_store_explicit(&w->rounded[block], 1, memory_order_release);
}

// The thread that rounds a block took its step before this one and does not wait for any other.
static void await_block(const walk *w, size_t block) {
  for (unsigned spins = 1; !atomic_load_explicit(&w->rounded[block], memory_order_acquire); spins++)
    if (spins % 4096 == 0) sched_yield();
}

static void multiply_block(const walk *w, size_t block, size_t group) {
  alignas(64) float sums[block_rows * TC_PANEL];
  const size_t first = block_start(w, block), end = block_start(w, block + 1);
  const size_t last = tc_least(w->panels, (group + 1) * w->panels_per_task);
  for (size_t panel = group * w->panels_per_task; panel < last; panel++)
    (tc_is_decoded(w->kernels, w->product->weight, w->rows) ? multiply_decoded_panel
                                                            : multiply_panel)(w, panel, first, end, sums);
#if defined(__x86_64__)
  if (w->streamed) __builtin_ia32_sfence();
#endif
}

// Steps in this order: `ahead` blocks are rounded, then, for each block, its products (all panels while its
// rows are in the cache), and the rounding of the block that is `ahead` of it.
static void multiply_task(void *context, size_t index) {
  const walk *w = context;
  if (index < w->ahead) {
    round_block(w, index);
    return;
  }
  const size_t steps = w->groups + (w->ahead > 0), block = (index - w->ahead) / steps,
               step = (index - w->ahead) % steps;
  if (step < w->groups) {
    if (w->ahead > 0) await_block(w, block);
    multiply_block(w, block, step);
  } else if (block + w->ahead < w->row_blocks) {
    round_block(w, block + w->ahead);
  }
}

static void cut(walk *w) {
  const size_t rows = w->product->row_count, threads = tc_pool_thread_count();
  const size_t tiles = tc_ceiling(rows, TC_TILE_ROWS), panel_products = w->units * TC_PANEL;
  const bool decodes = tc_is_decoded(w->kernels, w->product->weight, w->rows);
  const size_t most_rows = decodes || w->units > block_units
                               ? block_rows
                               : tc_most(block_rows / 2, row_bytes / 4 / tc_most(w->units, 1));
  w->row_blocks = tc_ceiling(tiles, most_rows / TC_TILE_ROWS);
  w->panels_per_task = w->panels;
  if (threads > 1 && rows * panel_products * w->panels >= small_product) {
    const size_t wanted = tasks_per_thread * threads, split = tc_ceiling(wanted, w->panels);
    w->row_blocks = tc_most(w->row_blocks, tc_least(split, tc_ceiling(tiles, least_tiles)));
    if (w->row_blocks > 1 && w->row_blocks * w->panels % threads > 0) // an equal number for each
      w->row_blocks = tc_least(tc_ceiling(w->row_blocks, threads) * threads, tiles);
    const size_t task = tc_ceiling(rows, w->row_blocks) * panel_products;
    w->panels_per_task =
        tc_most(1, tc_least(tc_ceiling(small_task, task), w->panels * w->row_blocks / wanted));
  }
  w->groups = tc_ceiling(w->panels, w->panels_per_task);
}

static bool is_streamed(const tc_linear *product) {
  const size_t outputs = product->weight->outputs;
  return product->row_count * outputs * sizeof(float) >= large_result && product->residual == NULL &&
         product->stride % 16 == 0 && (uintptr_t)product->result % 64 == 0;
}

void tc_linear_run(const tc_product_kernels *kernels, const tc_linear *product) {
  const tc_packed *weight = product->weight;
  walk w = {
      .kernels = kernels,
      .product = product,
      .rows = {(const char *)product->rows, weight->inner, false},
      .units = tc_packed_units(weight),
      .panels = tc_packed_panels(weight),
  };
  if (product->row_count == 0 || w.panels == 0) return;
  if (weight->operand != TC_OPERAND_FLOAT32) {
    w.rows = (tc_row_units){product->scratch, tc_scratch_stride(weight),
                            tc_widens(kernels, weight, product->row_count)};
    cut(&w);
    w.ahead = tc_least(tc_pool_thread_count(), w.row_blocks);
    w.rounded = (atomic_uchar *)((char *)product->scratch + product->row_count * w.rows.stride * 4);
    memset(w.rounded, 0, w.row_blocks);
  } else {
    cut(&w);
  }
  w.streamed = !tc_is_decoded(kernels, weight, w.rows) && is_streamed(product);
  tc_pool_run(w.ahead + w.row_blocks * (w.groups + (w.ahead > 0)), multiply_task, &w);
}

size_t tc_linear_scratch(const tc_packed *weight, size_t row_count) {
  if (weight->operand == TC_OPERAND_FLOAT32) return 0;
  return row_count * (tc_scratch_stride(weight) * 4 + sizeof(atomic_uchar));
}
