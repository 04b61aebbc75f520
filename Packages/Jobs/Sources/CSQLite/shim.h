#pragma once

#include <sqlite3.h>

/// Binds a copy of the bytes: `SQLITE_TRANSIENT` is a cast that Swift cannot import.
static inline int assay_bind_copied_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// Binds a copy of the text, in UTF-8.
static inline int assay_bind_copied_text(sqlite3_stmt *statement, int index, const char *text) {
  return sqlite3_bind_text(statement, index, text, -1, SQLITE_TRANSIENT);
}
