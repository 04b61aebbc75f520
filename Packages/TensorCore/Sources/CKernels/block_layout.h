// What cells of a panel hold, by format: a table that folds into constants where the format is one.
#ifndef TC_BLOCK_LAYOUT_H
#define TC_BLOCK_LAYOUT_H

#include "block_panels.h"
#include "products.h"

// What is added to scale * element: nothing, an offset, or the scale times what a zero point differs from the
// layout's. Nothing is added to 8-bit floats, whose codes are no integers.
enum { TC_NO_OFFSET, TC_OFFSET, TC_ZERO_POINT, TC_FLOATS };

// X(format, elements, group, factors, scales, minima, low, high, largest, zero, offset) for each format
// that has panels: elements of a block and those that share a scale; bytes of factors, of scales and of
// minima; lower and upper bits of an element, the largest code, and what a code is less; what is added.
#define TC_PANEL_FORMATS(X)                                                                                  \
  X(TC_Q4_0, 32, 32, 2, 0, 0, 4, 0, 15, 8, TC_NO_OFFSET)                                                     \
  X(TC_Q4_1, 32, 32, 4, 0, 0, 4, 0, 15, 0, TC_OFFSET)                                                        \
  X(TC_Q5_0, 32, 32, 2, 0, 0, 4, 1, 31, 16, TC_NO_OFFSET)                                                    \
  X(TC_Q5_1, 32, 32, 4, 0, 0, 4, 1, 31, 0, TC_OFFSET)                                                        \
  X(TC_Q8_0, 32, 32, 2, 0, 0, 8, 0, 255, 128, TC_NO_OFFSET)                                                  \
  X(TC_Q2_K, 256, 16, 4, 16, 0, 2, 0, 3, 0, TC_OFFSET)                                                       \
  X(TC_Q3_K, 256, 16, 2, 16, 0, 2, 1, 7, 4, TC_NO_OFFSET)                                                    \
  X(TC_Q4_K, 256, 32, 4, 8, 8, 4, 0, 15, 0, TC_OFFSET)                                                       \
  X(TC_Q5_K, 256, 32, 4, 8, 8, 4, 1, 31, 0, TC_OFFSET)                                                       \
  X(TC_Q6_K, 256, 16, 2, 16, 0, 4, 2, 63, 32, TC_NO_OFFSET)                                                  \
  X(TC_IQ4_NL, 32, 32, 2, 0, 0, 4, 0, 241, 128, TC_NO_OFFSET)                                                \
  X(TC_IQ4_XS, 256, 32, 2, 8, 0, 4, 0, 241, 128, TC_NO_OFFSET)                                               \
  X(TC_MXFP4, 32, 32, 1, 0, 0, 4, 0, 28, 16, TC_NO_OFFSET)                                                   \
  X(TC_I2_32, 32, 32, 4, 0, 1, 2, 0, 3, 2, TC_ZERO_POINT)                                                    \
  X(TC_I2_64, 64, 32, 4, 0, 1, 2, 0, 3, 2, TC_ZERO_POINT)                                                    \
  X(TC_I2_128, 128, 32, 4, 0, 1, 2, 0, 3, 2, TC_ZERO_POINT)                                                  \
  X(TC_I3_32, 32, 32, 4, 0, 1, 2, 1, 7, 4, TC_ZERO_POINT)                                                    \
  X(TC_I3_64, 64, 32, 4, 0, 1, 2, 1, 7, 4, TC_ZERO_POINT)                                                    \
  X(TC_I3_128, 128, 32, 4, 0, 1, 2, 1, 7, 4, TC_ZERO_POINT)                                                  \
  X(TC_I4_32, 32, 32, 4, 0, 1, 4, 0, 15, 8, TC_ZERO_POINT)                                                   \
  X(TC_I4_64, 64, 32, 4, 0, 1, 4, 0, 15, 8, TC_ZERO_POINT)                                                   \
  X(TC_I4_128, 128, 32, 4, 0, 1, 4, 0, 15, 8, TC_ZERO_POINT)                                                 \
  X(TC_I8_32, 32, 32, 4, 0, 1, 8, 0, 255, 128, TC_ZERO_POINT)                                                \
  X(TC_I8_64, 64, 32, 4, 0, 1, 8, 0, 255, 128, TC_ZERO_POINT)                                                \
  X(TC_I8_128, 128, 32, 4, 0, 1, 8, 0, 255, 128, TC_ZERO_POINT)                                              \
  X(TC_F8_32, 32, 32, 4, 0, 0, 8, 0, 255, 0, TC_FLOATS)                                                      \
  X(TC_F8_128, 128, 32, 4, 0, 0, 8, 0, 255, 0, TC_FLOATS)

#define TC_LAYOUT(FORMAT, ELEMENTS, GROUP, FACTORS, SCALES, MINIMA, LOW, HIGH, LARGEST, ZERO, OFFSET)        \
  [FORMAT] = {                                                                                               \
      .elements = ELEMENTS,                                                                                  \
      .group = GROUP,                                                                                        \
      .scales = FACTORS * TC_PANEL,                                                                          \
      .minima = (FACTORS + SCALES) * TC_PANEL,                                                               \
      .low = (FACTORS + SCALES + MINIMA) * TC_PANEL,                                                         \
      .high = (FACTORS + SCALES + MINIMA + ELEMENTS * LOW / 8) * TC_PANEL,                                   \
      .bytes = (FACTORS + SCALES + MINIMA + ELEMENTS * (LOW + HIGH) / 8) * TC_PANEL,                         \
      .low_bits = LOW,                                                                                       \
      .high_bits = HIGH,                                                                                     \
      .largest = LARGEST,                                                                                    \
      .zero = ZERO,                                                                                          \
      .has_offset = OFFSET == TC_OFFSET || OFFSET == TC_ZERO_POINT,                                          \
      .has_zeros = OFFSET == TC_ZERO_POINT,                                                                  \
      .has_floats = OFFSET == TC_FLOATS,                                                                     \
  },
static const tc_block_layout tc_block_layouts[TC_BLOCK_FORMAT_COUNT] = {TC_PANEL_FORMATS(TC_LAYOUT)};
#undef TC_LAYOUT

#endif
