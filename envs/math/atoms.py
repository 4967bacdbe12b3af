"""The lower half of the parser: factors, numbers, functions, brackets, matrices."""

from __future__ import annotations

from fractions import Fraction

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.notation import TooLarge, Unreadable
from rlvr_gym.envs.math.numerals import based, number, repeating
from rlvr_gym.envs.math.tokens import Token
from rlvr_gym.envs.math.units import is_unit_name, unit_of
from rlvr_gym.envs.math.words import (
    CONSTANTS,
    FORBIDDEN,
    FUNCTIONS,
    GREEK,
    INVERSE,
    MATRICES,
    REALS,
    SCALES,
    SEPARATORS,
    UNITS,
    UPRIGHT_UNITS,
    is_label,
)

__all__ = ["MAX_DEPTH", "TO", "Atoms"]

MAX_DEPTH = 40
TO = {"to", "\\to"}  # 5 to 8 is a ratio
_END = Token("end", "")
_OPENERS = {"(", "[", "{", "\\{", "|", "\\lvert", "\\lfloor", "\\lceil", "\\lbrack"}
_FRACTIONS = {"\\nicefrac", "\\sfrac", "\\frac", "\\dfrac", "\\tfrac", "\\cfrac"}
_STARTERS = (
    _OPENERS | _FRACTIONS | {"\\sqrt", "\\binom", "\\dbinom", "\\tbinom", "\\begin", "\\boxed", "\\fbox"}
)
_DEGREES = {"\\circ", "\\degree"}
_EMPTY = {"\\emptyset", "\\varnothing"}


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


