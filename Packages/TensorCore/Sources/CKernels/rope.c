// Rotary positions, Su et al. 2021, section 3.4.2: pairs of a head's elements rotate by the position's
// angles.
#include "lanes.h"
#include "rows.h"

typedef struct {
  tc_f32x16 a, b;
} pair;

TC_INLINE pair rotate_pairs(tc_f32x16 a, tc_f32x16 b, tc_f32x16 cosine, tc_f32x16 sine) {
  return (pair){tc_fma(a, cosine, -(b * sine)), tc_fma(b, cosine, a * sine)};
}

TC_INLINE void rotate_halves(float *x, const float *cosines, const float *sines, size_t pairs) {
  size_t i = 0;
  for (; i + 16 <= pairs; i += 16) {
    const pair p =
        rotate_pairs(tc_load(x + i), tc_load(x + pairs + i), tc_load(cosines + i), tc_load(sines + i));
    tc_store(x + i, p.a);
    tc_store(x + pairs + i, p.b);
  }
  if (i < pairs) {
    const size_t n = pairs - i;
    const pair p = rotate_pairs(tc_load_part(x + i, n, 0), tc_load_part(x + pairs + i, n, 0),
                                tc_load_part(cosines + i, n, 0), tc_load_part(sines + i, n, 0));
    tc_store_part(x + i, n, p.a);
    tc_store_part(x + pairs + i, n, p.b);
  }
}

TC_INLINE void rotate_neighbours(float *x, const float *cosines, const float *sines, size_t pairs) {
  for (size_t i = 0; i < pairs; i += 16) {
    const size_t n = pairs - i < 16 ? pairs - i : 16;
    float both[32] = {0};
    memcpy(both, x + 2 * i, 2 * n * sizeof *x);
    const tc_f32x16 low = tc_load(both), high = tc_load(both + 16);
    const tc_f32x16 a =
        __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const tc_f32x16 b =
        __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    const pair p = rotate_pairs(a, b, tc_load_part(cosines + i, n, 0), tc_load_part(sines + i, n, 0));
    tc_store(both, __builtin_shufflevector(p.a, p.b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    tc_store(both + 16,
             __builtin_shufflevector(p.a, p.b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
    memcpy(x + 2 * i, both, 2 * n * sizeof *x);
  }
}

TC_INLINE void rotate(float *x, const float *cosines, const float *sines, size_t heads, size_t head_width,
                      size_t pairs, int interleaved) {
  for (; heads > 0; heads--, x += head_width) {
    if (interleaved)
      rotate_neighbours(x, cosines, sines, pairs);
    else
      rotate_halves(x, cosines, sines, pairs);
  }
}

TC_VARIANTS(void, rotate,
            (float *x, const float *cosines, const float *sines, size_t heads, size_t head_width,
             size_t pairs, int interleaved),
            (x, cosines, sines, heads, head_width, pairs, interleaved))
