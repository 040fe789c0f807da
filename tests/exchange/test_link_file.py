"""Does `joinedup link-file` link files that nobody here wrote, with no database, and say what to do when it cannot?

Small invented files; what it reaches on real benchmarks is in tests/given/test_given_linkage.py.
"""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from joinedup.person.linking import running

ROOT = Path(__file__).resolve().parents[2]
GIVEN = (
    "Alice",
    "Robert",
    "Catherine",
    "David",
    "Margaret",
    "William",
    "Susan",
    "Peter",
    "Joan",
    "Ahmed",
    "Priya",
    "Mei",
)
FAMILY = ("Smith", "Jones", "Patel", "Okafor", "Brown", "Taylor", "Evans", "Khan", "Walker", "Chen", "Hughes", "Novak")
STREETS = ("High Street", "Mill Lane", "Church Road", "Station Road", "Abbey Close", "Quay Hill", "Castle Drive")


def people(count: int) -> list[dict[str, str]]:
    made = random.Random(11)
    return [
        {
            "id": str(number), "forename": made.choice(GIVEN),
            "surname": made.choice(FAMILY) + made.choice("abcdeimno"),
            "dob": f"{made.randint(1930, 2005)}-{made.randint(1, 12):02}-{made.randint(1, 28):02}",
            "address": f"{made.randint(1, 90)} {made.choice(STREETS)}",
            "postcode": f"TQ{made.randint(1, 9)} {made.randint(1, 9)}{made.choice('ABDEF')}{made.choice('ABDEF')}",
            "sex": made.choice("MF"),
        }
        for number in range(count)
    ]  # fmt: skip


def told_again(person: dict[str, str], number: int) -> dict[str, str]:
    """The same person as another body would write them down, with one of its mistakes."""
    year, month, day = person["dob"].split("-")
    again = person | {"id": f"b{person['id']}", "dob": f"{day}/{month}/{year}"}
    mistakes = (
        {"forename": person["forename"][:-1]}, {"surname": person["surname"] + "n"},
        {"dob": f"{month}/{day}/{year}"},
        {"postcode": "", "address": ""}, {"sex": ""}, {},
        {"forename": person["surname"], "surname": person["forename"]},
    )  # fmt: skip
    return again | mistakes[number % len(mistakes)]


def write(path: Path, rows: list[dict[str, str]], names: dict[str, str] | None = None) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([(names or {}).get(field, field) for field in rows[0]])
        writer.writerows(row.values() for row in rows)
    return path


