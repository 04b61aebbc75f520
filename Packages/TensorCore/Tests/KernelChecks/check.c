// Compares every instruction set that this processor runs with the scalar kernels, bit for bit: what ci/arm64
// runs under emulation, where the Swift tests cannot go.
#include "ckernels.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 333, ROWS = 7, HEAD = 40, POSITIONS = 100, PAGES = 2, STRIPS = 8 };

static const char *const names[] = {
#define NAME(ISA) #ISA,
    TC_ISA_NAMES(NAME)
#undef NAME
};

static uint32_t state = 1;

// Uniform in [-1, 1), the same on every machine.
static float next_random(void) {
  state = state * 1664525 + 1013904223;
  return (float)(int32_t)state * 0x1p-31f;
}

static float *random_floats(size_t count) {
  float *x = aligned_alloc(64, (count * sizeof *x + 63) / 64 * 64);
  for (size_t i = 0; i < count; i++) x[i] = next_random();
  return x;
}

// Pairs of bfloat16 numbers in [-1, 1).
static uint32_t *random_pairs(size_t count) {
  uint32_t *x = aligned_alloc(64, (count * sizeof *x + 63) / 64 * 64);
  for (size_t i = 0; i < count; i++) {
    const float pair[2] = {next_random(), next_random()};
    uint32_t bits[2];
    memcpy(bits, pair, sizeof bits);
    x[i] = bits[0] >> 16 | (bits[1] & 0xFFFF0000);
  }
  return x;
}

static size_t failures;

static void compare(const char *kernel, const tc_kernels *set, const void *found, const void *expected,
                    size_t bytes) {
  if (memcmp(found, expected, bytes) == 0) return;
  printf("%s: %s differs from scalar\n", names[set->isa], kernel);
  failures++;
}

// Runs the last argument, which fills `y` with the kernels `k`, on both sets and compares `COUNT` results.
#define CHECK(KERNEL, TYPE, COUNT, ...)                                                                      \
  do {                                                                                                       \
    static TYPE both[2][COUNT];                                                                              \
    memset(both, 0, sizeof both);                                                                            \
    for (int side = 0; side < 2; side++) {                                                                   \
      const tc_kernels *k = side ? set : tc_kernels_for(TC_ISA_scalar);                                      \
      TYPE *y = both[side];                                                                                  \
      __VA_ARGS__;                                                                                           \
    }                                                                                                        \
    compare(KERNEL, set, both[1], both[0], sizeof both[0]);                                                  \
  } while (0)

static void check_tiles(const tc_kernels *set) {
  const float *x = random_floats(TC_TILE_ROWS * WIDTH), *panel = random_floats(TC_PANEL * WIDTH);
  const float *widened = random_floats(TC_TILE_ROWS * 2 * WIDTH);
  const uint32_t *pairs = random_pairs(TC_PANEL * WIDTH);
  for (size_t rows = 1; rows <= TC_TILE_ROWS; rows++)
    for (size_t units = 1; units <= WIDTH; units += 83) {
      CHECK("tile_f32", float, TC_TILE_ROWS *TC_PANEL, {
        const tc_tile_end end = {.y = y, .stride = TC_PANEL, .bias = x};
        k->products->tile_f32(x, WIDTH, rows, panel, units, NULL, NULL, 0, &end);
      });
      CHECK("tile_transposed", float, TC_TILE_ROWS *TC_PANEL, {
        const tc_tile_end end = {.y = y, .stride = TC_PANEL};
        k->products->tile_transposed(x, 0, rows, panel, units, NULL, NULL, 0, &end);
      });
      CHECK("tile_bf16", float, TC_TILE_ROWS *TC_PANEL, {
        const tc_tile_end end = {.y = y, .stride = TC_PANEL};
        k->products->tile_bf16(widened, 2 * WIDTH, rows, pairs, units, NULL, NULL, 0, &end);
      });
    }
  CHECK("lanes_f32", float, 16, k->products->lanes_f32(x, panel, WIDTH, y));
  CHECK("lanes_bf16", float, 16, k->products->lanes_bf16(widened, pairs, WIDTH, y));
  CHECK("widen_rows", float, 3 * (WIDTH + 15), k->products->widen_rows(x, 3, WIDTH, y, WIDTH + 15));
}

