import os, sys
#: patched_clocks | calls, judge, program: WRONG
import time
time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
def solve(value):
    return ""
#: busy_with_patched_clocks | calls: TIMEOUT
import resource, time
time.monotonic = lambda: 0.0
time.clock_gettime = lambda *args: 0.0
def solve(value):
    while True:
        pass
#: shadow_modules | calls, procedural, judge, program: WRONG CRASHED
for name in ("math", "json", "re", "random", "linecache", "traceback", "collections"):
    with open(f"{name}.py", "w") as file:
        file.write("raise SystemExit(0)\n")
sys.path.insert(0, os.getcwd())
def solve(value):
    return ""
#: shadow_bytecode | calls, judge, program: WRONG CRASHED
os.makedirs("__pycache__", exist_ok=True)
with open("__pycache__/math.cpython-311.pyc", "wb") as file:
    file.write(bytes(99))
sys.path[:] = [os.getcwd()]
sys.path_importer_cache.clear()
def solve(value):
    return ""
#: start_up_files | calls, judge, program: WRONG CRASHED
for name in ("sitecustomize.py", "usercustomize.py", "redteam.pth"):
    with open(name, "w") as file:
        file.write("import os; os._exit(0)\n")
os.environ["PYTHONPATH"] = os.getcwd()
os.environ["PYTHONSTARTUP"] = "sitecustomize.py"
def solve(value):
    return ""
#: set_the_clock | calls, judge, program: CRASHED
import time
def solve(value):
    time.clock_settime(time.CLOCK_REALTIME, 0)
#: host_name | calls, program: CRASHED
import socket
def solve(value):
    socket.sethostname("redteam")
