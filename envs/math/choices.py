"""Answers that choose: `(C)`, `\\textbf{(C) } 12`, `Option C`, and several at once, as in `A, C` and `BD`."""

from __future__ import annotations

import re

from rlvr_gym.envs.math.notation import clean, unmarked

__all__ = ["choices_of", "is_choice"]

_ONE = re.compile(r"\(?([A-J])\)?")
_SEVERAL = re.compile(r"[A-J](?:\s*(?:,|;|and|&)?\s*[A-J]){1,7}")
_CHOSEN = re.compile(
    r"(?:(?:the )?(?:correct |right )?(?:answer|option|choice|statement|letter)s? (?:is |are |: ?)?)?"
    r"[(\[]?([A-Ja-j])(?:[)\]]|[.:](?=\s|$)|$)\s*(.*)",
    re.DOTALL | re.IGNORECASE,
)
_SECOND = re.compile(
    r"\([A-J]\)|\b[A-J][).:](?=\s)|(?:\b(?:or|and)|[,/])\s*[A-J]\b(?! [a-z])"
    r"|\b(?:wrong|incorrect|false|isn't)\b"
    r"|^[A-J]$"
)


def _words(text: str) -> str:
    return " ".join(unmarked(clean(text)).replace("*", " ").split()).strip(" .,;:")


def is_choice(gold: str) -> bool:
    """Tell whether a gold answer is one letter or several different ones in their order."""
    words = _words(gold)
    if _ONE.fullmatch(words):
        return True
    letters = re.findall("[A-J]", words)
    return _SEVERAL.fullmatch(words) is not None and letters == sorted(set(letters)) and len(letters) > 1


def choices_of(text: str, several: bool) -> frozenset[str]:
    """Read the letters that an answer chooses.

    Args:
        text: the answer, as extracted.
        several: more than one may be chosen.
    Returns: the letters; empty where none is chosen, or it hedges.
    """
    words = _words(text)
    if several:
        words = re.sub(r"[()\[\]]", " ", words).strip()
        words = re.sub(
            r"^(?:the )?(?:correct )?(?:answers?|options?|choices?|statements?)\s*(?:are|is|:)?\s+",
            "",
            words,
            flags=re.IGNORECASE,
        )
        letters = re.findall("[A-J]", words)
        if len(words) > 60 or len(letters) != len(set(letters)):
            return frozenset()
        rest = re.sub(r"[A-J]|\band\b|[,;&\s]", "", words)
        return frozenset() if rest else frozenset(letters)
    chosen = _CHOSEN.fullmatch(words) if len(words) < 400 else None
    if chosen is None or _SECOND.search(chosen[2]):
        return frozenset()
    if chosen[1].islower() and chosen[2]:
        return frozenset()
    return frozenset(chosen[1].upper())
