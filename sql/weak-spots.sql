-- title: Weak spots
-- question: Where should an operator improve reception first?
-- chart: bar x=postal_code y=median_signal_asu series=operator
-- units: median_signal_asu=ASU average_signal_asu=ASU share_weak=% share_in_service=%
-- order: 80

with signal_counts as (

    select
        postal_code,
        coalesce(operator, 'unknown') as operator,
        signal,
        sum(count_rows) as count_rows,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(signal is null, 0, count_rows)) as count_known,
        -- below 8 ASU a GSM signal is under -97 dBm: calls begin to drop
        sum(if(signal < 8, count_rows, 0)) as count_weak
    from hourly_quality
    where day between ? and ?
      and postal_code is not null
    group by 1, 2, 3

),

ranked as (

    select
        *,
        sum(count_known) over (
            partition by postal_code, operator
            order by signal
            range between unbounded preceding and current row
        ) as count_up_to,
        sum(count_known) over (partition by postal_code, operator) as count_all
    from signal_counts

),

by_spot as (

    select
        postal_code,
        operator,
        sum(count_rows) as count_rows,
        min(if(count_up_to * 2 >= count_all, signal)) as median_signal_asu,
        1e0 * sum(signal * count_known) / nullif(sum(count_known), 0) as average_signal_asu,
        100e0 * sum(count_weak) / nullif(sum(count_known), 0) as share_weak,
        100e0 * sum(count_in_service) / nullif(sum(count_status), 0) as share_in_service
    from ranked
    group by postal_code, operator

),

-- a handful of rows says nothing of a place
final as (

    select *
    from by_spot
    where count_rows >= 5
      and median_signal_asu is not null

)

select
    postal_code,
    operator,
    count_rows,
    median_signal_asu,
    average_signal_asu,
    share_weak,
    share_in_service
from final
order by median_signal_asu, share_weak desc, count_rows desc, postal_code, operator
limit 50
