// Rows of two matrices as the tiles and panels of a product over them; outer_products.c uses them.
#include "lanes.h"
#include "products.h"

/// Columns first ... of one row of a tile, at most six.
TC_INLINE void copy_short(const float *x, size_t first, size_t columns, float *y) {
  for (size_t i = 0; i < TC_TILE_ROWS && first + i < columns; i++) y[i] = x[first + i];
}

TC_INLINE void transpose_tiles(const float *x, size_t stride, size_t rows, size_t columns, float *y) {
  // Tiles of which eight floats can be read, and written: the next row overwrites the two that are not its
  // own.
  const size_t fast = columns < 8 ? 0 : (columns - 8) / TC_TILE_ROWS + 1;
  for (size_t r = 0; r < rows; r++, x += stride) {
    float *to = y + r * TC_TILE_ROWS;
    size_t tile = 0;
    if (r + 1 < rows)
      for (; tile < fast; tile++) {
        tc_f32x8 eight;
        memcpy(&eight, x + tile * TC_TILE_ROWS, sizeof eight);
        memcpy(to + tile * rows * TC_TILE_ROWS, &eight, sizeof eight);
      }
    for (; tile * TC_TILE_ROWS < columns; tile++)
      copy_short(x, tile * TC_TILE_ROWS, columns, to + tile * rows * TC_TILE_ROWS);
  }
}

TC_INLINE void transpose_panel(const float *x, size_t stride, size_t rows, size_t columns, float *y) {
  for (size_t r = 0; r < rows; r++, x += stride, y += TC_PANEL)
    for (size_t c = 0; c < TC_PANEL; c += 16)
      tc_store(y + c, c + 16 <= columns ? tc_load(x + c)
                      : c < columns     ? tc_load_part(x + c, columns - c, 0)
                                        : tc_set(0));
}

TC_VARIANTS(void, transpose_tiles, (const float *x, size_t stride, size_t rows, size_t columns, float *y),
            (x, stride, rows, columns, y))
TC_VARIANTS(void, transpose_panel, (const float *x, size_t stride, size_t rows, size_t columns, float *y),
            (x, stride, rows, columns, y))
