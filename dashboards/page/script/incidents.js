// SPDX-License-Identifier: BSD-2-Clause
// Incidents: what is wrong, by cause, and what was.

const MOST_REPORTERS = 10;

// By number of the host; the data do not change.
function getHostDomains() {
	if (data.hostDomains === undefined) {
		const {domain: domains = [], host: hosts = []} = data.failures.keys;

		data.hostDomains = data.hosts.map(() => new Set());
		hosts.forEach((host, i) => data.hostDomains[host].add(domains[i]));
	}
	return data.hostDomains;
}

// With more domains than are listed, those with failures at its host count, and
// all where these are not known.
function concernsDomain(incident, isShown) {
	const host = data.hosts.indexOf(incident.host);

	if (incident.domains.some(isShown))
		return true;
	if (incident.domain_count <= incident.domains.length)
		return false;
	return host < 0 || [...getHostDomains()[host]].some(
		(domain) => isShown(data.domains[domain]));
}

// Of many reporters not all are named.
function concernsReporter({reporter, reported_by: names}, name) {
	return reporter === name || names.length >= MOST_REPORTERS || names.some(
		(by) => by === name || by.startsWith(name + " (signed by "));
}

function chooseIncidents(incidents, filter) {
	const isShown = makeDomainTest(filter);

	return incidents.filter((incident) =>
		(filter.domain === "" || concernsDomain(incident, isShown)) &&
		(filter.type === "" || filter.type === incident.type) &&
		(filter.reporter === "" ||
			concernsReporter(incident, filter.reporter)));
}

function findIncidents(filter) {
	return chooseIncidents(data.incidents, filter);
}

// Those that are over have to be about the days that are shown.
function findPastIncidents(filter) {
	const [from, to] = [filter.from, filter.to].map(formatDay);

	return chooseIncidents(data.pastIncidents, filter).filter(
		({first, last}) => first <= to && last >= from);
}

// Those that are not listed are open, too.
function countIncidents(filter, incidents) {
	return isDefault(filter) || incidents.length === data.incidents.length
		? data.openIncidents : incidents.length;
}

function nameIncident({title, type}) {
	return title ?? type;
}

function nameOthers({domains, domain_count: count}) {
	const others = count - 1;

	return others > 0 ? [domains[0], " and " + countOf(others,
		"more domain", "more domains")].join("") : domains[0] ?? "";
}

function placeIncident(incident) {
	return incident.host || incident.reporter || nameOthers(incident);
}

function describeIncident(incident) {
	const place = placeIncident(incident);

	return nameIncident(incident) +
		(place === "" ? "" : (incident.reporter === "" ? " at " : ": ") +
			place) + " since " + incident.first;
}

function countDays({first, last}) {
	return parseDay(last) - parseDay(first) + 1;
}

function makeIncidentDetails(incident) {
	const facts = [
		["Now", incident.now ?? ""],
		["Failed", incident.unauthenticated === 0 ? ""
			: "of these, " + countOf(incident.unauthenticated, "session",
				"sessions") + " by unauthenticated reporters"],
		["Failure reason codes", incident.reasons.join(", ")],
		["Receiving addresses", incident.ips.join(", ")],
		["Domains", incident.domains.join(", ") +
			(incident.domain_count > incident.domains.length
				? " and " + countOf(incident.domain_count -
					incident.domains.length, "other", "others") : "")],
		["Acknowledged by", incident.acknowledged_by ?? ""],
		["Alerts", incident.alerts.slice(0, 20).map(
			(id) => "#" + id).join(", ") +
			(incident.alerts.length > 20 ? " and " + countOf(
				incident.alerts.length - 20, "other", "others") : "")],
	].filter(([, text]) => text !== "");

	return element("details", {},
		element("summary", {}, "What it means and what to do"),
		makeExplanation(incident.title === null ? UNKNOWN_TYPE : incident),
		facts.map(([name, text]) => element("p", {},
			element("strong", {}, name + ": "), text)));
}

function makeIncidentCell(incident, change) {
	return [
		makeBadge(incident.severity), " ",
		element("strong", {}, nameIncident(incident)), " ",
		incident.state === "open" ? null
			: element("span", {class: "badge plain"}, incident.state),
		nameIncident(incident) === incident.type ? null
			: element("div", {}, data.types.includes(incident.type)
				? makeLink(incident.type, "",
					() => change({type: incident.type}))
				: element("span", {class: "muted"}, incident.type)),
		makeIncidentDetails(incident),
	];
}

