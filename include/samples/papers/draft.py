"""A paper being drawn: shipment, voice, the values it may show, and small drawing idioms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from include.samples.papers.sheet import BLACK, GREY, Sheet
from include.samples.papers.table import Column, Look, Row
from include.samples.reference import Party, parties
from include.samples.shipment import Shipment
from include.samples.voice import Printed, Voice

SMALL = 6.5
#: An address block is no longer than this, as the boxes of real forms.
MOST_LINES = 3
#: Who is told of the arrival and takes the goods over for the own company.
FORWARDER = parties()["HKSP"]


@dataclass(frozen=True)
class PartyKeys:
    """Which fields name a party on this paper; empty where the paper has no such field."""

    name: str
    address: str = ""
    vat_id: str = ""


@dataclass
class Draft:
    """What the layouts work on; `values` by field name, `rng` for the layout's own choices."""

    shipment: Shipment
    voice: Voice
    sheet: Sheet
    values: Mapping[str, Printed]
    rng: Random
    columns: Sequence[Column] = ()
    rows: Sequence[Row] = ()
    sender: PartyKeys = field(default_factory=lambda: PartyKeys("shipper_name"))
    recipient: PartyKeys = field(default_factory=lambda: PartyKeys("consignee_name"))
    refs: Sequence[str] = ()
    totals: Sequence[str] = ()
    closing: Sequence[str] = ()
    footer: Sequence[str] = ()
    #: Fields that close a transport paper: when and where it was issued.
    issue: Sequence[str] = ()

    def has(self, name: str) -> bool:
        return name in self.values and bool(self.values[name].text)

    def shown(self, names: Sequence[str]) -> list[str]:
        return [name for name in names if name and self.has(name)]

    def label(self, name: str) -> str:
        return self.voice.label(name)

    def pair(
        self,
        name: str,
        x: float,
        y: float,
        *,
        label_width: float,
        width: float,
        size: float = 9,
        colon: str = ":",
        align: str = "left",
        bold: bool = False,
    ) -> float:
        """Label left, value right of it; returns the y below both."""
        label = self.label(name) + colon
        below = self.sheet.text(x, y, label, size=size, width=label_width - 4, bold=bold)
        value = self.values[name]
        right = x + label_width
        under = self.sheet.value(
            name, value, right, y, size=size, width=width - label_width, align=align, bold=bold
        )
        return max(below, under) + 1.5

    def stacked(
        self, name: str, x: float, y: float, *, width: float, size: float = 9, bold: bool = False
    ) -> float:
        """Small label above the value; returns the y below."""
        y = self.sheet.text(x, y, self.label(name), size=SMALL, colour=GREY, width=width)
        return self.sheet.value(
            name, self.values[name], x, y + 1, size=size, width=width, bold=bold
        )

    def party(
        self,
        keys: PartyKeys,
        x: float,
        y: float,
        *,
        width: float,
        size: float = 9,
        label: str | None = None,
        label_size: float = SMALL,
        bold: bool = True,
    ) -> float:
        """Label (none when empty), name, address and tax id, one under another."""
        title = self.label(keys.name) if label is None else label
        if title:
            colour = GREY if label_size <= SMALL else BLACK
            y = self.sheet.text(
                x, y, title, size=label_size, colour=colour, width=width, bold=label_size > SMALL
            )
            y += 1.5
        y = self.sheet.value(
            keys.name, self.values[keys.name], x, y, size=size, bold=bold, width=width
        )
        y = self.address(keys, x, y, width=width, size=size)
        if keys.vat_id and self.has(keys.vat_id):
            shown = f"{self.label(keys.vat_id)}: "
            value = self.values[keys.vat_id]
            left = x + self.sheet.measure(shown, size - 0.5)
            self.sheet.text(x, y, shown, size=size - 0.5)
            room = x + width - left
            y = self.sheet.value(keys.vat_id, value, left, y, size=size - 0.5, width=room)
        return y

    def address(
        self,
        keys: PartyKeys,
        x: float,
        y: float,
        *,
        width: float,
        size: float,
        align: str = "left",
        flat: bool = False,
    ) -> float:
        """The address in lines, or `flat` in one; drawn also where it is no field."""
        party = self._party(keys)
        if party is None:
            return y
        lines = party.address_lines
        while len(lines) > MOST_LINES:
            lines = (f"{lines[0]}, {lines[1]}", *lines[2:])
        printed = Printed(party.address if flat else "\n".join(lines), party.address)
        if keys.address:
            return self.sheet.value(
                keys.address, printed, x, y, size=size, align=align, width=width
            )
        return self.sheet.text(x, y, printed.text, size=size, align=align, width=width)

    def _party(self, keys: PartyKeys) -> Party | None:
        """The party printed there; None for phrases such as `same as consignee`."""
        ours = self.shipment
        known = {p.name: p for p in (ours.seller, ours.carrier, ours.consignee, FORWARDER)}
        return known.get(self.values[keys.name].truth)

    def pages(self, top: float, number: str) -> Callable[[], float]:
        """How a table goes on: a new page with the number and a page count."""

        def next_page() -> float:
            page = self.voice.say(en="Page", de="Seite", fr="Page", es="Página")
            onward = self.voice.say(
                en="continued on next page",
                de="Fortsetzung nächste Seite",
                fr="suite page suivante",
                es="continúa en la página siguiente",
            )
            self.sheet.text(45, self.sheet.height - 40, onward, size=7, colour=GREY)
            self.sheet.new_page()
            head = (
                f"{self.voice.title()}  {self.values[number].text}   {page} {self.sheet.page + 1}"
            )
            self.sheet.text(45, top - 22, head, size=8, colour=GREY)
            return top

        return next_page

    def look(self, *styles: str) -> Look:
        tint = self.rng.choice(((0.88, 0.88, 0.88), (0.9, 0.93, 0.97), (0.94, 0.93, 0.88)))
        return Look(
            style=self.rng.choice(styles),
            size=self.rng.choice((8, 8.5, 9)),
            tint=tint,
            dark_header=self.rng.random() < 0.25,
        )
