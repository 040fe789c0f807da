"""The pages of evidence: everything told of a person's money, and telling, correcting or ending a piece."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import NotFound, PersonMustAct
from joinedup.funding import actions, queries
from joinedup.funding.evidence_set import CHARGE_TOPICS
from joinedup.funding.forms import CorrectionForm, EndForm, EvidenceForm
from joinedup.funding.forms.evidence import asked_again
from joinedup.person.forms import fresh_request_key


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What was told of a person's money; a POST tells another piece."""
    caller, today = signed_in(request), clock.today()
    shown = queries.evidence_of(caller, person_id, today)
    form = EvidenceForm(request.POST or None, initial={"request_key": fresh_request_key()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.tell_evidence(by=caller, at=clock.now(), request_key=form.cleaned_data["request_key"],
                                  person_id=person_id, pieces=[form.piece()])  # fmt: skip
            messages.success(request, "It stands in the evidence.")
            return redirect("funding:evidence", person_id)
        except PersonMustAct as error:
            _refuse(form, error)
    context = {"shown": shown, "form": form}
    return render(request, "funding/evidence.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, person_id: UUID, evidence_id: UUID) -> HttpResponse:
    """One piece, to be corrected (`act` is correct) or ended (`act` is end)."""
    caller, today = signed_in(request), clock.today()
    caller.must("tell_evidence")
    shown = queries.evidence_of(caller, person_id, today)
    held = next((each for each in shown.told if each.evidence_id == evidence_id and not each.corrected), None)
    if held is None:
        raise NotFound("evidence-not-found", "There is no such evidence, or it has been corrected.")
    sent, ends = request.POST or None, request.POST.get("act") == "end"
    start = {"request_key": fresh_request_key()}
    form = CorrectionForm(None if ends else sent, initial=start | asked_again(held.piece, today))
    end_form = EndForm(sent if ends else None, initial=start | {"ends_on": today}, prefix="end")
    used = end_form if ends else form
    if request.method == "POST" and used.is_valid():
        words = {"by": caller, "at": clock.now(), "evidence_id": evidence_id} | {
            name: used.cleaned_data[name] for name in ("request_key", "because")
        }
        try:
            if ends:
                actions.end_evidence(**words, ends_on=used.cleaned_data["ends_on"])
            else:
                actions.correct_evidence(**words, piece=form.piece())
            messages.success(request, "The evidence is corrected. What was written before stays in the record.")
            return redirect("funding:evidence", person_id)
        except PersonMustAct as error:
            _refuse(used, error)
    context = {"shown": shown, "held": held, "form": form, "end_form": end_form, "used": used}
    context["of_charge"] = held.piece.topic in CHARGE_TOPICS
    return render(request, "funding/correct.html", context, status=422 if used.errors else 200)


def _refuse(form: EvidenceForm | EndForm, error: PersonMustAct) -> None:
    form.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
