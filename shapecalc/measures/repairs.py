"""Repairs: the smallest changes that make a whole net legal, found by trying them.

Nothing here knows a formula. A candidate is a copy of the net with one thing changed; it is a repair if the net can
then be measured from its input to its outputs. Where a later layer refuses as well, a second change there is tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import final

from shapecalc.errors import ShapecalcError, ShapeError
from shapecalc.measures.changes.arguments import Movement, movements
from shapecalc.measures.changes.inputs import legal_sizes, near_sizes, other_readings, recoloured, resized, resizing
from shapecalc.measures.changes.site import Change, Site, site_of
from shapecalc.measures.changes.structure import aligned, differences, suggested
from shapecalc.measures.measurement import measure
from shapecalc.measures.sizes import walk
from shapecalc.net import Net, Node

#: How many repairs are named, and at most how many of them change an argument.
NAMED, ARGUMENTS = 3, 2
#: How many layers before the failing one are tried, and how far a number is moved one step at a time.
LAYERS, REACH = 8, 4
#: A number that small steps do not mend is moved by doubling steps up to this.
FAR = 1 << 20

#: Nodes that are walked at most, over all candidates: a search in a net of thousands of layers ends early.
MAX_VISITS = 20_000
#: The visits that a node takes to be measured.
_MEASURED = 3
#: Changes that leave the net broken later, or less, and for which a second one is tried.
PAIRED = 6


def repairs(net: Net, name: str) -> tuple[str, ...]:
    """Up to three changes, the likeliest first, with each of which the whole net is legal.

    A change is to the input, to an argument of the node called ``name`` or of a layer before it ("conv1 padding=1"), or
    to the layers around it ("Flatten() before it"). Where a later layer refuses too, two changes that are legal
    together are one repair. Empty where none is. A condition that letters leave open counts as met, unless no number
    meets all.
    """
    return tuple(repaired_nets(net, name))


def repaired_nets(net: Net, name: str) -> dict[str, Net]:
    """The changes of :func:`repairs`, each with the net that it makes."""
    search = _Search(net, name)
    return {phrase: search.nets[phrase] for phrase in search.phrases()[:NAMED]}


@final
class _Search:
    """Tries changes until it has visited too many nodes."""

    def __init__(self, net: Net, name: str) -> None:
        self.net = net
        self.name = name
        self.visits = 0
        self.places = {node.name: place for place, node in enumerate(net.nodes)}
        self.halves: dict[str, tuple[Net, str]] = {}  # changes that mend the node alone, and the node that then refuses
        self.nets: dict[str, Net] = {}  # the legal nets by the phrase that makes them

    def phrases(self) -> list[str]:
        """The repairs: what the input means, what the place suggests, sizes and arguments, in this order."""
        readings = self.legal(other_readings(self.net), 1)
        sizes = [] if readings else self.paired()
        if sizes:
            return sizes
        site = site_of(self.net, self.name)
        phrases = readings + self.legal(suggested(site), 1 if readings else NAMED)
        if readings:
            return phrases
        phrases += self.legal(recoloured(self.net, self.name), NAMED - len(phrases))
        if phrases:
            return phrases + (self.legal(near_sizes(self.net), 1) if len(phrases) == 1 else [])
        return self.pair() or self.resized(site)

    def resized(self, site: Site) -> list[str]:
        """The repairs that are another size or argument; where branches meet, sizes on both sides come first."""
        sizes = self.legal(legal_sizes(self.net), 2) or self.nearest(list(resized(self.net)), 1)
        if len(site.inputs) > 1 and sizes:
            restored = self.nearest(list(movements(self.net, self.before(), self.name, ("output_padding",))), 1)
            phrases = restored + sizes
            return phrases + self.legal(aligned(site), NAMED - len(phrases))
        arguments = self.nearest(list(movements(self.net, self.before(), self.name)), ARGUMENTS)
        phrases = arguments + self.legal(aligned(site), NAMED - len(arguments))
        room = NAMED - len(phrases)
        return phrases + (sizes[-room:] if room else []) or self.pair()

    def before(self) -> list[Node]:
        """The node and the nearest layers before it."""
        return list(self.net.ancestors(self.name))[: LAYERS + 1]

    def paired(self) -> list[str]:
        """Sizes that are legal for inputs read otherwise; the shapes of all inputs that change."""
        nets = [net for net, _ in self.halves.values()]
        sizes = (resizing(net, self.net) for net in nets)
        return [phrase for changes in sizes for phrase in self.legal(changes, 2, second=True)]

    def pair(self) -> list[str]:
        """The first repair that is two changes: one that mends the node, and one where the net then breaks."""
        for phrase, (net, name) in islice(list(self.halves.items()), PAIRED):
            site = site_of(net, name, is_named=name != self.name)
            for change in self.legal(chain(suggested(site), aligned(site)), 1, second=True):
                self.nets[f"{phrase} with {change}"] = self.nets[change]
                return [f"{phrase} with {change}"]
        return []

    def legal(self, changes: Iterable[Change], limit: int, *, second: bool = False) -> list[str]:
        """The phrases of the first changes with which the net is legal; ``second`` ones are to a changed net."""
        phrases = (change.phrase for change in changes if self.mends(change, second=second))
        return list(islice(dict.fromkeys(phrases), limit)) if limit > 0 else []

    def mends(self, change: Change, *, second: bool = False) -> bool:
        """Whether the whole net is legal with a change; False once the search has gone on for too long."""
        if not self.passes(change, second=second):
            return False
        self.visits += _MEASURED * len(change.net)
        if not _is_measured(change.net):
            return False
        self.nets.setdefault(change.phrase, change.net)
        return True

    def passes(self, change: Change | None, *, second: bool = False) -> bool:
        """Whether no layer refuses the sizes of a changed net; False once the search has gone on for too long."""
        if change is None or self.visits > MAX_VISITS:
            return False
        self.visits += len(change.net)
        try:
            walk(change.net)
        except ShapeError as refusal:
            if not second and self.is_nearer(change.net, refusal.node):
                self.halves.setdefault(change.phrase, (change.net, refusal.node))
            return False
        except ShapecalcError:
            return False
        return True

    def is_nearer(self, net: Net, refusing: str) -> bool:
        """Whether a changed net breaks later, or where the same two values meet that now differ in fewer sizes."""
        if refusing == self.name:
            return differences(site_of(net, refusing)) < differences(site_of(self.net, self.name))
        return self.places.get(refusing, -1) > self.places[self.name]

    def nearest(self, candidates: list[Movement], limit: int) -> list[str]:
        """The legal changes with the smallest steps, one for each subject; far ones only where no small one helps."""
        phrases: dict[str, str] = {}
        for distance in range(1, REACH + 1):
            for movement in candidates:
                phrase = self.moved(movement, distance) if movement.subject not in phrases else ""
                if phrase:
                    phrases[movement.subject] = phrase
                if len(phrases) == limit:
                    return list(phrases.values())
        if not phrases:
            far = (self.far(movement) for movement in candidates if movement.node in {self.name, *self.net.inputs})
            return list(islice(filter(None, far), limit))
        return list(phrases.values())

    def far(self, movement: Movement) -> str:
        """The words of the smallest legal step beyond the small ones, or ""; what is legal stays so further on."""
        low, high = REACH, 2 * REACH
        while high <= FAR and not self.passes(movement.to(high)):
            low, high = high, 2 * high
        if high > FAR:
            return ""
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.passes(movement.to(middle)) else (middle, high)
        return self.moved(movement, high)

    def moved(self, movement: Movement, distance: int) -> str:
        """The words of a move if it makes the net legal, else ""."""
        change = movement.to(distance) if self.visits <= MAX_VISITS else None
        return change.phrase if change is not None and self.mends(change) else ""


def _is_measured(net: Net) -> bool:
    """Whether every measure of a net exists, for some numbers in place of its letters."""
    try:
        domain = measure(net).domain
    except ShapecalcError:
        return False
    return domain is None or not domain.conflict
