"""What does the answer of a further test say in one sentence, and what would change it?

What would change an answer is found by asking the same rule again with one thing changed, as for a charge. The sentence
of a tool of need says that it advises. Pure. Left out: the steps, which the answer itself holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from joinedup.base.errors import PersonMustAct, SenderMustAct
from joinedup.base.money import Money
from joinedup.base.parameters import Parameters
from joinedup.base.rulebook import Rule
from joinedup.funding.rules import RULES

RULE_OF: Mapping[str, Rule] = {each.name: each for each in RULES}
Case = Mapping[str, Any]
Answer = Mapping[str, Any]
TRIED_WEEKLY, TRIED_ONCE = Money(1000), Money(100_000)
"""What is tried as a change, a week and once; the sentences name them, so that any other amount would do as well."""


def answered(name: str, case: Case, parameters: Parameters, today: date) -> dict[str, object]:
    """The whole answer of a test's rule. PersonMustAct (test-case) says which facts cannot be used."""
    try:
        return RULE_OF[name].answer(dict(case), parameters, today)
    except SenderMustAct as error:
        raise PersonMustAct("test-case", error.what, error.why, "Correct what is named and send it again.") from error


def outcome(name: str, case: Case, answer: Answer, parameters: Parameters) -> str:
    """The answer in one sentence.

    >>> outcome("fnc", {}, {"payable": True, "weekly": "267.68"}, None)
    'The NHS pays £267.68 a week for nursing'
    """
    return _SENTENCES[name](case, answer, parameters)


def would_change(name: str, case: Case, answer: Answer, parameters: Parameters, today: date) -> tuple[str, ...]:
    """Sentences of what would change an answer; none where nothing that is tried does."""
    asked = _Asked(name, case, answer, parameters, today)
    return tuple(_CHANGES[name](asked))


def figures_used(answer: Answer) -> list[dict[str, object]]:
    """The figures of law and policy that the steps of an answer used, each once, in their order."""
    found: list[dict[str, object]] = []
    for step in answer["steps"]:
        figure = step.get("parameter")
        if figure is not None and figure not in found:
            found.append(figure)
    return found


def limit_left(case: Case, answer: Answer, parameters: Parameters) -> Money:
    """What may still be deferred: the equity limit less what is deferred and the fee that is added; never below 0."""
    fee = case.get("administration_fee")
    if fee is None:
        on = date.fromisoformat(str(case["on"]))
        fee = parameters.value_at("deferred-payment-administration-fee", on).money().to_text()
    used = _money(case.get("deferred_so_far", "0.00")) + _money(fee)
    return max(Money(0), _money(answer["equity_limit"]) - used)


def _money(text: object) -> Money:
    return Money.from_text(str(text))


def _shown(text: object) -> str:
    return _money(text).display()


def _day(iso: object) -> str:
    day = date.fromisoformat(str(iso))
    return f"{day.day} {day:%B %Y}"


# The sentence of each


def _grant(case: Case, answer: Answer, parameters: Parameters) -> str:
    words = f"The grant is {_shown(answer['grant'])} of works of {_shown(case['cost_of_works'])}"
    left = _money(answer["person_pays"])
    return f"{words}; the person pays {left.display()}" if left.pence else f"{words}; the person pays nothing"


def _deferral(case: Case, answer: Answer, parameters: Parameters) -> str:
    if not answer["must_offer"]:
        return "The council need not offer a deferral by what was told; it may"
    words = f"The council must offer it: {_shown(answer['weekly_deferred'])} a week can be deferred"
    left = limit_left(case, answer, parameters).display()
    words += f", {left} of the limit of {_shown(answer['equity_limit'])} remains"
    if answer["interest_percent"] is not None:
        words += f", at {answer['interest_percent']}% interest a year"
    else:
        words += ", without interest because no rate was told"
    return f"{words}; it lasts until {_day(answer['lasts_until'])}" if answer["lasts_until"] else words


def _nursing(case: Case, answer: Answer, parameters: Parameters) -> str:
    if not answer["payable"]:
        return "The NHS pays nothing for nursing by what was told"
    return f"The NHS pays {_shown(answer['weekly'])} a week for nursing"


def _checklist(case: Case, answer: Answer, parameters: Parameters) -> str:
    counts = f"{answer['a_count']} A, {answer['b_count']} B, {answer['c_count']} C"
    if answer["outcome"] == "positive":
        return f"It advises a full assessment ({counts}); people decide"
    return f"It advises no full assessment by these scores ({counts}); people decide"


_TOOL = {
    "fast_track": "A clinician certified a rapid decline: care starts now",
    "clear_recommendation": "The levels point clearly to eligibility",
    "judge_four_characteristics": "The levels decide nothing: nature, intensity, complexity and unpredictability do",
    "unlikely": "With no need above low, eligibility is unlikely",
}


def _tool(case: Case, answer: Answer, parameters: Parameters) -> str:
    return f"It advises: {_lower(_TOOL[str(answer['advice_code'])])}; people decide"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


_SENTENCES: Mapping[str, Callable[[Case, Answer, Parameters], str]] = {
    "dfg": _grant, "deferred-payment": _deferral, "fnc": _nursing, "chc-checklist": _checklist, "dst": _tool,
}  # fmt: skip


