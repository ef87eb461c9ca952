-- title: Weak spots
-- question: Where should an operator improve reception first?
-- chart: bar x=place y=share_weak,median_signal_asu series=operator,technology
-- units: median_signal_dbm=dBm average_signal_dbm=dBm median_signal_asu=ASU share_weak=% share_none=% share_in_service=% share_emergency_only=% share_out_of_service=%
-- days: upload
-- rows: count_rows
-- order: 80

with signal_counts as (

    -- in whole dBm, rounded half up; a row is told by its dBm, and by its ASU where it has none
    select
        place,
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        cast(floor(signal_dbm + 0.5e0) as integer) as signal_dbm,
        if(signal_dbm is null, signal) as signal_asu,
        count(*) as count_rows,
        sum(if(status in (0, 1, 2), 1, 0)) as count_on,
        sum(if(status = 0, 1, 0)) as count_in_service,
        sum(if(status = 1, 1, 0)) as count_out_of_service,
        sum(if(status = 2, 1, 0)) as count_emergency_only,
        sum(if(coverage in ('weak', 'none'), 1, 0)) as count_weak,
        sum(if(coverage = 'none', 1, 0)) as count_none
    from measurements
    where day between ? and ?
      and place is not null
    group by 1, 2, 3, 4, 5

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
            partition by place, operator, technology
            order by signal_dbm
            range between unbounded preceding and current row
        ) as count_dbm_up_to,
        sum(count_dbm) over (partition by place, operator, technology) as count_dbm_all,
        sum(count_asu) over (
            partition by place, operator, technology
            order by signal_asu
            range between unbounded preceding and current row
        ) as count_asu_up_to,
        sum(count_asu) over (partition by place, operator, technology) as count_asu_all
    from counted

),

by_spot as (

    select
        place,
        operator,
        technology,
        sum(count_rows) as count_rows,
        sum(count_dbm) as count_dbm,
        min(if(count_dbm_up_to * 2 >= count_dbm_all, signal_dbm)) as median_signal_dbm,
        1e0 * sum(signal_dbm * count_dbm) / nullif(sum(count_dbm), 0) as average_signal_dbm,
        sum(count_asu) as count_asu,
        coalesce(sum(signal_asu * count_asu), 0) as sum_asu,
        min(if(count_asu_up_to * 2 >= count_asu_all, signal_asu)) as median_signal_asu,
        sum(count_weak) as count_weak,
        100e0 * sum(count_weak) / nullif(sum(count_dbm), 0) as share_weak,
        100e0 * sum(count_none) / nullif(sum(count_dbm), 0) as share_none,
        100e0 * sum(count_in_service) / nullif(sum(count_on), 0) as share_in_service,
        100e0 * sum(count_emergency_only) / nullif(sum(count_on), 0) as share_emergency_only,
        100e0 * sum(count_out_of_service) / nullif(sum(count_on), 0) as share_out_of_service
    from ranked
    group by place, operator, technology

),

-- a few rows say little of a place: it is ranked as if ten more had been there, all of them well covered or of 31 ASU
final as (

    select
        *,
        1e0 * count_weak / (count_dbm + 10) as weakness,
        1e0 * (sum_asu + 10 * 31) / (count_asu + 10) as strength_asu
    from by_spot

)

select
    place,
    operator,
    technology,
    count_rows,
    count_dbm,
    median_signal_dbm,
    average_signal_dbm,
    count_asu,
    median_signal_asu,
    share_weak,
    share_none,
    share_in_service,
    share_emergency_only,
    share_out_of_service
from final
order by weakness desc, strength_asu, count_rows desc, place, operator, technology
limit 10000
