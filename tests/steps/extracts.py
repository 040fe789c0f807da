"""An extract of the test's own database, made by the real command in a process of its own, as the role `extractor`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def joinedup(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would, on this test's database."""
    # The role is the command's own choice: what this process serves with must not reach it.
    held = {name: value for name, value in os.environ.items() if name != "JOINEDUP_DATABASE_ROLE"}
    return subprocess.run(
        [sys.executable, "-m", "joinedup", *words], cwd=PROJECT, env=held | environment, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def made(out: Path) -> tuple[Path, dict]:
    """A fresh extract under a folder: its own folder and its manifest."""
    before = set(out.iterdir()) if out.exists() else set()
    done = joinedup("extract", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    (folder,) = set(out.iterdir()) - before
    return folder, json.loads(done.stdout)
