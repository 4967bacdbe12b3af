import sys
sys.set_int_max_str_digits(0)
#: ten_million_digits | calls: OUTPUT_LIMIT CRASHED | judge: OUTPUT_LIMIT WRONG CRASHED
def solve(value):
    return 1 << 33_000_000
#: digits_as_decimal_text | calls: TIMEOUT
def solve(value):
    return str(7**9_000_000)
#: million_hex_digits | calls, judge: WRONG OUTPUT_LIMIT
def solve(value):
    return (1 << 3_900_000) - 1
#: giant_decimal | calls: CRASHED | judge, program: WRONG
from decimal import Decimal
def solve(value):
    return Decimal("1e999999999")
#: giant_fraction | calls: CRASHED | judge: WRONG
from fractions import Fraction
def solve(value):
    return Fraction(10**100000 + 1, 10**100000)
#: decimal_digits_on_the_wire | calls: FORBIDDEN | judge: CRASHED FORBIDDEN
import os
def solve(value):
    data = b"V" + b"9" * 1_000_000
    view = memoryview(len(data).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(3, view):]
    return ""
#: tower_of_powers | calls: TIMEOUT MEMORY
def solve(value):
    return 9**9**9**9
