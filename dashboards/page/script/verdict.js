// SPDX-License-Identifier: BSD-2-Clause
// What is to be known first. The verdict is on all that the page has: a filter
// adds what it chooses, and makes nothing good that is not.

// Days without a report after which something may be wrong with receiving them.
const SILENT_DAYS = 4;
const HIGH_SHARE = 0.05;
// Days after which a page is too old for a verdict.
const STALE_DAYS = 2;

const LEVELS = {
	critical: "Act now", warning: "Look at this", stale: "Out of date",
	note: "Mostly fine", good: "All is well",
};

function findAge() {
	return (Date.now() - Date.parse(data.made)) / 1000 / DAY_SECONDS;
}

function isStale() {
	return findAge() > STALE_DAYS;
}

function judgeIncidents(incidents, count) {
	const critical = incidents.filter(
		({severity}) => severity === "critical");
	const [worst] = critical.length > 0 ? critical : incidents;
	const all = critical.length > 0 ? critical.length : count;

	return worst === undefined ? null : {
		level: critical.length > 0 ? "critical" : "warning",
		text: formatNumber(all) + (critical.length > 0 ? " critical" : "") +
			(all === 1 ? " incident is open: " : " incidents are open: ") +
			describeIncident(worst) + (all > 1 ? ", and others" : ""),
	};
}

function judgeSessions(filter, totals) {
	const sessions = sumOf(totals.byDay.sessions);
	const failed = sumOf(totals.byDay.failed);
	const failing = countFailing(filter, totals);

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
			formatAtLeast(failing) +
			(failing.count === 1 ? " domain" : " domains"),
	};
}

function judgeSilence() {
	const silent = data.today - data.newest;

	return data.empty || silent < SILENT_DAYS || data.raw.until !== null
		? null
		: {level: "warning", text: "The newest report is about " +
			formatDay(data.newest) + ", " + countOf(silent, "day", "days") +
			" before this page was made: check that mail to the report " +
			"address arrives, and run tlsreport check-config"};
}

function judgeAge() {
	return !isStale() ? null : {level: "stale",
		text: "This page was made " + countOf(Math.floor(findAge()),
			"day", "days") + " ago, on " + data.made.slice(0, 10) +
			", and says nothing about the days since: write it again " +
			"with tlsreport dashboard. When it was made: "};
}

function judgeAll() {
	const filter = makeDefaultFilter();
	const judgements = [
		judgeIncidents(data.incidents, data.openIncidents), judgeSilence(),
		data.empty ? {level: "warning",
			text: "No report about these days is stored"}
			: judgeSessions(filter, getDefaultTotals()),
	].filter((judgement) => judgement !== null);
	const order = Object.keys(LEVELS);

	return {
		level: order[Math.min(...judgements.map(
			({level}) => order.indexOf(level)))] ?? "warning",
		text: judgements.map(({text}) => text + ".").join(" "),
	};
}

// Of incidents only how many: the worst of all is named before.
function describeSelection(filter, totals) {
	const incidents = findIncidents(filter);
	const sums = findSumsOnly(filter);

	return "Chosen here: " + describeScope(filter) + ": " +
		countOf(incidents.length, "open incident", "open incidents") + ". " +
		(sums.length > 0 && countSeen(filter, totals).count === 0
			? "Of " + countOf(sums.length, "domain", "domains") +
				" only the sums of the whole page are here"
			: judgeSessions(filter, totals).text) + ".";
}

function describeVerdict() {
	const {level} = judgeAll();

	return isStale() ? LEVELS.stale : LEVELS[level];
}

const pageTitle = document.title;

// Who only looks at the name of the tab sees whose page it is, and the worst.
function showTitle(filter) {
	const whose = filter.domain !== "" ? filter.domain
		: findOnlyDomain() || (data.empty ? "" : countOf(
			data.domainCount, "domain", "domains"));

	document.title = [describeVerdict(), clean(whose), pageTitle].filter(
		Boolean).join(" · ");
}

function showVerdict(filter, totals) {
	const {level, text} = judgeAll();
	const age = judgeAge();
	const standard = totals === null || isDefault(filter);
	const scope = standard ? null : element("span", {class: "scope"},
		"All of this page, ", describePeriod(makeDefaultFilter()), ": ");
	const node = byId("verdict");

	node.className = "verdict " + (age === null ? level : "stale");
	fill(node,
		element("strong", {}, describeVerdict()),
		element("span", {},
			age === null ? null : element("b", {}, age.text), scope, text),
		standard ? null : element("span", {class: "chosen"},
			describeSelection(filter, totals)));
	showTitle(filter);
}
