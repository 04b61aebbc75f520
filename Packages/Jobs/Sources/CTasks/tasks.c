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
static const char commonsense_qa[] = {
#embed "definitions/commonsense_qa.yaml"
};
static const char copa[] = {
#embed "definitions/copa.yaml"
};
static const char drop[] = {
#embed "definitions/drop.yaml"
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
static const char logiqa[] = {
#embed "definitions/logiqa.yaml"
};
static const char logiqa2[] = {
#embed "definitions/logiqa2.yaml"
};
static const char mathqa[] = {
#embed "definitions/mathqa.yaml"
};
static const char medmcqa[] = {
#embed "definitions/medmcqa.yaml"
};
static const char medqa_4options[] = {
#embed "definitions/medqa_4options.yaml"
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
static const char pubmedqa[] = {
#embed "definitions/pubmedqa.yaml"
};
static const char race[] = {
#embed "definitions/race.yaml"
};
static const char sciq[] = {
#embed "definitions/sciq.yaml"
};
static const char sst2[] = {
#embed "definitions/sst2.yaml"
};
static const char swag[] = {
#embed "definitions/swag.yaml"
};
static const char triviaqa[] = {
#embed "definitions/triviaqa.yaml"
};
static const char webqs[] = {
#embed "definitions/webqs.yaml"
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
    {"commonsense_qa", commonsense_qa, sizeof commonsense_qa},
    {"copa", copa, sizeof copa},
    {"drop", drop, sizeof drop},
    {"gsm8k", gsm8k, sizeof gsm8k},
    {"hellaswag", hellaswag, sizeof hellaswag},
    {"lambada_openai", lambada_openai, sizeof lambada_openai},
    {"logiqa", logiqa, sizeof logiqa},
    {"logiqa2", logiqa2, sizeof logiqa2},
    {"mathqa", mathqa, sizeof mathqa},
    {"medmcqa", medmcqa, sizeof medmcqa},
    {"medqa_4options", medqa_4options, sizeof medqa_4options},
    {"mmlu", mmlu, sizeof mmlu},
    {"openbookqa", openbookqa, sizeof openbookqa},
    {"piqa", piqa, sizeof piqa},
    {"pubmedqa", pubmedqa, sizeof pubmedqa},
    {"race", race, sizeof race},
    {"sciq", sciq, sizeof sciq},
    {"sst2", sst2, sizeof sst2},
    {"swag", swag, sizeof swag},
    {"triviaqa", triviaqa, sizeof triviaqa},
    {"webqs", webqs, sizeof webqs},
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
