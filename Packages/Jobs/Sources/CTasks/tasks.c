// The task definitions that lie inside the binary.

#include "ctasks.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions" // #embed; the package builds as C17

static const char arc[] = {
#embed "definitions/arc.yaml"
};
static const char arithmetic[] = {
#embed "definitions/arithmetic.yaml"
};
static const char blimp[] = {
#embed "definitions/blimp.yaml"
};
static const char boolq[] = {
#embed "definitions/boolq.yaml"
};
static const char copa[] = {
#embed "definitions/copa.yaml"
};
static const char gsm8k[] = {
#embed "definitions/gsm8k.yaml"
};
static const char hellaswag[] = {
#embed "definitions/hellaswag.yaml"
};
static const char lambada_openai[] = {
#embed "definitions/lambada_openai.yaml"
};
static const char mmlu[] = {
#embed "definitions/mmlu.yaml"
};
static const char openbookqa[] = {
#embed "definitions/openbookqa.yaml"
};
static const char piqa[] = {
#embed "definitions/piqa.yaml"
};
static const char sciq[] = {
#embed "definitions/sciq.yaml"
};
static const char sst2[] = {
#embed "definitions/sst2.yaml"
};
static const char wikitext[] = {
#embed "definitions/wikitext.yaml"
};
static const char winogrande[] = {
#embed "definitions/winogrande.yaml"
};

typedef struct definition {
  const char *name;
  const char *text;
  size_t count;
} definition;

static const definition definitions[] = {
    {"arc", arc, sizeof arc},
    {"arithmetic", arithmetic, sizeof arithmetic},
    {"blimp", blimp, sizeof blimp},
    {"boolq", boolq, sizeof boolq},
    {"copa", copa, sizeof copa},
    {"gsm8k", gsm8k, sizeof gsm8k},
    {"hellaswag", hellaswag, sizeof hellaswag},
    {"lambada_openai", lambada_openai, sizeof lambada_openai},
    {"mmlu", mmlu, sizeof mmlu},
    {"openbookqa", openbookqa, sizeof openbookqa},
    {"piqa", piqa, sizeof piqa},
    {"sciq", sciq, sizeof sciq},
    {"sst2", sst2, sizeof sst2},
    {"wikitext", wikitext, sizeof wikitext},
    {"winogrande", winogrande, sizeof winogrande},
};

const char *ctasks_definition(const char *name, size_t *count) {
  for (size_t index = 0; index < sizeof definitions / sizeof definitions[0]; index++) {
    if (strcmp(definitions[index].name, name) != 0) continue;
    *count = definitions[index].count;
    return definitions[index].text;
  }
  *count = 0;
  return NULL;
}
