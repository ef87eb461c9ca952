-- title: GPS accuracy by provider and operator
-- question: How exact are the positions, and does it depend on how they were found or on the operator?
-- chart: bar x=operator y=median_accuracy_m series=provider
-- units: average_accuracy_m=m median_accuracy_m=m p90_accuracy_m=m worst_accuracy_m=m average_satellites=satellites
-- days: upload
-- rows: count_rows
-- order: 100

with accuracy_counts as (

    -- in whole tenths of a metre, so that sums and medians are exact
    select
        coalesce(provider, 'unknown') as provider,
        coalesce(operator, 'unknown') as operator,
        cast(round(gps_accuracy_m * 10) as bigint) as accuracy_tenths,
        count(*) as count_rows,
        sum(satellites) as sum_satellites,
        count(satellites) as count_satellites
    from measurements
    where day between ? and ?
      and gps_accuracy_m is not null
    group by 1, 2, 3

),

ranked as (

    select
        provider,
        operator,
        accuracy_tenths,
        count_rows,
        sum_satellites,
        count_satellites,
        sum(count_rows) over (
            partition by provider, operator
            order by accuracy_tenths
            range between unbounded preceding and current row
        ) as count_up_to,
        sum(count_rows) over (partition by provider, operator) as count_all
    from accuracy_counts

),

final as (

    select
        provider,
        operator,
        sum(count_rows) as count_rows,
        sum(accuracy_tenths * count_rows) / 10e0 / sum(count_rows) as average_accuracy_m,
        min(if(count_up_to * 2 >= count_all, accuracy_tenths)) / 10e0 as median_accuracy_m,
        min(if(count_up_to * 10 >= count_all * 9, accuracy_tenths)) / 10e0 as p90_accuracy_m,
        max(accuracy_tenths) / 10e0 as worst_accuracy_m,
        1e0 * sum(sum_satellites) / nullif(sum(count_satellites), 0) as average_satellites
    from ranked
    group by provider, operator

)

select
    provider,
    operator,
    count_rows,
    average_accuracy_m,
    median_accuracy_m,
    p90_accuracy_m,
    worst_accuracy_m,
    average_satellites
from final
order by count_rows desc, provider, operator
limit 100
