// SPDX-License-Identifier: BSD-2-Clause
// All that is stored of one report, explained as "tlsreport reports --show" does.

// By key: those that are open stay so when the filter changes.
const openReports = new Set();

const DETAIL_HEADINGS = {policy: "h3", failure: "h4", section: "h3"};

function showCommand(key) {
	return element("code", {}, "tlsreport reports --show " + key);
}

// Fields that follow each other are one list.
function makeFields(lines) {
	return element("dl", {class: "fields"}, lines.map(([, text, label]) =>
		element("div", {}, element("dt", {}, label),
			element("dd", {}, text))));
}

function makeLine([kind, text, tone], key) {
	if (kind === "more")
		return element("p", {}, "There is more, too much for this page: ",
			showCommand(key));
	return element(DETAIL_HEADINGS[kind] ?? "p",
		{class: tone === undefined ? null : "tone " + tone},
		kind === "item" ? "– " + text : text);
}

// The title says what the row does.
function makeLines(lines, key) {
	const nodes = [];
	let fields = [];

	for (const line of [...lines.filter(([kind]) => kind !== "title"), null]) {
		if (line?.[0] === "field") {
			fields.push(line);
			continue;
		}
		if (fields.length > 0)
			nodes.push(makeFields(fields));
		fields = [];
		if (line !== null)
			nodes.push(makeLine(line, key));
	}
	return nodes;
}

function explainOmission({omitted, key}) {
	return element("p", {}, omitted === "old"
		? "This page has what is stored of its " +
			countOf(data.storedCount, "newest report", "newest reports") +
			", and this one is older. See it with: "
		: "This report is too long for this page. See it with: ",
	showCommand(key));
}

function makeReportDetails(report) {
	const lines = Object.hasOwn(data.details, report.key)
		? data.details[report.key] : null;

	return lines === null ? explainOmission(report)
		: makeLines(lines, report.key);
}
