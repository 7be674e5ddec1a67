# SPDX-License-Identifier: BSD-2-Clause
"""How the known reporters wrap their reports in mails."""

import base64
import dataclasses
import datetime
import email.utils
import hashlib
import random
import struct
import textwrap
import zlib

GZIP_NAMED = 8
LINE_MAX = 76
HTML = ("<html><body><div>This is an aggregate TLS report.</div>\n"
        "<p><a href=3D\"https://microsoft.example/privacy\">Privacy=\n"
        " Statement</a></p></body></html>")


@dataclasses.dataclass
class Letter:
    """A report on its way, and the dice for how it is wrapped."""

    report_id: str
    domain: str
    submitter: str
    begin: datetime.datetime
    end: datetime.datetime
    data: bytes
    recipient: str
    rng: random.Random

    def one_in(self, number):
        return self.rng.randrange(number) == 0

    def token(self, digits=16):
        return "%0*x" % (digits, self.rng.getrandbits(4 * digits))

    def name(self, ending):
        """The file name of RFC 8460 section 5.1."""
        return "%s!%s!%d!%d%s" % (
            self.submitter, self.domain, self.begin.timestamp(),
            self.end.timestamp(), ending)

    def date(self, days=0):
        return email.utils.format_datetime(self.end + datetime.timedelta(
            days=days, minutes=self.rng.randint(600, 720)))

    def digest(self):
        return hashlib.sha256(
            (self.submitter + self.report_id).encode()).hexdigest()[:32]


def gzipped(data, level=0, system=255, name="", halves=False):
    """With the header of this or that program; some flush half way."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    middle = len(data) // 2 if halves else 0
    body = deflate.compress(data[:middle])
    if halves:
        body += deflate.flush(zlib.Z_SYNC_FLUSH)
    body += deflate.compress(data[middle:]) + deflate.flush()
    head = struct.pack("<4BI2B", 0x1f, 0x8b, zlib.DEFLATED,
                       GZIP_NAMED if name else 0, 0, level, system)
    if name:
        head += name.encode() + b"\0"
    return head + body + struct.pack("<2I", zlib.crc32(data), len(data))


def encoded(data):
    return base64.encodebytes(data).decode()


def subject(letter, report_id, before=" ", between=" "):
    """`before` stands before the id, `between` between the other words."""
    return "Subject: " + between.join((
        "Report", "Domain: " + letter.domain,
        "Submitter: " + letter.submitter, "Report-ID:")) + before + report_id


def head(letter, sender, subject_field, *further, days=0):
    fields = [
        "From: " + sender,
        "To: " + letter.recipient,
        subject_field,
        "Date: " + letter.date(days),
        "MIME-Version: 1.0",
        "TLS-Report-Domain: " + letter.domain,
        "TLS-Report-Submitter: " + letter.submitter,
        *further,
    ]
    if not any(field.startswith("Message-ID:") for field in further):
        fields.append("Message-ID: <%s@%s>" % (
            letter.digest(), letter.submitter))
    return fields


def multipart(boundary, parts, closing="--"):
    lines = []
    for part in parts:
        lines += ["", "--" + boundary, *part]
    return lines + ["--" + boundary + closing]


def text_part(text, kind="text/plain; charset=us-ascii", *further):
    return ["Content-Type: " + kind, *further, "", text]


def report_part(data, *fields):
    return [*fields, "Content-Transfer-Encoding: base64", "", encoded(data)]


def google_parts(letter):
    name = letter.name("!001.json.gz")
    return [
        text_part("This is an aggregate TLS report from google.com",
                  'text/plain; charset="UTF-8"; format=flowed; delsp=yes'),
        report_part(
            gzipped(letter.data),
            'Content-Type: application/tlsrpt+gzip; \n\tname="%s"' % name,
            'Content-Disposition: attachment; \n\tfilename="%s"' % name),
    ]


def google_head(letter, *further):
    """The id of the Subject is not quite that of the report."""
    report_id = letter.report_id.replace(":", ".").replace("_", "+")
    return head(
        letter, "noreply-smtp-tls-reporting@google.com",
        subject(letter, "<%s@google.com>" % report_id), *further)


def google_mail(letter):
    boundary = "000000000000" + letter.token()
    return google_head(
        letter, 'Content-Type: multipart/report; boundary="%s";'
        " report-type=tlsrpt" % boundary) + multipart(
            boundary, google_parts(letter))


def microsoft_text(letter):
    """HTML alone, until 2023 plain text."""
    quoted = "Content-Transfer-Encoding: quoted-printable"
    if letter.one_in(3):
        return text_part("This is an aggregate TLS report from=20\n"
                         "Microsoft=2E", 'text/plain; charset="us-ascii"',
                         quoted)
    return text_part(HTML, 'text/html; charset="us-ascii"', quoted)


def microsoft_mail(letter):
    """The Message-ID has the recipient's domain; weeks late at times."""
    boundary = "_%s_" % letter.token(32)
    kind = letter.rng.choice((
        'multipart/report; report-type=tlsrpt;\n boundary="%s"',
        'multipart/report;\n\tboundary="%s"; report-type=tlsrpt'))
    name = letter.name("!%s.json.gz" % letter.report_id.split("+")[0])
    return head(
        letter, "<tlsrpt-noreply@microsoft.com>",
        subject(letter, letter.report_id, before="\n "),
        "Message-ID: <%s@%s>" % (letter.report_id, letter.domain),
        "Content-Type: " + kind % boundary,
        days=letter.rng.choice((0, 0, 24))) + multipart(boundary, [
            microsoft_text(letter),
            report_part(
                gzipped(letter.data, level=4, system=0),
                "Content-Type: application/tlsrpt+gzip",
                "Content-Description:\n " + name,
                'Content-Disposition: attachment;\n\tfilename="%s"' % name),
        ])


