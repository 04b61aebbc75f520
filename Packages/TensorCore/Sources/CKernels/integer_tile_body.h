// One integer kernel: included once for each instruction set, with
//
//   ISA                       its name
//   DOT_PAIRS(sum, w, x)      sum plus both products of pairs of 16 bits
//   DOT_BYTES(sum, w, x)      sum plus the products of four bytes, unsigned ones w; or, where there is none,
//   MULTIPLY_BYTES(w, x)      both products of two bytes, added, in 16 bits
//   ADD_PAIRS                 of 16 bits
//
// which it undefines, and with what sets of the same vectors share:
//
//   WIDTH, VECTORS            lanes of a vector, and how many of them are worked on at once
//   INTEGERS, FLOATS          vectors of int32 and of float32
//   LOAD_WORDS, SET_WORD      WIDTH words in memory; the same word in all lanes
//   ZERO, ADD, SHIFT, TO_FLOATS, LOAD, STORE, SET, MULTIPLY, FMA    what they are called; SHIFT by 7 bits
//
// Rows, groups and forms are constants where these functions are inlined: sums live in registers.
#define JOIN(A, B) JOIN_(A, B)
#define JOIN_(A, B) A##B
#define NAME(X) JOIN(X##__, ISA)
#define TARGET JOIN(TC_TARGET_, ISA)
#define UNROLLED(I, COUNT) _Pragma("clang loop unroll(full)") for (size_t I = 0; I < (COUNT); I++)

// Adds what a group comes to: `found` by rows, with its scales and offsets, g-th of the rows.
TARGET TC_INLINE void NAME(add_scaled)(INTEGERS (*found)[VECTORS], const size_t rows, const float *scales,
                                       const float *offsets, const bool has_offsets, const row *x, size_t g,
                                       float *sums) {
  UNROLLED(r, rows) {
    const tc_integer_group *of_row = &x[r].groups[g];
    const FLOATS scale = SET(of_row->scale), integers = SET(of_row->sum);
    UNROLLED(v, VECTORS) {
      const size_t c = v * WIDTH;
      float *to = sums + r * TC_PANEL + c;
      FLOATS sum = FMA(MULTIPLY(LOAD(scales + c), TO_FLOATS(found[r][v])), scale, LOAD(to));
      if (has_offsets) sum = FMA(LOAD(offsets + c), integers, sum);
      STORE(to, sum);
    }
  }
}

// The same of group g of strips, in outputs from c.
TARGET TC_INLINE void NAME(add_group)(INTEGERS (*found)[VECTORS], const size_t rows, const tc_strips *strips,
                                      const row *x, size_t g, size_t c, float *sums) {
  const size_t at = g * TC_PANEL + c;
  if (strips->offsets)
    NAME(add_scaled)(found, rows, strips->scales + at, strips->offsets + at, true, x, g, sums + c);
  else
    NAME(add_scaled)(found, rows, strips->scales + at, NULL, false, x, g, sums + c);
}

TARGET TC_INLINE void NAME(multiply_words)(const row *x, const size_t rows, const tc_strips *strips,
                                           const size_t group, size_t c, float *sums) {
  const size_t groups = strips->count * TC_STRIP / group;
  const int16_t *elements = (const int16_t *)strips->elements + 2 * c;
  row of[TC_TILE_ROWS]; // that no store can change
  UNROLLED(r, rows) of[r] = x[r];
  for (size_t g = 0; g < groups; g++, elements += group * TC_PANEL) {
    INTEGERS found[TC_TILE_ROWS][VECTORS];
    UNROLLED(r, rows) UNROLLED(v, VECTORS) found[r][v] = ZERO();
#pragma clang loop unroll(disable) // or the compiler changes the order, for which registers do not suffice
    for (size_t i = 0; i < group / 2; i++) {
      INTEGERS w[VECTORS];
      UNROLLED(v, VECTORS) w[v] = LOAD_WORDS(elements + 2 * (i * TC_PANEL + v * WIDTH));
      UNROLLED(r, rows) {
        int32_t pair;
        memcpy(&pair, of[r].integers + (g * group + 2 * i) * sizeof(int16_t), sizeof pair);
        const INTEGERS both = SET_WORD(pair);
        UNROLLED(v, VECTORS) found[r][v] = DOT_PAIRS(found[r][v], w[v], both);
      }
    }
    NAME(add_group)(found, rows, strips, of, g, c, sums);
  }
}

