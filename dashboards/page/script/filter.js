// SPDX-License-Identifier: BSD-2-Clause
// What of the data is shown. It is part of the address, so that going back and
// bookmarks work.

// Beside the period.
const FILTERS = ["domain", "reporter", "type", "signed"];
const PERIODS = [7, 30, 90];
const DEFAULT_PERIOD = 30;

function makeDefaultFilter() {
	return {
		domain: "", reporter: "", type: "", signed: "",
		from: Math.max(data.start, data.end - DEFAULT_PERIOD + 1),
		to: data.end,
	};
}

function clampDay(text, otherwise) {
	const day = parseDay(text);

	if (!Number.isFinite(day))
		return otherwise;
	return Math.min(Math.max(day, data.start), data.end);
}

function readFilter() {
	const filter = makeDefaultFilter();
	const given = new URLSearchParams(location.hash.slice(1));

	for (const name of FILTERS)
		filter[name] = given.get(name) ?? "";
	filter.from = clampDay(given.get("from"), filter.from);
	filter.to = Math.max(filter.from, clampDay(given.get("to"), filter.to));
	return filter;
}

// What an address asks for and this page does not have.
function findUnknown(filter) {
	const given = new URLSearchParams(location.hash.slice(1));
	const isDomain = makeDomainTest(filter);
	const complaints = [
		[filter.domain !== "" && !data.domains.some(isDomain) &&
			!data.sumsOnly.some(({name}) => isDomain(name)),
		"No domain of this page has " + filter.domain + " in its name."],
		[filter.reporter !== "" && !data.reporters.some(
			({name}) => name === filter.reporter),
		"This page has no report of " + filter.reporter + "."],
		[filter.type !== "" && !data.types.includes(filter.type),
			"No report on this page names the failure type " +
			filter.type + "."],
		[!["", "yes"].includes(filter.signed),
			"There is no choice of reports with the name " +
			filter.signed + "."],
		...["from", "to"].map((name) => [
			given.has(name) && !Number.isFinite(parseDay(given.get(name))),
			given.get(name) + " is not a day: write it as 2026-01-31."]),
		...[...given.keys()].filter((name) =>
			![...FILTERS, "from", "to"].includes(name)).map((name) => [
			true, "This page has no filter with the name " + name + "."]),
	];

	return complaints.filter(([wrong]) => wrong).map(([, text]) => text);
}

function isDefault(filter) {
	return writeFilter(filter) === "";
}

function writeFilter(filter) {
	const standard = makeDefaultFilter();
	const given = new URLSearchParams();

	for (const name of FILTERS) {
		if (filter[name] !== "")
			given.set(name, filter[name]);
	}
	for (const name of ["from", "to"]) {
		if (filter[name] !== standard[name])
			given.set(name, formatDay(filter[name]));
	}
	return given.toString();
}

// A whole name stands for itself, a part of one for all that have it.
function makeDomainTest(filter) {
	const text = filter.domain.trim().toLowerCase();

	if (text === "")
		return () => true;
	if (data.domains.includes(text) ||
		data.sumsOnly.some(({name}) => name === text))
		return (name) => name === text;
	return (name) => (name ?? "").includes(text);
}

function isReporterShown(filter, name, signed) {
	return (filter.reporter === "" || filter.reporter === name) &&
		(filter.signed === "" || signed);
}

function matchFilter(filter) {
	return {
		domains: Uint8Array.from(data.domains, makeDomainTest(filter)),
		reporters: Uint8Array.from(data.reporters, ({name, signed}) =>
			isReporterShown(filter, name, signed)),
		types: Uint8Array.from(data.types, (name) =>
			filter.type === "" || filter.type === name),
		typed: filter.type !== "",
		from: filter.from - data.start,
		to: filter.to - data.start,
	};
}
