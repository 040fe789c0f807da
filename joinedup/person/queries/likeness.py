"""What comparing needs of people and pairs, read under the caller's own sight; and the kept models."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from joinedup.access.callers import Caller
from joinedup.access.logbook import note
from joinedup.base.errors import NotFound, WeMustAct
from joinedup.person.link_models import LinkModel
from joinedup.person.linking.cleaning import CleanRow, clean
from joinedup.person.linking.deciding import Standing
from joinedup.person.projection import tellings_of
from joinedup.person.rules import chosen_address, chosen_name, told_phones, usable_number

if TYPE_CHECKING:
    from joinedup.person.linking.evidence import Evidence
    from joinedup.person.linking.weighing import Weights

PEOPLE = """
    select p.id, p.family, p.given, coalesce(p.birth_date::text, ''), p.gender, p.postcode, p.phone,
        split_part(p.address, ',', 1), p.gp_practice_code, p.nhs_number, p.deceased, p.restricted,
        array(select array[n.family, n.given] from person_personname n where n.person_id = p.id order by 1 limit 6),
        array(select distinct c.postcode from person_personpostcode c where c.person_id in (select p.id
            union all select a.id from person_person a where a.canonical_id = p.id) order by 1 limit 6),
        array(select i.value from person_personidentifier i where i.person_id = p.id and i.system = 'nhs-number'
            order by 1 limit 6), told.phones, told.practices
    from person_person p left join lateral (
        select array(select distinct f ->> 'value' from unnest(array_agg(c.person_facts)) t (facts),
                jsonb_path_query(t.facts, '$.telecoms[*] ? (@.system == "phone")') f order by 1 limit 6) as phones,
            (array_agg(distinct c.person_facts ->> 'gp_practice_code'))[:6] as practices
        from (select p.id union all select a.id from person_person a where a.canonical_id = p.id) w
        join person_sourcerecord r on r.person_id = w.id join person_sourcecontent c on c.record_id = r.id
        where r.says_who and r.state = 'attached' and c.person_facts is not null) told on true
    where p.id = any (%s) order by p.id
"""
SHOWN = ("family", "given", "born", "sex", "postcode", "phone", "line_1", "practice")


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
    *words, verified, deceased, restricted, names, postcodes, numbers, phones, practices = row
    shown = dict(zip(SHOWN, words, strict=True))
    held = dict.fromkeys((*((verified,) if verified else ()), *numbers))
    told = [shown | {"nhs_number": next(iter(held), "")}]
    told += [{"family": family, "given": given} for family, given in names]
    told += [{"postcode": postcode} for postcode in postcodes] + [{"nhs_number": number} for number in held]
    told += [{"phone": phone} for phone in phones or ()] + [{"practice": each} for each in practices or () if each]
    rows = tuple(dict.fromkeys(clean(each) for each in told))
    return Compared(rows, verified, frozenset(held), bool(deceased), bool(restricted))


def told_fields(facts: Mapping[str, Any]) -> dict[str, str]:
    """One row that a body sent, as the linking of files reads a row."""
    family, given, _ = chosen_name(facts) or ("", "", "")
    lines, postcode = chosen_address(facts) or ("", "")
    phone, other_phone, *_ = [*told_phones(facts), "", ""]
    return {
        "family": family, "given": given, "born": str(facts.get("birth_date") or ""),
        "sex": str(facts.get("gender") or ""), "postcode": postcode, "line_1": lines.split(",")[0],
        "phone": phone, "mobile": other_phone, "nhs_number": usable_number(facts.get("nhs_number")),
        "practice": str(facts.get("gp_practice_code") or ""),
    }  # fmt: skip


def tellings_to_compare(cursor: Any, keys: Collection[UUID]) -> dict[UUID, tuple[CleanRow, ...]]:
    """Of each of these people what every body told, a row for each telling."""
    told = tellings_of(cursor, keys)
    return {key: tuple(dict.fromkeys(clean(told_fields(each.facts)) for each in told.get(key, ()))) for key in keys}


def asked_by_rule_alone(cursor: Any, pairs: Sequence[tuple[UUID, UUID]]) -> list[bool]:
    """Of pairs that were asked about, whether only a rule asked and nobody has answered or passed it on."""
    cursor.execute(
        "select alone from access.asked_by_rule_alone(%s::uuid[], %s::uuid[]) order by n",
        [[one for one, _ in pairs], [other for _, other in pairs]],
    )
    return [alone for (alone,) in cursor.fetchall()]


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


@dataclass(frozen=True, slots=True)
class Likeness:
    """What speaks for and against two records being one, and by which model: its start, and all together, in bits."""

    evidence: tuple[Evidence, ...] = ()
    model: int | None = None
    start: float = 0.0
    bits: float = 0.0


def likeness_of(one: UUID, other: UUID) -> Likeness:
    """How alike two records are as they stand, by the model in force; in words alone while none is kept."""
    with connection.cursor() as cursor:
        people = people_to_compare(cursor, (one, other))
    if len(people) < 2:
        return Likeness()
    from joinedup.person.linking.evidence import LEADS_HOME, evidence_of, unweighed
    from joinedup.person.linking.weighing import weigh

    kept = model_to_weigh_by()
    weights = kept.weights if kept else unweighed()
    sides = people[one], people[other]
    [pair] = weigh(weights, [each.rows for each in sides], [(0, 1)])
    restricted = any(each.restricted for each in sides)
    evidence = evidence_of(weights, pair, kept=kept is not None, hidden=LEADS_HOME if restricted else ())
    if restricted or kept is None:
        return Likeness(evidence)
    return Likeness(evidence, kept.model.version, weights.start, pair.bits)


@dataclass(frozen=True, slots=True)
class Kept:
    """The model in force and its weights, ready to weigh."""

    model: LinkModel
    weights: Weights


def model_to_weigh_by() -> Kept | None:
    """The model in force; None while none is kept, or while the newest was learnt with other comparisons than today's.

    After a new version of the program whoever arrives waits until a model is learnt again: no call and no load fails.
    """
    from joinedup.person.linking.weighing import weights_of  # here, since reading conditions takes a while to import

    model = kept_model_in_force()
    try:
        return Kept(model, weights_of(model.fields, model.weights, model.share)) if model else None
    except WeMustAct:
        return None


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
