// The Python program that runs another one lies inside the binary.

#include "csandbox.h"

#pragma clang diagnostic ignored "-Wc23-extensions" // #embed; the package builds as C17

static const char script[] = {
#embed "script/judge.py"
};

const char *csandbox_script(size_t *count) {
  *count = sizeof script;
  return script;
}
