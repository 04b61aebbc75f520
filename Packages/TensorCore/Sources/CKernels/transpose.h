// A block of 16 by 16 floats, transposed in registers.
#ifndef TC_TRANSPOSE_H
#define TC_TRANSPOSE_H

#include "lanes.h"

// One of four steps: exchanges the halves of 2, 4, 8 and 16 lanes between rows that are as far apart.
#define TC_EXCHANGE(DISTANCE, LOW, HIGH)                                                                     \
  for (size_t i = 0; i < 16; i++)                                                                            \
    if ((i & (DISTANCE)) == 0) {                                                                             \
      const tc_f32x16 a = v[i], b = v[i + (DISTANCE)];                                                       \
      v[i] = __builtin_shufflevector(a, b, LOW);                                                             \
      v[i + (DISTANCE)] = __builtin_shufflevector(a, b, HIGH);                                               \
    }
#define TC_LOW_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define TC_HIGH_1 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31
#define TC_LOW_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define TC_HIGH_2 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31
#define TC_LOW_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define TC_HIGH_4 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31
#define TC_LOW_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define TC_HIGH_8 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31

TC_INLINE void tc_transpose_block(tc_f32x16 v[16]){
    TC_EXCHANGE(1, TC_LOW_1, TC_HIGH_1) TC_EXCHANGE(2, TC_LOW_2, TC_HIGH_2)
        TC_EXCHANGE(4, TC_LOW_4, TC_HIGH_4) TC_EXCHANGE(8, TC_LOW_8, TC_HIGH_8)}

/// y[c][r] = x[r][c].
TC_INLINE void tc_transpose_into(const float *x, size_t x_stride, size_t rows, size_t columns, float *y,
                                 size_t y_stride) {
  size_t c = 0;
  for (; c + 16 <= columns; c += 16) {
    size_t r = 0;
    for (; r + 16 <= rows; r += 16) {
      tc_f32x16 v[16];
      for (size_t i = 0; i < 16; i++) v[i] = tc_load(x + (r + i) * x_stride + c);
      tc_transpose_block(v);
      for (size_t i = 0; i < 16; i++) tc_store(y + (c + i) * y_stride + r, v[i]);
    }
    for (; r < rows; r++)
      for (size_t i = 0; i < 16; i++) memcpy(y + (c + i) * y_stride + r, x + r * x_stride + c + i, sizeof *y);
  }
  for (; c < columns; c++)
    for (size_t r = 0; r < rows; r++) memcpy(y + c * y_stride + r, x + r * x_stride + c, sizeof *y);
}

#endif
