"""Chooses the ERP adapter that the settings name."""

from __future__ import annotations

from collections.abc import Callable

from include.errors import SettingMissing
from include.export.contract import Erp
from include.settings import Settings


def _tryton(settings: Settings) -> Erp:
    from include.export.tryton.adapter import Tryton

    if not settings.erp_url or not settings.erp_key:
        raise SettingMissing(
            "LADING_ERP_URL and LADING_ERP_KEY (or the Airflow connection lading_erp)"
        )
    return Tryton(settings.erp_url, settings.erp_key, settings.erp_timeout_s)


#: Another ERP is another entry; its name is part of every idempotency key.
ADAPTERS: dict[str, Callable[[Settings], Erp]] = {"tryton": _tryton}


def open_erp(settings: Settings) -> Erp:
    """The adapter for setting `LADING_ERP_ADAPTER`."""
    if settings.erp_adapter not in ADAPTERS:
        known = ", ".join(ADAPTERS)
        raise SettingMissing(f"LADING_ERP_ADAPTER is {settings.erp_adapter!r}; known are: {known}")
    return ADAPTERS[settings.erp_adapter](settings)
