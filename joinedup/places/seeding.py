"""How do the files in `bodies/` become rows?

Migrations alone call this, so that a fresh database knows the demo places before anything is loaded. Writing the same
file twice changes nothing; a later edition of a file is written by a new migration. Models come in as a function,
because a migration has its own. It never deletes: what ended keeps its row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from joinedup.places.body_files import BodyEntry, PlaceFile

FindModel = Callable[[str], Any]
"""A model's name ('Body') to the model, as it was at the migration."""


def write(entry: PlaceFile, model: FindModel, using: str) -> None:
    """Write one place file through the database alias `using`; call it inside a transaction."""
    place = _put(model("Place"), using, {"code": entry.code}, {"name": entry.name, "is_demo": entry.is_demo})
    rows: dict[BodyEntry, Any] = {}
    for body in sorted(entry.bodies, key=lambda each: each.period.starts_on):
        rows[body] = _put_body(body, model("Body"), using)
        _put(
            model("BodyPlace"),
            using,
            {"body": rows[body], "place": place, "starts_on": body.period.starts_on},
            {"ends_on": body.period.ends_on},
        )
    for succession in entry.successions:
        pair = {"body": rows[succession.body], "successor": rows[succession.successor]}
        _put(model("BodySuccession"), using, pair, {"on": succession.on})
    _write_offices(entry, rows, model, using)


def _put_body(body: BodyEntry, body_model: Any, using: str) -> Any:
    return _put(
        body_model,
        using,
        {"code": body.code, "starts_on": body.period.starts_on},
        {
            "other_codes": list(body.other_codes),
            "kind": body.kind,
            "name": body.name,
            "ends_on": body.period.ends_on,
            "chosen_by": body.chosen_by,
            "is_demo": body.is_demo,
            "verified": body.verified,
            "source": body.source,
        },
    )


def _write_offices(entry: PlaceFile, rows: dict[BodyEntry, Any], model: FindModel, using: str) -> None:
    for office in entry.offices:
        row = _put(
            model("Office"),
            using,
            {"body": rows[office.body], "title": office.title},
            {"statutory_basis": office.law, "is_statutory": bool(office.law)},
        )
        for holder in office.holders:
            _put(
                model("OfficeHolder"),
                using,
                {"office": row, "starts_on": holder.period.starts_on},
                {
                    "holder_name": holder.name,
                    "ends_on": holder.period.ends_on,
                    "appointed_how": holder.how,
                    "is_demo": entry.is_demo,
                },
            )


def _put(model: Any, using: str, key: dict[str, Any], values: dict[str, Any]) -> Any:
    row, _ = model.objects.using(using).update_or_create(**key, defaults=values)
    return row
