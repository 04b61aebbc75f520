// The style and the programs of pages that lie inside the binary.

#include "creports.h"

#pragma clang diagnostic ignored "-Wc23-extensions" // #embed; the package builds as C17

static const char style[] = {
#embed "page/page.css"
};

static const char program[] = {
#embed "page/blocks.js"
    ,
#embed "page/rows.js"
    ,
#embed "page/list.js"
    ,
#embed "page/sample.js"
    ,
#embed "page/main.js"
};

static const char live[] = {
#embed "page/live.js"
};

const char *creports_style(size_t *count) {
  *count = sizeof style;
  return style;
}

const char *creports_program(size_t *count) {
  *count = sizeof program;
  return program;
}

const char *creports_live(size_t *count) {
  *count = sizeof live;
  return live;
}
