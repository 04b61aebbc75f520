// How products traverse rows and panels: nothing here touches a number.
#ifndef TC_TILING_H
#define TC_TILING_H

#include "products.h"
#include <string.h>

static inline size_t tc_ceiling(size_t n, size_t d) { return (n + d - 1) / d; }
static inline size_t tc_least(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t tc_most(size_t a, size_t b) { return a > b ? a : b; }

/// Part i of n equal parts of 0 ..< whole begins here; it ends where part i + 1 begins.
static inline size_t tc_part(size_t whole, size_t i, size_t n) { return whole * i / n; }

/// The output whose weights are column c of a panel, among all outputs of all sources; or as many as there
/// are, where the panel has a column to spare.
static inline size_t tc_output_at(const tc_packed *w, size_t panel, size_t c) {
  if (!w->gated) return tc_least(panel * TC_PANEL + c, w->outputs);
  const size_t half = w->outputs / 2, i = panel * (TC_PANEL / 2) + c % (TC_PANEL / 2);
  return i >= half ? w->outputs : c < TC_PANEL / 2 ? i : half + i;
}

/// panel[r][c] = x[r][c], c < columns <= 64, and zero in the panel's other columns.
static inline void tc_copy_to_panel(const float *x, size_t stride, size_t rows, size_t columns,
                                    float *panel) {
  for (; rows > 0; rows--, x += stride, panel += TC_PANEL)
    if (columns == TC_PANEL) {
      memcpy(panel, x, TC_PANEL * sizeof *x); // a length that is known: no call
    } else {
      memcpy(panel, x, columns * sizeof *x);
      memset(panel + columns, 0, (TC_PANEL - columns) * sizeof *x);
    }
}

/// Rows as a product reads them: 4-byte units, `stride` of them from row to row.
typedef struct tc_row_units {
  const char *first;
  size_t stride;
  bool widens; ///< Panels of pairs are widened for them to float32, codes to words.
} tc_row_units;

static inline const void *tc_row(tc_row_units rows, size_t r) { return rows.first + 4 * r * rows.stride; }

/// The rows from row r on.
static inline tc_row_units tc_rows_from(tc_row_units rows, size_t r) {
  rows.first = tc_row(rows, r);
  return rows;
}

/// Whether such rows are not multiplied with panels as they are: blocks, pairs to be widened, or a library's
/// products.
static inline bool tc_is_decoded(const tc_product_kernels *kernels, const tc_packed *w, tc_row_units rows) {
  return w->blocks || rows.widens || kernels->multiply;
}

/// Units from row to row of scratch rows: whole cache lines, and an odd number of them, so that the
/// rows of a tile do not fight for the same sets of the first-level cache.
static inline size_t tc_scratch_stride(const tc_packed *w) {
  return (tc_ceiling(tc_has_integers(w) ? tc_packed_units(w) : w->inner, 16) | 1) * 16;
}

/// Rows for which it pays to widen a panel of pairs, and codes.
enum { TC_LEAST_WIDENED = 48, TC_LEAST_WORDS = 18 };

/// Whether panels of pairs are widened for so many rows of bfloat16, or codes for so many of 16-bit integers.
static inline bool tc_widens(const tc_product_kernels *kernels, const tc_packed *w, size_t row_count) {
  if (w->operand == TC_OPERAND_INT16)
    return kernels->dots == TC_DOTS_OF_BYTES_AND_WORDS && row_count >= TC_LEAST_WORDS;
  return w->operand == TC_OPERAND_BFLOAT16 &&
         (kernels->multiply || (kernels->widens && (w->blocks || row_count >= TC_LEAST_WIDENED)));
}

/// Rows of floats as the weight's operand type wants them, `stride` units apart at `to`; not of float32
/// operands. `widens`: what tc_widens is of all rows of the product.
static inline void tc_to_operands(const tc_product_kernels *kernels, const tc_packed *weight, bool widens,
                                  const float *rows, size_t row_count, void *to, size_t stride) {
  if (tc_has_integers(weight)) {
    kernels->quantize_rows(rows, row_count, weight->inner, tc_integer_kind_of(weight, kernels->dots, widens),
                           to, stride);
  } else {
    kernels->widen_rows(rows, row_count, weight->inner, to, stride);
  }
}

/// The rows as the weight's operand type wants them: as they are, or rounded into `scratch` on the thread
/// pool.
tc_row_units tc_operand_rows(const tc_product_kernels *kernels, const tc_packed *weight, const float *rows,
                             size_t row_count, void *scratch);

/// What tile i of n should fetch of the next panel, its share, so that it is there when it is read.
///
/// Nothing where a panel is read once: the processor sees one stream from panel to panel, and reads it faster
/// unaided (34 against 24 GB/s on Zen 4).
typedef struct tc_prefetch {
  const char *first;
  size_t lines;
} tc_prefetch;
static inline tc_prefetch tc_prefetch_for(const char *panel, size_t panel_bytes, size_t i, size_t n) {
  const size_t lines = panel_bytes / 64;
  if (n == 1) return (tc_prefetch){panel, 0};
  const size_t from = tc_part(lines, i, n);
  return (tc_prefetch){panel + panel_bytes + 64 * from, tc_part(lines, i + 1, n) - from};
}

#endif