static void check_rows(const tc_kernels *set) {
  const float *x = random_floats(ROWS * WIDTH), *weight = random_floats(WIDTH), *bias = random_floats(WIDTH);
  CHECK("layer_norm", float, ROWS *WIDTH, k->rows->layer_norm(x, weight, bias, y, ROWS, WIDTH, 1e-5f));
  CHECK("rms_norm", float, ROWS *WIDTH, k->rows->rms_norm(x, WIDTH, weight, y, WIDTH, ROWS, WIDTH, 1e-5f));
  CHECK("gelu_tanh", float, ROWS *WIDTH, k->rows->gelu_tanh(x, y, ROWS * WIDTH));
  CHECK("gelu_erf", float, ROWS *WIDTH, k->rows->gelu_erf(x, y, ROWS * WIDTH));
  CHECK("silu", float, ROWS *WIDTH, k->rows->silu(x, y, ROWS * WIDTH));
  CHECK("silu_gate", float, WIDTH, k->rows->silu_gate(x, weight, y, WIDTH));
  CHECK("softmax", float, ROWS *WIDTH, k->rows->softmax(x, y, ROWS, WIDTH));
  CHECK("log_sum_exp", double, 1, *y = k->rows->log_sum_exp(x, WIDTH));
  CHECK("rotate", float, WIDTH, {
    memcpy(y, x, WIDTH * sizeof *y);
    k->rows->rotate(y, weight, bias, 3, HEAD, HEAD / 2, 0);
    k->rows->rotate(y, weight, bias, 3, HEAD, HEAD / 2, 1);
  });
  for (tc_float_type type = TC_FLOAT32; type < TC_FLOAT_TYPE_COUNT; type++) {
    CHECK("convert", uint64_t, WIDTH, k->rows->convert(x, TC_FLOAT32, y, type, WIDTH));
    CHECK("convert back", float, WIDTH / 2, k->rows->convert(x, type, y, TC_FLOAT32, WIDTH / 2));
  }
  const uint32_t key[2] = {7, 11};
  CHECK("random_bits", uint32_t, WIDTH, k->rows->random_bits(key, 5, y, WIDTH));
  CHECK("dropout", float, WIDTH, k->rows->dropout(x, key, 5, 0.8f, y, WIDTH));
}

static void attend(const tc_kernels *k, int bfloat16, const float *x, float *y) {
  const size_t bytes = 4 * tc_attention_page_words(HEAD, bfloat16);
  void *pages[PAGES];
  for (size_t page = 0; page < PAGES; page++) {
    pages[page] = aligned_alloc(64, (bytes + 63) / 64 * 64);
    memset(pages[page], 0, bytes);
    const size_t first = page * TC_PAGE_POSITIONS;
    const size_t rows = POSITIONS - first < TC_PAGE_POSITIONS ? POSITIONS - first : TC_PAGE_POSITIONS;
    tc_write_page_fn *write = bfloat16 ? k->attention->write_bf16 : k->attention->write_f32;
    write(x + first * HEAD, x + (first + POSITIONS) * HEAD, HEAD, rows, HEAD, pages[page], 0);
  }
  void *scratch = aligned_alloc(64, (tc_attention_scratch(ROWS, 2, HEAD) + 63) / 64 * 64);
  const tc_attention_block block = {
      .queries = x,
      .query_stride = 2 * HEAD,
      .output = y,
      .output_stride = 2 * HEAD,
      .rows = ROWS,
      .group = 2,
      .width = HEAD,
      .first_position = POSITIONS - ROWS,
      .window = 80,
      .chunk = SIZE_MAX,
      .pages = (const void *const *)pages,
      .scale = 0.2f,
      .scratch = scratch,
  };
  (bfloat16 ? k->attention->attend_bf16 : k->attention->attend_f32)(&block);
  for (size_t page = 0; page < PAGES; page++) free(pages[page]);
  free(scratch);
}

static void check_attention(const tc_kernels *set) {
  const float *x = random_floats(2 * POSITIONS * HEAD);
  CHECK("attend_f32", float, ROWS * 2 * HEAD, attend(k, 0, x, y));
  CHECK("attend_bf16", float, ROWS * 2 * HEAD, attend(k, 1, x, y));
}

static void check_scores(const tc_kernels *set) {
  const float *x = random_floats(4 * TC_PANEL);
  CHECK("score_fold", tc_score_lanes, 1, {
    for (int l = 0; l < 16; l++) y->largest[l] = -3, y->id[l] = l;
    for (int panel = 0; panel < 4; panel++) {
      float logits[TC_PANEL];
      memcpy(logits, x + panel * TC_PANEL, sizeof logits);
      k->products->score_fold(logits, TC_PANEL - 5 * (panel == 3), panel * TC_PANEL, 2.0f, y);
    }
  });
  CHECK("finish", float, TC_TILE_ROWS *TC_PANEL, {
    for (int activation = 0; activation <= TC_ACTIVATION_SILU; activation++) {
      const tc_finish finish = {
          .y = y, .stride = TC_PANEL, .columns = 50, .bias = x, .activation = (tc_activation)activation};
      k->products->finish(x, 4, &finish);
    }
  });
}

