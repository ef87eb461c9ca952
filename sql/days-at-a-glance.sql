-- title: Days at a glance
-- question: How many measurements did each day bring, from how many operators and places, and how good were they?
-- chart: line x=day y=share_in_service
-- units: share_in_service=% share_emergency_only=% share_out_of_service=% share_radio_off=% share_weak=% share_none=% share_signal_unknown=% average_speed_kmh=km/h average_accuracy_m=m
-- days: upload
-- rows: count_rows
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
        sum(if(status = 1, count_rows, 0)) as count_out_of_service,
        sum(if(status = 2, count_rows, 0)) as count_emergency_only,
        sum(if(status = 3, count_rows, 0)) as count_radio_off,
        sum(if(signal_dbm is null, 0, count_rows)) as count_dbm,
        sum(if(coverage in ('weak', 'none'), count_rows, 0)) as count_weak,
        sum(if(coverage = 'none', count_rows, 0)) as count_none,
        sum(if(signal_dbm is null and signal is null, count_rows, 0)) as count_unknown,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths,
        sum(count_gps_accuracy_m) as count_accuracy,
        sum(sum_gps_accuracy_m_tenths) as sum_accuracy_tenths
    from hourly_quality
    where day between ? and ?
    group by 1

),

-- a phone whose radio is off says nothing of the network
final as (

    select
        *,
        100e0 * count_in_service / nullif(count_status - count_radio_off, 0) as share_in_service,
        100e0 * count_emergency_only / nullif(count_status - count_radio_off, 0) as share_emergency_only,
        100e0 * count_out_of_service / nullif(count_status - count_radio_off, 0) as share_out_of_service,
        100e0 * count_radio_off / nullif(count_status, 0) as share_radio_off,
        100e0 * count_weak / nullif(count_dbm, 0) as share_weak,
        100e0 * count_none / nullif(count_dbm, 0) as share_none,
        100e0 * count_unknown / count_rows as share_signal_unknown,
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
    share_emergency_only,
    share_out_of_service,
    share_radio_off,
    count_dbm,
    share_weak,
    share_none,
    share_signal_unknown,
    average_speed_kmh,
    average_accuracy_m
from final
order by day
