"""A static host on loopback for tests: a folder below a path, and nothing else; it counts what is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class FolderHandler(SimpleHTTPRequestHandler):
    """Answers from a folder, with a policy in the head of each response, so that workers are under it too."""

    def __init__(self, *args, policy: str, requests: list[str], **choice) -> None:
        self.policy, self.requests = policy, requests
        super().__init__(*args, **choice)

    def do_GET(self) -> None:
        self.requests.append(self.path)
        super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", self.policy)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@dataclass
class StaticHost:
    """A host that runs: the address of its folder, and the paths that were asked for."""

    address: str
    requests: list[str] = field(default_factory=list)


@contextmanager
def hosted(folder: Path, policy: str, *, path: str = "") -> Iterator[StaticHost]:
    """A host of a folder, which may have the site at a path below: courses/cnn/."""
    requests: list[str] = []
    handler = partial(FolderHandler, directory=str(folder), policy=policy, requests=requests)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield StaticHost(f"http://127.0.0.1:{server.server_port}/{path}", requests)
        server.shutdown()
