"""Split the text of a step into tokens: numbers, words, operators and relations as people type them.

One pass, one pattern, linear in the text. Signs that mean the same become the same: `\\times`, `×` and `*`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

__all__ = ["END", "Token", "number_of", "tokens"]


class Token(NamedTuple):
    """One token: its kind ("num", "op", "rel", "open", ...), its text in one notation, and its place."""

    kind: str
    text: str
    start: int
    end: int


END = Token("end", "", -1, -1)

_TOKEN = re.compile(
    r"""
    (?P<note><<[^<>\n]{0,200}>>)
  | (?P<arrow>[-=]{1,3}>|[⇒→≡]|\\text\s?\{\s?(?:and|so)\s?\}
      |\\(?:Rightarrow|implies|rightarrow|to|equiv|quad|qquad)(?![A-Za-z]))
  | (?P<num>\d{1,3}(?:(?:,|\{,\}|,\\!)\d{3})++(?!\d)(?:\.\d{1,40})?+|\d{1,40}+(?:\.\d{1,40}+)?+|\.\d{1,40}+)
  | (?P<rel>\\(?:approx|simeq|leqslant|geqslant|leq?|geq?|neq?|lt|gt)(?![A-Za-z])|<=|>=|!=|==?|[≈≤≥≠<>])
  | (?P<power>(?<=[\d)])\*\*(?=[\d(]))
  | (?P<drop>\*\*|\\(?:left|right|[Bb]igl?|[Bb]igr|displaystyle)(?![A-Za-z])|\\[,;:!\ ]|[&~`]|\s+)
  | (?P<op>\\(?:times|cdot|div|ast)(?![A-Za-z])|[-+*/^×÷·⋅∙−–⁄∗])
  | (?P<mark>\\[$()]|[$€£])
  | (?P<pct>\\?%)
  | (?P<cmd>\\[A-Za-z]+|\\.)
  | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*+)
  | (?P<open>[(\[{])
  | (?P<close>[)\]}])
  | (?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPS = {
    **dict.fromkeys(("*", "\\times", "×", "\\cdot", "·", "⋅", "∙", "\\ast", "∗"), "*"),
    **dict.fromkeys(("/", "÷", "\\div", "⁄"), "/"),
    **dict.fromkeys(("-", "−", "–"), "-"),
    "+": "+",
    "^": "^",
}
_RELS = {
    **dict.fromkeys(("=", "=="), "="),
    **dict.fromkeys(("≈", "\\approx", "\\simeq"), "~"),
    **dict.fromkeys(("<", "\\lt"), "<"),
    **dict.fromkeys((">", "\\gt"), ">"),
    **dict.fromkeys(("!=", "≠", "\\ne", "\\neq"), "!="),
    **dict.fromkeys(("<=", "≤", "\\le", "\\leq", "\\leqslant"), "<="),
    **dict.fromkeys((">=", "≥", "\\ge", "\\geq", "\\geqslant"), ">="),
}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Split text into tokens; spaces and alignment marks are left out.

    Args:
        text: any text.
        start, end: the part of it to read, characters.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        kind, word = str(match.lastgroup), match[0]
        if kind == "drop":
            continue
        if kind == "op":
            word = _OPS[word]
        elif kind == "rel":
            word = _RELS[word]
        elif kind == "power":
            kind, word = "op", "^"
        elif kind == "raised":
            word = word.translate(_RAISED)
        elif kind == "num":
            word = word.replace("{,}", "").replace("\\!", "").replace(",", "")
        found.append(Token(kind, word, match.start(), match.end()))
    return found


def number_of(text: str) -> Fraction:
    """Return the value of a number token's text."""
    return Fraction(text)
