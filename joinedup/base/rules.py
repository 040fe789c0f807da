"""The first rules: could this be an NHS number, and is this a postcode?

Both show their working, so that somebody who is told "not valid" can see why. Sources: the modulus 11 check of the NHS
number as the NHS Data Dictionary describes it; Royal Mail's postcode format. Neither says whose number or home it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from joinedup.base.errors import BadValue
from joinedup.base.explanation import Explanation, Step
from joinedup.base.nhs_number import MODULUS, WEIGHTS, check_digit, weighted_sum, without_separators
from joinedup.base.parameters import Parameter, Parameters
from joinedup.base.postcode import Postcode
from joinedup.base.rulebook import Case, Rule

NHS_NUMBER_SOURCE = "NHS Data Dictionary, NHS NUMBER (modulus 11 check)"
POSTCODE_SOURCE = "Royal Mail, format of UK postcodes"


def nhs_number(case: Case, parameters: Parameters) -> Explanation:
    """Is this a valid NHS number? `case`: nhs_number (text, any spacing), on (ISO date).

    Answer: valid; display ('943 476 5919', None when not valid); test_range; reason ('valid', 'not-ten-digits',
    'no-check-digit', 'wrong-check-digit').
    """
    digits = without_separators(str(case["nhs_number"]))
    ten = len(digits) == 10 and digits.isascii() and digits.isdigit()
    count = Step("ten-digits", "Without spaces and hyphens there must be ten digits.", NHS_NUMBER_SOURCE, ten)
    if not ten:
        return _nhs_number_answer("not-ten-digits", None, False, (count,))
    needed = check_digit(digits[:9])
    prefix = parameters.value_at("nhs-number-test-prefix", date.fromisoformat(str(case["on"])))
    reason = "no-check-digit" if needed is None else "valid" if str(needed) == digits[9] else "wrong-check-digit"
    display = f"{digits[:3]} {digits[3:6]} {digits[6:]}" if reason == "valid" else None
    in_test_range = digits.startswith(prefix.text())
    steps = (count, *_checking(digits, needed), _test_range(digits, prefix, in_test_range))
    return _nhs_number_answer(reason, display, in_test_range, steps)


def _checking(digits: str, needed: int | None) -> Iterator[Step]:
    total = weighted_sum(digits[:9])
    products = [weight * int(digit) for weight, digit in zip(WEIGHTS, digits[:9], strict=True)]
    yield Step(
        "weighted-sum",
        "Each of the first nine digits is multiplied by its weight, 10 down to 2, and the products are added.",
        NHS_NUMBER_SOURCE,
        total,
        inputs={"digits": [int(digit) for digit in digits[:9]], "weights": WEIGHTS, "products": products},
    )
    yield Step(
        "remainder",
        "The sum is divided by 11 and the remainder kept.",
        NHS_NUMBER_SOURCE,
        total % MODULUS,
        inputs={"sum": total},
    )
    yield Step(
        "check-digit-needed",
        "The check digit is 11 less the remainder; 11 counts as 0, and with 10 there is no such number.",
        NHS_NUMBER_SOURCE,
        needed,
        inputs={"remainder": total % MODULUS},
    )
    yield Step(
        "check-digit-compared",
        "The tenth digit must be the check digit.",
        NHS_NUMBER_SOURCE,
        needed == int(digits[9]),
        inputs={"needed": needed, "found": int(digits[9])},
    )


def _test_range(digits: str, prefix: Parameter, in_test_range: bool) -> Step:
    return Step(
        "test-range",
        "Numbers that start like this are kept for tests and demos.",
        prefix.source,
        in_test_range,
        parameter=prefix,
        inputs={"starts_with": digits[: len(prefix.text())]},
    )


def _nhs_number_answer(reason: str, display: str | None, in_test_range: bool, steps: tuple[Step, ...]) -> Explanation:
    valid = reason == "valid"
    return Explanation({"valid": valid, "display": display, "test_range": in_test_range, "reason": reason}, steps)


def postcode(case: Case, parameters: Parameters) -> Explanation:
    """Has this the shape of a UK postcode? `case`: postcode (text, any case and spacing).

    Answer: valid; display ('TQ1 1AA'), district ('TQ1') and area ('TQ'), each None when not valid.
    """
    given = str(case["postcode"])
    spaced = Step(
        "one-form",
        "Capitals, with spaces taken out.",
        POSTCODE_SOURCE,
        "".join(given.split()).upper(),
        None,
        dict(case),
    )
    try:
        found = Postcode.parse(given)
    except BadValue as refused:
        nothing = {"valid": False, "display": None, "district": None, "area": None}
        return Explanation(nothing, (spaced, Step("shape", refused.why, POSTCODE_SOURCE, False)))
    shape = Step(
        "shape",
        "One or two letters and a district, then a digit and two letters that postcodes use.",
        POSTCODE_SOURCE,
        True,
        inputs={"outward": found.district, "inward": found.inward},
    )
    answer = {"valid": True, "display": found.text, "district": found.district, "area": found.area}
    return Explanation(answer, (spaced, shape))


_STEPS_SCHEMA = {
    "type": "array",
    "items": {"type": "object", "required": ["rule", "text", "source", "parameter", "inputs", "result"]},
}
_ON = {"type": "string", "format": "date", "description": "The day for which the question is asked; today if left out."}
_TEXT_OR_NULL = {"type": ["string", "null"]}

RULES = (
    Rule(
        name="nhs-number",
        question="Is this a valid NHS number, and is it from the test range?",
        run=nhs_number,
        input_schema={
            "type": "object",
            "properties": {"nhs_number": {"type": "string", "maxLength": 100}, "on": _ON},
            "required": ["nhs_number"],
            "additionalProperties": False,
        },
        output_schema={
            "type": "object",
            "properties": {
                "schema": {"type": "string", "enum": ["nhs-number/1"]},
                "valid": {"type": "boolean"},
                "display": _TEXT_OR_NULL,
                "test_range": {"type": "boolean"},
                "reason": {
                    "type": "string",
                    "enum": ["valid", "not-ten-digits", "no-check-digit", "wrong-check-digit"],
                },
                "steps": _STEPS_SCHEMA,
            },
            "required": ["schema", "valid", "display", "test_range", "reason", "steps"],
            "additionalProperties": False,
        },
    ),
    Rule(
        name="postcode",
        question="Has this the shape of a UK postcode, and how is it written?",
        run=postcode,
        input_schema={
            "type": "object",
            "properties": {"postcode": {"type": "string", "maxLength": 100}},
            "required": ["postcode"],
            "additionalProperties": False,
        },
        output_schema={
            "type": "object",
            "properties": {
                "schema": {"type": "string", "enum": ["postcode/1"]},
                "valid": {"type": "boolean"},
                "display": _TEXT_OR_NULL,
                "district": _TEXT_OR_NULL,
                "area": _TEXT_OR_NULL,
                "steps": _STEPS_SCHEMA,
            },
            "required": ["schema", "valid", "display", "district", "area", "steps"],
            "additionalProperties": False,
        },
    ),
)
