-- title: Radio quality by operator and technology
-- question: How clean is what the phones receive, where their logs tell RSRQ and SINR?
-- chart: bar x=operator y=median_sinr_db,median_rsrq_db series=technology
-- units: p10_rsrq_db=dB median_rsrq_db=dB average_rsrq_db=dB p10_sinr_db=dB median_sinr_db=dB average_sinr_db=dB
-- days: upload
-- rows: count_rows
-- order: 95

with value_counts as (

    -- in whole tenths, rounded half up, so that sums and medians are exact
    select
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        cast(floor(rsrq_db * 10 + 0.5e0) as bigint) as rsrq_tenths,
        cast(floor(sinr_db * 10 + 0.5e0) as bigint) as sinr_tenths,
        count(*) as count_rows,
        count(rsrq_db) as count_rsrq,
        count(sinr_db) as count_sinr
    from measurements
    where day between ? and ?
      and (rsrq_db is not null or sinr_db is not null)
    group by 1, 2, 3, 4

),

ranked as (

    select
        *,
        sum(count_rsrq) over (
            partition by operator, technology
            order by rsrq_tenths
            range between unbounded preceding and current row
        ) as count_rsrq_up_to,
        sum(count_rsrq) over (partition by operator, technology) as count_rsrq_all,
        sum(count_sinr) over (
            partition by operator, technology
            order by sinr_tenths
            range between unbounded preceding and current row
        ) as count_sinr_up_to,
        sum(count_sinr) over (partition by operator, technology) as count_sinr_all
    from value_counts

),

final as (

    select
        operator,
        technology,
        sum(count_rows) as count_rows,
        sum(count_rsrq) as count_rsrq,
        min(if(count_rsrq_up_to * 10 >= count_rsrq_all, rsrq_tenths)) / 10e0 as p10_rsrq_db,
        min(if(count_rsrq_up_to * 2 >= count_rsrq_all, rsrq_tenths)) / 10e0 as median_rsrq_db,
        sum(rsrq_tenths * count_rsrq) / 10e0 / nullif(sum(count_rsrq), 0) as average_rsrq_db,
        sum(count_sinr) as count_sinr,
        min(if(count_sinr_up_to * 10 >= count_sinr_all, sinr_tenths)) / 10e0 as p10_sinr_db,
        min(if(count_sinr_up_to * 2 >= count_sinr_all, sinr_tenths)) / 10e0 as median_sinr_db,
        sum(sinr_tenths * count_sinr) / 10e0 / nullif(sum(count_sinr), 0) as average_sinr_db
    from ranked
    group by operator, technology

)

select
    operator,
    technology,
    count_rows,
    count_rsrq,
    p10_rsrq_db,
    median_rsrq_db,
    average_rsrq_db,
    count_sinr,
    p10_sinr_db,
    median_sinr_db,
    average_sinr_db
from final
order by count_rows desc, operator, technology
limit 500
