"""Where the numbers of a solution come from: the problem, a step before, common knowledge, or nowhere.

A number from nowhere is evidence of a slip only where everything else has an origin: who computes in the head
writes many such numbers. So one is reported only if it is the only one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from rlvr_gym.envs.math.words import SCALES

__all__ = ["COMMON", "Origins", "numbers_in"]

_MAX_KNOWN = 5000  # values remembered; the rest of a longer solution is not judged by origin
_MAX_QUESTION = 20_000  # characters of a problem that are read
_MAX_PAIRED = 12  # numbers of a step that are combined with each other

_NUMBER = re.compile(
    r"\d{1,3}(?:(?:,|\{,\})\d{3})++(?!\d)(?:\.\d{1,20})?+|\d{1,40}+(?:\.\d{1,20}+)?+|(?<!\d)\.\d{1,20}+"
)
_NOTE = re.compile(r"<<[^<>\n]{0,200}>>")
_WORD = re.compile(r"[a-z]+")
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_PARTS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_WORDS: dict[str, int] = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{word: value for value, word in enumerate(_PARTS, 3)},
    **{f"{word}s": value for value, word in enumerate(_PARTS, 3)},
    **dict.fromkeys("a an once single first".split(), 1),
    **dict.fromkeys(
        "half halves halved twice double doubled doubles couple pair pairs both second".split(), 2
    ),
    **dict.fromkeys("triple tripled triples thrice".split(), 3),
    **dict.fromkeys("quarter quarters quadruple quadrupled".split(), 4),
    **dict.fromkeys("dozen dozens".split(), 12),
    **dict.fromkeys("hundred hundreds".split(), 100),
    **dict.fromkeys("thousand thousands".split(), 1000),
    "score": 20,
    "gross": 144,
    "million": 10**6,
    "billion": 10**9,
}
# Numbers that anyone may bring along: counts of fingers, of time and of measures.
_BROUGHT = (
    *(
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        10,
        12,
        14,
        16,
        24,
        25,
        28,
        30,
        31,
        36,
        48,
        50,
        52,
        60,
        90,
        100,
        128,
        144,
        180,
    ),
    *(360, 365, 366, 1000, 1440, 2000, 3600, 5280, 10**4, 10**5, 10**6),
)
_SHARES = ("1/2", "1/3", "1/4", "3/4", "1/5", "1/10", "1/20", "1/100", "1/1000", "3.14")
COMMON = frozenset([Fraction(n) for n in _BROUGHT] + [Fraction(share) for share in _SHARES])


def numbers_in(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, Fraction]]:
    """Return the numbers that are written in digits: (start, end, value)."""
    found = _NUMBER.finditer(text, start, len(text) if end is None else end)
    return [(m.start(), m.end(), Fraction(m[0].replace("{,}", "").replace(",", ""))) for m in found]


class Origins:
    """The numbers that are known so far.

    Args:
        question: the problem; its numbers are known, in digits or in words.
    """

    def __init__(self, question: str) -> None:
        question = question[:_MAX_QUESTION]
        found = numbers_in(question)
        scaled = {value * _scale(question, end) for _, end, value in found}
        self.given = {value for _, _, value in found} | scaled | _spelled(question)
        self._known = set(self.given)

    def __contains__(self, value: Fraction) -> bool:
        """Tell whether a value is common or known, or the percentage, complement or reciprocal of one."""
        known = self._known
        if value in COMMON or value in known:
            return True
        turned = [value / 100, value * 100, 100 - value, value - 100, 1 - value, value - 1]
        turned += [100 * (value - 1), 100 * (1 - value)]
        return any(one in known for one in turned) or (value != 0 and 1 / value in known)

    def strangers(
        self, text: str, start: int, end: int, explained: Iterable[Fraction]
    ) -> list[tuple[int, int, Fraction]]:
        """Return the numbers of a step that come from nowhere, and count the step's numbers as known.

        Args:
            text: the solution.
            start, end: the step in it.
            explained: values that the step itself derives.
        Returns: (start, end, value) of each that stands only once in the step, its annotations left out, is
            not known, and is no sum, difference, product or quotient of two others in the step.
        """
        found = numbers_in(text, start, end)
        notes = [note.span() for note in _NOTE.finditer(text, start, end)][:_MAX_PAIRED]
        said = [place for place in found if not any(low < place[0] < high for low, high in notes)]
        count = Counter(value for _, _, value in said)
        made = {factor * value for value in explained for factor in (1, 100, Fraction(1, 100))}
        strange = [
            place for place in said if count[place[2]] == 1 and place[2] not in made and place[2] not in self
        ]
        if strange:
            results = _combined(
                [value for value in count if value not in made and value not in {s[2] for s in strange}]
            )
            strange = [place for place in strange if place[2] not in results]
        if len(self._known) < _MAX_KNOWN:
            self._known |= {value for _, _, value in found} | made
        return strange


def _scale(text: str, place: int) -> int:
    """Return what a word after a number multiplies it by: 60 million, 3 dozen; 1 for any other word."""
    word = _WORD.match(text, place + 1)
    return SCALES.get(word[0].rstrip("s"), 1) if word else 1


def _spelled(text: str) -> set[Fraction]:
    """Return the numbers in words, and what two in a row can mean: forty-five, two hundred, three fourths."""
    values: set[Fraction] = set()
    before: int | None = None
    for word in _WORD.findall(text.lower()):
        value = _WORDS.get(word)
        if value is not None:
            values.add(Fraction(value))
            if before is not None:
                values |= {Fraction(before + value), Fraction(before * value)}
                if value:
                    values.add(Fraction(before, value))
        before = value
    return values


def _combined(values: list[Fraction]) -> set[Fraction]:
    some = values[:_MAX_PAIRED]
    results = {one + two for one in some for two in some} | {one - two for one in some for two in some}
    results |= {one * two for one in some for two in some}
    return results | {one / two for one in some for two in some if two}
