"""Two ways to the same answer, measured in turn over the same inputs: is what we add on top worth its milliseconds?

Answers are compared before anything is timed. Then one unmeasured pass warms both sides, and each input is put to A, to
B, to A … so that whatever else the machine does falls on both. Times are of the wall, in milliseconds. No bench ever
fails for being slow: a number is a measurement, not a test.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Side = Callable[[Any], Any]


class AnswersDifferError(Exception):
    """The two sides do not answer alike, so that comparing their times would mean nothing."""


def say(words: str) -> None:
    """Words for whoever waits."""
    print(words, file=sys.stderr, flush=True)


def compare(a: Side, b: Side, inputs: Sequence[Any], *, rounds: int, answer_of_a: Side | None = None) -> dict[str, Any]:
    """Times of both sides and their ratio (of medians). `answer_of_a` is compared instead where A gives a page.

    Raises AnswersDifferError with how many inputs differ and the place of the first.
    """
    differing = [place for place, each in enumerate(inputs) if (answer_of_a or a)(each) != b(each)]
    if differing:
        raise AnswersDifferError(f"answers differ for {len(differing)} of {len(inputs)} inputs, first {differing[0]}")
    for each in inputs:
        a(each), b(each)
    load_before = os.getloadavg()[0]
    times_a: list[float] = []
    times_b: list[float] = []
    for _ in range(rounds):
        for each in inputs:
            times_a.append(milliseconds(a, each))
            times_b.append(milliseconds(b, each))
    sides = {"a": summary(times_a), "b": summary(times_b)}
    ratio = round(sides["a"]["p50_ms"] / max(sides["b"]["p50_ms"], 0.001), 2)
    return {**sides, "ratio": ratio, "inputs": len(inputs), "answers": "equal", "machine": machine(load_before)}


def milliseconds(side: Side, each: Any) -> float:
    """How long one side takes over one input."""
    started = time.perf_counter()
    side(each)
    return (time.perf_counter() - started) * 1_000


def summary(times: Sequence[float]) -> dict[str, Any]:
    """Median, 95th percentile, spread (the middle half), least and most, in milliseconds; and of how many."""
    held = sorted(times)

    def at(share: float) -> float:
        return round(held[min(len(held) - 1, int(share * len(held)))], 2)

    return {
        "p50_ms": at(0.5), "p95_ms": at(0.95), "spread_ms": [at(0.25), at(0.75)], "least_ms": round(held[0], 2),
        "most_ms": round(held[-1], 2), "times": len(held),
    }  # fmt: skip


def machine(load_before: float) -> dict[str, Any]:
    """What it ran on, and how busy that was before the bench began (1 is one processor)."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processors": os.cpu_count(), "model": _processor_model(), "memory_gb": round(memory / 2**30),
        "python": platform.python_version(), "system": platform.platform(terse=True), "load_before": load_before,
    }  # fmt: skip


def _processor_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
