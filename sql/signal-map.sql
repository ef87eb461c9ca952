-- title: Map of the signal
-- question: Where on the map is the signal strong or weak?
-- chart: scatter-map x=longitude y=latitude value=average_signal_asu
-- units: longitude=° latitude=° average_signal_asu=ASU share_in_service=%
-- days: upload
-- rows: count_rows
-- order: 70

with by_cell as (

    -- cells of a hundredth of a degree, about one kilometre
    select
        cast(floor(latitude * 100) as bigint) as latitude_cell,
        cast(floor(longitude * 100) as bigint) as longitude_cell,
        count(*) as count_rows,
        count(signal) as count_known,
        sum(signal) as sum_signal,
        count(status) as count_status,
        sum(if(status = 0, 1, 0)) as count_in_service,
        count(distinct operator) as count_operators
    from measurements
    where day between ? and ?
    group by 1, 2

),

final as (

    -- a cell is shown at its centre
    select
        (latitude_cell + 0.5e0) / 100e0 as latitude,
        (longitude_cell + 0.5e0) / 100e0 as longitude,
        count_rows,
        1e0 * sum_signal / nullif(count_known, 0) as average_signal_asu,
        100e0 * count_in_service / nullif(count_status, 0) as share_in_service,
        count_operators
    from by_cell

)

select
    latitude,
    longitude,
    count_rows,
    average_signal_asu,
    share_in_service,
    count_operators
from final
order by count_rows desc, latitude, longitude
limit 1000
