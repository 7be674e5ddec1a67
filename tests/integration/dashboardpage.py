# SPDX-License-Identifier: BSD-2-Clause
"""The page of tlsreport dashboard: its numbers, its data, and what they are by
SQL."""

import datetime
import json

import history

DAYS = 50
# The contrast of every text with what is behind it, where it is too low.
LOW_CONTRAST = """
const parse = (colour) => {
	const canvas = new OffscreenCanvas(1, 1).getContext("2d");
	canvas.fillStyle = colour;
	canvas.fillRect(0, 0, 1, 1);
	return Array.from(canvas.getImageData(0, 0, 1, 1).data);
};
const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map(
	(c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce(
	(sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const backOf = (node) => {
	for (; node; node = node.parentElement) {
		const back = parse(getComputedStyle(node).backgroundColor);
		if (back[3] === 255)
			return back;
	}
	return [255, 255, 255];
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
let seen = 0;
while (walker.nextNode()) {
	const text = walker.currentNode;
	const node = text.parentElement;
	if (text.data.trim() === "" || !node.checkVisibility() ||
		node.closest(":disabled, .unseen, .skip, script, style"))
		continue;
	seen++;
	const [a, b] = [parse(getComputedStyle(node).color), backOf(node)].map(
		luminance).sort((x, y) => y - x);
	const contrast = (a + 0.05) / (b + 0.05);
	if (contrast < 4.5)
		found.push([text.data, contrast]);
}
return [seen, found];
"""


class Selection:
    """A filter of the page, and its numbers by SQL."""

    SESSIONS = """
        SELECT sum(successful_sessions + failed_sessions)::bigint,
          sum(successful_sessions)::bigint, sum(failed_sessions)::bigint,
          count(DISTINCT policy_domain) FILTER (WHERE failed_sessions > 0),
          count(DISTINCT organization_name), sum(reports)::bigint
        FROM tlsrpt.v_daily_domain
        WHERE day BETWEEN %(first)s AND %(last)s
          AND policy_domain LIKE %(domain)s
          AND (%(reporter)s = '' OR organization_name = %(reporter)s)
          AND (authenticated OR NOT %(signed)s)"""
    FAILURES = """
        SELECT sum(failed_sessions)::bigint, count(DISTINCT policy_domain),
          count(DISTINCT organization_name)
        FROM tlsrpt.v_daily_failure
        WHERE day BETWEEN %(first)s AND %(last)s
          AND policy_domain LIKE %(domain)s
          AND (%(reporter)s = '' OR organization_name = %(reporter)s)
          AND (authenticated OR NOT %(signed)s)
          AND result_type = %(type)s"""

    def __init__(self, domain="", reporter="", type="", signed=False,
                 ages=(30, 1)):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.domain = domain
        self.reporter = reporter
        self.type = type
        self.signed = signed
        self.first, self.last = (
            today - datetime.timedelta(age) for age in ages)

    def choose(self, page):
        page.enter("#f-domain", self.domain)
        page.choose("#f-reporter", self.reporter or "All")
        page.choose("#f-type", self.type or "All")
        page.choose("#f-signed",
                    "Authenticated only" if self.signed else "All")
        page.set_date("#f-from", self.first)
        page.set_date("#f-to", self.last)

    def numbers(self, ask):
        values = {
            "domain": "%" + self.domain + "%", "reporter": self.reporter,
            "signed": self.signed, "first": self.first, "last": self.last,
            "type": self.type}
        if self.domain in history.DOMAINS:
            values["domain"] = self.domain
        row, = ask(self.SESSIONS, **values)
        sessions, successful, failed, failing, reporters, reports = row
        if self.type:
            (failed, failing, reporters), = ask(self.FAILURES, **values)
        return [sessions, successful, failed or 0, failing, reporters, reports]


SELECTIONS = (
    Selection(),
    Selection(ages=(DAYS, 1)),
    Selection(domain="kiosk.test"),
    Selection(domain="example"),
    Selection(reporter="Microsoft Corporation"),
    Selection(reporter="Example University", ages=(48, 3)),
    Selection(signed=True, ages=(7, 1)),
    Selection(type="certificate-expired"),
    Selection(type="validation-failure", domain="example.com", signed=True,
              reporter="Google Inc.", ages=(45, 20)),
    Selection(type="tlsa-invalid", domain="kiosk.test"),
)


def read_numbers(page):
    return [page.number(selector) for selector in (
        "#n-sessions .value", "#n-sessions .muted", "#n-share .muted",
        "#n-failing .value", "#n-reporters .value", "#n-reporters .muted")]


def read_data(page):
    text = page.split('<script type="application/json" id="data">')[1]
    return json.loads(text.split("</script>")[0])


MARKUP = ("</script><script>document.title='planted'</script>"
          "<img src=x onerror=\"document.title='planted'\"><!--"
          "\u2028'\"&amp;\u202e@DATA@@SCRIPT@")


def plant_markup(query):
    """Markup in every text, also where the parser would not let it through."""
    query("INSERT INTO tlsrpt.daily_domain SELECT current_date - 1, %s, %s,"
          " %s, 1, 5, 3", MARKUP, "", MARKUP)
    query("INSERT INTO tlsrpt.daily_failure (day, policy_domain, auth_domain,"
          " organization_name, result_type, receiving_mx_hostname,"
          " failed_sessions, cause) VALUES"
          " (current_date - 1, %s, '', %s, %s, %s, 3, %s)",
          MARKUP, MARKUP, MARKUP, MARKUP, MARKUP)
    query("INSERT INTO tlsrpt.result_type_info VALUES"
          " (%s, 'x', 'critical', %s, %s, %s)", *[MARKUP] * 4)
    query("INSERT INTO tlsrpt.report SELECT current_date - 1,"
          " gen_random_uuid(), sha256(''), now(), %s, '', %s, %s, %s,"
          " (current_date - 1)::timestamp AT TIME ZONE 'UTC',"
          " (current_date - 1)::timestamp AT TIME ZONE 'UTC', NULL",
          MARKUP, MARKUP, MARKUP, MARKUP)
    query("INSERT INTO tlsrpt.policy SELECT day, report_key, 1, %s, %s, %s,"
          " ARRAY[%s], ARRAY[%s], 5, 3, NULL FROM tlsrpt.report",
          *[MARKUP] * 5)
    query("INSERT INTO tlsrpt.failure SELECT day, report_key, 1, 1, %s, NULL,"
          " %s, %s, NULL, 3, %s, %s, NULL FROM tlsrpt.report", *[MARKUP] * 5)
    query("INSERT INTO tlsrpt.alert (alert_id, rule, policy_domain, result_type,"
          " receiving_mx_hostname, organization_name, state, severity,"
          " first_day, last_day, failed_sessions, withheld_sessions,"
          " all_sessions, reporters, opened_at, incident_id,"
          " reason_codes) VALUES (1, %s, %s, %s, %s, %s, 'open', 'critical',"
          " current_date - 1, current_date - 1, 3, 0, 8, ARRAY[%s], now(), 1,"
          " ARRAY[%s])", *[MARKUP] * 7)
