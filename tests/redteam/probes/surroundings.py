"""What a program sees of the world around it; reported as plain data."""
import ctypes, gc, os, re, resource, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def attempt(action):
    try:
        return ("done", repr(action())[:200])
    except BaseException as error:
        return ("refused", type(error).__name__)
def descriptors():
    found = []
    for fd in range(1024):
        try:
            os.fstat(fd)
            found.append(fd)
        except OSError:
            pass
    return found
def visible():
    """Every pid that answers to signal 0."""
    found = []
    for pid in range(1, 5000):
        try:
            os.kill(pid, 0)
            found.append(pid)
        except ProcessLookupError:
            pass
        except PermissionError:
            found.append(pid)
    return found
def capabilities():
    head, data = (ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)()
    result = libc.capget(ctypes.byref(head), ctypes.byref(data))
    return [result, *data]
def raised():
    higher = []
    for name in sorted(set(vars(resource))):
        if name.startswith("RLIMIT_"):
            kind = getattr(resource, name)
            soft, hard = resource.getrlimit(kind)
            if hard != resource.RLIM_INFINITY:
                try:
                    resource.setrlimit(kind, (hard, hard + 1))
                    higher.append(name)
                except (ValueError, OSError):
                    pass
    return higher
PATHS = """/etc/passwd /etc/shadow /etc/hostname /etc/resolv.conf /root /root/.ssh /home /proc /proc/self/status /proc/1/environ
/sys /sys/kernel /dev/mem /dev/shm /dev/tty /dev/kvm /run /var/run/docker.sock /var/tmp /boot /usr/bin/env /bin/sh /opt /srv
/mnt /media /w/tmp/../../etc/passwd /tmp/../etc/passwd""".split()
def readable(paths):
    found = []
    for path in paths:
        try:
            os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)
            found.append(path)
        except OSError:
            pass
    return found
def solve(paths):
    return {
        "pids": visible(),
        "parent": os.getppid(),
        "readable": readable(PATHS + (paths or [])),
        "own_folder": [os.getcwd(), os.listdir("."), os.listdir("/tmp")],
        "descriptors": descriptors(),
        "capabilities": capabilities(),
        "users": [os.getuid(), os.geteuid(), os.getgid(), os.getegid()],
        "groups": os.getgroups(),
        "root_again": [attempt(lambda: os.setuid(0)), attempt(lambda: os.setresuid(0, 0, 0)), attempt(lambda: os.setgroups([0]))],
        "raised": raised(),
        "host": os.uname().nodename,
        "interfaces": attempt(socket.if_nameindex),
        "environment": sorted(os.environ),
        "packages": [attempt(lambda: __import__("numpy")), attempt(lambda: __import__("pip")), attempt(lambda: __import__("rlvr_gym.types"))],
        "known": sorted(name for name in sys.modules if name.startswith(("rlvr_gym.envs", "rlvr_gym.env", "rlvr_gym.types", "numpy"))),
    }
