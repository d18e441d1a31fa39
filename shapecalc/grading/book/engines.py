"""Where chunks are marked: in this process, in several of this machine, or on the machines of a cluster.

The only module that knows joblib and Ray, to which joblib hands the work for many machines.
"""

from __future__ import annotations

import logging
import os
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, final

from shapecalc.errors import ShapecalcError, missing_package
from shapecalc.grading.book.entries import BookEntry
from shapecalc.grading.submissions.sittings import Sitting

#: Marks a chunk; it can be pickled.
Work = Callable[[list[Sitting]], list[BookEntry]]

#: The seconds that an address has to answer in.
_PATIENCE = 10
#: The fewest processes of Ray: with one, joblib would mark in this process, which no answer may end.
_LEAST = 2


class EngineName(StrEnum):
    """Who runs the processes."""

    JOBLIB = "joblib"
    RAY = "ray"


class Engine(ABC):
    """Marks chunks in processes of its own.

    Attributes:
        workers: how many processes there are.
    """

    workers: int

    @abstractmethod
    def results(self, work: Work, chunks: list[list[Sitting]]) -> Iterator[list[BookEntry]]:
        """The marks of chunks, in their order."""

    @abstractmethod
    def died(self) -> tuple[type[Exception], ...]:
        """What is raised where a process has died."""

    def close(self) -> None:  # noqa: B027  processes of joblib end by themselves
        """Give back what runs."""


@final
class Processes(Engine):
    """Processes of this machine."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._joblib = _joblib()

    def results(self, work: Work, chunks: list[list[Sitting]]) -> Iterator[list[BookEntry]]:
        parallel = self._joblib.Parallel(n_jobs=self.workers, return_as="generator")
        yield from parallel(self._joblib.delayed(work)(chunk) for chunk in chunks)

    def died(self) -> tuple[type[Exception], ...]:
        from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415  an extra, as above

        return (BrokenProcessPool,)


@final
class RayCluster(Engine):
    """The machines of a cluster of Ray, on each of which shapecalc is installed; by default, this machine alone.

    Args:
        workers: how many processes there are, two at least; 0 for one on each processor.
        address: where the cluster is; "" for one that is started here, which listens on loopback alone.
    """

    def __init__(self, workers: int = 0, address: str = "") -> None:
        self._joblib = _joblib()
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # Ray reads both when it is imported
        if not address:
            # what Ray does where it expects no clusters: its processes listen on 127.0.0.1, and on no other address
            os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
        try:
            import ray  # noqa: PLC0415  an extra, for many machines only
            from ray.util.joblib import register_ray  # noqa: PLC0415  an extra, as above
        except ModuleNotFoundError as missing:
            raise missing_package(missing, "--engine ray", "Ray", "ray") from None
        self._ray = ray
        here: dict[str, Any] = {}
        if address:
            _check_answers(address)
        else:
            here = {"include_dashboard": False, "num_cpus": max(_LEAST, workers or os.cpu_count() or 1)}
        try:
            ray.init(address or "local", log_to_driver=False, logging_level=logging.ERROR, **here)
        except (ConnectionError, ValueError, RuntimeError, OSError) as refused:
            reason = str(refused).partition("\n")[0]
            raise ShapecalcError(f"Ray cannot be reached at {address or 'this machine'}: {reason}") from None
        register_ray()
        processors = int(ray.cluster_resources().get("CPU", 0))
        if processors < max(_LEAST, workers):
            self.close()
            asked = max(_LEAST, workers)
            raise ShapecalcError(f"Ray's cluster has {processors} processors; {asked} workers need one each.")
        self.workers = max(_LEAST, workers or processors)

    def results(self, work: Work, chunks: list[list[Sitting]]) -> Iterator[list[BookEntry]]:
        delayed = self._joblib.delayed(work)
        with (
            self._joblib.parallel_config(backend="ray", n_jobs=self.workers),
            self._joblib.Parallel() as parallel,
        ):
            for first in range(0, len(chunks), self.workers):  # it gives no generator, so a few chunks go at a time
                yield from parallel(delayed(chunk) for chunk in chunks[first : first + self.workers])

    def died(self) -> tuple[type[Exception], ...]:
        return (self._ray.exceptions.RayActorError, self._ray.exceptions.WorkerCrashedError)

    def close(self) -> None:
        self._ray.shutdown()


def open_engine(name: str, workers: int | None, address: str = "") -> Engine | None:
    """What marks with so many processes; None for this process alone."""
    if name == EngineName.RAY:
        return RayCluster(workers or 0, address)
    return None if workers in (None, 1) else Processes(workers)


def _check_answers(address: str) -> None:
    """Refuse an address where nothing answers, which Ray would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if host and port.isdecimal():
        try:
            socket.create_connection((host, int(port)), _PATIENCE).close()
        except (OSError, OverflowError) as refused:
            raise ShapecalcError(f"Nothing answers at {address}: {refused}. ray start --head prints it.") from None


def _joblib() -> Any:
    try:
        import joblib  # noqa: PLC0415  an extra, for several processes only
    except ModuleNotFoundError as missing:
        raise missing_package(missing, "several workers", "joblib", "grade") from None
    return joblib
