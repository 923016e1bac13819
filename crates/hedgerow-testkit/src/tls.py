"""TLS in front of a plain server: arguments are the certificate, its key, the port behind, and the port (0: any)."""
import socket
import ssl
import sys
import threading

certificate, key, behind = sys.argv[1], sys.argv[2], int(sys.argv[3])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def serve(client):
    try:
        front = context.wrap_socket(client, server_side=True)
    except OSError:
        return
    back = socket.create_connection(("127.0.0.1", behind))
    threading.Thread(target=pump, args=(back, front), daemon=True).start()
    pump(front, back)


listener = socket.create_server(("127.0.0.1", int(sys.argv[4])))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
