"""Document types: what ships, how a mistake is told, how a user adds one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from include.document_types.catalogue import load_catalogue
from include.errors import DocumentTypeInvalid
from include.extraction.extract import extract
from tests.drawn import drawn_page

CONTRACT = {
    "invoice": "number issue_date due_date seller_name seller_vat_id seller_address buyer_name"
    " buyer_vat_id buyer_address order_reference currency incoterm country_of_origin net_total"
    " tax_total grand_total amount_due iban",
    "packing_list": "number issue_date shipper_name consignee_name invoice_number order_reference"
    " container_number package_count net_weight_kg gross_weight_kg volume_m3",
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
    "purchase_order": "number issue_date seller_name buyer_name currency grand_total",
    "receipt": "company date address total",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_each_type_has_the_fields_of_the_contract(name: str) -> None:
    assert list(load_catalogue().types[name].fields) == CONTRACT[name].split()


def test_the_catalogue_holds_the_types_of_the_contract_and_no_others() -> None:
    assert set(load_catalogue().types) == set(CONTRACT)


def test_every_field_can_be_found_somehow() -> None:
    for kind in load_catalogue().types.values():
        for spec in (*kind.fields.values(), *kind.lines.values()):
            assert spec.labels or spec.without_label, f"{kind.name}.{spec.name}"


def test_labels_such_as_no_and_on_stay_words() -> None:
    labels = load_catalogue().types["invoice"].fields["number"].labels
    assert "no" in labels
    assert all(isinstance(label, str) for label in labels)


GOOD = """
titles: {en: [weighing slip]}
fields:
  number: {kind: code, required: true, labels: {en: [slip no]}}
  gross_weight_kg: {kind: weight, vocabulary: [gross_weight_kg]}
  weighed_on: {kind: date, labels: {en: [weighed on]}}
"""


def _folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "weighing_slip.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_type_is_added_by_one_file_and_a_document_of_it_is_read(tmp_path: Path) -> None:
    shipped = Path(load_catalogue.__code__.co_filename).parent
    for path in shipped.glob("*.yaml"):
        shutil.copy(path, tmp_path)
    catalogue = load_catalogue(_folder(tmp_path, GOOD))
    page = drawn_page("""
                    WEIGHING SLIP

Slip No:     W-20177
Weighed on:  14.02.2026
Gross weight:  12.480,5 kg
""")
    extraction = extract([page], catalogue)
    assert extraction.document_type == "weighing_slip"
    assert extraction.value("number") == "W-20177"
    assert extraction.value("weighed_on") == "2026-02-14"
    assert extraction.value("gross_weight_kg") == "12480.5"


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    folder = _folder(tmp_path, GOOD)
    assert "note" not in load_catalogue(folder).types["weighing_slip"].fields
    path = folder / "weighing_slip.yaml"
    path.write_text(GOOD + "  note: {kind: text, labels: {en: [note]}}\n", encoding="utf-8")
    assert "note" in load_catalogue(folder).types["weighing_slip"].fields


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (GOOD.replace("kind: code", "kind: codes"), 4, "write 'text', 'name'"),  # unknown kind
        (GOOD.replace("required", "requierd"), 4, "mend the spelling"),  # unknown key
        (GOOD.replace("labels: {en: [slip no]}", ""), 4, "add `labels"),  # no label
        (GOOD.replace("[gross_weight_kg]", "[weight]"), 5, "is not in _vocabulary.yaml"),
        (GOOD.replace("titles: {en: [weighing slip]}", ""), 1, "is missing"),  # no title
        (GOOD + "    kind: date\n", 7, "is no YAML"),  # indentation
        (GOOD.replace("kind: code,", "kind: code, pattern: '(',"), 4, "regular expression"),
        (GOOD.replace("kind: code,", "kind: code, checks: [isbn],"), 4, "write 'iso6346'"),
        (GOOD.replace("kind: code,", "kind: code, threshold: 2,"), 4, "less than or equal to 1"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_remedy(
    tmp_path: Path, text: str, line: int, words: str
) -> None:
    folder = _folder(tmp_path, text)
    with pytest.raises(DocumentTypeInvalid) as told:
        load_catalogue(folder)
    assert f"weighing_slip.yaml:{line}:" in str(told.value)
    assert words in str(told.value)


def test_an_empty_folder_is_told() -> None:
    with pytest.raises(DocumentTypeInvalid, match="holds no document type"):
        load_catalogue(Path(__file__).parent / "nowhere")
