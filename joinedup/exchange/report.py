"""The one report of a load: what was read, accepted, kept and refused, with how to put each refusal right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from joinedup.exchange.facts import Refusal
from joinedup.exchange.kept_kinds import in_sentences


@dataclass(frozen=True, slots=True)
class Report:
    """Counts in units (one FHIR resource or one CSV row). read = accepted + kept_unknown + refused with whole=true.

    `accepted` includes rows of which only a field was refused. `already_held` says how many of those accepted, kept or
    waiting for their person had been stored before, in this file or in an earlier load. `people_made` are those whom
    this load's linking made; where two loads of one body run at once, either may make the other's. `kept_kinds` counts
    `kept_unknown` by what the sender calls it, most first.
    """

    load_id: UUID
    read: int
    accepted: int
    kept_unknown: int
    refused: tuple[Refusal, ...]
    skipped_files: tuple[str, ...]
    already_held: int
    people_made: int
    kept_kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def refused_whole(self) -> int:
        """How many units were refused whole."""
        return sum(1 for refusal in self.refused if refusal.whole)

    def to_json(self) -> dict[str, object]:
        """The report as JSON-able data; `refused` is a list of code, file, row, field, why, mend, whole."""
        return {
            "schema": "load/1",
            "load": str(self.load_id),
            "read": self.read,
            "accepted": self.accepted,
            "kept_unknown": self.kept_unknown,
            "kept_kinds": dict(self.kept_kinds),
            "refused": [
                {
                    "code": each.code, "file": each.file, "row": each.row, "field": each.field, "why": each.why,
                    "mend": each.mend, "whole": each.whole,
                }
                for each in self.refused
            ],
            "skipped_files": list(self.skipped_files),
            "already_held": self.already_held,
            "people_made": self.people_made,
        }  # fmt: skip

    def to_text(self) -> str:
        """The report in words, refusals grouped by code with the first few places of each."""
        lines = [
            f"Read {self.read:,}: accepted {self.accepted:,}, kept without a line of their own {self.kept_unknown:,}, "
            f"refused {self.refused_whole:,}. Held before: {self.already_held:,}. New people: {self.people_made:,}."
        ]
        lines += [f"Kept. {each}" for each in in_sentences(self.kept_kinds)]
        fields = len(self.refused) - self.refused_whole
        if fields:
            lines.append(f"In accepted rows, {fields:,} fields were refused; the rows are kept whole.")
        if self.skipped_files:
            lines.append("Skipped, of no known shape: " + ", ".join(self.skipped_files))
        for code, count in Counter(each.code for each in self.refused).most_common():
            first = next(each for each in self.refused if each.code == code)
            places = [f"{each.file}:{each.row}" for each in self.refused if each.code == code][:3]
            lines += [
                f"  {code} × {count:,}" + (f" in {first.field}" if first.field else ""),
                f"    {first.why}",
                f"    To put it right: {first.mend}",
                f"    First: {', '.join(places)}",
            ]
        return "\n".join(lines)
