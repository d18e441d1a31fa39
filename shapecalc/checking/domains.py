"""The domains of networks whose input was inferred: all sizes that they take, and not only those that were tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from shapecalc.algebra.names import names_in
from shapecalc.checking.verdict import CodeVerdict, FileCheck, NetworkCheck
from shapecalc.errors import ShapecalcError
from shapecalc.formats.source.opening import reader_of_networks
from shapecalc.formats.source.programs import Source
from shapecalc.layers import Shape
from shapecalc.net import Net
from shapecalc.page import Lines
from shapecalc.solve import closed_form, with_letters


def with_domains(check: FileCheck, source: Source) -> FileCheck:
    """The verdict on a file with the domains of its networks, where the input is inferred and can be said as a net."""
    read = reader_of_networks(source.anew())
    return replace(check, networks=tuple([_with_domain(network, read) for network in check.networks]))


def _with_domain(network: NetworkCheck, read: Callable[[str, Sequence[Shape]], Net]) -> NetworkCheck:
    if network.inputs_from != "inferred" or network.verdict is not CodeVerdict.FINE:
        return network
    try:
        form = closed_form(with_letters(read(network.call, network.letters)))
    except ShapecalcError:  # what it does is no net, or too long for closed forms
        return network
    domain, inputs = form.domain, form.report.net.input_text()
    words = next(block.lines for block in domain.page().blocks if isinstance(block, Lines))
    fits = f"{inputs}, {'; '.join(words)}" if names_in(network.letters) else ""  # else the one that is shown
    return replace(network, domain={"input": inputs, **domain.as_dict()}, fits=fits)
