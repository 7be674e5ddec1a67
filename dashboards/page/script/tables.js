// SPDX-License-Identifier: BSD-2-Clause
// The panels with tables, and the list of them.

// A name that filters, or what stands for many that cannot.
function makeLink(name, others, click) {
	return name === null ? element("em", {}, others)
		: name === "" ? element("em", {}, "not given")
			: button(breakable(name), click, {class: "link name"});
}

function indexesOf(group, names) {
	return names.map((_, i) => i).filter((i) => group.last[i] >= 0);
}

function lastColumn(group) {
	return makeDayColumn("Last day", group.last);
}

function makeDayColumn(title, days) {
	const format = (i) => days[i] < 0 ? "" : formatDay(data.start + days[i]);

	return {title, day: true, value: (i) => days[i], csv: format,
		cell: (i) => format(i) || "–"};
}

function failedColumn(group) {
	return {title: "Failed", number: true, value: (i) => group.failed[i],
		cell: (i) => formatNumber(group.failed[i])};
}

function sessionColumns(group) {
	const share = (i) => group.sessions[i] > 0
		? group.failed[i] / group.sessions[i] : 0;

	return [
		{title: "Reports", number: true,
			value: (i) => group.reports[i],
			cell: (i) => formatNumber(group.reports[i])},
		{title: "Sessions", number: true, value: (i) => group.sessions[i],
			cell: (i) => formatNumber(group.sessions[i])},
		failedColumn(group),
		{title: "Share", number: true, value: share,
			cell: (i) => makeShare(share(i), group.failed[i],
				group.sessions[i])},
	];
}

// In mode testing mail is delivered all the same: that it would not be, in mode
// enforce, is to be known before the mode is changed.
function withheldColumns(group) {
	return [["Withheld", "withheld"], ["If enforced", "wouldWithhold"]].map(
		([title, name]) => ({title, number: true, value: (i) => group[name][i],
			cell: (i) => formatNumber(group[name][i])}));
}

function makeShare(share, failed, sessions) {
	const bar = element("span", {class: "bar", "aria-hidden": "true"});

	bar.style.setProperty("--share", Math.min(Math.sqrt(share), 1));
	return [bar, element("span", {}, formatShare(failed, sessions))];
}

function makeTypesTable({totals, change}) {
	const group = totals.byType;
	const all = sumOf(group.failed);

	return {
		name: "types", sort: [2, true],
		nothing: "No failure is reported for this selection.",
		isRest: (i) => data.types[i] === null,
		rows: indexesOf(group, data.types),
		columns: [
			{title: "Type", value: (i) => data.types[i] ?? "", wide: true,
				cell: (i) => makeTypeCell(data.types[i], totals, change)},
			{title: "Severity",
				value: (i) => getExplanation(data.types[i]).severity ?? "",
				cell: (i) => makeBadge(
					getExplanation(data.types[i]).severity) ?? "–"},
			failedColumn(group),
			{title: "Of failures", number: true, minor: true,
				value: (i) => all > 0 ? group.failed[i] / all : 0,
				cell: (i) => formatShare(group.failed[i], all)},
			{title: "Domains", number: true,
				value: (i) => totals.typeDomains[i].size,
				cell: (i) => formatDomainSet(totals.typeDomains[i])},
			makeDayColumn("First day", group.first),
			lastColumn(group),
		],
	};
}

function makeTypeCell(type, totals, change) {
	return type === null ? element("em", {}, "other types") : [
		makeLink(type, "", () => change({type})),
		makeDetails(explainType(type, totals)),
	];
}

function makeDetails(words) {
	return element("details", {}, element("summary", {}, words.title),
		makeExplanation(words));
}

function makeDomainsTable({totals, change}) {
	const group = totals.byDomain;

	return {
		name: "domains", sort: [4, true],
		nothing: "No domain has sessions in this selection.",
		isRest: (i) => data.domains[i] === null,
		rows: indexesOf(group, data.domains).filter(
			(i) => !totals.typed || group.failed[i] > 0),
		columns: [
			{title: "Domain", value: (i) => data.domains[i] ?? "",
				cell: (i) => makeLink(data.domains[i], "other domains",
					() => change({domain: data.domains[i]}))},
			{title: "Policy", value: (i) => getMode(data.domains[i]),
				cell: (i) => getMode(data.domains[i]) || "–"},
			...sessionColumns(group),
			...withheldColumns(group),
			{title: "Failed over time", minor: true,
				value: (i) => findPeak(totals.trends, i),
				csv: (i) => [...getBars(totals.trends, i)].join(" "),
				cell: (i) => drawTrend(totals.trends, i)},
			lastColumn(group),
		],
	};
}

