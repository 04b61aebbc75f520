// Products of rows of integers with strips of a panel. The scalar kernel is the definition; block_panels.h
// states it.
#include "integer_tile.h"
#include <math.h>

// A row from strip `first` of some on.
typedef struct row {
  const char *integers;
  const tc_integer_group *groups;
} row;

static inline row row_at(const void *x, size_t stride, size_t inner, size_t r, const tc_strips *strips,
                         size_t first) {
  const char *start = (const char *)x + 4 * r * stride;
  const size_t bytes = tc_strip_bytes(strips->form);
  return (row){start + first * bytes, (const tc_integer_group *)(start + inner / TC_STRIP * bytes) +
                                          first * TC_STRIP / strips->group};
}

static int32_t integer_at(const char *row, tc_integer_form form, size_t i) {
  if (form == TC_FORM_WORDS) return ((const int16_t *)row)[i];
  const int8_t *bytes = (const int8_t *)row;
  if (form == TC_FORM_BYTES) return bytes[i];
  const int8_t *strip = bytes + i / TC_STRIP * 2 * TC_STRIP + i % TC_STRIP;
  return 128 * strip[0] + strip[TC_STRIP];
}

static int32_t element_at(const tc_strips *strips, size_t i, size_t c) {
  if (strips->form == TC_FORM_WORDS)
    return ((const int16_t *)strips->elements)[(i / 2 * TC_PANEL + c) * 2 + i % 2];
  return ((const uint8_t *)strips->elements)[(i / 4 * TC_PANEL + c) * 4 + i % 4] - strips->zero;
}

void tc_integer_tile__scalar(const void *x, size_t stride, size_t inner, size_t rows, const tc_strips *strips,
                             size_t first, float *sums) {
  const size_t group = strips->group, groups = strips->count * TC_STRIP / group;
  for (size_t r = 0; r < rows; r++) {
    const row row = row_at(x, stride, inner, r, strips, first);
    for (size_t g = 0; g < groups; g++) {
      const tc_integer_group *of_row = &row.groups[g];
      for (size_t c = 0; c < TC_PANEL; c++) {
        int32_t sum = 0;
        for (size_t i = g * group; i < (g + 1) * group; i++)
          sum += integer_at(row.integers, strips->form, i) * element_at(strips, i, c);
        float *to = sums + r * TC_PANEL + c;
        *to = fmaf(strips->scales[g * TC_PANEL + c] * (float)sum, of_row->scale, *to);
        if (strips->offsets) *to = fmaf(strips->offsets[g * TC_PANEL + c], of_row->sum, *to);
      }
    }
  }
}

#if defined(__aarch64__)
#include <arm_neon.h>

typedef int16_t tc_i16x32 __attribute__((vector_size(64)));

// Both products of each pair of bytes, added.
TC_INLINE tc_i32x16 byte_pairs(tc_i32x16 codes, tc_i32x16 bytes) {
  const tc_i16x32 w = (tc_i16x32)codes, x = (tc_i16x32)bytes;
  return (tc_i32x16)((w << 8 >> 8) * (x << 8 >> 8) + (w >> 8) * (x >> 8));
}

// Sums plus both products of each pair of words.
TC_INLINE tc_i32x16 dot_pairs(tc_i32x16 sums, tc_i32x16 w, tc_i32x16 x) {
  return sums + (w << 16 >> 16) * (x << 16 >> 16) + (w >> 16) * (x >> 16);
}

// Sums plus the products of four bytes, unsigned ones of codes.
TC_TARGET_neoni8mm TC_INLINE tc_i32x16 dot_bytes(tc_i32x16 sums, tc_i32x16 codes, tc_i32x16 bytes) {
  int32x4_t sum[4];
  uint8x16_t w[4];
  int8x16_t x[4];
  memcpy(sum, &sums, sizeof sum);
  memcpy(w, &codes, sizeof w);
  memcpy(x, &bytes, sizeof x);
  for (int i = 0; i < 4; i++) sum[i] = vusdotq_s32(sum[i], w[i], x[i]);
  memcpy(&sums, sum, sizeof sums);
  return sums;
}

