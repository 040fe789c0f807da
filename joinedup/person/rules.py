"""Pure rules of the record: which sources are one person, and which value of a fact holds.

Linking here is by NHS number with corroboration only: a number that a source states as verified, together with the same
date of birth. The same number with another birth date makes a second person and a question for somebody to decide.
A link once made stays: who came first decides which person a later sender joins, and two unverified records that a
third, verified one fits are not joined here. Of two people who both claim a verified number, the one of whom it was
told first holds it. Which value of a fact holds (survivorship) is: the newest telling, those with a verified NHS number
before those without; the others are kept and shown, never hidden. Linking by likeness comes in a later step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from joinedup.base.errors import BadValue
from joinedup.base.names import folded
from joinedup.base.nhs_number import NhsNumber

OTHER_BIRTH_DATE, TWO_RECORDS = "nhs_number_other_birth_date", "nhs_number_in_two_records"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sender's identifier says about who somebody is, for the linking rule.

    `superseded` is an older number that the sender says this one replaced.
    """

    nhs_number: str
    verified: bool
    birth_date: date | None
    superseded: str = ""


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person already held under an NHS number; `verified` when a source stated that number of them verified."""

    person_id: UUID
    birth_date: date | None
    verified: bool


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """Which person a claim belongs to (None: a new one), by which rule, and whether somebody must decide.

    `dispute_with` is the person who already holds the same verified number with another date of birth, or with none.
    `disputed_by` are people known by the number without proof, whose date of birth a verified claim contradicts.
    """

    person_id: UUID | None
    rule: str
    dispute_with: UUID | None = None
    disputed_by: tuple[UUID, ...] = ()


def usable_number(text: object) -> str:
    """Ten digits that can tell people apart, or '': fillers such as 0000000000 pass the check and name nobody.

    >>> usable_number("999 000 0018"), usable_number("0000000000"), usable_number(None)
    ('9990000018', '', '')
    """
    try:
        number = NhsNumber.parse(str(text or ""))
    except BadValue:
        return ""
    return "" if number.is_one_digit_repeated else number.digits


def decide_link(
    claim: Claim, known: Sequence[KnownPerson], known_by_superseded: Sequence[KnownPerson] = ()
) -> LinkDecision:
    """Which person a newly seen sender's identifier stands for.

    NHS number and date of birth must both agree, and one side must state the number verified. `known` are the people
    held under the claim's number, the one who holds it as theirs first; `known_by_superseded` those held under the
    number that a verified claim says it replaced.

    >>> decide_link(Claim("9990000018", True, date(1941, 3, 2)), []).rule
    'new_with_verified_number'
    >>> decide_link(Claim("", False, date(1941, 3, 2)), []).rule
    'new_without_number'
    """
    if not usable_number(claim.nhs_number):
        return LinkDecision(None, "new_without_number")
    agreeing = _agreeing(claim, known)
    doubtful = [each.person_id for each in known if claim.verified and not each.verified and each not in agreeing]
    if agreeing:
        return LinkDecision(agreeing[0].person_id, "nhs_number_and_birth_date", disputed_by=tuple(doubtful))
    if claim.verified and (replaced := _agreeing(claim, [each for each in known_by_superseded if each.verified])):
        return LinkDecision(replaced[0].person_id, "superseded_number_and_birth_date")
    holders = [person for person in known if person.verified]
    if holders:
        return LinkDecision(None, "new_same_number_other_birth_date", holders[0].person_id)
    rule = "new_with_verified_number" if claim.verified else "new_with_unverified_number"
    return LinkDecision(None, rule, disputed_by=tuple(doubtful))


def _agreeing(claim: Claim, known: Sequence[KnownPerson]) -> list[KnownPerson]:
    """Those of the same birth date where one side is verified; the verified ones first."""
    agreeing = [
        person
        for person in known
        if person.birth_date is not None
        and person.birth_date == claim.birth_date
        and (person.verified or claim.verified)
    ]
    return sorted(agreeing, key=lambda person: not person.verified)


@dataclass(frozen=True, slots=True)
class Telling:
    """One source's facts about who a person is, as stored, with who told it and when.

    `place_id` is the place that the sender spoke about. `since` is the arrival of the first row that said the same.
    """

    body_id: UUID
    told_at: datetime
    arrival: int
    facts: Mapping[str, object]
    place_id: UUID | None = None
    since: int | None = None

    @property
    def verified(self) -> bool:
        """Whether this source states the NHS number verified."""
        return bool(self.facts.get("nhs_number_verified"))


def claim_of(tellings: Sequence[Telling]) -> Claim:
    """The claim that everything told under one sender's identifier makes for the linking rule."""
    facts = surviving_facts(tellings)
    number = usable_number(facts.value("nhs_number"))
    born = facts.value("birth_date", None)
    return Claim(
        nhs_number=number,
        verified=bool(number) and verified_number(tellings) == number,
        birth_date=date.fromisoformat(str(born)) if born else None,
        superseded=next((old for telling in newest_first(tellings) if (old := superseded_number(telling))), ""),
    )


