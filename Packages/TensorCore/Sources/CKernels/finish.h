// What linear.c puts into the tables from finish.c.
#ifndef TC_FINISH_H
#define TC_FINISH_H

#include "products.h"

TC_PROTOTYPES(tc_finish_fn, tc_finish)

#endif
