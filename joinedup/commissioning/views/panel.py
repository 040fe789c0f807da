"""The pages of the panel: its agenda, an item with cost and share on top, meetings, declining, telling, conditions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict, NotFound, NotNow, PersonMustAct
from joinedup.commissioning import actions, queries
from joinedup.commissioning.forms import (
    ActForm,
    AgendaForm,
    ConditionForm,
    MeetingForm,
    RecommendForm,
    ReviewForm,
    TellForm,
    WhyForm,
    fresh,
)
from joinedup.commissioning.views.answers import conflict, words

BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def agenda(request: HttpRequest) -> HttpResponse:
    """What waits for the panel, its meetings, and what waits too long."""
    return render(request, "commissioning/panel.html", {"agenda": queries.panel_of(signed_in(request), clock.now())})


@BOTH
def meeting(request: HttpRequest) -> HttpResponse:
    """Calling a meeting with members of both sides."""
    caller, now = signed_in(request), clock.now()
    caller.must("run_panel")
    places = dict.fromkeys((each.place_id, each.place_name) for each in caller.holdings)
    form = MeetingForm(request.POST) if request.method == "POST" else MeetingForm(initial=fresh())
    form.offer(places, queries.possible_seats((key for key, _ in places), now))
    if form.is_valid():
        sent = form.cleaned_data
        try:
            actions.call_meeting(
                by=caller, at=now, request_key=sent["request_key"], place_id=UUID(sent["place_id"]),
                held_on=sent["held_on"], members=form.members(),
            )  # fmt: skip
            messages.success(request, "The meeting is called.")
            return redirect("commissioning:panel")
        except NotNow as error:
            form.add_error(None, words(error))
    return render(request, "commissioning/meeting.html", {"form": form}, status=422 if form.errors else 200)


@BOTH
def item(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """One package before the panel, cost and share on top; a recommendation is sent from here."""
    caller = signed_in(request)
    caller.must("see_panel")
    form = RecommendForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            actions.recommend_package(by=caller, at=clock.now(), package_id=package_id, **form.cleaned_data)
            messages.success(request, "Your word stands with the package.")
            return redirect("commissioning:item", package_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    return _item_page(request, caller, package_id, form)


def _item_page(request: HttpRequest, caller: Caller, package_id: UUID, form: RecommendForm | None) -> HttpResponse:
    """The item with forms that start from the figures it shows now."""
    now = clock.now()
    shown = queries.package_of(caller, package_id, now)
    besides = queries.besides_of(caller, package_id, now)
    seen = {"seen_cost_pence": shown.weekly_cost_pence, "seen_person_pence": shown.person_pence}
    meetings = [(each.meeting_id, each.held_on) for each in queries.panel_of(caller, now).meetings]
    version = besides.item.version if besides.item else 0
    context = {
        "shown": shown, "besides": besides, "form": form or RecommendForm(initial=fresh(**seen)),
        "agenda_form": AgendaForm(initial=fresh(version)).offer(
            (key, f"{held.day} {held:%B %Y}") for key, held in meetings
        ),
        "key": fresh()["request_key"],
    }  # fmt: skip
    return render(request, "commissioning/item.html", context, status=422 if form is not None else 200)


@require_POST
def queue(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Letting a proposal wait for the panel."""
    caller, form = signed_in(request), ActForm(request.POST)
    key = form.cleaned_data["request_key"] if form.is_valid() else ""
    actions.queue_for_panel(by=caller, at=clock.now(), request_key=key, package_id=package_id)
    messages.success(request, "It waits for the panel. The clock runs.")
    return redirect("commissioning:item", package_id)


