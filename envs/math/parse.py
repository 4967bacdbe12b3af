"""A bounded parser for answers: LaTeX-like or plain text becomes a small tree of nested lists.

Nothing is evaluated and no text is ever handed to an evaluator. Limits hold before anything else happens:
characters (`notation`), tokens and digits (`tokens`), depth (here). The nodes:

    ["int", n] ["dec", digits, places] ["rat", p, q] ["sci", number, exponent] ["mixed", whole, p, q]
    ["sym", name] ["const", "pi" | "e" | "i" | "oo"] ["text", words] ["based", digits, base] ["empty"]
    ["neg", a] ["add", a, ...] ["mul", a, ...] ["div", a, b] ["pow", a, b] ["fact", a] ["pct", a] ["deg", a]
    ["root", degree, a] ["abs", a] ["fn", name, a, ...] ["call", name, a, ...] ["unit", a, words]
    ["pm", a, b] (a plus or minus b) ["seq", open, close, a, ...] ["set", a, ...] ["list", a, ...]
    ["cup", a, b] ["cap", a, b] ["setminus", a, b] ["reals"] ["rel", a, op, b, ...] ["and", relation, ...]
    ["matrix", rows, columns, a, ...] ["ratio", a, b, ...] ["cong", a, b, modulus] ["approx", a, b]
"""

from __future__ import annotations

import functools

from rlvr_gym.envs.math.atoms import TO, Atoms
from rlvr_gym.envs.math.exact import Tree, depth_of, guard
from rlvr_gym.envs.math.notation import TooLarge, Unreadable, clean
from rlvr_gym.envs.math.tokens import tokenize
from rlvr_gym.envs.math.words import DROPPED, RELATIONS, SEPARATORS

__all__ = ["MAX_TREE", "parse"]

_ANDS = {"and", "\\land", "\\wedge", "且"}
_ORS = {"or", "\\lor", "\\vee", "或"}
_ORDERS = {"<", ">", "<=", ">=", "!="}
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
        start = self.pos
        joined = set()
        while self.separator():
            joined |= {token.text.lower() for token in self.tokens[start : self.pos]}
            found.append(self.relation())
            start = self.pos
        if len(found) == 1:
            return found[0]
        if all(part[0] == "rel" and part[2] in _ORDERS for part in found):
            if joined <= _ANDS:
                return ["and", *found]
            if joined <= _ORS:
                return functools.reduce(lambda one, two: ["cup", one, two], found)
        return ["list", *found]

    def separator(self) -> bool:
        """Skip separators ("," or ", and" or "or"); tell whether there were any."""
        start = self.pos
        while self.peek().text.lower() in SEPARATORS and self.peek().kind in ("op", "cmd", "word", "text"):
            self.pos += 1
        return self.pos > start

    def relation(self) -> Tree:
        """Read a chain such as -1 < x <= 4, or the one side where there is no relation."""
        if RELATIONS.get(self.peek().text) == "~":
            self.pos += 1
            return ["approx", ["empty"], self.union()]
        parts: Tree = ["rel", self.union()]
        while self.peek().text in RELATIONS:
            parts += [RELATIONS[self.take().text], self.union()]
        if self.peek().text == "\\pmod":
            self.pos += 1
            return self._congruence(parts)
        if "~" in parts[2::2]:
            return self._approximation(parts)
        return parts[1] if len(parts) == 2 else parts

    def _congruence(self, parts: Tree) -> Tree:
        modulus = self._argument()
        if self.peek().text == "\\pmod" or parts[2::2] not in ([], ["cong"], ["="]):
            raise Unreadable("a congruence has one residue and one modulus")
        return ["cong", parts[1] if len(parts) == 4 else ["empty"], parts[-1], modulus]

    @staticmethod
    def _approximation(parts: Tree) -> Tree:
        """Read `x = 7/12 ~ 0.583`: what stands before the sign is the answer; a name alone is none."""
        place = parts.index("~")
        if set(parts[2:place:2]) - {"="} or set(parts[place::2]) - {"~"} or len(parts) != place + 2:
            raise Unreadable("an approximation in a chain of relations")
        left, right = parts[:place], parts[place + 1]
        if len(left) == 2 and left[1][0] in ("sym", "call", "text"):
            return ["approx", ["empty"], right]
        return ["approx", left[1] if len(left) == 2 else left, right]

    def union(self) -> Tree:
        """Read sums joined by union or intersection, or a ratio a : b : c."""
        left = self.sum()
        while self.peek().text in ("\\cup", "\\cap", "\\setminus"):
            left = [self.take().text[1:], left, self.sum()]
        if (self.peek().text == ":" or self.peek().text in TO) and left[0] != "text":
            parts: Tree = ["ratio", left]
            while self.peek().text == ":" or self.peek().text in TO:
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
            elif token.text in TO:
                return result
            elif self.is_unit(token):
                result = self.units(result)
            elif self.starts_factor(token):
                if token.kind in ("num", "rep", "sci") and not self._may_precede_number(result):
                    raise Unreadable("two numbers side by side")
                result = self._times(result, self.factor())
            else:
                return result

    def _may_precede_number(self, result: Tree) -> bool:
        """Tell whether a number may follow without a sign, as in `3! 2` and in `n2^{n-1}`."""
        last = result[-1] if result[0] == "mul" else result
        return last[0] == "fact" or (last[0] == "sym" and self.peek(1).text == "^")

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
