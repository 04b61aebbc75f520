// Blocks of a file taken apart: the codes of their elements, their scales and factors, as block_panels.h
// wants them.
#include "block_codes.h"
#include "blocks.h"

// `count` bytes of nibbles: the low ones come first, the high ones after them.
static void nibbles(const uint8_t *from, int count, uint8_t *codes) {
  for (int i = 0; i < count; i++) {
    codes[i] = from[i] & 15;
    codes[i + count] = from[i] >> 4;
  }
}

static void fifth_bits(const uint8_t *from, uint8_t *codes) {
  const uint32_t fifth = tc_little32(from);
  for (int i = 0; i < 32; i++) codes[i] |= (uint8_t)((fifth >> i & 1) << 4);
}

static void q8_0(const uint8_t *block, tc_block_codes *to) {
  memcpy(to->factors, block, 2);
  for (int i = 0; i < 32; i++) to->codes[i] = block[2 + i] ^ 0x80;
}

static void q2_k(const uint8_t *block, tc_block_codes *to) {
  memcpy(to->scales, block, 16);
  for (int i = 0; i < 256; i++) to->codes[i] = block[16 + i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3;
  memcpy(to->factors, block + 80, 4);
}

static void q3_k(const uint8_t *block, tc_block_codes *to) {
  const uint8_t *scales = block + 96;
  for (int group = 0; group < 16; group++) {
    const int low = group < 8 ? scales[group] & 15 : scales[group - 8] >> 4;
    to->scales[group] = (uint8_t)(low | (scales[8 + group % 4] >> (group / 4 * 2) & 3) << 4);
  }
  for (int i = 0; i < 256; i++) {
    const int low = block[32 + i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3;
    to->codes[i] = (uint8_t)(low | (block[i % 32] >> (i / 32) & 1) << 2);
  }
  memcpy(to->factors, block + 108, 2);
}

static void six_bits(const uint8_t *packed, tc_block_codes *to) {
  for (int group = 0; group < 8; group++)
    if (group < 4) {
      to->scales[group] = packed[group] & 63;
      to->minima[group] = packed[group + 4] & 63;
    } else {
      to->scales[group] = (uint8_t)((packed[group + 4] & 15) | (packed[group - 4] >> 6) << 4);
      to->minima[group] = (uint8_t)(packed[group + 4] >> 4 | (packed[group] >> 6) << 4);
    }
}

static void q4_k(const uint8_t *block, tc_block_codes *to) {
  memcpy(to->factors, block, 4);
  six_bits(block + 4, to);
  for (int pair = 0; pair < 4; pair++) nibbles(block + 16 + 32 * pair, 32, to->codes + 64 * pair);
}

static void q5_k(const uint8_t *block, tc_block_codes *to) {
  memcpy(to->factors, block, 4);
  six_bits(block + 4, to);
  for (int pair = 0; pair < 4; pair++) nibbles(block + 48 + 32 * pair, 32, to->codes + 64 * pair);
  for (int i = 0; i < 256; i++) to->codes[i] |= (uint8_t)((block[16 + i % 32] >> (i / 32) & 1) << 4);
}

static void q6_k(const uint8_t *block, tc_block_codes *to) {
  memcpy(to->scales, block + 192, 16);
  for (int i = 0; i < 256; i++) {
    const int run = i / 32 % 4, part = i / 128;
    const int low = block[part * 64 + run % 2 * 32 + i % 32] >> (run / 2 * 4) & 15;
    to->codes[i] = (uint8_t)(low | (block[128 + part * 32 + i % 32] >> (run * 2) & 3) << 4);
  }
  memcpy(to->factors, block + 208, 2);
}

static void iq4_xs(const uint8_t *block, tc_block_codes *to) {
  const uint32_t high = tc_little16(block + 2);
  memcpy(to->factors, block, 2);
  for (int group = 0; group < 8; group++) {
    const uint32_t low = block[4 + group / 2] >> (group % 2 * 4) & 15;
    to->scales[group] = (uint8_t)(low | (high >> (2 * group) & 3) << 4);
    nibbles(block + 8 + 16 * group, 16, to->codes + 32 * group);
  }
}

static void integers(const uint8_t *block, size_t bits, size_t elements, tc_block_codes *to) {
  memcpy(to->factors, block, 4);
  to->minima[0] = block[4];
  for (size_t i = 0; i < elements; i++) to->codes[i] = tc_code_at(block + 5, bits, i);
}

static void floats(const uint8_t *block, size_t elements, tc_block_codes *to) {
  memcpy(to->factors, block, 4);
  memcpy(to->codes, block + 4, elements);
}

void tc_read_codes(tc_block_format format, const uint8_t *block, tc_block_codes *to) {
#define INTEGERS(FORMAT, BITS, ELEMENTS)                                                                     \
  case FORMAT:                                                                                               \
    integers(block, BITS, ELEMENTS, to);                                                                     \
    break;
  switch (format) {
  case TC_Q4_0:
  case TC_IQ4_NL:
    memcpy(to->factors, block, 2);
    nibbles(block + 2, 16, to->codes);
    break;
  case TC_Q4_1:
    memcpy(to->factors, block, 4);
    nibbles(block + 4, 16, to->codes);
    break;
  case TC_Q5_0:
    memcpy(to->factors, block, 2);
    nibbles(block + 6, 16, to->codes);
    fifth_bits(block + 2, to->codes);
    break;
  case TC_Q5_1:
    memcpy(to->factors, block, 4);
    nibbles(block + 8, 16, to->codes);
    fifth_bits(block + 4, to->codes);
    break;
  case TC_Q8_0:
    q8_0(block, to);
    break;
  case TC_MXFP4:
    to->factors[0] = block[0];
    nibbles(block + 1, 16, to->codes);
    break;
  case TC_Q2_K:
    q2_k(block, to);
    break;
  case TC_Q3_K:
    q3_k(block, to);
    break;
  case TC_Q4_K:
    q4_k(block, to);
    break;
  case TC_Q5_K:
    q5_k(block, to);
    break;
  case TC_Q6_K:
    q6_k(block, to);
    break;
  case TC_IQ4_XS:
    iq4_xs(block, to);
    break;
    TC_INTEGER_FORMATS(INTEGERS)
  case TC_F8_32:
  case TC_F8_128:
    floats(block, tc_block_elements(format), to);
    break;
  default:
    break; // has no panels
  }
#undef INTEGERS
}
