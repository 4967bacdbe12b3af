"""Which part of a response is its answer.

The rules, in order (the card repeats them):

1. Text up to the last `</think>` is not part of the answer.
2. The content of the last outermost `\\boxed{}`, `\\fbox{}` or `\\framebox{}`.
3. Without a box: the last stated form: `#### 18`, `A: 18` at the start of a line, `answer: ...`,
   `answer is ...`, a heading "Final answer" with the answer below it, `<answer>...</answer>`, `答案是 ...`,
   `故选 ...`.
4. Without either: what the last sentence concludes (module `conclusion`), or a response of one short line.

What stands in the same statement counts too: a second box or a number joined to the last box by nothing but
"or", "and", a comma or space, and the values of stated forms that follow the last box. Every part
must be right, so that naming several values earns nothing.
Only the last `WINDOW` characters are searched, in linear time.
"""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple

from rlvr_gym.envs.math.conclusion import conclude, hedges, is_readable

__all__ = ["WINDOW", "Answer", "find_answer"]

WINDOW = 1 << 16  # characters at the end of a response in which its answer must stand

_MAX_PART = 4001  # one more than `notation.MAX_CHARS`: longer parts are cut here and refused there
_MAX_PARTS = 16
_TAIL = 100  # characters around the last box in which the same statement may go on


class Answer(NamedTuple):
    """The answer of a response: `parts` must all be right; `place` says where the first was found."""

    parts: tuple[str, ...]
    place: str  # "box", "stated", "concluded"


class _Span(NamedTuple):
    start: int  # of \boxed
    inner: int
    end: int  # after the closing brace


