"""The forms of `funding`: a charge, evidence, appeals. Shapes only."""

from joinedup.funding.forms.appeals import AnswerForm, AppealForm
from joinedup.funding.forms.charge import ActForm, ChargeForm, act_form, starting_form
from joinedup.funding.forms.evidence import CorrectionForm, EndForm, EvidenceForm
from joinedup.funding.forms.stay import PoundsField

__all__ = [
    "ActForm",
    "AnswerForm",
    "AppealForm",
    "ChargeForm",
    "CorrectionForm",
    "EndForm",
    "EvidenceForm",
    "PoundsField",
    "act_form",
    "starting_form",
]
