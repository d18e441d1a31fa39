"""``shapecalc zoo``: the architectures that come with shapecalc."""

from typing import Annotated

import typer


def zoo(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A net, such as resnet50, or a part of names, such as resnet; or all."),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the architectures, or show one with its source.

    Shows the counts of a net beside the published counts. Every command takes a net of the zoo as zoo:NAME, many with
    other values of their parameters.

    Examples:
      shapecalc zoo
      shapecalc zoo resnet
      shapecalc zoo resnet50
      shapecalc net "zoo:resnet50(classes=10)" --input 3xHxW
    """
    from shapecalc.catalogue import card, search
    from shapecalc.catalogue.card_page import listing_page
    from shapecalc.zoo import listing
    from shapecalc_cli.output import say_json, show

    names = search(name or "")
    if name and len(names) == 1:
        net_card = card(names[0])
        say_json(net_card.as_dict()) if json else show(net_card.page())
    elif json:
        say_json([card(name).as_dict() for name in names])
    else:
        show(listing_page([listing()[name] for name in names]))
