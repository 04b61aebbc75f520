// Packing blocks of a file into panels: block_panels.h has the layout.
#include "block_codes.h"
#include "blocks.h"
#include "thread_pool.h"
#include "tiling.h"

typedef struct packing {
  const tc_packed *weight;
  char *panels;
  const tc_block_source *sources;
} packing;

// `bits` of each code from bit `shift` on, of output `c`: 8 / bits quads share a word.
static void put(const tc_block_layout *layout, const tc_block_codes *block, int shift, int bits, size_t c,
                uint8_t *part) {
  const size_t sharing = 8 / (size_t)bits;
  const uint32_t mask = 0x01010101u * ((1u << bits) - 1);
  for (size_t quad = 0; quad < layout->elements / 4; quad += sharing) {
    uint32_t word = 0;
    for (size_t i = 0; i < sharing; i++)
      word |= (tc_little32(block->codes + 4 * (quad + i)) >> shift & mask) << (size_t)bits * i;
    const uint8_t bytes[4] = {(uint8_t)word, (uint8_t)(word >> 8), (uint8_t)(word >> 16),
                              (uint8_t)(word >> 24)};
    memcpy(part + (quad / sharing * TC_PANEL + c) * 4, bytes, sizeof bytes);
  }
}

static void put_block(const tc_block_layout *layout, const tc_block_codes *block, size_t c, uint8_t *cell) {
  const size_t factors = layout->scales / TC_PANEL;
  for (size_t f = 0; f < factors; f += 2)
    memcpy(cell + f * TC_PANEL + c * tc_least(factors, 2), block->factors + f, tc_least(factors, 2));
  for (size_t g = 0; g < (layout->minima - layout->scales) / TC_PANEL; g++)
    cell[layout->scales + g * TC_PANEL + c] = block->scales[g];
  for (size_t g = 0; g < (layout->low - layout->minima) / TC_PANEL; g++)
    cell[layout->minima + g * TC_PANEL + c] = block->minima[g];
  put(layout, block, 0, layout->low_bits, c, cell + layout->low);
  if (layout->high_bits > 0) put(layout, block, layout->low_bits, layout->high_bits, c, cell + layout->high);
}

static void pack_panel(void *context, size_t panel) {
  const packing *p = context;
  const tc_packed *w = p->weight;
  const tc_block_layout *layout = tc_block_layout_of(w->format);
  const size_t block_bytes = tc_block_bytes(w->format), blocks = w->inner / layout->elements;
  uint8_t *cells = (uint8_t *)p->panels + panel * tc_panel_bytes(w);
  memset(cells, 0, tc_panel_bytes(w));
  for (size_t c = 0; c < TC_PANEL; c++) {
    size_t output = tc_output_at(w, panel, c);
    if (output == w->outputs) continue;
    const tc_block_source *source = p->sources;
    for (; output >= source->outputs; source++) output -= source->outputs;
    for (size_t b = 0; b < blocks; b++) {
      tc_block_codes codes;
      tc_read_codes(w->format, source->rows + (output * blocks + b) * block_bytes, &codes);
      put_block(layout, &codes, c, cells + b * layout->bytes);
    }
  }
}

void tc_pack_blocks(const tc_packed *w, void *panels, const tc_block_source *sources) {
  packing p = {.weight = w, .panels = panels, .sources = sources};
  tc_pool_run(tc_packed_panels(w), pack_panel, &p);
}
