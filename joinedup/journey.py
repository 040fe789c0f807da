"""What are the steps of the house, in order, and what may each of them import?

Pure data. INSTALLED_APPS, the menu, the chain rail, the import table in ARCHITECTURE.md, docs/generated/journey.md and
the import test read this module and nothing else, so a step is described once. It imports nothing of ours and no
framework. It leaves out what a step does: that stands in the step's own folder.

`imports` is closed: it holds every step that may be imported, not only the nearest. Two things hold for all steps and
are not repeated in it: modules named in `PAGE_MODULES` may import the page shell `web`, and any module may import
`joinedup.journey`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ROOT = "joinedup"
SHELL = "web"
PAGE_MODULES = ("views", "forms", "urls", "middleware")
"""Modules that translate between requests and actions or queries; only these may import the page shell."""

EVERYONE = "everyone"
"""Stands among the roles of a menu entry that needs no sign-in."""

STAFF = (
    "coordinator",
    "practitioner",
    "case_manager",
    "commissioner",
    "accounting_officer",
    "analyst",
    "board_member",
    "privacy_officer",
    "administrator",
)
ROLES = (*STAFF, "provider", "person")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu: what it says, the URL name it leads to, who sees it and the step it belongs to.

    A role seeing the line is a courtesy, not a permission: the page and the database decide for themselves.
    """

    label: str
    url_name: str
    roles: tuple[str, ...]
    step: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the journey and its folder under `joinedup/`.

    `app` says that Django must know the folder (it has models, templates or an `apps.py`); `built` says that something
    works there now. A step may be neither, and then has at most a docstring, or no folder at all.
    """

    name: str
    title: str
    question: str
    imports: tuple[str, ...]
    app: bool = False
    menu: tuple[MenuEntry, ...] = ()
    built: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain from the call to the public figure, and the step that makes it."""

    name: str
    title: str
    step: str


@dataclass(frozen=True, slots=True)
class ImportContract:
    """What the modules of one step may not import, as names of steps.

    `shell_from` names the modules of the step that alone may import the page shell; it is empty for the shell itself.
    """

    step: str
    allowed: tuple[str, ...]
    forbidden: tuple[str, ...]
    shell_from: tuple[str, ...]


_BUYERS = ("commissioner", "accounting_officer")
_CARERS = ("coordinator", "practitioner", "case_manager")
_TO_ACCESS = ("base", "places", "access")
_TO_PERSON = (*_TO_ACCESS, "person")
_TO_PLAN = (*_TO_PERSON, "door", "assessment", "plan")
_OPERATIONAL = (*_TO_PLAN, "funding", "commissioning", "ledger", "workforce")

