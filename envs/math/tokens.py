"""The lexer: a cleaned answer becomes at most `MAX_TOKENS` tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from rlvr_gym.envs.math.notation import TooLarge, Unreadable

__all__ = ["MAX_DIGITS", "MAX_TOKENS", "Token", "tokenize"]

MAX_TOKENS = 1200
MAX_DIGITS = 1000  # of one number


class Token(NamedTuple):
    """One token.

    Args:
        kind: "num", "rep", "sci", "word", "upright" (a letter in \\mathrm), "text", "cmd" or "op".
        text: as written; of a text command its content.
        space: whether a space came before.
    """

    kind: str
    text: str
    space: bool = False


_PATTERN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<rep>\d*\.\d*(?:\\overline\s*\{\d+\}|\\dot\s*(?:\{\d\}|\d)))
  | (?P<sci>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+(?![\w.]))
  | (?P<group>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?)
  | (?P<num>\d+(?:\.\d+)?|\.\d+|\d+\.(?!\S))
  | (?P<text>\\(?:text(?:bf|it|rm|sf|sc|tt)?|math(?:rm|bf|it|bb|sf|cal)|mbox|hbox|operatorname)
      \s*\{(?P<body>[^{}]*)\})
  | (?P<cmd>\\[A-Za-z]+|\\[^A-Za-z])
  | (?P<word>[A-Za-z]+)
  | (?P<han>[\u4e00-\u9fff]+|\xa2)
  | (?P<op>[-+*/^_!%=<>(){}\[\]|,;:&'])
    """,
    re.VERBOSE | re.ASCII,
)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
# A function and its argument without a space between, as in \\sinx; no other command begins like that.
_RUN_ON = re.compile(r"(\\(?:arc(?:sin|cos|tan)|sin|cos|tan|cot|sec|csc|ln|log|sqrt|pi))([a-gi-zA-Z])")
_QUANTITY = re.compile(r"(-?\d{1,20}(?:\.\d{1,20})?) ([A-Za-z][^0-9]*)", re.ASCII)


def tokenize(text: str) -> list[Token]:
    """Split a cleaned answer into tokens.

    Args:
        text: what `notation.clean` returned.
    Returns: tokens in order, without spaces.
    Raises: Unreadable: on a character that no answer may hold; TooLarge: on too many tokens or digits.
    """
    tokens: list[Token] = []
    depth = pos = 0
    space = False
    while pos < len(text):
        match = _PATTERN.match(text, pos)
        if match is None:
            raise Unreadable(f"unexpected character {text[pos]!a}")
        kind, found = str(match.lastgroup), match[0]
        if kind == "space":
            space, pos = True, match.end()
            continue
        if kind == "group" and depth:  # inside brackets a comma separates
            match = re.compile(r"\d+").match(text, pos)
            assert match is not None
            kind, found = "num", match[0]
        pos = match.end()
        depth += (found in ("(", "[", "\\{")) - (found in (")", "]", "\\}"))
        if len(found) > MAX_DIGITS and kind in ("rep", "sci", "group", "num"):
            raise TooLarge(f"a number has more than {MAX_DIGITS} digits")
        tokens.extend(_expand(kind, found, match, space))
        if len(tokens) > MAX_TOKENS:
            raise TooLarge(f"the answer has more than {MAX_TOKENS} tokens")
        space = False
    return tokens


def _expand(kind: str, found: str, match: re.Match[str], space: bool) -> list[Token]:
    if kind in ("group", "num"):
        return [Token("num", found.replace(",", "").rstrip("."), space)]
    if kind == "han":
        scale = re.match("[万亿]", found)
        parts = [found[0], found[1:]] if scale is not None else [found]
        return [Token("text", part, space) for part in parts if part]
    if kind == "cmd" and len(found) > 4:
        run_on = _RUN_ON.fullmatch(found)
        if run_on is not None:
            return [Token("cmd", run_on[1], space), Token("word", run_on[2], False)]
    if kind not in ("text", "body"):
        return [Token(kind, found, space)]
    body = " ".join((match["body"] or "").split())
    if not body:
        return []
    if _NUMBER.fullmatch(body):
        return tokenize(body)
    quantity = _QUANTITY.fullmatch(body)
    if quantity is not None:
        return [*tokenize(quantity[1]), Token("text", quantity[2])]
    if len(body) == 1 and body.isalpha() and not found.startswith(("\\text", "\\mbox", "\\hbox", "\\mathbb")):
        return [Token("upright" if found.startswith("\\mathrm") else "word", body, space)]
    if found.startswith("\\mathbb") and body == "R":
        return [Token("cmd", "\\R", space)]
    if body in ("ln", "log", "sin", "cos", "tan"):
        return [Token("word", body, space)]
    if found.startswith("\\operatorname"):
        return [Token("word", body, space)]
    return [Token("text", body, space)]
