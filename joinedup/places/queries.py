"""Which place and which body does a code mean, who serves a place, and who holds which office on a day?

The only reads for others. Nothing here is personal, so nothing is scoped to a caller. Every question about people in
office or bodies in force takes its day: what was true in 2018 stays askable.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from joinedup.base.errors import NotFound, OperatorMustAct
from joinedup.base.period import Period
from joinedup.base.postcode import Postcode as PostcodeText
from joinedup.places import rules
from joinedup.places.models import Body, BodySuccession, Office, OfficeHolder, Place, Postcode

UNDER_CONTRACT = ("gp_practice", "provider", "pharmacy")
"""Kinds of body that are in charge of nothing but their own work."""


@dataclass(frozen=True, slots=True)
class OfficeOn:
    """An office on one day: its holder, or since when it is vacant (None: nobody is known to have held it).

    `earlier` are those who held it before that day, latest first.
    """

    office: Office
    holder: rules.Tenure | None
    vacant_since: date | None
    earlier: tuple[rules.Tenure, ...]

    @property
    def is_vacant(self) -> bool:
        """True when nobody holds it."""
        return self.holder is None


@dataclass(frozen=True, slots=True)
class PostcodeAnswer:
    """Where a postcode lies: stored form, its council's ONS code (None: none known), and our place, if it is one."""

    postcode: str
    council_code: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class BodyShown:
    """A body on a place's page: its offices on the day, and (for one that ended) who took over."""

    body: Body
    offices: tuple[OfficeOn, ...] = ()
    successors: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacePage:
    """Who is in charge of a place on a day: bodies in charge, practices apart, bodies that ended before that day."""

    place: Place
    on: date
    bodies: tuple[BodyShown, ...]
    practices: tuple[Body, ...]
    before: tuple[BodyShown, ...]

    @property
    def vacancies(self) -> tuple[tuple[Body, OfficeOn], ...]:
        """Each vacant office with its body, in the order of the page."""
        return tuple((shown.body, office) for shown in self.bodies for office in shown.offices if office.is_vacant)


def places() -> tuple[Place, ...]:
    """Every place, by name."""
    return tuple(Place.objects.order_by("name"))


def find_place(code: str) -> Place:
    """The place with this ONS code. OperatorMustAct (unknown-place) lists the places that are known."""
    found = Place.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise OperatorMustAct(
            "unknown-place",
            f"No place has the code {_shown(code)}.",
            f"Known places: {_listed(places())}.",
            "Give one of these codes.",
        )
    return found


def find_body(code: str, on: date) -> Body:
    """The body known on this day by this code (its own or another it is known by).

    OperatorMustAct: unknown-body lists every body of that day; body-not-in-force says when bodies of that code were,
    and who came after.
    """
    wanted = code.strip().upper()
    named = Q(code=wanted) | Q(other_codes__contains=[wanted])
    found = sorted(_in_force(Body.objects.filter(named), on), key=lambda body: body.code != wanted)
    if found:
        return found[0]
    rows = tuple(Body.objects.filter(named).order_by("starts_on"))
    raise _not_in_force(code, rows, on) if rows else _unknown_body(code, on)


def codes_of_other_kinds(codes: Iterable[str]) -> frozenset[str]:
    """Those of these codes that are in force for a body that is no care provider."""
    held = Body.objects.filter(code__in=list(codes), ends_on__isnull=True).exclude(kind="provider")
    return frozenset(held.values_list("code", flat=True))


def bodies_of(place: Place, on: date, *, known_before: bool = False) -> tuple[Body, ...]:
    """The bodies that serve a place on a day, by kind in the order of `BODY_KINDS` and then by name.

    With `known_before`: those whose service of it had ended by that day instead, latest end first.
    """
    links = place.bodies_serving.select_related("body")
    if known_before:
        return tuple(link.body for link in links.filter(ends_on__lte=on).order_by("-ends_on", "body__name"))
    serving = links.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    return tuple(sorted((link.body for link in serving), key=lambda body: (_kind_order(body.kind), body.name)))


def places_of(body: Body, on: date) -> tuple[Place, ...]:
    """The places that a body serves on a day, by name."""
    serving = body.places_served.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)
    return tuple(link.place for link in serving.select_related("place").order_by("place__name"))


def offices_of(body: Body, on: date) -> tuple[OfficeOn, ...]:
    """Every office of a body on a day with its holder or its vacancy, by title."""
    return offices_of_all([body], on).get(body.pk, ())


def offices_of_all(bodies: Iterable[Body], on: date) -> dict[object, tuple[OfficeOn, ...]]:
    """The same for many bodies in two reads: body key to its offices."""
    found: dict[object, tuple[OfficeOn, ...]] = {}
    offices = Office.objects.filter(body__in=[body.pk for body in bodies]).order_by("title").prefetch_related("holders")
    for office in offices:
        found[office.body_id] = (*found.get(office.body_id, ()), _office_on(office, on))
    return found


