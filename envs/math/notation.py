"""From what people and models type to one notation: LaTeX-like ASCII, before anything is parsed.

Only rewriting happens here, never evaluation. Each rule is linear in the length of the text, and text
longer than `MAX_CHARS` is refused before the first rule runs.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MAX_CHARS", "TooLarge", "Unreadable", "clean", "folded", "plain_words", "squeezed", "unmarked"]

MAX_CHARS = 4000  # of one answer; the longest gold answer of MATH-500 has 70


class Unreadable(ValueError):
    """The text is not an answer that the card's rules can read."""


class TooLarge(Unreadable):
    """Reading or evaluating the answer would exceed the limits."""


_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "θ": "theta",
    "λ": "lambda",
    "μ": "mu",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "φ": "phi",
    "ω": "omega",
}
_VULGAR = {
    "½": (1, 2),
    "⅓": (1, 3),
    "⅔": (2, 3),
    "¼": (1, 4),
    "¾": (3, 4),
    "⅕": (1, 5),
    "⅖": (2, 5),
    "⅗": (3, 5),
    "⅘": (4, 5),
    "⅙": (1, 6),
    "⅚": (5, 6),
    "⅛": (1, 8),
    "⅜": (3, 8),
    "⅝": (5, 8),
    "⅞": (7, 8),
}
_SIGNS = {
    "−": "-",
    "–": "-",
    "—": "-",
    "×": "\\times ",
    "·": "\\cdot ",
    "⋅": "\\cdot ",
    "∙": "\\cdot ",
    "÷": "/",
    "⁄": "/",
    "∕": "/",
    "∶": ":",
    "≤": "\\le ",
    "⩽": "\\le ",
    "≥": "\\ge ",
    "⩾": "\\ge ",
    "≠": "\\ne ",
    "±": "\\pm ",
    "∞": "\\infty ",
    "∪": "\\cup ",
    "∩": "\\cap ",
    "∅": "\\emptyset ",
    "∈": "\\in ",
    "°": "^\\circ ",
    "∨": " or ",
    "、": ",",
    "…": "\\ldots ",
    "ℝ": "\\R ",
    "→": "\\to ",
    "⇒": "\\implies ",
    "′": "'",
    "″": "''",
    "⟨": "(",
    "⟩": ")",
    "¥": "",
    "￥": "",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u200b": "",
    "\ufeff": "",
    "£": "",
    "\t": " ",
    "\n": " ",
    "\r": " ",
}
_TABLE = {ord(sign): text for sign, text in _SIGNS.items()}
_TABLE |= {ord(letter): f"\\{name} " for letter, name in _GREEK.items()}
_TABLE |= {ord(sign): f"\\frac{{{top}}}{{{low}}}" for sign, (top, low) in _VULGAR.items()}
_RAISED = re.compile(f"[{_SUPERSCRIPTS}]+")
_LOWERED = re.compile(f"[{_SUBSCRIPTS}]+")
_DIGITS = {ord(c): str(i % 10) for i, c in enumerate(_SUPERSCRIPTS + _SUBSCRIPTS)}

# Full-width forms and mathematical alphabets are the same characters in another dress; other compatibility
# folding (circled digits, ligatures, x with a raised 2) would change what is meant.
_DRESSED = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff]+")

