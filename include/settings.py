"""All settings in one place: the environment, then what the embedded stack wrote, then defaults."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from include.errors import SettingInvalid, SettingMissing

#: One Airflow connection id per outside system; see `.env.example` for the plain variables.
DB_CONNECTION = "lading_db"
SOURCE_DB_CONNECTION = "lading_source_db"
LLM_CONNECTION = "lading_llm"
ERP_CONNECTION = "lading_erp"

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class ReaderLimits:
    """What one document may cost the sandboxed reader; `page_s`: processor time of one page.

    Waiting for a turn to do OCR is not counted. Memory counts for each of its processes.
    """

    wall_s: float = 600.0
    cpu_s: float = 1200.0
    page_s: float = 30.0
    memory_mb: int = 3072
    pages: int = 300
    megapixels: int = 80
    output_mb: int = 64


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Read-only view of the settings; `home` holds everything that is generated."""

    home: Path
    inbox: Path
    blob_url: str
    db_dsn: str | None
    reference_dsn: str | None
    airflow_port: int
    erp_port: int
    erp_adapter: str
    erp_url: str | None
    erp_key: str | None
    erp_timeout_s: float
    llm_base_url: str | None
    llm_api_key: str | None
    llm_model: str | None
    llm_timeout_s: float
    vision_model: str | None
    ocr_engine: str
    ocr_escalate: str | None
    uncertified_threshold: float | None
    document_types: Path
    passwords: Mapping[str, tuple[str, ...]]
    reader: ReaderLimits
    reader_home: Path
    reader_idle_s: float
    reader_workers: int
    reader_cache_mb: int
    chunk_pages: int
    lease_s: int
    hold_s: int
    stable_s: float

    def need_db_dsn(self) -> str:
        """The DSN of Lading's own Postgres; raises SettingMissing with what to set."""
        if self.db_dsn:
            return self.db_dsn
        raise SettingMissing(
            "LADING_DB_DSN (or the Airflow connection lading_db); `make up` starts a Postgres."
        )


def _passwords(given: str | None) -> dict[str, tuple[str, ...]]:
    """Passwords by the pattern of file names or senders that they are tried on."""
    try:
        pairs = json.loads(given or "{}").items()
    except (ValueError, AttributeError):
        raise SettingInvalid(
            'LADING_PASSWORDS; write {"*@sender.example": "password", "invoice_*.pdf": ["a", "b"]}'
        ) from None
    return {
        str(pattern): tuple(map(str, words)) if isinstance(words, list) else (str(words),)
        for pattern, words in pairs
    }


def stack_environment(home: Path) -> dict[str, str]:
    """What the embedded stack wrote for its clients: KEY=VALUE lines of `stack.env`."""
    try:
        text = (home / "stack.env").read_text(encoding="utf-8")
    except OSError:
        return {}
    pairs = (line.partition("=") for line in text.splitlines() if not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs if key.strip()}


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's), completed by the running stack's."""
    given = dict(os.environ if environment is None else environment)
    home = Path(given.get("LADING_HOME") or PROJECT_ROOT / ".lading").absolute()
    env = {**stack_environment(home), **{k: v for k, v in given.items() if v != ""}}
    limits = ReaderLimits()
    threshold = env.get("LADING_UNCERTIFIED_THRESHOLD")
    return Settings(
        home=home,
        inbox=Path(env.get("LADING_INBOX") or home / "inbox").absolute(),
        blob_url=env.get("LADING_STORE") or str(home / "store"),
        db_dsn=env.get("LADING_DB_DSN"),
        reference_dsn=env.get("LADING_SOURCE_DB_DSN"),
        airflow_port=int(env.get("LADING_AIRFLOW_PORT", "8080")),
        erp_port=int(env.get("LADING_ERP_PORT", "8069")),
        erp_adapter=env.get("LADING_ERP_ADAPTER", "tryton"),
        erp_url=env.get("LADING_ERP_URL"),
        erp_key=env.get("LADING_ERP_KEY"),
        erp_timeout_s=float(env.get("LADING_ERP_TIMEOUT_S", "45")),
        llm_base_url=env.get("LADING_LLM_BASE_URL") or env.get("OPENAI_BASE_URL"),
        llm_api_key=env.get("LADING_LLM_API_KEY") or env.get("OPENAI_API_KEY"),
        llm_model=env.get("LADING_LLM_MODEL"),
        llm_timeout_s=float(env.get("LADING_LLM_TIMEOUT_S", "60")),
        vision_model=env.get("LADING_VISION_MODEL"),
        ocr_engine=env.get("LADING_OCR_ENGINE", "rapidocr"),
        ocr_escalate=env.get("LADING_OCR_ESCALATE"),
        uncertified_threshold=float(threshold) if threshold else None,
        document_types=Path(
            env.get("LADING_DOCUMENT_TYPES") or PROJECT_ROOT / "include" / "document_types"
        ),
        passwords=_passwords(env.get("LADING_PASSWORDS")),
        reader=ReaderLimits(
            wall_s=float(env.get("LADING_READER_WALL_S", limits.wall_s)),
            cpu_s=float(env.get("LADING_READER_CPU_S", limits.cpu_s)),
            page_s=float(env.get("LADING_READER_PAGE_S", limits.page_s)),
            memory_mb=int(env.get("LADING_READER_MEMORY_MB", limits.memory_mb)),
            pages=int(env.get("LADING_READER_PAGES", limits.pages)),
            megapixels=int(env.get("LADING_READER_MEGAPIXELS", limits.megapixels)),
            output_mb=int(env.get("LADING_READER_OUTPUT_MB", limits.output_mb)),
        ),
        reader_home=Path(env.get("LADING_READER_HOME") or home).absolute(),
        reader_idle_s=float(env.get("LADING_READER_IDLE_S", "600")),
        reader_workers=int(env.get("LADING_READER_WORKERS") or os.cpu_count() or 1),
        reader_cache_mb=int(env.get("LADING_READER_CACHE_MB", "512")),
        chunk_pages=int(env.get("LADING_CHUNK_PAGES", "12")),
        lease_s=int(env.get("LADING_LEASE_S", "180")),
        hold_s=int(env.get("LADING_HOLD_S", "600")),
        stable_s=float(env.get("LADING_STABLE_S", "0.3")),
    )
