"""The vocabulary of answers: which words, commands and relations the parser knows."""

from __future__ import annotations

import re

from rlvr_gym.envs.math.units import is_chinese_unit

__all__ = [
    "CONSTANTS",
    "DROPPED",
    "FORBIDDEN",
    "FUNCTIONS",
    "GREEK",
    "INVERSE",
    "MATRICES",
    "REALS",
    "RELATIONS",
    "SCALES",
    "SEPARATORS",
    "UNITS",
    "UPRIGHT_UNITS",
    "is_label",
]

RELATIONS = {
    "=": "=",
    "<": "<",
    ">": ">",
    "\\lt": "<",
    "\\gt": ">",
    "\\le": "<=",
    "\\leq": "<=",
    "\\leqslant": "<=",
    "\\ge": ">=",
    "\\geq": ">=",
    "\\geqslant": ">=",
    "\\ne": "!=",
    "\\neq": "!=",
    "\\in": "in",
    "\\equiv": "cong",
    "\\approx": "~",
    "\\simeq": "~",
    "\\doteq": "~",
}
SEPARATORS = {",", ";", "and", "or", "\\lor", "\\vee", "\\land", "\\wedge", "且", "和", "或", "与", "及"}
DROPPED = {"either", "both"}  # they only announce a list
CONSTANTS = {"\\pi": "pi", "pi": "pi", "\\infty": "oo", "inf": "oo", "infinity": "oo", "e": "e", "i": "i"}
FUNCTIONS = {
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "cot": "cot",
    "sec": "sec",
    "csc": "csc",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "asin": "asin",
    "acos": "acos",
    "atan": "atan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "ln": "log",
    "log": "log",
    "lg": "lg",
    "exp": "exp",
    "gcd": "gcd",
    "lcm": "lcm",
    "max": "max",
    "min": "min",
}
INVERSE = {"sin": "asin", "cos": "acos", "tan": "atan"}
GREEK = set(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi "
    "varphi chi psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega ell".split()
)
REALS = {"\\R", "\\Reals", "\\real"}
UPRIGHT_UNITS = set("m g s h l L t N J W V A K C F T B".split())
MATRICES = {"pmatrix", "bmatrix", "matrix", "array", "smallmatrix"}  # not vmatrix: a determinant
SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "万": 10**4,
    "亿": 10**8,
}
UNITS = set(
    "per of sq cu old hot red US pts cans can new "
    "mm cm dm km kg mg ml mL cl ft in yd mi oz lb lbs hr hrs min mins sec secs mph kph kmh rpm cents cent "
    "usd USD eur EUR deg rad am pm AM PM bc ad men box boxes cars cats dogs pens eggs bags cups hats toys "
    "kids boys pies car cat dog pen egg bag cup hat toy kid boy pie ways way rows row bus".split()
)
# Words that would turn a quantity into another one, or into several.
FORBIDDEN = set(
    "not no if else unless about approximately approx around between than least most more less nearly "
    "roughly maybe perhaps possibly except minus plus times over divided by equals none nan all any "
    "true false and or other another up down to from k squared cubed factorial half halves third "
    "thirds quarter quarters tenth tenths hundredths thousandths otherwise either alternatively "
    "when where suppose contradicts obtained given "
    "is are was were does doesn fails fail works excluded above below under fewer greater smaller larger "
    "rejected extraneous discarded contradiction undefined max maximum minimum mod ago "
    "higher lower pairs pair tens upper bound too small large big impossible "
    "versus vs but zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
    "eighty ninety hundred thousand million billion trillion dozen".split()
)
# More of them that are words only inside a text command: outside, "mn" is a product of two symbols.
_CHANGING = FORBIDDEN | set(
    "dozens hundreds thousands lakh lakhs crore crores score scores gross myriad googol mille permil "
    "permille promille bn mn tn bps ppm ppb basis mod modulo sqrt root pi e i log ln exp sin cos tan abs "
    "twice thrice double doubled triple tripled halved negative inverse reciprocal wrong incorrect "
    "invalid probably likely guess nil ou oder o eller oppure un une deux trois quatre cinq sept huit neuf "
    "dix eins zwei drei vier sechs sieben acht neun zehn uno dos tres cuatro cinco seis siete ocho "
    "nueve diez".split()
)
# Ordinals are denominators: "7 sixths". "second" is a unit of time and stays one.
_MULTIPLES = re.compile(
    r"(?:[a-z]{1,12}illion|fif|six|seven|eigh|nin|ten|eleven|twelf|[a-z]{1,6}teen|[a-z]{1,6}tie|hundred|thousand)ths?"
    r"|[a-z]{1,12}illions?|[a-z]{1,12}fold"
)
MAX_LABEL = 60  # characters of a unit
# Without the signs of multiplication and division that lie between them; with Chinese characters.
_LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ\u4e00-\u9fff\xa2"
_HAN = re.compile("[\u4e00-\u9fff]")
# Every repetition is possessive: no text makes the search go back.
_LABEL = re.compile(
    rf"[ .'-]*+(?:[{_LETTERS}][{_LETTERS} .'-]*+(?:(?:\^ ?-?\d{{1,2}}+|/)[{_LETTERS} .'-]*+)*+)?+"
)


# What makes a changing word harmless: "more apples" are apples, "2 times" counts.
_HARMLESS = re.compile(
    r"^(?:more|fewer|large|small|big|larger|smaller|less)(?= [A-Za-z])|\b(?:times)$|^pairs? (?=of )"
    r"|\b(?:left over|in all|in total|altogether)$",
    re.IGNORECASE,
)


def is_label(words: str) -> bool:
    """Tell whether words only name something, as a unit does, without another value or a condition.

    Args:
        words: letters, with exponents and divisions as in "m / s ^2".
    """
    if len(words) > MAX_LABEL or _LABEL.fullmatch(words) is None:
        return False
    if _HAN.search(words) and not all(map(is_chinese_unit, words.split())):
        return False
    found = re.findall(r"[a-z]+", _HARMLESS.sub("", words.strip()).lower())
    return not any(word in _CHANGING or _MULTIPLES.fullmatch(word) for word in found)
