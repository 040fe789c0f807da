"""Which column of a people file says what?

Columns are known by name alone, in the many spellings that senders use; what stands in them is never guessed at, so
that a column about something else cannot slip in. A column that no spelling names is left out and said so. The answer
key of a test file (`cluster`, for instance) is such a column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.base.names import folded

ROW_ID = "id"

_SPELLINGS: dict[str, str] = {
    ROW_ID: "unique_id rec_id record_id row_id source_id local_id person_id patient_id client_id citizen_id "
    "customer_id member_id pupil_id uid uuid id ref reference",
    "given": "given given_name given_names first_name firstname first_names forename forenames fname christian_name "
    "name_first first",
    "middle": "middle_name middle_names middlename middle second_name other_names second_forename",
    "family": "family family_name surname last_name lastname lname sname name_last last",
    "whole_name": "name full_name fullname person_name patient_name whole_name client_name",
    "born": "dob date_of_birth birth_date birthdate dateofbirth birth_dt born date_birth birthday d_o_b dob_date",
    "postcode": "postcode post_code postal_code postalcode zip zip_code zipcode pcode pc home_postcode "
    "address_postcode postcode_of_usual_address",
    "line_1": "address_1 address1 address_line_1 addressline1 address_line1 addr1 addr_1 line_1 line1 address street "
    "street_address street_name street_name_1 home_address",
    "line_2": "address_2 address2 address_line_2 addressline2 address_line2 addr2 addr_2 line_2 line2 locality "
    "address_3 address3 address_line_3 addressline3 address_line3",
    "number": "street_number street_no house_number house_no house_num house house_name building_number number_or_name "
    "streetnumber",
    "town": "city town suburb post_town posttown place village municipality town_city city_town",
    "county": "state county province region state_county",
    "sex": "sex gender gender_code sex_code administrative_gender person_gender",
    "nhs_number": "nhs_number nhs_no nhsnumber nhs_num nhsno nhs",
    "email": "email email_address e_mail emailaddress mail email_1",
    "phone": "phone telephone phone_number telephone_number tel home_phone tel_no contact_number phone_1 landline",
    "mobile": "mobile mobile_number mobile_phone mobile_no mobile_tel cell cell_phone phone_2 telephone_2 other_phone",
    "practice": "gp_practice_code gp_code practice_code gp_practice practice gp_surgery surgery registered_practice "
    "gp_practice_name registered_gp_practice gp",
    "social_id": "soc_sec_id social_security_number social_security_id social_security ssn national_insurance_number "
    "ni_number nino national_id tax_id",
}
SPELLINGS: dict[str, tuple[str, ...]] = {field: tuple(words.split()) for field, words in _SPELLINGS.items()}
WORDS: dict[str, str] = {
    ROW_ID: "id", "given": "given name", "middle": "middle name", "family": "family name", "whole_name": "whole name",
    "born": "date of birth", "postcode": "postcode", "line_1": "address", "line_2": "second address line",
    "number": "house number", "town": "town", "county": "county", "sex": "sex", "nhs_number": "NHS number",
    "email": "email", "phone": "phone", "mobile": "mobile phone", "practice": "GP practice",
    "social_id": "social security number",
}  # fmt: skip
"""What each field is called for people."""

_NOT_NAME = re.compile(r"[^a-z0-9]+")
_KEYS = {spelling.replace("_", ""): field for field, spellings in SPELLINGS.items() for spelling in spellings}
_RANKS = {spelling.replace("_", ""): rank for words in SPELLINGS.values() for rank, spelling in enumerate(words)}


@dataclass(frozen=True, slots=True)
class Naming:
    """Which column (by position) holds which field, and which headings nobody reads."""

    places: dict[str, int]
    left_out: tuple[str, ...]

    def has(self, field: str) -> bool:
        """Whether some column is that field.

        >>> named(["Rec_ID", " Surname", "shoe size"]).has("family")
        True
        """
        return field in self.places


def named(headings: Sequence[str], id_column: str | None = None) -> Naming:
    """The fields of a heading line. Of two columns for one field the one with the more usual spelling counts.

    `id_column` names the column with the row's id when the reader knows better; '' says that there is none.

    >>> found = named(["unique_id", "First Name", "SURNAME", "dob", "cluster"])
    >>> found.places, found.left_out
    ({'id': 0, 'given': 1, 'family': 2, 'born': 3}, ('cluster',))
    """
    taken: dict[str, int] = {}
    for place, heading in enumerate(headings):
        field = _KEYS.get(_key(heading), "")
        if id_column is not None and (field == ROW_ID or heading.strip() == id_column):
            field = ROW_ID if heading.strip() == id_column and id_column else ""
        if not field:
            continue
        if field not in taken or _rank(heading) < _rank(headings[taken[field]]):
            taken[field] = place
    places = {field: taken[field] for field in SPELLINGS if field in taken}
    kept = set(places.values())
    return Naming(places, tuple(heading.strip() for place, heading in enumerate(headings) if place not in kept))


def _key(heading: str) -> str:
    return _NOT_NAME.sub("", folded(heading))


def _rank(heading: str) -> int:
    return _RANKS.get(_key(heading), 0)
