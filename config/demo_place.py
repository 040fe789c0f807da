"""Building the two demo places: invented people written as files, loaded by the real loaders; invented staff.

Staff are invented and marked as demo. Teams work for the bodies of their place, so that each person loaded is granted
to the team that their bodies send to. What stands already is not built again; another number of people starts afresh.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from config import demo_figures, design_system
from config.databases import drop_database, ensure_database, ensure_server
from config.environment import PROJECT, environment
from joinedup.base.errors import OperatorMustAct

SEED = 1
AREAS = "TQ,BD"

AT_WORK_SINCE = timedelta(days=400)
"""How long the demo's staff have been in their roles, so that its story can be told on its days."""


@dataclass(frozen=True, slots=True)
class Staff:
    """An invented member of staff: sign-in name, label, role, whether in the place's joint team, and for whom.

    `body` is the body that employs them when it is not the team's own; the two sides of an assessment need both.
    """

    username: str
    label: str
    role: str
    in_team: bool = False
    body: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A joint team of a place: the bodies whose people it works for, and who works there."""

    place: str
    code: str
    label: str
    body: str
    bodies: tuple[str, ...]
    staff: tuple[Staff, ...]


TEAMS = (
    Team(
        "E06000027", "team-torbay", "Torquay zone team", "E06000027", ("QJK", "RA9", "E06000027"),
        (
            Staff("torbay-coordinator", "Jo Trelawney", "coordinator", True),
            Staff("torbay-nurse", "Sam Okafor", "practitioner", True, "RA9"),
            Staff("torbay-social-worker", "Lena Brandt", "practitioner", True),
            Staff("torbay-case-manager", "Priya Nair", "case_manager", True),
            Staff("torbay-commissioner", "Alex Penrose", "commissioner"),
            Staff("torbay-nhs-commissioner", "Nadia Clarke", "commissioner", False, "QJK"),
            Staff("torbay-accounting-officer", "Morgan Hale", "accounting_officer"),
            Staff("torbay-analyst", "Ines Ferreira", "analyst"),
            Staff("torbay-board", "Robin Achebe", "board_member"),
            Staff("torbay-privacy", "Ruth Feldman", "privacy_officer"),
            Staff("torbay-provider", "Sunrise Home Care (demo)", "provider", False, "DEMO-TQ1"),
            Staff("mrs-smith", "The person: Mrs Smith’s own view", "person"),
            Staff("torbay-administrator", "Kit Larsen", "administrator"),
        ),
    ),
    Team(
        "E08000032", "team-bradford", "Bradford city team", "E08000032", ("QWO", "RAE", "RCF", "TAD", "E08000032"),
        (
            Staff("bradford-coordinator", "Aisha Mahmood", "coordinator", True),
            Staff("bradford-nurse", "Yusuf Rahman", "practitioner", True, "TAD"),
            Staff("bradford-social-worker", "Dan Whitaker", "practitioner", True),
            Staff("bradford-case-manager", "Marta Kowalczyk", "case_manager", True),
            Staff("bradford-commissioner", "Helen Ackroyd", "commissioner"),
            Staff("bradford-accounting-officer", "Imran Shafiq", "accounting_officer"),
            Staff("bradford-provider", "Aire Valley Home Care (demo)", "provider", False, "DEMO-BD1"),
            Staff("bradford-privacy", "Grace Oyelaran", "privacy_officer"),
            Staff("bradford-analyst", "Tomasz Zielinski", "analyst"),
            Staff("bradford-board", "Farah Siddiqui", "board_member"),
        ),
    ),
)  # fmt: skip

PEOPLE_TO_LEARN_FROM = 200


def build(*, people: int, say: Callable[[str], None]) -> None:
    """Make everything that is missing: design files, database, schema, postcodes, staff, people."""
    design_system.fetch(environment().var / "static")
    say("Starting the database …")
    address = ensure_server()
    anchors = environment().var / "anchors" / address.name
    folder = environment().var / "demo"
    marker = folder / "built.json"
    held = json.loads(marker.read_text()) if marker.exists() else {}
    if held and held != {"people": people, "seed": SEED}:
        say("The demo stands with another number of people: starting afresh.")
        marker.unlink()
        drop_database(address, address.name)
        ensure_database(address, address.name)
        held = {}
    if not held:
        shutil.rmtree(anchors, ignore_errors=True)  # heads of an earlier demo's logs say nothing of this one's
    say("Bringing the tables up to date …")
    _child("config.demo_place.prepare()", role="owner")
    if held:
        return
    files = folder / "files"
    say(f"Writing {people:,} invented people as files …")
    _run([sys.executable, "-m", "joinedup", "generate", "--people", str(max(1, people // 2)), "--seed", str(SEED),
          "--out", str(files), "--replace"])  # fmt: skip
    say("Loading them, body by body …")
    _child(f"config.demo_place.load({str(files)!r})", role="loader")
    _child("config.demo_place.finish()", role="owner")
    if people >= PEOPLE_TO_LEARN_FROM:
        say("Learning what comparing is worth, and linking by it …")
        _run([sys.executable, "-m", "joinedup", "learn-linking"])
        _run([sys.executable, "-m", "joinedup", "link-people"])
    say("Telling Mrs Smith's story through the pages' own acts …")
    _child("import config.demo_story; config.demo_story.tell_story()", role="app")
    demo_figures.build(say)
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(json.dumps({"people": people, "seed": SEED}))


def welcome(port: int) -> str:
    """Where to go and as whom."""
    lines = [f"\n  joinedup is at http://127.0.0.1:{port}/  ·  the tour: http://127.0.0.1:{port}/tour"]
    lines += [f"  The public site, which anybody may read: http://127.0.0.1:{port + 1}/", ""]
    lines.append("  Sign in with one click at /sign-in/ as any of these invented people:")
    lines += [f"    {member.username:<28}{member.role.replace('_', ' ')}" for team in TEAMS for member in team.staff]
    return "\n".join(lines) + "\n"


def prepare() -> None:
    """As owner: schema, postcodes of the two areas, and staff; safe to run again."""
    from config.databases import migrate

    migrate()
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key
    from joinedup.places.actions import load_postcodes
    from joinedup.places.models import Postcode

    if not Postcode.objects.exists():
        key = derived_request_key("demo-postcodes", AREAS)
        load_postcodes(by=_nobody(), at=clock.now(), request_key=key, areas=AREAS.split(","))
    for team in TEAMS:
        _make_team(team)
    _make_agreements()


def load(files: str) -> None:
    """As loader: every load of the manifest, in order."""
    from joinedup.exchange.actions import load_manifest

    read = 0
    for report in load_manifest(Path(files)):
        read += report.read
        counts = f"{report.read:,} rows, {report.people_made:,} new people, {len(report.refused):,} refusals"
        print(f"  {counts}", flush=True)
    print(f"  {read:,} rows in all", flush=True)


def finish() -> None:
    """As owner, once people are there: Mrs Smith sees her own record, and the planner knows the tables."""
    from django.db import connection

    from joinedup.access.models import AccessGrant, Subject
    from joinedup.base import clock
    from joinedup.person.models import Person

    own = Subject.objects.get(code="user:mrs-smith")
    smith = Person.objects.filter(family="Smith", given__startswith="Margaret", birth_date="1941-03-02").first()
    if smith is None:
        raise OperatorMustAct(
            "demo-without-mrs-smith", "The demo place has no Mrs Smith.", "Her rows were not loaded.",
            "Delete var/demo and run `make demo` again.",
        )  # fmt: skip
    AccessGrant.objects.get_or_create(
        subject=own, person_id=smith.id, purpose="own_record", source="self", defaults={"starts_at": clock.now()}
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def _make_agreements() -> None:
    """The invented sharing agreements of both places."""
    from joinedup.access.actions import load_agreements
    from joinedup.access.agreement_files import FOLDER, read_agreements
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key

    for path in sorted(FOLDER.glob("*.yaml")):
        key = derived_request_key("demo-agreements", path.read_text(encoding="utf-8"))
        load_agreements(by=_nobody(), at=clock.now(), request_key=key, held=read_agreements(path))


def _make_team(team: Team) -> None:
    from uuid import UUID

    from joinedup.access.actions import add_duty_desk
    from joinedup.access.models import Subject, TeamIntake
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key
    from joinedup.places.models import Place
    from joinedup.places.queries import find_body

    at, today = clock.now() - AT_WORK_SINCE, clock.today()
    place = Place.objects.get(code=team.place)
    subject, _ = Subject.objects.get_or_create(
        code=team.code,
        defaults={"kind": "team", "label": team.label, "body": find_body(team.body, today), "is_demo": True},
    )
    for code in team.bodies:
        TeamIntake.objects.get_or_create(
            team=subject, body=find_body(code, today), place=place, defaults={"starts_at": at}
        )
    for member in team.staff:
        _make_member(member, team, place, find_body(member.body or team.body, today))
    desk = f"duty-{team.code.removeprefix('team-')}"
    if not Subject.objects.filter(code=desk).exists():
        add_duty_desk(
            by=UUID(int=0), at=at, request_key=derived_request_key("demo-duty-desk", desk), code=desk,
            label=f"{place.name} duty desk", place=place, body=find_body(team.body, today), is_demo=True,
        )  # fmt: skip


def _make_member(member: Staff, team: Team, place: object, body: object) -> None:
    from joinedup.access.actions import add_user
    from joinedup.access.models import Subject
    from joinedup.base import clock
    from joinedup.base.acts import derived_request_key

    if Subject.objects.filter(code=f"user:{member.username}").exists():
        return
    add_user(
        by=_nobody(), at=clock.now() - AT_WORK_SINCE, request_key=derived_request_key("demo-user", member.username),
        username=member.username, label=member.label, role=member.role, place=place,
        body=None if member.role == "person" else body,
        team_code=team.code if member.in_team else "", is_demo=True,
    )  # fmt: skip


def _nobody() -> object:
    from uuid import UUID

    return UUID(int=0)


def _child(call: str, *, role: str) -> None:
    """Run one function of this module in a process of its own, as one database role."""
    words = f"from config.databases import start_django; start_django(role={role!r}); import config.demo_place; {call}"
    _run([sys.executable, "-c", words])


def _run(words: list[str]) -> None:
    done = subprocess.run(words, cwd=PROJECT, env=os.environ.copy(), check=False)
    if done.returncode != 0:
        raise OperatorMustAct(
            "demo-step-failed", "Building the demo stopped.", "What the step said stands above.",
            "Put it right and run `make demo` again: it goes on where it stopped.",
        )  # fmt: skip
