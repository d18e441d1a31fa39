"""Tensors and text in a file of safetensors, a format that holds nothing that could run."""

from __future__ import annotations

import json
from collections.abc import Mapping

from safetensors.torch import save
from torch import Tensor

#: The header's key under which safetensors keeps text.
_TEXT = "__metadata__"
#: A file begins with the length of its header, in this many bytes; the header's own length is a multiple of it.
LENGTH = 8


def tensor_bytes(tensors: Mapping[str, Tensor], texts: Mapping[str, str]) -> bytes:
    """The content of a file with these tensors and texts; equal ones give equal bytes.

    safetensors itself puts the texts in an order that differs from process to process.
    """
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    content = save(plain, dict(texts))
    end = LENGTH + int.from_bytes(content[:LENGTH], "little")
    header = json.loads(content[LENGTH:end])
    header[_TEXT] = dict(sorted(header[_TEXT].items()))
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text = text.ljust(-(-len(text) // LENGTH) * LENGTH)
    return b"".join((len(text).to_bytes(LENGTH, "little"), text, content[end:]))
