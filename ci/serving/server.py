"""Starts `evaluate serve` for a check, at a port that the system chooses, and ends it with SIGTERM."""

import contextlib
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

FIXTURE = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/eval_model"


@contextlib.contextmanager
def serve(evaluate, options=()):
    """Yields the server's process and port; without options it serves the fixture's small model.

    A server that does not end with 0 after SIGTERM ends the check.
    """
    name = pathlib.Path(sys.argv[0]).name
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "log")
        command = [pathlib.Path(evaluate).resolve(), "serve", "--port", "0", *(options or ["--restore", FIXTURE, "--model-name", "tiny"])]
        with open(log, "w") as errors:
            process = subprocess.Popen([*map(str, command)], stderr=errors, cwd=folder)
        try:
            yield process, wait(process, log, name)
            if process.poll() is not None:
                sys.exit(f"{name}: the server ended with {process.returncode}: {log.read_text()[-2000:]}")
            process.send_signal(signal.SIGTERM)
            if process.wait(60) != 0:
                sys.exit(f"{name}: SIGTERM ended the server with {process.returncode}")
        finally:
            process.kill()


def wait(process, log, name):
    """The port, once the model is loaded."""
    while process.poll() is None:
        if found := re.search(r"http://[^ ]*:(\d+)/v1", log.read_text()):
            return int(found[1])
        time.sleep(0.05)
    sys.exit(f"{name}: the server did not start: {log.read_text()}")
