-- title: Map of the coverage
-- question: Where do phones have service, how good is it, and where has nobody measured?
-- chart: tile-map
-- units: average_signal_dbm=dBm average_signal_asu=ASU
-- days: upload
-- rows: count_rows
-- order: 70

with told as (

    -- a tile is a square of the map, as a quadkey of zoom 16: about 460 metres a side at a latitude of 41 degrees
    select
        tile,
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        status,
        coverage,
        -- in whole dBm, rounded half up; a row is told by its dBm, and by its ASU where it has none
        cast(floor(signal_dbm + 0.5e0) as integer) as signal_dbm,
        if(signal_dbm is null, signal) as signal_asu
    from measurements
    where day between ? and ?
      and tile is not null

),

final as (

    select
        tile,
        operator,
        technology,
        count(*) as count_rows,
        sum(if(status = 0, 1, 0)) as count_in_service,
        sum(if(status = 2, 1, 0)) as count_emergency_only,
        sum(if(status = 1, 1, 0)) as count_out_of_service,
        sum(if(status = 3, 1, 0)) as count_radio_off,
        sum(if(coverage = 'very good', 1, 0)) as count_very_good,
        sum(if(coverage = 'good', 1, 0)) as count_good,
        sum(if(coverage = 'weak', 1, 0)) as count_weak,
        sum(if(coverage = 'none', 1, 0)) as count_none,
        count(signal_dbm) as count_dbm,
        1e0 * sum(signal_dbm) / nullif(count(signal_dbm), 0) as average_signal_dbm,
        count(signal_asu) as count_asu,
        1e0 * sum(signal_asu) / nullif(count(signal_asu), 0) as average_signal_asu
    from told
    group by tile, operator, technology

)

-- all of them, so that a hole that few have been in is there, too
select
    tile,
    operator,
    technology,
    count_rows,
    count_in_service,
    count_emergency_only,
    count_out_of_service,
    count_radio_off,
    count_very_good,
    count_good,
    count_weak,
    count_none,
    count_dbm,
    average_signal_dbm,
    count_asu,
    average_signal_asu
from final
order by tile, operator, technology
