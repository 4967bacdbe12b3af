"""Read arithmetic where people write it: in sentences, with units and money, or between dollar signs.

`Reader.side` reads the longest expression that starts at a token and makes a tree of the parser's kinds out
of it, `["add", ["int", 3], ["int", 4]]`. Whatever it does not know ends the expression; who asks must look at
what stands around it. Nothing is evaluated here.
"""

from __future__ import annotations

from rlvr_gym.envs.math.exact import Tree
from rlvr_gym.envs.math.prose import Token
from rlvr_gym.envs.math.quantities import FRACTIONS, WORD_OPS, Quantities, Side, Stop

__all__ = ["Reader"]

_THE = set("the these those this that his her their its all".split())


class Reader(Quantities):
    """Reads expressions from tokens; `pos` is the next token.

    Args:
        found: from `tokens`, annotations taken out.
        text: that they were made from.
        letters: "x" is an unknown in this text and no multiplication sign.
    """

    def __init__(self, found: list[Token], text: str, letters: bool = False) -> None:
        super().__init__(found)
        self.text, self.letters = text, letters

    def side(self) -> Side | None:
        """Read the longest expression that starts here; None, without moving, where there is none."""
        start = self.pos
        self._side = side = Side([], self.peek().start, 0, [])
        self._operands = 0
        try:
            side.tree = self._sum()
        except Stop:
            self.pos = start
            return None
        side.end = self.tokens[self.pos - 1].end
        if side.tree[0] not in ("int", "dec", "neg", "pct", "mul") or len(side.numbers) != 1:
            side.places = -1
        side.head = side.head or side.tree
        if not side.unit and self.peek().kind == "word":
            side.unit = self.peek().text.lower()
        return side

    def _sum(self) -> Tree:
        total = self._term()
        while True:
            start = self.pos
            sign = self._operator("+-")
            if not sign:
                return total
            try:
                term = self._term()
            except Stop:
                self.pos = start
                return total
            self._side.head = self._side.head or total
            if sign == "-":
                term = ["neg", term]
            total = [*total, term] if total[0] == "add" else ["add", total, term]

    def _term(self) -> Tree:
        result = self._factor()
        while True:
            start = self.pos
            sign = self._operator("*/")
            if not sign and self._is_product():
                sign = "*"
            if not sign and self.peek().text == "of" and _is_share(result):
                self.pos += 1
                if self.peek().text in _THE:
                    self.pos += 1
                sign = "*"
            if not sign:
                return result
            try:
                factor = self._factor()
            except Stop:
                self.pos = start
                return result
            self._side.head = self._side.head or result
            result = ["div" if sign == "/" else "mul", result, factor]

    def _operator(self, wanted: str) -> str:
        """Take an operator of the wanted ones, closing marks before it included; "" where there is none."""
        ahead = 0
        while self.peek(ahead).kind == "mark" and ahead < 2:
            ahead += 1
        token, following = self.peek(ahead), self.peek(ahead + 1)
        sign = token.text if token.kind == "op" else ""
        width = 1
        if token.kind == "word" and token.text in WORD_OPS:
            if token.text not in ("x", "X") or (not self.letters and _starts(following)):
                sign = WORD_OPS[token.text]
        elif token.text in ("divided", "multiplied") and following.text == "by":
            sign, width = "/" if token.text == "divided" else "*", 2
        if not sign or sign not in wanted:
            return ""
        self.pos += ahead + width
        return sign

    def _is_product(self) -> bool:
        """Tell whether a factor follows without a sign: 2(3 + 4), or a root."""
        before, after = self.peek(-1), self.peek()
        if before.kind not in ("num", "close"):
            return False
        return after.text in ("\\sqrt", "\\pi", "π") or (after.text == "(" and before.end == after.start)


def _starts(token: Token) -> bool:
    return token.kind in ("num", "open", "mark") or token.text in FRACTIONS


def _is_share(tree: Tree) -> bool:
    """Tell whether "of" after this means multiplication: a percentage or a fraction of whole numbers."""
    return bool(tree[0] == "pct" or (tree[0] == "div" and tree[1][0] == tree[2][0] == "int"))
