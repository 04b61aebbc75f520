// Block formats whose elements name one of a few fixed levels: IQ4, MXFP4, NVFP4 and the ternary kinds.
#include "blocks.h"

// `count` bytes of nibbles: the low ones come first, the high ones after them.
static void read_levels(const tc_levels *levels, float scale, const uint8_t *nibbles, int count, float *y) {
  for (int i = 0; i < count; i++) {
    y[i] = scale * (float)(levels->codes[nibbles[i] & 15] - levels->zero);
    y[i + count] = scale * (float)(levels->codes[nibbles[i] >> 4] - levels->zero);
  }
}

void tc_read_iq4_nl(const uint8_t *block, float *y) {
  read_levels(&tc_levels_iq4, tc_half(block), block + 2, 16, y);
}

// A factor; 16 bits with the high pairs of eight 6-bit scales, 4 bytes with their low nibbles; 128 bytes of
// nibbles.
void tc_read_iq4_xs(const uint8_t *block, float *y) {
  const float factor = tc_half(block);
  const uint32_t high = tc_little16(block + 2);
  for (int group = 0; group < 8; group++, y += 32) {
    const uint32_t low = block[4 + group / 2] >> (group % 2 * 4) & 15;
    const int scale = (int)(low | (high >> (2 * group) & 3) << 4) - 32;
    read_levels(&tc_levels_iq4, factor * (float)scale, block + 8 + 16 * group, 16, y);
  }
}

// An exponent e for a scale of 2^(e - 128), subnormal at its lowest; 16 bytes of nibbles.
void tc_read_mxfp4(const uint8_t *block, float *y) {
  const uint32_t exponent = block[0];
  const uint32_t bits = exponent < 2 ? 0x00200000u << exponent : (exponent - 1) << 23;
  read_levels(&tc_levels_fp4, tc_float_of_bits(bits), block + 1, 16, y);
}

// Half of an unsigned 8-bit float, E4M3; its NaN counts as zero.
static float half_of_e4m3(uint8_t bits) {
  const uint32_t exponent = bits >> 3 & 15, mantissa = bits & 7;
  if (bits == 0x7F) return 0;
  if (exponent == 0) return (float)mantissa * 0x1p-10f;
  return tc_float_of_bits((exponent + 119) << 23 | mantissa << 20);
}

// Four scales, one for 16 elements; 32 bytes of nibbles.
void tc_read_nvfp4(const uint8_t *block, float *y) {
  for (int group = 0; group < 4; group++)
    read_levels(&tc_levels_fp4, half_of_e4m3(block[group]), block + 4 + 8 * group, 8, y + 16 * group);
}

// The digit, -1 to 1, that stands `place` places behind the point of byte / 256 in base 3.
static float ternary_digit(uint8_t byte, int place) {
  static const uint8_t powers[5] = {1, 3, 9, 27, 81};
  const uint8_t rest = (uint8_t)(byte * powers[place]);
  return (float)((rest * 3 >> 8) - 1);
}

// Base 3: 32 bytes of five digits, first of all bytes, then second; 16 bytes alike, 4 bytes of four; a scale.
void tc_read_tq1_0(const uint8_t *block, float *y) {
  const float scale = tc_half(block + 52);
  const struct { int bytes, digits; } runs[] = {{32, 5}, {16, 5}, {4, 4}};
  for (int run = 0; run < 3; block += runs[run++].bytes)
    for (int place = 0; place < runs[run].digits; place++)
      for (int i = 0; i < runs[run].bytes; i++) *y++ = scale * ternary_digit(block[i], place);
}

// Two halves of 32 bytes, each with four runs of 32 pairs of bits; a scale.
void tc_read_tq2_0(const uint8_t *block, float *y) {
  const float scale = tc_half(block + 64);
  for (int half = 0; half < 2; half++)
    for (int run = 0; run < 4; run++)
      for (int i = 0; i < 32; i++) *y++ = scale * (float)((block[32 * half + i] >> (2 * run) & 3) - 1);
}
