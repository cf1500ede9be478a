# SPDX-License-Identifier: Apache-2.0
"""What this machine's PostgreSQL takes at most of the very rows that the engine has written.

The rows of the measured cases are read back, and written once more by one connection into tables of
the same make (columns, defaults, checks, indexes, foreign keys) in a schema of their own: 128 cases
a transaction, and one case a transaction. Statements are prepared, a transaction is one message and
one answer; nothing is decided, read or locked. An engine cannot be faster with this schema and one
writer, so its speed is told as a share of this.
"""
import json
import time

from pg import literal

BATCH = 128
CASES_MAX = 128 * 40

# How the rows of a case are found; c is a case. Tables without a link to it are spread evenly.
OF_CASE = {
    'customer': 't.id = c.customer_id and t.created_at >= {begun}',
    'customer_number': 't.customer_id = c.customer_id and exists (select 1 from customer n '
                       'where n.id = t.customer_id and n.created_at >= {begun})',
    'interaction': 't.id = c.interaction_id',
    'case_file': 't.id = c.id',
    'ownership_entry': 't.case_id = c.id',
    'dispatch': 't.case_id = c.id',
    'callback': 't.case_id = c.id',
    'sla_clock': 't.case_id = c.id',
    'history': '(t.case_id = c.id or (t.customer_id = c.customer_id and t.case_id is null)) and t.at >= {begun}',
}
SPREAD = {'remembered': 't.at >= {begun}', 'feed': 't.at >= {begun}', 'outbox': 't.at >= {begun}',
          'notice': 't.at >= {begun}'}
TABLES = (*OF_CASE, *SPREAD)


def make_tables(database):
    """The schema bench, with a twin of every table that intake writes."""
    database.query('drop schema if exists bench cascade; create schema bench')
    for table in TABLES:
        part = ' partition by range (at)' if table == 'history' else ''
        database.query(f'create table bench.{table} (like public.{table} including all){part}')
        if part:
            database.query('create table bench.history_all partition of bench.history default')
        keys = database.query('select pg_get_constraintdef(oid) from pg_constraint '
                              f"where contype = 'f' and conrelid = 'public.{table}'::regclass")
        for (definition,) in keys:
            database.query(f'alter table bench.{table} add {definition}')
        columns = columns_of(database, table)
        inputs = ', '.join(f'${i + 1}::text[]' for i in range(len(columns)))
        names = ', '.join(name for name, _ in columns)
        values = ', '.join(f'r.{name}::{kind}' for name, kind in columns)
        database.prepare(f'write_{table}', f'insert into bench.{table} ({names}) select {values} '
                                           f'from unnest({inputs}) as r({names})')


def columns_of(database, table):
    return database.query('select quote_ident(attname), format_type(atttypid, atttypmod) from pg_attribute where '
                          f"attrelid = 'public.{table}'::regclass and attnum > 0 and not attisdropped order by attnum")


def rows_of(database, numbers, begun):
    """{table: {place of the case: [row, ...]}}; `begun` is when the load began, in PostgreSQL's time."""
    count = len(numbers)
    taken = min(count, CASES_MAX)
    database.query('create temp table chosen (place integer primary key, number text)')
    database.prepare('choose', 'insert into chosen select place - 1, number from '
                               'unnest($1::text[]) with ordinality as n(number, place)')
    database.send(database.call('choose', literal(numbers[:taken])))
    begun = f"'{begun}'::timestamptz"
    found = {}
    for table in TABLES:
        values = ', '.join(f't.{name}::text' for name, _ in columns_of(database, table))
        if table in OF_CASE:
            key = 't.customer_id, t.number' if table == 'customer_number' else 't.id'
            sql = (f'select distinct on ({key}) h.place, json_build_array({values}) from chosen h '
                   f'join case_file c using (number) join {table} t on {OF_CASE[table].format(begun=begun)} '
                   f'order by {key}, h.place')
        else:
            sql = (f'select s.place % {count}, s.row from (select row_number() over () - 1 as place, '
                   f'json_build_array({values}) as row from {table} t where {SPREAD[table].format(begun=begun)}) s '
                   f'where s.place % {count} < {taken}')
        places = found[table] = {}
        for place, row in database.query(sql):
            places.setdefault(int(place), []).append(json.loads(row))
    database.query('drop table chosen; deallocate choose')
    return found, taken


def transactions(database, found, taken, size):
    made = []
    for first in range(0, taken, size):
        calls = database.call('begin_it')
        for table in TABLES:
            rows = [row for place in range(first, min(first + size, taken)) for row in found[table].get(place, ())]
            if rows:
                calls += database.call(f'write_{table}', *(literal(column) for column in zip(*rows)))
        made.append((min(size, taken - first), calls + database.call('commit_it')))
    return made


def write(database, made, seconds):
    """Cases and seconds; tables are emptied, off the clock, when all has been written once."""
    cases, took = 0, 0.0
    while took < seconds:
        database.query('truncate ' + ', '.join(f'bench.{table}' for table in TABLES) + ' cascade')
        for size, calls in made:
            begun = time.perf_counter()
            database.send(calls)
            took += time.perf_counter() - begun
            cases += size
            if took >= seconds:
                break
    return {'cases': cases, 'seconds': took}


def wal_bytes(database):
    return int(database.one("select pg_current_wal_insert_lsn() - '0/0'"))


def measure(database, numbers, begun, seconds):
    make_tables(database)
    database.prepare('begin_it', 'begin')
    database.prepare('commit_it', 'commit')
    try:
        found, taken = rows_of(database, numbers, begun)
        rows = {table: sum(map(len, places.values())) / taken for table, places in found.items()}
        before = wal_bytes(database)
        batched = write(database, transactions(database, found, taken, BATCH), seconds)
        batched['wal_bytes'] = wal_bytes(database) - before
        single = write(database, transactions(database, found, taken, 1), seconds)
        return {'rows_per_case': rows, 'batched': batched, 'single': single}
    finally:
        database.query('deallocate all; drop schema bench cascade')