_BRACES = re.compile(r"\\(?:boxed|fbox|framebox)[ \t]{0,8}\{|\\[\\{}]|[{}]")
_UNBRACED = re.compile(r"\\boxed[ \t]{1,8}(-?[\w.]{1,40}|\\[a-z]{1,12}(?:\{[^{}]{1,40}\}){0,2})")
_GLUE = re.compile(
    r"\\(?:text(?:bf|it|rm)?|mathrm|mbox|hbox|quad|qquad|lor|vee|land|wedge)\b|[\s$.,;:/|&*_()\[\]~{}]+|\\"
)
_HEDGES = {
    "or",
    "and",
    "either",
    "maybe",
    "possibly",
    "perhaps",
    "alternatively",
    "also",
    "else",
    "otherwise",
}
_STATED = re.compile(
    r"""
      ^[ \t]{0,8}\#{4}[ \t]{0,8}(?=\S)(?!(?:final[ ])?answer)
    | ^[ \t]{0,8}(?:\*\*)?A(?:\*\*)?:(?:\*\*)?[ \t]
    | \banswers?(?:\*\*)?[ \t]{0,4}
      (?:is|are|:|=|must[ ]be|should[ ]be|has[ ]to[ ]be|would[ ]be|comes[ ]to|equals)
      (?:[ \t]{0,4}:)?(?:\*\*)?
    | \b(?:correct|right)[ ](?:option|choice|statement|answer)s?[ ](?:is|are)\b:?
    | ^[ \t]{0,8}(?:\#{1,6}[ ])?(?:\*\*)?final[ ](?:answer|result)(?:\*\*)?:?(?:\*\*)?[ \t]{0,8}$
    | <answer>
    | "answer"[ ]{0,4}:[ ]{0,4}"?
    | 答案(?:应该|应)?(?:是|为|选|：|:)[：:]?
    | (?<!不)(?:故|应|因此|所以)(?:本题)?选(?:择)?[：:]?
    | ^[ \t]{0,8}答[：:]
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_SENTENCE = re.compile(r"\.(?=\s|$)|。|</answer>|\n")
_JSON_END = re.compile(r"[\"}\n]")
_OR_BEFORE = re.compile(r"(\S{1,40})[ \t]+or[ \t]+[$\\(\[ ]{0,6}\Z")
_OR_AFTER = re.compile(
    r"[\s$\\)\].,*]{0,12}(?:\\text\{ ?)?\(?(or|and)(?:,| (?:equivalently|maybe|possibly|perhaps|also|else))?"
    r"(?: ?\})?[ \t]{0,4}(?<=[ },])(\S.{0,60})",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\(?[A-J]\)?(?=[.\s]*(?:$|\n))|[$\\(]{0,3}[-+.\d][^\s$)]{0,40}|\$[^$]{1,60}\$|\\\([^$]{1,60}\\\)"
)
_CLAUSE_END = re.compile(r"[\s$)\]\\*]{0,12}(?:$|[.,;:!?])")
# What stands directly at a box and makes its content a part of something else, or denies it.
_PART_OF_MORE_BEFORE = re.compile(
    r"(?:\d(?:\s?\\,)?|(?<![A-Za-z])[A-Za-z]|(?:\A|[=$(\[])\s?-\s?(?:\\,)?|\\[dt]?frac\{"
    r"|\\sqrt(?:\[\d\])?\{|\}\{|[\^/+<>]|(?<!\*)\*"
    r"|\\(?:ne|neq|cdot|times|pm|mp|le|leq|ge|geq|log|ln|sin|cos|tan)\s?)\{?-?\Z"
    r"|(?:\b(?:not|never|except|cannot be|(?:less|greater|more|other) than)|n't(?: be)?|不是)"
    r"(?: equal(?: to)?| be)?[ $\\(*]{0,6}\Z"
    r"|\bnot[ $\\(*]{1,6}\Z",
    re.IGNORECASE,
)
_PART_OF_MORE_AFTER = re.compile(
    r"[})]?\s?(?:\^(?!\{?\\circ|\{?\\text|\{?(?:th|st|nd|rd|o)\b)|/(?=\s?\d)|!(?=[\s$]{0,3}[$+*/=])|\.\d|\\(?:times|cdot|pi|sqrt|frac)(?![a-z])"
    r"|[a-fi-kn-ru-z](?![A-Za-z])|\+\s?[\d\\a-z]|_\{?\d|:\s?\d|[万亿])"
    r"|[\s$]{0,4}(?:\\text\{\s?)?(?:million|billion|thousand|hundred|dozen)\b(?!-| percent)"
    r"|[\s$)\].*\\]{0,8}(?:\?\s{1,3}(?:No|Wrong|Incorrect)\b|\(wrong\)"
    r"|(?:is|was) (?:wrong|incorrect|not (?:correct|right|the answer))"
    r"|isn't|wasn't|does not work|(?:no,? )?wait\b|hmm\b|sorry\b|correction\b)",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(r"[$\\(\s]{0,4}[A-Za-z](?:_\{?\d\}?)?\s?=")
_NAMED = re.compile(
    r"[\s$)\],\\]{0,6}(?:(?:quad)?\s?(?:\\text\{ ?)?(?:or|and)(?: ?\})?(?:\\quad)?)?[\s$(\\]{0,4}"
    r"([A-Za-z])(?:_\{?\d\}?)?\s?=\s?"
)
_NAME_BEFORE = re.compile(r"([A-Za-z])(?:_\{?\d\}?)?\s?=\s?\Z")
_NEW_STATEMENT = re.compile(r"\n[ \t]{0,8}\n|[.:][ \t]{0,8}\n")
_JOINED = re.compile(r"\b(?:or|and)\b", re.IGNORECASE)
_SIGN_AFTER = re.compile(r"\s?(\\?%|\^\{?\\circ\}?)")
_LISTED_AFTER = re.compile(
    r"[\s$)\\]{0,6}(?:[,;/=]| )[\s$(\\]{0,4}(-?\d[\d./]{0,20}|[A-J])[\s$)\\.]{0,6}(?:$|\n)"
)
_LISTED_BEFORE = re.compile(r"(?:^|\n)[\s$(]{0,4}(-?\d[\d./]{0,20})[\s$)]{0,4}(?:,|and)[\s$(\\]{0,4}\Z")
_FILLERS = re.compile(
    r"(?:(?:actually|really|therefore|thus|then|hence|indeed|simply|just|also|now|in fact|instead"
    r"|probably|maybe|perhaps|possibly|equal to|given by)[ ,:]{1,4}){1,4}+",
    re.IGNORECASE,
)
_CONNECTIVES = re.compile(
    r"(?:(?:therefore|thus|then|hence|indeed|simply|just|also|now|equal to|given by|approximately|about)"
    r"[ ,:]{1,4}){1,4}+",
    re.IGNORECASE,
)
_REASON = re.compile(r",?[ ](?:because|since|as|which)\b", re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"[.\s]{0,4}(?:or|alternatively|wait|no|actually|but|hmm|sorry|correction)\b", re.IGNORECASE
)
_DENIED = re.compile(r"(?:\W{0,3}(?:not|neither|never|nor)\b|n't)", re.IGNORECASE)
_CHOSEN = re.compile(r"[*$\\ ]{0,4}(?:\([A-J]\)|[A-J](?:[).:]|$))")
_ASIDE = re.compile(r",?[ ](?:as|since|because|which|when|so|where|by|from|after|that)\b", re.IGNORECASE)
_FENCE = re.compile(r"```[a-z]{0,12}\s{1,8}")
_VALUE_START = re.compile(r"[$\\(\s]{0,4}(?:[-+]?[\d.]|\\?[dt]?frac|\\?sqrt|[A-Za-z]\s?=)")
_HEDGES_ON = re.compile(r"(?:or|and)\b")
_CONDITIONAL = re.compile(
    r"\b(?:if|other|another|wrong|whether|similar|previous|doubt that)"
    r"(?: (?:the|an?|this|common|final)){0,2} $",
    re.IGNORECASE,
)
_HEADING = re.compile(r"\d{1,3}[.)]\s|[A-Z][a-z]")
_MIRROR = str.maketrans("({", ")}")
_MAX_STATED = 16  # statements after the last box that are read
_WHOLE_LIMIT = 200


def find_answer(response: str) -> Answer | None:
    """Find the answer of a response.

    Args:
        response: any text.
    Returns: its parts, each as written; None where no rule finds one.
    """
    text = response[-WINDOW:].rpartition("</think>")[2]
    boxes = _boxes(text)
    if boxes:
        return Answer(_dedupe(_around_boxes(text, boxes)), "box")
    unbraced = _UNBRACED.findall(text)
    if unbraced:
        return Answer((unbraced[-1],), "stated")
    stated = _last_stated(text, 0)
    if stated is not None:
        return Answer((stated,), "stated") if stated else None
    concluded = conclude(text)
    if concluded is not None:
        return Answer((concluded,), "concluded")
    if hedges(text[-_WHOLE_LIMIT:]):
        return None
    whole = text[: _WHOLE_LIMIT * 4].strip() if len(text) < _WHOLE_LIMIT * 4 else ""
    if whole and len(whole) <= _WHOLE_LIMIT and "\n" not in whole:
        return Answer((_bare(whole),), "concluded")
    return None


def _boxes(text: str) -> list[_Span]:
    """Return the closed boxes that lie in no other closed box, in one pass over the braces."""
    opened: list[tuple[int, int]] = []  # (start of \boxed or -1, inner start)
    closed: list[_Span] = []
    for match in _BRACES.finditer(text):
        found = match[0]
        if found == "{":
            opened.append((-1, 0))
        elif len(found) > 2:
            opened.append((match.start(), match.end()))
        elif found == "}" and opened:
            start, inner = opened.pop()
            if start >= 0:
                while closed and closed[-1].start > start:
                    closed.pop()
                closed.append(_Span(start, inner, match.end()))
    return closed


def _around_boxes(text: str, boxes: list[_Span]) -> list[str]:
    last = boxes[-1]
    before = text[max(0, last.start - _TAIL) : last.start]
    after = text[last.end : last.end + _TAIL]
    if _PART_OF_MORE_BEFORE.search(before) or _PART_OF_MORE_AFTER.match(after):
        return [""]  # the box is a factor, a digit or a denied value: no answer stands alone in it
    sign = _SIGN_AFTER.match(after)
    parts = [_peeled(text[last.inner : last.end - 1]) + (sign[1] if sign is not None else "")]
    listed = _LISTED_AFTER.match(after) or _LISTED_BEFORE.search(before)
    if listed is not None:
        parts.append(listed[1])
    later = last
    for box in reversed(boxes[:-1]):
        if len(parts) >= _MAX_PARTS or not _is_glue(text, box, later):
            break
        parts.insert(0, _peeled(text[box.inner : box.end - 1]))
        later = box
    other = _OR_BEFORE.search(text[max(0, later.start - _TAIL) : later.start])
    if other is not None and re.search(r"\d|^\W*[A-J]\W*$", other[1]):
        parts.append(other[1].strip("$\\()[]"))
    more = _OR_AFTER.match(after)
    if more is not None:
        joined = _LEADING.match(more[2])
        named = more[1].lower() == "and" and _OWN_NAME.match(more[2])
        if (
            joined is not None
            and not named
            and (more[1].lower() == "or" or _CLAUSE_END.match(more[2], joined.end()))
        ):
            parts.append(_bare(joined[0]))
    for match in deque(_STATED.finditer(text, last.end), maxlen=_MAX_STATED):
        label = match[0].lstrip()[:1]
        if label in ("A", "*") and "nswer" not in match[0]:
            continue  # a label
        if label == "#" and _HEADING.match(text, match.end()):
            continue
        if _CONDITIONAL.search(text[max(0, match.start() - 30) : match.start()]):
            continue
        value = _value_of(_stated_at(text, match.end()))
        if value is not None:
            parts.append(value)
    return parts


def _peeled(inside: str) -> str:
    """Take off brackets around brackets, and cut what is too long to be read."""
    inside = inside.strip()
    depth = len(inside) - len(inside.lstrip("({"))
    closing = inside[:depth][::-1].translate(_MIRROR)
    bare = inside[depth : len(inside) - depth]
    if depth > 1 and inside.endswith(closing) and not any(bracket in bare for bracket in "(){}"):
        return bare[:_MAX_PART]
    return inside[:_MAX_PART]


def _value_of(stated: str) -> str | None:
    """Return the value that a sentence after the box states; None for a remark such as "correct because"."""
    stated = _ASIDE.split(_FILLERS.sub("", stated[: _MAX_PART - 1]), maxsplit=1)[0].strip()
    if stated.count(")") > stated.count("("):
        stated = stated.rstrip(". ").removesuffix(")")
    if not re.search(r"\d", stated) or not _VALUE_START.match(stated):
        return None
    if len(stated) < _WHOLE_LIMIT and is_readable(stated):
        return stated
    leading = _LEADING.match(stated)
    if leading is None:
        return None
    rest = stated[leading.end() :].lstrip()
    return _bare(leading[0]) if not rest or rest[0] in ".,;:!?()$\\" or _HEDGES_ON.match(rest) else None


def _is_glue(text: str, box: _Span, later: _Span) -> bool:
    """Tell whether two boxes stand in one statement: nothing but "or", commas, or the same name between."""
    gap = text[box.end : later.start]
    if len(gap) > _TAIL or (_NEW_STATEMENT.search(gap) and not _JOINED.search(gap)):
        return False
    named = _NAMED.fullmatch(gap)
    if named is not None:
        before = _NAME_BEFORE.search(text[max(0, box.start - 12) : box.start])
        return before is not None and before[1] == named[1]
    return all(word.lower() in _HEDGES for word in _GLUE.sub(" ", gap).split())


def _dedupe(parts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts))


def _last_stated(text: str, start: int) -> str | None:
    last: re.Match[str] | None = None
    for match in _STATED.finditer(text, start):
        last = match
    if last is None:
        return None
    stated, rest = _stated_at(text, last.end()), _rest_after(text, last.end())
    if _CONDITIONAL.search(text[max(0, last.start() - 30) : last.start()]):
        return ""
    if _TAKEN_BACK.match(rest) or (
        last[0].strip(" *").startswith("A") and "\nB:" in text[last.end() :][:400]
    ):
        return ""
    if _DENIED.match(stated):
        return ""
    if not stated or len(stated) > _WHOLE_LIMIT or _CHOSEN.match(stated) or is_readable(stated):
        return stated
    before_aside = _REASON.split(_CONNECTIVES.sub("", stated), maxsplit=1)[0].strip(" ,:")
    if before_aside and before_aside != stated and is_readable(before_aside):
        return before_aside
    return conclude(stated) or stated


def _stated_at(text: str, start: int) -> str:
    line = text[start : start + _MAX_PART].lstrip(" \t*:")
    # A display formula or a block of code may start on the next line.
    line = _FENCE.sub("", line.lstrip(), count=1)
    end = (_JSON_END if text[:start].rstrip(' "').endswith('"answer":') else _SENTENCE).search(line)
    return _bare(line[: end.start()] if end else line)


def _rest_after(text: str, start: int) -> str:
    """Return what follows the sentence in which an answer is stated."""
    line = text[start : start + _MAX_PART].lstrip()
    end = _SENTENCE.search(line)
    return line[end.end() : end.end() + _TAIL] if end else ""


def _bare(text: str) -> str:
    """Strip emphasis and dollar signs around an answer, and what marks a display formula."""
    text = text.replace("**", " ").strip().strip("*`").strip()
    if text.startswith("\\[") and text.endswith("\\]"):
        text = text[2:-2]
    text = text.rstrip(",;").strip()
    if text.endswith("!") and "$" not in text and "\\" not in text:
        text = text.rstrip("!")  # in prose an exclamation, no factorial
    return text
