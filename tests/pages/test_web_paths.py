"""Are paths and inputs, which are made in a shorter way than Django's own, still what Django makes?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.forms.renderers import DjangoTemplates, Jinja2, get_default_renderer
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.base import set_script_prefix
from django.urls.converters import UUIDConverter

from joinedup.web.paths import path_of, url
from tests.pages.web_samples import EveryField


def named(resolver: URLResolver, inside: str = "", keys: int = 0) -> Iterator[tuple[str, int]]:
    """Each named page of a site whose path holds nothing but keys, and how many."""
    for each in resolver.url_patterns:
        held = each.pattern.converters
        if any(not isinstance(converter, UUIDConverter) for converter in held.values()):
            continue
        if isinstance(each, URLPattern) and each.name:
            yield f"{inside}{each.name}", keys + len(held)
        elif isinstance(each, URLResolver):
            yield from named(each, f"{inside}{each.namespace}:" if each.namespace else inside, keys + len(held))


PAGES = sorted(set(named(get_resolver())))


def test_a_path_of_keys_is_the_one_that_django_gives():
    assert {keys for _, keys in PAGES} >= {0, 1, 2}
    for name, keys in PAGES:
        for _ in range(2):
            given = [uuid4() for _ in range(keys)]
            assert url(name, *given) == path_of(name, *given) == reverse(name, args=given)
    key = UUID(int=1)
    assert url("person:record", str(key)) == url("person:record", person_id=key) == url("person:record", key)
    set_script_prefix("/under/")
    try:
        assert url("person:record", key) == f"/under/people/{key}/"
    finally:
        set_script_prefix("/")
    assert url("person:record", key) == f"/people/{key}/"


def test_a_path_that_is_none_is_refused():
    for name, given in (("person:record", []), ("person:record", [uuid4(), uuid4()]), ("person:nobody", [uuid4()])):
        with pytest.raises(NoReverseMatch):
            url(name, *given)
        assert path_of(name, *given) is None


def test_inputs_are_those_that_djangos_own_templates_draw():
    told = {
        "name": "Ada <Smith> & \"O'Brien\"", "born": "2 3 1941", "fell_0": "1", "need": "call",
        "teams": ["gp", "nurse"], "place": "b", "note": "\n Two lines <b>\n\n'second'", "agreed": "on", "version": "4",
    }  # fmt: skip
    assert isinstance(get_default_renderer(), Jinja2)
    for data in (None, {}, told):
        drawn = [
            [html.unescape(re.sub(r"\s*(<[^>]*>)\s*", r"\1", str(bound))) for bound in form]
            for form in (EveryField(data, renderer=renderer) for renderer in (DjangoTemplates(), Jinja2()))
        ]
        assert drawn[0] == drawn[1]
    note = str(EveryField(told)["note"])
    assert html.unescape(note[note.index(">") + 1 :]) == f"\n{told['note']}</textarea>"
