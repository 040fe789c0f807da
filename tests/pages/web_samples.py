"""Sample pages of the shell, rendered in this process without a database: every component, every error, sign-in.

The page tests and the browser tests read the same samples, so that what is asserted is also what was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseNotAllowed
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from joinedup.base.errors import Conflict, NotAllowed, NotFound, NotNow, OperatorMustAct, PersonMustAct
from joinedup.desk import views as desk
from joinedup.web import errors
from joinedup.web.forms import DateBoxesField, EnglishDateField
from tests.pages.browser import NONCE


@dataclass(frozen=True)
class Caller:
    """What the shell reads of `request.caller`."""

    label: str = "Sam Okafor"
    roles: tuple[str, ...] = ("coordinator",)
    id: str = "0190"
    permissions: frozenset[str] = frozenset({"search_people"})
    places: tuple[str, ...] = field(default=("torbay",))


class EveryField(forms.Form):
    """One field of each kind that the adapter knows."""

    name = forms.CharField(label="Full name", help_text="As on a letter")
    born = EnglishDateField(label="Date of birth", required=False)
    fell = DateBoxesField(label="When did the fall happen?", required=False)
    need = forms.ChoiceField(
        label="What is needed?", widget=forms.RadioSelect, choices=[("visit", "A visit"), ("call", "A call <back>")]
    )
    teams = forms.MultipleChoiceField(
        label="Who should know?", widget=forms.CheckboxSelectMultiple, choices=[("gp", "GP"), ("nurse", "Nurse")]
    )
    place = forms.ChoiceField(label="Place", choices=[("", "Choose"), ("t", "Torbay"), ("b", "Bradford")])
    note = forms.CharField(label="Note", widget=forms.Textarea, max_length=200)
    agreed = forms.BooleanField(label="The person agreed", help_text="Ask before you write")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=3)
    password = forms.CharField(label="Password", widget=forms.PasswordInput, required=False)


COMPONENTS = """
{% extends "web/page.html" %}
{% from "web/components.html" import table, summary_list, timeline, pagination, tag, inset, warning, empty_state,
   banner, details, error_summary, form_fields, button, button_link %}
{% set title = "Every component" %}
{% set link = "record" %}
{% set breadcrumbs = [("Home", "/"), ("People", "/people")] %}
{% block before_heading %}{{ error_summary(form) }}{{ banner("Two records were joined.", success=false) }}{% endblock %}
{% block body %}
{{ summary_list([
  {"key": "Name", "value": "Ada <Smith>", "note": "South Devon trust, 3 March 2026",
   "action": {"text": "Change", "href": "#name"}},
  {"key": "NHS number", "value": "9990123456" | nhs_number},
  {"key": "Born", "value": born | date, "note": "Torbay council"},
  {"key": "Phone", "value": none},
]) }}
{{ table("Visits this week", columns, rows) }}
{{ pagination(next_href="?after=50", previous_href="?before=1") }}
<h2 class="nhsuk-heading-m">Timeline</h2>
{{ timeline(entries) }}
{{ timeline([]) }}
{% call inset() %}<p>Seen last {{ seen | instant }}.</p>{% endcall %}
{{ warning("Nobody owns the next step.") }}
{{ details("Why am I asked this?", "So that it is asked once.") }}
{{ empty_state("No work is waiting.", "See all work", "/work") }}
<p>{{ tag("Late", "red") }} {{ tag("On time", "green") }} {{ tag("Waiting") }}</p>
<form method="post" novalidate>{{ csrf_input }}
  {{ form_fields(form) }}{{ button("Save") }}{{ button_link("Cancel", "/", "secondary") }}
