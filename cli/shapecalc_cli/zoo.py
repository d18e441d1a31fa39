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
    """List the architectures, or show one with its source.

    Shows the counts of a net beside the published counts. Every command takes a net of the zoo as zoo:NAME.

    Examples:
      shapecalc zoo
      shapecalc zoo resnet50
      shapecalc net zoo:resnet50 --input 3xHxW
    """
    from shapecalc.catalogue import all_cards, card
    from shapecalc.catalogue.card_page import listing_page
    from shapecalc_cli.output import say_json, show

    if name is None:
        cards = all_cards()
        say_json([card.as_dict() for card in cards]) if json else show(listing_page(cards))
    else:
        net_card = card(name)
        say_json(net_card.as_dict()) if json else show(net_card.page())
