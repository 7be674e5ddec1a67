// SPDX-License-Identifier: BSD-2-Clause
// Draws the page, now and whenever the filter changes.

let shown = "";

function drawPage() {
	const filter = readFilter();
	const totals = isDefault(filter) ? getDefaultTotals() : addUp(filter);
	const selection = {filter, totals, change: changeFilter};

	shown = location.hash;
	showAbout(filter);
	showControls(filter);
	showMatches(filter, totals);
	showVerdict(filter, totals);
	showIncidents(selection);
	showExplanation(
		{filter, totals, clear: () => changeFilter({type: ""})});
	showNumbers(filter, totals);
	showCharts(filter, totals, changeFilter);
	showPanels(selection);
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

	if (data.openIncidents > data.incidents.length)
		cuts.push("Of " + formatNumber(data.openIncidents) +
			" open incidents the worst " +
			formatNumber(data.incidents.length) + " are here.");
	return [...describeDomainCuts(), ...cuts];
}

function describeDomainCuts() {
	const named = data.domains.filter((name) => name !== null).length;
	const more = data.raw.domain_count - named;

	if (more === 0)
		return [];
	return ["Of " + formatNumber(data.raw.domain_count) + " domains the " +
		formatNumber(named) + " with most failures are here with all their " +
		"days, the others are counted together. Of " +
		formatNumber(data.sumsOnly.length) + " of those the sums of all days " +
		"are here" + (more > data.sumsOnly.length ? ", and of " +
			formatNumber(more - data.sumsOnly.length) + " not even these" : "") +
		". See one of them whole: tlsreport dashboard --domain NAME."];
}

// Whether strangers may have written what the page shows.
function describeTrust() {
	if (data.raw.authenticated)
		return ["Unauthenticated reports are left out of this page, except " +
			"incidents are shown all the same."];
	if (data.reporters.some(({signed}) => signed) || data.empty)
		return [];
	return ["All reports are unauthenticated: anyone who knows the address " +
		"can have sent them. Set dkim in tlsrpt-milter.conf, so that " +
		"signatures are looked for."];
}

// Who has the page of one domain sees whose it is, whatever its title is.
function showHeading() {
	const domain = findOnlyDomain();

	if (domain !== "")
		fill(document.querySelector("h1"), pageTitle + ": ",
			element("span", {class: "name"}, breakable(domain)));
}

// The same period and domains as the figures.
function showAbout(filter) {
	fill(byId("about"), [
		"RFC 8460", filter === null ? null : describeScope(filter),
		"made " + formatMinute(data.made) + " UTC",
	].filter(Boolean).join(" · "));
}

function showNotes() {
	fill(byId("notes"), [
		...(data.empty ? [] : ["This page has the reports about " +
			formatDay(data.start) + " to " + formatDay(data.end) + " and " +
			countOf(data.domainCount, "domain", "domains") + ".",
		"If a reporter lists the same sessions under DANE and under " +
			"MTA-STS, they count once, except by type, by MX host and in " +
			"what is withheld."]),
		...(data.reports.length === 0 ? [] : ["The list has the " +
			formatNumber(data.reports.length) + " newest reports, with the " +
			"figures of all their policies" + (data.raw.only_domain
			? " about this domain." : ".") + " Of the newest " +
			formatNumber(data.storedCount) + " all that is stored is here, " +
			"unless it is very long: open them by their day."]),
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

	for (const id of ["filtering", "figures", "results"])
		byId(id).hidden = true;
	byId("verdict").hidden = data.incidents.length === 0 && !isStale();
	byId("s-incidents").hidden = data.incidents.length === 0;
	byId("empty").hidden = false;
	showAbout(null);
	showVerdict(makeDefaultFilter(), null);
	showIncidents({filter: makeDefaultFilter(), change: () => {}});
	fill(byId("empty"), element("h2", {}, "No reports yet"),
		element("p", {}, "No report about the days and domains of this " +
			"page is stored. The first reports arrive on the day after " +
			"the record is published."),
		element("ol", {}, steps.map(([text, command]) => element("li", {},
			text, element("code", {}, command)))));
}

function startPage() {
	byId("main").hidden = false;
	showHeading();
	showNotes();
	if (data.empty) {
		watchTheme(showEmpty);
		watchAge(showEmpty);
		showEmpty();
	} else {
		fill(byId("panels"), makePanels());
		byId("filtering").open = matchMedia("(min-width: 641px)").matches ||
			!isDefault(readFilter());
		watchControls(changeFilter);
		watchTheme(drawPage);
		watchAge(drawPage);
		watchAddress();
		drawPage();
	}
	watchWidth();
	document.documentElement.dataset.ready = "";
}

function watchAddress() {
	addEventListener("hashchange", () => {
		if (location.hash !== shown)
			drawPage();
	});
	addEventListener("popstate", drawPage);
}

function watchWidth() {
	let width = 0;

	new ResizeObserver(([{contentRect}]) => {
		if (contentRect.width !== width)
			fitTables();
		width = contentRect.width;
	}).observe(byId("main"));
}

// A page may stay open until it is out of date.
function watchAge(redraw) {
	const stale = isStale();

	document.addEventListener("visibilitychange", () => {
		if (isStale() !== stale)
			redraw();
	});
}

startPage();
