"""Runs one program as the metric code_eval of Hugging Face's evaluate does, and writes a word that only its end brings about.

Standard input holds a line with the word and the seconds, then the program. Descriptor 3 gets the word where the program ran
to its end. What a program may not use is what code_eval takes from it: a program that does fails here and there.
"""

import builtins
import io
import os
import shutil
import signal
import subprocess
import sys


class Closed(io.StringIO):
    """A stream that swallows what is written and cannot be read."""

    def read(self, *arguments, **keywords):
        raise OSError

    readline = readlines = read

    def readable(self, *arguments, **keywords):
        return False


def take(place, names):
    for name in names.split():
        setattr(place, name, None)


def guard():
    os.environ["OMP_NUM_THREADS"] = "1"
    take(builtins, "exit quit help")
    take(
        os,
        "kill system putenv remove removedirs rmdir fchdir setuid fork forkpty killpg rename renames truncate replace "
        "unlink fchmod fchown chmod chown chroot lchflags lchmod lchown getcwd chdir",
    )
    take(shutil, "rmtree move chown")
    take(subprocess, "Popen")
    for name in ("ipdb", "joblib", "resource", "psutil", "tkinter"):
        sys.modules[name] = None


class TimeIsUp(Exception):
    pass


def ring(number, frame):
    raise TimeIsUp


def main():
    word, seconds = sys.stdin.buffer.readline().split()
    program = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
    write = os.write
    sys.stdin = sys.stdout = sys.stderr = Closed()
    guard()
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    try:
        exec(program, {})
        signal.setitimer(signal.ITIMER_REAL, 0)
    except TimeIsUp:
        return write(3, b"timed out")
    except BaseException as error:
        return write(3, b"failed " + type(error).__name__.encode())
    write(3, word)


main()
