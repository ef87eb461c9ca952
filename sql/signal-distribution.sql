-- title: Distribution of the signal
-- question: How is the signal spread, and how many measurements are weak?
-- chart: histogram x=signal_asu y=count_rows
-- units: signal_asu=ASU share_of_rows=% share_up_to=%
-- order: 60

with signal_counts as (

    select
        signal as signal_asu,
        sum(count_rows) as count_rows
    from hourly_quality
    where day between ? and ?
      and signal is not null
    group by 1

),

final as (

    select
        signal_asu,
        count_rows,
        100e0 * count_rows / sum(count_rows) over () as share_of_rows,
        100e0 * sum(count_rows) over (order by signal_asu rows between unbounded preceding and current row)
            / sum(count_rows) over () as share_up_to
    from signal_counts

)

select
    signal_asu,
    count_rows,
    share_of_rows,
    share_up_to
from final
order by signal_asu
