// The inner loops of every product: up to six rows by one panel of 64 outputs. products.h has the definition.
#include "tile.h"
#include <math.h>

static void load_or_zero(const float *start, float *sums) {
  if (start) {
    memcpy(sums, start, TC_PANEL * sizeof *sums);
  } else {
    memset(sums, 0, TC_PANEL * sizeof *sums);
  }
}

static void end_row(const float *sums, size_t row, const tc_tile_end *end) {
  float *y = end->y + row * end->stride;
  for (size_t c = 0; c < TC_PANEL; c++) {
    float sum = sums[c];
    if (end->bias) sum = sum + end->bias[c];
    if (end->residual) sum = sum + end->residual[row * end->stride + c];
    y[c] = sum;
  }
}

static float lower_half(uint32_t pair) {
  const uint32_t bits = pair << 16;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static float upper_half(uint32_t pair) {
  const uint32_t bits = pair & 0xFFFF0000;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

void tc_tile_f32__scalar(const void *x, size_t stride, size_t rows, const void *panel, size_t units,
                         const float *start, const char *prefetch, size_t prefetch_lines,
                         const tc_tile_end *end) {
  (void)prefetch, (void)prefetch_lines;
  for (size_t r = 0; r < rows; r++) {
    float sums[TC_PANEL];
    load_or_zero(start ? start + r * TC_PANEL : NULL, sums);
    for (size_t u = 0; u < units; u++) {
      const float element = ((const float *)x)[r * stride + u];
      for (size_t c = 0; c < TC_PANEL; c++)
        sums[c] = fmaf(element, ((const float *)panel)[u * TC_PANEL + c], sums[c]);
    }
    end_row(sums, r, end);
  }
}

void tc_tile_transposed__scalar(const void *x, size_t stride, size_t rows, const void *panel, size_t units,
                                const float *start, const char *prefetch, size_t prefetch_lines,
                                const tc_tile_end *end) {
  (void)stride, (void)prefetch, (void)prefetch_lines;
  for (size_t r = 0; r < rows; r++) {
    float sums[TC_PANEL];
    load_or_zero(start ? start + r * TC_PANEL : NULL, sums);
    for (size_t u = 0; u < units; u++) {
      const float element = ((const float *)x)[u * TC_TILE_ROWS + r];
      for (size_t c = 0; c < TC_PANEL; c++)
        sums[c] = fmaf(element, ((const float *)panel)[u * TC_PANEL + c], sums[c]);
    }
    end_row(sums, r, end);
  }
}

void tc_tile_bf16__scalar(const void *x, size_t stride, size_t rows, const void *panel, size_t units,
                          const float *start, const char *prefetch, size_t prefetch_lines,
                          const tc_tile_end *end) {
  (void)prefetch, (void)prefetch_lines;
  for (size_t r = 0; r < rows; r++) {
    float sums[TC_PANEL];
    load_or_zero(start ? start + r * TC_PANEL : NULL, sums);
    for (size_t u = 0; u < units; u++) {
      const float *pair = (const float *)x + r * stride + 2 * u;
      for (size_t c = 0; c < TC_PANEL; c++) {
        const uint32_t weights = ((const uint32_t *)panel)[u * TC_PANEL + c];
        sums[c] = fmaf(pair[0], upper_half(weights), sums[c]);
        sums[c] = fmaf(pair[1], lower_half(weights), sums[c]);
      }
    }
    end_row(sums, r, end);
  }
}

void tc_lanes_f32__scalar(const void *x, const void *panel, size_t units, float *sums) {
  memset(sums, 0, 16 * sizeof *sums);
  for (size_t u = 0; u < units; u++)
    for (size_t c = 0; c < 16; c++)
      sums[c] = fmaf(((const float *)x)[u], ((const float *)panel)[u * TC_PANEL + c], sums[c]);
}

void tc_lanes_bf16__scalar(const void *x, const void *panel, size_t units, float *sums) {
  memset(sums, 0, 16 * sizeof *sums);
  for (size_t u = 0; u < units; u++)
    for (size_t c = 0; c < 16; c++) {
      const uint32_t weights = ((const uint32_t *)panel)[u * TC_PANEL + c];
      sums[c] = fmaf(((const float *)x)[2 * u], upper_half(weights), sums[c]);
      sums[c] = fmaf(((const float *)x)[2 * u + 1], lower_half(weights), sums[c]);
    }
}
