"""Loads the document types from their YAML files; a mistake is told with file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from include.document_types.schema import (
    FieldEntry,
    LabelLoader,
    ReadingEntry,
    SumEntry,
    TypeFile,
    VocabularyFile,
    line_of,
    remedy,
)
from include.errors import DocumentTypeInvalid
from include.settings import load_settings

#: Labels that several types share; a folder may bring its own file of this name.
VOCABULARY = "_vocabulary.yaml"

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class FieldSpec:
    """What a field is, under which labels papers print it, and what must hold for it."""

    name: str
    kind: str
    labels_by_language: Mapping[str, tuple[str, ...]]
    required: bool = False
    pattern: str | None = None
    checks: tuple[str, ...] = ()
    derived: bool = False
    risk: str = "normal"
    threshold: float | None = None
    without_label: tuple[str, ...] = ()
    weaker_labels: tuple[str, ...] = ()
    hint: str = ""

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """All labels, whatever their language."""
        return tuple(label for labels in self.labels_by_language.values() for label in labels)

    @cached_property
    def regex(self) -> re.Pattern[str] | None:
        return re.compile(self.pattern) if self.pattern else None


@dataclass(frozen=True, kw_only=True)
class DocumentType:
    """One kind of paper: its titles, its fields, the columns of its table, its ERP mapping."""

    name: str
    titles_by_language: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, FieldSpec]
    lines: Mapping[str, FieldSpec]
    threshold: float | None
    erp: Mapping[str, Any]
    sums: tuple[SumEntry, ...] = ()
    evidence: tuple[str, ...] = ()
    shape: str = "any"
    reading: ReadingEntry | None = None
    hint: str = ""

    @cached_property
    def titles(self) -> tuple[str, ...]:
        return tuple(title for titles in self.titles_by_language.values() for title in titles)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the fields without which the document cannot leave unseen."""
        return tuple(name for name, spec in self.fields.items() if spec.required)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """All document types, plus labels that matter only because a value ends where they begin."""

    types: Mapping[str, DocumentType]
    other_labels: tuple[str, ...]
    other_columns: tuple[FieldSpec, ...] = ()

    def __hash__(self) -> int:
        return id(self)


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """The types of `folder` (default: setting `LADING_DOCUMENT_TYPES`), read anew when they change.

    Raises DocumentTypeInvalid naming file, line and remedy.
    """
    place = folder or load_settings().document_types
    paths = sorted(path for path in place.glob("*.yaml") if not path.name.startswith("_"))
    if not paths:
        raise DocumentTypeInvalid(f"{place}: holds no document type; add one <type>.yaml")
    own = place / VOCABULARY
    vocabulary = own if own.exists() else Path(__file__).with_name(VOCABULARY)
    stamp = tuple((path, path.stat().st_mtime_ns) for path in (vocabulary, *paths))
    return _load(stamp)


@lru_cache(maxsize=8)
def _load(stamp: tuple[tuple[Path, int], ...]) -> Catalogue:
    vocabulary_path, *paths = (path for path, _ in stamp)
    vocabulary = _parse(vocabulary_path, VocabularyFile)
    types = {path.stem: _document_type(path, vocabulary) for path in paths}
    return Catalogue(
        types=MappingProxyType(types),
        other_labels=_flat(vocabulary.other_labels),
        other_columns=tuple(
            FieldSpec(name=name, kind="text", labels_by_language=_by_language(labels))
            for name, labels in (*vocabulary.other_columns.items(), *vocabulary.lines.items())
        ),
    )


def _document_type(path: Path, vocabulary: VocabularyFile) -> DocumentType:
    entry = _parse(path, TypeFile)
    return DocumentType(
        name=path.stem,
        titles_by_language=_by_language(entry.titles),
        fields=_specs(path, "fields", entry.fields, vocabulary.fields),
        lines=_specs(path, "lines", entry.lines, vocabulary.lines),
        threshold=entry.threshold,
        erp=MappingProxyType(dict(entry.erp)),
        sums=tuple(entry.sums),
        evidence=_flat(entry.evidence),
        shape=entry.shape,
        reading=entry.reading,
        hint=entry.hint,
    )


def _specs(
    path: Path,
    section: str,
    entries: Mapping[str, FieldEntry],
    shared: Mapping[str, Mapping[str, list[str]]],
) -> Mapping[str, FieldSpec]:
    """Fields with their own labels first, then those of the vocabulary entry they use."""
    specs: dict[str, FieldSpec] = {}
    for name, entry in entries.items():
        used = entry.vocabulary if entry.vocabulary is not None else [name]
        unknown = [key for key in used if key not in shared and entry.vocabulary is not None]
        if unknown:
            raise _invalid(
                path,
                (section, name, "vocabulary"),
                f"{unknown[0]!r} is not in {VOCABULARY}; name one of its {section} or give labels",
            )
        merged: dict[str, list[str]] = {key: list(words) for key, words in entry.labels.items()}
        for key in used:
            for language, words in shared.get(key, {}).items():
                merged.setdefault(language, []).extend(words)
        if not merged and not entry.without_label and not entry.derived:
            raise _invalid(path, (section, name), "has no labels; add `labels: {en: [...]}`")
        specs[name] = FieldSpec(
            name=name,
            kind=entry.kind,
            labels_by_language=_by_language(merged),
            required=entry.required,
            pattern=entry.pattern,
            checks=tuple(entry.checks),
            derived=entry.derived,
            risk=entry.risk,
            threshold=entry.threshold,
            without_label=tuple(entry.without_label),
            weaker_labels=tuple(entry.weaker_labels),
            hint=entry.hint,
        )
    return MappingProxyType(specs)


def _by_language(words: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({lang: tuple(dict.fromkeys(items)) for lang, items in words.items()})


def _flat(words: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(word for items in words.values() for word in items)


def _parse(path: Path, model: type[M]) -> M:
    """The file as `model`; every problem is told with its line."""
    text = path.read_text(encoding="utf-8")
    try:
        node = yaml.compose(text, Loader=LabelLoader)
        data = yaml.load(text, Loader=LabelLoader)  # a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DocumentTypeInvalid(
            f"{path}:{line}: is no YAML ({error.problem}); mend the indentation or quotes there"
        ) from error
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = [
            f"{path}:{line_of(node, problem['loc'])}: "
            f"{'.'.join(map(str, problem['loc']))}: {remedy(problem)}"
            for problem in error.errors(include_url=False)
        ]
        raise DocumentTypeInvalid("\n".join(problems)) from error


def _invalid(path: Path, location: tuple[str, ...], text: str) -> DocumentTypeInvalid:
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LabelLoader)
    return DocumentTypeInvalid(f"{path}:{line_of(node, location)}: {'.'.join(location)}: {text}")
