"""Does `joinedup/journey.py` hold together, and agree with the design's arrows and with the roles of access?"""

from __future__ import annotations

import ast

from joinedup import journey

from .source_tree import this_repository

NAMES = [each.name for each in journey.STEPS]
TOPS = ("exchange", "extract", "desk")


def test_steps_stand_once_in_the_order_of_the_design() -> None:
    assert " ".join(NAMES) == (
        "base places access person door assessment plan funding commissioning ledger extract outcomes evaluation "
        "forecast workforce exchange desk public web"
    )


def test_imports_are_closed() -> None:
    """A step may import whatever its neighbour may, so that no arrow is longer than it looks."""
    for each in journey.STEPS:
        assert set(each.imports) <= set(NAMES)
        for name in each.imports:
            assert set(journey.step(name).imports) <= set(each.imports), (each.name, name)


def test_arrows_have_no_circle() -> None:
    for each in journey.STEPS:
        assert each.name not in each.imports
        assert all(each.name not in journey.step(name).imports for name in each.imports)


def test_nobody_imports_the_tops_or_the_shell() -> None:
    for each in journey.STEPS:
        assert not {*TOPS, journey.SHELL} & set(each.imports), each.name


def test_the_public_side_reaches_no_step_that_knows_a_person() -> None:
    """Places and access carry the release and whoever approves it: docs/decisions/0011."""
    operational = set(journey.step("exchange").imports) - {"base", "places", "access"}
    for name in ("outcomes", "evaluation", "forecast", "public"):
        assert not operational & set(journey.step(name).imports)


def test_money_rules_know_nothing_of_contracts_and_the_ledger_nothing_of_care() -> None:
    assert "commissioning" not in journey.step("funding").imports
    assert not {"person", "plan", "funding", "commissioning"} & set(journey.step("ledger").imports)
    assert {"funding", "ledger"} <= set(journey.step("commissioning").imports)


def test_contracts_split_all_steps_into_allowed_and_forbidden() -> None:
    for contract in journey.import_contracts():
        assert {contract.step, *contract.allowed, *contract.forbidden} == set(NAMES)
        assert not set(contract.allowed) & set(contract.forbidden)


def test_menu_entries_belong_to_their_step_and_to_known_roles() -> None:
    for each in journey.STEPS:
        for entry in each.menu:
            assert entry.step == each.name
            assert set(entry.roles) <= {*journey.ROLES, journey.EVERYONE}


def test_a_stranger_sees_home_and_tour_only() -> None:
    assert [entry.label for entry in journey.menu_for(())] == ["Home", "Tour"]


def test_a_coordinator_sees_the_search_and_a_board_member_does_not() -> None:
    assert "Find a person" in [entry.label for entry in journey.menu_for(["coordinator"])]
    assert "Find a person" not in [entry.label for entry in journey.menu_for(["board_member"])]


def test_installed_apps_are_the_steps_that_are_apps() -> None:
    assert journey.installed_apps()[0] == "joinedup.places"
    assert "joinedup.base" not in journey.installed_apps()


def test_the_chain_runs_from_the_call_to_the_public_page() -> None:
    names = " ".join(link.name for link in journey.CHAIN)
    assert names == "call record assessment plan money package fund measure release public"
    assert all(link.step in NAMES for link in journey.CHAIN)
    assert journey.is_link_built("record")


def test_roles_are_those_of_access() -> None:
    """Compared as text: access needs Django to be imported, this test does not."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(this_repository().text("joinedup/access/roles.py")))
        if isinstance(node, ast.Constant)
    }
    assert set(journey.ROLES) <= texts
