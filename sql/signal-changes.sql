-- title: What changed in the signal
-- question: Where did the signal get weaker or stronger since the days before, and how sure is that?
-- chart: none
-- units: hours_before=hours hours_after=hours share_weaker=%
-- order: 25
-- days: upload before upload before
-- rows: count_rows

-- The days of the upload, and as many days before them that have rows.
with days_after as (

    select distinct day
    from hourly_quality
    where day between ? and ?

),

days_before as (

    select day, row_number() over (order by day desc) as place
    from (select distinct day from hourly_quality where day between ? and ?)

),

periods as (

    -- Where there is nothing before, there is nothing to compare.
    select day, true as is_after from days_after where exists (select 1 from days_before)
    union all
    select day, false from days_before where place <= (select count(*) from days_after)

),

-- Rows of one hour of a day are counted together: most often they are one phone on its way, and say little more than one row.
-- Whole dBm, or ASU where no dBm is known: never both in one line.
counted as (

    select
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        if(signal_dbm is null, 'ASU', 'dBm') as scale,
        place,
        is_after,
        measurements.day as day,
        hour(measured_at) as hour,
        coalesce(cast(floor(signal_dbm + 0.5e0) as bigint), signal) as value,
        count(*) as count_rows
    from measurements
    inner join periods on periods.day = measurements.day
    where (measurements.day between ? and ? or measurements.day between ? and ?)
      and place is not null
      and coalesce(signal_dbm, signal) is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8

),

-- The hours of a place, of all days, in their order.
numbered as (

    select
        *,
        dense_rank() over (partition by operator, technology, scale, place order by day, hour) as hour_number
    from counted

),

-- How many rows of both periods are not above a value, and how many are not below it.
placed as (

    select
        *,
        sum(count_rows) over (
            partition by operator, technology, scale, place
            order by value
            range between unbounded preceding and current row
        ) as count_up_to,
        sum(count_rows) over (
            partition by operator, technology, scale, place
            order by value
            range between current row and unbounded following
        ) as count_from,
        sum(count_rows) over (partition by operator, technology, scale, place) as count_all,
        sum(if(is_after, count_rows, 0)) over (partition by operator, technology, scale, place) as count_all_after,
        max(hour_number) over (partition by operator, technology, scale, place) as count_hours
    from numbered

),

-- A row's rank within its place, from -1 (weaker than all) to 1. A row weighs what share the other period has in its place, so
-- that each place has the same weight in both periods: a line over all places tells no change where only the places were others.
-- Ranks within a place bind its hours together, the more the fewer there are: what measures their spread is larger by that.
-- All in whole billionths, so that sums are exact.
scored as (

    select
        *,
        cast(floor(1e9 * weight + 0.5e0) as bigint) as weight_units,
        cast(floor(1e9 * weight * score + 0.5e0) as bigint) as score_units,
        cast(floor(1e9 * weight * score * sqrt(1e0 * count_hours / nullif(count_hours - 1, 0)) + 0.5e0) as bigint)
            as spread_units
    from (
        select
            *,
            1e0 * if(is_after, count_all - count_all_after, count_all_after) / count_all as weight,
            1e0 * (count_up_to - count_from) / count_all as score
        from placed
    )

),

-- A line for each place, and one for all places that both periods know: by hour, and by value.
gathered as (

    select
        operator,
        technology,
        scale,
        place,
        is_after,
        day,
        hour,
        value,
        grouping(value) = 1 as is_hour,
        sum(if(weight_units > 0, count_rows, 0)) as count_compared,
        sum(count_rows) as count_rows,
        sum(count_rows * weight_units) as weight,
        sum(count_rows * score_units) as score,
        sum(count_rows * spread_units) as spread
    from scored
    group by grouping sets (
        (operator, technology, scale, place, is_after, day, hour),
        (operator, technology, scale, is_after, day, hour),
        (operator, technology, scale, place, is_after, value),
        (operator, technology, scale, is_after, value)
    )

),

