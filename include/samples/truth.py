"""The truth file of one document, in the dataset folder's format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FIELDS: Mapping[str, Sequence[str]] = {
    kind: names.split()
    for kind, names in {
        "invoice": "number issue_date due_date seller_name seller_vat_id seller_address buyer_name"
        " buyer_vat_id buyer_address order_reference currency incoterm country_of_origin net_total"
        " tax_total grand_total amount_due iban",
        "packing_list": "number issue_date shipper_name consignee_name invoice_number"
        " order_reference container_number package_count net_weight_kg gross_weight_kg volume_m3",
        "bill_of_lading": "number issue_date carrier_name carrier_scac booking_number shipper_name"
        " shipper_address consignee_name consignee_address notify_party_name vessel_name"
        " voyage_number port_of_loading port_of_discharge place_of_delivery shipped_on_board_date"
        " freight_terms container_number seal_number package_count gross_weight_kg volume_m3",
        "air_waybill": "number issue_date shipper_name consignee_name airport_of_departure"
        " airport_of_destination flight_number package_count gross_weight_kg chargeable_weight_kg"
        " currency declared_value",
        "cargo_manifest": "number issue_date carrier_name vessel_name voyage_number port_of_loading"
        " port_of_discharge package_count gross_weight_kg",
        "delivery_note": "number issue_date delivery_date shipper_name consignee_name carrier_name"
        " order_reference package_count gross_weight_kg received_by",
    }.items()
}
_GOODS = "description item_code hs_code package_count quantity net_weight_kg gross_weight_kg"
LINE_FIELDS: Mapping[str, Sequence[str]] = {
    kind: names.split()
    for kind, names in {
        "invoice": "description item_code hs_code country_of_origin quantity unit unit_price"
        " line_total",
        "packing_list": _GOODS,
        "bill_of_lading": "container_number marks description hs_code package_count"
        " gross_weight_kg volume_m3",
        "air_waybill": _GOODS,
        "cargo_manifest": "bill_of_lading_number shipper_name consignee_name container_number"
        " description hs_code package_count gross_weight_kg",
        "delivery_note": "description item_code quantity",
    }.items()
}
EXPORTED, IN_REVIEW, QUARANTINED, DUPLICATE = "exported", "in_review", "quarantined", "duplicate"


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a careful reader would find on the document, and where its way should end."""

    document_type: str
    fields: Mapping[str, str | None] = field(default_factory=dict)
    lines: Sequence[Mapping[str, str | None]] = ()
    expected_state: str = EXPORTED
    flags: Sequence[str] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "document_type": self.document_type,
            "fields": dict(self.fields),
            "lines": [dict(line) for line in self.lines],
            "expected_state": self.expected_state,
            "flags": list(self.flags),
        }


def truth_of(
    kind: str, shown: Mapping[str, str], lines: Sequence[Mapping[str, str]], unscored: set[str]
) -> Truth:
    """Fields not shown become null; `unscored` ones (line keys as `lines.key`) are left out.

    A value that stands on the paper, but not where this field of the line would be, is neither.
    """
    fields = {name: shown.get(name) for name in FIELDS[kind] if name not in unscored}
    keys = [key for key in LINE_FIELDS[kind] if f"lines.{key}" not in unscored]
    return Truth(
        document_type=kind,
        fields=fields,
        lines=[{key: line.get(key) for key in keys} for line in lines],
    )
