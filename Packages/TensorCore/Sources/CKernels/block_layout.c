#include "block_layout.h"

bool tc_block_has_panels(tc_block_format format) { return tc_block_layouts[format].elements > 0; }

const tc_block_layout *tc_block_layout_of(tc_block_format format) { return &tc_block_layouts[format]; }
