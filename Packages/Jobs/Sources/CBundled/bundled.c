// The bundled checkpoint and suite. Tools/bundled makes the files in data/; its README has the commands.

#include "bundled.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions" // #embed; the package builds as C17

#define ALIGNED __attribute__((aligned(64)))

static const unsigned char agreement[] ALIGNED = {
#embed "data/agreement.jsonl"
};
static const unsigned char checkpoint[] ALIGNED = {
#embed "data/checkpoint.h5"
};
static const unsigned char config[] ALIGNED = {
#embed "data/config.yaml"
};
static const unsigned char copying[] ALIGNED = {
#embed "data/copying.jsonl"
};
static const unsigned char floors[] ALIGNED = {
#embed "data/floors.json"
};
static const unsigned char grammar_ppl[] ALIGNED = {
#embed "data/grammar_ppl.jsonl"
};
static const unsigned char sums[] ALIGNED = {
#embed "data/sums.jsonl"
};

static const bundled_file files[] = {
    {"agreement.jsonl", agreement, sizeof agreement},
    {"checkpoint.h5", checkpoint, sizeof checkpoint},
    {"config.yaml", config, sizeof config},
    {"copying.jsonl", copying, sizeof copying},
    {"floors.json", floors, sizeof floors},
    {"grammar_ppl.jsonl", grammar_ppl, sizeof grammar_ppl},
    {"sums.jsonl", sums, sizeof sums},
};

size_t bundled_file_count(void) { return sizeof files / sizeof files[0]; }

bundled_file bundled_file_at(size_t index) { return files[index]; }

bundled_file bundled_file_named(const char *name) {
  for (size_t index = 0; index < bundled_file_count(); index++) {
    if (strcmp(files[index].name, name) == 0) return files[index];
  }
  return (bundled_file){name, NULL, 0};
}
