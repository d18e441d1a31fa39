"""The pictures of the documentation are those that the commands beside them write."""

from __future__ import annotations

import pytest

from tests.tools.pictures import FOLDER, commands, drawn

NAMES = sorted(commands())


def test_every_picture_has_its_command():
    """And each command of a picture that a page shows has its file."""
    assert sorted(path.name for path in FOLDER.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_what_its_command_writes(name):
    """`python -m tests.tools.refresh_docs` writes it anew."""
    assert (FOLDER / name).read_text(encoding="utf-8") == drawn(name)
