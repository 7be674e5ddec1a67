# SPDX-License-Identifier: BSD-2-Clause
"""What other programs say of the laboratory: that its cases are what they are
called, and that what is expected of ours is not ours alone to say."""

import concurrent.futures
import os
import re
import subprocess

import pytest

from checking import Laboratory, is_slow, load_cases, needs_postfix
from nameserver import Validator

CASES = {case.name: case for case in load_cases()}
# Of this process alone; a resolver has to have port 53.
VALIDATOR = "127.%d.%d.54" % divmod(os.getpid() % 63000, 250)
SECONDS = 20
TRUSTED = "Verified TLS connection established"
# Without DANE it wants a certificate that is trusted.
INSTEAD = 'resorting to "secure"'
# What keeps a sender that wants DANE or a policy from delivering.
CERTIFICATE = {"mx-certificate-" + one for one in (
    "expired", "not-yet", "not-trusted", "name")}
NO_SESSION = {
    "mx-unreachable", "mx-greeting", "mx-no-starttls", "mx-handshake",
    "mx-no-address", "domain-missing", "dns-bogus", "tlsa-bogus"}
WRONG_TLSA = {"tlsa-mismatch", "tlsa-ca-not-in-chain"}
# Numbers of OpenSSL (x509_vfy.h).
VERIFY_ERRORS = {
    0: None, 9: "mx-certificate-not-yet", 10: "mx-certificate-expired",
    18: "mx-certificate-not-trusted", 19: "mx-certificate-not-trusted",
    20: "mx-certificate-not-trusted", 21: "mx-certificate-not-trusted",
    62: "mx-certificate-name", 65: "tlsa-mismatch"}
UNFIT = {"mx-certificate-not-trusted", "tlsa-mismatch"}
# Exit statuses of curl, and what they stand for.
CURL_ERRORS = {
    6: "sts-policy-host-missing", 7: "sts-policy-unreachable",
    28: "sts-policy-unreachable", 52: "sts-policy-unreachable",
    56: "sts-policy-unreachable", 60: "sts-policy-certificate",
    63: "sts-policy-too-big"}
CURL_SECONDS = 2


def run(*command, timeout=SECONDS, env=None, **more):
    return subprocess.run(
        command, capture_output=True, text=True, check=False,
        errors="replace", timeout=timeout, stdin=subprocess.DEVNULL,
        env={**os.environ, **(env or {})}, **more)


def codes_of(case):
    return {one["code"] for one in case.expected["findings"]}


@pytest.fixture(scope="session")
def laboratory(workspace):
    started = Laboratory(
        workspace + "/oracles", list(CASES.values())).create().start()
    try:
        yield started
    finally:
        started.stop()


# What delv says at the end, or before the answer.
SECURE, INSECURE = "; fully validated", "; unsigned answer"
NOTHING = "; negative response, fully validated"
NOTHING_INSECURE = "; negative response, unsigned answer"
BOGUS = re.compile(
    "resolution failed: (broken trust chain|RRSIG failed to verify|no valid"
    " RRSIG|insecurity proof failed|no valid DS|no valid signature found|"
    "verify failure|SERVFAIL)")
