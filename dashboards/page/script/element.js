// SPDX-License-Identifier: BSD-2-Clause
// Builds the document from text and never from markup.

function byId(id) {
	return document.getElementById(id);
}

// What would not be seen, or would change the direction of what is around it.
function clean(text) {
	return String(text).replace(
		/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
		"\ufffd");
}

// Children are nodes and texts; what is null is left out. An attribute that is
// a function listens to the event of its name.
function element(name, attributes, ...children) {
	const node = document.createElement(name);

	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (typeof value === "function")
			node.addEventListener(key, value);
		else if (value !== null && value !== false)
			node.setAttribute(key, value === true ? "" : value);
	}
	fill(node, ...children);
	return node;
}

function fill(node, ...children) {
	node.replaceChildren(...children.flat(Infinity).filter(
		(child) => child !== null && child !== undefined).map(
		(child) => child instanceof Node ? child : clean(child)));
}

// A name may be broken behind its dots.
function breakable(name) {
	return clean(name).split(/(?<=\.)/).flatMap((part, i) =>
		i === 0 ? [part] : [element("wbr"), part]);
}

function button(text, click, attributes) {
	return element("button",
		{type: "button", click, ...attributes}, ...[text].flat());
}
