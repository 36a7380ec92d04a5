"""How one paper speaks: its language, wordings, dates and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
}
DATE_STYLES = {
    "en": ("%d %b %Y", "%Y-%m-%d", "%B %d, %Y", "%d-%b-%Y", "%d %B %Y"),
    "us": ("%m/%d/%Y", "%B %d, %Y", "%b %d, %Y"),
    "gb": ("%d %B %Y", "%d %b %Y", "%d/%m/%Y"),
    "de": ("%d.%m.%Y", "%d.%m.%Y", "%d. %B %Y", "%Y-%m-%d"),
    "fr": ("%d/%m/%Y", "%d/%m/%Y", "%d %B %Y", "%d.%m.%Y"),
    "es": ("%d/%m/%Y", "%d-%m-%Y", "%d de %B de %Y"),
}
#: Thousands and decimal signs.
NUMBER_STYLES = {
    "en": ((",", "."), (",", "."), ("", ".")),
    "us": ((",", "."),),
    "gb": ((",", "."),),
    "de": ((".", ","),),
    "fr": (("\u00a0", ","), (" ", ",")),
    "es": ((".", ","),),
    "ch": (("'", "."),),
}
PACKAGE_WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {"carton": ("cartons", "CTNS", "ctn"), "bag": ("bags", "BAGS")},
    "de": {"carton": ("Kartons", "Ktn."), "bag": ("Säcke", "Sack")},
    "fr": {"carton": ("cartons", "colis"), "bag": ("sacs",)},
    "es": {"carton": ("cajas", "bultos"), "bag": ("sacos",)},
}
UNIT_WORDS = {
    "en": {"PCS": "pcs", "SET": "set", "BOX": "box", "PAR": "pairs", "M2": "sqm", "BAG": "bag"},
    "de": {"PCS": "Stk", "SET": "Satz", "BOX": "Ktn", "PAR": "Paar", "M2": "m2", "BAG": "Sack"},
    "fr": {"PCS": "pce", "SET": "jeu", "BOX": "ctn", "PAR": "paire", "M2": "m2", "BAG": "sac"},
    "es": {"PCS": "ud", "SET": "juego", "BOX": "caja", "PAR": "par", "M2": "m2", "BAG": "saco"},
}


@dataclass(frozen=True)
class Printed:
    """A value as it stands on the paper, and what it means (ISO date, plain decimal, text)."""

    text: str
    truth: str


@cache
def _labels() -> dict[str, Any]:
    content = yaml.safe_load((Path(__file__).parent / "papers/labels.yaml").read_text("utf-8"))
    assert isinstance(content, dict)
    return content


@dataclass
class Voice:
    """One paper's habits; a wording once chosen stays the same on that paper."""

    language: str
    paper: str
    rng: Random
    region: str = ""
    date_style: str = ""
    number_style: tuple[str, str] = (",", ".")
    has_hs_point: bool = False
    weight_decimals: int = 2
    _chosen: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        region = self.region or self.language
        self.date_style = self.rng.choice(DATE_STYLES.get(region, DATE_STYLES[self.language]))
        styles = NUMBER_STYLES.get(region, NUMBER_STYLES[self.language])
        self.number_style = self.rng.choice(styles)
        self.has_hs_point = self.rng.random() < 0.5

    def label(self, name: str) -> str:
        """The wording for a field, for example `Rechnungs-Nr.`"""
        labels = _labels()
        return self._pick(f"label {name}", labels.get(f"{self.paper}.{name}") or labels[name])

    def title(self) -> str:
        return self._pick("title", _labels()["title"][self.paper])

    def column(self, name: str) -> str:
        return self._pick(f"column {name}", _labels()["column"][name])

    def say(self, *, en: str, de: str, fr: str, es: str) -> str:
        """The phrase in this paper's language."""
        return {"en": en, "de": de, "fr": fr, "es": es}[self.language]

    def _pick(self, key: str, wordings: Mapping[str, Sequence[str]]) -> str:
        if key not in self._chosen:
            self._chosen[key] = self.rng.choice(wordings[self.language])
        return self._chosen[key]

    def date(self, day: dt.date) -> Printed:
        style = self.date_style
        if self.region == "gb" and style == "%d/%m/%Y" and day.day <= 12:
            style = "%d %B %Y"  # 03/04/2026 would mean another day to a US reader
        name = MONTHS[self.language].split()[day.month - 1]
        short = name[:3]
        text = style.replace("%B", name).replace("%b", short)
        return Printed(day.strftime(text), day.isoformat())

    def number(self, value: Decimal | int, decimals: int = 2) -> Printed:
        thousands, point = self.number_style
        plain = f"{value:,.{decimals}f}"
        text = plain.replace(",", "\0").replace(".", point).replace("\0", thousands)
        return Printed(text, f"{value:.{decimals}f}")

    def count(self, value: int) -> Printed:
        return Printed(self.number(value, 0).text, str(value))

    def weight(self, value: Decimal, unit: str = "") -> Printed:
        shown = self.number(value, self.weight_decimals)
        return Printed(f"{shown.text} {unit}".strip(), f"{value:.2f}")

    def money(self, value: Decimal, currency: str, sign: str = "") -> Printed:
        shown = self.number(value, 0 if currency == "JPY" else 2)
        text = f"{sign} {shown.text}" if self.language == "en" else f"{shown.text} {sign}"
        return Printed(text.strip(), shown.truth)

    def unit(self, code: str) -> str:
        return UNIT_WORDS[self.language][code]

    def package_word(self, kind: str) -> str:
        return self._pick(f"package {kind}", {self.language: PACKAGE_WORDS[self.language][kind]})
