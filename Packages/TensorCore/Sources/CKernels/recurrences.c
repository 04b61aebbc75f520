// Causal convolutions, selective scans and the gated delta rule; lanes are channels.
#include "recurrences.h"
#include "lanes.h"
#include "vector_math.h"

TC_INLINE void convolve(const tc_convolution *s) {
  const size_t n = s->channels;
  for (size_t i = 0; i < n; i += 16) {
    const tc_f32x16 bias = s->bias ? tc_load_at(s->bias, i, n, 0) : tc_set(0);
    for (size_t t = 0; t < s->count; t++) {
      tc_f32x16 sums = bias;
      for (size_t k = 0; k < s->taps; k++)
        if (s->rows[t + k])
          sums = tc_fma(tc_load_at(s->weight + k * n, i, n, 0), tc_load_at(s->rows[t + k], i, n, 0), sums);
      tc_store_at(s->output + t * n, i, n, sums);
    }
  }
}

// Sixteen channels go over all rows before the next sixteen, so that their state stays in the nearest cache.
TC_INLINE void scan(const tc_scan *s) {
  const size_t n = s->channels;
  for (size_t i = 0; i < n; i += 16) {
    const tc_f32x16 skip = tc_load_at(s->skip, i, n, 0);
    const float *row = s->rows;
    for (size_t t = 0; t < s->count; t++, row += s->row_stride) {
      const float *b = row + s->b, *c = row + s->c;
      const tc_f32x16 x = tc_load_at(row + s->x, i, n, 0);
      const tc_f32x16 dt = s->is_shared ? tc_set(row[s->dt]) : tc_load_at(row + s->dt, i, n, 0);
      const tc_f32x16 step = dt * x;
      tc_f32x16 kept = s->is_shared ? tc_exp(dt * tc_set(s->decay[0])) : tc_set(0);
      tc_f32x16 sums = skip * x;
      for (size_t k = 0; k < s->states; k++) {
        float *state = s->state + k * n;
        if (!s->is_shared) kept = tc_exp(dt * tc_load_at(s->decay + k * n, i, n, 0));
        const tc_f32x16 h = tc_fma(step, tc_set(b[k]), kept * tc_load_at(state, i, n, 0));
        tc_store_at(state, i, n, h);
        sums = tc_fma(h, tc_set(c[k]), sums);
      }
      if (s->output) tc_store_at(s->output + t * s->output_stride, i, n, sums);
    }
  }
}

TC_INLINE void delta_rule(const tc_delta_rule *s) {
  const size_t n = s->values;
  for (size_t i = 0; i < n; i += 16) {
    const float *row = s->rows;
    for (size_t t = 0; t < s->count; t++, row += s->row_stride) {
      const float *q = row + s->q, *k = row + s->k;
      const tc_f32x16 kept = tc_exp(tc_set(row[s->g])), beta = tc_set(row[s->beta]);
      tc_f32x16 known = tc_set(0), sums = tc_set(0);
      for (size_t j = 0; j < s->keys; j++)
        known = tc_fma(kept * tc_load_at(s->state + j * n, i, n, 0), tc_set(k[j]), known);
      const tc_f32x16 change = beta * (tc_load_at(row + s->v, i, n, 0) - known);
      for (size_t j = 0; j < s->keys; j++) {
        const tc_f32x16 h = tc_fma(tc_set(k[j]), change, kept * tc_load_at(s->state + j * n, i, n, 0));
        tc_store_at(s->state + j * n, i, n, h);
        sums = tc_fma(h, tc_set(q[j]), sums);
      }
      if (s->output) tc_store_at(s->output + t * s->output_stride, i, n, sums);
    }
  }
}

TC_VARIANTS(void, convolve, (const tc_convolution *s), (s))
TC_VARIANTS(void, scan, (const tc_scan *s), (s))
TC_VARIANTS(void, delta_rule, (const tc_delta_rule *s), (s))

#define TABLE(ISA, ...)                                                                                      \
  const tc_recurrence_kernels tc_recurrences__##ISA = {                                                      \
      .convolve = tc_convolve__##ISA,                                                                        \
      .scan = tc_scan__##ISA,                                                                                \
      .delta_rule = tc_delta_rule__##ISA,                                                                    \
  };

TC_BASES(TABLE)
