// The body of a tile kernel: included once for each way to take a step, after these are defined.
//
//   TILE_NAME     the always-inlined function to make
//   TILE_STEP(sum, x, w)  the sum after one unit: a row's element x (in all lanes) and 16 weights w
//   TILE_X, TILE_ELEMENT(r, u)  unit u of row r of x, in all lanes, and its type
//   TILE_LINE(i)   where line i of what is fetched begins, in bytes
//
// Row and column counts are constants in every call, so the loops over them unroll and `sums` lives in
// registers. `columns` is in vectors of 16. The callers below choose what fits the register file.

TC_INLINE void TILE_NAME(const float *x, size_t stride, const size_t rows, const float *panel,
                         const size_t columns, size_t units, const float *start, const char *prefetch,
                         size_t prefetch_lines, float *y, size_t y_stride, const float *bias,
                         const float *residual, bool streamed, bool far) {
  tc_f32x16 sums[TC_TILE_ROWS][TC_PANEL / 16];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
    for (size_t c = 0; c < columns; c++)
      sums[r][c] = start ? tc_load(start + r * TC_PANEL + 16 * c) : tc_set(0);

#define TILE_UNIT(u)                                                                                         \
  tc_f32x16 w[TC_PANEL / 16];                                                                                \
  _Pragma("clang loop unroll(full)") for (size_t c = 0; c < columns; c++) w[c] =                             \
      tc_load(panel + (u)*TC_PANEL + 16 * c);                                                                \
  _Pragma("clang loop unroll(full)") for (size_t r = 0; r < rows; r++) {                                     \
    const TILE_X element = TILE_ELEMENT(r, u);                                                               \
    _Pragma("clang loop unroll(full)") for (size_t c = 0; c < columns; c++) sums[r][c] =                     \
        TILE_STEP(sums[r][c], element, w[c]);                                                                \
  }

  size_t u = 0;
  if (far && units >= rows * columns) // a line a step: all at once, they would keep the panel waiting
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(disable)
      for (size_t c = 0; c < columns; c++, u++) {
        __builtin_prefetch(y + r * y_stride + 16 * c, 1, 3);
        if (residual) __builtin_prefetch(residual + r * y_stride + 16 * c, 0, 3);
        TILE_UNIT(u)
      }
  if (prefetch_lines > 0 && u < units) { // as many lines a step as it takes to be done within the loop
    const size_t rate = (prefetch_lines + units - u - 1) / (units - u);
    for (size_t line = 0; line < prefetch_lines && u < units; u++) {
      for (size_t i = 0; i < rate; i++, line++) __builtin_prefetch(prefetch + TILE_LINE(line), 0, 2);
      TILE_UNIT(u)
    }
  }
#pragma clang loop unroll_count(4)
  for (; u < units; u++) {
    TILE_UNIT(u)
  }

#define TILE_END(PUT)                                                                                        \
  _Pragma("clang loop unroll(full)") for (size_t r = 0; r < rows; r++)                                       \
      _Pragma("clang loop unroll(full)") for (size_t c = 0; c < columns; c++) {                              \
    tc_f32x16 sum = sums[r][c];                                                                              \
    if (bias) sum = sum + tc_load(bias + 16 * c);                                                            \
    if (residual) sum = sum + tc_load(residual + r * y_stride + 16 * c);                                     \
    PUT(y + r * y_stride + 16 * c, sum);                                                                     \
  }
  if (streamed) {
    TILE_END(tc_stream)
  } else {
    TILE_END(tc_store)
  }
}

#undef TILE_UNIT
#undef TILE_END
#undef TILE_NAME
#undef TILE_STEP
#undef TILE_X
#undef TILE_ELEMENT
#undef TILE_LINE
