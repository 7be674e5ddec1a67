// SPDX-License-Identifier: BSD-2-Clause
// What a bar of the charts stands for: a day, or a week where days would be too
// many to tell apart. Weeks end with the last day that is shown.

const MOST_DAYS = 120;
const WEEK = 7;

function makeBins(filter, days) {
	const length = days > MOST_DAYS ? WEEK : 1;
	const count = Math.ceil(days / length);
	const missing = count * length - days;

	return {
		count, length, unit: length === 1 ? "day" : "week",
		first: (bin) => filter.from + Math.max(0, bin * length - missing),
		last: (bin) => filter.from + (bin + 1) * length - missing - 1,
		of: (day) => Math.floor((day + missing) / length),
	};
}

function sumBins(bins, values) {
	const sums = new Float64Array(bins.count);

	values.forEach((value, day) => { sums[bins.of(day)] += value; });
	return sums;
}

function nameBin(bins, bin) {
	const [first, last] = [bins.first(bin), bins.last(bin)].map(formatDay);

	return first === last ? first : first + " to " + last;
}
