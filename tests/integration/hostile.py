# SPDX-License-Identifier: BSD-2-Clause
"""Mails and reports made to hurt whoever reads them."""

import base64
import gzip
import io
import json
import zlib

import reportmail

MEBIBYTE = 1 << 20
HEAD = (b"From: a@mallory.example\r\nTo: b@kiosk.test\r\n"
        b"MIME-Version: 1.0\r\n")


def part(data, media_type="application/tlsrpt+gzip", name="a!b!1!2.json.gz"):
    return (b"Content-Type: %s\r\n"
            b"Content-Disposition: attachment; filename=\"%s\"\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n" % (
                media_type.encode(), name.encode(),
                base64.encodebytes(data)))


def mail(*parts):
    return (HEAD + b"Content-Type: multipart/report; boundary=b\r\n\r\n"
            + b"".join(b"--b\r\n" + one for one in parts) + b"--b--\r\n")


def many_equal(byte, size):
    """gzip of `size` equal bytes; the piece is packed once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(byte * (16 * MEBIBYTE)) + packer.flush(
        zlib.Z_FULL_FLUSH)
    return (b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
            + piece * (size // (16 * MEBIBYTE)))


def members(count):
    return gzip.compress(b" " * (16 * MEBIBYTE)) * count


def layers(data, count):
    for _ in range(count):
        data = gzip.compress(data)
    return data


def report(**changes):
    return dict(reportmail.make_report("google", 1, failures=0), **changes)


def packed(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return mail(part(gzip.compress(text, 1)))


def with_rows(count):
    value = report()
    row = b'{"failed-session-count":1,"failure-reason-code":"%d"}'
    value["policies"][0]["failure-details"] = ["ROWS"]
    return packed(json.dumps(value).encode().replace(
        b'"ROWS"', b",".join(row % number for number in range(count))))


def with_reasons(count, size):
    value = report()
    value["policies"][0]["failure-details"] = [
        {"result-type": "validation-failure", "failed-session-count": 1,
         "failure-reason-code": "%d" % i + "a" * size} for i in range(count)]
    return packed(value)


def with_member(text):
    value = report(vendor="VALUE")
    return packed(json.dumps(value).encode().replace(b'"VALUE"', text))


def with_texts(text):
    """The same text in every member that takes one."""
    value = report(**{
        "organization-name": text, "contact-info": text, "report-id": text})
    entry = value["policies"][0]
    entry["policy"] = {
        "policy-type": text, "policy-domain": text, "policy-string": [text],
        "mx-host": [text]}
    entry["failure-details"] = [dict.fromkeys((
        "result-type", "sending-mta-ip", "receiving-mx-hostname",
        "receiving-mx-helo", "receiving-ip", "additional-information",
        "failure-reason-code"), text)]
    entry["failure-details"][0]["failed-session-count"] = 1
    return value


def nested_multiparts(count):
    out = io.BytesIO()
    out.write(HEAD)
    for i in range(count):
        out.write(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n"
                  b"--b%d\r\n" % (i, i))
    return out.getvalue()


def encoded_messages(count):
    inner = HEAD + b"\r\nThe end.\r\n"
    for _ in range(count):
        inner = (HEAD + b"Content-Type: message/rfc822\r\n"
                 b"Content-Transfer-Encoding: base64\r\n\r\n"
                 + base64.encodebytes(inner))
    return inner


# What is read, by name, and a word of the refusal; None where a report comes
# out all the same, "" where nothing is said.
CASES = {
    "bomb-10-megabytes": (
        lambda: packed(b" " * (10 * MEBIBYTE)), "it is empty"),
    "bomb-10-gigabytes": (
        lambda: mail(part(many_equal(b" ", 10240 * MEBIBYTE))),
        "max_report_size"),
    "bomb-of-members": (
        lambda: mail(part(members(640))), "max_report_size"),
    "bomb-of-layers": (
        lambda: mail(part(layers(b" " * (1024 * MEBIBYTE), 3))),
        "max_report_size"),
    "too-many-layers": (
        lambda: mail(part(layers(b"{}", 4))), "packed more than 3 times"),
    "bomb-of-parts": (
        lambda: mail(*[part(many_equal(b" ", 128 * MEBIBYTE))] * 64),
        "3 times max_report_size"),
    "parts-100000": (
        lambda: mail(*[b"\r\n"] * 100000), "separate parts"),
    "parts-5000000": (
        lambda: mail(*[b""] * 5000000), "separate parts"),
    "reports-65": (
        lambda: mail(*[part(b"{}")] * 65), "64 attached reports"),
    "headers-100000": (
        lambda: b"X-A: b\r\n" * 100000 + mail(part(b"{}")), "10000 lines"),
    "header-30-megabytes": (
        lambda: b"To: " + b"a@b, " * (6 * MEBIBYTE) + b"\r\n\r\n",
        "262144 bytes"),
    "parameters": (
        lambda: HEAD + b"Content-Type: multipart/report"
        + b"; a=b" * (5 * MEBIBYTE) + b"\r\n\r\n", "262144 bytes"),
    "multiparts-in-multiparts": (
        lambda: nested_multiparts(100000), "headers of the message"),
    "messages-in-messages": (
        lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 500000,
        "headers of the message"),
    "encoded-messages": (
        lambda: encoded_messages(20), "messages within messages"),
    "line-100-megabytes": (
        lambda: HEAD + b"\r\n" + b"a" * (100 * MEBIBYTE),
        "is over the limit"),
    "line-30-megabytes": (
        lambda: HEAD + b"\r\n" + b"a" * (30 * MEBIBYTE), "no TLS report"),
    "arrays-in-arrays": (
        lambda: packed(b"[" * 1000000), "maximum parsing depth"),
    "empty-arrays": (
        lambda: with_member(b"[" + b"[]," * 1000000 + b"0]"), None),
    "empty-arrays-20-million": (
        lambda: with_member(b"[" + b"[]," * 20000000 + b"0]"),
        "max_parse_memory"),
    "reports-1001": (
        lambda: packed([report()] * 1001), "more than 1000 reports"),
    "rows-1000000": (
        lambda: with_rows(1000000), "max_parse_memory"),
    "rows-10001": (
        lambda: with_rows(10001), "max_failure_details"),
    "rows-10000": (lambda: with_rows(10000), None),
    "policies-10001": (
        lambda: packed(report(policies=report()["policies"] * 10001)),
        "max_policies"),
    "string-of-10-megabytes": (
        lambda: with_member(b'"' + b"a" * (10 * MEBIBYTE) + b'"'), None),
    "strings-of-10-megabytes": (
        lambda: packed(with_texts("a" * (10 * MEBIBYTE // 4))), None),
    "texts-of-60-megabytes": (lambda: with_reasons(900, 65000), None),
    "number-of-10-megabytes": (
        lambda: with_member(b"9" * (10 * MEBIBYTE)), None),
    "members-1000000": (
        lambda: with_member(b"{" + b",".join(
            b'"%d":1' % i for i in range(1000000)) + b"}"), None),
}

# Texts that some program down the line might take for its own.
TEXTS = (
    "../../../../etc/passwd",
    "a\x00b\x01\x02\x7f\u0085\u2028\u202e",
    "\x1b]0;title\x07\x1b[2J\x1b[31m",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&amp;",
    "'; DROP SCHEMA tlsrpt CASCADE; --",
    "{\"a\",NULL}\\",
    "$(reboot) `reboot` %s%n%x\r\nstored domain=forged.example ok=1",
    "\ufeff\ufffe\U0001f600 e\u0301 \u0627\u0644",
)
