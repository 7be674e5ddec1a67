// SPDX-License-Identifier: BSD-2-Clause
// The form of the filter.

const MAX_SUGGESTIONS = 100;

function makeOption(value, text) {
	return element("option", {value}, text);
}

// A choice that the data does not have, as from an old address, is still seen.
function fillSelect(select, all, names, chosen) {
	const known = [...new Set(names.filter(
		(name) => name !== null && name !== ""))];

	if (chosen !== "" && !known.includes(chosen))
		known.push(chosen);
	fill(select, makeOption("", all),
		known.sort((a, b) => a.localeCompare(b, "en")).map(
			(name) => makeOption(name, name)));
	select.value = chosen;
}

function findPeriod(filter) {
	if (filter.to !== data.end)
		return "own";
	if (filter.from === data.start)
		return "all";
	return String(PERIODS.find(
		(days) => filter.from === data.end - days + 1) ?? "own");
}

function fillPeriods(filter) {
	const all = data.end - data.start + 1;

	fill(byId("f-period"),
		PERIODS.filter((days) => days < all).map(
			(days) => makeOption(days, "Last " + days + " days")),
		makeOption("all", "All " + countOf(all, "day", "days")),
		makeOption("own", "From – to"));
	byId("f-period").value = findPeriod(filter);
}

function showControls(filter) {
	byId("f-domain").value = filter.domain;
	fillSelect(byId("f-reporter"), "All",
		data.reporters.map(({name}) => name), filter.reporter);
	fillSelect(byId("f-type"), "All", data.types, filter.type);
	byId("f-signed").value = filter.signed;
	fillPeriods(filter);
	for (const name of ["from", "to"]) {
		const input = byId("f-" + name);
		input.min = formatDay(data.start);
		input.max = formatDay(data.end);
		input.value = formatDay(filter[name]);
	}
	byId("reset").disabled = writeFilter(filter) === "";
	for (const control of byId("filter").elements)
		control.classList?.toggle("active",
			FILTERS.includes(control.name) && control.value !== "");
}

// A browser is slow with a list of thousands.
function suggestDomains(text) {
	const found = [...data.domains, ...data.sumsOnly.map(({name}) => name)]
		.filter((name) => name !== null && name.includes(text.toLowerCase()));

	fill(byId("domains"), found.slice(0, MAX_SUGGESTIONS).map(
		(name) => element("option", {value: name})));
}

function readPeriod(value) {
	if (value === "all")
		return {from: data.start, to: data.end};
	if (value === "own")
		return {};
	return {from: Math.max(data.start, data.end - Number(value) + 1),
		to: data.end};
}

function watchControls(change) {
	for (const name of FILTERS)
		byId("f-" + name).addEventListener("change", (event) => change(
			{[name]: event.target.value.trim()}));
	byId("f-period").addEventListener("change", (event) => {
		change(readPeriod(event.target.value));
		if (event.target.value === "own")
			byId("f-from").focus();
	});
	for (const name of ["from", "to"])
		byId("f-" + name).addEventListener("change", (event) => {
			if (event.target.value !== "")
				change({[name]: parseDay(event.target.value)});
		});
	byId("filter").addEventListener("submit",
		(event) => event.preventDefault());
	byId("reset").addEventListener("click",
		() => change(makeDefaultFilter()));
	byId("f-domain").addEventListener("input",
		(event) => suggestDomains(event.target.value.trim()));
	suggestDomains("");
}
