import os
import sys

from assay import program


def main() -> None:
    """Becomes `evaluate`, with this process's arguments."""
    os.execv(program(), ["evaluate", *sys.argv[1:]])


if __name__ == "__main__":
    main()
