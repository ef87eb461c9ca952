-- title: Signal through the day
-- question: At which hours is the signal weak or the service lost?
-- chart: line x=hour y=average_signal_asu
-- units: average_signal_asu=ASU median_signal_asu=ASU share_in_service=% average_speed_kmh=km/h
-- order: 40

with signal_counts as (

    select
        hour,
        signal,
        sum(count_rows) as count_rows,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(signal is null, 0, count_rows)) as count_known,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths
    from hourly_quality
    where day between ? and ?
    group by 1, 2

),

ranked as (

    select
        *,
        sum(count_known) over (
            partition by hour
            order by signal
            range between unbounded preceding and current row
        ) as count_up_to,
        sum(count_known) over (partition by hour) as count_all
    from signal_counts

),

final as (

    select
        hour,
        sum(count_rows) as count_rows,
        1e0 * sum(signal * count_known) / nullif(sum(count_known), 0) as average_signal_asu,
        min(if(count_up_to * 2 >= count_all, signal)) as median_signal_asu,
        100e0 * sum(count_in_service) / nullif(sum(count_status), 0) as share_in_service,
        sum(sum_speed_tenths) / 10e0 / nullif(sum(count_speed), 0) as average_speed_kmh
    from ranked
    group by hour

)

select
    hour,
    count_rows,
    average_signal_asu,
    median_signal_asu,
    share_in_service,
    average_speed_kmh
from final
order by hour
