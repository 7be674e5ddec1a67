// SPDX-License-Identifier: BSD-2-Clause
// What sql/query/dashboard-*.sql wrote, unpacked for adding up: series of rows,
// each series with its keys, each row with its day and counts.

const DANE_HOST = "DANE host";

function unpackSeries(columns, values) {
	const lengths = columns?.days ?? [];
	const start = new Uint32Array(lengths.length + 1);

	lengths.forEach((length, i) => {
		start[i + 1] = start[i] + length;
	});
	const rows = start[lengths.length];
	const series = {
		keys: columns ?? {}, count: lengths.length, start,
		day: new Int32Array(rows),
	};
	for (const name of values)
		series[name] = Float64Array.from(columns?.[name] ?? []);
	for (let i = 0; i < lengths.length; i++) {
		let day = 0;
		for (let row = start[i]; row < start[i + 1]; row++) {
			day += columns.step[row];
			series.day[row] = day;
		}
	}
	return series;
}

// Days from the first that has a report; `until` is the last that may have one.
function shiftDays(data, since) {
	const {sessions, failures} = data;
	let first = Infinity;
	let last = -Infinity;

	for (const day of sessions.day) {
		first = Math.min(first, day);
		last = Math.max(last, day);
	}
	for (let i = 0; i < sessions.day.length; i++)
		sessions.day[i] -= first;
	for (let i = 0; i < failures.day.length; i++)
		failures.day[i] -= first;
	data.start = since + first;
	data.newest = since + last;
}

function listReporters(raw) {
	const listed = (raw.reporters ?? []).map(
		([name, signed, signer]) => ({name, signed, signer}));

	if (raw.reporter_count > listed.length)
		listed.push({name: null, signed: false, signer: null},
			{name: null, signed: true, signer: null});
	return listed;
}

// The names, and null for all others where there are any.
function listNames(names, count) {
	const listed = names ?? [];

	return count > listed.length ? [...listed, null] : listed;
}

function unpackData(raw) {
	const data = {
		made: raw.made,
		today: parseDay(raw.made.slice(0, 10)),
		raw,
		modes: raw.modes ?? {},
		rollout: raw.rollout ?? [],
		explanations: raw.explanations ?? {},
		incidents: raw.incidents ?? [],
		openIncidents: raw.open_incidents ?? 0,
		pastIncidents: raw.past_incidents ?? [],
		loops: raw.loops ?? [],
		reports: raw.reports ?? [],
		details: raw.details ?? {},
		storedCount: raw.stored_count ?? 0,
		domains: listNames(raw.domains, raw.domain_count),
		sumsOnly: (raw.sums_only ?? []).map(
			([name, successful, failed]) => ({name, successful, failed})),
		reporters: listReporters(raw),
		types: listNames(raw.types, raw.type_count),
		hosts: listNames(raw.hosts, raw.host_count),
		sessions: unpackSeries(
			raw.sessions, ["reports", "successful", "failed"]),
		failures: unpackSeries(
			raw.failures, ["failed", "withheld", "would_withhold"]),
	};
	data.domainCount = (raw.domain_count ?? 0) - Object.values(data.modes)
		.filter((mode) => mode === DANE_HOST).length;
	data.empty = data.sessions.count === 0;
	shiftDays(data, parseDay(raw.since));
	const yesterday = raw.until === null
		? data.today - 1
		: Math.min(parseDay(raw.until), data.today - 1);
	data.end = Math.max(data.newest, yesterday);
	return data;
}

function readData() {
	const node = byId("data");
	const raw = JSON.parse(node.textContent);

	node.remove();
	return unpackData(raw);
}

const data = readData();

// Where no report says it there is no answer.
function getMode(name) {
	return name !== null && Object.hasOwn(data.modes, name)
		? data.modes[name] : "";
}
