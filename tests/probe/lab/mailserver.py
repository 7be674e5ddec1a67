# SPDX-License-Identifier: BSD-2-Clause
"""Mail servers that do one thing wrong, or none. Each behaviour is a method of
Session named after it."""

import asyncio
import contextlib

HOST = "mx.laboratory.test"
ALERT_HANDSHAKE_FAILURE = bytes.fromhex("15030300020228")
# A record of four bytes each, so that most of the time goes into reading.
HELLO_REQUESTS = bytes.fromhex("160303000400000000") * 7000
FOREVER = 3600
LINE_SECONDS = 60
MAX_COMMANDS = 100


class Session:
    """What a behaviour does not change stands in the class."""

    extensions = ("PIPELINING", "SIZE 10240000", "STARTTLS", "8BITMIME")
    mail_before_tls = "250 2.1.0 Ok"

    def __init__(self, reader, writer, context):
        self.reader = reader
        self.writer = writer
        self.context = context
        self.secured = False

    async def push(self, piece):
        """Nobody else says that the other end has gone."""
        if self.writer.is_closing():
            raise ConnectionResetError
        self.writer.write(piece)
        await self.writer.drain()

    async def send(self, text):
        await self.push(text.encode() + b"\r\n")

    async def read(self):
        line = await asyncio.wait_for(self.reader.readline(), LINE_SECONDS)
        return line.decode(errors="replace").strip()

    async def drip(self, text):
        for character in text:
            await self.push(character.encode())
            await asyncio.sleep(1)

    async def endless(self, piece=b"a" * 4096):
        while True:
            await self.push(piece)
            await asyncio.sleep(0.01)

    async def run(self):
        await self.greet()
        for _ in range(MAX_COMMANDS):
            command = await self.read()
            verb = command.split(" ")[0].upper()
            if not command:
                return
            await getattr(self, "on_" + verb.lower(), self.on_other)()
            if verb == "QUIT":
                return

    async def greet(self):
        await self.send("220 %s ESMTP" % HOST)

    async def on_ehlo(self):
        lines = [HOST] + [one for one in self.extensions
                          if not self.secured or one != "STARTTLS"]
        for line in lines[:-1]:
            await self.send("250-" + line)
        await self.send("250 " + lines[-1])

    async def on_starttls(self):
        await self.send("220 2.0.0 Ready to start TLS")
        await self.start_tls()

    async def start_tls(self):
        await self.writer.start_tls(self.context)
        self.secured = True

    async def on_mail(self):
        await self.send("250 2.1.0 Ok" if self.secured
                        else self.mail_before_tls)

    async def on_rset(self):
        await self.send("250 2.0.0 Ok")

    async def on_quit(self):
        await self.send("221 2.0.0 Bye")

    async def on_other(self):
        await self.send("502 5.5.2 Command not recognized")


class Greeting554(Session):
    async def greet(self):
        await self.send("554 5.7.1 No service for you")


class Greeting421(Session):
    async def greet(self):
        await self.send("421 4.3.2 Too busy")


class GreetingGarbage(Session):
    async def greet(self):
        await self.send("\x16\x03\x01 HTTP/1.1 400 Bad Request \x1b[31m")


class GreetingSilent(Session):
    async def greet(self):
        await asyncio.sleep(FOREVER)


class GreetingLate(Session):
    async def greet(self):
        await asyncio.sleep(2)
        await super().greet()


class GreetingClose(Session):
    async def run(self):
        pass


class GreetingDrip(Session):
    async def greet(self):
        await self.drip("220 %s ESMTP slowly, but surely\r\n" % HOST * 9)


class GreetingLines(Session):
    """Some greet with many words."""

    async def greet(self):
        await self.send("220-%s ESMTP" % HOST)
        await self.send("220-we do not authorize the use of this system")
        await self.send("220 to transport unsolicited mail")


class GreetingEndless(Session):
    async def greet(self):
        self.writer.write(b"220 ")
        await self.endless()


class EhloSilent(Session):
    async def on_ehlo(self):
        await asyncio.sleep(FOREVER)


class EhloClose(Session):
    async def run(self):
        await self.greet()
        await self.read()


class EhloManyLines(Session):
    async def on_ehlo(self):
        for number in range(10000):
            await self.send("250-X-EXTENSION-%d" % number)
        await self.send("250 STARTTLS")


class EhloEndless(Session):
    async def on_ehlo(self):
        self.writer.write(b"250-")
        await self.endless()


class EhloLowerCase(Session):
    extensions = ("pipelining", "starttls", "8bitmime")


class NoStarttls(Session):
    extensions = ("PIPELINING", "8BITMIME")


class StarttlsElsewhere(Session):
    """A word that is part of others."""

    extensions = ("PIPELINING", "XSTARTTLS", "STARTTLSX", "8BITMIME")


class Starttls454(Session):
    async def on_starttls(self):
        await self.send("454 4.7.0 TLS not available due to local problem")


class StarttlsLines(Session):
    async def on_starttls(self):
        await self.send("220-2.0.0 Ready")
        await super().on_starttls()


class StarttlsPlain(Session):
    """Goes on as if nothing were."""

    async def start_tls(self):
        await self.send("250 2.0.0 Who needs TLS?")


class StarttlsInjected(Session):
    """What somebody else slipped in before TLS has to be noticed or
    dropped."""

    async def on_starttls(self):
        self.writer.write(
            b"220 2.0.0 Ready\r\n250-injected\r\n250 injected\r\n")
        await self.start_tls()


class StarttlsClose(Session):
    async def start_tls(self):
        self.writer.close()


class StarttlsAlert(Session):
    async def start_tls(self):
        self.writer.write(ALERT_HANDSHAKE_FAILURE)
        await self.writer.drain()
        self.writer.close()


class StarttlsSilent(Session):
    async def start_tls(self):
        await asyncio.sleep(FOREVER)


class StarttlsEndless(Session):
    """Asks again and again for the beginning of a handshake, which clients
    have to ignore (RFC 5246 section 7.4.1.1)."""

    async def start_tls(self):
        await self.reader.read(1)
        while True:
            await self.push(HELLO_REQUESTS)


class AfterClose(Session):
    async def start_tls(self):
        await super().start_tls()
        self.writer.close()


class AfterGarbage(Session):
    async def start_tls(self):
        await super().start_tls()
        await self.send("lies, lies and \x07 lies")


class After421(Session):
    async def on_ehlo(self):
        if self.secured:
            await self.send("421 4.7.0 Not with you")
            self.writer.close()
        else:
            await super().on_ehlo()


class Requires530(Session):
    mail_before_tls = "530 5.7.0 Must issue a STARTTLS command first"


def name_of(behaviour):
    """greeting-554 is Greeting554."""
    return "".join(word.capitalize() for word in behaviour.split("-"))


BEHAVIOURS = {name_of("fine"): Session,
              **{one.__name__: one for one in Session.__subclasses__()}}


def make_handler(server, get_context):
    session = BEHAVIOURS[name_of(server["behaviour"])]

    async def handle(reader, writer):
        with contextlib.suppress(OSError, asyncio.TimeoutError,
                                 asyncio.IncompleteReadError, ValueError):
            await session(reader, writer, get_context()).run()
        with contextlib.suppress(OSError):
            writer.close()

    return handle
