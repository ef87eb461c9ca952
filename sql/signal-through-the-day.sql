-- title: Signal through the day
-- question: At which hours is the signal of a technology good or weak?
-- chart: line x=hour y=median_signal_dbm,median_signal_asu series=technology
-- units: median_signal_dbm=dBm average_signal_dbm=dBm median_signal_asu=ASU average_signal_asu=ASU share_in_service=% share_emergency_only=% share_out_of_service=% average_speed_kmh=km/h
-- days: upload
-- rows: count_rows
-- order: 115

with signal_counts as (

    -- a row is told by its dBm, and by its ASU where it has none
    select
        hour,
        coalesce(technology, 'unknown') as technology,
        signal_dbm,
        if(signal_dbm is null, signal) as signal_asu,
        sum(count_rows) as count_rows,
        sum(if(status in (0, 1, 2), count_rows, 0)) as count_on,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(status = 1, count_rows, 0)) as count_out_of_service,
        sum(if(status = 2, count_rows, 0)) as count_emergency_only,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths
    from hourly_quality
    where day between ? and ?
    group by 1, 2, 3, 4

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
            partition by hour, technology
            order by signal_dbm
            range between unbounded preceding and current row
        ) as count_dbm_up_to,
        sum(count_dbm) over (partition by hour, technology) as count_dbm_all,
        sum(count_asu) over (
            partition by hour, technology
            order by signal_asu
            range between unbounded preceding and current row
        ) as count_asu_up_to,
        sum(count_asu) over (partition by hour, technology) as count_asu_all
    from counted

),

final as (

    select
        hour,
        technology,
        sum(count_rows) as count_rows,
        sum(count_dbm) as count_dbm,
        min(if(count_dbm_up_to * 2 >= count_dbm_all, signal_dbm)) as median_signal_dbm,
        1e0 * sum(signal_dbm * count_dbm) / nullif(sum(count_dbm), 0) as average_signal_dbm,
        sum(count_asu) as count_asu,
        min(if(count_asu_up_to * 2 >= count_asu_all, signal_asu)) as median_signal_asu,
        1e0 * sum(signal_asu * count_asu) / nullif(sum(count_asu), 0) as average_signal_asu,
        100e0 * sum(count_in_service) / nullif(sum(count_on), 0) as share_in_service,
        100e0 * sum(count_emergency_only) / nullif(sum(count_on), 0) as share_emergency_only,
        100e0 * sum(count_out_of_service) / nullif(sum(count_on), 0) as share_out_of_service,
        sum(sum_speed_tenths) / 10e0 / nullif(sum(count_speed), 0) as average_speed_kmh
    from ranked
    group by hour, technology

)

select
    hour,
    technology,
    count_rows,
    count_dbm,
    median_signal_dbm,
    average_signal_dbm,
    count_asu,
    median_signal_asu,
    average_signal_asu,
    share_in_service,
    share_emergency_only,
    share_out_of_service,
    average_speed_kmh
from final
order by hour, technology