@require_POST
def put(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Putting an item on the agenda of a meeting."""
    caller, now = signed_in(request), clock.now()
    besides = queries.besides_of(caller, package_id, now)
    form = AgendaForm(request.POST).offer(
        (each.meeting_id, "") for each in queries.panel_of(caller, now).meetings
    )  # fmt: skip
    if besides.item is None:
        raise NotFound("item-not-found", "There is no such item, or you may not see it.")
    if form.is_valid():
        sent = form.cleaned_data
        actions.put_on_agenda(
            by=caller, at=now, request_key=sent["request_key"], expected_version=sent["expected_version"],
            item_id=besides.item.item_id, meeting_id=UUID(sent["meeting_id"]),
        )  # fmt: skip
        messages.success(request, "It is on the agenda, and the members can see it.")
    else:
        messages.error(request, "Choose a meeting.")
    return redirect("commissioning:item", package_id)


@BOTH
def decline(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Declining what the panel looked at, and why."""
    caller, now = signed_in(request), clock.now()
    caller.must("decide_package")
    shown, besides = queries.package_of(caller, package_id, now), queries.besides_of(caller, package_id, now)
    if besides.item is None:
        raise NotFound("item-not-found", "There is no such item, or you may not see it.")
    form = WhyForm(request.POST) if request.method == "POST" else WhyForm(initial=fresh(besides.item.version))
    if form.is_valid():
        try:
            actions.decline_item(by=caller, at=now, item_id=besides.item.item_id, **form.cleaned_data)
            messages.success(request, "It is declined. Now somebody tells the family, and how to appeal.")
            return redirect("commissioning:package", package_id)
        except Conflict as error:
            return conflict(request, caller, error, package_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "form": form}
    return render(request, "commissioning/decline.html", context, status=422 if form.errors else 200)


@BOTH
def tell(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Recording who told the family what was decided, when and how."""
    caller, now = signed_in(request), clock.now()
    caller.must("tell_family")
    shown, besides = queries.package_of(caller, package_id, now), queries.besides_of(caller, package_id, now)
    starting = fresh(person_pence=shown.person_pence, told_on=clock.today())
    form = TellForm(request.POST) if request.method == "POST" else TellForm(initial=starting)
    if form.is_valid():
        try:
            actions.tell_family(by=caller, at=now, package_id=package_id, **form.cleaned_data)
            messages.success(request, "It stands in the record who was told.")
            return redirect("commissioning:package", package_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "besides": besides, "form": form}
    return render(request, "commissioning/tell.html", context, status=422 if form.errors else 200)


@BOTH
def review(request: HttpRequest, package_id: UUID) -> HttpResponse:
    """Recording that a decided package was looked at again."""
    caller, now = signed_in(request), clock.now()
    caller.must("tell_family")
    shown, besides = queries.package_of(caller, package_id, now), queries.besides_of(caller, package_id, now)
    starting = fresh(reviewed_on=clock.today())
    form = ReviewForm(request.POST) if request.method == "POST" else ReviewForm(initial=starting)
    if form.is_valid():
        try:
            actions.review_package(by=caller, at=now, package_id=package_id, **form.cleaned_data)
            messages.success(request, "It stands in the record that it was looked at again.")
            return redirect("commissioning:package", package_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "besides": besides, "form": form}
    return render(request, "commissioning/review.html", context, status=422 if form.errors else 200)


@BOTH
def condition(request: HttpRequest, package_id: UUID, condition_id: UUID) -> HttpResponse:
    """Saying whether a condition was met."""
    caller, now = signed_in(request), clock.now()
    caller.must("tell_family")
    shown, besides = queries.package_of(caller, package_id, now), queries.besides_of(caller, package_id, now)
    asked = next((each for each in besides.conditions if each.condition_id == condition_id), None)
    if asked is None:
        raise NotFound("condition-not-found", "There is no such condition, or you may not see it.")
    form = ConditionForm(request.POST) if request.method == "POST" else ConditionForm(initial=fresh(asked.version))
    if form.is_valid():
        sent = form.cleaned_data
        try:
            actions.close_condition(
                by=caller, at=now, request_key=sent["request_key"], expected_version=sent["expected_version"],
                condition_id=condition_id, met=sent["met"] == "yes", words=sent["words"],
            )  # fmt: skip
            return redirect("commissioning:package", package_id)
        except Conflict as error:
            return conflict(request, caller, error, package_id)
        except PersonMustAct as error:
            form.add_error(None, words(error))
    context = {"shown": shown, "asked": asked, "form": form}
    return render(request, "commissioning/condition.html", context, status=422 if form.errors else 200)
