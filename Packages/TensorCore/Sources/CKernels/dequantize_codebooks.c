// Block formats whose elements come eight or four at a time out of a code book: IQ1, IQ2 and IQ3.
#include "blocks.h"
#include "grids.h"

static const float levels_iq2[4] = {8, 25, 43, 0};
static const float levels_iq3_xxs[8] = {4, 12, 20, 28, 36, 44, 52, 62};
static const float levels_iq3_s[8] = {1, 3, 5, 7, 9, 11, 13, 15};

// Seven signs and, as the eighth, what makes the number of minus signs even.
static uint32_t even_signs(uint32_t seven) {
  seven &= 127;
  return seven | (uint32_t)__builtin_parity(seven) << 7;
}

// Eight elements of a code word; bit i of `signs` turns element i.
static void read_eight(float scale, uint32_t word, uint32_t signs, float *y) {
  for (int i = 0; i < 8; i++) {
    const float magnitude = scale * levels_iq2[word >> (2 * i) & 3];
    y[i] = signs >> i & 1 ? -magnitude : magnitude;
  }
}

// Four elements of each of two code words.
static void read_twice_four(const float *levels, float scale, uint32_t first, uint32_t second, uint32_t signs,
                            float *y) {
  const uint32_t words[2] = {first, second};
  for (int i = 0; i < 8; i++) {
    const float magnitude = scale * levels[words[i / 4] >> (3 * (i % 4)) & 7];
    y[i] = signs >> i & 1 ? -magnitude : magnitude;
  }
}

// A factor; for each 32 elements four code words of 8 bits, then four times seven signs and a 4-bit scale.
void tc_read_iq2_xxs(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  const uint8_t *group = block + 2;
  for (int g = 0; g < 8; g++, group += 8) {
    const uint32_t rest = tc_little32(group + 4);
    const float scale = factor * (0.5f + (float)(rest >> 28)) * 0.25f;
    for (int i = 0; i < 4; i++, y += 8)
      read_eight(scale, tc_grid_iq2_xxs[group[i]], even_signs(rest >> (7 * i)), y);
  }
}

// A factor; 32 words of 9 bits of code and seven signs; a 4-bit scale for every 16 elements.
void tc_read_iq2_xs(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  for (int i = 0; i < 32; i++, y += 8) {
    const uint32_t word = tc_little16(block + 2 + 2 * i);
    const uint32_t bits = block[66 + i / 4] >> (i / 2 % 2 * 4) & 15;
    read_eight(factor * (0.5f + (float)bits) * 0.25f, tc_grid_iq2_xs[word & 511], even_signs(word >> 9), y);
  }
}

// A factor; 32 bytes of code; 32 of signs; 8 with two more bits of each code; scales as above.
void tc_read_iq2_s(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  for (int i = 0; i < 32; i++, y += 8) {
    const uint32_t high = block[66 + i / 4] >> (i % 4 * 2) & 3;
    const uint32_t bits = block[74 + i / 4] >> (i / 2 % 2 * 4) & 15;
    read_eight(factor * (0.5f + (float)bits) * 0.25f, tc_grid_iq2_s[block[2 + i] | high << 8], block[34 + i],
               y);
  }
}

// A factor; 64 bytes of code; for each 32 elements four times seven signs and a 4-bit scale.
void tc_read_iq3_xxs(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  const uint8_t *code = block + 2;
  for (int g = 0; g < 8; g++) {
    const uint32_t rest = tc_little32(block + 66 + 4 * g);
    const float scale = factor * (0.5f + (float)(rest >> 28)) * 0.5f;
    for (int i = 0; i < 4; i++, y += 8, code += 2)
      read_twice_four(levels_iq3_xxs, scale, tc_grid_iq3_xxs[code[0]], tc_grid_iq3_xxs[code[1]],
                      even_signs(rest >> (7 * i)), y);
  }
}

// A factor; 64 bytes of code; 8 with a ninth bit of each; 32 of signs; a 4-bit scale for every 32 elements.
void tc_read_iq3_s(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  for (int i = 0; i < 32; i++, y += 8) {
    const uint8_t *code = block + 2 + 2 * i;
    const uint32_t ninth = block[66 + i / 4] >> (i % 4 * 2);
    const int bits = block[106 + i / 8] >> (i / 4 % 2 * 4) & 15;
    read_twice_four(levels_iq3_s, factor * (float)(1 + 2 * bits), tc_grid_iq3_s[code[0] | (ninth & 1) << 8],
                    tc_grid_iq3_s[code[1] | (ninth >> 1 & 1) << 8], block[74 + i], y);
  }
}

// Eight elements -1, 0 or 1, moved by an eighth.
static void read_moved_eight(float scale, uint32_t word, int down, float *y) {
  const float shift = down ? -0.125f : 0.125f;
  for (int i = 0; i < 8; i++) y[i] = scale * ((float)((int)(word >> (2 * i) & 3) - 1) + shift);
}

// A factor; 32 bytes of code; for each 32 elements three more bits of four codes, a 3-bit scale, a direction.
void tc_read_iq1_s(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  for (int i = 0; i < 32; i++, y += 8) {
    const uint32_t group = tc_little16(block + 34 + i / 4 * 2);
    const uint32_t code = block[2 + i] | (group >> (i % 4 * 3) & 7) << 8;
    const float scale = factor * (float)(2 * (group >> 12 & 7) + 1);
    read_moved_eight(scale, tc_grid_iq1[code], group >> 15, y);
  }
}

// 32 bytes of code; a nibble for each with three more bits and a direction; four words of four 3-bit scales,
// one for 16 elements, whose highest nibbles together are the factor.
void tc_read_iq1_m(const uint8_t *block, float *y) {
  const uint8_t *scales = block + 48;
  uint32_t bits = 0;
  for (int i = 0; i < 4; i++) bits |= tc_little16(scales + 2 * i) >> 12 << (4 * i);
  const float factor = tc_half_of_bits(bits);
  for (int i = 0; i < 32; i++, y += 8) {
    const uint32_t nibble = block[32 + i / 2] >> (i % 2 * 4) & 15;
    const uint32_t scale = tc_little16(scales + i / 8 * 2) >> (i / 2 % 4 * 3) & 7;
    read_moved_eight(factor * (float)(2 * scale + 1), tc_grid_iq1[block[i] | (nibble & 7) << 8],
                     (int)(nibble >> 3), y);
  }
}
