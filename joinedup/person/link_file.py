"""Linking files of people that nobody here wrote: columns found by name, a model trained on the files themselves.

`joinedup link-file A.csv [B.csv] --out pairs.csv` writes `id_l,id_r,probability`. One file is searched for duplicates,
two are linked with each other. Splink trains without labels (expectation maximisation) on DuckDB; which comparisons it
makes follows from the columns that are there. Nothing is kept and no database is needed.
"""

from __future__ import annotations

import csv
import logging
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from joinedup.base.errors import PersonMustAct
from joinedup.base.names import folded

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unique_id": ("unique_id", "rec_id", "record_id", "id", "person_id", "patient_id", "local_id"),
    "given": ("first_name", "given_name", "forename", "firstname", "given", "givenname", "given_names", "forenames"),
    "family": ("surname", "last_name", "family", "family_name", "lastname"),
    "born": ("dob", "date_of_birth", "birth_date", "birthdate", "dateofbirth", "born"),
    "postcode": ("postcode", "post_code", "postal_code", "zip"),
    "gender": ("sex", "gender"),
    "number": ("nhs_number", "nhsnumber", "nhs_no", "soc_sec_id", "national_id", "identifier"),
    "phone": ("phone", "telephone", "phone_number", "mobile"),
    "email": ("email", "email_address", "e_mail"),
    "town": ("city", "suburb", "town", "locality"),
    "street": ("address_1", "address", "address1", "street", "address_line_1", "street_address"),
    "house": ("street_number", "house_number", "house"),
    "area": ("address_2", "address2", "address_line_2", "area"),
}
LEAST = 0.5
Row = dict[str, str | None]


def read_people(path: Path) -> tuple[list[Row], frozenset[str]]:
    """Rows of a file under our own column names, cleaned; and which columns hold anything.

    PersonMustAct when the file has no column of keys or nothing to compare.
    """
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        heads = {re.sub(r"[^a-z0-9]+", "_", head.strip().lower()).strip("_"): head for head in reader.fieldnames or []}
        found = {
            ours: heads[name] for ours, names in COLUMNS.items() if (name := next((n for n in names if n in heads), ""))
        }
        if "unique_id" not in found or len(found) < 3:
            raise PersonMustAct(
                "columns-unknown", "The file has no column of keys, or fewer than two to compare.",
                f"Keys are called {', '.join(COLUMNS['unique_id'])}; names, dates of birth and so on likewise.",
                "Rename the headings and try again.",
            )  # fmt: skip
        rows = [{ours: _clean(ours, raw.get(head)) for ours, head in found.items()} for raw in reader]
    held = frozenset(name for name in found if any(row[name] for row in rows))
    return rows, held


def _clean(name: str, raw: str | None) -> str | None:
    text = (raw or "").strip()
    if name == "unique_id":
        return text
    if name == "born":
        return _date(text)
    if name in ("postcode", "number", "phone", "house"):
        return re.sub(r"[^0-9A-Za-z]", "", text).upper() or None
    if name == "email":
        return text.lower() or None
    return " ".join(word for word in (folded(part) for part in text.split()) if word) or None


def _date(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) != 8:
        return None
    if re.match(r"\d{1,2}\D", text):
        digits = digits[4:] + digits[2:4] + digits[:2]
    return digits


def pairs_of(first: Path, second: Path | None = None, least: float = LEAST) -> Iterator[tuple[str, str, float]]:
    """Pairs that are probably one person, best first: key of each side and the probability.

    Two files: a pair has one row of each. PersonMustAct when they have too little in common to compare.
    """
    people, columns = read_people(first)
    others: list[Row] = []
    if second is not None:
        others, more = read_people(second)
        columns &= more
    columns -= {"unique_id"}
    if len(columns) < 2:
        raise PersonMustAct(
            "too-little-in-common", "There is too little to compare.", "", "Add names and dates of birth."
        )
    tables = [people] if second is None else [people, others]
    yield from _linked(tables, columns, least)


