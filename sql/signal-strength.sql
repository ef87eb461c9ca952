-- title: Signal strength by operator and network
-- question: Which operators' networks are received best, and how sure is that?
-- chart: bar x=operator y=median_signal_asu series=network
-- units: average_signal_asu=ASU p10_signal_asu=ASU median_signal_asu=ASU p90_signal_asu=ASU share_known=%
-- order: 30

with signal_counts as (

    -- an unknown signal is null: it counts as a row, never as a value
    select
        coalesce(operator, 'unknown') as operator,
        coalesce(network, 'unknown') as network,
        signal,
        sum(count_rows) as count_rows,
        sum(if(signal is null, 0, count_rows)) as count_known
    from hourly_quality
    where day between ? and ?
    group by 1, 2, 3

),

ranked as (

    select
        operator,
        network,
        signal,
        count_rows,
        count_known,
        sum(count_known) over (
            partition by operator, network
            order by signal
            range between unbounded preceding and current row
        ) as count_up_to,
        sum(count_known) over (partition by operator, network) as count_all
    from signal_counts

),

-- a percentile is the smallest value that so large a share of the rows does not exceed
final as (

    select
        operator,
        network,
        sum(count_rows) as count_rows,
        100e0 * sum(count_known) / sum(count_rows) as share_known,
        1e0 * sum(signal * count_known) / nullif(sum(count_known), 0) as average_signal_asu,
        min(if(count_up_to * 10 >= count_all, signal)) as p10_signal_asu,
        min(if(count_up_to * 2 >= count_all, signal)) as median_signal_asu,
        min(if(count_up_to * 10 >= count_all * 9, signal)) as p90_signal_asu
    from ranked
    group by operator, network

)

select
    operator,
    network,
    count_rows,
    share_known,
    average_signal_asu,
    p10_signal_asu,
    median_signal_asu,
    p90_signal_asu
from final
order by count_rows desc, operator, network
limit 100