weighed as (

    select
        *,
        sum(weight) over (
            partition by operator, technology, scale, place, is_after, is_hour
            order by value
            range between unbounded preceding and current row
        ) as weight_up_to,
        sum(weight) over (partition by operator, technology, scale, place, is_after, is_hour) as weight_all,
        sum(score) over (partition by operator, technology, scale, place, is_after, is_hour) as score_all,
        sum(spread) over (partition by operator, technology, scale, place, is_after, is_hour) as spread_all
    from gathered

),

-- What an hour weighs, and how far it is from what was expected of it.
hours as (

    select
        *,
        if(is_hour, 1e0 * weight / nullif(weight_all, 0)) as share,
        if(is_hour, (spread - 1e0 * weight * spread_all / nullif(weight_all, 0)) / nullif(weight_all, 0)) as distance
    from weighed

),

-- The variance of a period's mean rank, from hours: CR2 of Bell and McCaffrey; its degrees of freedom from the number of hours
-- that count, which is less than that of all hours where they weigh differently.
sides as (

    select
        operator,
        technology,
        scale,
        place,
        is_after,
        sum(if(is_hour, if(place is null, count_compared, count_rows), 0)) as count_rows,
        sum(if(is_hour and (weight > 0 or place is not null), 1, 0)) as count_hours,
        max(if(is_hour, 1e0 * score_all / nullif(weight_all, 0))) as mean_rank,
        min(if(not is_hour and weight_all > 0 and weight_up_to * 2 >= weight_all, value)) as median,
        cast(sum(if(not is_hour, cast(weight as decimal(25, 0)) * cast(value as decimal(5, 0)))) as double)
            / nullif(max(weight_all), 0) as mean,
        sum(cast(floor(1e15 * distance * distance / nullif(1e0 - share, 0e0) + 0.5e0) as bigint)) / 1e15 as variance,
        sum(cast(floor(1e15 * share * share + 0.5e0) as bigint)) / 1e15 as sum_squares,
        sum(cast(floor(1e18 * share * share * share * share + 0.5e0) as bigint)) / 1e18 as sum_fourths
    from hours
    group by operator, technology, scale, place, is_after

),

compared as (

    select
        operator,
        technology,
        scale,
        place,
        sum(if(is_after, 0, count_rows)) as count_before,
        sum(if(is_after, count_rows, 0)) as count_after,
        sum(if(is_after, 0, count_hours)) as hours_before,
        sum(if(is_after, count_hours, 0)) as hours_after,
        max(if(is_after, null, median)) as median_before,
        max(if(is_after, median)) as median_after,
        max(if(is_after, mean)) - max(if(is_after, null, mean)) as change,
        max(if(is_after, mean_rank)) - max(if(is_after, null, mean_rank)) as rank_change,
        max(if(is_after, variance)) as variance_after,
        max(if(is_after, null, variance)) as variance_before,
        max(if(is_after, least(sum_squares * sum_squares / nullif(sum_fourths, 0e0), 1e0 * count_hours))) - 1e0
            as freedom_after,
        max(if(is_after, null, least(sum_squares * sum_squares / nullif(sum_fourths, 0e0), 1e0 * count_hours))) - 1e0
            as freedom_before
    from sides
    group by operator, technology, scale, place

),

-- Fewer rows or hours of a period are too little to tell: then there is no t.
final as (

    select
        *,
        if(
            least(count_before, count_after) >= 20 and least(hours_before, hours_after) >= 8,
            rank_change / nullif(sqrt(variance_after + variance_before), 0e0)
        ) as t
    from compared
    where count_after > 0

)

select
    operator,
    technology,
    place,
    scale,
    -- of a line over all places the rows are counted in the lines of the places
    if(place is not null, count_before + count_after) as count_rows,
    count_before,
    count_after,
    hours_before,
    hours_after,
    median_before,
    median_after,
    change,
    50e0 - 50e0 * rank_change as share_weaker,
    t,
    if(
        t is not null,
        (variance_after + variance_before) * (variance_after + variance_before)
            / (
                variance_after * variance_after / nullif(freedom_after, 0e0)
                + variance_before * variance_before / nullif(freedom_before, 0e0)
            )
    ) as degrees_of_freedom
from final
order by t nulls last, count_after desc, operator, technology, scale, place nulls first
