"""Starts examples as their users do."""

import contextlib
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

PATIENCE = 60


def free_port():
    """A port that is free, with the next one: an example may listen on both."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            with contextlib.suppress(OSError, OverflowError):
                two.bind(("127.0.0.1", port + 1))
                return port


@contextlib.contextmanager
def running(folder, name, **variables):
    """The URL of an example while it runs."""
    port = free_port()
    environment = os.environ | {"PORT": str(port)} | variables
    child = subprocess.Popen([pathlib.Path(folder) / name], env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait(child, port, name)
        yield url
        if child.poll() is not None:
            sys.exit(f"`{name}` ended by itself")
    finally:
        child.terminate()
        child.wait(PATIENCE)


def wait(child, port, name):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and child.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    sys.exit(f"`{name}` does not listen")


def get(url):
    with urllib.request.urlopen(url, timeout=PATIENCE) as response:
        return response.read()
