// Block formats of ggml (Gerganov and contributors, ggml-quants.c, MIT), written from their layout.
//
// Plain C: reading a weight is bound by memory and by what comes after, and one variant is one result.
#include "dequantize.h"
#include "blocks.h"

enum { SMALL = 32, LARGE = 256 };

// Scale; 16 bytes of nibbles: the low ones are elements 0 to 15, the high ones 16 to 31.
static void q4_0(const uint8_t *block, float *y) {
  const float scale = tc_half(block);
  const uint8_t *nibbles = block + 2;
  for (int i = 0; i < 16; i++) {
    y[i] = scale * (float)((nibbles[i] & 15) - 8);
    y[i + 16] = scale * (float)((nibbles[i] >> 4) - 8);
  }
}

// Scale, minimum, nibbles.
static void q4_1(const uint8_t *block, float *y) {
  const float scale = tc_half(block), minimum = tc_half(block + 2);
  const uint8_t *nibbles = block + 4;
  for (int i = 0; i < 16; i++) {
    y[i] = scale * (float)(nibbles[i] & 15) + minimum;
    y[i + 16] = scale * (float)(nibbles[i] >> 4) + minimum;
  }
}

// Scale, a word with the fifth bit of every element, nibbles.
static void q5_0(const uint8_t *block, float *y) {
  const float scale = tc_half(block);
  const uint32_t fifth = tc_little32(block + 2);
  const uint8_t *nibbles = block + 6;
  for (int i = 0; i < 16; i++) {
    y[i] = scale * (float)((int)((nibbles[i] & 15) | (fifth >> i & 1) << 4) - 16);
    y[i + 16] = scale * (float)((int)(nibbles[i] >> 4 | (fifth >> (i + 16) & 1) << 4) - 16);
  }
}

static void q5_1(const uint8_t *block, float *y) {
  const float scale = tc_half(block), minimum = tc_half(block + 2);
  const uint32_t fifth = tc_little32(block + 4);
  const uint8_t *nibbles = block + 8;
  for (int i = 0; i < 16; i++) {
    y[i] = scale * (float)((nibbles[i] & 15) | (fifth >> i & 1) << 4) + minimum;
    y[i + 16] = scale * (float)(nibbles[i] >> 4 | (fifth >> (i + 16) & 1) << 4) + minimum;
  }
}

static void q8_0(const uint8_t *block, float *y) {
  const float scale = tc_half(block);
  for (int i = 0; i < SMALL; i++) y[i] = scale * (float)(int8_t)block[2 + i];
}

// 16 bytes of scale and minimum, a nibble each, one for 16 elements; 64 bytes of 2-bit elements; two factors.
static void q2_k(const uint8_t *block, float *y) {
  const uint8_t *scales = block, *pairs = block + 16;
  const float factor = tc_half(block + 80), minimum_factor = tc_half(block + 82);
  for (int group = 0; group < 16; group++, y += 16) {
    const float scale = factor * (float)(scales[group] & 15),
                minimum = minimum_factor * (float)(scales[group] >> 4);
    const uint8_t *bytes = pairs + group / 8 * 32 + group % 2 * 16;
    const int shift = group / 2 % 4 * 2;
    for (int i = 0; i < 16; i++) y[i] = scale * (float)(bytes[i] >> shift & 3) - minimum;
  }
}

// 32 bytes with the third bit, clear for an element that has 4 subtracted; 64 bytes of 2-bit elements; 16
// scales of 6 bits; a factor.
static void q3_k(const uint8_t *block, float *y) {
  const uint8_t *third = block, *pairs = block + 32, *scales = block + 96;
  const float factor = tc_half(block + 108);
  for (int group = 0; group < 16; group++, y += 16) {
    const int low = group < 8 ? scales[group] & 15 : scales[group - 8] >> 4;
    const int high = scales[8 + group % 4] >> (group / 4 * 2) & 3;
    const float scale = factor * (float)((low | high << 4) - 32);
    const uint8_t *bytes = pairs + group / 8 * 32 + group % 2 * 16, *bits = third + group % 2 * 16;
    const int shift = group / 2 % 4 * 2, bit = group / 2;
    for (int i = 0; i < 16; i++)
      y[i] = scale * (float)((bytes[i] >> shift & 3) - (bits[i] >> bit & 1 ? 0 : 4));
  }
}

