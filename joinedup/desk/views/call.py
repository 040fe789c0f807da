"""The call page: one address, two moves. What was said and who is meant; then what is happening and what happens next.

Each move is a POST of everything typed so far, so that the page works without script and nothing is typed twice. Only
the last one, “Take the call”, writes anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from joinedup.access.callers import Caller
from joinedup.access.signed_in import signed_in
from joinedup.base import clock
from joinedup.base.errors import BadValue, PersonMustAct
from joinedup.base.parameter_files import shipped
from joinedup.desk import call_tokens, queries
from joinedup.desk.call_tokens import NEW, SEEN, UNSEEN, Chosen
from joinedup.desk.first_estimate import FirstEstimate, bands_on, first_estimate
from joinedup.desk.forms.call import DecisionForm, EstimateForm, ToldForm
from joinedup.door.actions import Call, take_call
from joinedup.door.queries import possible_owners, subjects_of_caller
from joinedup.door.rules import URGENCIES, due_at
from joinedup.funding.actions import keep_first_estimate
from joinedup.web.words import instant


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Take a call: `move` is find, choose, estimate or take."""
    caller = signed_in(request)
    caller.must("take_calls")
    page = CallPage(request, caller)
    if request.method != "POST":
        return page.asking(ToldForm(whole=False))
    if "choose" in request.POST:
        return page.choose(request.POST["choose"])
    moves = {"find": page.find, "estimate": page.estimate, "take": page.take}
    return moves.get(request.POST.get("move", ""), page.find)()


