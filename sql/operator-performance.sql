-- title: Operator performance
-- question: How do the operators compare in service, signal, speed and reach?
-- chart: bar x=operator y=share_in_service
-- units: share_of_rows=% share_in_service=% average_signal_asu=ASU median_signal_asu=ASU average_speed_kmh=km/h average_accuracy_m=m
-- order: 20

with by_place as (

    select
        coalesce(operator, 'unknown') as operator,
        postal_code,
        signal,
        sum(count_rows) as count_rows,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(signal is null, 0, count_rows)) as count_known,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths,
        sum(count_gps_accuracy_m) as count_accuracy,
        sum(sum_gps_accuracy_m_tenths) as sum_accuracy_tenths
    from hourly_quality
    where day between ? and ?
    group by 1, 2, 3

),

ranked as (

    select
        *,
        sum(count_known) over (
            partition by operator
            order by signal
            range between unbounded preceding and current row
        ) as count_up_to,
        sum(count_known) over (partition by operator) as count_all,
        sum(count_rows) over () as count_everything
    from by_place

),

final as (

    select
        operator,
        sum(count_rows) as count_rows,
        100e0 * sum(count_rows) / max(count_everything) as share_of_rows,
        100e0 * sum(count_in_service) / nullif(sum(count_status), 0) as share_in_service,
        1e0 * sum(signal * count_known) / nullif(sum(count_known), 0) as average_signal_asu,
        min(if(count_up_to * 2 >= count_all, signal)) as median_signal_asu,
        sum(sum_speed_tenths) / 10e0 / nullif(sum(count_speed), 0) as average_speed_kmh,
        sum(sum_accuracy_tenths) / 10e0 / nullif(sum(count_accuracy), 0) as average_accuracy_m,
        count(distinct postal_code) as count_postal_codes
    from ranked
    group by operator

)

select
    operator,
    count_rows,
    share_of_rows,
    share_in_service,
    average_signal_asu,
    median_signal_asu,
    average_speed_kmh,
    average_accuracy_m,
    count_postal_codes
from final
order by count_rows desc, operator
limit 100
