-- title: Operators hour by hour
-- question: Whose coverage or service falls at which hour?
-- chart: heat x=hour y=operator value=share_weak,share_in_service
-- units: share_in_service=% share_emergency_only=% share_out_of_service=% share_weak=% share_none=%
-- days: upload
-- rows: count_rows
-- order: 50

with by_hour as (

    select
        coalesce(operator, 'unknown') as operator,
        hour,
        sum(count_rows) as count_rows,
        sum(if(status in (0, 1, 2), count_rows, 0)) as count_on,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(status = 1, count_rows, 0)) as count_out_of_service,
        sum(if(status = 2, count_rows, 0)) as count_emergency_only,
        sum(if(signal_dbm is null, 0, count_rows)) as count_dbm,
        sum(if(coverage in ('weak', 'none'), count_rows, 0)) as count_weak,
        sum(if(coverage = 'none', count_rows, 0)) as count_none
    from hourly_quality
    where day between ? and ?
    group by 1, 2

),

sized as (

    select
        *,
        sum(count_rows) over (partition by operator) as count_operator_rows
    from by_hour

),

largest as (

    select
        *,
        dense_rank() over (order by count_operator_rows desc, operator) as operator_rank
    from sized

),

final as (

    select
        *,
        100e0 * count_in_service / nullif(count_on, 0) as share_in_service,
        100e0 * count_emergency_only / nullif(count_on, 0) as share_emergency_only,
        100e0 * count_out_of_service / nullif(count_on, 0) as share_out_of_service,
        100e0 * count_weak / nullif(count_dbm, 0) as share_weak,
        100e0 * count_none / nullif(count_dbm, 0) as share_none
    from largest
    where operator_rank <= 15

)

select
    operator,
    hour,
    count_rows,
    share_in_service,
    share_emergency_only,
    share_out_of_service,
    count_dbm,
    share_weak,
    share_none
from final
order by operator_rank, hour
