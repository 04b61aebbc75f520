// What linear.c puts into the tables from round_rows.c and finish.c.
#ifndef TC_FINISH_H
#define TC_FINISH_H

#include "products.h"

TC_PROTOTYPES(tc_round_rows_fn, tc_round_rows)
TC_PROTOTYPES(tc_finish_fn, tc_finish)

#endif
