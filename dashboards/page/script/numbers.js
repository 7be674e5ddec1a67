// SPDX-License-Identifier: BSD-2-Clause
// What is to be known first: one sentence and five figures.

// Days without a report after which something may be wrong with receiving them.
const SILENT_DAYS = 4;
const HIGH_SHARE = 0.05;

function findAlerts(filter) {
	const isShown = makeDomainTest(filter);

	return data.alerts.filter((alert) => isShown(alert.domain) &&
		(filter.type === "" || filter.type === alert.type) &&
		(filter.reporter === "" || alert.reporter === "" ||
			filter.reporter === alert.reporter));
}

function countFailing(totals) {
	return totals.byDomain.failed.reduce(
		(count, failed) => count + (failed > 0 ? 1 : 0), 0);
}

function countSeen(group) {
	return group.last.reduce((count, day) => count + (day >= 0 ? 1 : 0), 0);
}

// Authenticated or not, a reporter is one.
function countReporters(totals) {
	return new Set(data.reporters.filter((_, i) => totals.typed
		? totals.byReporter.failed[i] > 0
		: totals.byReporter.last[i] >= 0).map(({name}) => name)).size;
}

// At least: behind the last that is listed there may be more than one.
function formatBound(names, group, count) {
	const last = names.length - 1;

	return formatNumber(count) +
		(names[last] === null && group.last[last] >= 0 ? "+" : "");
}

function describeAlert(alert) {
	const what = alert.type !== "" ? alert.type : alert.rule;
	const where = alert.host !== "" ? alert.host
		: alert.domain !== "" ? alert.domain : alert.reporter;

	return what + (where === "" ? "" : " at " + where) + " since " +
		alert.first;
}

function judgeAlerts(alerts) {
	const critical = alerts.filter(({severity}) => severity === "critical");

	if (critical.length > 0)
		return {level: "critical", text: countOf(critical.length,
			"critical alert is open: ", "critical alerts are open: ") +
			describeAlert(critical[0]) +
			(critical.length > 1 ? ", and others" : "")};
	if (alerts.length > 0)
		return {level: "warning", text: countOf(alerts.length,
			"alert is open: ", "alerts are open: ") +
			describeAlert(alerts[0]) +
			(alerts.length > 1 ? ", and others" : "")};
	return null;
}

function judgeSessions(filter, totals, sessions, failed) {
	if (sessions === 0)
		return {level: "warning", text: "No sessions in this period"};
	if (failed === 0)
		return {level: "good", text: filter.type === ""
			? "All sessions of this period were encrypted as they should be"
			: "No session of this period failed with " + filter.type};
	return {
		level: failed > sessions * HIGH_SHARE ? "warning" : "note",
		text: formatShare(failed, sessions) + " of the sessions failed" +
			(filter.type === "" ? "" : " with " + filter.type) + ", for " +
			formatBound(data.domains, totals.byDomain, countFailing(totals)) +
			(countFailing(totals) === 1 ? " domain" : " domains"),
	};
}

function judgeSilence() {
	const silent = data.today - data.newest;

	return silent < SILENT_DAYS || data.raw.until !== null ? null
		: "The newest report is about " + formatDay(data.newest) + ", " +
			countOf(silent, "day", "days") +
			" ago: check that mail to the report address arrives, " +
			"and run tlsreport check-config";
}

const LEVELS = {
	critical: "Act now", warning: "Look at this", note: "Mostly fine",
	good: "All is well",
};

function showVerdict(filter, totals) {
	const sessions = sumOf(totals.byDay.sessions);
	const failed = sumOf(totals.byDay.failed);
	const alerts = judgeAlerts(findAlerts(filter));
	const counts = judgeSessions(filter, totals, sessions, failed);
	const silence = judgeSilence();
	let level = alerts?.level ?? counts.level;
	const node = byId("verdict");

	if (silence !== null && level !== "critical")
		level = "warning";
	node.className = "verdict " + level;
	fill(node, element("strong", {}, LEVELS[level]), element("span", {},
		[alerts?.text, silence, counts.text].filter(Boolean).join(". ") +
		"."));
}

function makeNumber(id, label, value, notes, bad) {
	return element("div", {id, class: bad ? "number bad" : "number"},
		element("dt", {}, label), element("dd", {class: "value"}, value),
		notes.map((note) => note === null ? null
			: element("dd", {class: "muted"}, note)));
}

function describeBefore(totals) {
	const {sessions, failed, complete} = totals.before;

	return complete && sessions > 0
		? "the " + countOf(totals.days, "day", "days") + " before: " +
			formatShare(failed, sessions) : null;
}

function showNumbers(filter, totals) {
	const sessions = sumOf(totals.byDay.sessions);
	const failed = sumOf(totals.byDay.failed);
	const failing = countFailing(totals);
	const alerts = findAlerts(filter);
	const critical = alerts.filter(({severity}) => severity === "critical");

	fill(byId("numbers"),
		makeNumber("n-sessions", "Sessions", formatNumber(sessions),
			[formatNumber(sumOf(totals.successful)) + " encrypted"], false),
		makeNumber("n-share", "Share failed", formatShare(failed, sessions),
			[formatNumber(failed) + " failed", describeBefore(totals)],
			failed > 0),
		makeNumber("n-failing", "Failing domains",
			formatBound(data.domains, totals.byDomain, failing),
			["of " + formatNumber(countSeen(totals.byDomain))], failing > 0),
		makeNumber("n-alerts", "Open alerts", formatNumber(alerts.length),
			[formatNumber(critical.length) + " critical"],
			alerts.length > 0),
		makeNumber("n-reporters", "Reporters",
			formatNumber(countReporters(totals)),
			[countOf(sumOf(totals.byDay.reports), "report", "reports")],
			false));
}
