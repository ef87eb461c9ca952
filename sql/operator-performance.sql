-- title: Operator performance
-- question: How do the operators compare in service, coverage, speed and reach?
-- chart: bar x=operator stack=share_in_service,share_emergency_only,share_out_of_service
-- units: share_of_rows=% share_in_service=% share_emergency_only=% share_out_of_service=% share_radio_off=% share_weak=% share_none=% average_speed_kmh=km/h average_accuracy_m=m
-- days: upload
-- rows: count_rows
-- order: 20

with by_operator as (

    select
        coalesce(operator, 'unknown') as operator,
        sum(count_rows) as count_rows,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(status = 1, count_rows, 0)) as count_out_of_service,
        sum(if(status = 2, count_rows, 0)) as count_emergency_only,
        sum(if(status = 3, count_rows, 0)) as count_radio_off,
        sum(if(signal_dbm is null, 0, count_rows)) as count_dbm,
        sum(if(coverage in ('weak', 'none'), count_rows, 0)) as count_weak,
        sum(if(coverage = 'none', count_rows, 0)) as count_none,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths,
        sum(count_gps_accuracy_m) as count_accuracy,
        sum(sum_gps_accuracy_m_tenths) as sum_accuracy_tenths,
        count(distinct postal_code) as count_postal_codes
    from hourly_quality
    where day between ? and ?
    group by 1

),

-- a phone whose radio is off says nothing of the network
final as (

    select
        *,
        100e0 * count_rows / sum(count_rows) over () as share_of_rows,
        100e0 * count_in_service / nullif(count_status - count_radio_off, 0) as share_in_service,
        100e0 * count_emergency_only / nullif(count_status - count_radio_off, 0) as share_emergency_only,
        100e0 * count_out_of_service / nullif(count_status - count_radio_off, 0) as share_out_of_service,
        100e0 * count_radio_off / nullif(count_status, 0) as share_radio_off,
        100e0 * count_weak / nullif(count_dbm, 0) as share_weak,
        100e0 * count_none / nullif(count_dbm, 0) as share_none,
        sum_speed_tenths / 10e0 / nullif(count_speed, 0) as average_speed_kmh,
        sum_accuracy_tenths / 10e0 / nullif(count_accuracy, 0) as average_accuracy_m
    from by_operator

)

select
    operator,
    count_rows,
    share_of_rows,
    share_in_service,
    share_emergency_only,
    share_out_of_service,
    share_radio_off,
    count_dbm,
    share_weak,
    share_none,
    average_speed_kmh,
    average_accuracy_m,
    count_postal_codes
from final
order by count_rows desc, operator
limit 100
