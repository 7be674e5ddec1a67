// SPDX-License-Identifier: BSD-2-Clause
// What a failure means and what to do.

const UNKNOWN_TYPE = {
	severity: null,
	title: "A result type that RFC 8460 does not define",
	explanation: "The reporter uses a name of its own, and only that name " +
		"says what it means.",
	remedy: "Look it up in the documentation of the reporter's software, " +
		"and see the failure reason codes of its reports: tlsreport show.",
};

function getExplanation(type) {
	return Object.hasOwn(data.explanations, type)
		? data.explanations[type] : UNKNOWN_TYPE;
}

// The same for what is found: words on MTA-STS say DOMAIN where a domain with
// that failure belongs.
function explainType(type, totals) {
	const words = getExplanation(type);
	const index = data.types.indexOf(type);
	const names = [...totals.typeDomains[index] ?? []].map(
		(domain) => data.domains[domain]).filter((name) => name !== null);

	if (!words.remedy.includes("DOMAIN"))
		return words;
	return {...words, remedy: words.remedy.replaceAll("DOMAIN",
		() => names[0] ?? "YOUR-DOMAIN") + (names.length < 2 ? ""
		: " Do the same for " + countOf(names.length - 1,
			"more domain", "more domains") + " with this failure.")};
}

// A word, so that no colour has to be seen.
function makeBadge(severity) {
	return severity === null ? null
		: element("span", {class: "badge " + (
			severity === "critical" ? "critical" : "warning")},
		severity);
}

function makeExplanation({explanation, remedy}) {
	return [
		element("p", {}, element("strong", {}, "What it means. "),
			explanation),
		element("p", {}, element("strong", {}, "What to do. "), remedy),
	];
}

function showExplanation({filter, totals, clear}) {
	const panel = byId("explanation");

	panel.hidden = filter.type === "";
	if (panel.hidden)
		return;
	const words = explainType(filter.type, totals);
	fill(panel,
		element("h2", {id: "explanation-title", tabindex: -1}, words.title, " ",
			makeBadge(words.severity)),
		element("p", {class: "muted"}, "All below is about ",
			element("code", {}, filter.type), ". ",
			button("Show all types", clear, {class: "link"})),
		makeExplanation(words));
}
