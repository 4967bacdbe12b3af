"""A bounded parser for answers: LaTeX-like or plain text becomes a small tree of nested lists.

Nothing is evaluated and no text is ever handed to an evaluator. Limits hold before anything else happens:
characters (`notation`), tokens and digits (`tokens`), depth (here). The nodes:

    ["int", n] ["dec", digits, places] ["rat", p, q] ["sci", number, exponent] ["mixed", whole, p, q]
    ["sym", name] ["const", "pi" | "e" | "i" | "oo"] ["text", words] ["based", digits, base] ["empty"]
    ["neg", a] ["add", a, ...] ["mul", a, ...] ["div", a, b] ["pow", a, b] ["fact", a] ["pct", a] ["deg", a]
    ["root", degree, a] ["abs", a] ["fn", name, a, ...] ["call", name, a, ...] ["unit", a, words]
    ["pm", a, b] (a plus or minus b) ["seq", open, close, a, ...] ["set", a, ...] ["list", a, ...]
    ["cup", a, b] ["cap", a, b] ["rel", a, op, b, ...] ["matrix", rows, columns, a, ...] ["ratio", a, b, ...]
"""

from __future__ import annotations

from rlvr_gym.envs.math.atoms import Atoms
from rlvr_gym.envs.math.exact import Tree, depth_of, guard
from rlvr_gym.envs.math.notation import TooLarge, Unreadable, clean
from rlvr_gym.envs.math.tokens import tokenize
from rlvr_gym.envs.math.words import DROPPED, RELATIONS, SEPARATORS

__all__ = ["MAX_TREE", "parse"]

MAX_TREE = 80  # levels of a tree: what loops build counts too; far below what can be sent to the sandbox


def parse(text: str) -> Tree:
    """Parse an answer.

    Args:
        text: as extracted from a response or given as gold.
    Returns: a tree of nested lists; every rational part of it is within the limits of `exact`.
    Raises: Unreadable: if it is no answer; TooLarge: if it exceeds a limit.
    """
    cleaned = clean(text)
    parser = _Parser(tokenize(cleaned))
    if not parser.tokens:
        raise Unreadable("the answer is empty")
    tree = parser.items()
    if parser.pos != len(parser.tokens):
        raise Unreadable(f"cannot read {parser.peek().text[:40]!a}")
    if depth_of(tree) > MAX_TREE:  # before anything walks down the tree
        raise TooLarge(f"the answer is nested more than {MAX_TREE} deep")
    guard(tree)
    return tree


class _Parser(Atoms):
    """Recursive descent from lists down to terms; `Atoms` reads what is smaller."""

    def items(self) -> Tree:
        """Read relations separated by commas, "and" or "or"; a list only where there are several."""
        found: list[Tree] = []
        while self.peek().text in DROPPED:
            self.pos += 1
        found.append(self.relation())
        while self.separator():
            found.append(self.relation())
        return found[0] if len(found) == 1 else ["list", *found]

    def separator(self) -> bool:
        """Skip separators ("," or ", and" or "or"); tell whether there were any."""
        start = self.pos
        while self.peek().text.lower() in SEPARATORS and self.peek().kind in ("op", "cmd", "word", "text"):
            self.pos += 1
        return self.pos > start

    def relation(self) -> Tree:
        """Read a chain such as -1 < x <= 4, or the one side where there is no relation."""
        parts: Tree = ["rel", self.union()]
        while self.peek().text in RELATIONS:
            parts += [RELATIONS[self.take().text], self.union()]
        return parts[1] if len(parts) == 2 else parts

    def union(self) -> Tree:
        """Read sums joined by union or intersection, or a ratio a : b : c."""
        left = self.sum()
        while self.peek().text in ("\\cup", "\\cap"):
            left = [self.take().text[1:], left, self.sum()]
        if self.peek().text == ":" and left[0] != "text":
            parts: Tree = ["ratio", left]
            while self.peek().text == ":":
                self.pos += 1
                parts.append(self.sum())
            return self.units(parts)
        return left

    def sum(self) -> Tree:
        """Read terms joined by +, - and plus-minus."""
        self.enter()
        total: Tree | None = None
        while True:
            sign = self.peek().text
            if sign in ("+", "-", "\\pm"):
                self.pos += 1
            elif total is not None:
                break
            term = self.term()
            if sign == "\\pm":
                total = ["pm", total if total is not None else ["int", 0], term]
                continue
            if sign == "-":
                term = ["neg", term]
            if total is None:
                total = term
            elif total[0] == "add":
                total = [*total, term]
            else:
                total = ["add", total, term]
        self.leave()
        return total

    def term(self) -> Tree:
        """Read factors joined by multiplication signs, divisions or nothing at all."""
        result = self.factor()
        while True:
            token = self.peek()
            if token.text in ("*", "\\cdot", "\\times", "\\ast"):
                if self.peek(1).text == "*" and token.text == "*":
                    raise Unreadable("two multiplication signs in a row")
                self.pos += 1
                result = self._times(result, self.signed_factor())
            elif token.text in ("/", "\\div"):
                self.pos += 1
                result = ["div", result, self.signed_factor()]
            elif self.is_unit(token):
                result = self.units(result)
            elif self.starts_factor(token):
                if token.kind in ("num", "rep", "sci") and result[0] != "fact":
                    raise Unreadable("two numbers side by side")
                result = self._times(result, self.factor())
            else:
                return result

    def signed_factor(self) -> Tree:
        """Read a factor that may carry a sign, as in 2 * -3."""
        if self.peek().text in ("-", "+"):
            sign = self.take().text
            inner = self.factor()
            return ["neg", inner] if sign == "-" else inner
        return self.factor()

    @staticmethod
    def _times(left: Tree, right: Tree) -> Tree:
        return [*left, right] if left[0] == "mul" else ["mul", left, right]
