"""Families over words of digits: other bases, and bits."""

# ruff: noqa: E501  (menus are tables, one rule a row)

from __future__ import annotations

from rlvr_gym.envs.code.tasks.rules import Family, Menu, Slot, many, numbers, one
from rlvr_gym.envs.code.tasks.sequences import pipeline_prose, pipeline_source

__all__ = ["BASES", "BITS"]

_DIGIT_STEPS: Menu = (
    one("reverse", "Reverse the list.", "digits = digits[::-1]"),
    one("sort", "Sort the list in ascending order.", "digits = sorted(digits)"),
    one("drop-zeros", "Remove all zeros.", "digits = [d for d in digits if d]"),
    one("differences", "Replace each digit after the first by (it minus the digit before it) modulo $base; the digits before are the original ones. The first digit stays.", "digits = [(d - (digits[i - 1] if i else 0)) % base for i, d in enumerate(digits)]"),
    one("sums", "Replace each digit by the sum of all digits up to and including it, modulo $base.", "digits = [sum(digits[:i + 1]) % base for i in range(len(digits))]"),
    one("complement", "Replace each digit d by $base - 1 - d.", "digits = [base - 1 - d for d in digits]"),
    one("interleave", "Put the digits at even positions first and then those at odd positions (positions count from 0).", "digits = digits[::2] + digits[1::2]"),
    many("add", "Replace each digit d by (d + {k}) modulo $base.", "digits = [(d + {k}) % base for d in digits]", range(1, 6)),
    many("multiply", "Replace each digit d by (d * {k}) modulo $base.", "digits = [(d * {k}) % base for d in digits]", range(2, 6)),
    many("rotate", "Move the first digit to the end of the list, {k} times (an empty list stays empty).", "if digits:\n    shift = {k} % len(digits)\n    digits = digits[shift:] + digits[:shift]", range(1, 5)),
    many("append", "Append the sum of all digits, multiplied by {k}, modulo $base.", "digits = digits + [sum(digits) * {k} % base]", range(1, 6)),
    many("cut", "Keep only the last {k} digits (all of them if there are fewer).", "digits = digits[-{k}:]", range(3, 7)),
)  # fmt: skip

_DIGIT_ENDS: Menu = (
    many("value", "Return the value of the list read as a number in base {k}, where a digit may be larger than the base allows: the sum of each digit times {k} to the power of the number of digits to its right (0 for an empty list).", "value = 0\nfor d in digits:\n    value = value * {k} + d\nreturn value", (3, 5, 7, 8, 10, 12, 16)),
    one("text", "Return a string with one character for each digit: 0 to 9 and then a, b, c and so on.", 'return "".join("0123456789abcdefghijklmnopqrstuvwxyz"[d] for d in digits)'),
    one("list", "Return the list.", "return digits"),
    one("alternating", "Return the first digit minus the second plus the third and so on (0 for an empty list).", "return sum(digits[::2]) - sum(digits[1::2])"),
    many("weighted", "Return the sum of each digit times its position (positions count from {k}).", "return sum(i * d for i, d in enumerate(digits, {k}))", range(1, 5)),
)  # fmt: skip


def _bases_slots(level: int) -> tuple[Slot, ...]:
    chain = tuple(Slot(f"step{n}", _DIGIT_STEPS, "steps") for n in range(1, level + 1))
    return (Slot("base", numbers(2, 20)), *chain, Slot("end", _DIGIT_ENDS))


BASES = Family(
    name="bases",
    entry="rebase",
    signature="(number: int)",
    slots=_bases_slots,
    prose=pipeline_prose(
        "It writes `number`, which is not negative, in base $base as a list of digits, each an int, the most "
        "significant digit first (0 has the one digit 0). Then it applies these steps to the list in order:",
        extra=0,
    ),
    source=pipeline_source(
        "def rebase(number):\n    base = $base\n    digits = []\n    rest = number\n    while rest:\n"
        "        digits.insert(0, rest % base)\n        rest //= base\n    digits = digits or [0]",
        extra=0,
    ),
    inputs=lambda rng, level, rules: (
        rng.choice((rng.randint(1, 400), rng.randint(10**3, 10**6), rng.randint(10**6, 10**12))),
    ),
    edges=((0,), (1,), (2,), (19,), (20,), (2**20,), (10**9,), (3**15 - 1,)),
)

