"""Seeds that are a pure function of what they are for, so that a training can go on from any step."""

from __future__ import annotations

from hashlib import sha256

import torch


def seed_of(*parts: int | str) -> int:
    """The seed for what the parts name: the first 63 bits of the SHA-256 of the parts, one on each line."""
    digest = sha256("\n".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) >> 1


def reseed(seed: int, device: torch.device) -> None:
    """Seed torch's own generators, of the processor and of the device.

    ``torch.manual_seed`` also remembers the seed for devices that were never used, with a whole traceback: in a short
    step on the processor, that took a third of the time.
    """
    if device.type == "cpu":
        torch.default_generator.manual_seed(seed)
    else:
        torch.manual_seed(seed)
