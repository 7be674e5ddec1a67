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