class Atoms:
    """A cursor over tokens that reads factors. The upper half of the grammar is in `parse`."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.pos, self.depth, self.bars = tokens, 0, 0, 0

    # What the upper half provides.
    def items(self) -> Tree:
        raise NotImplementedError

    def relation(self) -> Tree:
        raise NotImplementedError

    def sum(self) -> Tree:
        raise NotImplementedError

    def peek(self, ahead: int = 0) -> Token:
        """Return a token without taking it; an end token where there is none."""
        place = self.pos + ahead
        return self.tokens[place] if place < len(self.tokens) else _END

    def take(self) -> Token:
        """Return the next token and step over it."""
        token = self.peek()
        self.pos += 1
        return token

    def expect(self, text: str) -> None:
        """Step over this token. Raises Unreadable if another comes."""
        if self.take().text != text:
            raise Unreadable(f"{text!r} is missing")

    def enter(self) -> None:
        """Count one level of nesting. Raises TooLarge beyond `MAX_DEPTH`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooLarge(f"the answer is nested more than {MAX_DEPTH} deep")

    def leave(self) -> None:
        """Leave a level of nesting."""
        self.depth -= 1

    def is_unit(self, token: Token) -> bool:
        """Tell whether a token is a unit or plain English rather than a separator or a product of symbols."""
        if token.kind == "text":
            return token.text.lower() not in SEPARATORS
        if token.kind == "upright":
            return token.text in UPRIGHT_UNITS
        if token.kind != "word" or token.text in FUNCTIONS or token.text in CONSTANTS or token.text == "sqrt":
            return False
        if token.text.lower() in SEPARATORS:
            return False
        if len(token.text) == 1:
            return False
        return (
            token.text in UNITS
            or token.text.lower() in FORBIDDEN
            or len(token.text) >= 4
            or is_unit_name(token.text)
        )

    def starts_factor(self, token: Token) -> bool:
        """Tell whether a factor may begin here, for multiplication without a sign."""
        if token.kind in ("num", "rep", "sci"):
            return True
        if token.kind in ("word", "upright"):
            return token.text.lower() not in SEPARATORS and not self.is_unit(token)
        if token.text in ("|", "\\rvert"):
            return self.bars == 0 and token.text == "|"
        if token.text in _STARTERS or token.text in CONSTANTS:
            return True
        return token.kind == "cmd" and (token.text[1:] in FUNCTIONS or token.text[1:] in GREEK)

    def units(self, tree: Tree) -> Tree:
        """Read the words after a quantity: a scale ("million") multiplies, other words are its unit."""
        words: list[str] = []
        while self._goes_on(words) and self.peek().text.lower() not in TO:
            word = self.take().text
            if not words and word.lower() in SCALES:
                tree = ["mul", tree, ["int", SCALES[word.lower()]]]
                continue
            if not words and word.lower() in ("percent", "per cent"):
                tree = ["pct", tree]
                continue
            if words and word in ("squared", "cubed"):
                words.append("^2" if word == "squared" else "^3")
                continue
            words.append(word)
            if self.peek().text == "^":
                self.pos += 1
                words.append("^" + self._group_text())
            elif self.peek().text == "/" and (
                self.is_unit(self.peek(1)) or self.peek(1).text in UPRIGHT_UNITS
            ):
                words += ["/", self.peek(1).text]
                self.pos += 2
                if self.peek().text == "^":
                    self.pos += 1
                    words.append("^" + self._group_text())
        unit = " ".join(words)
        if not is_label(unit):
            raise Unreadable(f"the words {unit[:40]!a} qualify the answer")
        return self._compound(tree, unit) if unit else tree

    def _goes_on(self, words: list[str]) -> bool:
        """Tell whether a word of the unit follows; once one has begun, any plain word goes on with it."""
        token = self.peek()
        if self.is_unit(token):
            return True
        lower = token.text.lower()
        return bool(words) and token.kind == "word" and token.space and lower not in SEPARATORS

    def _compound(self, tree: Tree, unit: str) -> Tree:
        """Read what follows a quantity in the same measure: 1 hour 20 minutes are 80 minutes."""
        first = ["unit", tree, unit]
        ahead = 1 if self.peek().text == "and" else 0
        if tree[0] != "int" or self.peek(ahead).kind != "num" or not self.is_unit(self.peek(ahead + 1)):
            return first
        start = self.pos
        self.pos += ahead + 1
        amount = number(self.tokens[self.pos - 1].text)
        second = self.units(amount)
        large = unit_of(unit)
        if second[0] == "unit" and amount[0] == "int":
            small = unit_of(second[2])
            if (
                large.dimensions == small.dimensions
                and large.size > small.size
                and second[1][0] in ("int", "rat")
            ):
                total = tree[1] * (large.size / small.size) + Fraction(*second[1][1:])
                return ["unit", ["rat", total.numerator, total.denominator], second[2]]
        self.pos = start
        return first

    def factor(self) -> Tree:
        """Read an atom with its postfixes and its power."""
        self.enter()
        inner = self._postfix(self._atom())
        if self.peek().text == "^":
            self.pos += 1
            inner = self._postfix(["pow", inner, self._exponent()])
            if self.peek().text == "^":
                raise Unreadable("two exponents in a row")
        self.leave()
        return inner

    def _postfix(self, inner: Tree) -> Tree:
        while True:
            text = self.peek().text
            if text == "!":
                inner = ["fact", inner]
            elif text in ("%", "\\%"):
                inner = ["pct", inner]
            elif text in _DEGREES:
                inner = ["deg", inner]
            elif text == "^" and self.peek(1).text in _DEGREES:
                self.pos += 1
                inner = ["deg", inner]
            elif text == "^" and self.peek(1).text == "{" and self.peek(2).text in _DEGREES:
                self.pos += 3
                if self.peek().text != "}":
                    raise Unreadable("'}' is missing")
                inner = ["deg", inner]
            elif inner[0] == "deg" and inner[1][0] == "int" and self._minutes_ahead():
                inner = self._minutes(inner[1][1])
                continue
            else:
                return inner
            self.pos += 1

    def _minutes_ahead(self) -> bool:
        return _is_digits(self.peek().text) and self.peek(1).text == "'"

    def _minutes(self, degrees: int) -> Tree:
        """Read the minutes and seconds of arc after whole degrees."""
        value, scale = Fraction(degrees), 60
        while self._minutes_ahead() and scale <= 3600:
            value += Fraction(int(self.take().text), scale)
            scale *= 60
            while self.peek().text == "'":
                self.pos += 1
        return ["deg", ["rat", value.numerator, value.denominator]]

    def _exponent(self) -> Tree:
        if self.peek().text in ("-", "+"):
            sign = self.take().text
            power = self.factor()
            return ["neg", power] if sign == "-" else power
        return self.factor()

    def _atom(self) -> Tree:
        token = self.take()
        if token.kind == "num":
            return self._after_number(token)
        if token.kind == "rep":
            return repeating(token.text)
        if token.kind == "sci":
            mantissa, _, power = token.text.lower().partition("e")
            if len(power) > 6:
                raise TooLarge("an exponent is too large")
            return ["sci", number(mantissa), int(power)]
        if token.kind in ("word", "upright"):
            return self._word(token)
        if token.text in REALS:
            return ["reals"]
        if token.text == "\\based":
            return based(self._group_text(), self._group_text())
        if token.kind == "text":
            return self._words(token)
        if token.text in CONSTANTS:
            return ["const", CONSTANTS[token.text]]
        if token.text in _FRACTIONS:
            return ["div", self._argument(), self._argument()]
        if token.text in ("\\binom", "\\dbinom", "\\tbinom"):
            return ["fn", "binom", self._argument(), self._argument()]
        if token.text in ("\\boxed", "\\fbox"):
            return self._argument()
        if token.text in _EMPTY:
            return ["empty"]
        if token.text == "\\sqrt":
            return self._root()
        if token.text == "\\begin":
            return self._matrix()
        if token.kind == "cmd" and token.text[1:] in FUNCTIONS:
            return self._function(FUNCTIONS[token.text[1:]])
        if token.kind == "cmd" and token.text[1:] in GREEK:
            return self._symbol(token.text[1:])
        return self._bracket(token)

    def _after_number(self, token: Token) -> Tree:
        literal = number(token.text)
        following = self.peek()
        if following.text == "_":
            self.pos += 1
            return based(token.text, self._group_text())
        if literal[0] != "int":
            return literal
        if following.text in _FRACTIONS and self._digits_ahead():
            self.pos += 1
            top, low = self._argument(), self._argument()
            if top[0] == low[0] == "int" and top[1] < low[1]:
                return ["mixed", literal[1], top[1], low[1]]
            raise Unreadable("a number beside a fraction that is no mixed number")
        shape = [self.peek(n) for n in range(3)]
        if [t.kind for t in shape] == ["num", "op", "num"] and shape[0].space and shape[1].text == "/":
            if (
                _is_digits(shape[0].text)
                and _is_digits(shape[2].text)
                and int(shape[0].text) < int(shape[2].text)
            ):
                self.pos += 3
                return ["mixed", literal[1], int(shape[0].text), int(shape[2].text)]
            raise Unreadable("two numbers side by side")
        return literal

    def _digits_ahead(self) -> bool:
        first = self.peek(1)
        if first.kind == "num":
            return True
        shape = [self.peek(n) for n in range(1, 7)]
        kinds = "".join("n" if token.kind == "num" else token.text[:1] for token in shape)
        return kinds == "{n}{n}" or kinds.startswith("{n}n")

    def _argument(self) -> Tree:
        """Read what a command applies to: a group, one digit of a number, or one other atom."""
        token = self.peek()
        if token.text == "{":
            return self._bracket(self.take())
        if token.kind == "num" and _is_digits(token.text):
            if len(token.text) == 1:
                self.pos += 1
            else:
                self.tokens[self.pos] = Token("num", token.text[1:])
            return ["int", int(token.text[0])]
        if token.kind == "word" and len(token.text) > 1:
            self.tokens[self.pos] = Token("word", token.text[1:])
            return self._symbol_or_constant(token.text[0])
        self.enter()
        inner = self._atom()
        self.leave()
        return inner

    def _root(self) -> Tree:
        degree: Tree = ["int", 2]
        if self.peek().text == "[":
            self.pos += 1
            degree = self.sum()
            self.expect("]")
        return ["root", degree, self._argument()]

    def _group_text(self) -> str:
        """Return the raw text of a subscript or of a unit's exponent: one token or a braced group."""
        if self.peek().text != "{":
            return self.take().text
        self.pos += 1
        parts: list[str] = []
        while self.peek().text != "}":
            if self.peek() is _END or len(parts) > 8:
                raise Unreadable("'}' is missing")
            parts.append(self.take().text)
        self.pos += 1
        return "".join(parts)

    def _word(self, token: Token) -> Tree:
        word = token.text
        if word == "sqrt":
            return ["root", ["int", 2], self._argument()]
        if word in FUNCTIONS:
            return self._function(FUNCTIONS[word])
        if word in CONSTANTS and len(word) > 1:
            return ["const", CONSTANTS[word]]
        if self.is_unit(token):
            return self._words(token)
        if len(word) == 1:
            while self.peek().text == "'" and len(word) < 4:
                word += self.take().text
            if self.peek().text == "(" and (word[0] in "fghP" or self._is_definition()):
                arguments = self._bracket(self.take())
                return ["call", word, *(arguments[3:] if arguments[0] == "seq" else [arguments])]
            return self._symbol_or_constant(word)
        # Two or three letters side by side are a product of symbols; only the last may carry an exponent.
        self.pos -= 1
        self.tokens[self.pos : self.pos + 1] = [Token("word", letter) for letter in word]
        return self._atom()

    def _is_definition(self) -> bool:
        """Tell whether "(x) =" follows, so that the letter before it names a function."""
        ahead = [self.peek(place) for place in range(1, 4)]
        return (
            ahead[0].kind == "word" and len(ahead[0].text) == 1 and [t.text for t in ahead[1:]] == [")", "="]
        )

    def _words(self, token: Token) -> Tree:
        words = [token.text]
        while self.peek().kind in ("text", "word") and self.peek().text.lower() not in SEPARATORS:
            words.append(self.take().text)
        return ["text", " ".join(words)]

    def _symbol_or_constant(self, name: str) -> Tree:
        return ["const", name] if name in CONSTANTS else self._symbol(name)

    def _symbol(self, name: str) -> Tree:
        if self.peek().text == "_":
            self.pos += 1
            low = self._group_text()
            if name == "C" and self.peek().text == "^" and (_is_digits(low) or low in ("n", "m", "k")):
                self.pos += 1
                top: Tree = ["int", int(low)] if _is_digits(low) else ["sym", low]
                return ["fn", "binom", top, self._exponent()]
            name = f"{name}_{low}"
        return ["sym", name]

    def _function(self, name: str) -> Tree:
        base: Tree | None = None
        power: Tree | None = None
        if self.peek().text == "_" and name == "log":
            self.pos += 1
            base = self._argument()
        if self.peek().text == "^":
            self.pos += 1
            power = self._exponent()
        arguments = self._arguments()
        if power in (["neg", ["int", 1]],) and name in INVERSE:
            return ["fn", INVERSE[name], *arguments]
        if base is not None:
            arguments.append(base)
        if name == "lg":
            name, arguments = "log", [*arguments, ["int", 10]]
        call: Tree = ["fn", name, *arguments]
        return call if power is None else ["pow", call, power]

    def _arguments(self) -> list[Tree]:
        if self.peek().text in ("(", "[", "{"):
            inner = self._bracket(self.take())
            return inner[3:] if inner[0] == "seq" else [inner]
        parts = [self.factor()]
        while self.starts_factor(self.peek()) and not self._is_function(self.peek()):
            if self.peek().kind in ("num", "rep", "sci"):
                raise Unreadable("two numbers side by side")
            parts.append(self.factor())
        return parts if len(parts) == 1 else [["mul", *parts]]

    @staticmethod
    def _is_function(token: Token) -> bool:
        return token.text.lstrip("\\") in FUNCTIONS

    def _bracket(self, token: Token) -> Tree:
        text = token.text
        self.enter()
        try:
            if text in ("(", "[", "\\lbrack"):
                return self._sequence("(" if text == "(" else "[")
            if text == "{":
                return self._group()
            if text == "\\{":
                return self._set()
            if text in ("|", "\\lvert"):
                self.bars += 1
                inner: Tree = ["abs", self.sum()]
                self.bars -= 1
                if self.take().text not in ("|", "\\rvert"):
                    raise Unreadable("'|' is missing")
                return inner
            if text in ("\\lfloor", "\\lceil"):
                inner = ["fn", "floor" if text == "\\lfloor" else "ceil", self.sum()]
                self.expect(text.replace("\\l", "\\r"))
                return inner
        finally:
            self.leave()
        raise Unreadable(f"cannot read {text[:40]!a}" if text else "the answer breaks off")

    def _sequence(self, opener: str) -> Tree:
        bars, self.bars = self.bars, 0
        inner = self.items()
        self.bars = bars
        closer = self.take().text.replace("\\rbrack", "]")
        if closer not in (")", "]"):
            raise Unreadable("a closing bracket is missing")
        if inner[0] == "list":
            return ["seq", opener, closer, *inner[1:]]
        if (opener, closer) not in (("(", ")"), ("[", "]")):
            raise Unreadable("the brackets do not match")
        return inner

    def _group(self) -> Tree:
        if self.peek().text == "}":
            raise Unreadable("an empty group")
        bars, self.bars = self.bars, 0
        inner = self.items()
        if self.peek().text == "\\over":
            self.pos += 1
            inner = ["div", inner, self.sum()]
        elif self.peek().text == "\\choose":
            self.pos += 1
            inner = ["fn", "binom", inner, self.sum()]
        self.bars = bars
        self.expect("}")
        return ["set", *inner[1:]] if inner[0] == "list" else inner

    def _set(self) -> Tree:
        if self.peek().text == "\\}":
            self.pos += 1
            return ["empty"]
        if self.peek().kind == "word" and self.peek(1).text in (":", "|", "\\mid"):
            self.pos += 2
            inner = self.items()  # { x : condition } is read as its condition
            self.expect("\\}")
            return inner
        inner = self.items()
        self.expect("\\}")
        return ["set", *inner[1:]] if inner[0] == "list" else ["set", inner]

    def _matrix(self) -> Tree:
        name = self._group_text()
        if name not in MATRICES:
            raise Unreadable(f"cannot read the environment {name[:20]!a}")
        if name == "array" and self.peek().text == "{":
            self._group_text()
        rows: list[list[Tree]] = [[]]
        while True:
            rows[-1].append(self.sum())
            text = self.take().text
            if text == "\\\\" and self.peek().text != "\\end":
                rows.append([])
            elif text in ("\\end", "\\\\"):
                if text == "\\\\":
                    self.pos += 1
                break
            elif text not in ("&", "\\\\"):
                raise Unreadable("a matrix breaks off")
        if self._group_text() != name or len({len(row) for row in rows}) != 1:
            raise Unreadable("a matrix of unequal rows")
        return ["matrix", len(rows), len(rows[0]), *(cell for row in rows for cell in row)]