</form>
{% endblock %}
"""


def request(path: str = "/sample", *, caller: Caller | None = None, post: dict[str, Any] | None = None) -> HttpRequest:
    """A request as the middleware would hand it to a view."""
    factory = RequestFactory()
    made = factory.post(path, post) if post is not None else factory.get(path)
    made.caller = caller
    made.csp_nonce = NONCE
    return made


def components(form: forms.Form, *, caller: Caller | None = None) -> str:
    """The page with every component on it."""
    context = {
        "form": form,
        "born": date(1941, 3, 2),
        "seen": datetime(2026, 6, 30, 23, 5, tzinfo=UTC),
        "columns": ["Who", "When", {"text": "Cost", "numeric": True}, {"text": "Action", "hidden": True}],
        "rows": [
            [f"Nurse {n}", f"{n} June 2026, 10am", "£12.50", {"text": "Open", "href": "#", "hidden": f"visit {n}"}]
            for n in range(1, 4)
        ],
        "entries": [
            {"when": "2 June 2026", "title": "Fell at home", "detail": "Found by <her> son.", "source": "Ambulance"},
            {"when": "1 June 2026", "title": "Bill", "amount_pence": 1610000, "tag": "Money", "href": "#"},
        ],
    }
    return engines.all()[0].from_string(COMPONENTS).render(context, request(caller=caller))


def login_page(accounts: int) -> str:
    """The sign-in page, with that many demo accounts."""
    from allauth.account.forms import LoginForm

    demo = [{"username": f"demo-{n}", "label": f"Person {n}", "role": "case_manager"} for n in range(accounts)]
    return render_to_string("account/login.html", {"form": LoginForm(), "demo_accounts": demo}, request=request())


class CodeForm(forms.Form):
    """The one field of allauth's forms for a second step."""

    secret = "JBSWY3DPEHPK3PXP"
    code = forms.CharField(label="Code", widget=forms.TextInput(attrs={"placeholder": "Code"}))


def account_pages() -> dict[str, str]:
    """The pages of a second step at sign-in, by path."""
    from allauth.mfa.adapter import DefaultMFAAdapter

    picture = DefaultMFAAdapter().build_totp_svg("otpauth://totp/joinedup:demo?secret=JBSWY3DPEHPK3PXP")
    given: dict[str, dict[str, Any]] = {
        "account/reauthenticate.html": {"reauthentication_alternatives": [{"url": "/other", "description": "Code"}]},
        "account/password_change.html": {},
        "mfa/authenticate.html": {},
        "mfa/index.html": {"authenticators": {"totp": object()}, "is_mfa_enabled": True},
        "mfa/reauthenticate.html": {},
        "mfa/totp/activate_form.html": {"totp_svg": picture},
        "mfa/totp/deactivate_form.html": {},
        "mfa/recovery_codes/index.html": {"unused_codes": ["1234", "5678"], "total_count": 10, "can_view_codes": True},
        "mfa/recovery_codes/generate.html": {"unused_code_count": 3},
    }
    form, asker = CodeForm(), Caller()
    return {
        f"/{name.removesuffix('.html')}": render_to_string(name, {"form": form} | more, request=request(caller=asker))
        for name, more in given.items()
    }


def conflict(*, current_version: int | None) -> str:
    """The page of two people who changed the same goal."""
    error = Conflict(
        "plan-changed", "The plan has changed.", theirs={"goal": "Walk to the shop"}, yours={"goal": "Swim <weekly>"}
    )
    sent = request(post={"goal": "Swim <weekly>", "other": "kept", "password": "secret", "expected_version": "3"})
    return errors.render_error(sent, error, current_version=current_version).content.decode()


def error_pages() -> dict[str, str]:
    """Each error page by path."""
    kinds = {
        "/permission": NotAllowed("no-search", "You may not search for people.", "Your role does not need it.", "Ask."),
        "/policy": NotNow("plan-closed", "This plan is closed."),
        "/missing": NotFound("no-person", "There is no such record, or you may not see it."),
        "/person": PersonMustAct("bad-file", "Nothing was chosen.", "", "Choose a file."),
        "/operator": OperatorMustAct("no-database", "The record store does not answer.", "", "Try again soon."),
    }
    pages = {path: errors.render_error(request(), error).content.decode() for path, error in kinds.items()}
    plain = {
        "/400": errors.bad_request(request()),
        "/403": errors.permission_denied(request()),
        "/404": errors.page_not_found(request()),
        "/405": errors.method_not_allowed(request(), HttpResponseNotAllowed(["POST"])),
        "/csrf": errors.csrf_failure(request()),
        "/500": errors.server_error(request()),
    }
    pages |= {path: answer.content.decode() for path, answer in plain.items()}
    return pages | {"/conflict": conflict(current_version=4)}


def all_pages() -> dict[str, str]:
    """Every sample by path, for the browser."""
    wrong = EveryField({"name": "", "born": "31 2 1941", "fell_0": "31", "fell_1": "2", "fell_2": "2020"})
    return {
        "/components": components(EveryField(), caller=Caller()),
        "/wrong": components(wrong, caller=Caller()),
        "/home": desk.home(request("/")).content.decode(),
        "/tour": desk.tour(request("/tour")).content.decode(),
        "/why": desk.why(request("/why")).content.decode(),
        "/login": login_page(11),
        **error_pages(),
        **account_pages(),
    }
