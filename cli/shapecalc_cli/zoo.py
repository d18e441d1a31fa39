"""``shapecalc zoo``: the architectures that come with shapecalc."""

from typing import Annotated

import typer


def zoo(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A net, such as resnet50; all of them, if absent.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Which architectures there are, or where one of them comes from.

    Shows a net's counts beside those that were published. Any command takes a net of the zoo as zoo:NAME.

    Examples:
      shapecalc zoo
      shapecalc zoo resnet50
      shapecalc net zoo:resnet50 --input 3xHxW
    """
    from shapecalc.catalogue import cards
    from shapecalc.catalogue.card_page import listing_page
    from shapecalc_cli.output import say_json, show

    if name is None:
        listed = cards.zoo()
        say_json([one.as_dict() for one in listed]) if json else show(listing_page(listed))
    else:
        found = cards.shown(name)
        say_json(found.as_dict()) if json else show(found.page())
