// SPDX-License-Identifier: BSD-2-Clause
// How far each domain may go with its policy, as "tlsreport advise" says, which
// also looks at the domain as it is now.

const ADVICE = {
	"hold-back": {level: "critical", text: () =>
		"Senders withhold mail: repair what failed, first of all."},
	"enforce-now": {level: "good", text: () =>
		"Enforce the policy, unless tlsreport advise sees something wrong."},
	"raise-max-age": {level: "good", text: ({max_age: age}) =>
		"Raise max_age to " + age + "."},
	"keep-testing": {level: "warning", text: () =>
		"Leave the mode of the policy as it is."},
	publish: {level: "plain", text: () =>
		"Publish a policy of MTA-STS in mode testing."},
	fine: {level: "plain", text: () => "There is nothing to do."},
};

// A newer database may have more verdicts.
function getAdvice({verdict}) {
	return ADVICE[verdict] ?? {level: "plain", text: () => ""};
}

function describeAdvice(row) {
	return [getAdvice(row).text(row), ...row.reasons.map(
		(reason) => reason[0].toUpperCase() + reason.slice(1) + ".")];
}

function describeMode({mode, dane}) {
	return [mode, dane ? "DANE" : null].filter(Boolean).join(", ") || "none";
}

function makeAdviceCell(row) {
	const [text, ...reasons] = describeAdvice(row);

	return [
		element("span", {class: "badge " + getAdvice(row).level},
			row.verdict), " ", text,
		reasons.map((reason) => element("div", {class: "muted"}, reason)),
	];
}

// In other modes nothing is counted.
function testingColumn(title, name) {
	return {title, number: true, value: (row) => row[name],
		cell: (row) => row.mode === "testing" ? formatNumber(row[name]) : "–"};
}

// What is advised goes by the last 30 days, and by all who report: no other
// filter concerns it.
function makeRolloutTable({filter, change}) {
	const isShown = makeDomainTest(filter);

	return {
		name: "rollout", sort: null,
		nothing: "None of these domains matches the filter.",
		rows: data.rollout.filter(({domain}) => isShown(domain)),
		columns: [
			{title: "Domain", value: ({domain}) => domain,
				cell: ({domain}) => makeLink(domain, "",
					() => change({domain}))},
			{title: "Advice", wide: true, long: true, value: ({verdict}) => verdict,
				csv: (row) => [row.verdict + ":", ...describeAdvice(row)]
					.join(" "),
				cell: makeAdviceCell},
			{title: "Mode", value: describeMode, cell: describeMode},
			dayColumn("Since", "since"),
			testingColumn("Clean days", "clean_days"),
			testingColumn("Reporters", "reporters"),
			dayColumn("Last failure", "failed"),
		],
	};
}
