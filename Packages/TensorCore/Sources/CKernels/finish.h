// What linear.c puts into the tables from round_rows.c and finish.c.
#ifndef TC_FINISH_H
#define TC_FINISH_H

#include "products.h"

tc_round_rows_fn tc_round_rows__scalar;
tc_finish_fn tc_finish__scalar;
#if defined(__x86_64__)
tc_round_rows_fn tc_round_rows__avx2, tc_round_rows__avx512;
tc_finish_fn tc_finish__avx2, tc_finish__avx512;
#endif

#endif
