"""Layouts of carriers' papers: two boxed forms, a label list, a typed form and a sectioned one."""

from __future__ import annotations

from collections.abc import Callable

from include.samples.papers.boxes import grid, pairs
from include.samples.papers.draft import FORWARDER, Draft, PartyKeys
from include.samples.papers.sheet import GREY, WHITE
from include.samples.papers.table import Look, draw_table

LEFT = 32.0
CARRIER = PartyKeys("carrier_name")
NOTIFY = PartyKeys("notify_party_name")
Layout = Callable[[Draft], None]


def _parties(d: Draft) -> list[PartyKeys]:
    notify = [NOTIFY] if d.has("notify_party_name") else []
    return [d.sender, d.recipient, *notify]


def classic(d: Draft) -> None:
    """The ocean bill of lading as most lines print it: parties left, carrier right, cargo below."""
    s = d.sheet
    width = s.width - 2 * LEFT
    half = width * 0.53
    left = grid(
        d, LEFT, 34, half,
        [(68.0, [(1, keys)]) for keys in _parties(d)]
        + [(27.0, [(0.5, "place_of_receipt"), (0.5, "port_of_loading")]),
           (27.0, [(1, "vessel_name+voyage_number")])],
    )  # fmt: skip
    x, rest = LEFT + half, width - half
    s.text(x, 36, d.voice.title().upper(), size=10.5, bold=True, align="center", width=rest)
    y = grid(d, x, 62, rest, [(27.0, [(0.55, "number"), (0.45, "booking_number")]),
                              (27.0, [(1, "references")])])  # fmt: skip
    y = _carrier_block(d, x, y, rest)
    s.box(LEFT, 34, width, left - 34)
    y = grid(
        d, LEFT, left, width,
        [(27.0, [(0.3, "port_of_discharge"), (0.3, "place_of_delivery"), (0.4, "freight_terms")]),
         (27.0, [(0.3, "container_number"), (0.3, "seal_number"), (0.4, "carrier_scac")])],
    )  # fmt: skip
    y = _cargo(d, y + 4, Look("grid", 8, (0.93, 0.93, 0.93)))
    _end(d, y)


def mirrored(d: Draft) -> None:
    """Carrier's name across the top, references left, parties right, routing in one row."""
    s = d.sheet
    width = s.width - 2 * LEFT
    colour = d.rng.choice(((0.05, 0.2, 0.42), (0.35, 0.07, 0.1), (0.05, 0.3, 0.25)))
    s.box(LEFT, 30, width, 34, fill=colour, border=0)
    name = d.shipment.carrier.name
    s.text(LEFT + 8, 39, name, size=14, bold=True, colour=WHITE, width=width * 0.6)
    s.text(LEFT, 41, d.voice.title(), size=11, bold=True, colour=WHITE, align="right",
           width=width - 8)  # fmt: skip
    narrow = width * 0.4
    references = ["number", "booking_number", "references", "carrier_scac", "freight_terms"]
    rows = [(29.0, [(1.0, name)]) for name in d.shown(references)]
    y = grid(d, LEFT, 68, narrow, rows)
    right = grid(d, LEFT + narrow, 68, width - narrow, [(66.0, [(1.0, k)]) for k in _parties(d)])
    s.box(LEFT, y, narrow, max(right - y, 0))
    d.party(CARRIER, LEFT + 4, y + 4, width=narrow - 8, size=7.5)
    y = max(y + 52, right)
    y = grid(
        d, LEFT, y, width,
        [(28.0, [(0.25, "vessel_name"), (0.15, "voyage_number"), (0.3, "port_of_loading"),
                 (0.3, "port_of_discharge")]),
         (28.0, [(0.25, "place_of_receipt"), (0.25, "place_of_delivery"),
                 (0.25, "container_number"), (0.25, "seal_number")])],
    )  # fmt: skip
    y = _cargo(d, y + 6, Look("ruled", 8))
    _end(d, y)


def listing(d: Draft) -> None:
    """No boxes: labels left of their values in two columns, like a printed web form."""
    s = d.sheet
    width = s.width - 2 * 45
    y = d.party(CARRIER, 45, 36, width=width / 2, size=11, label="")
    s.text(45 + width / 2, 36, d.voice.title(), size=13, bold=True, align="right", width=width / 2)
    s.rule(45, y + 4, 45 + width, y + 4, 1)
    y += 14
    half = width / 2
    names = d.shown(d.refs)
    cut = (len(names) + 1) // 2
    left = pairs(d, 45, y, half - 10, names[:cut], label_width=105)
    right = pairs(d, 45 + half, y, half, names[cut:], label_width=105)
    y = max(left, right) + 8
    third = width / len(_parties(d))
    bottoms = [
        d.party(keys, 45 + i * third, y, width=third - 10, size=8.5, label_size=8.5)
        for i, keys in enumerate(_parties(d))
    ]
    y = max(bottoms)
    y = _table(d, y + 24, 45, Look("zebra", 8.5, (0.93, 0.95, 0.97), d.rng.random() < 0.5))
    y = pairs(d, 45 + half, y + 6, half, d.totals, label_width=130, size=9)
    y = pairs(d, 45 + half, y + 10, half, d.issue, label_width=130)
    s.paragraphs(45, y + 8, d.closing, width, 7)


