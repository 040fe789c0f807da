"""How is a large place made on several processors, continued after it was cut short, and the same byte for byte?

A place is made in parts of so many people. A part depends on nothing but the order (seed, place, years …) and its
number, so that any process may make it at any time, and a larger place has the smaller one's whole parts as they were.
A part writes its tables where they stay, and its rows of the council's return beside them under `unfinished/`, where
`bodies.py` puts them together once all parts are there. A part that has its mark there is not made again.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path

from joinedup.base.errors import OperatorMustAct
from joinedup.exchange.generate import cld_file
from joinedup.exchange.generate.care_histories import care_of, reporting_year
from joinedup.exchange.generate.events import Care
from joinedup.exchange.generate.histories import health_of
from joinedup.exchange.generate.households import BLOCK_SIZE, people_of
from joinedup.exchange.generate.mess import Sending, sending_of
from joinedup.exchange.generate.numbers import NumberRange
from joinedup.exchange.generate.people import TruePerson
from joinedup.exchange.generate.practices import PLACES, Place
from joinedup.exchange.generate.tables import PartTables

UNFINISHED = "unfinished"
PEOPLE_IN_PART = 20_000

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for; everything that shapes a part. `root` is the folder, as text."""

    root: str
    places: tuple[str, ...]
    people: int
    seed: int
    today: date
    years: int
    tables: bool
    people_in_part: int = PEOPLE_IN_PART

    def __post_init__(self) -> None:
        if self.people_in_part % BLOCK_SIZE:
            raise ValueError(f"A part holds whole blocks of {BLOCK_SIZE} people.")

    @property
    def folder(self) -> Path:
        """Where parts are kept until the whole is there."""
        return Path(self.root) / UNFINISHED

    def mark(self) -> str:
        """What must be equal for a part made earlier to stand: the order, and the code and files that make it."""
        words = {key: value for key, value in asdict(self).items() if key != "root"}
        return json.dumps(words | {"made_by": _code_digest()}, default=str)

    @classmethod
    def begun_in(cls, root: str) -> Order:
        """The order that was begun in a folder."""
        words = json.loads((Path(root) / UNFINISHED / "order.json").read_text(encoding="utf-8"))
        words.pop("made_by")
        return cls(root, **words | {"places": tuple(words["places"]), "today": date.fromisoformat(words["today"])})

    def people_of_part(self, number: int) -> int:
        """How many people of its place a part holds."""
        return min(self.people_in_part, self.people - (number - 1) * self.people_in_part)

    def parts(self) -> list[tuple[str, int]]:
        """Place and number of every part, in order; numbers start at 1."""
        count = -(-self.people // self.people_in_part)
        return [(place, number) for place in self.places for number in range(1, count + 1)]


@cache
def _code_digest() -> str:
    mark = hashlib.sha256()
    for path in sorted([*Path(__file__).parent.glob("*.py"), *Path(__file__).parent.glob("*.yaml")]):
        mark.update(path.name.encode() + path.read_bytes())
    return mark.hexdigest()[:16]


def make_parts(order: Order, processes: int, tell: Tell) -> None:
    """Make every part that is not there yet, saying after each how far it is and how long the rest may take."""
    order.folder.mkdir(parents=True, exist_ok=True)
    (order.folder / "order.json").write_text(order.mark(), encoding="utf-8")
    wanted = order.parts()
    missing = [part for part in wanted if not _done_mark(order, *part).is_file()]
    if len(missing) < len(wanted):
        tell(f"{len(wanted) - len(missing)} of {len(wanted)} parts are there from an earlier run.")
    started = time.monotonic()
    everybody = order.people * len(order.places)
    there = everybody - sum(order.people_of_part(number) for _, number in missing)
    for made, (_, number) in enumerate(_made(order, missing, processes), start=1):
        there += order.people_of_part(number)
        left = round((time.monotonic() - started) / made * (len(missing) - made))
        if len(wanted) > len(order.places):
            tell(f"{there:,} of {everybody:,} people; about {left // 60} min {left % 60} s left")


def _made(order: Order, missing: list[tuple[str, int]], processes: int) -> Iterator[tuple[str, int]]:
    """Make parts in any order: here, or each in a process of its own, which gives its memory back when it ends."""
    if processes == 1 or len(missing) < 2:
        for part in missing:
            make_part(order, *part)
            yield part
        return
    with ThreadPoolExecutor(processes) as waiting:
        tasks = {waiting.submit(_make_elsewhere, order, *part): part for part in missing}
        try:
            for done in as_completed(tasks):
                done.result()
                yield tasks[done]
        finally:
            for task in tasks:
                task.cancel()


def _make_elsewhere(order: Order, place: str, number: int) -> None:
    words = [sys.executable, "-m", "joinedup.exchange.generate.parts", order.root, place, str(number)]
    if subprocess.run(words, check=False).returncode != 0:
        raise OperatorMustAct(
            "part-not-made",
            "A part of the place was not made.",
            "Its process stopped; what it said stands above.",
            "Give the same order again: what is there is kept.",
        )


def council_part(order: Order, place: str, number: int, ending: str) -> Path:
    """A file of the council's rows of one part: `on-time.csv`, `late.csv`, `on-time.truth.csv` or `late.truth.csv`."""
    return order.folder / place / f"{number:04d}-{ending}"


def _done_mark(order: Order, place: str, number: int) -> Path:
    return council_part(order, place, number, "done.json")


def make_part(order: Order, code: str, number: int) -> None:
    """Make one part of one place and mark it as done."""
    place = PLACES[code]
    numbers = {one.code: NumberRange(one) for one in PLACES.values()}
    practice, council = (next(one for one in place.sources if one.kind == kind) for kind in ("practice", "council"))
    first = (number - 1) * order.people_in_part
    rows = _CouncilRows(order, place, number)
    tables = PartTables(order.seed, place) if order.tables else None
    for person in people_of(order.seed, place, min(order.people, first + order.people_in_part), order.today, first):
        health = health_of(order.seed, person, order.today, order.years)
        care = care_of(order.seed, person, health, order.today)
        if care or tables:
            said = sending_of(order.seed, person, council, numbers, order.today)
            if care:
                rows.send(person, care, said)
            if tables:
                by_practice = sending_of(order.seed, person, practice, numbers, order.today)
                tables.person(person, health, care, (by_practice, said))
    rows.close()
    counts = tables.write(Path(order.root) / "tables" / code, number) if tables else {}
    mark = _done_mark(order, code, number)
    mark.with_suffix(".tmp").write_text(json.dumps(counts), encoding="utf-8")
    mark.with_suffix(".tmp").rename(mark)


class _CouncilRows:
    """The council's rows of one part, on time and late, each with its line of truth: true id and what was done."""

    def __init__(self, order: Order, place: Place, number: int) -> None:
        self._seed, self._place, self._year = order.seed, place, reporting_year(order.today)
        council_part(order, place.code, number, "").parent.mkdir(parents=True, exist_ok=True)
        self._files = [
            council_part(order, place.code, number, f"{when}.{ending}").open("w", encoding="utf-8", newline="")
            for when in ("on-time", "late")
            for ending in ("csv", "truth.csv")
        ]
        self._writers = [csv.writer(file) for file in self._files]

    def send(self, person: TruePerson, care: Care, sending: Sending) -> None:
        """Write the person's rows."""
        marks = (*person.traits, *sending.statement.mistakes, *(("late",) if sending.late else ()))
        for number, row in enumerate(cld_file.rows(self._seed, self._place, sending.statement, care, self._year)):
            self._row(sending.late, row, person, marks)
            if sending.twice and number == 0:
                self._row(sending.late, row, person, (*marks, "second-copy"))
        if sending.corrected:
            marks = (*person.traits, *sending.corrected.mistakes)
            for row in cld_file.rows(self._seed, self._place, sending.corrected, care, self._year):
                self._row(True, row, person, marks)

    def _row(self, late: bool, row: list[str], person: TruePerson, done: tuple[str, ...]) -> None:
        self._writers[2 * late].writerow(row)
        self._writers[2 * late + 1].writerow((person.true_id, "|".join(done)))

    def close(self) -> None:
        """Finish the files."""
        for file in self._files:
            file.close()


if __name__ == "__main__":
    gc.disable()  # nothing made here refers to itself, and looking for it took a fifth of the time
    make_part(Order.begun_in(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