def identity_key(subject: str, facts: Mapping[str, object]) -> str:
    """Under what a sender's row about somebody is linked: their own identifier, which the sender keeps to one person.

    Where that is only the NHS number (as the Personal Demographics Service has it), the birth date belongs to it.
    """
    born = facts.get("birth_date")
    is_number_alone = bool(born) and subject == facts.get("nhs_number") == usable_number(subject)
    return f"{subject}/{born}" if is_number_alone else subject


def superseded_number(telling: Telling) -> str:
    """The older number that a telling says was replaced, or ''; only a verified number can replace another."""
    return usable_number(telling.facts.get("superseded_nhs_number")) if telling.verified else ""


def newest_first(tellings: Sequence[Telling]) -> list[Telling]:
    """Tellings from the newest to the oldest, by when they were told, then by arrival."""
    return sorted(tellings, key=lambda told: (told.told_at, told.arrival), reverse=True)


def best_first(tellings: Sequence[Telling]) -> list[Telling]:
    """Tellings in the order in which they hold: with a verified NHS number before those without, then the newest."""
    return sorted(tellings, key=lambda told: (told.verified, told.told_at, told.arrival), reverse=True)


def verified_number(tellings: Sequence[Telling]) -> str:
    """The NHS number that the newest telling with a verified one gives, or ''."""
    stated = (usable_number(told.facts.get("nhs_number")) for told in newest_first(tellings) if told.verified)
    return next((number for number in stated if number), "")


def place_of(tellings: Sequence[Telling]) -> UUID | None:
    """The place that the newest telling spoke about: a person who moves is where they were last told of."""
    return next((told.place_id for told in newest_first(tellings) if told.place_id is not None), None)


@dataclass(frozen=True, slots=True)
class NumberClaim:
    """A person of whom a number was told verified, since which arrival, and their date of birth."""

    person_id: UUID
    since: int
    birth_date: object = None


def number_claim(person_id: UUID, tellings: Sequence[Telling], number: str) -> NumberClaim:
    """What the tellings of a person say of a verified number which `verified_number` gave."""
    told = [each for each in tellings if each.verified and usable_number(each.facts.get("nhs_number")) == number]
    since = min(each.arrival if each.since is None else each.since for each in told)
    return NumberClaim(person_id, since, surviving_facts(tellings).value("birth_date", None))


@dataclass(frozen=True, slots=True)
class NumberDispute:
    """A person who was told to have a verified number that `holder` holds; `kind` says whether birth dates agree."""

    kind: str
    person_id: UUID
    holder: UUID


