-- title: Signal strength by operator and technology
-- question: Which operators are received best on which technology, and how sure is that?
-- chart: bar x=operator y=median_signal_dbm,median_signal_asu series=technology
-- units: p10_signal_dbm=dBm median_signal_dbm=dBm p90_signal_dbm=dBm average_signal_dbm=dBm p10_signal_asu=ASU median_signal_asu=ASU p90_signal_asu=ASU average_signal_asu=ASU share_known=%
-- days: upload
-- rows: count_rows
-- order: 30

with signal_counts as (

    -- a row is told by its dBm, and by its ASU where it has none; where it has neither, it counts as a row alone
    select
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        signal_dbm,
        if(signal_dbm is null, signal) as signal_asu,
        sum(count_rows) as count_rows
    from hourly_quality
    where day between ? and ?
    group by 1, 2, 3, 4

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
            partition by operator, technology
            order by signal_dbm
            range between unbounded preceding and current row
        ) as count_dbm_up_to,
        sum(count_dbm) over (partition by operator, technology) as count_dbm_all,
        sum(count_asu) over (
            partition by operator, technology
            order by signal_asu
            range between unbounded preceding and current row
        ) as count_asu_up_to,
        sum(count_asu) over (partition by operator, technology) as count_asu_all
    from counted

),

-- a percentile is the smallest value that so large a share of the rows does not exceed
final as (

    select
        operator,
        technology,
        sum(count_rows) as count_rows,
        sum(count_dbm) as count_dbm,
        min(if(count_dbm_up_to * 10 >= count_dbm_all, signal_dbm)) as p10_signal_dbm,
        min(if(count_dbm_up_to * 2 >= count_dbm_all, signal_dbm)) as median_signal_dbm,
        min(if(count_dbm_up_to * 10 >= count_dbm_all * 9, signal_dbm)) as p90_signal_dbm,
        1e0 * sum(signal_dbm * count_dbm) / nullif(sum(count_dbm), 0) as average_signal_dbm,
        sum(count_asu) as count_asu,
        min(if(count_asu_up_to * 10 >= count_asu_all, signal_asu)) as p10_signal_asu,
        min(if(count_asu_up_to * 2 >= count_asu_all, signal_asu)) as median_signal_asu,
        min(if(count_asu_up_to * 10 >= count_asu_all * 9, signal_asu)) as p90_signal_asu,
        1e0 * sum(signal_asu * count_asu) / nullif(sum(count_asu), 0) as average_signal_asu,
        100e0 * (sum(count_dbm) + sum(count_asu)) / sum(count_rows) as share_known
    from ranked
    group by operator, technology

)

select
    operator,
    technology,
    count_rows,
    count_dbm,
    p10_signal_dbm,
    median_signal_dbm,
    p90_signal_dbm,
    average_signal_dbm,
    count_asu,
    p10_signal_asu,
    median_signal_asu,
    p90_signal_asu,
    average_signal_asu,
    share_known
from final
order by count_rows desc, operator, technology
limit 500
