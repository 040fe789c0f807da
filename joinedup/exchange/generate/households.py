"""Who lives with whom in an invented place?

People are made in blocks of BLOCK_SIZE slots; each block is filled with whole households from a seed of its own, so the
people of a block are the same however many blocks follow. `population.yaml` declares which households there are, so
that ages come out as counted in the place; within a household they hang together (partners, parents, children, twins).
Each neighbourhood has a care home, whose residents share nothing but the house. Left out: students' halls, prisons.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from joinedup.exchange.generate import mrs_smith, names
from joinedup.exchange.generate.declared import BAND_YEARS, population
from joinedup.exchange.generate.numbers import NO_NUMBER, NumberRange
from joinedup.exchange.generate.people import Home, TruePerson
from joinedup.exchange.generate.postcodes import POSTCODES
from joinedup.exchange.generate.practices import PLACES, Place, practices_for
from joinedup.exchange.generate.seeds import chance

BLOCK_SIZE = 20

CARE_HOME_SERVES = 250  # blocks
_CARE_HOME_NAMES = ("Court", "House", "Lodge", "Grange", "Manor", "View")

# kind of household: fewest people in it
_LEAST = {
    "family": 3,
    "lone_parent": 2,
    "couple": 2,
    "alone": 1,
    "sharers": 2,
    "parent_and_adult_child": 2,
    "older_couple": 2,
    "older_alone": 1,
    "care_home": 1,
}


@dataclass(slots=True)
class _Member:
    """Someone in a household being put together."""

    gender: str
    age_years: float
    role: str
    married: bool = False
    family: str = ""
    given: tuple[str, ...] = ()
    twin_of: int | None = None
    cares_for: int | None = None
    traits: tuple[str, ...] = ()


@cache
def _kinds(place: str, room: int) -> tuple[tuple[tuple[str, int], ...], tuple[float, ...]]:
    """Kinds of household that fit into the room, each with where its first person's ages start; running weights."""
    table = population().households.per_thousand[place]
    choices = [
        ((kind, start), weight)
        for kind, weights in table.items()
        if _LEAST[kind] <= room
        for start, weight in weights.items()
    ]
    return tuple(choice for choice, _ in choices), tuple(accumulate(weight for _, weight in choices))


def _age_in_band(random: Random, start: int) -> float:
    """An age within five years from `start`; 90 and over thins out."""
    return start + min(random.expovariate(1 / 3), 16.0) if start >= 90 else random.uniform(start, start + BAND_YEARS)


def _partner_gender(random: Random, gender: str) -> str:
    same = random.random() < 0.03
    return gender if same else ("male" if gender == "female" else "female")


def _gender(random: Random, share_female: float = 0.5) -> str:
    if random.random() < 0.003:
        return random.choice(("other", "unknown"))
    return "female" if random.random() < share_female else "male"


def _couple(random: Random, age: float, role: str) -> list[_Member]:
    first = _Member(_gender(random), age, role, married=random.random() < 0.8)
    second_age = max(19.0, age + random.gauss(0, 3))
    return [first, _Member(_partner_gender(random, first.gender), second_age, role, married=first.married)]


def _children(random: Random, count: int, parent_age: float) -> list[_Member]:
    oldest = min(18.9, max(0.2, parent_age - random.uniform(20, 36)))
    children = []
    for number in range(count):
        age = max(0.05, oldest - number * random.uniform(1.2, 3.5))
        children.append(_Member(_gender(random), age, "child"))
    if count >= 2 and random.random() < population().share("twins-in-family"):
        children[1].age_years = children[0].age_years
        children[1].twin_of = 0
    return children


def _members(random: Random, kind: str, start: int, room: int) -> list[_Member]:
    """The people of one household, at most `room` of them; the first is of the band of ages that starts at `start`."""
    age = _age_in_band(random, start)
    if kind == "care_home":
        ages = [age, *(_age_in_band(random, start) for _ in range(min(room, 3) - 1))]
        return [_Member(_gender(random, 0.7), each, "resident") for each in ages]
    if kind in ("older_alone", "alone"):
        return [_Member(_gender(random, 0.66 if kind == "older_alone" else 0.42), age, "alone")]
    if kind in ("couple", "older_couple"):
        members = _couple(random, age, "partner")
        cares = "partner-cares" if kind == "older_couple" else "younger-partner-cares"
        if random.random() < population().share(cares):
            members[0].cares_for = 1
        return members
    if kind == "parent_and_adult_child":
        child = _Member(_gender(random), max(20.0, age - random.uniform(22, 38)), "adult_child")
        child.cares_for = 0 if random.random() < population().share("adult-child-cares") else None
        return [_Member(_gender(random, 0.65), age, "parent"), child]
    if kind == "sharers":
        others = (_age_in_band(random, start) for _ in range(min(room, random.choice((2, 2, 3))) - 1))
        return [_Member(_gender(random), max(18.1, each), "sharer") for each in (age, *others)]
    if kind == "lone_parent":
        children = _children(random, min(room - 1, random.choice((1, 1, 2, 2, 3))), age)
        return [_Member(_gender(random, 0.86), age, "parent"), *children]
    parents = _couple(random, age, "parent")
    children = _children(random, min(room - 2, random.choice((1, 1, 2, 2, 2, 3, 4))), age)
    parents[1].age_years = max(parents[1].age_years, children[0].age_years + 16)
    return parents + children


