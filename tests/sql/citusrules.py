# SPDX-License-Identifier: BSD-2-Clause
"""What Citus 13.2 refuses of statements that reach tables on its workers, as far
as statements of this project were found to do it. A tree is one statement, see
nodetree.py; tables are told apart by `where`, a dictionary from their number to
one of the words below, and what is in none, as a catalog, does not count."""

from nodetree import nodes, outer_vars, walk

SPREAD, COPIED, LOCAL = "spread", "copied", "local"
SELECT, INSERT = 1, 3
RELATION, SUBQUERY, JOIN, CTE = 0, 1, 2, 6
INNER_JOIN = 0
EXTERN = 0
MATERIALIZED = 1


def tables(item):
    """The numbers of those that are read anywhere in it."""
    return {entry.get("relid") for entry in nodes(item, "RANGETBLENTRY")
            if entry.number("rtekind") == RELATION}


def places(item, where):
    """Where they are."""
    return {where.get(number) for number in tables(item)} - {None}


def list_of(node, name):
    value = node.get(name)
    return value if isinstance(value, list) else []


def is_given(node, name):
    return node.get(name, "<>") != "<>"


def inner_queries(tree):
    """Each query within another with those around it, the nearest last."""
    def look(item, around):
        if isinstance(item, list):
            for part in item:
                yield from look(part, around)
        elif isinstance(item, dict):
            inner = around
            if item.kind == "QUERY":
                if around:
                    yield item, around
                inner = (*around, item)
            for part in item.values():
                yield from look(part, inner)

    return look(tree, ())


def find_cte(entry, around):
    """What a name stands for, unless it is computed apart from its reader."""
    level = entry.number("ctelevelsup")
    if level >= len(around):
        return None
    for cte in list_of(around[-1 - level], "cteList"):
        if cte["ctename"] == entry["ctename"]:
            apart = cte.number("ctematerialized") == MATERIALIZED or \
                cte.number("cterefcount") > 1
            return None if apart else cte["ctequery"]
    return None


def own_places(query, where):
    """Where the tables are that it names itself."""
    return {where.get(entry.get("relid"))
            for entry in list_of(query, "rtable")
            if entry.number("rtekind") == RELATION} - {None}


def is_apart(query, where, around=()):
    """Whether it cannot be a part of what workers run."""
    around = (*around, query)
    return LOCAL in own_places(query, where) or \
        is_given(query, "limitCount") or is_given(query, "limitOffset") or \
        query.get("hasAggs") == "true" and not list_of(query, "groupClause") \
        or is_given(query, "setOperations") and not all(
            stays_spread(entry["subquery"], where, around)
            for entry in list_of(query, "rtable")
            if entry.number("rtekind") == SUBQUERY)


def stays_spread(query, where, around=()):
    """Whether it is one that workers run: parts that they cannot are computed
    before, and stand there as a result."""
    around = (*around, query)
    for entry in list_of(query, "rtable"):
        kind = entry.number("rtekind")
        if kind == RELATION and where.get(entry.get("relid")) == SPREAD:
            return True
        part = entry.get("subquery") if kind == SUBQUERY else \
            find_cte(entry, around) if kind == CTE else None
        if part is not None and stays_spread(part, where, around) and (
                outer_vars(part) or not is_apart(part, where, around)):
            return True
    return False


def on_workers(tree, where):
    """Each query that workers run."""
    def look(item, around, remote):
        if isinstance(item, list):
            for part in item:
                yield from look(part, around, remote)
        elif isinstance(item, dict):
            if item.kind == "QUERY":
                inserted = bool(around) and \
                    around[-1].number("commandType") == INSERT
                remote = stays_spread(item, where, around) or \
                    remote and not inserted and bool(
                        outer_vars(item) or
                        not is_apart(item, where, around))
                around = (*around, item)
                if remote:
                    yield item
            elif item.kind == "COMMONTABLEEXPR":
                remote = False
            for part in item.values():
                yield from look(part, around, remote)

    return look(tree, (), False)


def own_nodes(query, kind):
    """Those that are not of a query within."""
    return [node for node, level in walk(query)
            if node.kind == kind and level == 1]


def escapes(query):
    """By how many queries the farthest of its columns lies outside; 0: none."""
    return max((node.number("varlevelsup") - level + 1
                for node, level in walk(query)
                if node.kind == "VAR"
                and node.number("varlevelsup") >= level), default=0)