def pairs_in(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def command(*words: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JOINEDUP", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "joinedup", "link-file", *map(str, words)], cwd=ROOT, capture_output=True, text=True,
        env=environment | {"JOINEDUP_DATABASE_URL": "postgresql://127.0.0.1:1/nowhere"}, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def two_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("people")
    everybody = people(700)
    second = [told_again(person, number) for number, person in enumerate(everybody[:400])]
    other_names = {"forename": "First Name", "surname": "LAST_NAME", "dob": "Date of birth", "postcode": "Post Code"}
    return write(folder / "a.csv", everybody[:550]), write(folder / "b.csv", second + everybody[550:], other_names)


def test_two_files_are_linked_by_the_command_alone(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    out, learnt = tmp_path / "pairs.csv", tmp_path / "model.json"
    done = command(*two_files, "--out", out, "--explain", "--model", learnt)
    assert done.returncode == 0, done.stderr
    heading, *rows = pairs_in(out)
    assert heading == ["id_l", "id_r", "probability"]
    right = sum(other == f"b{one}" for one, other, _ in rows)
    assert right / len(rows) > 0.97
    assert right / 400 > 0.95
    assert rows == sorted(rows, key=lambda row: (int(row[0]), rows.index(row)))
    assert all(0.5 <= float(probability) <= 1 for _, _, probability in rows)
    assert "Compared by: given name, family name, date of birth" in done.stdout
    assert "Pairs above 0.99:" in done.stdout
    assert " s] " in done.stderr
    assert json.loads(learnt.read_text())["link_type"] == "link_only"
    told = pairs_in(tmp_path / "pairs.explain.csv")
    assert [row[:3] for row in told] == [heading, *rows]
    assert any("day and month changed over" in cell for row in told for cell in row)
    assert not list(tmp_path.glob(".*"))


def test_each_explanation_adds_up_to_its_probability(two_files: tuple[Path, Path], tmp_path: Path) -> None:
    from joinedup.person.linking.report import explanations

    heading, *rows = explanations(running.link_files(two_files, explain=True))
    weighed = [place for place, name in enumerate(heading) if name.endswith("bits") or name == "start_bits"]
    for row in rows:
        odds = 2 ** sum(float(row[place] or 0) for place in weighed)
        assert odds / (1 + odds) == pytest.approx(float(row[2]), abs=0.02)


def test_the_same_files_give_the_same_pairs(two_files: tuple[Path, Path]) -> None:
    assert running.link_files(two_files).ids() == running.link_files(two_files).ids()


def test_one_to_one_lets_no_row_stand_twice(two_files: tuple[Path, Path]) -> None:
    pairs = running.link_files(two_files, least=0.01, single=True).pairs
    assert len({left for left, _, _ in pairs}) == len({right for _, right, _ in pairs}) == len(pairs)


def test_one_file_is_searched_for_doubles(tmp_path: Path) -> None:
    everybody = people(400)
    doubles = [told_again(person, number) for number, person in enumerate(everybody[:120])]
    linked = running.link_files([write(tmp_path / "all.csv", everybody + doubles)])
    found = linked.ids()
    right = sum(other == f"b{one}" for one, other, _ in found)
    assert right / len(found) > 0.97
    assert right / 120 > 0.9


def test_people_of_one_house_and_name_are_not_one(tmp_path: Path) -> None:
    """Brothers and sisters share house, postcode and family name, and are two people."""
    everybody = people(300)
    others = people(900)[600:]
    household = ("surname", "address", "postcode")
    family = [
        other | {"id": f"s{one['id']}"} | {field: one[field] for field in household}
        for one, other in zip(everybody[:60], others, strict=False)
        if one["forename"] != other["forename"]
    ]
    doubles = [told_again(person, number) for number, person in enumerate(everybody[100:200])]
    found = running.link_files([write(tmp_path / "house.csv", everybody + family + doubles)]).ids()
    assert len(family) > 40
    assert len(found) > 90
    assert not [pair for pair in found if pair[1].startswith("s") or pair[0].startswith("s")]


@pytest.mark.parametrize("numbered", [False, True])
def test_same_name_relatives_and_twins_of_one_house_are_not_linked_surely(tmp_path: Path, numbered: bool) -> None:
    """Father and son of one name, and twins: with doubt at most, and not at all where numbers say so."""
    everybody = people(300)
    sons = [one | {"id": f"s{one['id']}", "dob": f"{int(one['dob'][:4]) + 28}-06-30"} for one in everybody[:40]]
    twins = [
        one | {"id": f"t{one['id']}", "forename": other["forename"]}
        for one, other in zip(everybody[40:80], everybody[200:], strict=False) if one["forename"] != other["forename"]
    ]  # fmt: skip
    couples = [
        one | {"id": f"p{one['id']}", "forename": other["forename"], "sex": "F" if one["sex"] == "M" else "M",
               "dob": one["dob"][:3] + str((int(one["dob"][3]) + 1) % 10) + one["dob"][4:]}
        for one, other in zip(everybody[80:100], everybody[240:], strict=False) if one["forename"] != other["forename"]
    ]  # fmt: skip
    rows = everybody + sons + twins + couples
    homes = {
        row["postcode"]: number for number, row in enumerate(rows)
    }  # one practice and telephone for all of a house
    shared = {code: {"phone": f"01803 96{n:04}", "gp_code": f"L{n % 7:05}"} for code, n in homes.items()}
    rows = [row | shared[row["postcode"]] for row in rows]
    drawn = random.Random(5)
    numbers = {row["id"]: str(drawn.randrange(4_000_000_000, 5_000_000_000)) for row in rows}
    rows += [told_again(row, number) for number, row in enumerate(rows[100:200])]
    rows += [row | {"id": f"w{row['id'][1:]}"} for row in rows if row["id"][0] == "p"]  # with the other one's number
    if numbered:
        numbers |= {f"w{key}": number for key, number in numbers.items()}
        rows = [row | {"nhs": numbers[row["id"].lstrip("b")] if place % 9 else ""} for place, row in enumerate(rows)]
    found = running.link_files([write(tmp_path / "house.csv", rows)]).ids()
    same = {frozenset((f"p{row['id']}", f"w{row['id']}")) for row in everybody}
    of_house = [(left, right, odds) for left, right, odds in found if frozenset((left, right)) not in same]
    of_relatives = [odds for left, right, odds in of_house if {left[0], right[0]} & {"s", "t", "p", "w"}]
    assert len(of_house) - len(of_relatives) > 90
    assert max(of_relatives, default=0.0) < (0.5 if numbered else 0.9)


@pytest.mark.parametrize("fields", [("surname",), ("forename", "surname"), ("dob",), ("id", "postcode", "sex")])
def test_few_columns_are_enough_to_run(fields: tuple[str, ...], tmp_path: Path) -> None:
    rows = [{field: row[field] for field in fields} for row in people(60)]
    linked = running.link_files([write(tmp_path / "few.csv", rows)])
    assert all(0.5 <= probability <= 1 for _, _, probability in linked.pairs)


def test_one_row_has_nobody_to_be_linked_to(tmp_path: Path) -> None:
    one = write(tmp_path / "one.csv", people(1))
    done = command(one, "--out", tmp_path / "pairs.csv")
    assert done.returncode == 3
    assert "link-file-nothing-to-compare" in done.stderr
    assert not (tmp_path / "pairs.csv").exists()


def test_refusals_say_what_to_do_and_write_nothing(tmp_path: Path) -> None:
    good = write(tmp_path / "good.csv", people(5))
    bad = tmp_path / "bad.csv"
    bad.write_text("id,surname\n1,Smith\n1,Jones\n")
    for words, code, said in (
        ((tmp_path / "none.csv", "--out", tmp_path / "p.csv"), 2, "link-file-missing"),
        ((good, "--out", good), 2, "link-file-overwrites"),
        ((good, "--out", tmp_path / "no" / "p.csv"), 2, "link-file-no-folder"),
        ((bad, "--out", tmp_path / "p.csv"), 3, "link-file-same-id"),
        ((good, good, good, "--out", tmp_path / "p.csv"), 2, "one file or two"),
    ):
        done = command(*words)
        assert (done.returncode, said in done.stderr) == (code, True), done.stderr
        assert "Smith" not in done.stderr
    assert not (tmp_path / "p.csv").exists()
    assert len(good.read_text().splitlines()) == 6
