#: too_large_a_text | calls: OUTPUT_LIMIT MEMORY FORBIDDEN CRASHED | judge, program: OUTPUT_LIMIT MEMORY
def solve(value):
    return "x" * (64 << 20)
#: a_gigabyte | calls, judge, program: MEMORY
def solve(value):
    return "x" * (1 << 30)
#: a_million_deep | calls: CRASHED TIMEOUT | judge: WRONG CRASHED OUTPUT_LIMIT TIMEOUT | program: CRASHED
def solve(value):
    item = []
    for _ in range(1000000):
        item = [item]
    return item
#: deeper_than_the_wire | calls: CRASHED | judge, program: WRONG CRASHED
def solve(value):
    item = ()
    for _ in range(300):
        item = (item,)
    return item
#: cyclic_list | calls, procedural: CRASHED | judge: WRONG CRASHED | program: WRONG
def solve(value):
    item = []
    item.append(item)
    return item
#: cyclic_dict | calls: CRASHED | judge: WRONG CRASHED | program: WRONG
def solve(value):
    item = {}
    item["self"] = [item]
    return item
#: wide_list | calls: OUTPUT_LIMIT CRASHED MEMORY TIMEOUT | judge, program: OUTPUT_LIMIT CRASHED MEMORY WRONG TIMEOUT
def solve(value):
    return list(range(10**6))
#: shared_and_exponential | calls: CRASHED MEMORY TIMEOUT OUTPUT_LIMIT 
def solve(value):
    item = ["x"]
    for _ in range(60):
        item = [item, item]
    return item
#: generator_without_end | calls: CRASHED | judge, program: WRONG
import itertools
def solve(value):
    return itertools.count()