ANSWERS = [
    ("fine.test", "MX", SECURE),
    ("mx1.fine.test", "A", SECURE),
    ("_25._tcp.mx1.fine-dane.test", "TLSA", SECURE),
    ("_25._tcp.mx1.fine.test", "TLSA", NOTHING),
    ("domain-missing.test", "MX", NOTHING),
    ("mx2.dns-nsec3-missing-host.test", "A", NOTHING),
    ("_mta-sts.dns-nsec3.test", "TXT", SECURE),
    ("_25._tcp.mx2.dns-nsec3.test", "TLSA", NOTHING),
    ("mx2.mx-no-address-no-data.test", "A", NOTHING),
    ("any.hosts.dns-wildcard.test", "A", SECURE),
    ("_25._tcp.any.hosts.dns-wildcard.test", "TLSA", SECURE),
    ("_25._tcp.mx1.tlsa-alias.test", "TLSA", SECURE),
    ("_smtp._tls.dns-aliases.test", "TXT", SECURE),
    ("mx1.old.mx-is-alias-dname.test", "A", SECURE),
    ("_smtp._tls.dns-large-txt.test", "TXT", SECURE),
    ("dns-many-mx.test", "MX", SECURE),
    ("dns-insecure.test", "MX", INSECURE),
    ("_25._tcp.mx1.dns-insecure.test", "TLSA", NOTHING_INSECURE),
    ("mx1.sub.tlsa-secure-host.test", "A", SECURE),
    ("mx1.sub.tlsa-insecure-host.test", "A", INSECURE),
    ("mx1.sub.tlsa-insecure-opt-out.test", "A", INSECURE),
    ("tlsa-insecure-opt-out.test", "MX", SECURE),
    ("_25._tcp.mx1.tlsa-insecure.test", "TLSA", INSECURE),
    ("dns-bogus-ds.test", "MX", BOGUS),
    ("dns-bogus-expired.test", "MX", BOGUS),
    ("dns-bogus-unsigned.test", "MX", BOGUS),
    ("dns-bogus-mx.test", "MX", BOGUS),
    ("_mta-sts.dns-bogus-mx.test", "TXT", SECURE),
    ("_mta-sts.dns-bogus-sts.test", "TXT", BOGUS),
    ("_smtp._tls.dns-bogus-tlsrpt.test", "TXT", BOGUS),
    ("mx1.dns-bogus-host.test", "A", BOGUS),
    ("mta-sts.dns-bogus-policy-host.test", "A", BOGUS),
    ("_25._tcp.mx1.tlsa-bogus.test", "TLSA", BOGUS),
    ("mx1.sub.tlsa-bogus-host.test", "A", BOGUS),
    ("_mta-sts.dns-bogus-denial.test", "TXT", BOGUS),
    ("dns-bogus-stripped.test", "MX", BOGUS),
    ("dns-unknown-algorithm.test", "MX", INSECURE),
    ("mx1.dns-alias-chain.test", "A", SECURE),
    ("dns-unreachable.test", "MX", re.compile("resolution failed: failure")),
]


@pytest.mark.parametrize("name,kind,words", ANSWERS)
def test_delv_validates(laboratory, name, kind, words):
    said = run("delv", "@127.0.0.1", "-p", str(laboratory.dns_port), "-a",
               laboratory.bind_anchor, "+root=.", name, kind)
    lines = (said.stdout + said.stderr).splitlines()
    if isinstance(words, str):
        assert words in lines, lines
    else:
        assert any(words.search(line) for line in lines), lines


def tlsa_records(laboratory, case):
    """As they are published, in the form that OpenSSL takes."""
    said = run("dig", "@127.0.0.1", "-p", str(laboratory.dns_port), "+short",
               "_25._tcp.mx1." + case.domain, "TLSA")
    for line in said.stdout.splitlines():
        *numbers, data = line.split(" ", 3)
        if all(map(str.isdigit, numbers)):
            yield "%s %s %s %s" % (*numbers, data.replace(" ", ""))


def handshake(laboratory, case, dane):
    """The number with which OpenSSL's verification ends, or None."""
    records = list(tlsa_records(laboratory, case)) if dane else []
    host = "mx1." + case.domain
    options = [word for one in records
               for word in ("-dane_tlsa_rrdata", one)]
    said = run(
        "openssl", "s_client", "-starttls", "smtp", "-connect", "%s:%d" % (
            case.addresses["mx1"], laboratory.ports["smtp"]),
        "-CAfile", laboratory.ca_file, "-servername", host,
        "-verify_hostname", host,
        *(["-dane_tlsa_domain", host, "-dane_ee_no_namechecks", *options]
          if dane else []))
    number = re.findall(r"Verify return code: (\d+)", said.stdout)
    return int(number[-1]) if number else None


VERIFIED = [
    "fine", "fine-two-mx", "mx-certificate-expired", "mx-certificate-not-yet",
    "mx-certificate-self-signed", "mx-certificate-other-authority",
    "mx-certificate-chain-missing", "mx-certificate-chain-50",
    "mx-certificate-by-root", "mx-certificate-name", "mx-certificate-domain",
    "mx-certificate-wildcard", "mx-certificate-address",
    "mx-certificate-upper-case", "mx-certificate-many-names",
    "mx-certificate-soon", "mx-certificate-rsa", "mx-tls-1-2",
    "mx-ehlo-lower-case", "postfix-expired"]