_BIT_STEPS: Menu = (
    many("xor", "Replace x by x XOR {k}.", "x = (x ^ {k}) & mask", (5, 9, 21, 42, 85, 90, 102, 129, 170, 195, 231)),
    many("and-not", "Clear every bit of x that is set in {k}.", "x = x & ~{k} & mask", (1, 6, 17, 34, 68, 96)),
    many("or", "Set every bit of x that is set in {k}.", "x = (x | {k}) & mask", (1, 12, 24, 66, 80)),
    many("left", "Rotate x left by {k} bits: bits that leave at the top come in at the bottom.", "x = (x << {k} | x >> (width - {k})) & mask", range(1, 8)),
    many("right", "Shift x right by {k} bits; zeros come in at the top.", "x >>= {k}", range(1, 4)),
    many("add", "Replace x by x + {k}; only the lowest $width bits of the sum stay.", "x = (x + {k}) & mask", (3, 11, 37, 77, 101, 200)),
    many("times", "Replace x by x * {k}; only the lowest $width bits of the product stay.", "x = x * {k} & mask", (3, 5, 7, 9, 13)),
    many("flip-bit", "If bit {k} of x is set (bit 0 is the lowest one), invert all $width bits of x.", "if x >> {k} & 1:\n    x ^= mask", range(6)),
    one("invert", "Invert all $width bits of x.", "x ^= mask"),
    one("gray", "Replace x by x XOR (x shifted right by one bit).", "x ^= x >> 1"),
    one("mirror", "Reverse the order of the $width bits of x.", 'x = int(format(x, f"0{width}b")[::-1], 2)'),
    one("lowest", "Clear the lowest bit of x that is set (0 stays 0).", "x &= x - 1 if x else 0"),
    one("swap-pairs", "Swap bit 0 with bit 1, bit 2 with bit 3, and so on up to bits $width - 2 and $width - 1.", "x = sum((x >> (i ^ 1) & 1) << i for i in range(width))"),
    one("swap-halves", "Swap the upper half and the lower half of the $width bits of x.", "x = (x >> width // 2 | x << width // 2) & mask"),
)  # fmt: skip

_BIT_ENDS: Menu = (
    one("value", "x", "x"),
    one("signed", "x read as a two's complement number of $width bits", "x - (1 << width) if x >> (width - 1) else x"),
    one("ones", "the tuple of x and the number of bits of x that are set", "(x, bin(x).count('1'))"),
    one("text", "the string of the $width bits of x, the highest one first", "format(x, f'0{width}b')"),
    one("positions", "the ascending list of the positions of the bits of x that are set (the lowest bit has position 0)", "[i for i in range(width) if x >> i & 1]"),
    one("run", "the tuple of x and the length of the longest run of set bits in x that stand side by side", "(x, max(map(len, bin(x)[2:].split('0'))))"),
    one("bytes", "the list of the values of its groups of four bits, the highest group first", "[x >> i & 15 for i in range(width - 4, -1, -4)]"),
)  # fmt: skip

_WIDTHS: Menu = (many("bits", "{k}", "{k}", (8, 12, 16, 20, 24, 32)),)


def _bits_slots(level: int) -> tuple[Slot, ...]:
    chain = tuple(Slot(f"step{n}", _BIT_STEPS, "steps") for n in range(1, level + 2))
    return (Slot("width", _WIDTHS), *chain, Slot("end", _BIT_ENDS))


def _bits_prose(level: int) -> str:
    opening = "It works on an unsigned word x of $width bits: bits 0 to $width - 1. At the start x is `word`; its higher bits are dropped. Steps, in order:"
    steps = [f"{n}. $step{n}" for n in range(1, level + 2)]
    return "\n".join([opening, *steps, f"{level + 2}. Return $end."])


def _bits_source(level: int) -> str:
    head = ["def scramble(word):", "    width = $width", "    mask = (1 << width) - 1", "    x = word & mask"]
    return "\n".join([*head, *(f"    $step{n}" for n in range(1, level + 2)), "    return $end"])


BITS = Family(
    name="bits",
    entry="scramble",
    signature="(word: int)",
    slots=_bits_slots,
    prose=_bits_prose,
    source=_bits_source,
    inputs=lambda rng, level, rules: (rng.getrandbits(rng.choice((6, 8, 12, 16, 24, 34))),),
    edges=((0,), (1,), (128,), (255,), (2**12 - 1,), (2**31,), (2**32 - 1,), (0b10110111,)),
)
