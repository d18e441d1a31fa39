"""The generated page of the Python API, which documents what needs torch too."""

from __future__ import annotations

import inspect

import pytest

from tests.tools import api_reference


def test_the_page_is_current():
    """It is what its generator writes; `python -m tests.tools.refresh_docs` brings it up to date."""
    assert api_reference.PAGE.read_text(encoding="utf-8") == api_reference.page()


@pytest.mark.parametrize("name", api_reference.exported())
def test_an_exported_name_is_documented(name):
    """Every exported name has a docstring and a section."""
    documented = bool(inspect.getdoc(api_reference.exported()[name]))
    assert (documented, f"\n## {name}\n" in api_reference.PAGE.read_text(encoding="utf-8")) == (True, True)