def mailru_mail(letter):
    """The last boundary does not say that it is the last."""
    boundary = letter.token(30)
    name = letter.name("!001.json.gz")
    return head(
        letter, "tls_support@corp.mail.ru",
        subject(letter, "<%s>" % letter.report_id, between="\n "),
        "Auto-Submitted: auto-generated",
        'Content-Type: multipart/report; report-type="tlsrpt"; boundary="%s"'
        % boundary) + multipart(boundary, [
            text_part("This is an aggregate TLS report from mail.ru"),
            report_part(
                gzipped(letter.data, halves=True),
                'Content-Type: application/tlsrpt+gzip; name="%s"' % name,
                'Content-Disposition: attachment; filename="%s"' % name),
        ], closing="") + [""]


def python_disposition(name):
    """As Python's email package folds it: a long name comes in pieces of RFC
    2231."""
    if len(name) + len(' filename=""') < LINE_MAX:
        return 'Content-Disposition: attachment;\n filename="%s"' % name
    pieces = textwrap.wrap(name.replace("!", "%21"), 60)
    pieces[0] = "us-ascii''" + pieces[0]
    return "Content-Disposition: attachment" + "".join(
        ";\n filename*%d*=%s" % piece for piece in enumerate(pieces))


def postfix_mail(letter):
    boundary = "===============%019d==" % letter.rng.getrandbits(60)
    folded = "\n ".join(textwrap.wrap(
        subject(letter, "<%s>" % letter.report_id), LINE_MAX,
        break_long_words=False, break_on_hyphens=False))
    return head(
        letter, "tls-reports@" + letter.submitter, folded,
        "TLS-Required: No",
        'Content-Type: multipart/report; report-type="tlsrpt";\n boundary="%s"'
        % boundary) + multipart(boundary, [
            text_part("This is an aggregate TLS report",
                      'text/plain; charset="us-ascii"',
                      "Content-Transfer-Encoding: 7bit", "MIME-Version: 1.0"),
            report_part(
                gzipped(letter.data, level=2),
                "Content-Type: application/tlsrpt+gzip",
                python_disposition(letter.name("!1.json.gz")),
                "MIME-Version: 1.0"),
        ])


def stalwart_mail(letter):
    """No id in the name of the file."""
    boundary = letter.token(32)
    name = letter.name(".json.gz")
    return head(
        letter, '"TLS Report" <noreply-tls@stalwart.example>',
        subject(letter, "<%s>" % letter.report_id),
        "Auto-Submitted: auto-generated",
        'Content-Type: multipart/report; report-type="tlsrpt";\n\tboundary="%s"'
        % boundary) + multipart(boundary, [
            text_part("TLS report from " + letter.submitter,
                      'text/plain; charset="utf-8"',
                      "Content-Transfer-Encoding: 7bit"),
            report_part(
                gzipped(letter.data),
                'Content-Type: application/tlsrpt+gzip; name="%s"' % name,
                'Content-Disposition: attachment; filename="%s"' % name),
        ])


