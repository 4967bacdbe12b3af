import os, sys
#: standard_output | calls, judge, program: OUTPUT_LIMIT
def solve(value):
    for _ in range(300):
        sys.stdout.write("x" * (1 << 20))
        os.write(1, b"x" * (1 << 20))
    return ""
#: standard_error | calls, program: WRONG TIMEOUT
def solve(value):
    for _ in range(300):
        os.write(2, b"x" * (1 << 20))
    return ""
#: output_without_end | calls, program: OUTPUT_LIMIT TIMEOUT
def solve(value):
    while True:
        os.write(1, b"\n")
#: exactly_the_limit_and_more | program: OUTPUT_LIMIT
def solve(value):
    os.write(1, b"x" * 1000)
    sys.stdout.write("y" * (1 << 20))
    return ""
