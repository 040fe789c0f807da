"""My money: one page of who pays for a person's care, for them, whoever acts for them, and staff with the right."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import PersonMustAct
from joinedup.commissioning.queries import posted_since
from joinedup.desk.forms.my_money import AdjustForm
from joinedup.desk.my_money import my_money
from joinedup.funding import queries
from joinedup.funding.actions import decide_adjustments
from joinedup.person.forms import fresh_request_key


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """A person's own page, or the only one for whom the caller acts in money; for staff, whose charges they may see."""
    caller = signed_in(request)
    if caller.person_id is not None:
        return redirect("desk:my_money", caller.person_id)
    acted_for = queries.people_of_money(caller)
    if len(acted_for) == 1:
        return redirect("desk:my_money", acted_for[0].id)
    context = {"people": queries.charged_people(caller), "acted_for": acted_for}
    return render(request, "desk/money.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The page, with nothing folded away for paper; a POST decides adjustments of the weeks that it shows."""
    caller, now = signed_in(request), clock.now()
    shown = my_money(caller, person_id, now)
    due = shown.changed.sum_pence if shown.changed else 0
    form = AdjustForm(request.POST or None, initial={"request_key": fresh_request_key(), "expected_pence": due})
    if request.method == "POST":
        caller.must("decide_charge")
        if form.is_valid() and shown.changed:
            try:
                decide_adjustments(
                    by=caller, at=now, plan_id=shown.changed.plan_id, posted_since=posted_since(shown.changed.plan_id),
                    **form.cleaned_data,
                )  # fmt: skip
                messages.success(request, "The weeks are adjusted. The adjustments stand below.")
                return redirect("desk:my_money", person_id)
            except PersonMustAct as error:
                form.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
    context = {"shown": shown, "form": form, "paper": "paper" in request.GET}
    return render(request, "desk/my_money.html", context, status=422 if form.errors else 200)
