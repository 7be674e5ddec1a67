# SPDX-License-Identifier: BSD-2-Clause
"""What the project ought to make of a report mail, worked out from the raw JSON
without it, and what it has made of it."""

import collections
import datetime
import email
import email.policy
import ipaddress
import json
import re

from reportmail import parse_instant, read_report

FAILURE_MEMBERS = (
    "result-type", "sending-mta-ip", "receiving-mx-hostname",
    "receiving-mx-helo", "receiving-ip", "failed-session-count",
    "additional-information", "failure-reason-code",
)
COUNTS = ("total-successful-session-count", "total-failure-session-count")


def present(members):
    return {name: value for name, value in members.items()
            if value not in (None, "")}


def get_any(members, *names):
    """The member under the first of its spellings that is there."""
    return next((members[name] for name in names if name in members), None)


def as_list(value):
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def canonical_instant(text):
    return parse_instant(text).astimezone(
        datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def canonical_count(value):
    if isinstance(value, str) and value.isdigit():
        return int(value)
    if isinstance(value, (int, float)) and value >= 0 and value == int(value):
        return int(value)
    return 0


def canonical_domain(text):
    text = text.strip().lower().rstrip(".")
    return text if text.isascii() else text.encode("idna").decode()


def canonical_type(text):
    return re.sub(r"[_\s]", "-", (text or "unspecified").strip().lower())


def canonical_address(text):
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def policy_lines(value):
    """A string has its fields behind semicolons or on lines; Microsoft's
    records are a JSON array in the text of one element."""
    if isinstance(value, str):
        return [line.strip() for line in re.split(r"[;\r\n]", value)
                if line.strip()]
    lines = []
    for text in as_list(value):
        lines += json.loads(text) if text.startswith("[") else [text]
    return lines


def hosts(value):
    return [canonical_domain(text.removeprefix("mx:"))
            for text in as_list(value)]


def expected_failure(row):
    canonical = {
        "result-type": canonical_type,
        "sending-mta-ip": canonical_address,
        "receiving-ip": canonical_address,
        "receiving-mx-hostname": canonical_domain,
        "receiving-mx-helo": lambda text: text.splitlines()[0],
        "failed-session-count": canonical_count,
    }
    given = {"result-type": None, **present(row)}
    return present({
        name: canonical.get(name, str)(given[name])
        for name in FAILURE_MEMBERS if name in given})


def merged(failures):
    """Rows that differ in their sessions only are one, with the sum."""
    rows = {}
    for failure in failures:
        key = tuple((name, value) for name, value in failure.items()
                    if name != "failed-session-count")
        if key in rows:
            rows[key]["failed-session-count"] += failure[
                "failed-session-count"]
        else:
            rows[key] = dict(failure)
    return list(rows.values())


def expected_policy(entry, domain):
    policy = entry["policy"]
    summary = entry.get("summary") or {}
    mx_host = get_any(policy, "mx-host", "mx-host-pattern", "policy-mx-host")
    failures = get_any(entry, "failure-details", "failure_details")
    return {
        "policy": {
            "policy-type": canonical_type(policy.get("policy-type")),
            "policy-string": policy_lines(policy.get("policy-string")),
            "policy-domain": canonical_domain(
                policy.get("policy-domain") or domain),
            "mx-host": hosts(mx_host),
        },
        "summary": {name: canonical_count(summary.get(name))
                    for name in COUNTS},
        "failure-details": merged(map(expected_failure, as_list(failures))),
    }


def expected_report(report, domain=""):
    """As canonical JSON without remarks; `domain` is what the mail says."""
    return present({
        "organization-name": report["organization-name"],
        "date-range": {
            name: canonical_instant(report["date-range"][name])
            for name in ("start-datetime", "end-datetime")},
        "contact-info": report.get("contact-info"),
        "report-id": str(report["report-id"]),
        "policies": [expected_policy(entry, domain)
                     for entry in as_list(report.get("policies"))],
    })


def expected_reports(mail):
    message = email.message_from_bytes(mail, policy=email.policy.default)
    expected = []
    for part in message.walk():
        report = read_report(part.get_payload(decode=True) or b"")
        name = part.get_filename("")
        domain = message["TLS-Report-Domain"] or (
            name.split("!")[1] if "!" in name else "")
        if report is not None:
            expected.append(expected_report(report, domain))
    return expected


def without_remarks(value):
    """Canonical JSON without what tells how it became so."""
    if isinstance(value, list):
        return [without_remarks(item) for item in value]
    if isinstance(value, dict):
        return {name: without_remarks(item) for name, item in value.items()
                if name not in ("remarks", "extra")}
    return value


def count_once(entries, name):
    """Reporters may list the sessions with a domain under tlsa and sts."""
    sums = collections.Counter()
    for entry in entries:
        policy = entry["policy"]
        sums[policy["policy-domain"], policy["policy-type"]] += \
            entry["summary"][name]
    both = {domain: max(sums[domain, "tlsa"], sums[domain, "sts"])
            for domain, _ in sums}
    return sum(both.values()) + sum(
        number for (_, kind), number in sums.items()
        if kind not in ("tlsa", "sts"))


def sessions(entries):
    return tuple(count_once(entries, name) for name in COUNTS)


def report_row(report):
    return (report["organization-name"], report.get("contact-info"),
            report["report-id"],
            *map(parse_instant, report["date-range"].values()),
            len(report["policies"]), *sessions(report["policies"]))


def policy_row(entry):
    policy = entry["policy"]
    return (policy["policy-type"], policy["policy-domain"],
            "\n".join(policy["policy-string"]), "\n".join(policy["mx-host"]),
            *sessions([entry]))


def failure_row(policy, failure):
    return (policy["policy-type"], policy["policy-domain"],
            *(failure.get(name) for name in FAILURE_MEMBERS))


def expected_rows(reports):
    """The rows of the views when these reports are all there is."""
    entries = [entry for report in reports for entry in report["policies"]]
    return {
        "v_report": collections.Counter(map(report_row, reports)),
        "v_policy": collections.Counter(map(policy_row, entries)),
        "v_failure": collections.Counter(
            failure_row(entry["policy"], failure)
            for entry in entries for failure in entry["failure-details"]),
    }


COLUMNS = {
    "v_report": "organization_name, contact_info, report_id, period_start,"
        " period_end, policies, successful_sessions, failed_sessions",
    "v_policy": "policy_type, policy_domain,"
        " array_to_string(policy_string, E'\\n'),"
        " array_to_string(mx_host, E'\\n'),"
        " successful_sessions, failed_sessions",
    "v_failure": "policy_type, policy_domain, result_type,"
        " host(sending_mta_ip), receiving_mx_hostname, receiving_mx_helo,"
        " host(receiving_ip), failed_sessions, additional_information,"
        " failure_reason_code",
}


def stored_rows(query):
    # To compile the statements takes longer than to run them.
    return {view: collections.Counter(query(
        "SELECT %s FROM tlsrpt.%s" % (columns, view)))
            for view, columns in COLUMNS.items()}
