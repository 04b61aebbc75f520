// OpenBLAS's products, and its own functions for threads and its version.
#pragma once

#include <cblas.h>