def _linked(tables: Sequence[Sequence[Row]], columns: frozenset[str], least: float) -> Iterator[tuple[str, str, float]]:
    import pyarrow
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI()
    kept = ["unique_id", *sorted(columns)]
    registered = []
    for number, rows in enumerate(tables):
        data = {name: [row.get(name) for row in rows] for name in kept} | _keys(rows, columns)
        schema = pyarrow.schema([(name, pyarrow.string()) for name in data])
        registered.append(api.register(pyarrow.table(data, schema=schema), dataset_display_name="ab"[number]))
    blocking = [block_on(*names) for names in _blocks(columns)]
    settings = SettingsCreator(
        link_type="dedupe_only" if len(tables) == 1 else "link_only",
        comparisons=_comparisons(columns),
        blocking_rules_to_generate_predictions=blocking,
        probability_two_random_records_match=1 / max(len(rows) for rows in tables),
        retain_intermediate_calculation_columns=False,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = Linker(registered if len(registered) > 1 else registered[0], settings)
        _train(linker, columns, block_on)
        found = linker.inference.predict(threshold_match_probability=least).as_record_list()
    for each in sorted(found, key=lambda row: (-row["match_probability"], row["unique_id_l"], row["unique_id_r"])):
        yield str(each["unique_id_l"]), str(each["unique_id_r"]), float(each["match_probability"])


def _keys(rows: Iterable[Row], columns: frozenset[str]) -> dict[str, list[str | None]]:
    """Coarse keys for finding candidates: the beginning of each name, and both names in one order."""
    held = list(rows)
    keys: dict[str, list[str | None]] = {}
    for name in ("given", "family"):
        if name in columns:
            keys[f"{name}_start"] = [(row[name] or "")[:3] or None for row in held]
    if {"given", "family"} <= columns:
        keys["names"] = [
            " ".join(sorted((row["given"], row["family"]))) if row["given"] and row["family"] else None for row in held
        ]  # type: ignore[type-var]
    return keys


def _blocks(columns: frozenset[str]) -> list[tuple[str, ...]]:
    """Which columns must agree for a pair to be looked at: any of these."""
    alone = [(name,) for name in ("number", "born", "email", "phone") if name in columns]
    alone += [("names",)] if {"given", "family"} <= columns else []
    starts = [f"{name}_start" for name in ("given", "family") if name in columns]
    beside = [name for name in ("postcode", "town", "street") if name in columns]
    return [*alone, *((start, other) for start in starts for other in beside), *combinations(beside, 2),
            *([tuple(starts)] if len(starts) == 2 else [])]  # fmt: skip


def _comparisons(columns: frozenset[str]) -> list[Any]:
    import splink.comparison_library as cl

    made: list[Any] = []
    if {"given", "family"} <= columns:
        made.append(cl.ForenameSurnameComparison("given", "family"))
    else:
        made += [cl.NameComparison(name) for name in ("given", "family") if name in columns]
    if "born" in columns:
        made.append(cl.DamerauLevenshteinAtThresholds("born", [1, 2]))
    made += [cl.DamerauLevenshteinAtThresholds(name, [1, 2]) for name in ("number", "phone") if name in columns]
    made += [cl.DamerauLevenshteinAtThresholds(name, [1]) for name in ("postcode", "house") if name in columns]
    made += [cl.JaroWinklerAtThresholds(name, [0.92, 0.8]) for name in ("email", "town", "street", "area")
             if name in columns]  # fmt: skip
    made += [cl.ExactMatch("gender")] if "gender" in columns else []
    return made


def _train(linker: Any, columns: frozenset[str], block_on: Any) -> None:
    """Train: chance agreement from random pairs, and how one person's rows differ by maximisation."""
    certain = [block_on(*names) for names in (("number",), ("names", "born"), ("born", "postcode"), ("email",))
               if {"given" if name == "names" else name for name in names} <= columns]  # fmt: skip
    if certain:
        linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for name in ("born", "names" if {"given", "family"} <= columns else "family", "number", "email", "postcode"):
        known = "given" if name == "names" else name
        if known in columns:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(name))


def link_file(words: Sequence[str]) -> int:
    """The command: read one or two files, write the pairs, say how many. Returns the exit code."""
    import argparse

    parser = argparse.ArgumentParser(prog="joinedup link-file", description="Find rows that are one person.")
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, required=True, help="where id_l,id_r,probability are written")
    parser.add_argument("--least", type=float, default=LEAST, help="the least probability that is written")
    asked = parser.parse_args(list(words))
    for path in (asked.first, asked.second):
        if path is not None and not path.is_file():
            raise PersonMustAct("file-not-found", "There is no such file.", "", "Check the path.")
    count = 0
    with asked.out.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["id_l", "id_r", "probability"])
        for left, right, probability in pairs_of(asked.first, asked.second, asked.least):
            writer.writerow([left, right, f"{probability:.6f}"])
            count += 1
    print(f"{count:,} pairs written.")
    return 0
