// SPDX-License-Identifier: BSD-2-Clause
// The two charts, and their figures as a table.

const MAX_TYPES = 6;

function makeSessionsChart(filter, totals) {
	return {
		label: "Sessions by day",
		series: [
			{label: "encrypted", colour: "ok", values: totals.successful},
			{label: totals.typed ? "failed with " + filter.type : "failed",
				colour: "failed", values: totals.byDay.failed},
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
function makeTypeSeries(totals, change) {
	const seen = data.types.map((_, i) => i).filter(
		(i) => totals.byType.failed[i] > 0);
	const shown = seen.filter((i) => i < MAX_TYPES && data.types[i] !== null);
	const others = seen.filter((i) => !shown.includes(i));
	const series = shown.map((i) => ({
		label: data.types[i], colour: "type-" + i,
		values: totals.typeDays[i],
		click: () => change({type: data.types[i]}),
	}));

	if (others.length === 1 && data.types[others[0]] !== null)
		series.push({label: data.types[others[0]], colour: "type-other",
			values: totals.typeDays[others[0]],
			click: () => change({type: data.types[others[0]]})});
	else if (others.length > 0)
		series.push({label: "other types", colour: "type-other",
			values: addOthers(totals, others, totals.days)});
	return series;
}

function showCharts(filter, totals, change) {
	const common = {
		from: filter.from, days: totals.days,
		hint: "Point at a day, or go there with the arrow keys; drag to " +
			"choose a period.",
		select: (first, last) => change(
			{from: filter.from + first, to: filter.from + last}),
	};
	const types = makeTypeSeries(totals, change);
	const node = byId("chart-failures");

	drawChart(byId("chart-sessions"),
		{...common, ...makeSessionsChart(filter, totals)});
	if (types.length > 0)
		drawChart(node, {...common, series: types,
			label: "Failed sessions by day and type"});
	else
		fill(node, element("p", {class: "nothing"},
			"No failure is reported for this selection."));
	showDays(filter, totals, types);
}

// Only when it is looked at: it may have many rows.
function showDays(filter, totals, types) {
	const fold = byId("by-day");
	const draw = () => {
		if (fold.open)
			drawTable(byId("t-days"), makeDaysTable(filter, totals, types));
	};

	fold.ontoggle = draw;
	draw();
}

function makeDaysTable(filter, totals, types) {
	const numberOf = (title, values) => ({
		title, number: true, value: (day) => values[day],
		cell: (day) => formatNumber(values[day]),
	});

	return {
		name: "days", limit: Infinity, sort: [0, true],
		rows: Array.from({length: totals.days}, (_, day) => day),
		columns: [
			{title: "Day", value: (day) => day,
				cell: (day) => formatDay(filter.from + day)},
			numberOf("Encrypted", totals.successful),
			numberOf("Failed", totals.byDay.failed),
			...types.map(({label, values}) => numberOf(label, values)),
		],
	};
}