BY_RECORDS = [
    "fine-dane", "fine-both", "tlsa-kinds", "tlsa-ee-expired", "tlsa-ee-name",
    "tlsa-ee-self-signed", "tlsa-ta", "tlsa-ta-untrusted", "tlsa-ta-expired",
    "tlsa-ta-name", "tlsa-mismatch", "tlsa-mismatch-ta",
    "tlsa-ca-not-in-chain", "tlsa-ca-in-chain", "tlsa-leftover",
    "tlsa-one-only", "tlsa-unusable-some", "postfix"]


@pytest.mark.parametrize("name", VERIFIED + BY_RECORDS)
def test_openssl_verifies(laboratory, name):
    case = CASES[name]
    if needs_postfix(case) and os.getuid() != 0:
        pytest.skip("Postfix starts only as root")
    number = handshake(laboratory, case, dane=name in BY_RECORDS)
    codes = codes_of(case) & (CERTIFICATE | WRONG_TLSA)
    found = {VERIFY_ERRORS[number]} - {None}
    # An authority that no record is of is one that is not trusted.
    if codes & WRONG_TLSA and found & UNFIT:
        found = codes
    assert found == codes


@pytest.fixture(scope="session")
def client(laboratory):
    """A Postfix that sends, and the resolver that it believes."""
    if os.getuid() != 0:
        pytest.skip("only root puts another resolver in place")
    directory = laboratory.directory + "/client"
    os.makedirs(directory)
    with open(directory + "/main.cf", "w") as file:
        file.write("compatibility_level = 3.6\ninet_protocols = all\n"
                   "myhostname = client.test\n"
                   "smtp_dns_support_level = dnssec\n")
    validator = Validator(directory, VALIDATOR, laboratory.processes[0],
                          laboratory.anchor).create().start()
    yield validator
    validator.stop()


# By what a sender wants: DANE where it can be had, or a certificate with the
# name of the host, as with MTA-STS.
SENDERS = {
    "dane-only": [
        "fine-dane", "fine-both", "tlsa-kinds", "tlsa-ee-expired",
        "tlsa-ee-name", "tlsa-ta", "tlsa-ta-untrusted", "tlsa-ta-expired",
        "tlsa-ta-name", "tlsa-mismatch", "tlsa-ca-not-in-chain",
        "tlsa-insecure", "tlsa-insecure-host", "tlsa-insecure-opt-out",
        "tlsa-secure-host", "tlsa-bogus", "tlsa-bogus-host", "tlsa-unusable",
        "tlsa-unusable-length", "tlsa-unusable-some", "tlsa-alias",
        "tlsa-alias-host", "tlsa-two-labels", "tlsa-no-starttls",
        "tlsa-handshake", "tlsa-insecure-unknown-algorithm",
        "tlsa-insecure-mx",
        "dns-nsec3", "dns-bogus-mx", "postfix"],
    "secure": [
        "fine", "fine-enforce", "mx-absent", "mx-greeting-554",
        "mx-greeting-lines", "mx-no-starttls", "mx-starttls-elsewhere",
        "mx-starttls-454", "mx-starttls-close", "mx-starttls-lines",
        "mx-asks-for-certificate", "mx-certificate-expired",
        "mx-certificate-self-signed", "mx-certificate-name",
        "mx-certificate-wildcard", "mx-certificate-wildcard-two-labels",
        "mx-certificate-chain-missing", "mx-ipv6-only", "mx-missing",
        "dns-bogus-host", "dns-bogus-ds", "domain-missing",
        "mx-no-address-all", "postfix-expired", "postfix-no-starttls"],
}
# Without DANE there is nothing to hold on to.
WITHOUT_DANE = {"tlsa-insecure", "tlsa-unusable"}


def finger(laboratory, client, level, case):
    script = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
    said = run(
        "unshare", "-m", "sh", "-c", script, "sh", client.resolv_conf,
        "posttls-finger", "-c", "-l", level, "-F", laboratory.ca_file, "-t",
        "5", "-T", "5", "-m", "0", "%s:%d" % (
            case.domain, laboratory.ports["smtp"]),
        *(["hostname"] if level == "secure" else []),
        env={"MAIL_CONFIG": client.directory})
    return said.stdout + said.stderr


@pytest.fixture(scope="session")
def fingers(laboratory, client):
    asked = [(level, name) for level, names in SENDERS.items()
             for name in names]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        said = pool.map(
            lambda one: finger(laboratory, client, one[0], CASES[one[1]]),
            asked)
        return dict(zip(asked, said))


