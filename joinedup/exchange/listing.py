"""What becomes of rows that list providers: for which place, and what each did there.

Rows of a directory are about bodies and not about people, so they are put into the places' tables in the same
transaction that stores them. Runs as the role `loader`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from joinedup.exchange.facts import ProviderFacts, Unit
from joinedup.exchange.refusal_codes import refuse
from joinedup.places.actions import ListedProvider, list_provider
from joinedup.places.models import Place
from joinedup.places.queries import codes_of_other_kinds


def placed(units: list[Unit], place: Place) -> list[Unit]:
    """The units; each that lists a provider of another area (by code, or without one by name), or under a code that is
    another kind of body's, is refused whole."""
    codes = [unit.provider.code for unit in units if unit.provider is not None]
    if not codes:
        return units
    taken = codes_of_other_kinds(codes)
    return [_placed(unit, unit.provider, place, taken) if unit.provider else unit for unit in units]


def _placed(unit: Unit, listed: ProviderFacts, place: Place, taken: Collection[str]) -> Unit:
    fault = "" if _is_of(listed, place) else "area-other"
    fault = fault or ("provider-code-taken" if listed.code in taken else "")
    if not fault:
        return unit
    refusal = refuse(fault, unit.file, unit.row, "area_code" if fault == "area-other" else "cqc_id")
    return replace(unit, refusals=(*unit.refusals, refusal))


def _is_of(listed: ProviderFacts, place: Place) -> bool:
    if listed.area_code:
        return listed.area_code == place.code
    return not listed.area_name or listed.area_name.casefold() == place.name.casefold()


def list_providers(units: Sequence[Unit], *, by: UUID, at: datetime, request_key: str, place: Place) -> None:
    """Make or rename the provider that each of these newly stored units lists.

    A row met again is not listed again: an old directory, loaded after a new one, would give back the old names.
    """
    for unit in units:
        if (listed := unit.provider) is not None:
            run_by = f", run by {listed.run_by}" if listed.run_by else ""
            source = f"Directory of the Care Quality Commission as loaded on {at:%Y-%m-%d}{run_by}."
            list_provider(
                by=str(by), at=at, request_key=request_key, place=place,
                listed=ListedProvider(listed.code, listed.name, source),
            )  # fmt: skip
