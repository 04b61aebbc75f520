// The tile kernels on SIMD registers. tile.c has the definition, tile_body.h the loops.
#include "tile.h"

#if defined(__x86_64__) || defined(__aarch64__)

// float32: one fused multiply-add.
#define TILE_NAME tile_f32
#define TILE_STEP(sum, x, w) tc_fma(x, w, sum)
#define TILE_X tc_f32x16
#define TILE_ELEMENT(r, u) tc_set(x[(r)*stride + (u)])
#define TILE_LINE(i) 64 * (i)
#include "tile_body.h"

// The same, of rows that lie as columns: unit u of all of them, then the next. What it fetches are rows of a
// panel that is yet to be copied, `stride` floats apart.
#define TILE_NAME tile_transposed
#define TILE_STEP(sum, x, w) tc_fma(x, w, sum)
#define TILE_X tc_f32x16
#define TILE_ELEMENT(r, u) tc_set(x[(u)*TC_TILE_ROWS + (r)])
#define TILE_LINE(i) (i) / 4 * stride * 4 + (i) % 4 * 64
#include "tile_body.h"

// bfloat16: upper halves, then lower halves, widened by a mask and a shift; those of rows are.
typedef struct widened {
  tc_f32x16 upper, lower;
} widened;
TC_INLINE tc_f32x16 upper(tc_f32x16 pair) { return (tc_f32x16)((tc_u32x16)pair & 0xFFFF0000); }
TC_INLINE tc_f32x16 lower(tc_f32x16 pair) { return (tc_f32x16)((tc_u32x16)pair << 16); }
#define TILE_NAME tile_bf16
#define TILE_STEP(sum, x, w) tc_fma((x).lower, lower(w), tc_fma((x).upper, upper(w), sum))
#define TILE_X widened
#define TILE_ELEMENT(r, u)                                                                                   \
  { tc_set(x[(r)*stride + 2 * (u)]), tc_set(x[(r)*stride + 2 * (u) + 1]) }
#define TILE_LINE(i) 64 * (i)
#include "tile_body.h"

// A case each for one to six rows, so that the number is a constant where BODY is inlined.
#define ONE_TO_SIX(BODY, C, COLUMNS)                                                                         \
  switch (rows) {                                                                                            \
    WITH_ROWS(1, BODY, C, COLUMNS)                                                                           \
    WITH_ROWS(2, BODY, C, COLUMNS)                                                                           \
    WITH_ROWS(3, BODY, C, COLUMNS)                                                                           \
    WITH_ROWS(4, BODY, C, COLUMNS)                                                                           \
    WITH_ROWS(5, BODY, C, COLUMNS)                                                                           \
    WITH_ROWS(6, BODY, C, COLUMNS)                                                                           \
  }
#define WITH_ROWS(N, BODY, C, COLUMNS)                                                                       \
  case N:                                                                                                    \
    BODY(x, stride, N, panel + (C), COLUMNS, units, start ? start + (C) : NULL, prefetch, prefetch_lines,    \
         end->y + (C), end->stride, end->bias ? end->bias + (C) : NULL,                                      \
         end->residual ? end->residual + (C) : NULL, end->streamed, end->far);                               \
    break;

// AVX-512: six rows by 64 outputs are 24 sums, with four registers of weights and one of a row's element.
#define WHOLE_PANEL(BODY) ONE_TO_SIX(BODY, 0, 4)

// Five rows of pairs: 20 sums, and eight registers of weights that are widened once for all rows.
#define WHOLE_OR_HALVES(BODY)                                                                                \
  switch (rows) {                                                                                            \
    WITH_ROWS(1, BODY, 0, 4)                                                                                 \
    WITH_ROWS(2, BODY, 0, 4)                                                                                 \
    WITH_ROWS(3, BODY, 0, 4)                                                                                 \
    WITH_ROWS(4, BODY, 0, 4)                                                                                 \
    WITH_ROWS(5, BODY, 0, 4)                                                                                 \
  default:                                                                                                   \
    for (size_t c = 0; c < TC_PANEL; c += 32, prefetch_lines = 0) switch (rows) {                            \
        WITH_ROWS(6, BODY, c, 2)                                                                             \
      }                                                                                                      \
  }

// AVX2: sixteen registers hold six rows by 16 outputs, so the panel is walked four times.
#define QUARTER_PANELS(BODY)                                                                                 \
  for (size_t c = 0; c < TC_PANEL; c += 16, prefetch_lines = 0) ONE_TO_SIX(BODY, c, 1)

#define TILE_VARIANT(TYPE, ISA, SHAPE, BODY)                                                                 \
  TC_TARGET_##ISA void tc_tile_##TYPE##__##ISA(                                                              \
      const void *row_units, size_t stride, size_t rows, const void *panel_units, size_t units,              \
      const float *start, const char *prefetch, size_t prefetch_lines, const tc_tile_end *end) {             \
    const float *x = row_units, *panel = panel_units;                                                        \
    SHAPE(BODY)                                                                                              \
  }

#define LANES_VARIANT(TYPE, ISA, BODY)                                                                       \
  TC_TARGET_##ISA void tc_lanes_##TYPE##__##ISA(const void *x, const void *panel, size_t units,              \
                                                float *sums) {                                               \
    BODY(x, 0, 1, panel, 1, units, NULL, NULL, 0, sums, 0, NULL, NULL, false, false);                        \
  }

#define VARIANTS(ISA, F32_SHAPE, BF16_SHAPE)                                                                 \
  TILE_VARIANT(f32, ISA, F32_SHAPE, tile_f32)                                                                \
  TILE_VARIANT(transposed, ISA, F32_SHAPE, tile_transposed)                                                  \
  TILE_VARIANT(bf16, ISA, BF16_SHAPE, tile_bf16)                                                             \
  LANES_VARIANT(f32, ISA, tile_f32)                                                                          \
  LANES_VARIANT(bf16, ISA, tile_bf16)

#if defined(__aarch64__)
VARIANTS(neon, QUARTER_PANELS, QUARTER_PANELS)
#else
VARIANTS(avx2, QUARTER_PANELS, QUARTER_PANELS)
VARIANTS(avx512, WHOLE_PANEL, WHOLE_OR_HALVES)
#endif

#endif