def _birth_date(random: Random, age_years: float, today: date) -> date:
    return today - timedelta(days=max(1, int(age_years * 365.25) + random.randrange(-20, 20)))


def _name(random: Random, members: list[_Member], south_asian: bool, today: date) -> None:
    """Surnames and given names: shared by married partners and children, not by sharers."""
    shared = names.draw_family(random, south_asian)
    for member in members:
        own = member.role in ("sharer", "resident") or (member.role in ("partner", "parent") and not member.married)
        always = member.role == "resident"
        member.family = names.draw_family(random, south_asian) if own and (always or random.random() < 0.85) else shared
        birth_year = today.year - int(member.age_years)
        member.given = names.draw_given(random, south_asian, member.gender, birth_year)
    parents = [member for member in members if member.role == "parent" and member.gender == "male"]
    sons = [member for member in members if member.role in ("child", "adult_child") and member.gender == "male"]
    if parents and sons and random.random() < population().share("son-named-after-father"):
        sons[0].given, sons[0].family = parents[0].given, parents[0].family
        sons[0].traits = parents[0].traits = ("namesake",)
    children = [member for member in members if member.role == "child"]
    for child in children:
        if child.twin_of is not None:
            child.family = children[child.twin_of].family
            while child.given[0] == children[child.twin_of].given[0]:
                child.given = names.draw_given(random, south_asian, child.gender, today.year)
            child.traits = children[child.twin_of].traits = (*child.traits, "twin")


def draw_home(random: Random, place: str, near: str = "") -> Home:
    """A house in the place; in the district `near` where one is given."""
    district = near or random.choice(tuple(POSTCODES[place]))
    town, halves = POSTCODES[place][district]
    postcode = f"{district} {random.choice(halves.split())}"
    street = f"{random.choice(names.STREETS)} {random.choice(names.STREET_KINDS)}"
    number = random.randrange(1, 180)
    if random.random() < 0.16:
        return Home(
            (f"Flat {random.randrange(1, 25)}, {random.choice(names.FLAT_HOUSES)}", f"{number} {street}"),
            town,
            postcode,
        )
    return Home((f"{number} {street}",), town, postcode)


def _care_home(seed: int, place: str, neighbourhood: int) -> Home:
    """The one care home of a neighbourhood of some thousands of people, where some thirty of them live."""
    random = chance(seed, place, neighbourhood, "care-home")
    house = draw_home(random, place)
    name = f"{random.choice(names.STREETS)} {random.choice(_CARE_HOME_NAMES)} care home (demo)"
    return Home((name, house.lines[-1]), house.town, house.postcode)


def _death_date(random: Random, age_years: int, today: date) -> date | None:
    died = random.random() < population().died_share(age_years)
    days_ago = random.randrange(3, 730)
    return today - timedelta(days=days_ago) if died else None


def _phone(random: Random, place: Place) -> str:
    """A number from the ranges kept for drama, which reach nobody."""
    return f"{place.dialling_code} 960{random.randrange(1000):03d}" if random.random() < 0.7 else ""


def _mobile(random: Random, age_years: int) -> str:
    has = age_years > 14 and random.random() < (0.95 if age_years < 65 else 0.6)
    return f"07700 900{random.randrange(1000):03d}" if has else ""


