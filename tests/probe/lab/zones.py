# SPDX-License-Identifier: BSD-2-Clause
"""The signed tree of the laboratory: the root, "test", and what the cases have
below it. One key signs all; one server has all."""

import base64
import concurrent.futures
import dataclasses
import hashlib
import os
import re
import struct
import subprocess

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

TOP = "test."
SERVER = "ns." + TOP
# Flags with the bit of a secure entry point, and ECDSA with P-256.
FLAGS, PROTOCOL, ALGORITHM, SHA256 = 257, 3, 13, 2
# An algorithm that nobody has yet.
UNKNOWN = 200
HEAD = """$ORIGIN %(origin)s
$TTL 300
@ SOA {server} hostmaster.{top} %(serial)d 3600 900 86400 300
@ NS {server}
""".format(server=SERVER, top=TOP)
# Times of signatures that are good, and of those that were.
GOOD = ("20200101000000", "20370101000000")
OLD = ("20200101000000", "20210101000000")
SALT = "ab12"


@dataclasses.dataclass
class Zone:
    """`dns` is what a case says of it: signed, ds ("right", "wrong", "none",
    "unknown" for its algorithm), expired, nsec3 (true, "opt-out"), alter
    (pairs of an expression and what stands instead after signing), served."""

    origin: str
    text: str
    dns: dict = dataclasses.field(default_factory=dict)
    serial: int = 1

    @property
    def signed(self):
        return self.dns.get("signed", True)

    @property
    def ds(self):
        return self.dns.get("ds", "right" if self.signed else "none")

    @property
    def served(self):
        return self.dns.get("served", True)


class SigningKey:
    """Its tag does not depend on the name, so it serves for every zone."""

    def __init__(self):
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key().public_bytes(
            serialization.Encoding.X962,
            serialization.PublicFormat.UncompressedPoint)[1:]
        self.private = key.private_numbers().private_value.to_bytes(32, "big")
        self.public = base64.b64encode(public).decode()
        self.data = struct.pack(
            "!HBB", FLAGS, PROTOCOL, ALGORITHM) + public
        # RFC 4034 appendix B.
        total = sum(byte << (0 if at & 1 else 8)
                    for at, byte in enumerate(self.data))
        self.tag = (total + (total >> 16)) & 0xFFFF

    def dnskey(self):
        return "DNSKEY %d %d %d %s" % (
            FLAGS, PROTOCOL, ALGORITHM, self.public)

    def ds(self, origin, kind="right"):
        """RFC 4034 section 5.1.4."""
        labels = [one.encode().lower() for one in origin.split(".") if one]
        wire = b"".join(bytes([len(one)]) + one for one in labels) + b"\0"
        digest = hashlib.sha256(wire + self.data).digest()
        if kind == "wrong":
            digest = hashlib.sha256(digest).digest()
        algorithm = UNKNOWN if kind == "unknown" else ALGORITHM
        return "DS %d %d %d %s" % (
            self.tag, algorithm, SHA256, digest.hex())

    def write(self, base, origin):
        with open(base + ".key", "w") as file:
            file.write("%s IN %s\n" % (origin, self.dnskey()))
        with open(base + ".private", "w") as file:
            file.write("Private-key-format: v1.2\nAlgorithm: 13 (ECDSAP256"
                       "SHA256)\nPrivateKey: %s\n"
                       % base64.b64encode(self.private).decode())


def delegation(zone, key):
    yield "%s NS %s" % (zone.origin, SERVER)
    if zone.ds != "none":
        yield "%s %s" % (zone.origin, key.ds(zone.origin, zone.ds))


def parent_of(zone, zones):
    names = {one.origin for one in zones}
    name = zone.origin
    while name:
        name = name.partition(".")[2]
        if name in names:
            return name
    return TOP


class Tree:
    """Zone files below a directory."""

    def __init__(self, directory, address, zones):
        self.directory = directory
        self.key = SigningKey()
        top = Zone(TOP, "ns A %s\n" % address)
        root = Zone(".", "%s A %s\n" % (SERVER, address))
        self.zones = [root, top, *zones]
        by_name = {zone.origin: zone for zone in self.zones}
        for zone in self.zones[1:]:
            parent = "." if zone is top else parent_of(zone, zones)
            by_name[parent].text += "".join(
                line + "\n" for line in delegation(zone, self.key))

    def path(self, zone):
        return os.path.join(
            self.directory, "zone-" + (zone.origin.strip(".") or "root"))

    def create(self):
        os.makedirs(self.directory)
        with concurrent.futures.ThreadPoolExecutor(
                2 * os.cpu_count()) as pool:
            list(pool.map(self.create_zone, self.zones))
        return self

    def create_zone(self, zone):
        path = self.path(zone)
        with open(path, "w") as file:
            file.write(HEAD % vars(zone) + zone.text)
        if not zone.signed:
            return
        os.rename(path, path + ".plain")
        self.sign(zone, path)
        with open(path) as file:
            text = file.read()
        for old, new in zone.dns.get("alter", ()):
            text, count = re.subn(old, new, text)
            if count == 0:
                raise ValueError("%s: nothing to alter is like %s" % (
                    zone.origin, old))
        with open(path, "w") as file:
            file.write(text)

    def sign(self, zone, path):
        since, until = OLD if zone.dns.get("expired") else GOOD
        base = os.path.join(self.directory, "K" + os.path.basename(path))
        self.key.write(base, zone.origin)
        nsec3 = zone.dns.get("nsec3")
        options = []
        if nsec3:
            options += ["-n", "-s", SALT, "-t", "1"]
        if nsec3 == "opt-out":
            options += ["-p"]
        subprocess.run(
            ["ldns-signzone", *options, "-i", since, "-e", until, "-f", path,
             "-o", zone.origin, path + ".plain", base],
            check=True, timeout=60)

    def write_anchor(self, path):
        with open(path, "w") as file:
            file.write(". IN %s\n" % self.key.ds("."))

    def write_bind_anchor(self, path):
        *numbers, digest = self.key.ds(".").split()[1:]
        with open(path, "w") as file:
            file.write('trust-anchors { . static-ds %s "%s"; };\n' % (
                " ".join(numbers), digest))
