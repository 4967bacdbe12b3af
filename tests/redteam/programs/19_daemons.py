import os, threading, time
#: double_fork | calls, procedural, judge, program: CRASHED
def solve(value):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(30)
            os.write(3, b"\0\0\0\5Vtrue")
        os._exit(0)
    return ""
#: thread_that_writes_afterwards | calls, judge, program: WRONG FORBIDDEN CRASHED
def late():
    time.sleep(0.001)
    while True:
        os.write(1, b"redteam")
        os.write(3, b"\0\0\0\5Vtrue")
def solve(value):
    threading.Thread(target=late, daemon=True).start()
    return ""
#: subprocess | calls, judge, program: CRASHED
import subprocess
def solve(value):
    return subprocess.run(["/bin/sh", "-c", "sleep 30 &"], check=True).returncode
#: exec_of_the_interpreter | calls, judge, program: CRASHED
import sys
def solve(value):
    os.execv(sys.executable, [sys.executable, "-c", "print(1)"])
#: spawn | calls, judge, program: CRASHED
import sys
def solve(value):
    return os.posix_spawn(sys.executable, [sys.executable, "-c", "import time; time.sleep(30)"], {})
#: multiprocessing | calls, judge, program: CRASHED
def solve(value):
    import multiprocessing
    with multiprocessing.Pool(2) as pool:
        return pool.map(str, value)