#ifdef DOT_BYTES
// A quad of each row, `at` bytes from x on, times one of the elements, in each plane.
TARGET TC_INLINE void NAME(add_quad)(const row *x, size_t at, const size_t rows, const size_t planes,
                                     const uint8_t *elements, INTEGERS (*sums)[TC_TILE_ROWS][VECTORS]) {
  INTEGERS w[VECTORS];
  UNROLLED(v, VECTORS) w[v] = LOAD_WORDS(elements + v * WIDTH * 4);
  UNROLLED(r, rows)
  UNROLLED(p, planes) {
    int32_t quad;
    memcpy(&quad, x[r].integers + at + p * TC_STRIP, sizeof quad);
    const INTEGERS bytes = SET_WORD(quad);
    UNROLLED(v, VECTORS) sums[p][r][v] = DOT_BYTES(sums[p][r][v], w[v], bytes);
  }
}

TARGET TC_INLINE void NAME(multiply_codes)(const row *x, const size_t rows, const size_t planes,
                                           const tc_strips *strips, const size_t group, size_t c,
                                           float *sums) {
  const size_t groups = strips->count * TC_STRIP / group;
  row of[TC_TILE_ROWS]; // that no store can change
  UNROLLED(r, rows) of[r] = x[r];
  const uint8_t *elements = (const uint8_t *)strips->elements + 4 * c;
  for (size_t g = 0; g < groups; g++, elements += group * TC_PANEL) {
    INTEGERS found[2][TC_TILE_ROWS][VECTORS];
    UNROLLED(r, rows) {
      const INTEGERS less = SET_WORD(of[r].groups[g].less);
      UNROLLED(v, VECTORS) found[0][r][v] = planes == 2 ? ZERO() : less;
      UNROLLED(v, VECTORS) found[1][r][v] = less;
    }
    const size_t at = g * group / TC_STRIP * planes * TC_STRIP + g * group % TC_STRIP;
#pragma clang loop unroll(disable) // or the compiler changes the order, for which registers do not suffice
    for (size_t q = 0; q < group / 4; q++)
      NAME(add_quad)(of, at + 4 * q, rows, planes, elements + q * TC_PANEL * 4, found);
    if (planes == 2) {
      UNROLLED(r, rows)
      UNROLLED(v, VECTORS) found[0][r][v] = ADD(SHIFT(found[0][r][v]), found[1][r][v]);
    }
    NAME(add_group)(found[0], rows, strips, of, g, c, sums);
  }
}

TARGET TC_INLINE void NAME(multiply_kinds)(const row *x, const size_t rows, const size_t planes,
                                           const tc_strips *strips, size_t c, float *sums) {
  if (strips->group == 32)
    NAME(multiply_codes)(x, rows, planes, strips, 32, c, sums);
  else
    NAME(multiply_codes)(x, rows, planes, strips, 16, c, sums);
}
#else
// Adds a quad of each row, `at` bytes from x on, times one of the elements, to the sums in 16 bits of each
// plane.
TARGET TC_INLINE void NAME(add_quad)(const row *x, size_t at, const size_t rows, const size_t planes,
                                     const uint8_t *elements, const bool first,
                                     INTEGERS (*pairs)[TC_TILE_ROWS][VECTORS]) {
  INTEGERS w[VECTORS];
  UNROLLED(v, VECTORS) w[v] = LOAD_WORDS(elements + v * WIDTH * 4);
  UNROLLED(r, rows)
  UNROLLED(p, planes) {
    int32_t quad;
    memcpy(&quad, x[r].integers + at + p * TC_STRIP, sizeof quad);
    const INTEGERS bytes = SET_WORD(quad);
    UNROLLED(v, VECTORS) {
      const INTEGERS products = MULTIPLY_BYTES(w[v], bytes);
      pairs[p][r][v] = first ? products : ADD_PAIRS(pairs[p][r][v], products);
    }
  }
}

