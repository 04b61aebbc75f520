// What Swift cannot import from MPI: macros that cast the address of a predefined object.
#pragma once

#include <mpi.h>

static inline MPI_Comm cmpi_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype cmpi_byte(void) { return MPI_BYTE; }
static inline MPI_Errhandler cmpi_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline MPI_Status *cmpi_ignored_status(void) { return MPI_STATUS_IGNORE; }
static inline MPI_Status *cmpi_ignored_statuses(void) { return MPI_STATUSES_IGNORE; }