STEPS: tuple[Step, ...] = (
    Step(
        name="base",
        title="Base",
        question="What do money, a period, an NHS number, a postcode, today and a reason mean, everywhere?",
        imports=(),
        built=True,
    ),
    Step(
        name="places",
        title="Places",
        question="Which bodies serve this address, and who holds which office in them, from when to when?",
        imports=("base",),
        app=True,
        built=True,
    ),
    Step(
        name="access",
        title="Access",
        question="Who is this, what may they see, who saw what, and who did what?",
        imports=("base", "places"),
        app=True,
        menu=(MenuEntry(label="Log", url_name="access:log", roles=("privacy_officer",), step="access"),),
        built=True,
    ),
    Step(
        name="person",
        title="Person",
        question="Who is this person, what has each body told us about them, and what is happening now?",
        imports=_TO_ACCESS,
        app=True,
        menu=(
            MenuEntry("Find a person", "person:search", ("coordinator", "practitioner", "case_manager"), "person"),
            MenuEntry(
                label="Questions",
                url_name="person:questions",
                roles=("coordinator", "practitioner", "case_manager", "privacy_officer"),
                step="person",
            ),
            MenuEntry("Acting for somebody", "person:acting", ("administrator",), "person"),
            MenuEntry("Linking", "person:link_models", ("analyst", "administrator", "privacy_officer"), "person"),
            MenuEntry(label="My record", url_name="person:mine", roles=("person",), step="person"),
        ),
        built=True,
    ),
    Step(
        name="door",
        title="Door",
        question="Who called about whom, what did they want, who owns it and when did the clock start?",
        imports=_TO_PERSON,
        app=True,
        menu=(
            MenuEntry(label="Take a call", url_name="desk:call", roles=("coordinator",), step="door"),
            MenuEntry("Requests", "desk:requests", ("coordinator", "practitioner", "case_manager"), "door"),
            MenuEntry("Duty desk", "desk:duty", ("coordinator", "practitioner", "case_manager"), "door"),
        ),
        built=True,
    ),
    Step(
        name="assessment",
        title="Assessment",
        question="What does the person need and want, told once to health and social care together?",
        imports=_TO_PERSON,
        app=True,
        menu=(
            MenuEntry(
                "Assessments", "assessment:waiting", ("coordinator", "practitioner", "case_manager"), "assessment"
            ),
        ),
        built=True,
    ),
    Step(
        name="plan",
        title="Plan",
        question="What was agreed, who is the named case manager, who visits when, and what is due?",
        imports=(*_TO_PERSON, "door", "assessment"),
        app=True,
        menu=(
            MenuEntry("My caseload", "plan:mine", ("coordinator", "practitioner", "case_manager"), "plan"),
            MenuEntry(label="Gaps", url_name="desk:gaps", roles=(*_CARERS, *_BUYERS), step="plan"),
        ),
        built=True,
    ),
    Step(
        name="funding",
        title="Funding",
        question="Who pays for each part of a plan, how much, and by which rule and evidence?",
        imports=_TO_PLAN,
        app=True,
        menu=(MenuEntry("Money", "desk:money", ("person", *_BUYERS, "practitioner", "case_manager"), "funding"),),
        built=True,
    ),
    Step(
        name="commissioning",
        title="Commissioning",
        question="Who decided to buy which care from whom, within which authority, and was it delivered?",
        imports=(*_TO_PLAN, "funding", "ledger"),
        app=True,
        menu=(
            MenuEntry("Packages", "commissioning:board", (*_BUYERS, "provider"), "commissioning"),
            MenuEntry("Panel", "commissioning:panel", (*_BUYERS, *_CARERS), "commissioning"),
            MenuEntry("Delegations", "commissioning:delegations", ("board_member",), "commissioning"),
        ),
        built=True,
    ),
    Step(
        name="ledger",
        title="Ledger",
        question="Where did every penny of the pooled fund come from and go to?",
        imports=_TO_ACCESS,
        app=True,
        built=True,
    ),
    Step(
        name="extract",
        title="Extract",
        question="Which pseudonymised rows may leave the record for counting, and how do they get there?",
        imports=_OPERATIONAL,
        app=True,
        built=True,
    ),
    Step(
        name="outcomes",
        title="Outcomes",
        question="What was promised, what happened and how sure are we, by one framework for everybody?",
        imports=_TO_ACCESS,
        app=True,
        menu=(
            MenuEntry(
                label="Figures",
                url_name="outcomes:figures",
                roles=("commissioner", "accounting_officer", "analyst", "board_member"),
                step="outcomes",
            ),
        ),
        built=True,
    ),
    Step(
        name="evaluation",
        title="Evaluation",
        question="Did a change work, for whom and at what cost, compared with what would have happened anyway?",
        imports=(*_TO_ACCESS, "outcomes"),
    ),
    Step(
        name="forecast",
        title="Forecast",
        question="What will care need and cost over ten years, starting from the live caseload and the ledger?",
        imports=(*_TO_ACCESS, "outcomes"),
    ),
    Step(
        name="workforce",
        title="Workforce",
        question="Which people and hours are needed and present across employers, and on what terms?",
        imports=_TO_ACCESS,
    ),
    Step(
        name="exchange",
        title="Exchange",
        question="What did a body send, what was taken, what was refused and how is it put right?",
        imports=_OPERATIONAL,
        app=True,
        menu=(
            MenuEntry(
                label="Loads",
                url_name="exchange:loads",
                roles=("commissioner", "accounting_officer", "analyst", "administrator"),
                step="exchange",
            ),
        ),
        built=True,
    ),
    Step(
        name="desk",
        title="Desk",
        question="Which page or act needs several steps at once?",
        imports=(*_OPERATIONAL, "outcomes", "evaluation"),
        app=True,
        menu=(
            MenuEntry(label="Home", url_name="desk:home", roles=(EVERYONE,), step="desk"),
            MenuEntry(label="Tour", url_name="desk:tour", roles=(EVERYONE,), step="desk"),
            MenuEntry("Privacy desk", "desk:privacy", ("privacy_officer",), "desk"),
            MenuEntry("Funds", "desk:funds", (*_BUYERS, "analyst", "board_member"), "desk"),
            MenuEntry("What if", "desk:what_if", (*_BUYERS, "analyst", "board_member"), "desk"),
            MenuEntry("Figures of law", "desk:law", STAFF, "desk"),
        ),
        built=True,
    ),
    Step(
        name="public",
        title="Public",
        question="Who is in charge here and how do they do, from released figures only?",
        imports=(*_TO_ACCESS, "outcomes", "evaluation", "forecast"),
        app=True,
        built=True,
    ),
    Step(
        name="web",
        title="Web",
        question="How does every page look, read aloud, print and fail?",
        imports=("base",),
        app=True,
        built=True,
    ),
)

