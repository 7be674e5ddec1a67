// SPDX-License-Identifier: BSD-2-Clause
// Adds up what a filter lets through. With a type in the filter what failed is
// what failed with this type, among all sessions.

function makeGroup(size) {
	return {
		sessions: new Float64Array(size),
		failed: new Float64Array(size),
		withheld: new Float64Array(size),
		wouldWithhold: new Float64Array(size),
		reports: new Float64Array(size),
		first: new Int32Array(size).fill(-1),
		last: new Int32Array(size).fill(-1),
	};
}

function touch(group, key, day) {
	if (group.first[key] < 0 || day < group.first[key])
		group.first[key] = day;
	if (day > group.last[key])
		group.last[key] = day;
}

function makeTotals(match) {
	const days = match.to - match.from + 1;

	return {
		days,
		byDay: makeGroup(days),
		successful: new Float64Array(days),
		byDomain: makeGroup(data.domains.length),
		byReporter: makeGroup(data.reporters.length),
		byType: makeGroup(data.types.length),
		byHost: makeGroup(data.hosts.length),
		trends: makeTrends(days),
		typeDays: data.types.map(() => new Float64Array(days)),
		typeDomains: data.types.map(() => new Set()),
		hostDomains: data.hosts.map(() => new Set()),
		hostTypes: data.hosts.map(() => new Set()),
		before: {sessions: 0, failed: 0,
			complete: match.from - days >= 0},
	};
}

function addSessionRow(totals, match, i, row) {
	const {sessions} = data;
	const day = sessions.day[row];
	const all = sessions.successful[row] + sessions.failed[row];
	const failed = match.typed ? 0 : sessions.failed[row];

	if (day < match.from) {
		totals.before.sessions += all;
		totals.before.failed += failed;
		return;
	}
	totals.successful[day - match.from] += sessions.successful[row];
	addTrend(totals.trends, sessions.keys.domain[i], day - match.from, failed);
	for (const [group, key] of [
		[totals.byDay, day - match.from],
		[totals.byDomain, sessions.keys.domain[i]],
		[totals.byReporter, sessions.keys.reporter[i]]]) {
		group.sessions[key] += all;
		group.failed[key] += failed;
		group.reports[key] += sessions.reports[row];
		touch(group, key, day);
	}
}

function addFailureRow(totals, match, i, row) {
	const {keys} = data.failures;
	const day = data.failures.day[row];
	const failed = data.failures.failed[row];

	if (day < match.from) {
		totals.before.failed += match.typed ? failed : 0;
		return;
	}
	for (const [group, key] of [
		[totals.byType, keys.type[i]], [totals.byHost, keys.host[i]]]) {
		group.failed[key] += failed;
		touch(group, key, day);
	}
	totals.typeDays[keys.type[i]][day - match.from] += failed;
	totals.typeDomains[keys.type[i]].add(keys.domain[i]);
	totals.hostDomains[keys.host[i]].add(keys.domain[i]);
	totals.hostTypes[keys.host[i]].add(keys.type[i]);
	totals.byDomain.withheld[keys.domain[i]] += data.failures.withheld[row];
	totals.byDomain.wouldWithhold[keys.domain[i]] +=
		data.failures.would_withhold[row];
	if (!match.typed)
		return;
	addTrend(totals.trends, keys.domain[i], day - match.from, failed);
	totals.byDay.failed[day - match.from] += failed;
	totals.byDomain.failed[keys.domain[i]] += failed;
	totals.byReporter.failed[keys.reporter[i]] += failed;
}

// The period and the one of the same length before it.
function addSeries(series, match, isShown, addRow) {
	const oldest = 2 * match.from - match.to - 1;

	for (let i = 0; i < series.count; i++) {
		if (!match.domains[series.keys.domain[i]] ||
			!match.reporters[series.keys.reporter[i]] || !isShown(i))
			continue;
		for (let row = series.start[i]; row < series.start[i + 1]; row++) {
			const day = series.day[row];
			if (day >= oldest && day <= match.to)
				addRow(i, row);
		}
	}
}

function addUp(filter) {
	const match = matchFilter(filter);
	const totals = makeTotals(match);

	addSeries(data.sessions, match, () => true,
		(i, row) => addSessionRow(totals, match, i, row));
	addSeries(data.failures, match,
		(i) => match.types[data.failures.keys.type[i]],
		(i, row) => addFailureRow(totals, match, i, row));
	totals.typed = match.typed;
	return totals;
}

// Of what is shown when nothing is chosen; the data do not change.
function getDefaultTotals() {
	data.defaultTotals ??= addUp(makeDefaultFilter());
	return data.defaultTotals;
}

function sumOf(values) {
	return values.reduce((sum, value) => sum + value, 0);
}
