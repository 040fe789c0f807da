"""The one typed settings object, read from the process's environment variables once.

Everything the operator can turn is here, with its default; `config/settings.py` only translates it for Django. Values
of law and policy are not settings: they live in `parameters/`.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from joinedup.base.errors import OperatorMustAct

PROJECT = Path(__file__).resolve().parent.parent
MODES = ("demo", "test", "production")


@dataclass(frozen=True, slots=True)
class Environment:
    """What the operator chose.

    mode: demo (embedded database, one-click sign-in, fixed today), test, or production.
    var: the folder for everything that is made and not kept in git. database_url: a real PostgreSQL 18
    (postgresql://host:port/name), or '' for the embedded one. passwords_file: JSON of database role -> password for a
    real one. database_role: the role that this process serves with. public_url: where the public site is, for links.
    """

    mode: str
    var: Path
    database_url: str
    database_name: str
    passwords_file: Path | None
    database_role: str
    allowed_hosts: tuple[str, ...]
    secret_key: str
    secure_cookies: bool
    pool_size: int
    public_url: str = ""

    @property
    def demo(self) -> bool:
        """Whether invented people, one-click sign-in and a fixed today are in force."""
        return self.mode == "demo"

    @property
    def embedded_folder(self) -> Path:
        """Where the embedded server of this mode keeps its data."""
        return self.var / "postgres" / ("test" if self.mode == "test" else "place")


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database listens and each role's password."""

    host: str
    port: int
    name: str
    passwords: dict[str, str]


@cache
def environment() -> Environment:
    """The environment of this process; refuses a value it does not know with words for the operator."""
    mode = os.environ.get("JOINEDUP_MODE", "demo")
    if mode not in MODES:
        raise _refused("JOINEDUP_MODE", f"It must be one of {', '.join(MODES)}.")
    var = Path(os.environ.get("JOINEDUP_VAR", PROJECT / "var")).resolve()
    passwords = os.environ.get("JOINEDUP_DATABASE_PASSWORDS", "")
    url = os.environ.get("JOINEDUP_DATABASE_URL", "")
    if url and not passwords:
        raise _refused("JOINEDUP_DATABASE_PASSWORDS", "A database of your own needs the file of its roles' passwords.")
    return Environment(
        mode=mode,
        var=var,
        database_url=url,
        database_name=os.environ.get("JOINEDUP_DATABASE_NAME", "joinedup"),
        passwords_file=Path(passwords) if passwords else None,
        database_role=os.environ.get("JOINEDUP_DATABASE_ROLE", "app"),
        allowed_hosts=tuple(os.environ.get("JOINEDUP_HOSTS", "127.0.0.1,localhost,testserver").split(",")),
        secret_key=os.environ.get("JOINEDUP_SECRET_KEY", "") or _kept_secret(var),
        secure_cookies=os.environ.get("JOINEDUP_SECURE_COOKIES", "1" if mode == "production" else "0") == "1",
        pool_size=int(os.environ.get("JOINEDUP_POOL_SIZE", "0")),
        public_url=os.environ.get("JOINEDUP_PUBLIC_URL", "").rstrip("/"),
    )


def database_address() -> DatabaseAddress:
    """Where the database is. The embedded server is looked for, never started here: commands do that first."""
    chosen = environment()
    if chosen.database_url:
        parts = urlsplit(chosen.database_url)
        if chosen.passwords_file is None:
            raise _refused("JOINEDUP_DATABASE_PASSWORDS", "It is not set.")
        name = unquote(parts.path.lstrip("/")) or chosen.database_name
        passwords = json.loads(chosen.passwords_file.read_text())
        return DatabaseAddress(parts.hostname or "127.0.0.1", parts.port or 5432, name, passwords)
    from config.embedded import EmbeddedServer

    cluster = EmbeddedServer(chosen.embedded_folder).running()
    if cluster is None:
        return DatabaseAddress("127.0.0.1", 1, chosen.database_name, {})
    return DatabaseAddress(cluster.host, cluster.port, chosen.database_name, cluster.passwords)


def _kept_secret(var: Path) -> str:
    """A secret key of this installation, made once and kept outside git."""
    path = var / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        fresh.replace(path)
    return path.read_text()


def _refused(name: str, why: str) -> OperatorMustAct:
    return OperatorMustAct(
        code="setting-refused",
        what=f"The setting {name} cannot be used.",
        why=why,
        next_step=f"Set {name} in the environment of this process and start again; DEVELOPERS.md lists the settings.",
    )
