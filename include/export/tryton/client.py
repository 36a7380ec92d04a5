"""Tryton's REST interface over HTTP: its encodings, and its answers as our errors."""

from __future__ import annotations

import base64
import datetime as dt
import html
import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import httpx

from include.errors import AnswerUnknown, ErpUnavailable
from include.export.contract import ErpAccessDenied, ErpFault, ErpRefuses

#: A read row of the ERP.
Values = dict[str, Any]
#: The request never reached the ERP.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class TrytonClient:
    """Reads and writes records of one database as the user of an application key."""

    def __init__(self, url: str, key: str, timeout_s: float = 45.0) -> None:
        """`url` names server and database: http://host:port/database."""
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/rest/model/",
            headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
            timeout=httpx.Timeout(timeout_s, connect=5.0),
            trust_env=False,
        )

    def close(self) -> None:
        self._http.close()

    def use_company(self, company: int) -> None:
        """Defaults and numbers are those of this company from now on."""
        context = base64.urlsafe_b64encode(json.dumps({"company": company}).encode()).decode()
        self._http.headers["X-Tryton-Context"] = context

    def search(
        self, model: str, domain: Sequence[Any], *names: str, order: Sequence[Any] | None = None
    ) -> list[Values]:
        """The records that match; oldest first unless `order` says otherwise."""
        query: dict[str, Any] = {
            "d": encode_text(domain),
            "f": ["id", *names],
            "o": encode_text(order or [["id", "ASC"]]),
        }
        answer = self._ask("GET", model, query=query)
        return [decode(row) for row in answer]

    def read(self, model: str, record: int, *names: str) -> Values:
        answer = self._ask("GET", f"{model}/{record}", query={"f": ["id", *names]})
        return dict(decode(answer))

    def create(self, model: str, values: Mapping[str, Any]) -> int:
        return int(self._ask("POST", model, values)["id"])

    def write(self, model: str, record: int, values: Mapping[str, Any]) -> None:
        self._ask("PUT", f"{model}/{record}", values)

    def delete(self, model: str, record: int) -> None:
        self._ask("DELETE", f"{model}/{record}")

    def press(self, model: str, record: int, button: str) -> None:
        """What a click on the button of a record's form does."""
        self._ask("POST", f"{model}/{record}/{button}", {})

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        content = None if body is None else json.dumps(encode(body)).encode()
        try:
            answer = self._http.request(
                method, path, content=content, params=query or {"f": ["id"]}
            )
        except NOT_SENT as error:
            raise ErpUnavailable(f"{type(error).__name__}: {error}") from error
        except httpx.TransportError as error:
            said = f"{method} {path}: {type(error).__name__}: {error}"
            if method == "GET":
                raise ErpUnavailable(said) from error
            raise AnswerUnknown(said) from error
        return understand(method, path, answer)


def understand(method: str, path: str, answer: httpx.Response) -> Any:
    """The answer's content; a refusal or a fault as the error that says what to do."""
    status = answer.status_code
    if status == 204:
        return None
    if status < 300:
        return json.loads(answer.content)
    said = words(answer)
    if status == 401 or (status == 404 and "/" not in path):
        raise ErpAccessDenied(f"HTTP {status} for {path}: {said}")
    if status < 500 and status not in (404, 429):
        raise ErpRefuses(said)
    if method != "GET":
        raise AnswerUnknown(f"HTTP {status} for {method} {path}: {said}")
    if status in (404, 500):
        raise ErpFault(f"HTTP {status} for {path}: {said}")
    raise ErpUnavailable(f"HTTP {status} for {path}: {said}")


def words(answer: httpx.Response) -> str:
    """What the ERP said, verbatim."""
    try:
        told = answer.json()
        parts = [told.get("message"), told.get("description")]
    except (ValueError, AttributeError):
        page = re.sub(r"<(title|style).*?</\1>|<[^>]*>", " ", answer.text, flags=re.DOTALL)
        return " ".join(html.unescape(page).split())[:500]
    return "\n".join(str(part) for part in parts if part)


def encode(value: Any) -> Any:
    """Values as Tryton's JSON writes them."""
    match value:
        case Mapping():
            return {key: encode(item) for key, item in value.items()}
        case list() | tuple():
            return [encode(item) for item in value]
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case dt.date():
            parts = {"year": value.year, "month": value.month, "day": value.day}
            return {"__class__": "date", **parts}
        case bytes():
            return {"__class__": "bytes", "base64": base64.b64encode(value).decode()}
    return value


def decode(value: Any) -> Any:
    """Values as Python has them; what is not met in our records stays as it came."""
    match value:
        case {"__class__": "Decimal", "decimal": number}:
            return Decimal(number)
        case {"__class__": "date", "year": year, "month": month, "day": day}:
            return dt.date(year, month, day)
        case dict():
            return {key: decode(item) for key, item in value.items()}
        case list():
            return [decode(item) for item in value]
    return value


def encode_text(value: Any) -> str:
    """A domain or an order for the address: base64 of its JSON."""
    return base64.urlsafe_b64encode(json.dumps(encode(value)).encode()).decode()
