# SPDX-License-Identifier: BSD-2-Clause
"""A case is a folder: what its domain publishes, how its servers behave, and
what is to be found. tests/probe/README says what the files mean."""

import glob
import json
import os
import re

from zones import Zone

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cases")
TLD = "test"
# Each case has a network of its own, from 127.64.0.0 on.
FIRST_NETWORK = 64
PLACEHOLDER = re.compile(r"\{([a-z][^{}]*)\}")


def repeat(words):
    """`repeat 3 @ MX # mx#`: a line for each number."""
    count, line = words.split(" ", 1)
    return "\n".join(
        line.replace("#", str(number)) for number in range(int(count)))


class Case:
    def __init__(self, directory, number):
        self.directory = directory
        self.name = os.path.basename(directory)
        self.network = "127.%d.%d" % (FIRST_NETWORK + number // 256,
                                      number % 256)
        self.servers = json.loads(self.read("servers.json") or "{}")
        self.expected_text = self.read("expected.json")
        self.domain = self.servers.get("domain", self.name + "." + TLD)
        self.issued = {}
        self.files = {}
        self.authorities = None
        self.zone_texts = {
            os.path.basename(path).partition("-")[2]: self.read(path)
            for path in sorted(glob.glob(directory + "/zone*"))}
        self.smtp = self.find_servers("smtp", "mx")
        self.https = self.find_servers("https", "sts")
        self.addresses = {
            name: "%s.%d" % (self.network, at + 1)
            for at, name in enumerate((*self.smtp, *self.https))}

    def read(self, name):
        path = os.path.join(self.directory, name)
        if not os.path.exists(path):
            return ""
        with open(path, encoding="latin-1", newline="") as file:
            return file.read()

    def find_servers(self, kind, prefix):
        """Those that are described, and those that a zone names."""
        named = re.findall(r"\{(%s\w*)\}" % prefix,
                           "".join(self.zone_texts.values()))
        described = self.servers.get(kind, {})
        return {name: {"kind": kind, "behaviour": "fine",
                       **described.get(name, {})}
                for name in sorted({*named, *described})}

    def default_names(self, name, server):
        if server["kind"] == "https":
            return ["mta-sts." + self.domain]
        return ["%s.%s" % (name, self.domain)]

    def issue(self, authorities, directory):
        """Makes all certificates, and writes them to files."""
        self.authorities = authorities
        servers = {**self.smtp, **self.https}
        for name, server in servers.items():
            names = self.default_names(name, server)
            for member in ("certificate", "rsa", "without_sni"):
                description = server.get(
                    member, {} if member == "certificate" else None)
                if description is None:
                    continue
                if member == "rsa":
                    description = {**description, "key": "rsa"}
                self.write_certificate(directory, name, member, authorities
                                       .issue(description, names))
        for name, description in self.servers.get("files", {}).items():
            self.write_certificate(directory, name, "certificate", authorities
                                   .issue(description, ["mx1." + self.domain]))

    def write_certificate(self, directory, name, member, issued):
        key = name if member == "certificate" else name + "/" + member
        path = "%s/%s-%s.pem" % (directory, self.name, key.replace("/", "-"))
        with open(path, "wb") as file:
            file.write(issued.pem())
        self.issued[key] = issued
        self.files[key] = path

    def tlsa(self, words):
        """NAME USAGE SELECTOR MATCHING: of a server's certificate, or with
        usage 0 and 2 of the one above it; NAME may be an authority, too."""
        name, *numbers = words.split(" ")
        usage, selector, matching = map(int, numbers)
        if name not in self.issued:
            issued = self.authorities.get(name)
        elif usage in (0, 2):
            issued = self.authorities.intermediate
        else:
            issued = self.issued[name]
        return "TLSA " + issued.tlsa(usage, selector, matching)

    def each(self, name, line):
        """A line for each address of a server that has "many"."""
        first = self.addresses[name]
        return "\n".join(line.replace("#", one)
                         for one in (first, *self.more_addresses(name)))

    def more_addresses(self, name):
        many = {**self.smtp, **self.https}[name].get("many", 1)
        return ["%s.%d" % (self.network, 100 + at) for at in range(1, many)]

    def expand(self, text):
        def replace(match):
            word, _, more = match[1].partition(" ")
            if word == "tlsa":
                return self.tlsa(more)
            if word == "repeat":
                return repeat(more)
            if word == "each":
                return self.each(*more.split(" ", 1))
            if word == "certificate":
                return self.files[more]
            if word == "sha256":
                return self.issued[more].sha256()
            return {"domain": self.domain, **self.addresses}[word]

        return PLACEHOLDER.sub(replace, text)

    def zones(self, smtp_port):
        """TLSA records also stand at the port of the laboratory, where other
        programs look for them."""
        for label, text in self.zone_texts.items():
            text = self.expand(text)
            text += "".join(
                line.replace("_25.", "_%d." % smtp_port, 1) + "\n"
                for line in text.splitlines() if line.startswith("_25."))
            origin = (label + "." if label else "") + self.domain + "."
            yield Zone(origin, text, self.servers.get("dns", {}).get(
                label, {}))

    def plan(self, ports):
        """Its servers, as servers.py takes them."""
        for name, server in {**self.smtp, **self.https}.items():
            policy = self.expand(self.read(server.get("policy", "policy")))
            yield {
                **server, "port": ports[server["kind"]], "body": policy,
                "listen": [self.addresses[name], *self.more_addresses(name),
                           *server.get("also", ())],
                "certificates": [
                    self.files[key] for key in (name, name + "/rsa")
                    if key in self.files],
                "without_sni": [
                    self.files[key] for key in (name + "/without_sni",)
                    if key in self.files]}

    @property
    def expected(self):
        return json.loads(self.expand(self.expected_text))


def load_cases(directory=CASES):
    names = sorted(os.listdir(directory))
    return [Case(os.path.join(directory, name), number)
            for number, name in enumerate(names)]
