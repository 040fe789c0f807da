"""The forms of `funding`: a charge, evidence, appeals. Shapes only."""

from joinedup.funding.forms.appeals import AnswerForm, AppealForm, HandOverForm
from joinedup.funding.forms.charge import ActForm, ChargeForm, PoundsField, act_form, starting_form
from joinedup.funding.forms.evidence import CorrectionForm, EndForm, EvidenceForm

__all__ = [
    "ActForm",
    "AnswerForm",
    "AppealForm",
    "ChargeForm",
    "CorrectionForm",
    "EndForm",
    "EvidenceForm",
    "HandOverForm",
    "PoundsField",
    "act_form",
    "starting_form",
]
