// What cells of a panel hold, by format: a table that folds into constants where the format is one.
#ifndef TC_BLOCK_LAYOUT_H
#define TC_BLOCK_LAYOUT_H

#include "block_panels.h"
#include "products.h"

// Offsets follow from which parts there are: bytes a factor and how many, bytes of scales and of minima.
#define TC_LAYOUT(ELEMENTS, GROUP, FACTORS, SCALES, MINIMA, LOW, HIGH, ZERO, OFFSET)                         \
  {                                                                                                          \
    .elements = ELEMENTS, .group = GROUP, .scales = FACTORS * TC_PANEL,                                      \
    .minima = (FACTORS + SCALES) * TC_PANEL, .low = (FACTORS + SCALES + MINIMA) * TC_PANEL,                  \
    .high = (FACTORS + SCALES + MINIMA + ELEMENTS * LOW / 8) * TC_PANEL,                                     \
    .bytes = (FACTORS + SCALES + MINIMA + ELEMENTS * (LOW + HIGH) / 8) * TC_PANEL, .low_bits = LOW,          \
    .high_bits = HIGH, .zero = ZERO, .has_offset = OFFSET,                                                   \
  }

static const tc_block_layout tc_block_layouts[TC_BLOCK_FORMAT_COUNT] = {
    [TC_Q4_0] = TC_LAYOUT(32, 32, 2, 0, 0, 4, 0, 8, false),
    [TC_Q4_1] = TC_LAYOUT(32, 32, 4, 0, 0, 4, 0, 0, true),
    [TC_Q5_0] = TC_LAYOUT(32, 32, 2, 0, 0, 4, 1, 16, false),
    [TC_Q5_1] = TC_LAYOUT(32, 32, 4, 0, 0, 4, 1, 0, true),
    [TC_Q8_0] = TC_LAYOUT(32, 32, 2, 0, 0, 8, 0, 128, false),
    [TC_Q2_K] = TC_LAYOUT(256, 16, 4, 16, 0, 2, 0, 0, true),
    [TC_Q3_K] = TC_LAYOUT(256, 16, 2, 16, 0, 2, 1, 4, false),
    [TC_Q4_K] = TC_LAYOUT(256, 32, 4, 8, 8, 4, 0, 0, true),
    [TC_Q5_K] = TC_LAYOUT(256, 32, 4, 8, 8, 4, 1, 0, true),
    [TC_Q6_K] = TC_LAYOUT(256, 16, 2, 16, 0, 4, 2, 32, false),
    [TC_IQ4_NL] = TC_LAYOUT(32, 32, 2, 0, 0, 4, 0, 128, false),
    [TC_IQ4_XS] = TC_LAYOUT(256, 32, 2, 8, 0, 4, 0, 128, false),
    [TC_MXFP4] = TC_LAYOUT(32, 32, 1, 0, 0, 4, 0, 128, false),
};
#undef TC_LAYOUT

#endif
