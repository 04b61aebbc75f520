// Counter-based random numbers: threefry2x32, 20 rounds, Salmon et al. 2011, section 4.2.
#include "lanes.h"
#include "rows.h"

TC_INLINE tc_u32x16 rotated(tc_u32x16 x, int by) { return (x << by) | (x >> (32 - by)); }

/// Both words, combined, of sixteen neighbouring counters.
TC_INLINE tc_u32x16 threefry(const uint32_t key[2], uint64_t counter) {
  static const int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  const uint32_t schedule[3] = {key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA};
  const tc_u32x16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const tc_u32x16 low = lane + (uint32_t)counter;
  const tc_u32x16 carry = (tc_u32x16)(low < lane) & 1;
  tc_u32x16 a = carry + (uint32_t)(counter >> 32) + schedule[0], b = low + schedule[1];
#pragma clang loop unroll(full)
  for (int group = 0; group < 5; group++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      a += b;
      b = rotated(b, rotations[group % 2][i]) ^ a;
    }
    a += schedule[(group + 1) % 3];
    b += schedule[(group + 2) % 3] + (uint32_t)(group + 1);
  }
  return a ^ b;
}

/// Bits to [0, 1): the top 23 as the fraction of a number in [1, 2), minus 1.
TC_INLINE tc_f32x16 uniform(tc_u32x16 bits) { return (tc_f32x16)((bits >> 9) | 0x3F800000) - tc_set(1); }

TC_INLINE void random_bits(const uint32_t key[2], uint64_t first, uint32_t *bits, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const tc_u32x16 drawn = threefry(key, first + i);
    memcpy(bits + i, &drawn, (n - i < 16 ? n - i : 16) * sizeof *bits);
  }
}

TC_INLINE tc_f32x16 dropped(tc_f32x16 x, tc_u32x16 bits, float keep) {
  return tc_select(uniform(bits) < tc_set(keep), x / tc_set(keep), tc_set(0));
}

// Inverted dropout, Srivastava et al. 2014, section 10.
TC_INLINE void dropout(const float *x, const uint32_t key[2], uint64_t first, float keep, float *y,
                       size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) tc_store(y + i, dropped(tc_load(x + i), threefry(key, first + i), keep));
  if (i < n)
    tc_store_part(y + i, n - i, dropped(tc_load_part(x + i, n - i, 0), threefry(key, first + i), keep));
}

TC_VARIANTS(void, random_bits, (const uint32_t key[2], uint64_t first, uint32_t *bits, size_t n),
            (key, first, bits, n))
TC_VARIANTS(void, dropout,
            (const float *x, const uint32_t key[2], uint64_t first, float keep, float *y, size_t n),
            (x, key, first, keep, y, n))
