"""Are the design system's files what the transform should make, and does set-up fail with words?

Reads the files that set-up has fetched; no test here reaches the network.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from config import design_system
from joinedup.base.errors import OperatorMustAct

STATIC = Path(os.environ.get("JOINEDUP_VAR", Path(__file__).parents[2] / "var")) / "static"
FOLDER = STATIC / "nhsuk"


def small_tarball() -> bytes:
    """A tarball of the package's shape with a few bytes in each file."""
    inside = "package/dist/nhsuk/"
    contents = {
        inside + "nhsuk-frontend.min.css": "@font-face{src:url(x)}a{b:url(/assets/images/nhsuk-icon-tick.svg)}",
        inside + "nhsuk-frontend.min.js": "export{a};//# sourceMappingURL=nhsuk-frontend.min.js.map\n",
        inside + "assets/images/nhsuk-icon-tick.svg": "<svg/>",
        inside + "assets/images/nhsuk-icon-mask.svg": "<svg>logo</svg>",
        inside + "assets/images/favicon.svg": "<svg>logo</svg>",
        "package/../../etc/passwd": "never",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_fetched_style_sheet_asks_nothing_of_another_host_and_has_its_icons():
    sheet = (FOLDER / design_system.STYLE_SHEET).read_text()
    targets = re.findall(r"url\(['\"]?([^)'\"]+)", sheet)
    assert targets
    assert all((FOLDER / target).is_file() for target in targets)
    for gone in ("http://", "https://", "@font-face", "@import", "sourceMappingURL", "url(/assets"):
        assert gone not in sheet


def test_fetched_script_and_htmx_are_whole():
    script = (FOLDER / design_system.SCRIPT).read_text()
    assert "initAll" in script
    assert "sourceMappingURL" not in script
    assert b"htmx" in (FOLDER / design_system.HTMX).read_bytes()
    assert design_system.is_ready(STATIC)


def test_no_image_with_the_logo_is_kept():
    names = {path.name for path in FOLDER.rglob("*.*")}
    assert not names & {"favicon.svg", "favicon.ico", "nhsuk-icon-mask.svg", "manifest.json", "nhsuk-icon-180.png"}


def test_build_takes_only_what_is_wanted(tmp_path):
    design_system.build(small_tarball(), tmp_path / "new")
    made = sorted(str(path.relative_to(tmp_path / "new")) for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert made == [
        "assets/images/nhsuk-icon-tick.svg",
        "htmx.min.js",
        "nhsuk-frontend.min.css",
        "nhsuk-frontend.min.js",
        "stamp",
    ]
    sheet = (tmp_path / "new" / "nhsuk-frontend.min.css").read_text()
    assert sheet == "a{b:url(assets/images/nhsuk-icon-tick.svg)}"


def test_transform_keeps_what_follows_a_map_comment_and_quotes():
    css = "a{b:c}/*# sourceMappingURL=x.css.map */d{background:url('/assets/i.svg')}@font-face { src: url(y) }e{f:g}"
    assert design_system.transform_css(css) == "a{b:c}d{background:url('assets/i.svg')}e{f:g}"


def test_fetch_makes_the_folder_once_and_mends_a_half_made_one(tmp_path, monkeypatch):
    tarball = small_tarball()
    packed = []

    def pack(into, *, tools):
        packed.append(into)
        path = into / design_system.TARBALL
        path.write_bytes(tarball)
        return path

    monkeypatch.setattr(design_system, "_pack", pack)
    monkeypatch.setattr(design_system, "TARBALL_SHA256", hashlib.sha256(tarball).hexdigest())
    static = tmp_path / "static"
    design_system.fetch(static)
    design_system.fetch(static)
    assert len(packed) == 1
    (static / "nhsuk" / "stamp").unlink()
    (static / "nhsuk" / design_system.SCRIPT).write_text("half")
    (static / ".making-left-over").mkdir()
    design_system.fetch(static)
    assert len(packed) == 2
    assert (static / "nhsuk" / design_system.SCRIPT).read_text() == "export{a};"
    assert not list(static.glob(".making-*"))


def test_another_file_than_the_recorded_one_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    def pack(into, *, tools):
        path = into / design_system.TARBALL
        path.write_bytes(b"something else")
        return path

    monkeypatch.setattr(design_system, "_pack", pack)
    with pytest.raises(OperatorMustAct) as caught:
        design_system.fetch(tmp_path / "static")
    assert caught.value.code == "design-system-digest"
    assert not (tmp_path / "static" / "nhsuk").exists()


def test_npm_that_fails_says_what_to_do(tmp_path, monkeypatch):
    def run(words, **options):
        return subprocess.CompletedProcess(words, 1, "", "npm error network unreachable\n")

    monkeypatch.setattr(design_system.shutil, "which", lambda name: "/somewhere/npm")
    monkeypatch.setattr(design_system.subprocess, "run", run)
    with pytest.raises(OperatorMustAct) as caught:
        design_system.fetch(tmp_path / "static")
    assert caught.value.code == "design-system-fetch"
    assert "network unreachable" in caught.value.why
    assert "same command again" in caught.value.next_step


def test_a_machine_without_npm_gets_one_by_pip_with_hashes(tmp_path, monkeypatch):
    asked = []

    def run(words, **options):
        asked.append(words)
        if "pip" in words:
            (tmp_path / "tools" / "node").mkdir(parents=True)
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr(design_system.shutil, "which", lambda name: None)
    monkeypatch.setattr(design_system.subprocess, "run", run)
    with pytest.raises(OperatorMustAct, match="not the file"):
        design_system.fetch(tmp_path / "static")
    install, pack = asked
    assert "--require-hashes" in install
    assert str(design_system.NODE_REQUIREMENTS) in install
    assert pack[-5:-2] == ["pack", design_system.PACKAGE, "--ignore-scripts"]
    assert "--hash=sha256:" in design_system.NODE_REQUIREMENTS.read_text()