// Of these there are only sums, of all days of the page.
function makeMoreTable({filter, change}) {
	const isShown = makeDomainTest(filter);
	const sessions = ({successful, failed}) => successful + failed;

	return {
		name: "more-domains", sort: null,
		nothing: "None of these domains matches the filter.",
		rows: data.sumsOnly.filter(({name}) => isShown(name)),
		columns: [
			{title: "Domain", value: ({name}) => name,
				cell: ({name}) => makeLink(name, "",
					() => change({domain: name}))},
			{title: "Sessions", number: true, value: sessions,
				cell: (domain) => formatNumber(sessions(domain))},
			{title: "Failed", number: true, value: ({failed}) => failed,
				cell: ({failed}) => formatNumber(failed)},
			{title: "Share", number: true,
				value: (domain) => domain.failed / sessions(domain) || 0,
				cell: (domain) => formatShare(
					domain.failed, sessions(domain))},
		],
	};
}

function makeHostsTable({totals, change}) {
	const group = totals.byHost;

	return {
		name: "hosts", sort: [2, true],
		nothing: "No failure is reported for this selection.",
		isRest: (i) => data.hosts[i] === null,
		rows: indexesOf(group, data.hosts),
		columns: [
			{title: "MX host", value: (i) => data.hosts[i] ?? "",
				cell: (i) => data.hosts[i] === null
					? element("em", {}, "other hosts")
					: data.hosts[i] === ""
						? element("em", {}, "not given")
						: element("span", {class: "name"},
							breakable(data.hosts[i]))},
			{title: "Types", long: true, value: (i) => totals.hostTypes[i].size,
				csv: (i) => [...totals.hostTypes[i]].map(
					(type) => data.types[type] ?? "other").join(" "),
				cell: (i) => [...totals.hostTypes[i]].sort(
					(a, b) => a - b).slice(0, 3).map((type) =>
					element("div", {}, makeLink(data.types[type],
						"other types",
						() => change({type: data.types[type]}))))},
			failedColumn(group),
			{title: "Domains", number: true,
				value: (i) => totals.hostDomains[i].size,
				cell: (i) => formatDomainSet(totals.hostDomains[i])},
			lastColumn(group),
		],
	};
}

function makeReportersTable({totals, change}) {
	const group = totals.byReporter;

	return {
		name: "reporters", sort: [1, true],
		nothing: "No reporter has reports in this selection.",
		isRest: (i) => data.reporters[i].name === null,
		rows: indexesOf(group, data.reporters).filter(
			(i) => !totals.typed || group.failed[i] > 0),
		columns: [
			{title: "Reporter", value: (i) => data.reporters[i].name ?? "",
				csv: (i) => nameReporter(data.reporters[i]),
				cell: (i) => [makeLink(data.reporters[i].name,
					"other reporters",
					() => change({reporter: data.reporters[i].name})),
				makeSigned(data.reporters[i].signed,
					data.reporters[i].signer),
				makeLoops(data.reporters[i])]},
			...sessionColumns(group),
			lastColumn(group),
		],
	};
}

// Sessions that a reporter has for no other reason than to report.
function makeLoops(reporter) {
	return data.loops.filter((loop) => loop.reporter === reporter.name &&
		loop.signed === reporter.signed && loop.signer === reporter.signer)
		.map(({domain, first, last, ongoing, remedy}) => makeDetails({
			title: "reports its own report mail",
			explanation: "Sessions with " + domain + " are mail in which " +
				"its reports came, " + (ongoing ? "since " + first
				: "from " + first + " to " + last) + ".",
			remedy}));
}

function nameReporter({name, signed, signer}) {
	return (name ?? "other reporters") + (!signed ? " (unauthenticated)"
		: signer === null ? "" : " (signed by " + signer + ")");
}

// A signer is given where the reporter's name does not say who it is.
function makeSigned(signed, signer = null) {
	if (signer !== null)
		return element("div", {class: "muted"}, "signed by " + signer);
	return signed ? null : [" ", element("span",
		{class: "badge plain", title: "without a valid DKIM signature"},
		"unauthenticated")];
}

