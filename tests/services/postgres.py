"""A server of PostgreSQL on loopback, with a password, for as long as the tests need it."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.needs import postgres_programs

#: Who runs the server where root runs the tests: PostgreSQL refuses root.
USER = "postgres"


class Server(NamedTuple):
    """A server that is running: its address without a password, and the password."""

    url: str
    password: str


@contextmanager
def running_server() -> Iterator[Server]:
    """A new server, whose data go with it."""
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed"
    user = USER if os.getuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres"))
    password = secrets.token_hex(8)
    try:
        (folder / "password").write_text(password)
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        data = str(folder / "data")
        sign_in = ["--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--username=teacher"]
        _run(programs / "initdb", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", *sign_in, data, user=user)
        port = _free_port()
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
        log = str(folder / "log")
        _run(programs / "pg_ctl", "--pgdata", data, "--log", log, "--wait", "--options", options, "start", user=user)
        try:
            yield Server(f"postgresql://teacher@127.0.0.1:{port}/postgres", password)
        finally:
            _run(programs / "pg_ctl", "--pgdata", data, "--mode", "immediate", "stop", user=user)
    finally:
        shutil.rmtree(folder)


def _run(program: Path, *arguments: str, user: str | None) -> None:
    command = [str(program), *arguments]
    done = subprocess.run(  # noqa: S603  the programs of PostgreSQL
        command, user=user, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def new_database(server: Server) -> str:
    """The URL of a database of its own."""
    import psycopg  # noqa: PLC0415  a service

    name = f"book{secrets.token_hex(5)}"
    with psycopg.connect(server.url, password=server.password, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} LC_COLLATE 'C.UTF-8' TEMPLATE template0".encode())
    return server.url.rpartition("/")[0] + f"/{name}"
