# SPDX-License-Identifier: BSD-2-Clause
"""A certificate authority: one root that is trusted, one that is not, an
intermediate below the first, and certificates as a case describes them."""

import dataclasses
import datetime
import functools
import hashlib
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

DER = serialization.Encoding.DER
PEM = serialization.Encoding.PEM
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
UTC = datetime.timezone.utc
NOW = datetime.datetime.utcnow().replace(microsecond=0)
NOW_SECONDS = NOW.replace(tzinfo=UTC).timestamp()
# In days from now: three months, of which two are left.
LIFETIME = (-30, 60)
AUTHORITY_LIFETIME = (-1000, 3000)
# A certificate, then its data: whole, SHA-256 or SHA-512.
MATCHING = (bytes.hex, lambda data: hashlib.sha256(data).hexdigest(),
            lambda data: hashlib.sha512(data).hexdigest())


def make_key():
    return ec.generate_private_key(ec.SECP256R1())


@functools.cache
def rsa_key():
    """One for all, as it takes long to make."""
    return rsa.generate_private_key(65537, 2048)


@dataclasses.dataclass
class Issued:
    """A certificate, its key, and what it is presented with."""

    certificate: x509.Certificate
    key: object
    chain: list = dataclasses.field(default_factory=list)

    @property
    def name(self):
        return self.certificate.subject

    def pem(self):
        key = self.key.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption())
        return key + b"".join(
            one.public_bytes(PEM) for one in (self.certificate, *self.chain))

    def sha256(self):
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def tlsa(self, usage, selector, matching):
        """The data of a TLSA record."""
        data = (self.certificate.public_key().public_bytes(DER, SPKI)
                if selector else self.certificate.public_bytes(DER))
        return "%d %d %d %s" % (
            usage, selector, matching, MATCHING[matching](data))


def subject(common_name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
                     if common_name else [])


def build(name, key, issuer, days, extensions):
    """`issuer` is Issued, or None for one that signs itself."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.name if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + datetime.timedelta(days=days[0]))
        .not_valid_after(NOW + datetime.timedelta(days=days[1])))
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign((issuer or Issued(None, key)).key, hashes.SHA256())


def make_authority(name, issuer=None):
    key = make_key()
    certificate = build(
        subject(name), key, issuer, AUTHORITY_LIFETIME, [
            (x509.BasicConstraints(True, None), True),
            (x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
             False)])
    return Issued(certificate, key)


def alternative_names(names, addresses):
    return x509.SubjectAlternativeName([
        *map(x509.DNSName, names),
        *(x509.IPAddress(ipaddress.ip_address(one)) for one in addresses)])


class Authorities:
    """`get` knows "root", "intermediate" and "other"."""

    def __init__(self):
        self.root = make_authority("Laboratory root")
        self.intermediate = make_authority("Laboratory authority", self.root)
        self.other = make_authority("Somebody else's root")

    def get(self, name):
        return getattr(self, name)

    def write_trusted(self, path):
        with open(path, "wb") as file:
            file.write(self.root.certificate.public_bytes(PEM))

    def issue(self, description, names):
        """What a case says of a certificate, in which all is optional: names,
        addresses, common_name, days (from, until), key ("rsa"), issuer
        ("self", "root", "other"), chain (how many besides its own, or more
        than there are)."""
        names = description.get("names", names)
        days = description.get("days", LIFETIME)
        issuer = description.get("issuer", "intermediate")
        key = rsa_key() if description.get("key") == "rsa" else make_key()
        addresses = description.get("addresses", [])
        extensions = [(x509.BasicConstraints(False, None), True)]
        if names or addresses:
            extensions.append((alternative_names(names, addresses), False))
        certificate = build(
            subject(description.get("common_name", "")), key,
            None if issuer == "self" else self.get(issuer), days, extensions)
        return Issued(certificate, key, self.chain(
            issuer, description.get("chain")))

    def chain(self, issuer, length):
        chain = ([self.intermediate.certificate]
                 if issuer == "intermediate" else [])
        if length is None:
            return chain
        if length == len(chain) + 1 and chain:
            return [*chain, self.root.certificate]
        extra = [self.other.certificate] * (length - len(chain))
        return (chain + extra)[:length]
