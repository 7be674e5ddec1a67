// SPDX-License-Identifier: BSD-2-Clause
// Five figures of what is chosen, and in words what that is.

// More characters than there is room for in large ones.
const LONG = 9;

// Whether all that the page has is chosen, as sums are of all of it.
function isWhole(filter) {
	return FILTERS.every((name) => filter[name] === "") &&
		filter.from === data.start && filter.to === data.end;
}

// How many, and whether there may be more: behind the last that is listed there
// is one at least. A name of which reporters speak under DANE alone is that of a
// host.
function countDomains(filter, isCounted, isSumCounted) {
	const counted = data.domains.filter((name, i) =>
		isCounted(i) && getMode(name) !== DANE_HOST);
	const others = data.raw.domain_count - data.domains.length + 1;

	if (counted.at(-1) !== null)
		return {count: counted.length, more: false};
	if (!isWhole(filter) || data.sumsOnly.length < others)
		return {count: counted.length, more: true};
	return {count: counted.length - 1 + data.sumsOnly.filter((domain) =>
		isSumCounted(domain) && getMode(domain.name) !== DANE_HOST).length,
	more: false};
}

function countFailing(filter, totals) {
	return countDomains(filter, (i) => totals.byDomain.failed[i] > 0,
		({failed}) => failed > 0);
}

function countSeen(filter, totals) {
	return countDomains(filter, (i) => totals.byDomain.last[i] >= 0,
		() => true);
}

function formatAtLeast({count, more}) {
	return formatNumber(count) + (more ? "+" : "");
}

// Of numbers of domains, of which the last may stand for others.
function formatDomainSet(numbers) {
	return formatAtLeast({count: numbers.size,
		more: data.domains.at(-1) === null &&
			numbers.has(data.domains.length - 1)});
}

// Authenticated or not, a reporter is one.
function countReporters(totals) {
	return new Set(data.reporters.filter((_, i) => totals.typed
		? totals.byReporter.failed[i] > 0
		: totals.byReporter.last[i] >= 0).map(({name}) => name)).size;
}

function describePeriod({from, to}) {
	return formatDay(from) + " to " + formatDay(to);
}

// The name of the domain that all of the page is about, or "".
function findOnlyDomain() {
	const names = data.domains.filter((name) =>
		name !== null && getMode(name) !== DANE_HOST);

	return data.domainCount === 1 && names.length === 1 ? names[0] : "";
}

function describeScope(filter) {
	const domain = filter.domain !== "" ? filter.domain : findOnlyDomain();

	return [
		describePeriod(filter),
		domain === "" ? "all domains" : "domain " + domain,
		filter.reporter === "" ? null : "reporter " + filter.reporter,
		filter.type === "" ? null : "failure type " + filter.type,
		filter.signed === "" ? null : "only authenticated reports",
	].filter(Boolean).join(", ");
}

// Domains that the filter finds, of which the page has nothing but sums.
function findSumsOnly(filter) {
	const isShown = makeDomainTest(filter);

	return filter.domain === "" ? []
		: data.sumsOnly.filter(({name}) => isShown(name));
}

function showMatches(filter, totals) {
	const unknown = findUnknown(filter);

	fill(byId("matches"),
		unknown.map((text) => element("strong", {class: "unknown"}, text,
			" ")),
		countOf(totals.days, "day", "days") + ", " +
			formatAtLeast(countSeen(filter, totals)) + " of " + countOf(
				data.domainCount, "domain", "domains") +
			" with sessions: " + describeScope(filter) + ".");
}

function makeNumber(id, label, value, notes, bad) {
	return element("div", {id, class: bad ? "number bad" : "number"},
		element("dt", {}, label),
		element("dd", {class: value.length > LONG ? "value long" : "value"},
			value),
		notes.map((note) => note === null ? null
			: element("dd", {class: "muted"}, note)));
}

function describeBefore(totals) {
	const {sessions, failed, complete} = totals.before;

	return complete && sessions > 0
		? "the " + countOf(totals.days, "day", "days") + " before: " +
			formatShare(failed, sessions) : null;
}

function makeIncidentsNumber(filter) {
	const incidents = findIncidents(filter);
	const critical = incidents.filter(
		({severity}) => severity === "critical");

	return makeNumber("n-incidents", "Open incidents",
		formatNumber(countIncidents(filter, incidents)),
		[formatNumber(critical.length) + " critical"],
		incidents.length > 0);
}

function showNumbers(filter, totals) {
	const sessions = sumOf(totals.byDay.sessions);
	const failed = sumOf(totals.byDay.failed);
	const failing = countFailing(filter, totals);
	const seen = countSeen(filter, totals);

	fill(byId("numbers"),
		makeNumber("n-sessions", "Sessions", formatNumber(sessions),
			[formatNumber(sumOf(totals.successful)) + " encrypted"], false),
		makeNumber("n-share", "Share failed", formatShare(failed, sessions),
			[formatNumber(failed) + " failed", describeBefore(totals)],
			failed > 0),
		makeNumber("n-failing", "Failing domains",
			formatAtLeast(failing), ["of " + formatNumber(
				seen.more ? data.domainCount : seen.count)],
			failing.count > 0),
		makeIncidentsNumber(filter),
		makeNumber("n-reporters", "Reporters",
			formatNumber(countReporters(totals)),
			[countOf(sumOf(totals.byDay.reports), "report", "reports")],
			false));
}
