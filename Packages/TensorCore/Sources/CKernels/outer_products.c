// Sums of outer products: a run of rows is turned on the left and packed on the right, and is then a product
// like others.
#include "outer_products.h"
#include "team.h"
#include "tiling.h"

enum { stripe = 64 }; // columns of the left rows that one step turns

typedef struct turning {
  const tc_outer_products *sum;
  tc_transpose_fn *transpose;
  size_t first, rows, stripes;
  float *left;   // [left_width][left_stride(rows)]
  float *panels; // as a packed weight of `rows` inner elements
} turning;

// Whole cache lines, and an odd number of them: see tc_scratch_stride.
static size_t left_stride(size_t rows) { return (tc_ceiling(rows, 16) | 1) * 16; }

static void turn_or_pack(void *context, size_t index) {
  const turning *t = context;
  const tc_outer_products *sum = t->sum;
  if (index < t->stripes) {
    const size_t column = index * stripe, columns = tc_least(stripe, sum->left_width - column);
    const size_t stride = left_stride(t->rows);
    t->transpose(sum->left + t->first * sum->left_width + column, sum->left_width, t->rows, columns,
                 t->left + column * stride, stride);
  } else {
    const size_t panel = index - t->stripes, column = panel * TC_PANEL;
    tc_copy_to_panel(sum->right + t->first * sum->right_width + column, sum->right_width, t->rows,
                     tc_least(TC_PANEL, sum->right_width - column), t->panels + panel * t->rows * TC_PANEL);
  }
}

size_t tc_outer_products_scratch(size_t rows, size_t left_width, size_t right_width) {
  const size_t run = tc_least(rows, TC_RUN_ROWS);
  return sizeof(float) * (left_width * left_stride(run) + tc_ceiling(right_width, TC_PANEL) * TC_PANEL * run);
}

void tc_outer_products_run(const tc_product_kernels *products, tc_transpose_fn *transpose,
                           const tc_outer_products *sum) {
  turning t = {.sum = sum, .transpose = transpose, .stripes = tc_ceiling(sum->left_width, stripe)};
  t.left = sum->scratch;
  for (; t.first < sum->rows; t.first += t.rows) {
    t.rows = tc_least(TC_RUN_ROWS, sum->rows - t.first);
    t.panels = t.left + sum->left_width * left_stride(t.rows);
    tc_team_run(t.stripes + tc_ceiling(sum->right_width, TC_PANEL), turn_or_pack, &t);
    const tc_packed packed = {
        .panels = t.panels, .outputs = sum->right_width, .inner = t.rows, .operand = TC_OPERAND_FLOAT32};
    tc_linear_run(products, &(tc_linear){
                                .weight = &packed,
                                .rows = t.left,
                                .row_stride = left_stride(t.rows),
                                .row_count = sum->left_width,
                                .residual = sum->adds || t.first > 0 ? sum->result : NULL,
                                .result = sum->result,
                            });
  }
}