function makePlaceCell(incident, change) {
	return [
		incident.host === "" ? null
			: element("div", {class: "name"}, breakable(incident.host)),
		incident.reporter === "" ? null
			: element("div", {class: "name"}, breakable(incident.reporter)),
		incident.domains.slice(0, incident.host === "" ? 3 : 1).map((name) =>
			element("div", {}, makeLink(name, "",
				() => change({domain: name})))),
		incident.domain_count < 2 ? null : element("div", {class: "muted"},
			countOf(incident.domain_count, "domain", "domains")),
	];
}

// Reporters are few, and so are the causes that more than some of them see.
function makeSeenCell({reported_by: names}) {
	return [
		names.length === 0 ? "–" : names.slice(0, 3).map((name) =>
			element("div", {class: "name"}, breakable(name))),
		names.length > 3 ? element("div", {class: "muted"},
			"and " + formatNumber(names.length - 3) + " more") : null,
	];
}

function countColumn(title, name) {
	return {title, number: true, value: (incident) => incident[name],
		cell: (incident) => formatNumber(incident[name])};
}

function dayColumn(title, name) {
	return {title, day: true, value: (incident) => incident[name] ?? "",
		cell: (incident) => (incident[name] ?? "–").slice(0, 10)};
}

function makeCauseColumns(change) {
	return [
		{title: "Incident", value: nameIncident, wide: true,
			csv: ({severity, type}) => severity + " " + type,
			cell: (incident) => makeIncidentCell(incident, change)},
		{title: "Where", value: placeIncident, long: true,
			csv: ({host, reporter, domains}) => [host, reporter, ...domains]
				.filter(Boolean).join(" "),
			cell: (incident) => makePlaceCell(incident, change)},
	];
}

function makeSeenColumn() {
	return {title: "Reported by", long: true,
		value: ({reported_by: names}) => names.join(", "),
		cell: makeSeenCell};
}

function makeIncidentsTable({filter, change}) {
	const share = ({failed, sessions}) => sessions > 0
		? failed / sessions : 0;

	return {
		name: "incidents", label: "h-incidents", sort: null, first: 5,
		nothing: data.incidents.length === 0
			? "No incident is open. Unauthenticated reports open none " +
				"unless a rule says so."
			: "No open incident matches the filter; " +
				formatNumber(data.openIncidents) + " without it.",
		rows: findIncidents(filter),
		columns: [
			...makeCauseColumns(change),
			countColumn("Domains", "domain_count"),
			countColumn("Failed", "failed"),
			{title: "Share", number: true, value: share,
				cell: ({failed, sessions}) => formatShare(failed, sessions)},
			countColumn("Withheld", "withheld"),
			dayColumn("Since", "first"),
			dayColumn("Last day", "last"),
			makeSeenColumn(),
		],
	};
}

function makePastTable({filter, change}) {
	return {
		name: "past-incidents", sort: null, first: 5,
		nothing: "No incident of these days is over.",
		rows: findPastIncidents(filter),
		columns: [
			...makeCauseColumns(change),
			dayColumn("First day", "first"),
			dayColumn("Last day", "last"),
			{title: "Days", number: true, value: countDays,
				cell: (incident) => formatNumber(countDays(incident))},
			countColumn("Failed", "failed"),
			dayColumn("Opened", "opened"),
			dayColumn("Over", "resolved"),
			makeSeenColumn(),
		],
	};
}

function showIncidents(selection) {
	const {filter} = selection;
	const table = makeIncidentsTable(selection);

	fill(byId("h-incidents"), "Open incidents", data.openIncidents === 0
		? null : element("span", {class: "muted"}, " " + (
			table.rows.length === data.incidents.length
				? formatNumber(data.openIncidents)
				: formatNumber(table.rows.length) + " of " +
					formatNumber(data.openIncidents) +
					" match the filter")));
	drawTable(byId("t-incidents"), table);
	byId("s-incidents").classList.toggle("filtered", !isDefault(filter));
}
