"""From what people and models type to one notation: LaTeX-like ASCII, before anything is parsed.

Only rewriting happens here, never evaluation. Each rule is linear in the length of the text, and text
longer than `MAX_CHARS` is refused before the first rule runs.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["MAX_CHARS", "TooLarge", "Unreadable", "clean", "plain_words"]

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
    "√": "\\sqrt ",
    "∪": "\\cup ",
    "∩": "\\cap ",
    "∅": "\\emptyset ",
    "∈": "\\in ",
    "°": "^\\circ ",
    "∨": " or ",
    "、": ",",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u200b": "",
    "\ufeff": "",
    "€": "",
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
    r"(?<!\\)\\(?:[!,;:> ]|(?:quad|qquad|left|right|bigl?|bigr|Bigl?|Bigr|displaystyle|limits|tiny"
    r"|small|large|Large|LARGE|huge|Huge)\b)|~"
)
_COLOUR = re.compile(r"(?<!\\)\\(?:(?:text)?color {0,4}\{[A-Za-z0-9!]{1,30}\}|underline(?![A-Za-z]))")
_GROUPED = re.compile(r"(?<=\d)(?:\\[,;: ]|~)(?=\d{3}(?!\d))")
_CLOCK = re.compile(r"(?<=\d) ?([AaPp])\.? ?[Mm](?![A-Za-z])\.?")
_SPACED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+")


def clean(text: str) -> str:
    """Rewrite an answer in the one notation that the lexer knows.

    Args:
        text: the answer as extracted, at most `MAX_CHARS` characters.
    Returns: the same answer; dollar signs and spacing commands are gone, Unicode signs are commands.
    Raises: TooLarge: if the text is longer.
    """
    if len(text) > MAX_CHARS:
        raise TooLarge(f"the answer has {len(text)} characters, more than {MAX_CHARS}")
    text = _RAISED.sub(lambda m: "^{" + m[0].translate(_DIGITS) + "}", text)
    text = _LOWERED.sub(lambda m: "_{" + m[0].translate(_DIGITS) + "}", text)
    text = _DRESSED.sub(lambda m: unicodedata.normalize("NFKC", m[0]), text.translate(_TABLE))
    text = text.replace("\\$", "").replace("$", "").replace("\\(", "").replace("\\)", "")
    text = text.replace("\\[", "").replace("\\]", "").replace("{,}", ",").replace("{:}", ":")
    text = re.sub(r",\s*\\!\s*", ",", text)
    text = _GROUPED.sub("", text)
    text = _SPACING.sub(" ", _COLOUR.sub(" ", text))
    text = _CLOCK.sub(lambda m: f"\\text{{{m[1].lower()}m}}", text).strip()
    if _SPACED.fullmatch(text):
        text = text.replace(" ", "")
    return text.rstrip(".,;。 ").strip() if not text.endswith("\\ldots") else text


_MACRO = re.compile(
    r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mbox|hbox|operatorname|boxed|fbox)\s*(?=\{)"
)


def plain_words(text: str) -> str:
    """Return an answer as comparable words: no markup, no outer punctuation, no article, single spaces.

    Args:
        text: the answer as extracted.
    Returns: canonical text; lower case unless it holds commands, digits or single letters only.
    Raises: TooLarge: if the text is longer than `MAX_CHARS`.
    """
    words = _MACRO.sub("", clean(text)).replace("{", "").replace("}", "").replace("*", " ").replace("`", "")
    words = " ".join(words.split()).strip(" .,;:!\"'")
    if re.fullmatch(r"[^\W\d_]{2}[^\W\d_\\]*(?:[ '-][^\W\d_]+)*", words):
        words = re.sub(r"^(?:the|an|a) ", "", words.lower())
        return re.sub(r"\bsolutions\b", "solution", words)
    if re.search(r"[A-Za-z]{3}", words) and "\\" not in words:
        return re.sub(r"\s*([,()])\s*", r"\1", words.lower())
    return words.replace(" ", "")
