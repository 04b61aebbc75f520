// Rows of activations as operands: in bfloat16, rounded to nearest even, padded to whole pairs.
#include "finish.h"
#include "lanes.h"
#include "thread_pool.h"
#include "tiling.h"

TC_INLINE tc_u16x16 to_bfloat16(tc_f32x16 x) {
  return __builtin_convertvector(tc_round_to_bfloat16(x) >> 16, tc_u16x16);
}

TC_INLINE void round_rows(const float *x, size_t rows, size_t inner, uint16_t *y, size_t y_stride) {
  for (; rows > 0; rows--, x += inner, y += y_stride) {
    size_t c = 0;
    for (; c + 16 <= inner; c += 16) {
      const tc_u16x16 rounded = to_bfloat16(tc_load(x + c));
      memcpy(y + c, &rounded, sizeof rounded);
    }
    if (c == inner) continue;
    const tc_u16x16 rounded = to_bfloat16(tc_load_part(x + c, inner - c, 0));
    memcpy(y + c, &rounded, (inner - c + inner % 2) * sizeof *y);
  }
}

TC_VARIANTS(void, round_rows, (const float *x, size_t rows, size_t inner, uint16_t *y, size_t y_stride),
            (x, rows, inner, y, y_stride))

enum { elements_per_task = 16384 };

typedef struct rounding {
  const tc_product_kernels *kernels;
  const tc_packed *weight;
  const float *rows;
  size_t row_count, stride, tasks;
  char *result;
  bool widened;
} rounding;

static void round_task(void *context, size_t index) {
  const rounding *r = context;
  const size_t first = tc_part(r->row_count, index, r->tasks),
               end = tc_part(r->row_count, index + 1, r->tasks);
  tc_to_operands(r->kernels, r->weight, r->rows + first * r->weight->inner, end - first,
                 r->result + 4 * first * r->stride, r->stride, r->widened);
}

tc_row_units tc_operand_rows(const tc_product_kernels *kernels, const tc_packed *weight, const float *rows,
                             size_t row_count, void *scratch) {
  if (weight->operand == TC_OPERAND_FLOAT32) return (tc_row_units){(const char *)rows, weight->inner, false};
  const bool widened = tc_widens(kernels, weight, row_count);
  const size_t stride = tc_scratch_stride(weight, widened);
  rounding r = {
      .kernels = kernels,
      .weight = weight,
      .rows = rows,
      .row_count = row_count,
      .stride = stride,
      .tasks = tc_least(row_count, tc_ceiling(row_count * weight->inner, elements_per_task)),
      .result = scratch,
      .widened = widened,
  };
  tc_pool_run(r.tasks, round_task, &r);
  return (tc_row_units){scratch, stride, widened};
}