@pytest.mark.parametrize("level,name", [
    (level, name) for level, names in SENDERS.items() for name in names])
def test_postfix_agrees(fingers, level, name):
    codes = codes_of(CASES[name])
    wrong = NO_SESSION | CERTIFICATE | WRONG_TLSA
    if level == "dane-only":
        wrong = wrong | WITHOUT_DANE
        if "tlsa-unusable" in codes and (
                CASES[name].expected["verdict"] != "critical"):
            wrong = wrong - {"tlsa-unusable"}
    said = fingers[level, name]
    fine = TRUSTED in said and INSTEAD not in said
    assert fine == (not codes & wrong), said


def fetch(laboratory, case, name):
    """The codes that curl's status and reply stand for."""
    host = "mta-sts." + case.domain
    port = laboratory.ports["https"]
    said = run(
        "curl", "-q", "-sS", "--cacert", laboratory.ca_file, "--resolve",
        "%s:%d:%s" % (host, port, case.addresses[name]), "--max-time",
        str(CURL_SECONDS), "--max-filesize", "65536", "-o", "/dev/null", "-w",
        "%{http_code} %{content_type} %{size_download}",
        "https://%s:%d/.well-known/mta-sts.txt" % (host, port))
    if said.returncode != 0:
        return {CURL_ERRORS[said.returncode]}
    status, media_type = said.stdout.split(" ")[:2]
    if status.startswith("3"):
        return {"sts-policy-redirect"}
    if status != "200":
        return {"sts-policy-status"}
    return (set() if media_type.lower().startswith("text/plain")
            else {"sts-policy-media-type"})


# curl believes a common name where there is no other, and has no end for what
# is sent without a length, nor for a handshake without end. Without a record
# nobody looks at the policy; and not every host has one.
FETCHED = [name for name, case in CASES.items() if case.https and name not in (
    "sts-policy-common-name", "sts-policy-endless",
    "sts-policy-hello-endless",
    "sts-nothing-at-policy-host") and not name.startswith("tlsrpt-")]
FETCHED.sort(key=lambda name: is_slow(CASES[name]), reverse=True)
FETCH_CODES = {*CURL_ERRORS.values(), "sts-policy-redirect",
               "sts-policy-status", "sts-policy-media-type"}


@pytest.fixture(scope="session")
def fetched(laboratory):
    asked = [(name, server) for name in FETCHED
             for server in CASES[name].https]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        said = pool.map(
            lambda one: fetch(laboratory, CASES[one[0]], one[1]), asked)
        codes = {name: set() for name in FETCHED}
        for (name, _), found in zip(asked, said):
            codes[name] |= found
    return codes


def test_curl_agrees(fetched):
    differ = {
        name: (found, codes_of(CASES[name]) & FETCH_CODES)
        for name, found in fetched.items()
        if found != codes_of(CASES[name]) & FETCH_CODES}
    assert differ == {}


@pytest.mark.parametrize("selector", [0, 1])
@pytest.mark.parametrize("usage", [2, 3])
def test_tlsa_data(laboratory, usage, selector):
    """As ldns and GnuTLS compute it from the certificate."""
    case = CASES["fine-dane"]
    host = "mx1." + case.domain
    path = laboratory.directory + "/above.pem"
    with open(path, "wb") as file:
        file.write(case.authorities.intermediate.pem())
    options = {2: (path, ["-f", laboratory.ca_file, "-o", "0"], "--ca"),
               3: (case.files["mx1"], [], "--domain")}
    path, by_ldns, by_gnutls = options[usage]
    for matching in (1, 2):
        wanted = case.tlsa("mx1 %d %d %d" % (usage, selector, matching))
        numbers = map(str, (usage, selector, matching))
        said = run("ldns-dane", "-c", case.files["mx1"], *by_ldns, "create",
                   host, "25", *numbers)
        assert said.stdout.split()[3:] == wanted.split(), said
        said = run("danetool", "--tlsa-rr", "--host", host, "--port", "25",
                   "--load-certificate", path, "--hash",
                   "sha%d" % (256 * matching), by_gnutls,
                   *([] if selector else ["--x509"]))
        assert wanted.split()[-1] in said.stdout, said
