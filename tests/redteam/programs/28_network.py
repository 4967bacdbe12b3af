import socket
#: loopback | calls, judge, program: CRASHED
def solve(value):
    with socket.create_connection(("127.0.0.1", 22), timeout=1) as peer:
        return peer.recv(9)
#: listen | calls, judge, program: CRASHED
def solve(value):
    with socket.create_server(("0.0.0.0", 0)) as server:
        return server.getsockname()
#: names | calls, judge, program: CRASHED
def solve(value):
    return socket.gethostbyname("example.com")
#: abstract_socket | calls, judge, program: CRASHED
def solve(value):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.bind("\0redteam")
        return "bound"
#: file_socket | calls, program: CRASHED
def solve(value):
    with socket.socket(socket.AF_UNIX) as peer:
        peer.bind("redteam.sock")
        return "bound"
#: netlink | calls, judge, program: CRASHED
def solve(value):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as peer:
        return peer.fileno()
#: pair | calls, program: CRASHED
def solve(value):
    return [end.fileno() for end in socket.socketpair()]
#: control_as_a_socket | calls, judge, program: CRASHED
def solve(value):
    peer = socket.socket(fileno=3)
    return peer.recvmsg(9, 99)
#: fetch | calls, program: CRASHED
import urllib.request
def solve(value):
    return urllib.request.urlopen("http://127.0.0.1:80/", timeout=1).read()
