// SPDX-License-Identifier: BSD-2-Clause
// The two charts, and their figures as a table.

const MAX_TYPES = 6;

// How much failed of each bar, and nothing where there was nothing.
function makeShareLine(bins, totals) {
	const [all, failed] = [totals.byDay.sessions, totals.byDay.failed].map(
		(values) => sumBins(bins, values));

	return {
		label: "failed of all", colour: "text",
		values: Array.from(all, (sessions, bin) => sessions > 0
			? 100 * failed[bin] / sessions : null),
		words: Array.from(all, (sessions, bin) =>
			formatShare(failed[bin], sessions)),
	};
}

function makeSessionsChart(filter, totals, bins) {
	return {
		label: "Sessions by " + bins.unit,
		line: makeShareLine(bins, totals),
		series: [
			{label: "encrypted", colour: "ok",
				values: sumBins(bins, totals.successful)},
			{label: totals.typed ? "failed with " + filter.type : "failed",
				colour: "failed",
				values: sumBins(bins, totals.byDay.failed)},
		],
	};
}

function addOthers(totals, types, days) {
	const sums = new Float64Array(days);

	for (const type of types)
		totals.typeDays[type].forEach((value, day) => { sums[day] += value; });
	return sums;
}

// A type has the same colour whatever the filter is.
function makeTypeSeries(totals, bins, change) {
	const seen = data.types.map((_, i) => i).filter(
		(i) => totals.byType.failed[i] > 0);
	const shown = seen.filter((i) => i < MAX_TYPES && data.types[i] !== null);
	const others = seen.filter((i) => !shown.includes(i));
	const makeOne = (i, colour) => ({
		label: data.types[i], colour,
		values: sumBins(bins, totals.typeDays[i]),
		click: () => change({type: data.types[i]}),
	});
	const series = shown.map((i) => makeOne(i, "type-" + i));

	if (others.length === 1 && data.types[others[0]] !== null)
		series.push(makeOne(others[0], "type-other"));
	else if (others.length > 0)
		series.push({label: "other types", colour: "type-other",
			values: sumBins(bins, addOthers(totals, others, totals.days))});
	return series;
}

// For each bar how bad the worst incident of its days is, and what it is.
function makeBands(filter, bins) {
	const incidents = [...findIncidents(filter), ...findPastIncidents(filter)];

	return Array.from({length: bins.count}, (_, bin) => {
		const [first, last] = [bins.first(bin), bins.last(bin)].map(formatDay);
		const found = incidents.filter((incident) =>
			incident.first <= last && incident.last >= first);
		const worst = found.find(({severity}) => severity === "critical") ??
			found[0];

		return worst === undefined ? {level: null, text: ""} : {
			level: worst.severity,
			text: countOf(found.length, "incident", "incidents") + " (" +
				nameIncident(worst) + " at " + placeIncident(worst) +
				(found.length > 1 ? " and others)" : ")"),
		};
	});
}

function showCharts(filter, totals, change) {
	const bins = makeBins(filter, totals.days);
	const common = {
		bins, line: null, bands: makeBands(filter, bins),
		hint: "Point at a " + bins.unit + ", or go there with the arrow " +
			"keys; drag to choose a period.",
		select: (first, last) => change(
			{from: bins.first(first), to: bins.last(last)}),
	};
	const types = makeTypeSeries(totals, bins, change);
	const node = byId("chart-failures");

	fill(byId("c-sessions"), "Sessions by " + bins.unit);
	fill(byId("c-failures"), "Failed sessions by " + bins.unit + " and type");
	drawChart(byId("chart-sessions"),
		{...common, ...makeSessionsChart(filter, totals, bins)});
	if (types.length > 0)
		drawChart(node, {...common, series: types,
			label: "Failed sessions by " + bins.unit + " and type"});
	else
		fill(node, element("p", {class: "nothing"},
			"No failure is reported for this selection."));
	showDays(totals, types, common);
}

// Only when it is looked at: it may have many rows.
function showDays(totals, types, chart) {
	const fold = byId("by-day");
	const draw = () => {
		if (fold.open)
			drawTable(byId("t-days"), makeDaysTable(totals, types, chart));
	};

	fold.ontoggle = draw;
	draw();
}

function makeDaysTable(totals, types, {bins, bands}) {
	const numberOf = (title, values) => ({
		title, number: true, value: (bin) => values[bin],
		cell: (bin) => formatNumber(values[bin]),
	});
	const share = makeShareLine(bins, totals);

	return {
		name: bins.unit + "s", label: "by-day-title", sort: [0, true],
		first: 31,
		rows: Array.from({length: bins.count}, (_, bin) => bin),
		columns: [
			{title: bins.unit === "day" ? "Day" : "Week", day: true,
				value: (bin) => bin, csv: (bin) => nameBin(bins, bin),
				cell: (bin) => nameBin(bins, bin)},
			numberOf("Encrypted", sumBins(bins, totals.successful)),
			numberOf("Failed", sumBins(bins, totals.byDay.failed)),
			{title: "Share", number: true,
				value: (bin) => share.values[bin] ?? 0,
				cell: (bin) => share.words[bin]},
			...types.map(({label, values}) => numberOf(label, values)),
			{title: "Incidents", value: (bin) => bands[bin].text,
				cell: (bin) => bands[bin].text || "–"},
		],
	};
}
