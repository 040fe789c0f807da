"""The forms of `funding`: a charge, evidence, appeals. Shapes only."""

from joinedup.funding.forms.appeals import AnswerForm, AppealForm, HandOverForm
from joinedup.funding.forms.charge import ActForm, ChargeForm, act_form, starting_form
from joinedup.funding.forms.evidence import CorrectionForm, EndForm, EvidenceForm
from joinedup.funding.forms.own_telling import AcceptForm, OwnForm, RefuseForm, WithdrawForm
from joinedup.funding.forms.stay import PoundsField
from joinedup.funding.forms.taken_tests import DecideForm, FactsForm, TakeForm

__all__ = [
    "AcceptForm",
    "ActForm",
    "AnswerForm",
    "AppealForm",
    "ChargeForm",
    "CorrectionForm",
    "DecideForm",
    "EndForm",
    "EvidenceForm",
    "FactsForm",
    "HandOverForm",
    "OwnForm",
    "PoundsField",
    "RefuseForm",
    "TakeForm",
    "WithdrawForm",
    "act_form",
    "starting_form",
]