_SPACING = re.compile(
    r"(?<!\\)\\(?:[!,;:> ]|(?:q?quad|left\.|right\.|left|right|[bB]ig{1,2}[lr]?|middle|displaystyle"
    r"|textstyle|limits|tiny|small|[lL]arge|LARGE|[hH]uge|bf|rm|it|hfill|strut)(?![A-Za-z]))|~"
)
_COLOUR = re.compile(
    r"(?<!\\)\\(?:(?:(?:text)?color|[vh]?phantom|[hv]space\*?|label|tag) {0,4}\{[A-Za-z0-9!. -]{0,30}\}"
    r"|(?:underline|boldsymbol|bm)(?![A-Za-z]))"
)
_GROUPED = re.compile(r"(?<=\d)(?:\\[,;: ]|~)(?=\d{3}(?!\d))")
_CLOCK = re.compile(r"(?<=\d) ?([AaPp])\.? ?[Mm](?![A-Za-z])\.?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+")
_NAMED = {
    "\\lbrace": "\\{",
    "\\rbrace": "\\}",
    "\\langle": "(",
    "\\rangle": ")",
    "\\colon": ":",
    "\\mp": "\\pm ",
    "\\varepsilon": "\\epsilon ",
    "\\varphi": "\\phi ",
    "\\vartheta": "\\theta ",
    "\\dots": "\\ldots ",
    "\\cdots": "\\ldots ",
    "\\prime": "'",
    "\\thinspace": " ",
    "\\vert": "|",
    "\\mid": "|",
    "\\lvert": "|",
    "\\rvert": "|",
    "\\textdollar": "",
    "\\euro": "",
    "\\pounds": "",
    "\\setminus": "\\setminus ",
    "\\backslash": "\\setminus ",
}
_COMMAND = re.compile("(?<!\\\\)(?:" + "|".join(re.escape(name) for name in _NAMED) + ")(?![A-Za-z])")
_PRIME = re.compile(r"\^ ?\{? ?((?:' ?){1,2})\}?")
_ENVIRONMENT = re.compile(
    r"\\(?:begin|end) ?\{(?:aligned|align\*?|gathered|gather\*?|split|equation\*?|center)\}"
)
_LINES = re.compile(
    r"\\begin ?\{(?:cases|aligned|align\*?|gathered)\}(?=.*=)|\\end ?\{(?:cases|aligned|align\*?|gathered)\}"
)
_BUILDER = re.compile(r"(\\\{ ?[A-Za-z]) ?\\in ?(?:\\R|\\mathbb ?\{ ?R ?\}) ?([|:])")
_CELL = re.compile(
    r"\\begin ?\{array\} ?\{[clr|]{1,3}\}([^&\\]{1,80}|[^&\\]{0,20}\\[dt]?frac[^&\\]{1,60})\\end ?\{array\}"
)
_QUANTIFIED = re.compile(
    r"(?<=[^\s,]),? {0,4}(?:\\text(?:rm|it)? ?\{ ?|\( ?)?for (?:all|any|every|each)\b[^=<>]{0,80}$"
)
_CONCLUDED = re.compile(r"\\(?:implies|Rightarrow|Longrightarrow|therefore)(?![A-Za-z])")
_BRACKETED = re.compile(r"\(([0-9A-Fa-f]{1,60})\)(?= ?_)")
_HEXADECIMAL = re.compile(r"([0-9A-Fa-f]{1,60}) ?_ ?\{? ?(1[1-6])\}?")
_MODULO = re.compile(
    r"\(\s?\\(?:mathrm|text|operatorname) ?\{ ?mod ?\} ?(\d{1,9}) ?\)|\(\s?\\?[bp]?mod ?(\d{1,9}) ?\)"
    r"|\\[bp]?mod ?\{? ?(\d{1,9}) ?\}?|\\(?:mathrm|text|operatorname) ?\{ ?mod ?(\d{1,9})? ?\} ?(\d{1,9})?"
)
_DOTTED = re.compile(
    r"(?<![\d.])(\d{0,60}\.\d{0,60})\\dot ?\{?(\d)\}?(?:(\d{0,60})\\dot ?\{?(\d)\}?)?(?!\d|\\dot)"
)
_CYCLE = re.compile(r"(?<![\d.])(\d{0,60}\.\d{0,60})\((\d{1,30})\)(?:\\ldots|\.\.\.)?")
_TRUNCATED = re.compile(r"(?<![\d.-])(-?\d{0,60}\.\d{2,60})(?:\.\.\.|\\ldots ?)")
_EUROPEAN = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d{1,20}")
_E_NOTATION = re.compile(
    r"(?<=\d) ?(?:\\(?:mathrm|text|rm) ?\{ ?[eE] ?\}|E) ?\{? ?([+-]? ?\d{1,6}) ?\}?(?![\d.])"
)
_BASE_AFTER = re.compile(
    r"(?<![0-9A-Za-z])\(?([0-9A-Za-z]{1,60})\)? ?(?:\\(?:text|mathrm|mbox) ?\{)? ?\(? ?(?:in )?base[ -]?\}?"
    r" ?\{?(\d{1,2}|[a-z]{3,5})\}?[ )}]{0,3}"
)
_ANNOUNCED = re.compile(
    r"(?:\\text(?:bf|rm|it)?|\\mathrm|\\mbox) ?\{([^{}]{0,80}?"
    r"\b(?:is|are|be|equals?|(?:answer|result|solution|value|total|sum) ?[:=])\s?:?)\s?\}(?=\s?\S)",
    re.IGNORECASE,
)
_NEGATIONS = re.compile(
    r"\b(?:not|n't|never|no|between|either|neither|if|unless|less|more|most|least|than)\b"
)


