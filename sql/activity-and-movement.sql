-- title: Activity and movement
-- question: What were people doing while their phones measured, how fast did they move, and what does it do to reception?
-- chart: bar x=activity y=share_of_rows
-- units: share_of_rows=% average_speed_kmh=km/h top_speed_kmh=km/h share_in_service=% share_weak=% share_none=% average_accuracy_m=m average_satellites=satellites
-- days: upload
-- rows: count_rows
-- order: 110

with by_activity as (

    select
        coalesce(activity, 'unknown') as activity,
        sum(count_rows) as count_rows,
        sum(if(status in (0, 1, 2), count_rows, 0)) as count_on,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(signal_dbm is null, 0, count_rows)) as count_dbm,
        sum(if(coverage in ('weak', 'none'), count_rows, 0)) as count_weak,
        sum(if(coverage = 'none', count_rows, 0)) as count_none,
        sum(count_speed_kmh) as count_speed,
        sum(sum_speed_kmh_tenths) as sum_speed_tenths,
        max(max_speed_kmh) as top_speed_kmh,
        sum(count_satellites) as count_satellites,
        sum(sum_satellites_tenths) as sum_satellites_tenths,
        sum(count_gps_accuracy_m) as count_accuracy,
        sum(sum_gps_accuracy_m_tenths) as sum_accuracy_tenths
    from hourly_quality
    where day between ? and ?
    group by 1

),

final as (

    select
        activity,
        count_rows,
        100e0 * count_rows / sum(count_rows) over () as share_of_rows,
        sum_speed_tenths / 10e0 / nullif(count_speed, 0) as average_speed_kmh,
        top_speed_kmh,
        100e0 * count_in_service / nullif(count_on, 0) as share_in_service,
        count_dbm,
        100e0 * count_weak / nullif(count_dbm, 0) as share_weak,
        100e0 * count_none / nullif(count_dbm, 0) as share_none,
        sum_accuracy_tenths / 10e0 / nullif(count_accuracy, 0) as average_accuracy_m,
        sum_satellites_tenths / 10e0 / nullif(count_satellites, 0) as average_satellites
    from by_activity

)

select
    activity,
    count_rows,
    share_of_rows,
    average_speed_kmh,
    top_speed_kmh,
    share_in_service,
    count_dbm,
    share_weak,
    share_none,
    average_accuracy_m,
    average_satellites
from final
order by count_rows desc, activity
limit 50
