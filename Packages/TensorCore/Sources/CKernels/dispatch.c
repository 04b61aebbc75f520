// The only file that queries the CPU's features.
#include "ckernels.h"
#include <stdbool.h>
#include <stddef.h>
#if defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

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

#if defined(__aarch64__)
static bool has_i8mm(void) {
#if defined(__linux__)
  enum { i8mm = 1 << 13 }; // HWCAP2_I8MM, which older headers lack
  return getauxval(AT_HWCAP2) & i8mm;
#elif defined(__APPLE__)
  int found = 0;
  size_t size = sizeof found;
  return sysctlbyname("hw.optional.arm.FEAT_I8MM", &found, &size, NULL, 0) == 0 && found;
#else
  return false;
#endif
}
#endif

static bool runs_here(tc_isa isa) {
  switch (isa) {
  case TC_ISA_scalar:
    return true;
#if defined(__aarch64__)
  case TC_ISA_neon:
    return true;
  case TC_ISA_neoni8mm:
    return has_i8mm();
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
