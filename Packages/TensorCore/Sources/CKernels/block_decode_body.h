// The kernels of block_decode.c: included once for each base of isas.h, with
//
//   ISA                       its name
//   LOOK_UP(codes, levels)    replaces 64 bytes below 16 by what they name
//
// Vectors pass between functions that have no target attribute, which are inlined into one that has.
#define JOIN(A, B) JOIN_(A, B)
#define JOIN_(A, B) A##B
#define NAME(X) JOIN(X##__, ISA)
#define TARGET JOIN(TC_TARGET_, ISA)

TARGET static inline void NAME(look_up)(uint8_t *codes, const uint8_t *levels) { LOOK_UP(codes, levels); }

TC_INLINE tc_u32x16 NAME(codes_of)(tc_block_format format, const tc_block_layout *layout, const uint8_t *cell,
                                   size_t q, size_t c) {
  tc_u32x16 codes = tc_load_codes(layout, cell, q, c);
  if (format == TC_IQ4_NL || format == TC_IQ4_XS) NAME(look_up)((uint8_t *)&codes, tc_levels_iq4.codes);
  if (format == TC_MXFP4) NAME(look_up)((uint8_t *)&codes, tc_levels_fp4.codes);
  return codes;
}

// `format` is a constant where this is inlined, so that its layout is too.
TC_INLINE void NAME(decode)(const tc_block_format format, const uint8_t *panel, size_t first, size_t count,
                            float *weights) {
  const tc_block_layout *layout = &tc_block_layouts[format];
  for (size_t strip = first; strip < first + count; strip++) {
    const uint8_t *cell = panel + strip * TC_STRIP / layout->elements * layout->bytes;
    const size_t quad = strip * TC_STRIP % layout->elements / 4;
    for (size_t c = 0; c < TC_PANEL; c += 16) {
      tc_f32x16 scale = tc_set(0), offset = tc_set(0);
      const tc_i32x16 zeros = tc_load_zeros(layout, cell, c);
      for (size_t q = quad; q < quad + TC_STRIP / 4; q++) {
        if (q * 4 % layout->group == 0)
          tc_load_group(format, layout, cell, q * 4 / layout->group, c, &scale, &offset);
        const tc_u32x16 codes = NAME(codes_of)(format, layout, cell, q, c);
        float *to = weights + (q - quad) * 4 * TC_PANEL + c;
        for (uint32_t j = 0; j < 4; j++) {
          const tc_u32x16 code = (codes >> (8 * j)) & 255;
          const tc_f32x16 element = layout->has_floats
                                        ? tc_floats_of_bytes(code)
                                        : __builtin_convertvector((tc_i32x16)code - zeros, tc_f32x16);
          const tc_f32x16 weight = scale * element;
          tc_store(to + j * TC_PANEL, layout->has_offset && !layout->has_zeros ? weight + offset : weight);
        }
      }
    }
    weights += TC_STRIP * TC_PANEL;
  }
}

// Codes of a quad as two pairs of 16-bit elements, each for 16 outputs.
TC_INLINE void NAME(put_words)(tc_u32x16 codes, int zero, int16_t *to) {
  const tc_u32x16 lower = (codes & 255) | (codes & 0xFF00) << 8;
  const tc_u32x16 upper = ((codes >> 16) & 255) | ((codes >> 8) & 0x00FF0000);
  const tc_i16x32 zeros = (tc_i16x32){} + (int16_t)zero;
  const tc_i16x32 pairs[2] = {(tc_i16x32)lower - zeros, (tc_i16x32)upper - zeros};
  memcpy(to, &pairs[0], sizeof pairs[0]);
  memcpy(to + 2 * TC_PANEL, &pairs[1], sizeof pairs[1]);
}

// What is read a while later than a strip, so that memory delivers it while strips are multiplied. Where
// groups are shorter, computing takes longer than reading.
TC_INLINE void NAME(prefetch)(const tc_block_layout *layout, const uint8_t *cell, size_t quad) {
  const size_t bytes = layout->bytes * TC_STRIP / layout->elements;
  for (size_t at = 0; at < bytes; at += 64)
    __builtin_prefetch(cell + quad * 4 / TC_STRIP * bytes + 4096 + at, 0, 3);
}

TC_INLINE void NAME(expand)(const tc_block_format format, const uint8_t *panel, size_t first, size_t count,
                            const bool words, char *elements, float *scales, float *offsets) {
  const tc_block_layout *layout = &tc_block_layouts[format];
  for (size_t strip = first; strip < first + count; strip++) {
    const uint8_t *cell = panel + strip * TC_STRIP / layout->elements * layout->bytes;
    const size_t quad = strip * TC_STRIP % layout->elements / 4;
    if (layout->group == TC_STRIP) NAME(prefetch)(layout, cell, quad);
    for (size_t g = 0; g < TC_STRIP / layout->group; g++)
      for (size_t c = 0; c < TC_PANEL; c += 16) {
        tc_f32x16 scale = tc_set(0), offset = tc_set(0);
        tc_load_group(format, layout, cell, quad * 4 / layout->group + g, c, &scale, &offset);
        tc_store(scales + g * TC_PANEL + c, scale);
        if (layout->has_offset) tc_store(offsets + g * TC_PANEL + c, offset);
      }
#pragma clang loop unroll(full)
    for (size_t q = 0; q < TC_STRIP / 4; q++) // in the order in which they lie: one stream from memory
      for (size_t c = 0; c < TC_PANEL; c += 16) {
        const tc_u32x16 codes = NAME(codes_of)(format, layout, cell, quad + q, c);
        if (words)
          NAME(put_words)(codes, layout->zero, (int16_t *)elements + (q * 2 * TC_PANEL + c) * 2);
        else
          memcpy(elements + (q * TC_PANEL + c) * 4, &codes, sizeof codes);
      }
    elements += TC_STRIP * TC_PANEL * (words ? 2 : 1);
    scales += TC_STRIP / layout->group * TC_PANEL;
    if (layout->has_offset) offsets += TC_STRIP / layout->group * TC_PANEL;
  }
}

TARGET void NAME(tc_decode_strips)(tc_block_format format, const void *panel, size_t first, size_t count,
                                   float *weights) {
#define DECODE(FORMAT, ...)                                                                                  \
  case FORMAT:                                                                                               \
    NAME(decode)(FORMAT, panel, first, count, weights);                                                      \
    break;
  switch (format) {
    TC_PANEL_FORMATS(DECODE)
  default:
    break; // has no panels
  }
#undef DECODE
}

TARGET void NAME(tc_expand_strips)(tc_block_format format, const void *panel, size_t first, size_t count,
                                   bool words, void *elements, float *scales, float *offsets) {
#define EXPAND(FORMAT, ...)                                                                                  \
  case FORMAT:                                                                                               \
    if (words)                                                                                               \
      NAME(expand)(FORMAT, panel, first, count, true, elements, scales, offsets);                            \
    else                                                                                                     \
      NAME(expand)(FORMAT, panel, first, count, false, elements, scales, offsets);                           \
    break;
  switch (format) {
    TC_PANEL_FORMATS(EXPAND)
  default:
    break; // has no panels
  }
#undef EXPAND
}

#undef NAME
#undef TARGET
#undef JOIN
#undef JOIN_
#undef ISA
#undef LOOK_UP