def lineage(body: Body) -> tuple[Body, ...]:
    """The whole line through a body, longest ago first: whose work came to it, itself, and where its work went."""
    handed = BodySuccession.objects.order_by("on", "body__code", "body__starts_on")
    steps = [rules.Succession(each.body_id, each.successor_id, each.on) for each in handed]
    keys = rules.lineage(body.pk, steps)
    rows = Body.objects.in_bulk(list(keys))
    return tuple(rows[key] for key in keys)


def successors_of(bodies: Iterable[Body]) -> dict[object, tuple[Body, ...]]:
    """Body key to the bodies that took over from it directly, by name."""
    found: dict[object, tuple[Body, ...]] = {}
    keys = [body.pk for body in bodies]
    for step in BodySuccession.objects.filter(body__in=keys).select_related("successor").order_by("successor__name"):
        found[step.body_id] = (*found.get(step.body_id, ()), step.successor)
    return found


def place_page(code: str, on: date) -> PlacePage:
    """All that the page of a place shows of one day, in a handful of reads. NotFound (unknown-place)."""
    place = Place.objects.filter(code=code.strip().upper()).first()
    if place is None:
        raise NotFound(
            "unknown-place",
            "There is no such place here.",
            "The address names a council's area that this system does not serve.",
            "Start from the home page and give a postcode.",
        )
    serving, ended = bodies_of(place, on), bodies_of(place, on, known_before=True)
    offices, after = offices_of_all(serving, on), successors_of(ended)
    return PlacePage(
        place=place,
        on=on,
        bodies=tuple(BodyShown(body, offices.get(body.pk, ())) for body in serving if body.kind not in UNDER_CONTRACT),
        practices=tuple(body for body in serving if body.kind == "gp_practice"),
        before=tuple(BodyShown(body, successors=after.get(body.pk, ())) for body in ended),
    )


def place_of_postcode(text: str) -> PostcodeAnswer:
    """Where a postcode lies, however it is spaced. BadValue (postcode): it is none. NotFound (unknown-postcode)."""
    postcode = PostcodeText.parse(text).text
    row = Postcode.objects.filter(postcode=postcode).first()
    if row is None:
        raise NotFound(
            "unknown-postcode",
            "This postcode is not in our list.",
            "It may be new, mistyped, or outside the areas that are loaded here.",
            "Check it, or choose the council by name.",
        )
    place = Place.objects.filter(code=row.council_code).first() if row.council_code else None
    return PostcodeAnswer(postcode, row.council_code, place)


def _office_on(office: Office, on: date) -> OfficeOn:
    tenures = sorted(map(_tenure, office.holders.all()), key=lambda each: each.period.starts_on, reverse=True)
    return OfficeOn(
        office=office,
        holder=rules.holder_on(tenures, on),
        vacant_since=rules.vacant_since(tenures, on),
        earlier=tuple(each for each in tenures if each.period.ends_on is not None and each.period.ends_on <= on),
    )


def _tenure(row: OfficeHolder) -> rules.Tenure:
    return rules.Tenure(row.holder_name, Period(row.starts_on, row.ends_on), row.appointed_how, row.is_demo)


def _in_force(bodies: QuerySet[Body], on: date) -> QuerySet[Body]:
    return bodies.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


def _kind_order(kind: str) -> int:
    return [code for code, _ in Body._meta.get_field("kind").flatchoices].index(kind)


def _not_in_force(code: str, rows: tuple[Body, ...], on: date) -> OperatorMustAct:
    dated = "; ".join(f"{row} ({Period(row.starts_on, row.ends_on)})" for row in rows)
    after = [each for row in rows for each in successors_of([row]).get(row.pk, ()) if each not in rows]
    return OperatorMustAct(
        "body-not-in-force",
        f"No body had the code {_shown(code)} on {on.isoformat()}.",
        f"The code meant: {dated}.",
        f"Its work went to: {_listed(after)}." if after else "Give the code of a body of that day.",
    )


def _unknown_body(code: str, on: date) -> OperatorMustAct:
    known = _in_force(Body.objects.all(), on).order_by("code")
    return OperatorMustAct(
        "unknown-body",
        f"No body has the code {_shown(code)}.",
        f"Known on {on.isoformat()}: {_listed(known)}.",
        "Give one of these codes: a body's ODS code, or a council's ONS code.",
    )


def _listed(rows: Iterable[Place | Body]) -> str:
    return "; ".join(str(row) for row in rows) or "none"


def _shown(code: str) -> str:
    """What was given, short and printable: it may be anything."""
    return repr(code.strip()[:20])
