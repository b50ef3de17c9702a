"""A mail server: a real one in a thread that keeps the letters it was given and refuses what a test wants."""

import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class PostOffice:
    """`refuses`: answers instead of 250, by address of the reader, one after the other. `connections` counts who
    came."""

    letters: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, list[str]] = field(default_factory=dict)
    connections: int = 0
    port: int = 0

    def start(self) -> socketserver.ThreadingTCPServer:
        office = self

        class Clerk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                office.connections += 1
                self.say("220 post office")
                while line := self.rfile.readline():
                    if not self.answer(line.decode().strip()):
                        return

            def answer(self, line: str) -> bool:
                word = line[:4].upper()
                if word == "RCPT":
                    answers = office.refuses.get(line.partition("<")[2].rstrip(">"), [])
                    self.say(answers.pop(0) if answers else "250 fine")
                elif word == "DATA":
                    self.say("354 go on")
                    office.letters.append(message_from_bytes(self.text(), policy=policy.default))
                    self.say("250 taken")
                else:
                    self.say("221 bye" if word == "QUIT" else "250 fine")
                return word != "QUIT"

            def text(self) -> bytes:
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
                return b"".join(lines)

            def say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

        socketserver.ThreadingTCPServer.daemon_threads = True
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clerk)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        return server
