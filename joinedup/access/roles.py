"""The roles a subject can hold, and what each may do. Pure data and functions.

A role says *what* a person may do (permission); a grant says *whose* record they may see (visibility); a row policy in
the database enforces the second whatever this file says. Places limit both: a role is held in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its code, the title people read, and the permissions that come with it."""

    code: str
    title: str
    permissions: frozenset[str]


def _role(code: str, title: str, *permissions: str) -> Role:
    return Role(code, title, frozenset(permissions))


RECORD = ("open_record", "write_about_me", "export_record")
IDENTITY = ("see_work_items", "decide_identity")
CARE = ("search_people", *RECORD, *IDENTITY, "write_alerts", "write_contacts", "work_requests", "break_glass")
MONEY = ("see_money", "see_packages")
PANEL = ("see_panel", "run_panel", "tell_family")
ANSWER = ("see_appeals", "answer_appeal")
JOIN_UP = (
    *MONEY, "raise_appeal", "see_panel", "tell_family", "see_plan", "start_assessment", "name_case_manager",
    "book_visits",
)  # fmt: skip
DECIDE = ("recommend_package", "tell_evidence", "take_tests", "decide_charge", "decide_eligibility")
ASSESS = (*JOIN_UP, *ANSWER, *DECIDE, "write_assessment", "write_plan")
BUY = (*MONEY, *ANSWER, *PANEL, "see_plan", "recommend_package", "propose_package", "report_week", "confirm_week")
OWN_MONEY = ("raise_appeal", "tell_own_money")
BOARD = ("decide_healthcare",)
SEALING = ("seal_items", "break_seal")
FUND = ("see_fund", "open_fund", "post_journal", "close_period")
RELEASE = ("see_figures", "release_figures")
ROLES: tuple[Role, ...] = (
    _role(
        "coordinator",
        "Health and social care co-ordinator",
        *CARE,
        *JOIN_UP,
        "trace_people",
        "take_calls",
        "run_duty_desk",
    ),
    _role("practitioner", "Practitioner", *CARE, *ASSESS, *SEALING),
    _role("case_manager", "Case manager", *CARE, *ASSESS, *SEALING),
    _role("commissioner", "Commissioner", *BUY, *BOARD, "see_loads", "see_fund", "post_journal", "see_figures"),
    _role(
        "accounting_officer",
        "Accounting officer",
        *MONEY,
        *ANSWER,
        *PANEL,
        "see_plan",
        "decide_package",
        "see_delegations",
        "see_loads",
        *FUND,
        *RELEASE,
    ),
    _role(
        "analyst",
        "Analyst",
        "see_loads",
        "see_link_models",
        "correct_rows",
        "see_fund",
        "see_figures",
        "prepare_figures",
    ),
    _role("board_member", "Board member", "see_delegations", "delegate_authority", "see_fund", *RELEASE),
    _role(
        "privacy_officer",
        "Privacy officer",
        "see_log",
        "see_link_models",
        "see_work_items",
        "decide_identity",
        "verify_log",
        "review_looks",
    ),
    _role("provider", "Provider", "see_packages", "report_week", "open_record"),
    _role("person", "The person", *MONEY, *OWN_MONEY, *RECORD, "see_own_looks", "see_plan", "seal_items"),
    _role("administrator", "Administrator", "see_loads", "see_link_models", "manage_access", "verify_log"),
)
BY_CODE = {role.code: role for role in ROLES}


def permissions_of(role_codes: Iterable[str]) -> frozenset[str]:
    """Every permission that comes with any of the roles; an unknown code gives none.

    >>> "search_people" in permissions_of(["practitioner"])
    True
    >>> sorted(permissions_of(["board_member"]))
    ['delegate_authority', 'release_figures', 'see_delegations', 'see_figures', 'see_fund']
    """
    return frozenset().union(*(BY_CODE[code].permissions for code in role_codes if code in BY_CODE))
