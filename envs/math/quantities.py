"""Read quantities in prose: a number with what belongs to it, its sign, power, percent, scale and unit."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.prose import END, Token, number_of
from rlvr_gym.envs.math.words import CONSTANTS, FUNCTIONS, SCALES, UNITS

__all__ = ["FRACTIONS", "WORD_OPS", "Quantities", "Side", "Stop"]

_MAX_DEPTH = 12  # brackets within each other
_MAX_NUMBERS = 40  # of one expression
_PADDING = 32  # more than any look ahead
_MAX_UNIT = 5  # words after a number that may be its unit

FRACTIONS = ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac")
WORD_OPS = {"times": "*", "x": "*", "X": "*", "plus": "+", "minus": "-"}
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_TEXTS = ("\\text", "\\mathrm", "\\textrm", "\\mbox", "\\textbf", "\\mathbf", "\\operatorname")
_BOXES = ("\\boxed", "\\fbox", "\\mathbf", "\\textbf")
_SCALES = SCALES | {"hundreds": 100, "thousands": 1000, "millions": 10**6, "dozens": 12}
_ENDS = set(
    "and or is are was were equals equal so then which that leaves gives makes for if than by of".split()
)
_NO_UNIT = FUNCTIONS.keys() | {name for name in CONSTANTS if len(name) > 1} | {"sqrt", "mod", "remainder"}


@dataclass(slots=True)
class Side:
    """One side of a relation.

    Args:
        tree: of the parser's kinds.
        start, end: its place in the text; units are part of it.
        head: tree of its first operand, for running totals such as `3 + 4 = 7 + 5 = 12`.
        numbers: the values of the numbers in it.
        places: decimals of a single number, -1 where the side is a computation.
        decimals: most decimals of a number in it.
        unit: first word of the last unit, in lower case, or "".
        percent, scaled: a percent sign or a word such as "million" stands in it.
    """

    tree: Tree
    start: int
    end: int
    head: Tree
    numbers: list[Fraction] = field(default_factory=list)
    places: int = -1
    decimals: int = 0
    unit: str = ""
    percent: bool = False
    scaled: bool = False


class Stop(Exception):
    """No expression can be read here."""


class Quantities:
    """A cursor over tokens that reads factors. The upper half of the grammar is in `arithmetic`.

    Args:
        found: from `tokens`, annotations taken out.
    """

    def __init__(self, found: list[Token]) -> None:
        # The padding answers for places before the first and after the last token alike.
        self.tokens = found + [END] * _PADDING
        self.count, self.pos, self._depth, self._operands = len(found), 0, 0, 0
        self._side = Side([], 0, 0, [])
        self._broken: set[int] = set()  # places of brackets that hold no expression

    def _sum(self) -> Tree:  # what the upper half provides
        raise NotImplementedError

    def peek(self, ahead: int = 0) -> Token:
        """Return the token at the present place, or one further on."""
        return self.tokens[self.pos + ahead]

    def _factor(self) -> Tree:
        negative = False
        if self.peek().kind == "op" and self.peek().text in "+-":
            negative = self.peek().text == "-"
            self.pos += 1
        base = self._units(self._power(self._base()))
        return ["neg", base] if negative else base

    def _power(self, base: Tree) -> Tree:
        if self._is_factorial():
            base = ["fact", base]
            self.pos += 1
        if self.peek().kind == "raised":
            base = ["pow", base, ["int", int(self.peek().text[:4])]]
            self.pos += 1
        elif not self._degrees() and self.peek().text == "^":
            self.pos += 1
            negative = self.peek().text == "-"
            self.pos += negative
            power = self._base()
            base = ["pow", base, ["neg", power] if negative else power]
        if self.peek().kind == "pct":
            self.pos += 1
            self._side.percent = True
            base = ["pct", base]
        if self.peek().text in ("_", "!") and self.peek().start == self.peek(-1).end:
            raise Stop
        return base

    def _is_factorial(self) -> bool:
        """Tell whether a "!" is part of a computation and no exclamation."""
        token, after = self.peek(), self.peek(1)
        inside = after.kind in ("op", "rel", "close") or after.text == "!"
        return token.text == "!" and token.start == self.peek(-1).end and inside

    def _degrees(self) -> bool:
        """Skip a sign of degrees; tell whether there was one."""
        words = [self.peek(ahead).text for ahead in range(4)]
        width = 1 if words[0] == "°" else 0
        if words[:2] == ["^", "\\circ"]:
            width = 2
        elif words == ["^", "{", "\\circ", "}"]:
            width = 4
        self.pos += width
        if width:
            self._side.unit = "degrees"
        return width > 0

    def _base(self) -> Tree:
        self._operands += 1
        if self._operands > _MAX_NUMBERS:
            raise Stop
        for _ in range(2):
            if self.peek().kind == "mark":
                self.pos += 1
        if self.peek().text == "-" and self.peek(-1).kind == "mark" and self.peek(1).kind == "num":
            self.pos += 1
            return ["neg", self._base()]
        token = self.peek()
        if token.kind == "num":
            self.pos += 1
            return self._number(token)
        if token.kind == "open":
            return self._group()
        if token.kind == "word" and token.text.lower() == "half" and self.peek(1).text == "of":
            self.pos += 1
            return ["div", ["int", 1], ["int", 2]]
        if token.text in FRACTIONS:
            self.pos += 1
            return ["div", self._argument(), self._argument()]
        if token.text == "\\sqrt":
            self.pos += 1
            return ["root", ["int", 2], self._argument()]
        if token.text in ("\\pi", "π"):
            self.pos += 1
            return ["const", "pi"]
        if token.text in _BOXES:
            self.pos += 1
            return self._argument()
        raise Stop

    def _number(self, token: Token) -> Tree:
        if token.text.startswith("0") and token.text[1:2].isdigit():
            raise Stop  # a time of day or a label
        place = self.pos - 1
        value = number_of(token.text)
        whole, _, places = token.text.partition(".")
        tree: Tree = ["dec", int((whole + places) or "0"), len(places)] if places else ["int", int(whole)]
        self._side.places = len(places)
        self._side.decimals = max(self._side.decimals, len(places))
        following = [self.peek(ahead) for ahead in range(3)]
        if not places and following[0].kind == following[2].kind == "num" and following[1].text == "/":
            top, low = following[0].text, following[2].text
            if top.isdigit() and low.isdigit() and int(top) < int(low) and following[0].start > token.end:
                self.pos += 3
                self._side.numbers.append(value + Fraction(int(top), int(low)))
                return ["mixed", int(whole), int(top), int(low)]
        before = self.tokens[place - 1] if place else END
        if before.text == "/" and before.end < token.start and _is_tight(token, *following[:2]):
            self.pos += 2  # 3 / 1/2: the fraction written without spaces is one number
            self._side.numbers.append(value / (number_of(following[1].text) or 1))
            return ["div", tree, ["int", int(following[1].text)]]
        self._side.numbers.append(value)
        if not places and self.peek().text in FRACTIONS and self.peek().start == token.end:
            self._side.places = -1
            return ["add", tree, self._base()]
        return tree

    def _argument(self) -> Tree:
        """Read what a command applies to: a group, or one digit."""
        token = self.peek()
        if token.text == "{":
            return self._group()
        if token.kind == "num" and token.text.isdigit() and len(token.text) == 1:
            self.pos += 1
            return self._number(token)
        raise Stop

    def _group(self) -> Tree:
        start = self.pos
        if self._depth == _MAX_DEPTH or start in self._broken:
            raise Stop
        self._broken.add(start)  # until it is read: no bracket is tried twice in vain
        self._depth += 1
        self.pos += 1
        try:
            inner = self._sum()
        finally:
            self._depth -= 1
        while self.peek().kind == "mark":
            self.pos += 1
        if self.peek().text != _CLOSERS[self.tokens[start].text]:
            raise Stop
        self.pos += 1
        self._broken.discard(start)
        return inner

    def _units(self, tree: Tree) -> Tree:
        """Skip the words of a unit where the expression goes on, or a relation comes, after them."""
        scale = _SCALES.get(self.peek().text.lower()) if self.peek().kind == "word" else None
        if scale is not None:
            self.pos += 1
            self._side.scaled = True
            tree = ["mul", tree, ["int", scale]]
        ahead, first = 0, ""
        while self.peek(ahead).kind == "mark":
            ahead += 1
        if self.peek(ahead).text in _TEXTS and self.peek(ahead + 1).text == "{":
            ahead, first = self._bracketed_unit(ahead + 2, "}")
        elif self.peek(ahead).text == "(" and self.peek(ahead + 1).kind == "word":
            ahead, first = self._bracketed_unit(ahead + 1, ")")
        elif self.peek(ahead).text == "/" and self.peek(ahead + 1).kind == "word":
            ahead += 1
        words = 0
        while words <= _MAX_UNIT:
            token = self.peek(ahead)
            if token.kind == "word" and _is_unit(token, self.peek(ahead - 1)):
                first = first or token.text.lower()
                words += 1
            elif not (words and (token.text == "of" or self._is_joint(token, ahead))):
                break
            ahead += 1
        if not ahead:
            return tree
        token, after = self.peek(ahead), self.peek(ahead + 1)
        goes_on = token.kind in ("op", "rel", "close", "note") or token.text in (
            "x",
            "X",
            "times",
            "plus",
            "minus",
        )
        if token.text == "/" and after.kind == "word":
            self._side.unit = first
            self.pos += ahead
            return self._units(tree)
        if goes_on or token.kind == "mark" or (first and self.peek(ahead - 1).text == "}"):
            self._side.unit = first or self._side.unit
            self.pos += ahead
        return tree

    def _bracketed_unit(self, ahead: int, closer: str) -> tuple[int, str]:
        """Return how far a unit in brackets reaches, 0 for none, and its first word."""
        first = ""
        for _ in range(10):
            token = self.peek(ahead)
            if token.text == closer:
                return ahead + 1, first or "?"
            if len(token.text) == 1 and token.kind == "word" and closer == ")":
                break
            if token.kind not in ("word", "other", "op"):
                break
            first = first or (token.text.lower() if token.kind == "word" else "")
            ahead += 1
        return 0, ""

    def _is_joint(self, token: Token, ahead: int) -> bool:
        """Tell whether a hyphen or full stop joins two words of a unit: mid-sized, sq. feet."""
        if token.text not in ("-", "."):
            return False
        before, after = self.peek(ahead - 1), self.peek(ahead + 1)
        return (
            before.end == token.start
            and after.kind == "word"
            and (token.text == "." or after.start == token.end)
        )


def _is_tight(number: Token, sign: Token, low: Token) -> bool:
    """Tell whether a fraction of whole numbers is written without spaces."""
    whole = low.kind == "num" and low.text.isdigit() and number.text.isdigit()
    return whole and sign.text == "/" and number.end == sign.start and sign.end == low.start


def _is_unit(token: Token, before: Token) -> bool:
    """Tell whether a word can be a unit: no function or unknown, and apart from its number unless known."""
    word = token.text
    if len(word) == 1 or word in _ENDS or word in _NO_UNIT or word in WORD_OPS:
        return False
    return token.start > before.end or word in UNITS or before.kind != "num"
