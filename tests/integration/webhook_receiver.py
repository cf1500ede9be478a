#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A real HTTP receiver of webhooks on a free loopback port, for notify_test.

Prints one JSON line with its port, then one for every request before it answers it, and one with
"mark" for every line of its input. The request's path says how it is to answer. Ends with its input.
"""
import http.server
import json
import sys
import threading
import time

output_lock = threading.Lock()


def tell(entry):
    with output_lock:
        print(json.dumps(entry), flush=True)


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        tell({"kind": "get", "path": self.path})
        self.answer(200)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        tell({"kind": "webhook", "path": self.path, "body": body.decode("utf-8"),
              "headers": {k.lower(): v for k, v in self.headers.items()}})
        what = self.path.strip("/").split("?")[0]
        if what == "redirect":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/followed")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif what == "endless":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                for _ in range(100_000):
                    self.wfile.write(b"x" * 4096)
            except OSError:
                pass
            self.close_connection = True
        elif what == "silent":
            time.sleep(30)
        elif what == "busy":
            self.send_response(503)
            self.send_header("Retry-After", "17")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif what.isdigit():
            self.answer(int(what))
        else:
            self.answer(200)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
web.daemon_threads = True
threading.Thread(target=web.serve_forever, daemon=True).start()

tell({"port": web.server_port})
for _ in sys.stdin:
    tell({"mark": True})
