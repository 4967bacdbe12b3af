r"""What the last sentence of a response concludes, where no box and no stated form says it.

`Thus the total is 36.` -> 36; `The probability is **3/8**.` -> 3/8;
`Hence, \[ d = 50 \cdot 5 = 250 \]` -> 250; `所以最小值为 -5。` -> -5.
A sentence that hedges or denies concludes nothing.
"""

from __future__ import annotations

import re

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.notation import Unreadable
from rlvr_gym.envs.math.policy import DEFAULT
from rlvr_gym.envs.math.reading import read

__all__ = ["conclude", "hedges", "is_readable"]

_TAIL = 600  # characters at the end in which the last sentence stands
_LIMIT = 160  # characters of what it concludes
_ENDINGS = ("</s>", "\\blacksquare", "\\square", "\\qed", "∎", "[/INST]")
_TOKEN = re.compile(r"<\|[a-z_]{1,24}\|>\Z", re.IGNORECASE)
_FENCED = re.compile(r"```[a-z]{0,12}\n([^`\n]{1,160})\n\s*```$")
_DISPLAY = re.compile(r"(?:\$\$|\\\[)((?:(?!\$\$|\\\[).){1,300}?)(?:\$\$|\\\])[.,]?$", re.DOTALL)
_INLINE = re.compile(r"(?:\$([^$]{1,160})\$|\\\(((?:(?!\\\().){1,160}?)\\\))([^$\\]{0,40})$")
_BOLD_END = re.compile(
    r"(?:^|\b(?:is|are|was|were|be|equals?|on|at|gives?|get|obtain)(?: an?| the| exactly| only)? "
    r"|[=:：为是] ?)"
    r"\*\*([^*\n]{1,120})\*\*[^*\d]{0,30}$",
    re.IGNORECASE,
)
_COPULA_END = re.compile(
    r"(?:\b(?:is|are|was|were|be|equals?|gives?|get|obtain|yields?|becomes?|therefore|thus|exactly|about|to)|[=:：为是得])$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<![ap])(?<!\d)[.!?](?=\s)|(?<=\d)[.!?](?=\s+[A-Z$\\])|[。！？\n]")
_HEDGE = re.compile(
    r"\b(?:or|either|neither|nor|maybe|perhaps|possibly|possible|might|may|could|probably|likely|not|cannot|never"
    r"|wrong|incorrect|between|depends|guess|unsure|unless|suppose|assume|if|no|excludes?|discard"
    r"|rule[sd]? out|fails?|contradicts?|differs?|impossible|candidates?|options?|considered|except|until"
    r"|doubt)\b|n't"
    r"|或|不|可能|也许|如果|假设|大于|小于|超过|排除|[?？≠≥≤]",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:exceeds?|below|under|above|over|greater|less|larger|smaller|more|fewer|than|then|least|most|without)\b",
    re.IGNORECASE,
)
_COPULA = re.compile(
    r"(?:\b(?:is|are|was|were|be|equals?|gives?|gets?|have|has|obtain|yields?|becomes?|totals?|costs?"
    r"|remain|only)\b|[为是得有了共即：=]|(?<!\d):|等于)\s{0,4}"
    r"(?:\b(?:therefore|thus|then|exactly|approximately|about|roughly|only|just|equal to|given by|a total of"
    r"|simply|also|the)\b\s{0,4}|约|共){0,3}",
    re.IGNORECASE,
)
_TRAILING = re.compile(r",?\s(?:as|since|because|which|in total|altogether|in all|left|remaining)\b.{0,80}$")
_CONCLUDES = re.compile(
    r"^\W{0,4}(?:so|thus|hence|therefore|finally|consequently|altogether|in total)\b|因此|所以|综上|^答",
    re.IGNORECASE,
)
_AT = re.compile(r"\bat (\d{1,2}[^,;]{0,12})$")
_NUMBER = re.compile(r"(?<![\w.])-?\$?\d[\d,]*(?:\.\d+)?(?:/\d+)?%?")


def is_readable(text: str) -> bool:
    """Tell whether text is one answer that can be read."""
    return _tree(text) is not None


def _tree(text: str) -> Tree | None:
    try:
        return read(text, DEFAULT)
    except (Unreadable, RecursionError):
        return None


def hedges(text: str) -> bool:
    """Tell whether a text leaves open or denies what it names."""
    return _HEDGE.search(text) is not None


def conclude(text: str) -> str | None:
    """Find what a text concludes at its end.

    Args:
        text: any text; only its last characters are looked at.
    Returns: an answer that can be read; None where the last sentence has none, hedges or denies.
    """
    tail = _trimmed(text[-_TAIL:])
    fenced = _FENCED.search(tail)
    if fenced is not None:
        return fenced[1].strip() if is_readable(fenced[1]) else None
    display = _DISPLAY.search(tail)
    if display is not None:
        before = _last_sentence(tail[: display.start()].rstrip())
        return None if _HEDGE.search(before) else _value(display[1])
    sentence = _last_sentence(tail)
    if not sentence or _HEDGE.search(sentence):
        return None
    return _of_sentence(sentence.strip().rstrip("."))


def _trimmed(tail: str) -> str:
    """Take off the marks that only say that a proof or a message has ended."""
    while True:
        tail = tail.rstrip()
        token = _TOKEN.search(tail[-30:])
        if token is not None:
            tail = tail[: -len(token[0])]
            continue
        ending = next((ending for ending in _ENDINGS if tail.endswith(ending)), None)
        if ending is None:
            return tail
        tail = tail[: -len(ending)]


def _last_sentence(tail: str) -> str:
    tail = tail.rstrip("。 \n")
    start = 0
    for found in _SENTENCE_END.finditer(tail):
        if found.end() < len(tail):
            start = found.end()
    return tail[start:].strip()


def _of_sentence(sentence: str) -> str | None:
    bold = _BOLD_END.search(sentence)
    if bold is not None:
        return _value(bold[1].strip(" .:"), words=True)
    inline = _INLINE.search(sentence)
    if inline is not None and not re.search(r"\d", inline[3]):
        before = sentence[: inline.start()].rstrip()
        if _COMPARES.search(before[-25:]) and not _COPULA_END.search(before):
            return None
        if before and not _CONCLUDES.search(before) and not _COPULA_END.search(before):
            return None
        formula = inline[1] or inline[2]
        return _value(formula + inline[3].rstrip(" .")) or _value(formula)
    sentence = _TRAILING.sub("", sentence)
    moment = _AT.search(sentence)
    if moment is not None and (_tree(moment[1]) or [""])[0] == "time":
        return moment[1]
    for found in reversed(list(_COPULA.finditer(sentence))):
        value = _value(sentence[found.end() :].strip(" ,"))
        if value is not None:
            return value
    numbers = list(_NUMBER.finditer(sentence))
    if (
        len(numbers) == 1
        and _CONCLUDES.search(sentence)
        and not _COMPARES.search(sentence)
        and not re.search("[<>]", sentence)
    ):
        rest = sentence[numbers[0].start() :]
        return _value(rest) or _value(numbers[0][0])
    return None


def _value(text: str, *, words: bool = False) -> str | None:
    """Return text that can be read as a value; words alone only where they were set off."""
    text = text.strip()
    if not text or len(text) > _LIMIT:
        return None
    tree = _tree(text)
    if tree is None or (tree[0] == "text" and not words):
        return None
    if not words and not re.search(r"[\d\\πA-Jx∞]", text):
        return None
    return text