_MONEY = re.compile(r"^\$?\s{0,4}(-?)(\\\$|€)\s{0,4}([\d,]{0,20}\.?\d{1,20})\s{0,4}\$?$", re.ASCII)
_RADICAL = re.compile(r"√ ?(\d{1,40}(?:\.\d{1,40})?)")
_ROW_SPACE = re.compile(r"\\\\ ?\[-?[\d.]{1,6} ?(?:pt|em|ex|mm|cm|in)\]")
_PLAIN = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)  # most answers; nothing is to be done


_SAYS = re.compile(r"^(?:the )?(?:final )?answer is:? ", re.IGNORECASE)
_WRAPPED = re.compile(r"\\(?:text(?:bf|it|rm|sf)?|math(?:bf|rm|it|sf)|mbox|boldsymbol|bm)\s{0,2}\{")


def _unwrapped(text: str) -> str:
    """Take off a command that dresses all of an answer with numbers: \\text{1,000}, \\mathbf{(1, 2)}."""
    for _ in range(3):
        found = _WRAPPED.match(text)
        if found is None or not text.endswith("}") or not re.search(r"[\d\\]", text[found.end() :]):
            break
        inside = text[found.end() : -1]
        depth = 0
        for sign in inside:
            depth += (sign == "{") - (sign == "}")
            if depth < 0:
                return text
        text = _SAYS.sub("", inside.strip())
    return text


def _priced(found: re.Match[str]) -> str:
    return f"{found[1]}{found[3]}\\text{{ {'euros' if found[2] == '€' else 'dollars'}}}"


def clean(text: str) -> str:
    """Rewrite an answer in the one notation that the lexer knows.

    Args:
        text: the answer as extracted, at most `MAX_CHARS` characters.
    Returns: the same answer; dollar signs and spacing commands are gone, Unicode signs are commands.
    Raises: TooLarge: if the text is longer.
    """
    if len(text) > MAX_CHARS:
        raise TooLarge(f"the answer has {len(text)} characters, more than {MAX_CHARS}")
    if _PLAIN.fullmatch(text):
        return text
    text = _RAISED.sub(lambda m: "^{" + m[0].translate(_DIGITS) + "}", text)
    text = _LOWERED.sub(lambda m: "_{" + m[0].translate(_DIGITS) + "}", text)
    text = _DRESSED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text.translate(_TABLE))
    if "√" in text:
        text = _RADICAL.sub(r"\\sqrt{\1}", text).replace("√", "\\sqrt ")
    text = text.strip().removeprefix("=").strip("`")
    if text.startswith("**") and text.endswith("**"):
        text = text[2:-2]
    if "{" in text:
        text = _unwrapped(text)
    text = _ROW_SPACE.sub(r"\\\\ ", _MONEY.sub(_priced, text))
    text = text.replace("\\$", "").replace("$", "").replace("€", "").replace("\\(", "").replace("\\)", "")
    text = text.replace("\\[", "").replace("\\]", "").replace("{,}", ",").replace("{:}", ":")
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(sign, sign)) if sign > "\x7f" else sign for sign in text)
    text = re.sub(r",\s*\\!\s*", ",", text)
    text = _GROUPED.sub("", text)
    text = _COMMAND.sub(lambda m: _NAMED[m[0]], text)
    text = _SPACING.sub(" ", _COLOUR.sub(" ", text))
    text = _CONCLUDED.split(_plain_environments(text))[-1]
    text = _PRIME.sub(r"\1", text)
    text = _CLOCK.sub(lambda m: f"\\text{{{m[1].lower()}m}}", text).strip()
    text = _BUILDER.sub(r"\1 \2", text) if "\\in" in text else text
    text = text.replace("**", "^") if "**" in text and re.search(r"\w\*\*[\w(]", text) else text
    text = _number_forms(" ".join(text.split()))
    if text.endswith(("\\ldots", "...")):
        return text
    return text.rstrip(".,;。 ").strip()


def _plain_environments(text: str) -> str:
    """Take off what only lays out: alignments, one-celled arrays, "for all n", "the maximum is"."""
    if "\\begin" in text and _LINES.search(text):
        text = _LINES.sub(" ", text).replace("&", " ").replace("\\\\", ",")
    if "\\begin" in text:
        plain = _ENVIRONMENT.sub(" ", text)
        text = plain if "\\begin" in plain else plain.replace("&", " ")
        text = _CELL.sub(r" \1 ", text)
    announced = _ANNOUNCED.match(text)
    if announced is not None and not _NEGATIONS.search(announced[1].lower()):
        text = text[announced.end() :]
    return _QUANTIFIED.sub("", text) if "for " in text else text


