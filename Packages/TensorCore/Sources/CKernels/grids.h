// The code books of ggml's IQ kinds.
#ifndef TC_GRIDS_H
#define TC_GRIDS_H

#include <stdint.h>

extern const uint16_t tc_grid_iq2_xxs[256], tc_grid_iq2_xs[512], tc_grid_iq2_s[1024], tc_grid_iq3_xxs[256],
    tc_grid_iq3_s[512], tc_grid_iq1[2048];

#endif
