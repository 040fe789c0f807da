"""`joinedup public`: serve the public site in a process of its own, beside the staff site or alone.

It starts no database: the public site reads what is there. Ctrl-C stops it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from config.environment import PROJECT, database_address
from joinedup.base.errors import OperatorMustAct


def public(argv: list[str]) -> int:
    """Serve the public site until Ctrl-C; returns the server's exit code, nought when it was stopped."""
    parser = argparse.ArgumentParser(prog="joinedup public", description="Serve released figures and places.")
    parser.add_argument("--port", type=int, default=8001)
    wanted = parser.parse_args(argv)
    if not database_address().passwords:
        raise OperatorMustAct(
            "database-not-running", "The public site has no database to read.", "The embedded database does not run.",
            "Start it with `joinedup database start`, or serve both sites with `joinedup demo`.",
        )  # fmt: skip
    print(f"The public site is at http://127.0.0.1:{wanted.port}/ (Ctrl-C stops).", flush=True)
    server = subprocess.Popen(command(), cwd=PROJECT, env=surroundings(wanted.port))
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return 0


def command() -> list[str]:
    """The words that start the public site's server; its address comes from `surroundings`."""
    configuration = str(PROJECT / "config" / "gunicorn.py")
    return [sys.executable, "-m", "gunicorn", "-c", configuration, "config.wsgi_public:application"]


def surroundings(port: int) -> dict[str, str]:
    """The environment variables for `command`: this process's, with the public site's address and role."""
    held = {"JOINEDUP_BIND": f"127.0.0.1:{port}", "JOINEDUP_POOL_SIZE": "4", "JOINEDUP_DATABASE_ROLE": "public_reader"}
    return {**os.environ, **held, "DJANGO_SETTINGS_MODULE": "config.settings_public"}
