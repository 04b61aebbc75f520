#define _GNU_SOURCE // MADV_HUGEPAGE
#include "probes.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Twelve chains of 512 bits: more than latency times throughput of any processor that has them.
enum { chains = 12, lanes = 16 };
static volatile float sink;

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void float32_avx512(size_t steps) {
  __m512 sums[chains], x = _mm512_set1_ps(0.999f), y = _mm512_set1_ps(1e-3f);
  for (int i = 0; i < chains; i++) sums[i] = _mm512_set1_ps((float)i);
  for (size_t s = 0; s < steps; s++)
    for (int i = 0; i < chains; i++) sums[i] = _mm512_fmadd_ps(x, y, sums[i]);
  for (int i = 1; i < chains; i++) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  sink = _mm512_reduce_add_ps(sums[0]);
}

__attribute__((target("avx2,fma"))) static void float32_avx2(size_t steps) {
  __m256 sums[chains], x = _mm256_set1_ps(0.999f), y = _mm256_set1_ps(1e-3f);
  for (int i = 0; i < chains; i++) sums[i] = _mm256_set1_ps((float)i);
  for (size_t s = 0; s < 2 * steps; s++)
    for (int i = 0; i < chains; i++) sums[i] = _mm256_fmadd_ps(x, y, sums[i]);
  for (int i = 1; i < chains; i++) sums[0] = _mm256_add_ps(sums[0], sums[i]);
  sink = _mm256_cvtss_f32(sums[0]);
}

__attribute__((target("avx512f,avx512bf16"))) static void bfloat16_avx512(size_t steps) {
  __m512 sums[chains];
  const __m512bh x = (__m512bh)_mm512_set1_epi32(0x3f803f80), y = (__m512bh)_mm512_set1_epi32(0x3c003c00);
  for (int i = 0; i < chains; i++) sums[i] = _mm512_set1_ps((float)i);
  for (size_t s = 0; s < steps; s++)
    for (int i = 0; i < chains; i++) sums[i] = _mm512_dpbf16_ps(sums[i], x, y);
  for (int i = 1; i < chains; i++) sums[0] = _mm512_add_ps(sums[0], sums[i]);
  sink = _mm512_reduce_add_ps(sums[0]);
}

__attribute__((target("avx512f"))) static float read_avx512(const char *memory, size_t bytes,
                                                            size_t streams) {
  __m512i all[8] = {0};
  const size_t part = bytes / streams;
  for (size_t at = 0; at < part; at += 512)
    for (size_t s = 0; s < streams; s++)
      for (int i = 0; i < 8; i++) {
        const char *p = memory + s * part + at + 64 * i;
        _mm_prefetch(p + 4096, _MM_HINT_T0);
        all[i] = _mm512_or_si512(all[i], _mm512_loadu_si512(p));
      }
  for (int i = 1; i < 8; i++) all[0] = _mm512_or_si512(all[0], all[i]);
  return (float)_mm512_reduce_or_epi32(all[0]);
}
#endif

double probe_float32(size_t steps) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    float32_avx512(steps);
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    float32_avx2(steps);
  } else {
    return 0;
  }
  return 2.0 * lanes * chains * (double)steps;
#else
  return 0;
#endif
}

double probe_bfloat16(size_t steps) {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512bf16")) return 0;
  bfloat16_avx512(steps);
  return 4.0 * lanes * chains * (double)steps;
#else
  return 0;
#endif
}

void *probe_memory(size_t bytes) {
  void *memory = NULL;
  if (posix_memalign(&memory, (size_t)2 << 20, bytes) != 0) return NULL;
#if defined(MADV_HUGEPAGE)
  madvise(memory, bytes, MADV_HUGEPAGE); // as packed weights are
#endif
  return memset(memory, 1, bytes);
}

float probe_read(const void *memory, size_t bytes, size_t streams) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return read_avx512(memory, bytes, streams);
#endif
  (void)streams;
  unsigned long long all[8] = {0};
  for (const unsigned long long *p = memory, *end = p + bytes / sizeof *p; p < end; p += 8)
    for (int i = 0; i < 8; i++) all[i] |= p[i];
  return (float)(all[0] | all[1] | all[2] | all[3] | all[4] | all[5] | all[6] | all[7]);
}

// OpenBLAS's own headers are not needed for two of its functions.
extern void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                        const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
extern void openblas_set_num_threads(int threads);

void openblas_product(const float *x, const float *w, float *y, int m, int n, int k, int threads) {
  enum { row_major = 101, plain = 111, transposed = 112 };
  openblas_set_num_threads(threads);
  cblas_sgemm(row_major, plain, transposed, m, n, k, 1, x, k, w, k, 0, y, n);
}

void openblas_outer_products(const float *x, const float *g, float *y, int m, int n, int k, int threads) {
  enum { row_major = 101, plain = 111, transposed = 112 };
  openblas_set_num_threads(threads);
  cblas_sgemm(row_major, transposed, plain, m, n, k, 1, x, m, g, n, 0, y, n);
}
