// Products of rows of integers with strips of a panel. The scalar kernel is the definition; block_panels.h
// states it.
#include "integer_tile.h"
#include <math.h>

typedef struct row {
  const int16_t *integers;
  const float *scales;
  const int32_t *sums; // each of 16 integers
} row;

static inline row row_at(const void *x, size_t stride, size_t inner, size_t r, size_t first) {
  const int16_t *integers = (const int16_t *)((const char *)x + 4 * r * stride);
  const float *scales = (const float *)(integers + inner);
  const int32_t *sums = (const int32_t *)(scales + inner / TC_STRIP);
  return (row){integers + first * TC_STRIP, scales + first, sums + 2 * first};
}

void tc_integer_tile__scalar(const void *x, size_t stride, size_t inner, size_t rows, const tc_strips *strips,
                             size_t first, float *sums) {
  const size_t group = strips->group, groups = strips->count * TC_STRIP / group;
  for (size_t r = 0; r < rows; r++) {
    const row row = row_at(x, stride, inner, r, first);
    for (size_t g = 0; g < groups; g++) {
      const float scale = row.scales[g * group / TC_STRIP];
      const int32_t *part = row.sums + g * group / 16;
      const float sum_of_row = scale * (float)(group == 16 ? part[0] : part[0] + part[1]);
      for (size_t c = 0; c < TC_PANEL; c++) {
        int32_t sum = 0;
        for (size_t i = g * group; i < (g + 1) * group; i++)
          sum += row.integers[i] * strips->elements[(i / 2 * TC_PANEL + c) * 2 + i % 2];
        float *to = sums + r * TC_PANEL + c;
        *to = fmaf(strips->scales[g * TC_PANEL + c] * (float)sum, scale, *to);
        if (strips->offsets) *to = fmaf(strips->offsets[g * TC_PANEL + c], sum_of_row, *to);
      }
    }
  }
}

#if defined(__aarch64__)
#define ISA neon
#define WIDTH 16
#define VECTORS 1
#define INTEGERS tc_i32x16
#define FLOATS tc_f32x16
#define ZERO() ((tc_i32x16){0})
#define LOAD_PAIRS(P) ((tc_i32x16)tc_load_words(P))
#define SET_PAIR(X) ((tc_i32x16){0} + (X))
#define ADD_PRODUCTS(SUM, W, X) ((SUM) + ((W) << 16 >> 16) * ((X) << 16 >> 16) + ((W) >> 16) * ((X) >> 16))
#define TO_FLOATS(X) __builtin_convertvector(X, tc_f32x16)
#define LOAD(P) tc_load(P)
#define STORE(P, X) tc_store(P, X)
#define SET(X) tc_set(X)
#define MULTIPLY(A, B) ((A) * (B))
#define FMA(A, B, C) tc_fma(A, B, C)
#include "integer_tile_body.h"
#elif defined(__x86_64__)
#include <immintrin.h>

#define ISA avx2
#define WIDTH 8
#define VECTORS 2
#define INTEGERS __m256i
#define FLOATS __m256
#define ZERO() _mm256_setzero_si256()
#define LOAD_PAIRS(P) _mm256_loadu_si256((const __m256i *)(P))
#define SET_PAIR(X) _mm256_set1_epi32(X)
#define ADD_PRODUCTS(SUM, W, X) _mm256_add_epi32(SUM, _mm256_madd_epi16(W, X))
#define TO_FLOATS(X) _mm256_cvtepi32_ps(X)
#define LOAD(P) _mm256_loadu_ps(P)
#define STORE(P, X) _mm256_storeu_ps(P, X)
#define SET(X) _mm256_set1_ps(X)
#define MULTIPLY(A, B) _mm256_mul_ps(A, B)
#define FMA(A, B, C) _mm256_fmadd_ps(A, B, C)
#include "integer_tile_body.h"

#define ISA avx512
#define WIDTH 16
#define VECTORS 4
#define INTEGERS __m512i
#define FLOATS __m512
#define ZERO() _mm512_setzero_si512()
#define LOAD_PAIRS(P) _mm512_loadu_si512(P)
#define SET_PAIR(X) _mm512_set1_epi32(X)
#define ADD_PRODUCTS(SUM, W, X) _mm512_add_epi32(SUM, _mm512_madd_epi16(W, X))
#define TO_FLOATS(X) _mm512_cvtepi32_ps(X)
#define LOAD(P) _mm512_loadu_ps(P)
#define STORE(P, X) _mm512_storeu_ps(P, X)
#define SET(X) _mm512_set1_ps(X)
#define MULTIPLY(A, B) _mm512_mul_ps(A, B)
#define FMA(A, B, C) _mm512_fmadd_ps(A, B, C)
#include "integer_tile_body.h"
#endif
