// Strips of a panel as float32 or as 16-bit integers: block_panels.h has the layout and the arithmetic.
#include "block_decode.h"
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define ISA scalar
#define LOOK_UP(CODES, LEVELS)                                                                               \
  for (int i = 0; i < 64; i++) (CODES)[i] = (LEVELS)[(CODES)[i]]
#include "block_decode_body.h"

#if defined(__aarch64__)
#define ISA neon
#define LOOK_UP(CODES, LEVELS)                                                                               \
  for (int i = 0; i < 64; i += 16) vst1q_u8((CODES) + i, vqtbl1q_u8(vld1q_u8(LEVELS), vld1q_u8((CODES) + i)))
#include "block_decode_body.h"
#elif defined(__x86_64__)
#define ISA avx2
#define LOOK_UP(CODES, LEVELS)                                                                               \
  for (int i = 0; i < 2; i++) {                                                                              \
    __m256i *part = (__m256i *)(CODES) + i;                                                                  \
    const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(LEVELS)));           \
    _mm256_storeu_si256(part, _mm256_shuffle_epi8(table, _mm256_loadu_si256(part)));                         \
  }
#include "block_decode_body.h"

#define ISA avx512
#define LOOK_UP(CODES, LEVELS)                                                                               \
  {                                                                                                          \
    const __m512i table = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(LEVELS)));                \
    _mm512_storeu_si512(CODES, _mm512_shuffle_epi8(table, _mm512_loadu_si512(CODES)));                       \
  }
#include "block_decode_body.h"
#endif