def resolve(var, query):
    """The entry that a column is of, through joins."""
    while True:
        entry = list_of(query, "rtable")[var.number("varno") - 1]
        if entry.number("rtekind") != JOIN:
            return entry
        var = entry["joinaliasvars"][var.number("varattno") - 1]
        found = nodes(var, "VAR")
        if not found:
            return entry
        var = found[0]


def selects_nothing(tree, where):
    return any(
        query.number("commandType") == SELECT
        and not list_of(query, "targetList") and not outer_vars(query)
        for query, _ in inner_queries(tree))


def limits_by_others(tree, where):
    """A part with a limit looks for each row of what is no spread table."""
    for query, around in inner_queries(tree):
        if not stays_spread(query, where, around) or not (
                is_given(query, "limitCount") or
                is_given(query, "limitOffset")):
            continue
        for var, level in walk(query):
            if var.kind == "VAR" and var.number("varlevelsup") >= level:
                distance = var.number("varlevelsup") - level + 1
                entry = resolve(var, around[-distance])
                if SPREAD not in places(entry, where) and \
                        entry.number("rtekind") != CTE:
                    return True
    return False


def looks_up_spread(tree, where):
    """A subselect for each row of what is no spread table."""
    selects = {id(link.get("subselect")) for link in nodes(tree, "SUBLINK")}
    for query, around in inner_queries(tree):
        distance = min(escapes(query), len(around))
        if id(query) in selects and distance and \
                stays_spread(query, where, around):
            outside = around[-distance]
            if not stays_spread(outside, where, around[:-distance]):
                return True
    return False


def joins_local(tree, where):
    """For each row of a spread table something is looked up in a local one."""
    for query, around in inner_queries(tree):
        distance = escapes(query)
        if distance and LOCAL in own_places(query, where):
            outside = around[-min(distance, len(around))]
            before = around[:len(around) - min(distance, len(around))]
            if stays_spread(outside, where, before):
                return True
    return False


def conjuncts(item):
    """What all has to be true."""
    if isinstance(item, dict) and item.kind == "BOOLEXPR" and \
            item.get("boolop") == "and":
        return [one for part in item["args"] for one in conjuncts(part)]
    return [item] if isinstance(item, dict) else []


def asks_no_column(tree, where):
    """A condition that is true or false at once, beside an outer join."""
    for query in on_workers(tree, where):
        jointree = query.get("jointree")
        if any(nodes(condition, "PARAM") and not nodes(condition, "VAR")
               and not nodes(condition, "SUBLINK")
               for condition in conjuncts(jointree.get("quals"))) and any(
                   join.number("jointype") != INNER_JOIN
                   for part in on_workers(query, where)
                   for join in own_nodes(part, "JOINEXPR")):
            return True
    return False


def inserts_queries(tree, where):
    """A query among the values of one row."""
    return any(
        query.number("commandType") == INSERT
        and where.get(list_of(query, "rtable")[
            query.number("resultRelation") - 1].get("relid")) == SPREAD
        and nodes(query.get("targetList"), "SUBLINK")
        for query in nodes(tree, "QUERY"))


def called_by_workers(tree, where):
    """The functions in what workers run."""
    return {call.get("funcid") for query in on_workers(tree, where)
            for call in own_nodes(query, "FUNCEXPR")}


STATEMENT_RULES = {
    "selects no column": selects_nothing,
    "limits what it looks up for the rows of no spread table":
        limits_by_others,
    "looks up in a spread table for each row of none": looks_up_spread,
    "looks up in a local table for each row of a spread one": joins_local,
    "has a condition without a column, and an outer join": asks_no_column,
    "has a query among the values of a row": inserts_queries,
}


def judge(tree, where, readers=()):
    """What Citus has against a statement; `readers` are the functions that read
    tables."""
    if SPREAD not in places(tree, where):
        return []
    found = [text for text, rule in STATEMENT_RULES.items()
             if rule(tree, where)]
    if called_by_workers(tree, where) & set(readers):
        found.append("has workers call a function that reads tables")
    return found


def judge_sql_function(trees, where, is_inlined):
    """One in SQL, other than one in PL/pgSQL, is planned without the values
    of its parameters, and one that can be put in the place of its call is seen
    too late."""
    for tree in trees:
        if places(tree, where) & {SPREAD, COPIED} and (is_inlined or any(
                param.number("paramkind") == EXTERN
                for param in nodes(tree, "PARAM"))):
            return ["is in SQL, and reads what is not local"]
    return []
