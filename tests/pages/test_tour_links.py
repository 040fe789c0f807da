"""Does each stop of the tour that says it is built open for the role that it names?"""

from __future__ import annotations

import pytest

from joinedup.desk.tour import STOPS

BUILT = [stop for stop in STOPS if stop.built]


def test_these_stops_are_live():
    assert {1, 4, 5, 6, 8, 9, 11, 12} <= {stop.number for stop in BUILT}


@pytest.fixture(scope="module")
def postcodes(database):
    """The postcodes of Torquay, which one stop asks for."""
    from joinedup.base import clock
    from joinedup.places.actions import load_postcodes

    load_postcodes(by="test", at=clock.now(), request_key="tour-tq", areas=["TQ"], using="owner")


@pytest.mark.parametrize("stop", BUILT, ids=lambda stop: str(stop.number))
def test_a_built_stop_opens(postcodes, stop):
    from django.conf import settings
    from django.test import Client

    from joinedup.web.paths import path_of
    from tests import factories as make

    client = Client()
    if stop.role:
        client.cookies[settings.TOKEN_COOKIE] = make.user(stop.role, make.place(make.TORBAY)).token
    answer = client.get(f"{path_of(stop.url_name)}?{stop.query}", follow=True)
    assert answer.status_code == 200
    assert "<h1" in answer.content.decode()
