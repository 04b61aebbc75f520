// Turning a matrix, block by block.
#include "transpose.h"
#include "rows.h"

TC_INLINE void transpose(const float *x, size_t x_stride, size_t rows, size_t columns, float *y,
                         size_t y_stride) {
  tc_transpose_into(x, x_stride, rows, columns, y, y_stride);
}

TC_VARIANTS(void, transpose,
            (const float *x, size_t x_stride, size_t rows, size_t columns, float *y, size_t y_stride),
            (x, x_stride, rows, columns, y, y_stride))
