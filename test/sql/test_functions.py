"""What a query written by hand may use: expressions that both engines answer alike, to the last character."""

from collections.abc import Callable

import pytest
from support.athena import Lake

pytestmark = pytest.mark.trino

SCALARS = """
7 / 2
-7 / 2
7 / 2e0
-7 % 3
mod(-7, 3)
1e0 / 3
1e10
1e-5
0.1e0 + 0.2e0
123456789e0
cast(2.5e0 as integer)
cast(-2.5e0 as bigint)
cast('12' as integer)
try_cast('a' as integer)
cast(true as integer)
cast(timestamp '2026-01-02 03:04:05' as date)
round(2.5e0)
round(-2.5e0)
floor(-1.5e0)
ceil(1.2e0)
ceiling(1.2e0)
truncate(1.9e0)
abs(-3)
sign(-2)
power(2, 3)
sqrt(2)
ln(2)
log2(8)
log10(1000)
exp(0)
e()
pi()
degrees(1)
radians(180)
atan2(1, 2)
greatest(1, 2, 3)
least(1, 2)
width_bucket(5, 0, 10, 5)
is_nan(nan())
is_finite(1e0)
is_infinite(infinity())
bitwise_and(6, 3)
bitwise_or(6, 3)
bitwise_xor(6, 3)
bitwise_left_shift(1, 3)
bit_count(7, 64)
coalesce(null, 'x')
nullif(1, 1)
if(1 > 2, 'a')
case when 1 > 2 then 'a' else 'b' end
1 between 0 and 2
null is distinct from 1
'abc' like 'a%'
'a' || 'b'
concat('a', 'b', 'c')
concat_ws('-', 'a', 'b')
upper('abc')
length('é')
substr('abcdef', 2, 3)
substr('abcdef', -2)
substring('abcdef', 3)
strpos('abc', 'c')
position('c' in 'abc')
replace('abc', 'b', 'x')
reverse('abc')
lpad('7', 3, '0')
rpad('7', 3, '0')
trim('  a ')
ltrim('  a')
split('a,b', ',')
split_part('a,b', ',', 2)
split_part('a', ',', 3)
starts_with('abc', 'ab')
codepoint('a')
chr(97)
levenshtein_distance('abc', 'abd')
hamming_distance('abc', 'abd')
translate('abc', 'b', 'x')
regexp_like('abc', 'b+')
regexp_extract('abc', '(b)c', 1)
regexp_extract('abc', 'z')
regexp_replace('aXbX', 'X', '-')
regexp_replace('abc', '(b)', '<$1>')
regexp_count('abab', 'b')
url_extract_host('https://example.org/a?b')
url_extract_path('https://example.org/a?b')
to_hex(to_utf8('a'))
to_hex(md5(to_utf8('a')))
to_base64(to_utf8('abc'))
json_extract_scalar('{"a": 1}', '$.a')
json_array_length('[1, 2]')
date '2026-01-02'
timestamp '2026-01-02 03:04:05'
date('2026-01-02')
date '2026-01-31' + interval '1' month
date '2026-01-02' + interval '3' day
timestamp '2026-01-02 03:04:05' + interval '90' minute
date_add('day', 3, date '2026-01-02')
date_add('month', 1, date '2026-01-31')
date_diff('day', date '2026-01-02', date '2026-01-05')
date_diff('hour', timestamp '2026-01-01 00:59:00', timestamp '2026-01-01 02:01:00')
date_trunc('month', date '2026-01-17')
date_trunc('hour', timestamp '2026-01-02 03:04:05')
date_parse('2026-01-02 03:04', '%Y-%m-%d %H:%i')
date_format(timestamp '2026-01-02 03:04:05', '%Y/%m/%d %H:%i:%s')
format_datetime(timestamp '2026-01-02 03:04:05', 'yyyy-MM-dd''T''HH:mm')
from_iso8601_date('2026-01-02')
to_iso8601(date '2026-01-02')
day_of_week(date '2026-01-04')
day_of_year(date '2026-02-01')
day_of_month(date '2026-02-03')
week(date '2026-01-04')
year_of_week(date '2027-01-01')
hour(timestamp '2026-01-02 03:04:05')
extract(minute from timestamp '2026-01-02 03:04:05')
quarter(date '2026-05-01')
last_day_of_month(date '2026-02-03')
to_unixtime(timestamp '2026-01-02 00:00:00')
array[1, 2, null]
element_at(array[1, 2], 2)
element_at(array[1, 2], 5)
array[1, 2][1]
cardinality(array[1, 2])
contains(array[1, 2], 2)
array_max(array[1, 3, 2])
array_sort(array[3, 1, 2])
array_distinct(array[1])
array_join(array['a', null, 'b'], ',')
array_position(array['a', 'b'], 'b')
array_union(array[1], array[1])
arrays_overlap(array[1, 2], array[2])
array_remove(array[1, 2], 1)
slice(array[1, 2, 3], 2, 2)
flatten(array[array[1], array[2]])
sequence(1, 4)
transform(array[1, 2], x -> x + 1)
filter(array[1, 2, 3], x -> x > 1)
any_match(array[1, 2], x -> x > 1)
all_match(array[1, 2], x -> x > 1)
none_match(array[1, 2], x -> x > 1)
map(array['a'], array[1])
element_at(map(array['a'], array[1]), 'a')
map_keys(map(array['a'], array[1]))
cast(row(1, 'x') as row(n integer, s varchar))
typeof(1)
""".strip().splitlines()