// The 6-bit scale and minimum of group 0 to 7 out of 12 bytes.
static void six_bits(const uint8_t *packed, int group, int *scale, int *minimum) {
  if (group < 4) {
    *scale = packed[group] & 63;
    *minimum = packed[group + 4] & 63;
  } else {
    *scale = (packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4;
    *minimum = packed[group + 4] >> 4 | (packed[group] >> 6) << 4;
  }
}

// Two factors, 12 bytes of scales and minima, 128 bytes of nibbles: 32 elements a group, low nibbles then
// high ones.
static void q4_k(const uint8_t *block, float *y) {
  const float factor = tc_half(block), minimum_factor = tc_half(block + 2);
  const uint8_t *nibbles = block + 16;
  for (int group = 0; group < 8; group++, y += 32) {
    int scale_bits, minimum_bits;
    six_bits(block + 4, group, &scale_bits, &minimum_bits);
    const float scale = factor * (float)scale_bits, minimum = minimum_factor * (float)minimum_bits;
    const uint8_t *bytes = nibbles + group / 2 * 32;
    const int shift = group % 2 * 4;
    for (int i = 0; i < 32; i++) y[i] = scale * (float)(bytes[i] >> shift & 15) - minimum;
  }
}

// As above with 32 bytes of fifth bits, bit g of byte i for element i of group g, before the nibbles.
static void q5_k(const uint8_t *block, float *y) {
  const float factor = tc_half(block), minimum_factor = tc_half(block + 2);
  const uint8_t *fifth = block + 16, *nibbles = block + 48;
  for (int group = 0; group < 8; group++, y += 32) {
    int scale_bits, minimum_bits;
    six_bits(block + 4, group, &scale_bits, &minimum_bits);
    const float scale = factor * (float)scale_bits, minimum = minimum_factor * (float)minimum_bits;
    const uint8_t *bytes = nibbles + group / 2 * 32;
    const int shift = group % 2 * 4;
    for (int i = 0; i < 32; i++)
      y[i] = scale * (float)((bytes[i] >> shift & 15) | (fifth[i] >> group & 1) << 4) - minimum;
  }
}

// 128 bytes of low nibbles, 64 bytes of high pairs, 16 signed scales, a factor. Halves of 128 elements: four
// runs of 32 take low nibbles of 64 bytes, then their high ones, and the four pairs of 32 bytes.
static void q6_k(const uint8_t *block, float *y) {
  const uint8_t *low = block, *high = block + 128;
  const int8_t *scales = (const int8_t *)(block + 192);
  const float factor = tc_half(block + 208);
  for (int group = 0; group < 16; group++, y += 16) {
    const int run = group / 2 % 4, part = group / 8, offset = group % 2 * 16;
    const float scale = factor * (float)scales[group];
    const uint8_t *nibbles = low + part * 64 + run % 2 * 32 + offset, *pairs = high + part * 32 + offset;
    const int shift = run / 2 * 4, pair_shift = run * 2;
    for (int i = 0; i < 16; i++)
      y[i] = scale * (float)(((nibbles[i] >> shift & 15) | (pairs[i] >> pair_shift & 3) << 4) - 32);
  }
}

static void integers(const uint8_t *block, size_t bits, size_t elements, float *y) {
  const float scale = tc_float_of_bits(tc_little32(block));
  for (size_t i = 0; i < elements; i++)
    y[i] = scale * (float)((int)tc_code_at(block + 5, bits, i) - (int)block[4]);
}

static void floats(const uint8_t *block, size_t elements, float *y) {
  const float scale = tc_float_of_bits(tc_little32(block));
  for (size_t i = 0; i < elements; i++) y[i] = scale * tc_float8_of_bits(block[4 + i]);
}

#define INTEGERS(FORMAT, BITS, ELEMENTS)                                                                     \
  static void read_##FORMAT(const uint8_t *block, float *y) { integers(block, BITS, ELEMENTS, y); }
TC_INTEGER_FORMATS(INTEGERS)
#undef INTEGERS
#define FLOATS(FORMAT, ELEMENTS)                                                                             \
  static void read_##FORMAT(const uint8_t *block, float *y) { floats(block, ELEMENTS, y); }
TC_FLOAT8_FORMATS(FLOATS)
#undef FLOATS
#define INTEGERS(FORMAT, BITS, ELEMENTS) [FORMAT] = {ELEMENTS, 5 + ELEMENTS * BITS / 8, read_##FORMAT},
#define FLOATS(FORMAT, ELEMENTS) [FORMAT] = {ELEMENTS, 4 + ELEMENTS, read_##FORMAT},

static const struct {
  size_t elements, bytes;
  tc_block_reader *read;
} formats[TC_BLOCK_FORMAT_COUNT] = {[TC_Q4_0] = {SMALL, 18, q4_0},
                                    [TC_Q4_1] = {SMALL, 20, q4_1},
                                    [TC_Q5_0] = {SMALL, 22, q5_0},
                                    [TC_Q5_1] = {SMALL, 24, q5_1},
                                    [TC_Q8_0] = {SMALL, 34, q8_0},
                                    [TC_Q2_K] = {LARGE, 84, q2_k},
                                    [TC_Q3_K] = {LARGE, 110, q3_k},
                                    [TC_Q4_K] = {LARGE, 144, q4_k},
                                    [TC_Q5_K] = {LARGE, 176, q5_k},
                                    [TC_Q6_K] = {LARGE, 210, q6_k},
                                    [TC_IQ4_NL] = {SMALL, 18, tc_read_iq4_nl},
                                    [TC_IQ4_XS] = {LARGE, 136, tc_read_iq4_xs},
                                    [TC_MXFP4] = {SMALL, 17, tc_read_mxfp4},
                                    [TC_NVFP4] = {64, 36, tc_read_nvfp4},
                                    [TC_TQ1_0] = {LARGE, 54, tc_read_tq1_0},
                                    [TC_TQ2_0] = {LARGE, 66, tc_read_tq2_0},
                                    [TC_IQ1_S] = {LARGE, 50, tc_read_iq1_s},
                                    [TC_IQ1_M] = {LARGE, 56, tc_read_iq1_m},
                                    [TC_IQ2_XXS] = {LARGE, 66, tc_read_iq2_xxs},
                                    [TC_IQ2_XS] = {LARGE, 74, tc_read_iq2_xs},
                                    [TC_IQ2_S] = {LARGE, 82, tc_read_iq2_s},
                                    [TC_IQ3_XXS] = {LARGE, 98, tc_read_iq3_xxs},
                                    [TC_IQ3_S] = {LARGE, 110, tc_read_iq3_s},
                                    TC_INTEGER_FORMATS(INTEGERS) TC_FLOAT8_FORMATS(FLOATS)};
#undef INTEGERS
#undef FLOATS

size_t tc_block_elements(tc_block_format format) { return formats[format].elements; }

size_t tc_block_bytes(tc_block_format format) { return formats[format].bytes; }

void tc_dequantize(tc_block_format format, const void *blocks, float *y, size_t count) {
  const size_t elements = formats[format].elements, bytes = formats[format].bytes;
  const uint8_t *block = blocks;
  for (; count > 0; count--, block += bytes, y += elements) formats[format].read(block, y);
}
