"""Does the timeline tell nobody what somebody pays who may not know of it?"""

from __future__ import annotations

from datetime import date

import pytest

from tests import care_scene as care
from tests import factories as make
from tests import money_scene as money
from tests.steps.test_funding import entered


@pytest.fixture
def made(database) -> money.Scene:
    return money.scene()


def acting(made: money.Scene, kind: str) -> make.MadeUser:
    """Somebody who acts for the person by an authority of that kind."""
    from joinedup.person.actions import Authority, record_proxy

    administrator, user = make.user("administrator", made.place_id), make.user("person", made.place_id)
    care.do(record_proxy, administrator, person_id=made.person.id, subject_id=user.id,
            authority=Authority(kind, "Registered instrument seen", date(2026, 11, 1), None))  # fmt: skip
    return user


def test_lines_of_money_are_hidden_with_the_money(made, connect):
    """The charge was refused to a provider and to whoever acts in health alone, and its line on the record told it."""
    money.charged(made)
    make.grant(made.provider.id, made.person.id)
    seen = {
        made.provider: 0, acting(made, "lpa_health"): 0, acting(made, "deputy"): 0, made.care.stranger: 0,
        acting(made, "consent"): 1, made.care.nurse: 1, made.commissioner: 1,
    }  # fmt: skip
    for who, lines in seen.items():
        app = entered(connect, who)
        found = app.execute(
            "select count(*) from person_timelineentry where person_id = %s and kind = 'charge'", [made.person.id]
        )
        assert found.fetchone() == (lines,), who.username
        counted = app.execute(
            "select coalesce(sum(lines), 0) from access.timeline_contents(%s) where kind = 'charge'", [[made.person.id]]
        )
        assert counted.fetchone() == (lines,), who.username
        others = app.execute(
            "select count(*) from person_timelineentry where person_id = %s and kind <> 'charge'", [made.person.id]
        )
        assert bool(others.fetchone()[0]) == (who is not made.care.stranger)
        app.close()
