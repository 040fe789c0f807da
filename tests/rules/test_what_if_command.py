"""Does the command print, write, and make a result again with the same digest, without a database?"""

from __future__ import annotations

import json
from datetime import date

import pytest

from joinedup.cli import main
from joinedup.desk.what_if import digest, of_generated
from joinedup.desk.what_if_shown import chart, tables
from joinedup.funding import reform_files


def test_a_result_is_written_and_made_again_with_the_same_digest(tmp_path, capsys):
    asked = ["what-if", "cap-86000", "--people", "2000", "--seed", "3", "--as-at", "2026-11-02"]
    assert main([*asked, "--out", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert "Who pays over 52 weeks" in told
    assert "no forecast of England" in told
    file = tmp_path / "what-if.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["schema"] == "what-if/1"
    assert document["digest"] == digest(document)
    assert (tmp_path / "what-if.svg").read_text(encoding="utf-8").startswith("<svg")
    assert main(["what-if", str(file)]) == 0
    assert document["digest"] in capsys.readouterr().out
    document["made_by"]["law"] = "of another year"
    file.write_text(json.dumps(document | {"digest": digest(document)}), encoding="utf-8")
    assert main(["what-if", str(file)]) == 1
    assert "otherwise in: made_by" in capsys.readouterr().out


def test_a_file_of_ones_own_and_the_list_of_presets(tmp_path, capsys):
    mine = tmp_path / "mine.yaml"
    mine.write_text(reform_files.named("higher-guarantee").text.replace("topic: higher-guarantee", "topic: mine"))
    assert main(["what-if", str(mine), "--people", "100", "--as-at", "2026-11-02"]) == 0
    assert capsys.readouterr().out.startswith("mine on 2026-11-02, 100 generated people, seed 1")
    assert main(["what-if"]) == 0
    assert {"cap-72000", "cap-86000", "free-personal-care", "higher-guarantee"} <= set(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["cap-1"], 2, "reform-unknown"),
        (["cap-72000", "--people", "0"], 2, "what-if-people"),
        (["cap-72000", "--seed", "-1"], 2, "what-if-seed"),
        (["cap-72000", "--as-at", "tomorrow"], 2, "This is not a day"),
        (["cap-72000", "--caseload"], 2, "what-if-user"),
        (["none.yaml"], 4, "cannot be opened"),
        (["none.json"], 3, "what-if-result"),
        (["cap-86000", "--as-at", "2022-11-02"], 3, "reform-without-effect"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_to_do(argv, code, words, capsys):
    assert main(["what-if", *argv]) == code
    assert words in capsys.readouterr().err


BROKEN = {
    "people": {"count": "2000"}, "half a person": {"count": 5.5}, "no seed": {"seed": None}, "true": {"count": True},
}  # fmt: skip


def test_a_result_of_other_types_is_refused_and_never_a_crash(tmp_path, capsys):
    file, document = tmp_path / "r.json", of_generated(reform_files.named("cap-86000"), 50, 1, date(2026, 11, 2))
    inputs = document["inputs"]
    broken = [document | {"inputs": inputs | {"people": inputs["people"] | each}} for each in BROKEN.values()]
    broken += [
        document | {"inputs": inputs | {"reform": inputs["reform"] | each}} for each in ({"name": 5}, {"text": None})
    ]
    for text in (*(json.dumps(each) for each in broken), "[" * 100_000):
        file.write_text(text, encoding="utf-8")
        assert main(["what-if", str(file)]) == 3
        assert "what-if-result" in capsys.readouterr().err


def test_the_drawing_and_the_tables_escape_and_agree():
    document = of_generated(reform_files.named("free-personal-care"), 500, 1, date(2026, 11, 2))
    document["inputs"]["reform"]["name"] = "<script>"
    drawn = chart(document)
    assert "<script>" not in drawn
    payers, by_income, by_age = tables(document)
    for row in payers.rows[:-1]:
        assert row[1] in drawn
        assert row[2] in drawn
    assert by_income.rows[-1][0] == by_age.rows[-1][0] == "Everybody"