RECORD_LINKS: tuple[tuple[str, str, str], ...] = (
    ("Assessments", "assessment:of_person", "start_assessment"),
    ("Residence", "commissioning:residence", "see_panel"),
    ("Plans", "plan:of_person", "see_plan"),
    ("Visits", "plan:calendar", "see_plan"),
    ("Money", "desk:my_money", "see_money"),
    ("Tell your money", "funding:own_words", "tell_own_money"),
    ("Export", "exchange:export_record", "export_record"),
)
"""What stands one click away from a record: words, URL name (with the person's key), and the permission it needs."""

CHAIN: tuple[Link, ...] = (
    Link("call", "Call", "door"),
    Link("record", "Record", "person"),
    Link("assessment", "Assessment", "assessment"),
    Link("plan", "Plan", "plan"),
    Link("money", "Money", "funding"),
    Link("package", "Package", "commissioning"),
    Link("fund", "Fund", "ledger"),
    Link("measure", "Measure", "outcomes"),
    Link("release", "Release", "outcomes"),
    Link("public", "Public page", "public"),
)
"""The chain rail, in order: each link keeps the key of the one before it."""

_BY_NAME = {each.name: each for each in STEPS}


def step(name: str) -> Step:
    """The step of that name.

    >>> step("person").imports
    ('base', 'places', 'access')

    Raises KeyError for a name that is no step.
    """
    return _BY_NAME[name]


def installed_apps() -> tuple[str, ...]:
    """Dotted names of the steps that Django must know, in the order of the journey."""
    return tuple(f"{ROOT}.{each.name}" for each in STEPS if each.app)


def is_link_built(name: str) -> bool:
    """Whether the step behind a link of the chain works now. Raises KeyError for an unknown link."""
    found = {link.name: link for link in CHAIN}[name]
    return step(found.step).built


def menu_for(roles: Iterable[str]) -> tuple[MenuEntry, ...]:
    """The menu of someone who holds these roles (none: not signed in): home and tour first, then the journey's order.

    >>> [entry.label for entry in menu_for(())]
    ['Home', 'Tour']
    """
    held = {EVERYONE, *roles}
    seen = [entry for each in STEPS if each.built for entry in each.menu if held & set(entry.roles)]
    return tuple(sorted(seen, key=lambda entry: EVERYONE not in entry.roles))


def import_contracts() -> tuple[ImportContract, ...]:
    """One contract a step, in the order of the journey: every step that it may not import.

    The page shell is never in `allowed`: `shell_from` says which modules of the step may import it.
    """
    names = [each.name for each in STEPS]
    return tuple(
        ImportContract(
            step=each.name,
            allowed=each.imports,
            forbidden=tuple(name for name in names if name != each.name and name not in each.imports),
            shell_from=() if each.name == SHELL else PAGE_MODULES,
        )
        for each in STEPS
    )


def import_table() -> str:
    """The import table of ARCHITECTURE.md as Markdown, one row a step; ends with a newline."""
    rows = [
        f"| `{each.name}` | {', '.join(f'`{name}`' for name in each.imports) or 'nothing of ours'} "
        f"| {'built' if each.built else 'not built'} |"
        for each in STEPS
    ]
    return "\n".join(["| step | may import | now |", "|---|---|---|", *rows]) + "\n"
