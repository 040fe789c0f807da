"""Is an amount read as it was written, and never a hundred times too much?"""

from __future__ import annotations

import pytest

READ = {
    "230.25": "230.25", "£1,234.50": "1234.50", " £ 7 ": "7.00", "1,234,567": "1234567.00", "9.5": "9.50", "0": "0.00",
    "": "",
}  # fmt: skip
IN_TWO_WAYS = (
    "230,25", "12,5", "1,2345", "1,23,456", "12 50", "1 234", "-5", "5-", "£", "1.234", "٥", "1e3", "NaN",
)  # fmt: skip


def test_pounds_are_read_as_people_write_them_or_asked_again(database):
    """230,25 with a comma for the pence was read as 23,025 pounds."""
    from django.core.exceptions import ValidationError

    from joinedup.funding.forms import PoundsField

    field = PoundsField(required=False)
    assert {written: field.clean(written) for written in READ} == READ
    for written in IN_TWO_WAYS:
        with pytest.raises(ValidationError):
            field.clean(written)