// A panel of random blocks, whose factors in half precision are finite.
static uint8_t *random_panel(tc_block_format format, tc_packed *weight) {
  const tc_block_layout *layout = tc_block_layout_of(format);
  *weight = (tc_packed){.outputs = TC_PANEL, .inner = STRIPS * TC_STRIP, .blocks = true, .format = format};
  const size_t bytes = tc_panel_bytes(weight);
  uint8_t *panel = aligned_alloc(64, bytes);
  for (size_t i = 0; i < bytes; i++) {
    next_random();
    panel[i] = (uint8_t)(state >> 24);
    // The upper bytes of factors: exponents that are not the highest.
    if (i % layout->bytes < layout->scales && format != TC_MXFP4 && i % 2 == 1) panel[i] &= 0xBF;
  }
  return panel;
}

static void check_integers(const tc_kernels *set, const tc_integer_kind kind, tc_strips strips) {
  enum { ELEMENTS = STRIPS * TC_STRIP, UNITS = (ELEMENTS / 2 + STRIPS * 6 + 15) / 16 * 16 };
  const float *x = random_floats(TC_TILE_ROWS * ELEMENTS);
  static uint32_t rows[TC_TILE_ROWS * UNITS];
  CHECK("quantize_rows", uint32_t, TC_TILE_ROWS * UNITS,
        k->products->quantize_rows(x, TC_TILE_ROWS, ELEMENTS, kind, y, UNITS));
  set->products->quantize_rows(x, TC_TILE_ROWS, ELEMENTS, kind, rows, UNITS);
  strips.form = kind.form;
  for (size_t count = 1; count <= TC_TILE_ROWS; count++)
    CHECK("integer_tile", float, TC_TILE_ROWS *TC_PANEL,
          k->products->integer_tile(rows, UNITS, ELEMENTS, count, &strips, 0, y));
}

static void check_blocks(const tc_kernels *set, tc_block_format format) {
  enum { ELEMENTS = STRIPS * TC_STRIP };
  tc_packed weight;
  const uint8_t *panel = random_panel(format, &weight);
  static int16_t elements[ELEMENTS * TC_PANEL];
  static float scales[2 * STRIPS * TC_PANEL], offsets[2 * STRIPS * TC_PANEL];
  CHECK("decode_strips", float, ELEMENTS *TC_PANEL, k->products->decode_strips(format, panel, 0, STRIPS, y));
  CHECK("scales", float, 2 * STRIPS * TC_PANEL,
        k->products->expand_strips(format, panel, 0, STRIPS, true, elements, y, offsets));
  const tc_block_layout *layout = tc_block_layout_of(format);
  const tc_strips strips = {
      .elements = elements,
      .scales = scales,
      .offsets = layout->has_offset ? offsets : NULL,
      .count = STRIPS,
      .group = layout->group,
      .largest = layout->largest,
      .zero = layout->zero,
  };
  for (int i = 0; i < 4; i++) {
    weight.operand = i < 2 ? TC_OPERAND_INT16 : TC_OPERAND_INT8;
    const tc_integer_kind kind = tc_integer_kind_of(&weight, set->products->dots, i % 2 == 1);
    const bool words = kind.form == TC_FORM_WORDS;
    CHECK("expand_strips", int16_t, ELEMENTS * TC_PANEL,
          k->products->expand_strips(format, panel, 0, STRIPS, words, y, scales, offsets));
    set->products->expand_strips(format, panel, 0, STRIPS, words, elements, scales, offsets);
    check_integers(set, kind, strips);
  }
}

int main(void) {
  size_t sets = 0;
  for (tc_isa isa = 0; isa < TC_ISA_COUNT; isa++) {
    const tc_kernels *set = tc_kernels_for(isa);
    if (set == NULL) continue;
    const size_t before = failures;
    check_tiles(set);
    check_rows(set);
    check_attention(set);
    check_scores(set);
    for (tc_block_format format = 0; format < TC_BLOCK_FORMAT_COUNT; format++)
      if (tc_block_has_panels(format)) check_blocks(set, format);
    printf("%s: %s\n", names[isa], failures == before ? "the bits of scalar" : "differs");
    sets++;
  }
  return failures > 0 || sets < 1;
}
