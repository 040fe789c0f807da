"""What is the path of a named page? A page asks dozens of times, so each shape is worked out once in a process.

A shape is a path whose parts are keys alone, with a mark where each stands. Another site, or another prefix that the
server puts before it, has shapes of its own.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse


def url(name: str, *args: object, **kwargs: object) -> str:
    """The path of a named page; NoReverseMatch when there is none."""
    if not kwargs and all(type(each) is UUID for each in args):
        shape = _shape(name, len(args), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
        if shape is not None:
            return shape.format(*args)
    return reverse(name, args=args or None, kwargs=kwargs or None)


def path_of(name: str, *keys: object) -> str | None:
    """The path of a named page with these keys in it, or None where this site has no such page."""
    try:
        return url(name, *keys)
    except NoReverseMatch:
        return None


@cache
def _shape(name: str, keys: int, addresses: str, prefix: str) -> str | None:
    marks = [UUID(int=number + 1) for number in range(keys)]
    try:
        path = reverse(name, addresses, args=marks)
    except NoReverseMatch:
        return None
    for number, mark in enumerate(marks):
        path = path.replace(str(mark), f"{{{number}}}")
    return path
