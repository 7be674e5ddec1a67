// SPDX-License-Identifier: BSD-2-Clause
// Light or dark: as the system has it, or as was chosen.

const THEME_KEY = "tlsrpt-theme";

function readTheme() {
	try {
		return localStorage.getItem(THEME_KEY) ?? "auto";
	} catch {
		return "auto";
	}
}

function storeTheme(theme) {
	try {
		localStorage.setItem(THEME_KEY, theme);
	} catch {
		// A browser may forbid it: the choice lasts as long as the page.
	}
}

function applyTheme(theme) {
	document.documentElement.dataset.theme = theme;
}

// Colours as the canvas takes them. A light background is assumed on paper.
function readColour(name) {
	const probe = byId("theme");

	probe.style.setProperty("outline-color", "var(--" + name + ")");
	return getComputedStyle(probe).outlineColor;
}

function watchTheme(redraw) {
	const theme = readTheme();

	for (const input of document.querySelectorAll("input[name=theme]")) {
		input.checked = input.value === theme;
		input.addEventListener("change", () => {
			storeTheme(input.value);
			applyTheme(input.value);
			redraw();
		});
	}
	applyTheme(theme);
	matchMedia("(prefers-color-scheme: dark)").addEventListener(
		"change", redraw);
	addEventListener("beforeprint", () => {
		document.documentElement.dataset.paper = "";
		redraw();
	});
	addEventListener("afterprint", () => {
		delete document.documentElement.dataset.paper;
		redraw();
	});
}
