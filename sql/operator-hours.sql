-- title: Operators hour by hour
-- question: Whose signal falls at which hour?
-- chart: heat x=hour y=operator value=average_signal_asu
-- units: average_signal_asu=ASU share_in_service=%
-- order: 50

with by_hour as (

    select
        coalesce(operator, 'unknown') as operator,
        hour,
        sum(count_rows) as count_rows,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(signal is null, 0, count_rows)) as count_known,
        sum(signal * count_rows) as sum_signal
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
        operator,
        hour,
        count_rows,
        1e0 * sum_signal / nullif(count_known, 0) as average_signal_asu,
        100e0 * count_in_service / nullif(count_status, 0) as share_in_service,
        operator_rank
    from largest
    where operator_rank <= 15

)

select
    operator,
    hour,
    count_rows,
    average_signal_asu,
    share_in_service
from final
order by operator_rank, hour
