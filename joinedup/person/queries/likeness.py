"""What comparing needs of people and pairs, read under the caller's own sight; and the kept models."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound
from joinedup.person.link_models import LinkModel
from joinedup.person.linking.cleaning import CleanRow, clean
from joinedup.person.linking.deciding import Standing

PEOPLE = """
    select p.id, p.family, p.given, coalesce(p.birth_date::text, ''), p.gender, p.postcode, p.phone,
        split_part(p.address, ',', 1), p.nhs_number, p.deceased, p.restricted,
        array(select array[n.family, n.given] from person_personname n where n.person_id = p.id order by 1 limit 6),
        array(select c.postcode from person_personpostcode c where c.person_id = p.id order by 1 limit 6),
        array(select i.value from person_personidentifier i where i.person_id = p.id and i.system = 'nhs-number'
            order by 1 limit 6)
    from person_person p where p.id = any (%s) order by p.id
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """Somebody as comparing sees them: a row for each way in which they are told of, and what stands besides."""

    rows: tuple[CleanRow, ...]
    verified: str
    numbers: frozenset[str]
    deceased: bool
    restricted: bool


def people_to_compare(cursor: Any, keys: Collection[UUID]) -> dict[UUID, Compared]:
    """Those of these people whom the caller may see."""
    cursor.execute(PEOPLE, [list(keys)])
    return {row[0]: _compared(row[1:]) for row in cursor.fetchall()}


def _compared(row: Sequence[Any]) -> Compared:
    *words, verified, deceased, restricted, names, postcodes, numbers = row
    shown = dict(zip(("family", "given", "born", "sex", "postcode", "phone", "line_1"), words, strict=True))
    held = dict.fromkeys((*((verified,) if verified else ()), *numbers))
    told = [shown | {"nhs_number": next(iter(held), "")}]
    told += [{"family": family, "given": given} for family, given in names]
    told += [{"postcode": postcode} for postcode in postcodes] + [{"nhs_number": number} for number in held]
    rows = tuple(dict.fromkeys(clean(each) for each in told))
    return Compared(rows, verified, frozenset(held), bool(deceased), bool(restricted))


def standings(
    cursor: Any, people: dict[UUID, Compared], pairs: Sequence[tuple[UUID, UUID]]
) -> list[tuple[Standing, bool]]:
    """What stands of each pair besides likeness, and whether it was asked about before."""
    cursor.execute(
        "select not_the_same, doubted, asked from access.standing_of(%s::uuid[], %s::uuid[]) order by n",
        [[one for one, _ in pairs], [other for _, other in pairs]],
    )
    found = []
    for (one, other), (not_same, doubted, asked) in zip(pairs, cursor.fetchall(), strict=True):
        left, right = people[one], people[other]
        standing = Standing(
            different_verified_numbers=bool(left.verified and right.verified and left.verified != right.verified),
            different_numbers=bool(left.numbers and right.numbers and not left.numbers & right.numbers),
            restricted=left.restricted or right.restricted, not_the_same=not_same, doubted_before=doubted,
            one_has_died=left.deceased or right.deceased,
        )  # fmt: skip
        found.append((standing, asked))
    return found


def kept_model_in_force() -> LinkModel | None:
    """The newest kept model, which decides; None until one is learnt."""
    return LinkModel.objects.order_by("-version").first()


def kept_models(caller: Caller) -> list[LinkModel]:
    """Every kept model, the one in force first; a line of the log. NotAllowed without see_link_models."""
    caller.must("see_link_models")
    found = list(LinkModel.objects.order_by("-version"))
    note("link_models.read", found=len(found))
    return found


def kept_model(caller: Caller, version: int) -> LinkModel:
    """One kept model; NotFound when there is none of this version."""
    caller.must("see_link_models")
    found = LinkModel.objects.filter(version=version).first()
    if found is None:
        raise NotFound("link-model-not-found", "There is no kept model of this version.")
    note("link_models.read", thing_id=found.id)
    return found