def _number_forms(text: str) -> str:
    """Rewrite the many dresses of a number: recurring digits, other locales, E notation, bases after it."""
    if _SPACED.fullmatch(text):
        return text.replace(" ", "")
    if _EUROPEAN.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if "dot" in text:
        text = _DOTTED.sub(lambda m: f"{m[1]}\\overline{{{m[2]}{m[3] or ''}{m[4] or ''}}}", text)
    if "(" in text and _CYCLE.fullmatch(text):
        return _CYCLE.sub(r"\1\\overline{\2}", text)
    if "mod" in text:
        text = _MODULO.sub(lambda m: f" \\pmod{{{next((part for part in m.groups() if part), '')}}}", text)
    text = _E_NOTATION.sub(lambda m: "e" + m[1].replace(" ", ""), text)
    based = _BASE_AFTER.fullmatch(text)
    if based is not None:
        text = f"{based[1]}_{{{based[2]}}}"
    text = _BRACKETED.sub(r"\1", text) if "_" in text else text
    if "_" in text:
        digits = _HEXADECIMAL.fullmatch(unmarked(text).replace(" ", ""))
        if digits is not None:
            return f"\\based{{{digits[1]}}}{{{digits[2]}}}"
    truncated = _TRUNCATED.fullmatch(text)
    return text if truncated is None else _recurring(truncated[1]) or text


def _recurring(shown: str) -> str | None:
    """Read 0.4545... as 0.\\overline{45}: a cycle seen at least twice, and thrice where it is one digit."""
    whole, _, places = shown.partition(".")
    for length in range(1, len(places) // 2 + 1):
        cycle, times = places[-length:], 0
        rest = places
        while rest.endswith(cycle):
            rest, times = rest[:-length], times + 1
        if times >= (3 if length == 1 else 2) and len(rest) <= length:
            return f"{whole}.{rest}\\overline{{{cycle}}}"
    return None


_MACRO = re.compile(
    r"\\(?:text|textbf|textit|textrm|textsf|texttt|textsc|mathsf|mathrm|mathbf|mathit|mbox|hbox|operatorname|boxed|fbox)\s*(?=\{)"
)


def unmarked(cleaned: str) -> str:
    """Return cleaned text without its text commands and braces."""
    return _MACRO.sub("", cleaned).replace("{", "").replace("}", "").replace("`", "")


_FRACTION = re.compile(r"\\[dtc]frac(?![A-Za-z])")
_SINGLE = re.compile(r"\{(\w)\}")


def squeezed(text: str) -> str:
    """Return LaTeX without what does not change it: for formulas that are compared as text.

    Args:
        text: at most `MAX_CHARS` characters.
    Raises: TooLarge: if it is longer.
    """
    text = _SINGLE.sub(r"\1", _FRACTION.sub(r"\\frac", clean(text)).replace(" ", ""))
    return text.replace("\\cdot", "*").replace("\\times", "*").lower()


# Letters of other alphabets that look like Latin ones.
_LOOKALIKES = str.maketrans("АВЕКМНОРСТХУаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTXYaeopcyxisjABEZHIKMNOPTYXo")


def folded(text: str) -> str:
    """Replace letters of other alphabets by the Latin ones that they look like."""
    return text.translate(_LOOKALIKES)


_INFINITELY_MANY = re.compile(r"^infinite(?: number of| amount of| many)?(?= solution)")


def plain_words(text: str) -> str:
    """Return an answer as comparable words: no markup, no outer punctuation, no article, single spaces.

    Args:
        text: the answer as extracted.
    Returns: canonical text; lower case unless it holds commands, digits or single letters only.
    Raises: TooLarge: if the text is longer than `MAX_CHARS`.
    """
    if _PLAIN.fullmatch(text):
        return text
    words = unmarked(clean(text)).replace("*", " ")
    words = " ".join(words.split()).strip(" .,;:!\"'")
    if re.fullmatch(r"[^\W\d_]{2}[^\W\d_\\]*(?:[ '-][^\W\d_]+)*", words):
        words = re.sub(r"^(?:there (?:is|are|exists?) )?(?:the |an |a )?", "", words.lower())
        words = re.sub(r"\bsolutions\b", "solution", words)
        return _INFINITELY_MANY.sub("infinitely many", words)
    if re.search(r"[A-Za-z]{3}", words) and "\\" not in words:
        return re.sub(r"\s*([,()])\s*", r"\1", words.lower())
    return words.replace(" ", "")
