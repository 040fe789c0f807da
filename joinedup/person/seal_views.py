"""The pages of a sealed line: close it, see who may open it, open it to all again, and break a marked seal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import PersonMustAct
from joinedup.person import queries
from joinedup.person.actions import break_seal, seal_item, unseal_item
from joinedup.person.forms import SealForm, SealReasonForm, fresh_request_key


@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, person_id: UUID, entry_id: UUID) -> HttpResponse:
    """Close a line to all but named readers; of a sealed one, who may open it, and taking the seal off."""
    caller = signed_in(request)
    caller.must("seal_items")
    line = queries.line_to_seal(caller, person_id, entry_id)
    start = {"request_key": fresh_request_key(), "marked": "no"}
    sent = request.POST if request.method == "POST" else None
    form: SealForm | SealReasonForm
    if line.sealed_at is None:
        form = SealForm(sent, readers=queries.possible_readers(caller, clock.now()), initial=start)
    else:
        form = SealReasonForm(sent, initial=start)
    if form.is_valid():
        key, why = form.cleaned_data["request_key"], form.cleaned_data["why"]
        try:
            if isinstance(form, SealForm):
                seal_item(
                    by=caller, at=clock.now(), request_key=key, person_id=line.person_id, entry_id=entry_id, why=why,
                    marked=form.cleaned_data["marked"], readers=form.chosen(),
                )  # fmt: skip
                messages.success(request, "The line is sealed. For everybody but its readers it is not on the record.")
            else:
                unseal_item(
                    by=caller, at=clock.now(), request_key=key, person_id=line.person_id, entry_id=entry_id, why=why
                )
                messages.success(request, "The seal is off. Whoever may see the record sees the line again.")
            return redirect("person:record", line.person_id)
        except PersonMustAct as error:
            form.add_error("why", " ".join(filter(None, (error.what, error.next_step))))
    context = {"line": line, "form": form}
    return render(request, "person/seal.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def break_one(request: HttpRequest, person_id: UUID, seal_id: UUID) -> HttpResponse:
    """See what is under a marked seal for an hour, with a reason."""
    caller = signed_in(request)
    caller.must("break_seal")
    person = queries.person_to_write_about(caller, person_id, "break_seal")
    form = SealReasonForm(
        request.POST if request.method == "POST" else None, initial={"request_key": fresh_request_key()}
    )
    if form.is_valid():
        try:
            break_seal(
                by=caller, at=clock.now(), request_key=form.cleaned_data["request_key"], person_id=person.id,
                seal_id=seal_id, why=form.cleaned_data["why"],
            )  # fmt: skip
            messages.success(request, "You see the sealed line for one hour. Your reason is on record.")
            return redirect("person:record", person.id)
        except PersonMustAct as error:
            form.add_error("why", " ".join(filter(None, (error.what, error.next_step))))
    context = {"person": person, "form": form}
    return render(request, "person/break_seal.html", context, status=422 if form.errors else 200)
