// One integer kernel: included once for each instruction set, with
//
//   ISA                       its name
//   WIDTH, VECTORS            lanes of a vector, and how many of them are worked on at once
//   INTEGERS, FLOATS          vectors of int32 and of float32
//   LOAD_PAIRS, SET_PAIR      WIDTH pairs of 16-bit integers in memory; the same pair in all lanes
//   ADD_PRODUCTS(s, w, x)     s and both products of pairs w and x
//   ZERO, TO_FLOATS, LOAD, STORE, SET, MULTIPLY, FMA    what they are called
#define JOIN(A, B) JOIN_(A, B)
#define JOIN_(A, B) A##B
#define NAME(X) JOIN(X##__, ISA)
#define TARGET JOIN(TC_TARGET_, ISA)

// Row and group are constants where this is inlined: the sums live in registers.
TARGET TC_INLINE void NAME(multiply)(const row *x, const size_t rows, const tc_strips *strips,
                                     const size_t group, size_t c, float *sums) {
  const size_t groups = strips->count * TC_STRIP / group;
  const int16_t *elements = strips->elements + 2 * c;
  for (size_t g = 0; g < groups; g++, elements += group * TC_PANEL) {
    INTEGERS found[TC_TILE_ROWS][VECTORS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++) found[r][v] = ZERO();
    for (size_t i = 0; i < group / 2; i++) {
      INTEGERS w[VECTORS];
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++) w[v] = LOAD_PAIRS(elements + 2 * (i * TC_PANEL + v * WIDTH));
#pragma clang loop unroll(full)
      for (size_t r = 0; r < rows; r++) {
        int32_t pair;
        memcpy(&pair, x[r].integers + g * group + 2 * i, sizeof pair);
        const INTEGERS both = SET_PAIR(pair);
#pragma clang loop unroll(full)
        for (size_t v = 0; v < VECTORS; v++) found[r][v] = ADD_PRODUCTS(found[r][v], w[v], both);
      }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
      const float scale = x[r].scales[g * group / TC_STRIP];
      const int32_t *part = x[r].sums + g * group / 16;
      const float sum_of_row = scale * (float)(group == 16 ? part[0] : part[0] + part[1]);
#pragma clang loop unroll(full)
      for (size_t v = 0; v < VECTORS; v++) {
        float *to = sums + r * TC_PANEL + c + v * WIDTH;
        const size_t at = g * TC_PANEL + c + v * WIDTH;
        FLOATS sum = FMA(MULTIPLY(LOAD(strips->scales + at), TO_FLOATS(found[r][v])), SET(scale), LOAD(to));
        if (strips->offsets) sum = FMA(LOAD(strips->offsets + at), SET(sum_of_row), sum);
        STORE(to, sum);
      }
    }
  }
}

TARGET void NAME(tc_integer_tile)(const void *x, size_t stride, size_t inner, size_t rows,
                                  const tc_strips *strips, size_t first, float *sums) {
  row at[TC_TILE_ROWS];
  for (size_t r = 0; r < rows; r++) at[r] = row_at(x, stride, inner, r, first);
#define WITH_ROWS(N)                                                                                         \
  case N:                                                                                                    \
    if (strips->group == 16)                                                                                 \
      NAME(multiply)(at, N, strips, 16, c, sums);                                                            \
    else                                                                                                     \
      NAME(multiply)(at, N, strips, 32, c, sums);                                                            \
    break;
  for (size_t c = 0; c < TC_PANEL; c += VECTORS * WIDTH) switch (rows) {
      WITH_ROWS(1) WITH_ROWS(2) WITH_ROWS(3) WITH_ROWS(4) WITH_ROWS(5) WITH_ROWS(6)
    }
#undef WITH_ROWS
}

#undef JOIN
#undef JOIN_
#undef NAME
#undef TARGET
#undef ISA
#undef WIDTH
#undef VECTORS
#undef INTEGERS
#undef FLOATS
#undef ZERO
#undef LOAD_PAIRS
#undef SET_PAIR
#undef ADD_PRODUCTS
#undef TO_FLOATS
#undef LOAD
#undef STORE
#undef SET
#undef MULTIPLY
#undef FMA