# What would change each


class _Asked:
    """One test as it was answered, to be asked again with something changed."""

    def __init__(self, name: str, case: Case, answer: Answer, parameters: Parameters, today: date) -> None:
        self.name, self.case, self.answer, self.parameters, self.today = name, case, answer, parameters, today

    def again(self, **changed: object) -> Answer:
        return answered(self.name, {**self.case, **changed}, self.parameters, self.today)

    def more(self, name: str, amount: Money) -> Answer:
        return self.again(**{name: (_money(self.case.get(name, "0.00")) + amount).to_text()})


def _grant_changes(asked: _Asked) -> Iterator[str]:
    if asked.answer["passported"]:
        reason = "If the works were not for a child" if asked.case.get("for_child") else "Without the benefit"
        yield f"{reason}, income and savings would be looked at"
        return
    now = _money(asked.answer["contribution"])
    for name, amount, words in (
        ("weekly_income", TRIED_WEEKLY, "If income rose by {} a week"),
        ("capital", TRIED_ONCE, "If there were {} more in savings"),
    ):
        then = _money(asked.more(name, amount)["contribution"])
        yield f"{words.format(amount.display())}, {_rises('the contribution', now, then)}"
    if now.pence:
        yield "If Guarantee Pension Credit, Universal Credit or Housing Benefit were paid, nothing would be asked"


def _rises(what: str, now: Money, then: Money) -> str:
    if then == now:
        return f"{what} would stay the same"
    return f"{what} would be {then.display()} instead of {now.display()}"


def _deferral_changes(asked: _Asked) -> Iterator[str]:
    now = _money(asked.answer["equity_limit"])
    then = _money(asked.more("property_value", TRIED_ONCE)["equity_limit"])
    yield f"If the home were worth {TRIED_ONCE.display()} more, {_rises('the limit', now, then)}"
    if _money(asked.case["weekly_fee"]) > TRIED_WEEKLY:
        dearer = asked.more("weekly_fee", TRIED_WEEKLY)
        yield f"If the care home cost {TRIED_WEEKLY.display()} more a week, {_lasts(asked.answer, dearer)}"
    richer = asked.more("weekly_income", TRIED_WEEKLY)
    yield f"If {TRIED_WEEKLY.display()} more a week came in, {_lasts(asked.answer, richer)}"
    if not asked.answer["must_offer"] and _money(asked.case.get("other_capital", "0.00")).pence:
        yield "If other savings came down to the upper capital limit, the council would have to offer it"


def _lasts(now: Answer, then: Answer) -> str:
    weeks = [each["weeks_with_interest"] or each["weeks_without_interest"] for each in (now, then)]
    words = ["longer than is looked at" if each is None else f"{each} weeks" for each in weeks]
    return "it would last as long" if weeks[0] == weeks[1] else f"it would last {words[1]} instead of {words[0]}"


def _nursing_changes(asked: _Asked) -> Iterator[str]:
    for name, words in (
        ("needs_registered_nurse", "If the NHS found that a registered nurse is needed"),
        ("nursing_home", "If the person lived in a care home with nursing"),
    ):
        if not asked.case.get(name):
            weekly = _shown(asked.again(**{name: True})["weekly"])
            yield f"{words}, the NHS would pay {weekly} a week for nursing"
    if not asked.case.get("continuing_healthcare"):
        yield "If continuing healthcare were granted, the NHS would pay for everything and nothing for nursing on top"


def _checklist_changes(asked: _Asked) -> Iterator[str]:
    if asked.answer["outcome"] == "positive":
        yield "Nothing: it stays a first look, and the full assessment looks at everything again"
        return
    scores = dict(asked.case["scores"])
    raised = [
        name for name, score in scores.items()
        if score != "A" and asked.again(scores={**scores, name: "A"})["outcome"] == "positive"
    ]  # fmt: skip
    if raised:
        yield f"An A in one of these would mean a full assessment: {', '.join(_words(each) for each in raised)}"
    yield "The person may ask for the result to be looked at again"


def _tool_changes(asked: _Asked) -> Iterator[str]:
    if asked.answer["advice_code"] in ("clear_recommendation", "fast_track"):
        yield "Nothing in the levels: the team recommends and the integrated care board decides"
        return
    levels = dict(asked.case["levels"])
    raised = [
        name for name in levels
        for level in ("priority", "severe")
        if _clear(asked, {**levels, name: level})
    ]  # fmt: skip
    if raised:
        named = ", ".join(_words(each) for each in dict.fromkeys(raised))
        yield f"A higher level (severe or priority) in one of these would point clearly to eligibility: {named}"
    yield "The team may recommend either way, with its reasons"


def _clear(asked: _Asked, levels: Case) -> bool:
    try:
        return bool(asked.again(levels=levels)["advice_code"] == "clear_recommendation")
    except PersonMustAct:  # the domain does not have this level
        return False


def _words(name: str) -> str:
    return name.replace("_", " ")


_CHANGES: Mapping[str, Callable[[_Asked], Iterator[str]]] = {
    "dfg": _grant_changes, "deferred-payment": _deferral_changes, "fnc": _nursing_changes,
    "chc-checklist": _checklist_changes, "dst": _tool_changes,
}  # fmt: skip
