"""Tryton's encodings and what its answers mean."""

from __future__ import annotations

import base64
import datetime as dt
import json
from decimal import Decimal

import httpx
import pytest

from include.errors import AnswerUnknown, ErpUnavailable, LadingError
from include.export.contract import ErpAccessDenied, ErpFault, ErpRefuses
from include.export.tryton.client import decode, encode, encode_text, understand


def test_decimals_and_dates_come_back_as_they_went() -> None:
    values = {"amount": Decimal("8.00"), "day": dt.date(2026, 3, 1), "lines": [["add", [1, 2]]]}
    sent = json.loads(json.dumps(encode(values)))
    assert sent["amount"] == {"__class__": "Decimal", "decimal": "8.00"}
    assert decode(sent) == values


def test_bytes_and_domains_are_base64() -> None:
    assert encode(b"%PDF") == {"__class__": "bytes", "base64": "JVBERg=="}
    domain = [["reference", "in", ["PO-1"]]]
    assert json.loads(base64.urlsafe_b64decode(encode_text(domain))) == domain


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("POST", "account.invoice", 400, ErpRefuses),
        ("POST", "account.invoice/1/post", 403, ErpRefuses),
        ("GET", "account.invoice", 401, ErpAccessDenied),
        # No such database.
        ("GET", "account.invoice", 404, ErpAccessDenied),
        # The record went away under our hands: look again.
        ("PUT", "account.invoice/7", 404, AnswerUnknown),
        # An unknown field is answered 500 too, so that it may be our request.
        ("GET", "account.invoice", 500, ErpFault),
        ("POST", "account.invoice", 500, AnswerUnknown),
        ("POST", "account.invoice", 503, AnswerUnknown),
        ("GET", "account.invoice", 503, ErpUnavailable),
        ("GET", "account.invoice", 429, ErpUnavailable),
    ],
)
def test_an_answers_status_says_what_to_do(
    method: str, path: str, status: int, error: type[LadingError]
) -> None:
    with pytest.raises(error):
        understand(method, path, httpx.Response(status, text="no"))


def test_a_refusal_carries_the_erps_words_verbatim() -> None:
    told = {"status": 400, "message": 'The invoice "[1]" is similar.', "description": ""}
    with pytest.raises(ErpRefuses) as caught:
        understand("POST", "account.invoice/1/validate_invoice", httpx.Response(400, json=told))
    assert caught.value.detail == 'The invoice "[1]" is similar.'


def test_of_an_error_page_only_the_words_are_kept() -> None:
    page = "<!doctype html><title>500</title><h1>Internal Server Error</h1><p>&#39;nope&#39;</p>"
    with pytest.raises(ErpFault) as caught:
        understand("GET", "account.invoice", httpx.Response(500, text=page))
    assert caught.value.detail.endswith("Internal Server Error 'nope'")
