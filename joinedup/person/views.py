"""The pages of the record: finding people, the record itself, “About me”, who looked, and questions about who is who.

Each reads the request, calls one query or action and chooses a template. No browser keeps these pages: the middleware
of access says so for everybody who is signed in.
"""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import Conflict, NotFound
from joinedup.person import queries
from joinedup.person.actions import (
    Asking,
    Authority,
    ContactPerson,
    add_contact_person,
    ask_about_look,
    ask_for_rebuild,
    break_glass,
    end_alert,
    end_contact_person,
    end_proxy,
    raise_alert,
    record_consent,
    record_proxy,
    save_about_me,
    set_hold,
    set_opt_out,
    withdraw_consent,
)
from joinedup.person.forms import (
    AboutMeForm,
    AlertForm,
    ConsentForm,
    ContactForm,
    DecisionForm,
    EndContactForm,
    GlassForm,
    HoldForm,
    LookQuestionForm,
    ProxyForm,
    RebuildForm,
    SearchForm,
    TimelineFilter,
    about_me_form,
    fresh_request_key,
    timeline_wanted,
)
from joinedup.person.linking.chart import weight_bars
from joinedup.person.search_text import understood
from joinedup.web.charts import weight_chart
from joinedup.web.context import record_links
from joinedup.web.errors import render_error


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search box; with `?q=` the people found."""
    caller = signed_in(request)
    caller.must("search_people")
    form = SearchForm(request.GET if "q" in request.GET else None)
    results = None
    if form.is_valid():
        results = queries.search(caller, request.token, form.cleaned_data["q"], clock.now())
    context = {"form": form, "results": results}
    return render(request, "person/search.html", context, status=422 if form.errors else 200)


@require_safe
def record(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person's record. The timeline is limited by `?kind=&told_by=&words=&starts=&ends=`; `?after=` goes on."""
    caller = signed_in(request)
    chosen, wanted = timeline_wanted(request.GET)
    after = request.GET.get("after", "")
    shown = queries.record(caller, person_id, clock.now(), wanted=wanted, after=after)
    if isinstance(shown, queries.MovedTo):
        return redirect("person:record", shown.person_id)
    context = {
        "shown": shown,
        "form": TimelineFilter(initial=chosen).offer(shown),
        "chosen": chosen,
        "older": "?" + urlencode(chosen | {"after": shown.timeline.older}) if shown.timeline.older else None,
        "newest": "?" + urlencode(chosen) if after else None,
        "today": clock.today(),
        "beyond": record_links(person_id, caller.permissions),
        "request_key": fresh_request_key(),
    }
    return render(request, "person/record.html", context)


