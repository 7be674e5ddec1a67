// SPDX-License-Identifier: BSD-2-Clause
// Draws the page, now and whenever the filter changes.

let shown = "";

function drawPage() {
	const filter = readFilter();
	const totals = addUp(filter);

	shown = location.hash;
	showControls(filter);
	showMatches(filter, totals);
	showVerdict(filter, totals);
	showExplanation(
		{filter, totals, clear: () => changeFilter({type: ""})});
	showNumbers(filter, totals);
	showCharts(filter, totals, changeFilter);
	showPanels({filter, totals, change: changeFilter});
}

// A later start than the end, or the other way round, moves the other one. Who
// asked for a type is led to what it means, and who used what is gone now to
// the figures.
function changeFilter(changes) {
	const filter = {...readFilter(), ...changes};

	if (filter.from > filter.to)
		filter[changes.to === undefined ? "to" : "from"] =
			changes.to ?? changes.from;
	history.pushState(null, "", "#" + writeFilter(filter));
	drawPage();
	if (changes.type)
		byId("explanation-title").focus();
	else if (document.activeElement === document.body)
		byId("numbers").focus({preventScroll: changes.from !== undefined});
}

function describeCuts() {
	const {raw} = data;
	const cuts = [
		[data.domains, raw.domain_count, "domains", "with most failures"],
		[data.reporters, raw.reporter_count, "reporters",
			"with most reports"],
		[data.types, raw.type_count, "failure types", "seen most"],
		[data.hosts, raw.host_count, "MX hosts", "with most failures"],
	].filter(([names]) => names.length > 0 &&
		(names.at(-1) === null || names.at(-1).name === null)).map(
		([names, count, what, which]) => "Of " + formatNumber(count) + " " +
			what + " the " + formatNumber(names.filter((name) =>
			name !== null && name.name !== null).length) + " " + which +
			" are named, the others are counted together.");

	if (data.openAlerts > data.alerts.length)
		cuts.push("Of " + formatNumber(data.openAlerts) +
			" open alerts the first " + formatNumber(data.alerts.length) +
			" are here.");
	return cuts;
}

// Whether strangers may have written what the page shows.
function describeTrust() {
	if (data.raw.authenticated)
		return ["Unauthenticated reports are left out of this page, except " +
			"that alerts are shown all the same."];
	if (data.reporters.some(({signed}) => signed) || data.empty)
		return [];
	return ["All reports are unauthenticated: anyone who knows the address " +
		"can have sent them. Set dkim in tlsrpt-milter.conf, so that " +
		"signatures are looked for."];
}

function showAbout() {
	const days = data.empty ? "" : " · " + formatDay(data.start) + " to " +
		formatDay(data.end) + " · " +
		countOf(data.raw.domain_count, "domain", "domains");

	fill(byId("about"), "RFC 8460" + days + " · made " +
		formatMinute(data.made) + " UTC");
	fill(byId("notes"), [
		...(data.empty ? [] : ["If a reporter lists the same sessions under " +
			"DANE and under MTA-STS, they count once."]),
		...(data.reports.length === 0 ? [] : ["The list has the " +
			formatNumber(data.reports.length) + " newest reports, with the " +
			"figures of all their policies."]),
		...describeTrust(),
		...describeCuts(),
	].map((note) => element("li", {}, note)));
}

function showEmpty() {
	const steps = [
		["Publish the address: ", "_smtp._tls.example.com. TXT " +
			"\"v=TLSRPTv1; rua=mailto:tls-reports@example.com\""],
		["Check that the filter knows it: ", "tlsreport check-config"],
		["Check that reports can be stored: ", "tlsreport check-db"],
		["Import the reports that you have already: ", "tlsreport import MAIL..."],
	];

	for (const id of ["verdict", "filter", "results"])
		byId(id).hidden = true;
	byId("numbers").parentNode.hidden = true;
	byId("empty").hidden = false;
	fill(byId("empty"), element("h2", {}, "No reports yet"),
		element("p", {}, "No report about the days and domains of this " +
			"page is stored. The first reports arrive on the day after " +
			"the record is published."),
		element("ol", {}, steps.map(([text, command]) => element("li", {},
			text, element("code", {}, command)))));
}

function startPage() {
	byId("main").hidden = false;
	showAbout();
	if (data.empty) {
		watchTheme(() => {});
		showEmpty();
		return;
	}
	fill(byId("panels"), makePanels());
	watchControls(changeFilter);
	watchTheme(drawPage);
	addEventListener("hashchange", () => {
		if (location.hash !== shown)
			drawPage();
	});
	addEventListener("popstate", drawPage);
	drawPage();
	document.documentElement.dataset.ready = "";
}

startPage();
