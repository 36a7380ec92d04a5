"""What real papers print besides: other dates and numbers that nobody should take for ours."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from include.samples.shipment import Shipment
from include.samples.voice import Printed, Voice

PEOPLE = ("Ana Lindholm", "R. Castell", "P. Moreau", "Wei Zhang", "H. Baumann", "S. Iyer")
CHANCE = 0.3


def extras(shipment: Shipment, voice: Voice, rng: Random) -> dict[str, Printed]:
    """A few of the references that senders add for their own use."""
    days = (shipment.due_date - shipment.invoice_date).days
    terms = voice.say(
        en=f"Net {days} days", de=f"{days} Tage netto", fr=f"{days} jours nets", es=f"{days} días"
    )
    texts = {
        "customer_number": str(rng.randint(10_000, 99_999)),
        "order_date": voice.date(shipment.order.ordered_at).text,
        "contact": f"{rng.choice(PEOPLE)}, ext. {rng.randint(100, 899)}",
        "payment_terms": terms,
        "offer_number": f"{rng.choice(('Q', 'SO', 'AB'))}-{rng.randint(10_000, 99_999)}",
        "eta": voice.date(shipment.arrived_on).text,
    }
    return {name: Printed(text, text) for name, text in texts.items() if rng.random() < CHANCE}


def arranged(names: Sequence[str], added: Sequence[str], rng: Random) -> tuple[str, ...]:
    """The number first, the rest in the usual order or shuffled, the added ones in between."""
    first, *rest = names
    if rng.random() < 0.4:
        rng.shuffle(rest)
    for name in added:
        rest.insert(rng.randint(0, len(rest)), name)
    return (first, *rest)