@require_safe
def summary(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The record in plain words on one sheet, for the person and whoever looks after them."""
    shown = queries.record(signed_in(request), person_id, clock.now(), act="record.summary_opened")
    if isinstance(shown, queries.MovedTo):
        return redirect("person:summary", shown.person_id)
    return render(request, "person/summary.html", {"shown": shown, "today": clock.today()})


@require_safe
def fact_sources(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Where each fact of a person comes from, and why it holds."""
    return render(request, "person/fact_sources.html", {"shown": queries.fact_sources(signed_in(request), person_id)})


@require_http_methods(["GET", "HEAD", "POST"])
def about_me(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What matters to the person, to be changed; a change by somebody else meanwhile gives both texts."""
    caller = signed_in(request)
    shown = queries.about_me(caller, person_id, opening=request.method != "POST")
    form = AboutMeForm(request.POST) if request.method == "POST" else about_me_form(shown)
    if form.is_valid():
        try:
            save_about_me(by=caller, at=clock.now(), person_id=shown.person_id, **form.cleaned_data)
        except Conflict as error:
            now = queries.about_me(caller, person_id)  # the conflict page shows what stands there
            return render_error(request, error, current_version=now.version)
        messages.success(request, "“About me” is saved. Everybody who may see the record reads it first.")
        return redirect("person:record", shown.person_id)
    return render(request, "person/about_me.html", {"shown": shown, "form": form}, status=422 if form.errors else 200)


@require_safe
def looks(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Who looked at a record: for the person, and for privacy officers."""
    caller = signed_in(request)
    shown = queries.looks(caller, person_id, after=request.GET.get("after", ""))
    older = "?" + urlencode({"after": shown.page.older}) if shown.page.older else None
    context = {
        "shown": shown, "older": older, "in_past": "after" in request.GET, "request_key": fresh_request_key(),
    }  # fmt: skip
    return render(request, "person/looks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question_look(request: HttpRequest, person_id: UUID, line_id: int) -> HttpResponse:
    """The person asks the privacy officer about one look at their record."""
    caller = signed_in(request)
    line = queries.look_to_question(caller, person_id, line_id)
    form = LookQuestionForm(request.POST or None, initial={"request_key": fresh_request_key()})
    if request.method == "POST" and form.is_valid():
        ask_about_look(by=caller, at=clock.now(), person_id=person_id, line_id=line_id, **form.cleaned_data)
        messages.success(request, "Your question is with the privacy officer. The answer will stand beside this look.")
        return redirect("person:looks", person_id)
    context = {"form": form, "line": line, "person_id": person_id}
    return render(request, "person/question_look.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def glass(request: HttpRequest) -> HttpResponse:
    """Sight of one record for one hour, for a reason, told to the privacy officer."""
    caller = signed_in(request)
    caller.must("break_glass")
    form = GlassForm(request.POST or None, initial={"request_key": fresh_request_key()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        person_id = break_glass(
            by=caller, at=clock.now(), request_key=said["request_key"], token=request.token,
            asking=Asking(said["who"], said["reason"], said["words"]),
        )  # fmt: skip
        messages.success(request, "You may see this record for one hour. The privacy officer has been told.")
        return redirect("person:record", person_id)
    return render(request, "person/glass.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """What the person decided about sharing, and a form for one more consent."""
    caller = signed_in(request)
    shown = queries.sharing(caller, person_id)
    form = ConsentForm(request.POST or None, initial={"request_key": fresh_request_key()}).offer(shown)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        record_consent(by=caller, at=clock.now(), request_key=said["request_key"], person_id=shown.person_id,
                       receiver_id=UUID(said["receiver"]), how=said["how"])  # fmt: skip
        messages.success(request, "They may see the record from now, until the consent is withdrawn.")
        return redirect("person:sharing", shown.person_id)
    context = {"form": form, "shown": shown, "request_key": fresh_request_key}
    return render(request, "person/sharing.html", context, status=422 if form.errors else 200)


@require_POST
def decide(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Withdraw a consent, opt out or in, or end somebody's acting for the person: in force at once."""
    caller = signed_in(request)
    caller.must("open_record")
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise NotFound("nothing-to-change", "There is nothing to change here.", "", "Open the page again.")
    act, thing = form.cleaned_data["act"], form.cleaned_data["thing"]
    words = {"by": caller, "at": clock.now(), "request_key": form.cleaned_data["request_key"], "person_id": person_id}
    if act == "withdraw":
        withdraw_consent(consent_id=thing, **words)
    elif act == "end_proxy":
        end_proxy(proxy_id=thing, **words)
    else:
        set_opt_out(opted_out=act == "opt_out", **words)
    messages.success(request, "It is so from now.")
    return redirect("person:sharing", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def acting(request: HttpRequest) -> HttpResponse:
    """Whoever manages access records, having seen the authority, who acts for a person."""
    caller = signed_in(request)
    caller.must("manage_access")
    form = ProxyForm(request.POST or None, initial={"request_key": fresh_request_key()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        number = understood(said["nhs_number"]).nhs_number
        person_id, user_id = queries.person_and_user(caller, number, said["birth_date"], said["username"].strip())
        record_proxy(
            by=caller, at=clock.now(), request_key=said["request_key"], person_id=person_id, subject_id=user_id,
            authority=Authority(said["kind"], said["evidence"], said["starts_on"], said["ends_on"]),
        )  # fmt: skip
        messages.success(request, "It is on record. The person sees it on their page about sharing, and can end it.")
        return redirect("person:acting")
    return render(request, "person/acting.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def hold(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The privacy officer places or lifts a legal hold."""
    caller = signed_in(request)
    caller.must("review_looks")
    form = HoldForm(request.POST)
    if not form.is_valid():
        raise NotFound("nothing-to-change", "There is nothing to change here.", "", "Open the page again.")
    said = form.cleaned_data
    set_hold(by=caller, at=clock.now(), request_key=said["request_key"], person_id=person_id,
             standing=said["act"] == "place", words=said["words"])  # fmt: skip
    messages.success(request, "It is so from now. A held record is not destroyed, however old.")
    return redirect("person:looks", person_id)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """Questions about who is who, both people side by side."""
    return render(request, "person/questions.html", {"questions": queries.work_items(signed_in(request))})


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The record of whoever is signed in."""
    caller = signed_in(request)
    return redirect("person:record", caller.person_id or queries.only_person_of_proxy(caller))


@require_POST
def rebuild(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Ask for a person's timeline to be made again from what bodies sent; background work does it."""
    caller = signed_in(request)
    caller.must("search_people")  # what every care role has and nobody else
    form = RebuildForm(request.POST)
    key = form.cleaned_data["request_key"] if form.is_valid() else ""
    ask_for_rebuild(by=caller, at=clock.now(), request_key=key, person_id=person_id)
    messages.success(request, "The timeline will be made again from what was sent. Open the record again in a minute.")
    return redirect("person:record", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A new alert, adjustment or legal note, which then stands first on the record."""
    caller = signed_in(request)
    person = queries.person_to_write_about(caller, person_id, "write_alerts")
    form = (
        AlertForm(request.POST) if request.method == "POST" else AlertForm(initial={"request_key": fresh_request_key()})
    )
    if form.is_valid():
        raise_alert(by=caller, at=clock.now(), person_id=person.id, **form.cleaned_data)
        messages.success(request, "The alert is written. It stands first on the record until somebody ends it.")
        return redirect("person:record", person.id)
    context = {"person": person, "form": form}
    return render(request, "person/alert.html", context, status=422 if form.errors else 200)


@require_POST
def alert_end(request: HttpRequest, person_id: UUID, entry_id: UUID) -> HttpResponse:
    """End an alert of ours; its line stays on the timeline."""
    caller = signed_in(request)
    form = RebuildForm(request.POST)
    key = form.cleaned_data["request_key"] if form.is_valid() else ""
    end_alert(by=caller, at=clock.now(), request_key=key, person_id=person_id, entry_id=entry_id)
    messages.success(request, "The alert is ended. Its line stays on the timeline.")
    return redirect("person:record", person_id)


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Somebody close to the person, to be added."""
    caller = signed_in(request)
    person = queries.person_to_write_about(caller, person_id, "write_contacts")
    form = (
        ContactForm(request.POST)
        if request.method == "POST"
        else ContactForm(initial={"request_key": fresh_request_key()})
    )
    if form.is_valid():
        said = dict(form.cleaned_data)
        key, number = said.pop("request_key"), said.pop("nhs_number")
        other = queries.person_of_number(caller, request.token, number, clock.now()) if number else None
        if number and other is None:
            form.add_error(
                "nhs_number", "Nobody whose record you may see has this number. Correct it, or leave it empty"
            )
        else:
            told = ContactPerson(**said, other_person_id=other)
            add_contact_person(by=caller, at=clock.now(), request_key=key, person_id=person.id, contact=told)
            messages.success(request, "The contact is written down.")
            return redirect("person:record", person.id)
    context = {"person": person, "form": form}
    return render(request, "person/contact.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_end(request: HttpRequest, person_id: UUID, relationship_id: UUID) -> HttpResponse:
    """Somebody who is close to the person no longer."""
    caller = signed_in(request)
    person, held = queries.relationship(caller, person_id, relationship_id)
    first = {"expected_version": held.version, "request_key": fresh_request_key()}
    form = EndContactForm(request.POST) if request.method == "POST" else EndContactForm(initial=first)
    if form.is_valid():
        end_contact_person(by=caller, at=clock.now(), relationship_id=held.id, **form.cleaned_data)
        messages.success(request, "The contact is ended. It stays in the history.")
        return redirect("person:record", person.id)
    context = {"person": person, "held": held, "form": form}
    return render(request, "person/contact_end.html", context, status=422 if form.errors else 200)


@require_safe
def link_models(request: HttpRequest) -> HttpResponse:
    """Every kept model of linking, the one in force first."""
    return render(request, "person/link_models.html", {"kept": queries.kept_models(signed_in(request))})


@require_safe
def link_model(request: HttpRequest, version: int) -> HttpResponse:
    """One kept model: its report, and what each agreement and difference weighs, drawn and as a table."""
    model = queries.kept_model(signed_in(request), version)
    bars = weight_bars(model.weights)
    chart = weight_chart(f"What each comparison of model {version} says", bars)
    return render(request, "person/link_model.html", {"model": model, "bars": bars, "chart": chart})
