"""Who may do OCR now: never more processes than workers, shared fairly between the documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator


class Turns:
    """Turns of the documents being read, each known by a number of the caller's choice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[int] = Counter()
        self._waiting: list[int] = []  # in the order of asking; a document may ask several times

    def ask(self, document: int) -> None:
        self._waiting.append(document)

    def give_back(self, document: int) -> None:
        if self._held[document] > 0:
            self._held[document] -= 1

    def forget(self, document: int) -> None:
        """The document has ended, however that came about."""
        del self._held[document]
        self._waiting = [other for other in self._waiting if other != document]

    def is_concerned(self, document: int) -> bool:
        """Whether the document does OCR, or waits for it."""
        return self._held[document] > 0 or document in self._waiting

    def granted(self) -> Iterator[tuple[int, int]]:
        """Each document that gets a turn now, and how many turns nobody wants after that.

        The document with the fewest turns comes first, then who has waited longest.
        """
        while self._waiting and self._free() > 0:
            chosen = min(self._waiting, key=lambda document: self._held[document])
            self._waiting.remove(chosen)
            self._held[chosen] += 1
            yield chosen, 0 if self._waiting else self._free()

    def _free(self) -> int:
        return self._most - self._held.total()
