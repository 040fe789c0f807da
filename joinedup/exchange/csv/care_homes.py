"""Which care homes does a directory list, and in which council's area?

The Care Quality Commission's directory as councils publish it: one row a home, with the commission's identifier of the
place of care. A row makes or renames a provider; it is about nobody. The council's code is often published with a digit
lost: that is said, and the area's name decides. Left out: beds, ratings and inspections, which are kept with the row.
"""

from __future__ import annotations

import re

from joinedup.exchange.csv.tables import Cells, Table, empty_unit
from joinedup.exchange.facts import ProviderFacts, Unit
from joinedup.exchange.values import valid_postcode

NAME_LIMIT_CHARACTERS = 160

_PROVIDER_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_AREA_CODE = re.compile(r"[EWSN][0-9]{8}")


def read_care_home(row: Cells) -> Unit:
    """One home, refused whole without an identifier or a name."""
    code, name = row.text("cqc_id").upper(), row.text("name")
    if not _PROVIDER_CODE.fullmatch(code):
        row.refusals.add("provider-id-invalid", "cqc_id", column="cqc_id")
        return empty_unit(local_id="", subject="")
    if not name:
        row.refusals.add("provider-name-missing", "name", column="name")
        return empty_unit(local_id=code, subject="")
    if (postcode := row.text("postcode")) and not valid_postcode(postcode):
        row.refusals.add("postcode-invalid", "postcode")
    facts = ProviderFacts(
        code=code,
        name=name[:NAME_LIMIT_CHARACTERS],
        run_by=row.text("provider"),
        area_code=_area_code(row),
        area_name=row.text("area_name"),
    )
    return empty_unit(local_id=code, subject="", provider=facts)


def _area_code(row: Cells) -> str:
    sent = row.text("area_code").upper()
    if sent and not _AREA_CODE.fullmatch(sent):
        row.refusals.add("area-code-invalid", "area_code")
        return ""
    return sent


CARE_HOMES = Table("directory:care_home", ("name", "cqc_id"), ("name", "cqc_id", "provider"), read_care_home)
