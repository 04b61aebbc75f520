// What linear.c puts into the tables from score.c.
#ifndef TC_SCORE_H
#define TC_SCORE_H

#include "products.h"

tc_score_fold_fn tc_score_fold__scalar;
tc_score_total_fn tc_score_total__scalar;
tc_score_join_fn tc_score_join__scalar;
tc_score_capped_fn tc_score_capped__scalar;
tc_score_above_fn tc_score_above__scalar;
#if defined(__x86_64__)
tc_score_fold_fn tc_score_fold__avx2, tc_score_fold__avx512;
tc_score_total_fn tc_score_total__avx2, tc_score_total__avx512;
tc_score_join_fn tc_score_join__avx2, tc_score_join__avx512;
tc_score_capped_fn tc_score_capped__avx2, tc_score_capped__avx512;
tc_score_above_fn tc_score_above__avx2, tc_score_above__avx512;
#endif

#endif
