"""What the nets of the zoo are, beside their published counts."""

from shapecalc.catalogue.architectures import Architecture as Architecture
from shapecalc.catalogue.architectures import architecture as architecture
from shapecalc.catalogue.cards import Card as Card
from shapecalc.catalogue.cards import all_cards as all_cards
from shapecalc.catalogue.cards import card as card
from shapecalc.catalogue.cards import search as search