def settle_number(claims: Sequence[NumberClaim]) -> tuple[UUID, tuple[NumberDispute, ...]]:
    """Who of those that claim one verified number holds it (told first), and a question for each other."""
    first, *others = sorted(claims, key=lambda claim: (claim.since, claim.person_id))
    disputes = (
        NumberDispute(
            TWO_RECORDS if other.birth_date and other.birth_date == first.birth_date else OTHER_BIRTH_DATE,
            other.person_id,
            first.person_id,
        )
        for other in others
    )
    return first.person_id, tuple(disputes)


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A fact with the source whose telling holds, and the tellings that differ from it."""

    value: object
    by: UUID
    on: datetime
    others: tuple[tuple[object, UUID, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class SurvivingFacts:
    """What the sources together say of a person: field name -> the telling that holds."""

    fields: Mapping[str, ToldFact] = field(default_factory=dict)

    def value(self, name: str, default: object = "") -> object:
        """The value that holds for a field, or the default when nobody told it."""
        told = self.fields.get(name)
        return default if told is None else told.value


TOLD_FIELDS = (
    "nhs_number", "birth_date", "gender", "death_date", "gp_practice_code", "name", "address", "phone", "deceased",
    "restricted",
)  # fmt: skip


def surviving_facts(tellings: Sequence[Telling]) -> SurvivingFacts:
    """Which telling of each fact holds: verified before unverified, then the newest; death and restriction always win.

    Conflicting tellings stay in `others`, so that the page can show them.
    """
    fields: dict[str, ToldFact] = {}
    for name in TOLD_FIELDS:
        _survive(fields, name, said_of(name, tellings))
    return SurvivingFacts(fields)


def said_of(name: str, tellings: Sequence[Telling]) -> list[tuple[Telling, object]]:
    """What each telling says of a field, those that say nothing left out, in the order in which they hold."""
    said = [(told, _value_told(name, told.facts)) for told in best_first(tellings)]
    return [(told, value) for told, value in said if value not in ("", None) and (name, value) != ("gender", "unknown")]


def _value_told(name: str, facts: Mapping[str, object]) -> object:
    if name in ("deceased", "restricted"):
        return True if facts.get(name) else None
    chosen = {"name": chosen_name, "address": chosen_address, "phone": chosen_phone}.get(name)
    return chosen(facts) if chosen else facts.get(name)


def _survive(fields: dict[str, ToldFact], name: str, said: Sequence[tuple[Telling, object]]) -> None:
    if not said:
        return
    first, value = said[0]
    others: dict[object, tuple[object, UUID, datetime]] = {}
    for telling, other in said[1:]:
        if other != value:
            others.setdefault(str(other), (other, telling.body_id, telling.told_at))
    fields[name] = ToldFact(value, first.body_id, first.told_at, tuple(others.values()))


NAME_ORDER = ("usual", "official", "", "nickname", "temp", "maiden", "old")


def chosen_name(facts: Mapping[str, object]) -> tuple[str, str, str] | None:
    """Family, given names and prefix of the name in use: usual, then official; current before ended."""
    names = [name for name in _rows(facts, "names") if name.get("family") or name.get("given")]
    if not names:
        return None
    name = min(
        names,
        key=lambda each: (bool(each.get("ends_on")), NAME_ORDER.index(str(each.get("use") or ""))
                          if str(each.get("use") or "") in NAME_ORDER else len(NAME_ORDER)),
    )  # fmt: skip
    return str(name.get("family") or ""), " ".join(_words(name.get("given"))), str(name.get("prefix") or "")


def chosen_address(facts: Mapping[str, object]) -> tuple[str, str] | None:
    """Lines (joined by commas) and postcode of the home address in use, or None."""
    addresses = [each for each in _rows(facts, "addresses") if not each.get("ends_on")] or _rows(facts, "addresses")
    if not addresses:
        return None
    address = min(addresses, key=lambda each: each.get("use") not in ("home", ""))
    return ", ".join(_words(address.get("lines"))), str(address.get("postcode") or "")


def chosen_phone(facts: Mapping[str, object]) -> str | None:
    """The first telephone number told, or None."""
    return next(iter(told_phones(facts)), None)


def told_phones(facts: Mapping[str, object]) -> list[str]:
    """Every telephone number told, in its order."""
    return [str(each.get("value")) for each in _rows(facts, "telecoms") if each.get("system") == "phone"]


def searchable_names(facts: Mapping[str, object]) -> list[tuple[str, str, str, str, str]]:
    """Every name told, as (family, given, folded family, folded given, use), for the search's table."""
    found: dict[tuple[str, str], tuple[str, str, str, str, str]] = {}
    for name in _rows(facts, "names"):
        family, given = str(name.get("family") or ""), _words(name.get("given"))
        keys = folded(family), " ".join(folded(word) for word in given)
        if any(keys):
            found.setdefault(keys, (family, " ".join(given), *keys, str(name.get("use") or "")))
    return list(found.values())


def told_postcodes(facts: Mapping[str, object]) -> list[str]:
    """Every postcode told, of homes now and before."""
    return [postcode for each in _rows(facts, "addresses") if (postcode := str(each.get("postcode") or ""))]


def _rows(facts: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = facts.get(name)
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, (list, tuple)) else []


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, (list, tuple)) else []
