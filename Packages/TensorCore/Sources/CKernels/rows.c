// The tables of row operations.
#include "rows.h"

#define DECLARE(SUFFIX)                                                                                                \
  tc_convert_fn tc_convert__##SUFFIX;

#define TABLE(SUFFIX)                                                                                                  \
  DECLARE(SUFFIX)                                                                                                      \
  const tc_row_kernels tc_rows__##SUFFIX = {                                                                           \
      .convert = tc_convert__##SUFFIX,                                                                                 \
  };

TABLE(scalar)
#if defined(__x86_64__)
TABLE(avx2)
TABLE(avx512)
#endif
