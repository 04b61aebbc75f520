// What linear.c puts into the tables from bfloat16_weights.c.
#ifndef TC_BFLOAT16_WEIGHTS_H
#define TC_BFLOAT16_WEIGHTS_H

#include "products.h"

TC_PROTOTYPES(tc_weights_in_place_fn, tc_pair_weights)
TC_PROTOTYPES(tc_weights_in_place_fn, tc_round_weights)
TC_PROTOTYPES(tc_widen_pairs_fn, tc_widen_pairs)
TC_PROTOTYPES(tc_widen_rows_fn, tc_widen_rows)

#endif
