# SPDX-License-Identifier: BSD-2-Clause
"""Statements as PostgreSQL understands them, with their views filled in: the
trees that it prints when it is told to debug_print_rewritten."""

import re

TOKEN = re.compile(
    r"[(){}]|:\w+(?= )|\"(?:[^\"\\]|\\.)*\"|(?:[^\s(){}\\]|\\.)+", re.S)
LEVEL = "\0level"


class Node(dict):
    """Its members by name; `kind` is what it is."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def number(self, name):
        return int(self.get(name, "0"))


def parse(text):
    """Lists of nodes, lists and words. A word that begins a datum in bytes is
    followed by more of them, which no rule reads."""
    stack = [[]]
    for token in TOKEN.findall(text):
        if token in "({":
            stack.append([])
        elif token in ")}":
            items = stack.pop()
            stack[-1].append(items if token == ")" else make_node(items))
        else:
            stack[-1].append(token)
    return stack[0]


def make_node(items):
    node = Node(items[0])
    name = None
    for item in items[1:]:
        if isinstance(item, str) and re.fullmatch(r":\w+", item):
            name = item[1:]
        elif name is not None and name not in node:
            node[name] = item
    return node


def walk(item, level=0):
    """Each node with how many queries it is inside of."""
    if isinstance(item, Node):
        yield item, level
        inner = level + (item.kind == "QUERY")
        for part in item.values():
            yield from walk(part, inner)
    elif isinstance(item, list):
        for part in item:
            yield from walk(part, level)


def nodes(item, kind):
    return [node for node, _ in walk(item) if node.kind == kind]


def outer_vars(query):
    """The columns of other queries that this one reads."""
    return [node for node, level in walk(query)
            if node.kind == "VAR" and node.number("varlevelsup") >= level]