class CallPage:
    """One showing of the page: what came in, and the three ways in which it is answered."""

    def __init__(self, request: HttpRequest, caller: Caller) -> None:
        self.request, self.caller, self.now = request, caller, clock.now()
        hours = shipped().value_at("door-call-page-hours", clock.today()).count()
        token = request.POST.get("started", "")
        self.started = call_tokens.started(caller.id, token, self.now, timedelta(hours=hours))
        self.bands = bands_on(clock.today(), shipped())
        self.opened: queries.Happening | None = None

    def find(self) -> HttpResponse:
        """Look for whoever is meant."""
        told = ToldForm(self.request.POST, whole=False)
        if not told.is_valid():
            return self.asking(told)
        if not told.said().everything:
            told.add_error("family", "Enter a name, a date of birth, a postcode or an NHS number of the person")
            return self.asking(told)
        return self.who(told)

    def choose(self, token: str) -> HttpResponse:
        """Go on with a person."""
        told, chosen = ToldForm(self.request.POST, whole=False), call_tokens.chosen(self.started, token)
        if not told.is_valid() or chosen is None:
            return self.find()
        return self.deciding(told, chosen)

    def estimate(self) -> HttpResponse:
        """Work out a first estimate and stay on the page."""
        told = ToldForm(self.request.POST, whole=False)
        chosen = call_tokens.chosen(self.started, self.request.POST.get("person", ""))
        if not told.is_valid() or chosen is None:
            return self.find()
        means = EstimateForm(self.request.POST, bands=self.bands)
        estimated = self.estimated(means, told, chosen) if means.is_valid() else None
        return self.deciding(told, chosen, means=means, estimated=estimated)

    def take(self) -> HttpResponse:
        """Take the call, or say what is missing with every text kept."""
        told = ToldForm(self.request.POST)
        chosen = call_tokens.chosen(self.started, self.request.POST.get("person", ""))
        if chosen is None:
            return self.find()
        decision = self.decision(self.request.POST)
        whole = told.is_valid() and self.named(told, chosen)
        means = EstimateForm(self.request.POST, bands=self.bands)
        estimated = self.estimated(means, told, chosen) if told.is_valid() and means.is_valid() else None
        if not decision.is_valid() or not whole:
            return self.deciding(told, chosen, decision=decision, estimated=estimated)
        whole_call = self.whole(told, decision, chosen, estimated)
        try:
            taken = take_call(by=self.caller, at=self.now, request_key=self.started.request_key, call=whole_call)
        except PersonMustAct as error:
            decision.add_error(None, " ".join(part for part in (error.what, error.why, error.next_step) if part))
            return self.deciding(told, chosen, decision=decision)
        if estimated:
            keep_first_estimate(
                by=self.caller, at=self.now, request_key=f"{self.started.request_key}.estimate", request_id=taken,
                words=estimated.words, lowest_pence=estimated.lowest_pence, highest_pence=estimated.highest_pence,
                as_at=clock.today(),
            )  # fmt: skip
        messages.success(self.request, f"The call is taken. Its clock has run since {instant(self.started.at)}.")
        return redirect("desk:request", taken)

    def whole(self, told: ToldForm, decision: DecisionForm, chosen: Chosen, estimated: FirstEstimate | None) -> Call:
        """Everything that was typed, as one call."""
        words, decided = told.cleaned_data, decision.cleaned_data
        return Call(
            **{name: words[name] for name in (*ToldForm.CALLER, *ToldForm.WORDS)},
            place_id=decision.place_id(), first_contact_at=self.started.at, urgency=decided["urgency"],
            owner_id=decision.owner_id(), next_step=decided["next_step"], next_step_due=decision.due(),
            person_id=chosen.person_id, told=told.told() if chosen.kind == NEW else None,
            first_estimate=estimated.words if estimated else "",
        )  # fmt: skip

    def named(self, told: ToldForm, chosen: Chosen) -> bool:
        """Whether a new person has a name."""
        if chosen.kind == NEW and not told.cleaned_data["family"]:
            told.add_error("family", "Enter the family name: a new record needs one")
        return not told.errors

    def decision(self, data: Any = None) -> DecisionForm:
        """The second move's form; without `data`, what was typed in it so far."""
        places = [(held.place_id, held.place_name) for held in self.caller.holdings if held.role == "coordinator"]
        owners = {each.id: each for place_id, _ in places for each in possible_owners(place_id, self.now)}
        due = {key: instant(due_at(key, self.started.at, shipped())) for key in URGENCIES}
        kept = {} if data is not None else self.typed(DecisionForm.base_fields)
        return DecisionForm(
            data, initial=kept, places=places, owners=list(owners.values()), due=due,
            own=subjects_of_caller(),
        )  # fmt: skip

    def typed(self, names: Any) -> dict[str, str]:
        """What came in under these names."""
        return {name: self.request.POST[name] for name in names if self.request.POST.get(name)}

    def estimated(self, means: EstimateForm, told: ToldForm, chosen: Chosen) -> FirstEstimate | None:
        """The range for these means; what stands in the way is said beside the form."""
        born = told.cleaned_data.get("birth_date")
        now = self.happening(chosen)
        born = (now.record.birth_date if now else None) or born
        if born is None:
            means.add_error(None, "The date of birth is not known: it decides which minimum income holds.")
            return None
        try:
            return first_estimate(birth_date=born, as_at=clock.today(), parameters=shipped(), **means.means())
        except BadValue as error:
            means.add_error("household", f"{error.what} {error.why}")
            return None

    def happening(self, chosen: Chosen) -> queries.Happening | None:
        """What goes on for somebody whom the caller may see, read once a page."""
        if self.opened is None and chosen.kind == SEEN and chosen.person_id is not None:
            self.opened = queries.happening(self.caller, chosen.person_id, self.now)
        return self.opened

    def asking(self, told: ToldForm) -> HttpResponse:
        """The first move: what was said."""
        return self.show("asking", told)

    def who(self, told: ToldForm) -> HttpResponse:
        """Whom it fits, each with a signed choice."""
        found = queries.who_is_meant(self.caller, self.request.token, told.said(), self.now)
        return self.show(
            "who", told, found=found,
            seen=[(each, call_tokens.choice(self.started, SEEN, each.person_id)) for each in found.seen],
            unseen=[(each, call_tokens.choice(self.started, UNSEEN, each.person_id)) for each in found.unseen],
            new=call_tokens.choice(self.started, NEW),
        )  # fmt: skip

    def deciding(
        self, told: ToldForm, chosen: Chosen, *, decision: DecisionForm | None = None,
        means: EstimateForm | None = None, estimated: FirstEstimate | None = None,
    ) -> HttpResponse:  # fmt: skip
        """The second move: what is happening for the chosen person, and what happens next."""
        blank = EstimateForm(initial=self.typed(EstimateForm.base_fields), bands=self.bands)
        return self.show(
            "deciding", told, chosen=chosen, now=self.happening(chosen), decision=decision or self.decision(),
            means=means or blank, estimated=estimated,
        )  # fmt: skip

    def show(self, move: str, told: ToldForm, **more: Any) -> HttpResponse:
        """The page at one of its moves; what another move holds is carried along."""
        carried = {} if move == "deciding" else self.typed((*DecisionForm.base_fields, *EstimateForm.base_fields))
        context = {"move": move, "told": told, "started": self.started, "carried": carried, **more}
        forms = (told, more.get("decision"), more.get("means"))
        context["wrong"] = [form for form in forms if form is not None and form.errors]
        status = 422 if context["wrong"] else 200
        return render(self.request, "desk/call.html", context, status=status)
