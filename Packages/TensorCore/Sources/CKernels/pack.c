// Packing a weight into panels, at load: products.h has the layout.
#define _GNU_SOURCE // MADV_HUGEPAGE
#include "products.h"
#include "thread_pool.h"
#include "tiling.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { inner_rows_per_task = 32 };

void *tc_panels_allocate(size_t bytes) {
  const size_t huge = (size_t)2 << 20, alignment = bytes >= huge ? huge : 64;
  void *panels = NULL;
  if (posix_memalign(&panels, alignment, tc_most(bytes, 64)) != 0) return NULL;
#if defined(MADV_HUGEPAGE)
  if (bytes >= huge)
    madvise(panels, bytes / huge * huge, MADV_HUGEPAGE); // a hint: without it we are only slower
#endif
  return panels;
}

void tc_panels_free(void *panels) { free(panels); }

void tc_read_memory(void *context, size_t first, size_t count, float *rows) {
  const tc_memory_weight *w = context;
  const char *from = (const char *)w->elements + first * w->width * w->element_bytes;
  w->convert(from, w->type, rows, TC_FLOAT32, count * w->width);
}

typedef struct packing {
  const tc_packed *weight;
  char *panels;
  const tc_weight_source *sources;
  size_t source_count, units;
  atomic_bool failed;
} packing;

static uint16_t to_bfloat16(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  if (x != x) return (uint16_t)(bits >> 16 | 0x40);
  return (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

static void store(const packing *p, size_t panel, size_t inner, size_t c, float x) {
  if (p->weight->operand == TC_OPERAND_FLOAT32) {
    memcpy(p->panels + 4 * ((panel * p->units + inner) * TC_PANEL + c), &x, sizeof x);
  } else {
    const uint16_t half = to_bfloat16(x);
    memcpy(p->panels + 4 * ((panel * p->units + inner / 2) * TC_PANEL + c) + 2 * (inner % 2), &half,
           sizeof half);
  }
}

// Outputs outermost: one task is one panel, read an output at a time.
static void pack_panel(void *context, size_t panel) {
  packing *p = context;
  const tc_packed *w = p->weight;
  memset(p->panels + panel * p->units * TC_PANEL * 4, 0, p->units * TC_PANEL * 4);
  float *row = malloc(tc_most(w->inner, 1) * sizeof *row);
  if (row == NULL) {
    atomic_store(&p->failed, true);
    return;
  }
  for (size_t c = 0; c < TC_PANEL; c++) {
    size_t output = tc_output_at(w, panel, c);
    if (output == w->outputs) continue;
    const tc_weight_source *source = p->sources;
    for (; output >= source->outputs; source++) output -= source->outputs;
    source->read(source->context, output, 1, row);
    for (size_t k = 0; k < w->inner; k++) store(p, panel, k, c, row[k]);
  }
  free(row);
}

// Inner outermost: one task is 32 inner rows of every panel. An even number, so that no two tasks share a
// pair.
static void pack_inner_rows(void *context, size_t index) {
  packing *p = context;
  const tc_packed *w = p->weight;
  const size_t first = index * inner_rows_per_task, end = tc_least(w->inner, first + inner_rows_per_task);
  float *row = malloc(tc_most(w->outputs, 1) * sizeof *row);
  if (row == NULL) {
    atomic_store(&p->failed, true);
    return;
  }
  const size_t panels = tc_packed_panels(w);
  for (size_t k = first; k < end; k++) {
    size_t output = 0;
    for (size_t s = 0; s < p->source_count; output += p->sources[s++].outputs)
      if (p->sources[s].outputs > 0) p->sources[s].read(p->sources[s].context, k, 1, row + output);
    for (size_t panel = 0; panel < panels; panel++)
      for (size_t c = 0; c < TC_PANEL; c++) {
        const size_t from = tc_output_at(w, panel, c);
        store(p, panel, k, c, from < w->outputs ? row[from] : 0);
        // The last pair of an odd inner dimension is half empty.
        if (k + 1 == w->inner && w->operand == TC_OPERAND_BFLOAT16 && k % 2 == 0)
          store(p, panel, k + 1, c, 0);
      }
  }
  free(row);
}

// One weight of float32 numbers in memory, for float32 operands: panels are copies of its rows, or of its
// columns.
static const tc_memory_weight *plain_source(const packing *p) {
  const tc_weight_source *source = p->sources;
  if (p->source_count != 1 || source->read != tc_read_memory || p->weight->gated ||
      p->weight->operand != TC_OPERAND_FLOAT32)
    return NULL;
  const tc_memory_weight *memory = source->context;
  return memory->type == TC_FLOAT32 && (uintptr_t)memory->elements % sizeof(float) == 0 ? memory : NULL;
}

static void transpose_panel(void *context, size_t panel) {
  const packing *p = context;
  const tc_packed *w = p->weight;
  const tc_memory_weight *source = plain_source(p);
  const size_t output = panel * TC_PANEL, outputs = tc_least(TC_PANEL, w->outputs - output);
  float *to = (float *)p->panels + panel * p->units * TC_PANEL;
  if (outputs < TC_PANEL) memset(to, 0, p->units * TC_PANEL * sizeof *to);
  source->transpose((const float *)source->elements + output * w->inner, w->inner, outputs, w->inner, to,
                    TC_PANEL);
}

static void copy_inner_rows(void *context, size_t index) {
  const packing *p = context;
  const tc_packed *w = p->weight;
  const float *from = plain_source(p)->elements;
  const size_t first = index * inner_rows_per_task, rows = tc_least(inner_rows_per_task, w->inner - first);
  for (size_t panel = 0; panel < tc_packed_panels(w); panel++)
    tc_copy_to_panel(from + first * w->outputs + panel * TC_PANEL, w->outputs, rows,
                     tc_least(TC_PANEL, w->outputs - panel * TC_PANEL),
                     (float *)p->panels + (panel * p->units + first) * TC_PANEL);
}

bool tc_pack(const tc_packed *w, void *panels, const tc_weight_source *sources, size_t source_count,
             bool outputs_outermost) {
  packing p = {
      .weight = w,
      .panels = panels,
      .sources = sources,
      .source_count = source_count,
      .units = tc_packed_units(w),
  };
  const bool plain = plain_source(&p) != NULL;
  if (outputs_outermost) {
    tc_pool_run(tc_packed_panels(w), plain ? transpose_panel : pack_panel, &p);
  } else {
    tc_pool_run(tc_ceiling(w->inner, inner_rows_per_task), plain ? copy_inner_rows : pack_inner_rows, &p);
  }
  return !atomic_load(&p.failed);
}
