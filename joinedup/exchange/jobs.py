"""Background work of `exchange`: corrected rows are loaded as soon as they are sent.

Rows are written by the database role `loader` alone, so the worker starts the loader's own command and holds none of
its rights. A job that comes too late or twice finds nothing to do.
"""

from __future__ import annotations

import subprocess
import sys

from procrastinate.contrib.django import app

LOAD_CORRECTIONS = "exchange.load_corrections"
SECONDS_LIMIT = 900


@app.task(name=LOAD_CORRECTIONS, queue="people")
def load_corrections() -> None:
    """Load every correction that waits."""
    subprocess.run([sys.executable, "-m", "joinedup", "load-corrections"], check=True, timeout=SECONDS_LIMIT)
