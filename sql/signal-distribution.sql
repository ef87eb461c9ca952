-- title: Distribution of the signal by technology
-- question: How is the signal spread on each technology?
-- chart: histogram x=signal_dbm,signal_asu y=count_rows series=technology
-- units: signal_dbm=dBm signal_asu=ASU share_of_rows=% share_up_to=%
-- days: upload
-- rows: count_rows
-- order: 60

with signal_counts as (

    -- a row is told by its dBm, and by its ASU where it has none
    select
        coalesce(technology, 'unknown') as technology,
        signal_dbm,
        if(signal_dbm is null, signal) as signal_asu,
        sum(count_rows) as count_rows
    from hourly_quality
    where day between ? and ?
      and (signal_dbm is not null or signal is not null)
    group by 1, 2, 3

),

-- a line has one of both, so their order is one of values
ranked as (

    select
        *,
        sum(count_rows) over (
            partition by technology, signal_dbm is null
            order by coalesce(signal_dbm, signal_asu)
            rows between unbounded preceding and current row
        ) as count_up_to,
        sum(count_rows) over (partition by technology, signal_dbm is null) as count_all
    from signal_counts

),

final as (

    select
        *,
        100e0 * count_rows / count_all as share_of_rows,
        100e0 * count_up_to / count_all as share_up_to
    from ranked

)

select
    technology,
    signal_dbm,
    signal_asu,
    count_rows,
    share_of_rows,
    share_up_to
from final
order by technology, signal_dbm nulls last, signal_asu nulls last
