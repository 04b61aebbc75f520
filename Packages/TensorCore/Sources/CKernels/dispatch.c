// The only file that queries the CPU's features.
#include "ckernels.h"
#include <stdbool.h>
#include <stddef.h>

#define TABLE(ISA, BASE, ...)                                                                                \
  [TC_ISA_##ISA] = {                                                                                         \
      .isa = TC_ISA_##ISA,                                                                                   \
      .products = &tc_products__##ISA,                                                                       \
      .rows = &tc_rows__##BASE,                                                                              \
      .attention = &tc_attention__##BASE,                                                                    \
      .gradients = &tc_gradients__##BASE,                                                                    \
      .recurrences = &tc_recurrences__##BASE,                                                                \
      .peaks = &tc_peaks__##ISA,                                                                             \
  },
static const tc_kernels tables[TC_ISA_COUNT] = {TC_ISAS(TABLE)};

static bool runs_here(tc_isa isa) {
  switch (isa) {
  case TC_ISA_scalar:
    return true;
#if defined(__aarch64__)
  case TC_ISA_neon:
    return true;
#endif
#if defined(__x86_64__)
  case TC_ISA_avx2:
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  case TC_ISA_avx512:
    return runs_here(TC_ISA_avx2) && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl");
  case TC_ISA_avx512vnni:
    return runs_here(TC_ISA_avx512) && __builtin_cpu_supports("avx512vnni");
#endif
  default:
    return false;
  }
}

const tc_kernels *tc_kernels_for(tc_isa isa) { return runs_here(isa) ? &tables[isa] : NULL; }