// `quads`: as many as a sum in 16 bits can hold.
TARGET TC_INLINE void NAME(multiply_codes)(const row *x, const size_t rows, const size_t planes,
                                           const tc_strips *strips, const size_t group, const size_t quads,
                                           size_t c, float *sums) {
  const size_t groups = strips->count * TC_STRIP / group;
  row of[TC_TILE_ROWS]; // that no store can change
  UNROLLED(r, rows) of[r] = x[r];
  const uint8_t *elements = (const uint8_t *)strips->elements + 4 * c;
  const INTEGERS ones = SET_WORD(0x00010001), upper = planes == 2 ? SET_WORD(0x00800080) : ones;
  for (size_t g = 0; g < groups; g++) {
    INTEGERS found[TC_TILE_ROWS][VECTORS];
    UNROLLED(part, group / 4 / quads) {
      INTEGERS pairs[2][TC_TILE_ROWS][VECTORS];
      const size_t first = g * group + part * quads * 4;
      const size_t at = first / TC_STRIP * planes * TC_STRIP + first % TC_STRIP;
      NAME(add_quad)(of, at, rows, planes, elements, true, pairs);
#pragma clang loop unroll(disable) // or the compiler changes the order, for which registers do not suffice
      for (size_t q = 1; q < quads; q++)
        NAME(add_quad)(of, at + 4 * q, rows, planes, elements + q * TC_PANEL * 4, false, pairs);
      elements += quads * TC_PANEL * 4;
      UNROLLED(r, rows)
      UNROLLED(v, VECTORS) {
        found[r][v] = DOT_PAIRS(part == 0 ? ZERO() : found[r][v], pairs[0][r][v], upper);
        if (planes == 2) found[r][v] = DOT_PAIRS(found[r][v], pairs[1][r][v], ones);
      }
    }
    if (strips->zero != 0) {
      UNROLLED(r, rows) {
        const INTEGERS less = SET_WORD(of[r].groups[g].less);
        UNROLLED(v, VECTORS) found[r][v] = ADD(found[r][v], less);
      }
    }
    NAME(add_group)(found, rows, strips, of, g, c, sums);
  }
}

// Codes up to 15, 31 and 63: sums in 16 bits hold 8, 4 and 2 quads.
TARGET TC_INLINE void NAME(multiply_kinds)(const row *x, const size_t rows, const size_t planes,
                                           const tc_strips *strips, size_t c, float *sums) {
  if (strips->group == 32 && strips->largest < 16)
    NAME(multiply_codes)(x, rows, planes, strips, 32, 8, c, sums);
  else if (strips->group == 32)
    NAME(multiply_codes)(x, rows, planes, strips, 32, 4, c, sums);
  else if (strips->largest < 32)
    NAME(multiply_codes)(x, rows, planes, strips, 16, 4, c, sums);
  else
    NAME(multiply_codes)(x, rows, planes, strips, 16, 2, c, sums);
}
#endif

TARGET void NAME(tc_integer_tile)(const void *rows_at, size_t stride, size_t inner, size_t rows,
                                  const tc_strips *strips, size_t first, float *sums) {
  row x[TC_TILE_ROWS];
  for (size_t r = 0; r < rows; r++) x[r] = row_at(rows_at, stride, inner, r, strips, first);
#define WORDS(N)                                                                                             \
  case N:                                                                                                    \
    if (strips->group == TC_STRIP)                                                                           \
      NAME(multiply_words)(x, N, strips, TC_STRIP, c, sums);                                                 \
    else                                                                                                     \
      NAME(multiply_words)(x, N, strips, TC_STRIP / 2, c, sums);                                             \
    break;
#define BYTES(N)                                                                                             \
  case N:                                                                                                    \
    NAME(multiply_kinds)(x, N, 1, strips, c, sums);                                                          \
    break;
#define PLANES(N)                                                                                            \
  case N:                                                                                                    \
    NAME(multiply_kinds)(x + r, N, 2, strips, c, sums + r * TC_PANEL);                                       \
    break;
  for (size_t c = 0; c < TC_PANEL; c += VECTORS * WIDTH) switch (strips->form) {
    case TC_FORM_WORDS:
      switch (rows) { WORDS(1) WORDS(2) WORDS(3) WORDS(4) WORDS(5) WORDS(6) }
      break;
    case TC_FORM_BYTES:
      switch (rows) { BYTES(1) BYTES(2) BYTES(3) BYTES(4) BYTES(5) BYTES(6) }
      break;
    case TC_FORM_PLANES: // of twice as many sums
      for (size_t r = 0; r < rows; r += 3) switch (rows - r) {
          PLANES(1) PLANES(2) default : NAME(multiply_kinds)(x + r, 3, 2, strips, c, sums + r * TC_PANEL);
        }
    }
#undef WORDS
#undef BYTES
#undef PLANES
}

#undef JOIN
#undef JOIN_
#undef NAME
#undef TARGET
#undef UNROLLED
#undef ISA
#undef DOT_PAIRS
#undef DOT_BYTES
#undef MULTIPLY_BYTES
#undef ADD_PAIRS