#define WIDTH 16
#define VECTORS 1
#define INTEGERS tc_i32x16
#define FLOATS tc_f32x16
#define ZERO() ((tc_i32x16){0})
#define LOAD_WORDS(P) ((tc_i32x16)tc_load_words(P))
#define SET_WORD(X) ((tc_i32x16){0} + (X))
#define ADD(A, B) ((A) + (B))
#define SHIFT(A) ((A) << 7)
#define TO_FLOATS(X) __builtin_convertvector(X, tc_f32x16)
#define LOAD(P) tc_load(P)
#define STORE(P, X) tc_store(P, X)
#define SET(X) tc_set(X)
#define MULTIPLY(A, B) ((A) * (B))
#define FMA(A, B, C) tc_fma(A, B, C)

#define ISA neon
#define DOT_PAIRS(SUM, W, X) dot_pairs(SUM, W, X)
#define MULTIPLY_BYTES(W, X) byte_pairs(W, X)
#define ADD_PAIRS(A, B) ((tc_i32x16)((tc_i16x32)(A) + (tc_i16x32)(B)))
#include "integer_tile_body.h"

#define ISA neoni8mm
#define DOT_PAIRS(SUM, W, X) dot_pairs(SUM, W, X)
#define DOT_BYTES(SUM, W, X) dot_bytes(SUM, W, X)
#include "integer_tile_body.h"
#elif defined(__x86_64__)
#include <immintrin.h>

#define WIDTH 8
#define VECTORS 2
#define INTEGERS __m256i
#define FLOATS __m256
#define ZERO() _mm256_setzero_si256()
#define LOAD_WORDS(P) _mm256_loadu_si256((const __m256i *)(P))
#define SET_WORD(X) _mm256_set1_epi32(X)
#define ADD(A, B) _mm256_add_epi32(A, B)
#define TO_FLOATS(X) _mm256_cvtepi32_ps(X)
#define LOAD(P) _mm256_loadu_ps(P)
#define STORE(P, X) _mm256_storeu_ps(P, X)
#define SET(X) _mm256_set1_ps(X)
#define MULTIPLY(A, B) _mm256_mul_ps(A, B)
#define FMA(A, B, C) _mm256_fmadd_ps(A, B, C)

#define ISA avx2
#define DOT_PAIRS(SUM, W, X) _mm256_add_epi32(SUM, _mm256_madd_epi16(W, X))
#define MULTIPLY_BYTES(W, X) _mm256_maddubs_epi16(W, X)
#define ADD_PAIRS(A, B) _mm256_add_epi16(A, B)
#include "integer_tile_body.h"

#undef WIDTH
#undef VECTORS
#undef INTEGERS
#undef FLOATS
#undef ZERO
#undef LOAD_WORDS
#undef SET_WORD
#undef ADD
#undef TO_FLOATS
#undef LOAD
#undef STORE
#undef SET
#undef MULTIPLY
#undef FMA

#define WIDTH 16
#define VECTORS 4
#define INTEGERS __m512i
#define FLOATS __m512
#define ZERO() _mm512_setzero_si512()
#define LOAD_WORDS(P) _mm512_loadu_si512(P)
#define SET_WORD(X) _mm512_set1_epi32(X)
#define ADD(A, B) _mm512_add_epi32(A, B)
#define SHIFT(A) _mm512_slli_epi32(A, 7)
#define TO_FLOATS(X) _mm512_cvtepi32_ps(X)
#define LOAD(P) _mm512_loadu_ps(P)
#define STORE(P, X) _mm512_storeu_ps(P, X)
#define SET(X) _mm512_set1_ps(X)
#define MULTIPLY(A, B) _mm512_mul_ps(A, B)
#define FMA(A, B, C) _mm512_fmadd_ps(A, B, C)

#define ISA avx512
#define DOT_PAIRS(SUM, W, X) _mm512_add_epi32(SUM, _mm512_madd_epi16(W, X))
#define MULTIPLY_BYTES(W, X) _mm512_maddubs_epi16(W, X)
#define ADD_PAIRS(A, B) _mm512_add_epi16(A, B)
#include "integer_tile_body.h"

#define ISA avx512vnni
#define DOT_PAIRS(SUM, W, X) _mm512_dpwssd_epi32(SUM, W, X)
#define DOT_BYTES(SUM, W, X) _mm512_dpbusd_epi32(SUM, W, X)
#include "integer_tile_body.h"
#endif
