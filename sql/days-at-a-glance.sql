-- title: Days at a glance
-- question: How many measurements did each day bring, from how many operators and places, and how good were they?
-- chart: line x=day y=share_in_service
-- units: share_in_service=% share_signal_unknown=% average_signal_asu=ASU average_speed_kmh=km/h average_accuracy_m=m
-- order: 10

with by_day as (

    select
        day,
        sum(count_rows) as count_rows,
        count(distinct operator) as count_operators,
        count(distinct network) as count_networks,
        count(distinct postal_code) as count_postal_codes,
        count(distinct upload_id) as count_uploads,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(signal is null, count_rows, 0)) as count_unknown,
        sum(signal * count_rows) as sum_signal,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths,
        sum(count_gps_accuracy_m) as count_accuracy,
        sum(sum_gps_accuracy_m_tenths) as sum_accuracy_tenths
    from hourly_quality
    where day between ? and ?
    group by 1

),

final as (

    select
        *,
        100e0 * count_in_service / nullif(count_status, 0) as share_in_service,
        100e0 * count_unknown / count_rows as share_signal_unknown,
        1e0 * sum_signal / nullif(count_rows - count_unknown, 0) as average_signal_asu,
        sum_speed_tenths / 10e0 / nullif(count_speed, 0) as average_speed_kmh,
        sum_accuracy_tenths / 10e0 / nullif(count_accuracy, 0) as average_accuracy_m
    from by_day

)

select
    day,
    count_rows,
    count_operators,
    count_networks,
    count_postal_codes,
    count_uploads,
    share_in_service,
    share_signal_unknown,
    average_signal_asu,
    average_speed_kmh,
    average_accuracy_m
from final
order by day
