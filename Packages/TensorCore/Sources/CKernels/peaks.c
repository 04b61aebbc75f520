// Multiply-adds in registers, and reads from memory: see peaks.h.
#include "peaks.h"
#include "lanes.h"
#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { CHAINS = 12 }; // more than latency times throughput of any processor

static volatile float sink;

// A probe of CHAINS sums in registers. STEP(sum, x) is the sum after MULTIPLY_ADDS more; the operand x is
// hidden from the compiler before each step, so that none is done ahead and no product serves two sums.
#define PEAK(NAME, ISA, VECTOR, CONSTRAINT, FROM, STEP, MULTIPLY_ADDS)                                       \
  TC_TARGET_##ISA static double NAME##__##ISA(size_t steps) {                                                \
    VECTOR sums[CHAINS], x = FROM(1);                                                                        \
    for (int i = 0; i < CHAINS; i++) sums[i] = FROM(i);                                                      \
    for (size_t s = 0; s < steps; s++) {                                                                     \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < CHAINS; i++) {                                  \
        __asm__ volatile("" : "+" CONSTRAINT(x));                                                            \
        sums[i] = STEP(sums[i], x);                                                                          \
      }                                                                                                      \
    }                                                                                                        \
    for (int i = 1; i < CHAINS; i++) sums[0] = sums[0] + sums[i];                                            \
    float kept;                                                                                              \
    memcpy(&kept, &sums[0], sizeof kept);                                                                    \
    sink = kept;                                                                                             \
    return (double)MULTIPLY_ADDS * CHAINS * (double)steps;                                                   \
  }

#define PLAIN(x) (x)
#define FUSED(sum, x) fmaf(x, x, sum)
PEAK(float32, scalar, float, "r", PLAIN, FUSED, 1)
#define WHOLE(sum, x) ((sum) + (x) * (x))
PEAK(words, scalar, int32_t, "r", PLAIN, WHOLE, 1)

#if defined(__x86_64__)
#define FMA256(sum, x) _mm256_fmadd_ps(x, x, sum)
PEAK(float32, avx2, __m256, "x", _mm256_set1_ps, FMA256, 8)
#define PAIRS256(sum, x) _mm256_add_epi32(sum, _mm256_madd_epi16(x, x))
PEAK(words, avx2, __m256i, "x", _mm256_set1_epi32, PAIRS256, 16)
#define BYTES256(sum, x) _mm256_add_epi16(sum, _mm256_maddubs_epi16(x, x))
PEAK(bytes, avx2, __m256i, "x", _mm256_set1_epi32, BYTES256, 32)
#define FMA512(sum, x) _mm512_fmadd_ps(x, x, sum)
PEAK(float32, avx512, __m512, "v", _mm512_set1_ps, FMA512, 16)
#define PAIRS512(sum, x) _mm512_add_epi32(sum, _mm512_madd_epi16(x, x))
PEAK(words, avx512, __m512i, "v", _mm512_set1_epi32, PAIRS512, 32)
#define BYTES512(sum, x) _mm512_add_epi16(sum, _mm512_maddubs_epi16(x, x))
PEAK(bytes, avx512, __m512i, "v", _mm512_set1_epi32, BYTES512, 64)
#define DOT512(sum, x) _mm512_dpbusd_epi32(sum, x, x)
PEAK(bytes, avx512vnni, __m512i, "v", _mm512_set1_epi32, DOT512, 64)
// An integer of 16 bits is two bytes.
#define PLANES512(sum, x) _mm512_dpbusd_epi32(sum, x, x)
PEAK(words, avx512vnni, __m512i, "v", _mm512_set1_epi32, PLANES512, 32)
#elif defined(__aarch64__)
#define FMA128(sum, x) vfmaq_f32(sum, x, x)
PEAK(float32, neon, float32x4_t, "w", vdupq_n_f32, FMA128, 4)
#define MLA128(sum, x) vmlaq_s32(sum, x, x)
PEAK(words, neon, int32x4_t, "w", vdupq_n_s32, MLA128, 4)
#define BYTES128(sum, x) vmlaq_s16(sum, x, x)
PEAK(bytes, neon, int16x8_t, "w", vdupq_n_s16, BYTES128, 8)
#define DOT128(sum, x) vusdotq_s32(sum, (uint8x16_t)x, (int8x16_t)x)
PEAK(bytes, neoni8mm, int32x4_t, "w", vdupq_n_s32, DOT128, 16)
// An integer of 16 bits is two bytes.
#define PLANES128(sum, x) DOT128(sum, x)
PEAK(words, neoni8mm, int32x4_t, "w", vdupq_n_s32, PLANES128, 8)
#endif

TC_INLINE unsigned read_memory(const void *memory, size_t bytes, size_t streams) {
  tc_u32x16 all[4] = {{0}};
  const size_t part = bytes / streams;
  for (size_t at = 0; at < part; at += sizeof all)
    for (size_t s = 0; s < streams; s++)
      for (int i = 0; i < 4; i++) {
        const char *p = (const char *)memory + s * part + at + 64 * i;
        __builtin_prefetch(p + 4096, 0, 3);
        all[i] |= tc_load_words(p);
      }
  all[0] |= all[1] | all[2] | all[3];
  unsigned found = 0;
  for (int i = 0; i < 16; i++) found |= all[0][i];
  return found;
}

TC_VARIANTS(unsigned, read_memory, (const void *memory, size_t bytes, size_t streams),
            (memory, bytes, streams))

// The definition multiplies bytes as whole integers.
#define bytes__scalar words__scalar
#define TABLE(ISA, BASE, ...)                                                                                \
  const tc_peak_kernels tc_peaks__##ISA = {                                                                  \
      .float32 = float32__##BASE,                                                                            \
      .words = words__##ISA,                                                                                 \
      .bytes = bytes__##ISA,                                                                                 \
      .read = tc_read_memory__##BASE,                                                                        \
  };
TC_ISAS(TABLE)
