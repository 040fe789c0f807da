"""What does every page know without its view saying so?

The one context processor: who is looking, which menu they get, the chain rail, and how to sign in or out. It reads
`request.caller` (set by the access middleware; absent on the public site) and asks the database for nothing, so that an
error page can use it too. A link whose URL this site does not serve is left out: two sites share this shell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from joinedup import journey
from joinedup.web.paths import path_of


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu as shown: words, path, whether this page is it."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class RailItem:
    """One link of the chain as shown: its name for `{% set link = … %}`, its title, whether it works now."""

    name: str
    title: str
    built: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: caller, menu, rail, demo_mode, csp_nonce, messages, the sign-in links
    and where to break the glass."""
    caller = getattr(request, "caller", None)
    return {
        "caller": caller,
        "menu": menu(request, tuple(getattr(caller, "roles", ()))),
        "rail": rail(),
        "demo_mode": demo_mode(),
        "csp_nonce": str(getattr(request, "csp_nonce", "")),  # unread, it counts as false and its header is not sent
        "messages": get_messages(request),
        "home_url": path_of("desk:home") or path_of("home") or "/",
        "sign_in_url": path_of("account_login"),
        "sign_out_url": path_of("sign_out") or path_of("account_logout"),
        "glass_url": path_of("person:glass"),
        "security_url": path_of("mfa_index"),
    }


def menu(request: HttpRequest, roles: tuple[str, ...]) -> list[MenuItem]:
    """The menu for these roles, in the order of the journey, with the entry that leads here marked."""
    found = [(entry, path_of(entry.url_name)) for entry in journey.menu_for(roles)]
    return [MenuItem(entry.label, href, current=request.path == href) for entry, href in found if href]


def rail() -> list[RailItem]:
    """The chain from call to public page."""
    return [RailItem(link.name, link.title, journey.is_link_built(link.name)) for link in journey.CHAIN]


def record_links(person_id: object, permissions: frozenset[str]) -> list[tuple[str, str]]:
    """Words and path of each page about a person beyond the record, for somebody with these permissions."""
    found = [(words, path_of(name, person_id)) for words, name, needed in journey.RECORD_LINKS if needed in permissions]
    return [(words, path) for words, path in found if path]


def demo_mode() -> bool:
    """Whether this is a demo, by the setting DEMO_MODE; False where nothing is said."""
    return bool(getattr(settings, "DEMO_MODE", False))
