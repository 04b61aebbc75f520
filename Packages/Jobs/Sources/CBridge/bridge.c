// The Python program that lies inside the binary.

#include "cbridge.h"

#pragma clang diagnostic ignored "-Wc23-extensions" // #embed; the package builds as C17

static const char script[] = {
#embed "script/bridge.py"
};

const char *cbridge_script(size_t *count) {
  *count = sizeof script;
  return script;
}
