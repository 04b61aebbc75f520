// What linear.c puts into the tables from score.c.
#ifndef TC_SCORE_H
#define TC_SCORE_H

#include "products.h"
#include <string.h>

TC_PROTOTYPES(tc_score_fold_fn, tc_score_fold)
TC_PROTOTYPES(tc_score_total_fn, tc_score_total)
TC_PROTOTYPES(tc_score_join_fn, tc_score_join)
TC_PROTOTYPES(tc_score_capped_fn, tc_score_capped)
TC_PROTOTYPES(tc_score_above_fn, tc_score_above)
TC_PROTOTYPES(tc_score_top_fn, tc_score_top)

/// Puts a candidate where it belongs in a falling list; after its equals, which came before it.
static inline void tc_top_put(tc_top *top, size_t count, tc_top candidate) {
  size_t at = count;
  while (at > 0 && candidate.logit > top[at - 1].logit) at--;
  if (at == count) return;
  memmove(top + at + 1, top + at, (count - at - 1) * sizeof *top);
  top[at] = candidate;
}

#endif
