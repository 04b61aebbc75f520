// Rows of activations as operands.
#include "thread_pool.h"
#include "tiling.h"

enum { elements_per_task = 16384 };

typedef struct rounding {
  const tc_product_kernels *kernels;
  const tc_packed *weight;
  const float *rows;
  size_t row_count, stride, tasks;
  bool widens;
  char *result;
} rounding;

static void round_task(void *context, size_t index) {
  const rounding *r = context;
  const size_t first = tc_part(r->row_count, index, r->tasks),
               end = tc_part(r->row_count, index + 1, r->tasks);
  tc_to_operands(r->kernels, r->weight, r->widens, r->rows + first * r->weight->inner, end - first,
                 r->result + 4 * first * r->stride, r->stride);
}

tc_row_units tc_operand_rows(const tc_product_kernels *kernels, const tc_packed *weight, const float *rows,
                             size_t row_count, void *scratch) {
  if (weight->operand == TC_OPERAND_FLOAT32) return (tc_row_units){(const char *)rows, weight->inner, false};
  const size_t stride = tc_scratch_stride(weight);
  rounding r = {
      .kernels = kernels,
      .weight = weight,
      .rows = rows,
      .row_count = row_count,
      .stride = stride,
      .tasks = tc_least(row_count, tc_ceiling(row_count * weight->inner, elements_per_task)),
      .widens = tc_widens(kernels, weight, row_count),
      .result = scratch,
  };
  tc_pool_run(r.tasks, round_task, &r);
  return (tc_row_units){scratch, stride, r.widens};
}
