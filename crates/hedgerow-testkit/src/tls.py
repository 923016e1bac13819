"""TLS in front of a plain server: arguments are a file with certificate and key, and the port behind.

The file is read for every connection: another one in its place is shown from then on, and nobody is cut for it.
"""
import socket
import ssl
import sys
import threading

shown, behind = sys.argv[1], int(sys.argv[2])


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)
    try:
        front = context.wrap_socket(client, server_side=True)
    except OSError:
        return
    back = socket.create_connection(("127.0.0.1", behind))
    threading.Thread(target=pump, args=(back, front), daemon=True).start()
    pump(front, back)


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
