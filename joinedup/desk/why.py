"""What did people complain of and ask for, and which page and which test answer each line?

Reads `why.yaml`, strictly: what five public documents say, in our own words, and what the program does about it. A line
is built when it has a page and a test; without either it says "not built", whatever else exists already (`so_far`).
The page /why and docs/generated/why.md are made from this. Left out: whether the page is any good.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from joinedup.base.errors import WeMustAct
from joinedup.base.yaml_text import YamlFault, plain_data

FILE = Path(__file__).with_name("why.yaml")
LINES_COUNT = 45
COMMENT = " (comment)"

_ID = re.compile(r"M[1-9][0-9]?")
_PAGE = re.compile(r"([a-z_]+:)?[a-z_]+")
_TEST = re.compile(r"tests/[a-z_/]+\.py::test_[a-z0-9_]+")
_LINE_KEYS = frozenset({"id", "said", "does", "page", "test", "so_far"})


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that was said: `by` is 'GP', 'GP, CC' or 'CC (comment)', for a reader's comment."""

    by: str
    text: str

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the documents, such as GP."""
        return tuple(self.by.removesuffix(COMMENT).split(", "))

    @property
    def sentence(self) -> str:
        """The text with a capital."""
        return self.text[0].upper() + self.text[1:]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its id, what was said, what the program does, the URL name of its page and the node id of its test."""

    id: str
    said: tuple[Saying, ...]
    does: str
    page: str | None = None
    test: str | None = None
    so_far: str | None = None

    @property
    def built(self) -> bool:
        """Whether it has both a page and a test."""
        return self.page is not None and self.test is not None

    @property
    def state(self) -> str:
        """The words for it: 'built' or 'not built'."""
        return "built" if self.built else "not built"


@dataclass(frozen=True, slots=True)
class Why:
    """The documents by key, and the lines in their order."""

    sources: Mapping[str, str]
    lines: tuple[Line, ...]

    @property
    def built_count(self) -> int:
        """How many lines are built."""
        return sum(1 for line in self.lines if line.built)


@cache
def shipped() -> Why:
    """The lines that came with this installation, read once."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Why:
    """The lines of a YAML text. WeMustAct (why-file) says what is wrong: M1 to M45 must each stand once, in order."""
    try:
        content = plain_data(text)
    except YamlFault as error:
        raise _fault(str(error)) from None
    if not isinstance(content, dict) or set(content) != {"sources", "lines"}:
        raise _fault("it must have the keys sources and lines, and no others")
    sources, lines = content["sources"], content["lines"]
    if not isinstance(sources, dict) or not isinstance(lines, list):
        raise _fault("sources must be a mapping and lines a list")
    found = Why({str(key): str(words) for key, words in sources.items()}, tuple(_line(each) for each in lines))
    wanted = [f"M{number}" for number in range(1, LINES_COUNT + 1)]
    if [line.id for line in found.lines] != wanted:
        raise _fault(f"its lines must be M1 to M{LINES_COUNT}, each once and in order")
    unknown = {key for line in found.lines for saying in line.said for key in saying.sources} - set(found.sources)
    if unknown:
        raise _fault(f"the sources {', '.join(sorted(unknown))} are not described")
    return found


def _line(described: object) -> Line:
    if (
        not isinstance(described, dict)
        or not set(described) <= _LINE_KEYS
        or not {"id", "said", "does"} <= set(described)
    ):
        raise _fault(f"a line must have id, said and does, and may have {', '.join(sorted(_LINE_KEYS))}")
    name, said = described["id"], described["said"]
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise _fault("an id must be such as M1")
    if not isinstance(said, list) or not said:
        raise _fault(f"{name}: said must be a list")
    return Line(
        id=name,
        said=tuple(_saying(name, each) for each in said),
        does=_words(name, "does", described["does"]),
        page=_shaped(name, "page", described.get("page"), _PAGE, "the name of a URL, such as places:by_postcode"),
        test=_shaped(name, "test", described.get("test"), _TEST, "a test's node id, such as tests/x.py::test_y"),
        so_far=_words(name, "so_far", described["so_far"]) if "so_far" in described else None,
    )


def _saying(name: str, described: object) -> Saying:
    if not isinstance(described, dict) or set(described) != {"by", "text"}:
        raise _fault(f"{name}: what was said must have by and text")
    return Saying(_words(name, "by", described["by"]), _words(name, "text", described["text"]))


def _words(name: str, key: str, found: object) -> str:
    if isinstance(found, str) and found.strip():
        return found.strip()
    raise _fault(f"{name}: {key} must be words")


def _shaped(name: str, key: str, found: object, shape: re.Pattern[str], example: str) -> str | None:
    if found is None or (isinstance(found, str) and shape.fullmatch(found)):
        return found
    raise _fault(f"{name}: {key} must be {example}")


def _fault(why: str) -> WeMustAct:
    return WeMustAct(
        "why-file",
        "The list of what the program answers cannot be used.",
        f"{why[0].upper()}{why[1:]}.",
        "Correct joinedup/desk/why.yaml.",
    )