def _household(
    seed: int, place: Place, first_index: int, members: list[_Member], today: date, numbers: NumberRange
) -> list[TruePerson]:
    random = chance(seed, place.code, first_index, "household")
    south_asian = random.random() < place.share_south_asian
    _name(random, members, south_asian, today)
    home = draw_home(random, place.code)
    in_care_home = members[0].role == "resident"
    if in_care_home:
        home = _care_home(seed, place.code, first_index // BLOCK_SIZE // CARE_HOME_SERVES)
    moves = random.random() < population().share("moved-within-place")
    moved_on = today - timedelta(days=random.randrange(20, 1000)) if moves else None
    earlier_home = draw_home(random, place.code) if moved_on else None
    practice = random.choice(practices_for(place.code, home.district)).code
    births = [_birth_date(random, member.age_years, today) for member in members]
    children = [position for position, member in enumerate(members) if member.role == "child"]
    people: list[TruePerson] = []
    for position, member in enumerate(members):
        own = chance(seed, place.code, first_index + position, "person")
        birth = births[children[member.twin_of]] if member.twin_of is not None else births[position]
        index = first_index + position
        age = today.year - birth.year
        cared_by = [first_index + other for other, one in enumerate(members) if one.cares_for == position]
        death = _death_date(own, age, today) if member.cares_for is None and age > 0 else None
        people.append(
            TruePerson(
                place=place.code,
                index=index,
                true_id=f"{place.code}-{index:07d}",
                nhs_number=numbers.at(index),
                family=member.family,
                given=member.given,
                prefix=names.draw_prefix(own, member.gender, age, member.married),
                gender=member.gender,
                birth_date=birth,
                south_asian=south_asian,
                home=home,
                phone=_phone(random, place) if position == 0 else people[0].phone,
                mobile=_mobile(own, age),
                practice_code=practice,
                household=f"{place.code}-H{first_index:07d}",
                role=member.role,
                lives_alone=len(members) == 1 and not in_care_home,
                earlier_home=earlier_home,
                moved_on=moved_on,
                cares_for=None if member.cares_for is None else first_index + member.cares_for,
                cared_by=cared_by[0] if cared_by else None,
                restricted=own.random() < population().share("restricted"),
                death_date=death,
                traits=(
                    *member.traits,
                    *(("moved-within-place",) if moved_on else ()),
                    *(() if numbers.at(index) else (NO_NUMBER,)),
                ),
            )
        )
    return people


def moved_away_slot(seed: int, block: int) -> int | None:
    """The index of the person of this Torbay block who has moved to Bradford, if one has; never Mrs Smith."""
    random = chance(seed, "E06000027", block, "moved-away")
    if random.random() >= population().share("moved-from-torbay-to-bradford"):
        return None
    return block * BLOCK_SIZE + random.randrange(1, BLOCK_SIZE)


def _moved_on(seed: int, index: int, today: date) -> date:
    return today - timedelta(days=chance(seed, index, "moved-on").randrange(60, 500))


def block_of_people(seed: int, place: Place, block: int, today: date, numbers: NumberRange) -> list[TruePerson]:
    """The BLOCK_SIZE people of a block, as the bodies of their place know them."""
    random = chance(seed, place.code, block, "block")
    people: list[TruePerson] = []
    if place.code == mrs_smith.PLACE and block == 0:
        people.append(mrs_smith.person(numbers.at(0)))
    while len(people) < BLOCK_SIZE:
        room = BLOCK_SIZE - len(people)
        kinds, weights = _kinds(place.code, room)
        kind, start = random.choices(kinds, cum_weights=weights)[0]
        members = _members(random, kind, start, room)
        first_index = block * BLOCK_SIZE + len(people)
        people.extend(_household(seed, place, first_index, members, today, numbers))
    leaving = moved_away_slot(seed, block) if place.code == "E06000027" else None
    if leaving is not None:
        slot = leaving % BLOCK_SIZE
        left_on = max(_moved_on(seed, leaving, today), people[slot].birth_date)
        people[slot] = replace(
            people[slot],
            known_until=left_on,
            death_date=None,
            restricted=False,
            cares_for=None,
            traits=(*people[slot].traits, "moved-between-places"),
        )
    return people


def _as_known_in_bradford(seed: int, person: TruePerson, today: date) -> TruePerson:
    random = chance(seed, person.index, "bradford-home")
    home = draw_home(random, "E08000032")
    assert person.known_until is not None
    return replace(
        person,
        place="E08000032",
        home=home,
        earlier_home=person.home,
        moved_on=person.known_until,
        practice_code=random.choice(practices_for("E08000032", home.district)).code,
        lives_alone=True,
        household=f"E08000032-HM{person.index:07d}",
        known_from=person.known_until,
        known_until=None,
        cared_by=None,
    )


def people_of(seed: int, place: Place, count: int, today: date, first: int = 0) -> Iterator[TruePerson]:
    """The people of a place from index `first` (a multiple of BLOCK_SIZE) up to `count`, in order.

    Each block's incomer from Torbay follows the block's own people.

    An incomer comes only with a whole block, so that Bradford's files for fewer people stand within those for more.
    """
    numbers = NumberRange(place)
    torbay = PLACES["E06000027"]
    torbay_numbers = NumberRange(torbay)
    for block in range(first // BLOCK_SIZE, -(-count // BLOCK_SIZE)):
        people = block_of_people(seed, place, block, today, numbers)
        yield from people[: count - block * BLOCK_SIZE]
        whole = (block + 1) * BLOCK_SIZE <= count
        incomer = moved_away_slot(seed, block) if place.code == "E08000032" and whole else None
        if incomer is not None:
            there = block_of_people(seed, torbay, block, today, torbay_numbers)[incomer % BLOCK_SIZE]
            yield _as_known_in_bradford(seed, there, today)