# `n` runs from 1 to 10, `g` has two values, `m` a null, `w` weights.
AGGREGATES = """
count(*)
count(m)
count(distinct g)
count_if(n > 3)
sum(n)
sum(n) / 3
sum(n) filter (where n > 5)
avg(n)
min(m)
max(m)
min_by(n, m)
max_by(n, m)
approx_distinct(g)
approx_distinct(cast(n / 2e0 as integer))
sum(date_diff('day', date '2026-01-01', date_add('day', cast(n / 2e0 as integer), date '2026-01-01')))
approx_percentile(n, 1e0)
approx_percentile(m, 0e0)
bool_and(n > 0)
bool_or(n > 9)
every(n > 0)
array_agg(n order by n desc)
array_join(array_agg(g order by n), '')
listagg(g, ',') within group (order by n)
arbitrary(1)
stddev(n)
stddev_pop(n)
variance(n)
corr(cast(n as double), cast(w as double))
covar_pop(cast(n as double), cast(w as double))
round(regr_slope(cast(n as double), cast(w as double)), 10)
round(geometric_mean(n), 10)
bitwise_and_agg(n)
""".strip().splitlines()

WINDOWS = """
row_number() over (order by n)
rank() over (order by g)
dense_rank() over (order by g)
percent_rank() over (order by n)
ntile(3) over (order by n)
lag(n) over (order by n)
lead(n, 2, 0) over (order by n)
first_value(n) over (partition by g order by n)
last_value(n) over (partition by g order by n)
nth_value(n, 2) over (order by n)
sum(n) over (order by n rows between 1 preceding and current row)
sum(n) over (partition by g)
avg(n) over (order by n range between unbounded preceding and current row)
""".strip().splitlines()

ROWS = """
with numbers as (
    select n, if(n % 2 = 0, 'even', 'odd') as g, if(n = 4, null, n) as m, n * n as w
    from unnest(sequence(1, 10)) as t(n)
)
"""

QUERIES = [
    "select 1 as Mixed, 2",
    "select * from (values (1, 'a'), (2, 'b')) as t(n, s) order by n desc",
    "select g, sum(n) from numbers group by rollup (g) order by g",
    "select g, m, count(*), grouping(g) from numbers group by grouping sets ((g), (m)) order by 1, 2, 3",
    "select n from numbers order by m desc limit 3",
    "select n from numbers order by m offset 2 limit 3",
    "select n from numbers where n in (select w from numbers) order by 1",
    "select n from numbers as a where exists (select 1 from numbers as b where b.w = a.n) order by n",
    "select a.n, b.n from numbers a left join numbers b on a.n = b.w order by 1, 2",
    "select n from numbers except select w from numbers order by 1",
    "select n from numbers union select w from numbers order by 1",
    "select distinct g from numbers order by g",
    "select g, max(n) from numbers group by g having max(n) > 9",
    "select n, item from numbers cross join unnest(array[g, 'x']) as t(item) where n < 3 order by n, item",
    "select t.item, t.place from unnest(array['a', 'b']) with ordinality as t(item, place) order by 2",
]


def columns(lake: Lake, source: str, expressions: list[str], order: str = "") -> dict[str, list[str | None]]:
    """Each expression's values. Asked in one query: what takes long on Trino is to plan one, not to evaluate it."""
    selected = ", ".join(f"{expression} as x{number}" for number, expression in enumerate(expressions))
    rows = lake.run(f"{source} select {selected} {'from numbers' if source else ''} {order}", "sample").rows
    return {expression: [row[number] for row in rows] for number, expression in enumerate(expressions)}


@pytest.fixture(scope="module")
def answers(lakes: Callable[[str], Lake]) -> dict[str, dict[str, list[str | None]]]:
    """By engine, what each expression gives."""
    return {
        engine: {
            **columns(lakes(engine), "", SCALARS),
            **columns(lakes(engine), ROWS, AGGREGATES),
            **columns(lakes(engine), ROWS, WINDOWS, "order by n"),
        }
        for engine in ("duckdb", "trino")
    }


@pytest.mark.parametrize("expression", [*SCALARS, *AGGREGATES, *WINDOWS])
def test_an_expression_has_the_same_values(expression: str, answers: dict[str, dict[str, list[str | None]]]) -> None:
    assert answers["trino"][expression]
    assert answers["duckdb"][expression] == answers["trino"][expression]


@pytest.mark.parametrize("sql", QUERIES)
def test_query(sql: str, lakes: Callable[[str], Lake]) -> None:
    duckdb, trino = (lakes(engine).run(f"{ROWS} {sql}", "sample").csv for engine in ("duckdb", "trino"))

    assert duckdb == trino


@pytest.mark.parametrize(
    "sql",
    [
        "select nope from measurements",
        "select * from nope",
        "select * from nope.measurements",
        "select nope(signal) from measurements",
        "select 1 / 0",
        "select cast('x' as integer)",
        "select signal, count(*) from measurements",
        "select * from measurements where day = ?",
    ],
)
def test_failures_have_the_same_name_and_place(sql: str, lakes: Callable[[str], Lake]) -> None:
    duckdb, trino = (lakes(engine).reason(sql, "sample") for engine in ("duckdb", "trino"))

    assert duckdb.split(": ")[:2] == trino.split(": ")[:2]