function findReports(filter) {
	const isShown = makeDomainTest(filter);
	const [from, to] = [filter.from, filter.to].map(formatDay);

	return data.reports.filter((report) =>
		report.day >= from && report.day <= to &&
		isReporterShown(filter, report.reporter, report.signed) &&
		(filter.type === "" || report.types.includes(filter.type)) &&
		(filter.domain === "" ||
			(report.domains ?? []).some(isShown)));
}

function makeNames(names, count, click) {
	return [
		names.slice(0, 3).map((name) => element("div", {},
			makeLink(name, "", () => click(name)))),
		names.length > 3 ? element("div", {class: "muted"},
			"and " + formatNumber(count - 3) + " more") : null,
	];
}

function makeReportsTable({filter, change}) {
	return {
		name: "reports", sort: [1, true],
		nothing: data.reports.length === 0
			? "The reports of these days are no longer stored."
			: "None of the newest " + formatNumber(data.reports.length) +
				" reports is part of this selection.",
		rows: findReports(filter),
		details: {
			key: ({key}) => key,
			name: ({reporter}) => "report of " + reporter,
			isOpen: ({key}) => openReports.has(key),
			toggle: ({key}) => openReports.has(key)
				? openReports.delete(key) : openReports.add(key),
			make: makeReportDetails,
		},
		columns: [
			{title: "Day", day: true, value: ({day}) => day,
				cell: ({day}) => day},
			{title: "Received", minor: true, day: true,
				value: ({received}) => received,
				cell: ({received}) => formatMinute(received)},
			{title: "Reporter", long: true, value: ({reporter}) => reporter,
				csv: ({reporter, signed, signer}) => nameReporter(
					{name: reporter, signed, signer}),
				cell: ({reporter, signed, signer}) => [
					makeLink(reporter, "", () => change({reporter})),
					makeSigned(signed, signer)]},
			{title: "Domains", long: true,
				value: ({domains}) => domains?.[0] ?? "",
				csv: ({domains}) => (domains ?? []).join(" "),
				cell: ({domains}) => makeNames(domains ?? [],
					(domains ?? []).length, (domain) => change({domain}))},
			{title: "Failures", long: true, value: ({types}) => types[0] ?? "",
				csv: ({types}) => types.join(" "),
				cell: ({types}) => types.length === 0 ? "–" : makeNames(
					types, types.length, (type) => change({type}))},
			{title: "Encrypted", number: true,
				value: ({successful}) => successful,
				cell: ({successful}) => formatNumber(successful)},
			{title: "Failed", number: true, value: ({failed}) => failed,
				cell: ({failed}) => formatNumber(failed)},
		],
	};
}

// In their order; of two that are halves the one stands beside the other.
const PANELS = [
	{id: "types", title: "What failed", make: makeTypesTable},
	{id: "domains", title: "Domains", make: makeDomainsTable},
	{id: "more-domains", make: makeMoreTable, some: () => data.sumsOnly.length,
		title: "Domains of which only the sums of all days are here"},
	{id: "rollout", title: "What to do next with policies",
		make: makeRolloutTable, some: () => data.rollout.length},
	{id: "hosts", title: "MX hosts with failures", make: makeHostsTable,
		half: true},
	{id: "reporters", title: "Reporters", make: makeReportersTable,
		half: true},
	{id: "past-incidents", title: "Past incidents", make: makePastTable},
	{id: "reports", title: "Newest reports", make: makeReportsTable},
];

function listPanels() {
	return PANELS.filter(({some}) => some === undefined || some() > 0);
}

function makePanel({id, title}) {
	return element("section", {id: "s-" + id, class: "panel",
		"aria-labelledby": "h-" + id},
	element("h2", {id: "h-" + id}, title), element("div", {id: "t-" + id}));
}

function makePanels() {
	const rows = [];

	for (const panel of listPanels()) {
		const node = makePanel(panel);
		const row = rows.at(-1);
		if (panel.half && row?.className === "pair" &&
			row.children.length === 1)
			row.append(node);
		else
			rows.push(panel.half
				? element("div", {class: "pair"}, node) : node);
	}
	return rows;
}

function showPanels(selection) {
	for (const {id, make} of listPanels())
		drawTable(byId("t-" + id), {...make(selection), label: "h-" + id});
}

function fitTables() {
	for (const node of document.querySelectorAll("[id^='t-']"))
		fitTable(node);
}