def typed(d: Draft) -> None:
    """A form filled by a line printer."""
    s = d.sheet
    x, width = 45.0, s.width - 90
    y = s.value("carrier_name", d.values["carrier_name"], x, 36, size=12, bold=True)
    y = s.text(x, y, d.shipment.carrier.address, size=8) + 4
    s.text(x, y, d.voice.title(), size=13, bold=True, align="center", width=width)
    y += 20
    s.dashes(x, y, x + width, "=")
    y += 12
    for keys in _parties(d):
        below = s.text(x, y, d.label(keys.name) + ":", size=8.5, width=124)
        y = d.party(keys, x + 130, y, width=width - 130, size=8.5, label="", bold=False)
        y = max(y, below) + 4
    s.dashes(x, y, x + width)
    y = pairs(d, x, y + 12, width, d.refs, label_width=175, size=8.5)
    y = _table(d, y + 10, x, Look("dashes", 7.5))
    y = pairs(d, x, y + 10, width, d.totals, label_width=175, size=8.5)
    y = pairs(d, x, y + 6, width, d.issue, label_width=215, size=8.5)
    s.paragraphs(x, y + 8, d.closing, width, 7)


def sectioned(d: Draft) -> None:
    """Grey section bars with label-above-value columns under each."""
    s = d.sheet
    x, width = 40.0, s.width - 80
    s.text(x, 34, d.voice.title(), size=15, bold=True, width=width * 0.55)
    d.party(CARRIER, x + width * 0.6, 32, width=width * 0.4, size=8.5)
    y = 84.0
    heading = d.voice.say(en="Parties", de="Beteiligte", fr="Parties", es="Partes")
    y = _bar(d, x, y, width, heading)
    parties = _parties(d)
    each = width / len(parties)
    bottoms = [
        d.party(keys, x + i * each, y, width=each - 10, size=8.5) for i, keys in enumerate(parties)
    ]
    y = max(bottoms) + 8
    heading = d.voice.say(en="Routing and references", de="Transport und Referenzen",
                          fr="Acheminement et références", es="Ruta y referencias")  # fmt: skip
    y = _bar(d, x, y, width, heading)
    names = d.shown(d.refs)
    for i in range(0, len(names), 4):
        chunk = names[i : i + 4]
        y = grid(d, x - 4, y, width, [(27.0, [(0.25, n) for n in chunk])], border=0)
    heading = d.voice.say(en="Cargo", de="Ladung", fr="Marchandises", es="Mercancía")
    y = _table(d, _bar(d, x, y + 4, width, heading), x, Look("open", 8.5))
    for names in (d.shown(d.totals), d.shown(d.issue)):
        y = grid(d, x, y + 5, width, [(30.0, [(1 / len(names), name) for name in names])])
    s.paragraphs(x, y + 8, d.closing, width, 7)


def _bar(d: Draft, x: float, y: float, width: float, heading: str) -> float:
    d.sheet.box(x, y, width, 14, fill=(0.86, 0.88, 0.9), border=0)
    d.sheet.text(x + 4, y + 3, heading, size=8, bold=True)
    return y + 18


def _carrier_block(d: Draft, x: float, y: float, width: float) -> float:
    s = d.sheet
    y = d.party(CARRIER, x + 6, y + 6, width=width - 12, size=11)
    agent = d.label("agent")
    y = s.text(x + 6, y + 6, agent, size=6.5, colour=GREY)
    address = f"{FORWARDER.name}\n{FORWARDER.address}"
    return s.text(x + 6, y + 1, address, size=7.5, width=width - 12)


def _table(d: Draft, y: float, x: float, look: Look) -> float:
    return draw_table(
        d.sheet, d.columns, d.rows, x=x, y=y, width=d.sheet.width - 2 * x,
        bottom=d.sheet.height - 170, look=look, next_page=d.pages(70, "number"),
    )  # fmt: skip


def _cargo(d: Draft, y: float, look: Look) -> float:
    """The goods with room below them, then the totals in boxes."""
    y = _table(d, y, LEFT, look)
    y = d.sheet.paragraphs(LEFT + 4, y + 4, d.closing[1:], d.sheet.width - 2 * LEFT, 7.5)
    y = max(y + 10, d.sheet.height - 230)
    row = [(1 / len(d.totals), name) for name in d.totals]
    return grid(d, LEFT, y, d.sheet.width - 2 * LEFT, [(28.0, row)])


def _end(d: Draft, y: float) -> None:
    s = d.sheet
    width = s.width - 2 * LEFT
    s.paragraphs(LEFT + 2, y + 6, d.closing[:1], width * 0.46, 6.5)
    x = LEFT + width * 0.5
    issue = d.shown(d.issue)
    y = grid(d, x, y + 6, width * 0.5, [(28.0, [(1.0, name)]) for name in issue])
    signed = d.voice.say(
        en="Signed for the carrier",
        de="Für den Frachtführer gezeichnet",
        fr="Signé pour le transporteur",
        es="Firmado por el transportista",
    )
    s.scribble(x + 30, y + 24, d.rng.uniform(60, 110), d.rng)
    s.text(x, y + 4, f"{signed}: {d.shipment.carrier.name}", size=7, width=width * 0.5)


LAYOUTS: dict[str, Layout] = {
    "classic": classic, "mirrored": mirrored, "listing": listing, "typed": typed,
    "sectioned": sectioned,
}  # fmt: skip
