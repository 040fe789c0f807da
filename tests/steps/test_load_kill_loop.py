"""A load killed again and again, at moments that nobody chose, ends as one never touched. Long: `make deep`."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.steps.loading import ICB, TORBAY, fresh_place

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Path:
    """A generated place of 300 people."""
    from joinedup.exchange.generate.command import generate

    folder = tmp_path_factory.mktemp("kill-loop")
    assert generate(["--people", "300", "--seed", "11", "--place", TORBAY, "--out", str(folder)]) == 0
    return folder / TORBAY / ICB


@pytest.mark.parametrize("seed", range(4))
def test_a_load_killed_at_random_moments_ends_whole(database, server, template, generated, seed):
    chance = random.Random(seed)
    with fresh_place(server, template) as killed, fresh_place(server, template) as untouched:
        whole = untouched.load(generated)
        for _ in range(6):
            process = killed.command(generated, batch=50)
            time.sleep(chance.uniform(1.0, 3.5))
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        last = killed.command(generated, "--json", batch=50)
        out, errors = last.communicate(timeout=300)
        assert last.returncode == 0, errors
        assert json.loads(out)["read"] == whole.read
        assert killed.contents() == untouched.contents()
