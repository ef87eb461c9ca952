-- title: The last eight weeks
-- question: Where do the operators' networks go from week to week?
-- chart: line x=week y=median_signal_dbm,median_signal_asu series=operator,technology
-- units: share_in_service=% share_emergency_only=% share_out_of_service=% median_signal_dbm=dBm average_signal_dbm=dBm share_weak=% share_none=% median_signal_asu=ASU average_signal_asu=ASU
-- days: weeks
-- rows: count_rows
-- order: 15

with signal_counts as (

    -- a row is told by its dBm, and by its ASU where it has none; a week is named by its Monday
    select
        substr(cast(date_trunc('week', cast(day as date)) as varchar), 1, 10) as week,
        day,
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        signal_dbm,
        if(signal_dbm is null, signal) as signal_asu,
        sum(count_rows) as count_rows,
        sum(if(status in (0, 1, 2), count_rows, 0)) as count_on,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(status = 1, count_rows, 0)) as count_out_of_service,
        sum(if(status = 2, count_rows, 0)) as count_emergency_only,
        sum(if(coverage in ('weak', 'none'), count_rows, 0)) as count_weak,
        sum(if(coverage = 'none', count_rows, 0)) as count_none
    from hourly_quality
    where day between ? and ?
    group by 1, 2, 3, 4, 5, 6

),

counted as (

    select
        *,
        if(signal_dbm is null, 0, count_rows) as count_dbm,
        if(signal_asu is null, 0, count_rows) as count_asu
    from signal_counts

),

ranked as (

    select
        *,
        sum(count_dbm) over (
            partition by week, operator, technology
            order by signal_dbm
            range between unbounded preceding and current row
        ) as count_dbm_up_to,
        sum(count_dbm) over (partition by week, operator, technology) as count_dbm_all,
        sum(count_asu) over (
            partition by week, operator, technology
            order by signal_asu
            range between unbounded preceding and current row
        ) as count_asu_up_to,
        sum(count_asu) over (partition by week, operator, technology) as count_asu_all,
        sum(count_rows) over (partition by operator, technology) as count_network_rows
    from counted

),

by_week as (

    select
        week,
        operator,
        technology,
        count_network_rows,
        sum(count_rows) as count_rows,
        count(distinct day) as count_days,
        100e0 * sum(count_in_service) / nullif(sum(count_on), 0) as share_in_service,
        100e0 * sum(count_emergency_only) / nullif(sum(count_on), 0) as share_emergency_only,
        100e0 * sum(count_out_of_service) / nullif(sum(count_on), 0) as share_out_of_service,
        sum(count_dbm) as count_dbm,
        min(if(count_dbm_up_to * 2 >= count_dbm_all, signal_dbm)) as median_signal_dbm,
        1e0 * sum(signal_dbm * count_dbm) / nullif(sum(count_dbm), 0) as average_signal_dbm,
        100e0 * sum(count_weak) / nullif(sum(count_dbm), 0) as share_weak,
        100e0 * sum(count_none) / nullif(sum(count_dbm), 0) as share_none,
        sum(count_asu) as count_asu,
        min(if(count_asu_up_to * 2 >= count_asu_all, signal_asu)) as median_signal_asu,
        1e0 * sum(signal_asu * count_asu) / nullif(sum(count_asu), 0) as average_signal_asu
    from ranked
    group by week, operator, technology, count_network_rows

),

final as (

    select
        *,
        dense_rank() over (order by count_network_rows desc, operator, technology) as network_rank
    from by_week

)

select
    week,
    operator,
    technology,
    count_rows,
    count_days,
    share_in_service,
    share_emergency_only,
    share_out_of_service,
    count_dbm,
    median_signal_dbm,
    average_signal_dbm,
    share_weak,
    share_none,
    count_asu,
    median_signal_asu,
    average_signal_asu
from final
where network_rank <= 40
order by network_rank, week
