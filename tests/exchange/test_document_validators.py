"""Do two validators that nobody here wrote accept our documents, and do they find it when one is broken?

@medplum/core and fhir know FHIR R4 itself; neither proves conformance with UK Core. `make test` installs them.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.exchange.test_document import whole_document

SCRIPT = Path(__file__).with_name("validate.cjs")


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, dict[str, list[str]]]:
    """What both validators say of four documents, by name."""
    from config.environment import environment
    from config.fhir_validators import fetch, node_command

    broken, unknown = whole_document(), whole_document()
    for entry in broken["entry"]:
        if entry["resource"]["resourceType"] in ("Observation", "Encounter"):
            del entry["resource"]["status"]
    unknown["entry"][1]["resource"]["birthDate"] = {"year": 1941}
    documents = {"whole": whole_document(), "restricted": whole_document(restricted=True), "broken": broken,
                 "unknown": unknown}  # fmt: skip
    folder = tmp_path_factory.mktemp("documents")
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    installed = fetch(environment().var)
    words = [*node_command(environment().var), str(SCRIPT), str(installed)]
    files = [str(folder / f"{name}.json") for name in documents]
    done = subprocess.run([*words, *files], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(zip(documents, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", ["whole", "restricted"])
@pytest.mark.parametrize("validator", ["fhir", "medplum"])
def test_both_validators_accept_the_document(found, name, validator):
    assert found[name][validator] == []


@pytest.mark.parametrize("name", ["broken", "unknown"])
@pytest.mark.parametrize("validator", ["fhir", "medplum"])
def test_both_validators_find_what_is_broken(found, name, validator):
    assert found[name][validator] != []
