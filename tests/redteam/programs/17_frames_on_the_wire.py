import os
from rlvr_gym.sandbox import wire
def send(body, kind=b"V", length=None):
    data = kind + body
    view = memoryview((len(data) if length is None else length).to_bytes(4, "big") + data)
    while view:
        view = view[os.write(3, view):]
#: forged_verdict | calls, procedural, judge, program: FORBIDDEN WRONG CRASHED
def solve(value):
    send(wire.encode({"passed": True}, 99))
    return ""
#: forged_calls | calls: WRONG | judge, program: WRONG CRASHED FORBIDDEN
def solve(value):
    send(wire.encode({"calls": [{"ok": True}] * 3}, 999))
    return ""
#: second_reply_first | calls: FORBIDDEN | judge, program: WRONG CRASHED FORBIDDEN
def solve(value):
    for _ in range(9):
        send(b"true")
    return ""
#: replies_before_questions | judge: WRONG CRASHED FORBIDDEN
send(wire.encode({"names": ["solve", "check"]}, 99))
for _ in range(9):
    send(wire.encode({"ok": True}, 99))
def solve(value):
    return ""
#: truncated | calls, judge: CRASHED | program: WRONG
def solve(value):
    send(b"true", length=9999)
    os._exit(0)
#: truncated_and_silent | calls: TIMEOUT
import time
def solve(value):
    send(b"true", length=9999)
    time.sleep(99)
#: longest_length | calls, judge, program: OUTPUT_LIMIT
def solve(value):
    send(b"true", length=(1 << 32) - 1)
    return ""
#: length_zero | calls, judge, program: FORBIDDEN
def solve(value):
    os.write(3, bytes(4))
    return ""
#: kind_of_the_judge | calls, judge, program: FORBIDDEN
def solve(value):
    send(wire.encode({"passed": True}, 99), b"C")
    return ""
#: kind_of_a_memory_error | calls, judge, program: MEMORY
def solve(value):
    send(b"", b"M")
    return ""
#: kind_of_readiness | calls, judge, program: FORBIDDEN OUTPUT_LIMIT
def solve(value):
    os.write(3, b"R!" * 9)
    return ""
#: no_json | calls, program: FORBIDDEN | judge: CRASHED FORBIDDEN
def solve(value):
    send(bytes(range(256)))
    return ""
#: constants_that_json_lacks | calls, program: FORBIDDEN | judge: CRASHED FORBIDDEN
def solve(value):
    send(b"[NaN,Infinity,-Infinity]")
    return ""
#: unknown_tag | calls, program: FORBIDDEN | judge: CRASHED FORBIDDEN
def solve(value):
    send(b'{"\\u0000reduce":["os.system",["id"]]}')
    return ""
#: two_tags | calls, program: FORBIDDEN | judge: CRASHED FORBIDDEN
def solve(value):
    send(b'{"\\u0000t":[],"\\u0000s":[]}')
    return ""
#: wrong_shapes | calls: FORBIDDEN WRONG | program: FORBIDDEN | judge: CRASHED FORBIDDEN
def solve(value):
    send(wire.encode({"calls": {"0": {"ok": 1}}}, 99))
    return ""
#: every_descriptor | calls, judge, program: FORBIDDEN OUTPUT_LIMIT WRONG CRASHED
def solve(value):
    for fd in range(256):
        try:
            os.write(fd, b"\0\0\0\1V" * 9)
        except OSError:
            pass
    return ""
#: closed_and_gone_on | calls, judge: CRASHED | program: CRASHED
def solve(value):
    os.closerange(0, 64)
    while True:
        pass
#: only_the_control_closed | calls, judge: CRASHED | program: WRONG CRASHED
def solve(value):
    os.close(3)
    return ""
#: control_replaced | calls, judge: CRASHED | program: WRONG CRASHED
def solve(value):
    os.dup2(os.open("/dev/null", os.O_RDWR), 3)
    return ""
#: flood | calls, program: OUTPUT_LIMIT FORBIDDEN WRONG TIMEOUT
def solve(value):
    while True:
        send(b"0" * 1000000)
#: flood_of_tiny_frames | calls, program: FORBIDDEN
def solve(value):
    while True:
        os.write(3, bytes(65536))
#: requests_read_by_the_program | judge: TIMEOUT CRASHED WRONG
def solve(value):
    while True:
        os.read(3, 65536)
#: a_thread_goes_on_writing | calls, judge, program: WRONG CRASHED FORBIDDEN OUTPUT_LIMIT
import threading
def write():
    while True:
        os.write(3, b"\0\0\0\5Vtrue")
def solve(value):
    threading.Thread(target=write, daemon=True).start()
    return ""
