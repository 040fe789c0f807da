"""Figures of the demo places: an extract, worked out by the demo's analyst and released by its board member.

Done by the real command and the real actions, each under its own role; a place without both people has no figures, and
its public page says so. Safe to run again: every run releases anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from config.environment import PROJECT
from joinedup.base.errors import OperatorMustAct

ANALYST, BOARD = "{}-analyst", "{}-board"
PLACES = {"torbay": "E06000027", "bradford": "E08000032"}


def build(say: Callable[[str], None]) -> None:
    """Make the extract and release the figures of each demo place that has the people for it."""
    say("Counting, and releasing the figures …")
    _run([sys.executable, "-m", "joinedup", "extract"])
    words = "from config.databases import start_django; start_django(role='app'); import config.demo_figures as figures"
    _run([sys.executable, "-c", f"{words}; figures.release()"])


def release() -> None:
    """As app: each place's figures from the newest extract, prepared by one invented person, approved by another."""
    from django.conf import settings

    from joinedup.access.queries import demo_user
    from joinedup.access.sessions import acting_as
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key
    from joinedup.outcomes import extract_reading
    from joinedup.outcomes.actions import approve_release, prepare_release
    from joinedup.places.queries import find_place

    extracts = Path(settings.EXTRACT_FOLDER)
    run = extract_reading.newest(extracts).run
    for name, code in PLACES.items():
        if demo_user(ANALYST.format(name)) is None or demo_user(BOARD.format(name)) is None:
            continue
        place_id, key = find_place(code).id, derived_request_key("demo-figures", run, code)
        with acting_as(ANALYST.format(name)) as by:
            made = prepare_release(by=by, at=clock.now(), request_key=key, place_id=place_id, extracts=extracts)
        with acting_as(BOARD.format(name)) as by:
            approve_release(by=by, at=clock.now(), request_key=key, release_id=made, expected_version=1)


def _run(words: list[str]) -> None:
    done = subprocess.run(words, cwd=PROJECT, env=os.environ.copy(), check=False)
    if done.returncode != 0:
        raise OperatorMustAct(
            "demo-step-failed", "Building the demo stopped.", "What the step said stands above.",
            "Put it right and run `make demo` again: it goes on where it stopped.",
        )  # fmt: skip
