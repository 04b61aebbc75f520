// Sums of products beside those of a library: products.h has the bound.
#include "block_product.h"
#include "thread_pool.h"
#include <math.h>
#include <stdalign.h>

enum { block_rows = 96 };

typedef struct comparison {
  const tc_product_kernels *ours, *library, *squares;
  const tc_packed *weight;
  tc_row_units rows, library_rows;
  size_t row_count;
  const float *lengths; // of the rows
  tc_panel_distance *panels;
} comparison;

// A `multiply` that adds up squares of weights, whatever the rows are.
static void add_squares(const float *x, size_t stride, size_t rows, const float *weights, size_t units,
                        bool adds, float *sums) {
  (void)x, (void)stride, (void)rows;
  if (!adds) memset(sums, 0, TC_PANEL * sizeof *sums);
  for (size_t u = 0; u < units; u++)
    for (size_t c = 0; c < TC_PANEL; c++) sums[c] += weights[u * TC_PANEL + c] * weights[u * TC_PANEL + c];
}

// The distance of two sums as a share of what they may be apart.
static float share_of(float one, float other, float allowed) {
  if (one == other || (isnan(one) && isnan(other))) return 0;
  const float share = fabsf(one - other) / allowed;
  return isnan(share) ? INFINITY : share;
}

static void compare_panel(void *context, size_t panel) {
  const comparison *c = context;
  alignas(64) float ours[block_rows * TC_PANEL], theirs[block_rows * TC_PANEL], squares[TC_PANEL];
  tc_panel_distance distance = {0, 0};
  tc_multiply_decoded(c->squares, c->weight, panel, c->library_rows, 1, squares, NULL);
  for (size_t first = 0; first < c->row_count; first += block_rows) {
    const size_t rows = tc_least(block_rows, c->row_count - first);
    tc_multiply_decoded(c->ours, c->weight, panel, tc_rows_from(c->rows, first), rows, ours, NULL);
    tc_multiply_decoded(c->library, c->weight, panel, tc_rows_from(c->library_rows, first), rows, theirs,
                        NULL);
    for (size_t i = 0; i < rows * TC_PANEL; i++) {
      // The addend is for weights whose squares vanish.
      const float magnitude = c->lengths[first + i / TC_PANEL] * (sqrtf(squares[i % TC_PANEL]) + 0x1p-60f);
      const float allowed = 0x1p-23f * (float)c->weight->inner * magnitude;
      distance.magnitude = fmaxf(distance.magnitude, magnitude);
      distance.share = fmaxf(distance.share, share_of(ours[i], theirs[i], allowed));
    }
  }
  c->panels[panel] = distance;
}

// The length of a row, and a little more: for its own rounding, and for that of elements to bfloat16.
static float length_of(const float *row, size_t inner) {
  double sum = 0;
  for (size_t i = 0; i < inner; i++) sum += (double)row[i] * (double)row[i];
  return (float)(1.01 * sqrt(sum));
}

static size_t operand_bytes(const tc_packed *weight, size_t row_count) {
  return tc_ceiling(tc_linear_scratch(weight, row_count), 64) * 64;
}

size_t tc_compare_scratch(const tc_packed *weight, size_t row_count) {
  return 2 * operand_bytes(weight, row_count) + row_count * sizeof(float);
}

void tc_compare_products(const tc_product_kernels *ours, const tc_product_kernels *library,
                         const tc_packed *weight, const float *rows, size_t row_count, void *scratch,
                         tc_panel_distance *panels) {
  if (row_count == 0) {
    memset(panels, 0, tc_packed_panels(weight) * sizeof *panels);
    return;
  }
  const size_t bytes = operand_bytes(weight, row_count);
  float *lengths = (float *)((char *)scratch + 2 * bytes);
  for (size_t r = 0; r < row_count; r++) lengths[r] = length_of(rows + r * weight->inner, weight->inner);
  tc_product_kernels squares = *library;
  squares.multiply = add_squares;
  comparison c = {
      .ours = ours,
      .library = library,
      .squares = &squares,
      .weight = weight,
      .rows = tc_operand_rows(ours, weight, rows, row_count, scratch),
      .library_rows = tc_operand_rows(library, weight, rows, row_count, (char *)scratch + bytes),
      .row_count = row_count,
      .lengths = lengths,
      .panels = panels,
  };
  tc_pool_run(tc_packed_panels(weight), compare_panel, &c);
}