def mox_mail(letter):
    """What needs no quotes in a parameter has none."""
    boundary = letter.token(60)
    name = letter.name(".json.gz")
    return head(
        letter, "<postmaster@mox.example>",
        subject(letter, "<%s>" % letter.report_id),
        "TLS-Required: No", "User-Agent: mox/v0.0.15",
        'Content-Type: multipart/report; report-type="tlsrpt"; boundary="%s"'
        % boundary) + multipart(boundary, [
            text_part("Attached is a TLS report.\n\nSubmitter: mox.example",
                      "text/plain; charset=us-ascii",
                      "Content-Transfer-Encoding: 7bit"),
            report_part(
                gzipped(letter.data),
                "Content-Disposition: attachment; filename=" + name,
                "Content-Type: application/tlsrpt+gzip; name=" + name),
        ])


def halon_mail(letter):
    """Not compressed; parameters that somebody typed."""
    boundary = letter.token()
    kind = letter.rng.choice((
        'multipart/report; report-type="tlsrpt"; boundary="%s";',
        'multipart/report; report-type="tlsrpt";; boundary="%s"'))
    name = letter.name(".json")
    return head(
        letter, "TLS reports <tlsrpt@halon.example>",
        subject(letter, "<%s>" % letter.report_id),
        "X-Mailer: Halon", "Content-Type: " + kind % boundary) + multipart(
            boundary, [
                text_part("This is an aggregate TLS report"),
                report_part(
                    letter.data,
                    'Content-Type: application/tlsrpt+json; name="%s"' % name,
                    'Content-Disposition: attachment; filename="%s"' % name),
            ])


def fastmail_mail(letter):
    """Sometimes the whole mail is the report."""
    name = letter.name(".json.gz")
    report = report_part(
        gzipped(letter.data, name=name[:-len(".gz")], system=3),
        'Content-Type: application/tlsrpt+gzip; name="%s"' % name,
        'Content-Disposition: attachment; filename="%s"' % name)
    fields = head(letter, "tlsrpt@perl.example",
                  subject(letter, "<%s>" % letter.report_id))
    if letter.one_in(3):
        return fields + report
    boundary = letter.token(12)
    return fields + [
        'Content-Type: multipart/report; boundary="%s"; report-type=tlsrpt'
        % boundary] + multipart(
            boundary, [text_part("Aggregate TLS report"), report])


BANNER = text_part("CAUTION: External Email. Do not open attachments.")
FOOTER = text_part("-- \nTo leave this list write to leave@gateway.example")


def banner_mail(letter):
    """Google's parts as they were, between what the gateway has to say."""
    inner = letter.token()
    original = [
        'Content-Type: multipart/report; boundary="%s"; report-type=tlsrpt'
        % inner] + multipart(inner, google_parts(letter))
    return google_head(
        letter, "List-Id: <tls-reports.gateway.example>",
        'Content-Type: multipart/mixed; boundary="banner"') + multipart(
            "banner", [BANNER, original, FOOTER])


def retyped_mail(letter):
    """The report has become an attachment of no type, its name in pieces."""
    name = letter.name("!001.json.gz")
    half = len(name) // 2
    return google_head(
        letter, "Content-Type: multipart/mixed; boundary=retyped") + multipart(
            "retyped", [BANNER, report_part(
                gzipped(letter.data),
                'Content-Type: application/octet-stream;\n'
                ' name*0="%s";\n name*1="%s"' % (name[:half], name[half:]))])


def forwarded_mail(letter):
    """The original as an attachment, its headers out of sight."""
    return [
        "From: Postmaster <postmaster@gateway.example>",
        "To: " + letter.recipient,
        "Subject: Fwd: TLS report",
        "Date: " + letter.date(days=1),
        "MIME-Version: 1.0",
        "Message-ID: <%s@gateway.example>" % letter.token(),
        "Content-Type: multipart/mixed; boundary=forward",
    ] + multipart("forward", [
        text_part("Is this for us?"),
        ["Content-Type: message/rfc822", "", *google_mail(letter)],
    ])


def gateway_mail(letter):
    return letter.rng.choice(
        (banner_mail, retyped_mail, forwarded_mail))(letter)
