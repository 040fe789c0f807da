"""The page of one further test: telling its facts, keeping its answer, and a decision on continuing healthcare."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import NotNow, PersonMustAct
from joinedup.funding import actions, queries
from joinedup.funding.forms import ActForm, DecideForm, FactsForm, TakeForm
from joinedup.funding.forms.taken_tests import TakeToolForm
from joinedup.person.forms import fresh_request_key

SAID = {
    "tell": "It stands in the evidence, and every test reads it.",
    "take": "The answer is kept, with what it rests on.",
    "decide": "The decision is kept, with its reason. The person sees it on their page of money.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, person_id: UUID, test: str) -> HttpResponse:
    """One test of one person. A POST tells its facts, keeps its answer or decides, as `act` says."""
    caller, today = signed_in(request), clock.today()
    shown = queries.page_of_test(caller, person_id, test, today)
    act = request.POST.get("act", "")
    start = {"request_key": fresh_request_key()}
    newest = shown.taken[0].taken_id if shown.taken else None
    forms: dict[str, ActForm] = {
        "tell": FactsForm(shown.facts, today, _sent(request, act, "tell"), initial=dict(start)),
        "take": (TakeToolForm if test == "dst" else TakeForm)(
            _sent(request, act, "take"), initial=start | {"expected_set": shown.evidence.mark}, prefix="take"
        ),
        "decide": DecideForm(
            _sent(request, act, "decide"), initial=start | {"tool_id": newest, "starts_on": today}, prefix="decide"
        ),
    }
    used = forms.get(act)
    if used is not None and used.is_valid():
        try:
            _do(caller, shown, act, used)
            messages.success(request, SAID[act])
            return redirect("funding:test", person_id, test)
        except (PersonMustAct, NotNow) as error:
            used.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
    context = {"shown": shown, "forms": forms, "used": used or forms["tell"]}
    return render(request, "funding/test.html", context, status=422 if used is not None and used.errors else 200)


def _sent(request: HttpRequest, act: str, wanted: str) -> dict[str, object] | None:
    return request.POST if act == wanted else None  # type: ignore[return-value]


def _do(caller: Caller, shown: queries.OneTest, act: str, form: ActForm) -> None:
    given, now = form.cleaned_data, clock.now()
    if act == "tell":
        assert isinstance(form, FactsForm)  # by its name
        source = {name: given[name] for name in ("starts_on", "document", "seen_on", "told_by", "request_key")}
        actions.tell_facts(by=caller, at=now, person_id=shown.person_id, facts=form.facts(), **source)
    elif act == "take":
        actions.take_test(
            by=caller, at=now, request_key=given["request_key"], person_id=shown.person_id, test=shown.test,
            expected_set=given["expected_set"], recommends=given.get("recommends", ""),
            because=given.get("because", ""),
        )  # fmt: skip
    else:
        actions.decide_healthcare(by=caller, at=now, **given)
