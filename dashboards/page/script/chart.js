// SPDX-License-Identifier: BSD-2-Clause
// Bars by day or week, one upon the other, a line for a share, and bands for the
// days of incidents. What they say is told in words for the bar under the
// pointer, or that the arrow keys went to.

const CHART_HEIGHT = 210;
const MAX_BAR = 36;
const TICKS = [1, 2, 4, 7, 14, 30, 61, 91, 182, 365, 730].map(
	(days) => days * DAY_SECONDS);

// Every series from the bottom up to its own top, the highest first.
function stack(series, count) {
	const sums = new Float64Array(count);

	return series.map(({values}) => {
		for (let bin = 0; bin < count; bin++)
			sums[bin] += values[bin];
		return sums.slice();
	}).reverse();
}

function makeAxes(chart) {
	const axis = {
		stroke: readColour("muted"), font: "12px system-ui, sans-serif",
		ticks: {show: false},
	};

	return [
		{...axis, grid: {show: false}, incrs: TICKS, space: 64, size: 26,
			values: (_, splits, _axis, _space, incr) => splits.map(
				(tick) => formatTick(tick, incr > 30 * DAY_SECONDS))},
		{...axis, grid: {stroke: readColour("grid"), width: 1}, size: 52,
			incrs: [1, 2, 5].flatMap((step) => Array.from(
				{length: 19}, (_, i) => step * 10 ** i)).sort(
				(a, b) => a - b),
			values: (_, splits) => splits.map(formatShort)},
		...(chart.line === null ? [] : [{...axis, scale: "share", side: 1,
			size: 48, grid: {show: false},
			values: (_, splits) => splits.map((share) => share + " %")}]),
	];
}

// As wide as whole bars are, so that the outer ones are seen.
function makeScales({bins}) {
	const half = bins.length * DAY_SECONDS / 2;
	const [first, last] = [0, bins.count - 1].map(
		(bin) => findMiddle(bins, bin));

	return {
		x: {time: true, range: () => [first - half, last + half]},
		y: {range: (_, _min, max) => [0, max > 0 ? max * 1.05 : 1]},
		share: {range: (_, _min, max) => [0, max > 0 ? max * 1.1 : 1]},
	};
}

// In seconds, counted from the end: the first week may be a short one.
function findMiddle(bins, bin) {
	return (bins.last(bin) - (bins.length - 1) / 2) * DAY_SECONDS;
}

// Behind the bars, each day once and as bad as the worst incident of it.
function drawBands(plot, {bins, bands}) {
	const {ctx, bbox} = plot;

	ctx.save();
	for (const [level, colour] of [["warning", "band-warning"],
		["critical", "band-critical"]]) {
		ctx.fillStyle = readColour(colour);
		for (let bin = 0; bin < bins.count; bin++) {
			if (bands[bin].level !== level)
				continue;
			const half = bins.length * DAY_SECONDS / 2;
			const [left, right] = [-half, half].map((side) => Math.round(
				plot.valToPos(findMiddle(bins, bin) + side, "x", true)));
			ctx.fillRect(left, bbox.top, right - left, bbox.height);
		}
	}
	ctx.restore();
}

function makeSeries(chart) {
	const bars = uPlot.paths.bars({size: [0.82, MAX_BAR]});

	return [
		{},
		...chart.series.map(({colour}) => ({
			paths: bars, fill: readColour(colour),
			stroke: readColour("card"),
			width: chart.bins.count > 60 ? 0 : 1, points: {show: false},
		})).reverse(),
		...(chart.line === null ? [] : [{scale: "share", width: 2,
			stroke: readColour(chart.line.colour), spanGaps: false,
			points: {show: chart.bins.count < 3, size: 6}}]),
	];
}

function makeOptions(chart, width, onDay) {
	return {
		width, height: CHART_HEIGHT,
		tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
		legend: {show: false},
		cursor: {
			y: false, points: {show: false},
			drag: {setScale: false, x: true, y: false},
		},
		scales: makeScales(chart),
		axes: makeAxes(chart),
		series: makeSeries(chart),
		hooks: {
			drawClear: [(plot) => drawBands(plot, chart)],
			setCursor: [(plot) => onDay(plot.cursor.idx ?? null)],
			setSelect: [(plot) => chart.select(
				...[plot.select.left, plot.select.left + plot.select.width]
					.map((left) => plot.posToIdx(left)))],
		},
	};
}

function describeBin(chart, bin) {
	const {line, bands} = chart;
	const counts = chart.series.map(
		({label, values}) => [label, values[bin]]).filter(
		([, value], i) => value > 0 || i === 0).map(
		([label, value]) => formatNumber(value) + " " + label);

	return nameBin(chart.bins, bin) + ": " + [
		...counts,
		line === null || line.values[bin] === null ? null
			: line.words[bin] + " " + line.label,
		bands[bin].text || null,
	].filter((text) => text !== null).join(", ");
}

// A slider, as which programs that read the screen know it.
function makePlot(chart, words) {
	const last = chart.bins.count - 1;
	let bin = last;
	const plot = element("div", {
		class: "plot", tabindex: 0, role: "slider",
		"aria-label": chart.label, "aria-valuemin": 0,
		"aria-valuemax": last,
		keydown: (event) => {
			const target = {
				ArrowLeft: bin - 1, ArrowRight: bin + 1,
				ArrowDown: bin - 1, ArrowUp: bin + 1,
				PageDown: bin - 7, PageUp: bin + 7,
				Home: 0, End: last,
			}[event.key];
			if (target === undefined)
				return;
			event.preventDefault();
			show(Math.min(Math.max(target, 0), last));
		},
	});

	function show(next) {
		bin = next ?? last;
		const text = describeBin(chart, bin);
		plot.setAttribute("aria-valuenow", bin);
		plot.setAttribute("aria-valuetext", clean(text));
		fill(words, next === null ? chart.hint : text);
	}
	plot.show = show;
	show(null);
	return plot;
}

function makeLegend(chart) {
	const levels = new Set(chart.bands.map(({level}) => level));

	return element("ul", {class: "legend"}, [
		...chart.series,
		...(chart.line === null ? [] : [{...chart.line, thin: true}]),
		...["critical", "warning"].filter((level) => levels.has(level)).map(
			(level) => ({label: level + " incident",
				colour: "band-" + level})),
	].map(({label, colour, click, thin}) => {
		const swatch = element("span",
			{class: thin ? "swatch thin" : "swatch"});
		swatch.style.setProperty("background", "var(--" + colour + ")");
		return element("li", {}, swatch, click
			? button(label, click, {class: "link"}) : label);
	}));
}

const observers = new WeakMap();

function drawChart(node, chart) {
	const words = element("p", {class: "readout muted"});
	const plot = makePlot(chart, words);

	observers.get(node)?.disconnect();
	fill(node, plot, makeLegend(chart), words);
	const times = Array.from({length: chart.bins.count},
		(_, bin) => findMiddle(chart.bins, bin));
	const drawn = new uPlot(
		makeOptions(chart, plot.clientWidth, plot.show),
		[times, ...stack(chart.series, chart.bins.count),
			...(chart.line === null ? [] : [chart.line.values])], plot);
	const observer = new ResizeObserver(() => drawn.setSize(
		{width: plot.clientWidth, height: CHART_HEIGHT}));
	observer.observe(plot);
	observers.set(node, observer);
}
