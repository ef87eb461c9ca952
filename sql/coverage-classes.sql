-- title: Coverage by operator and technology
-- question: How much of what was measured is covered well, and how much is weak or worse?
-- chart: bar x=operator stack=count_very_good,count_good,count_weak,count_none series=technology
-- units: share_very_good=% share_weak=% share_none=%
-- days: upload
-- rows: count_dbm
-- order: 35

with by_network as (

    -- the classes follow the technology: a dBm of 2G is not worth what one of 4G is
    select
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        sum(count_rows) as count_dbm,
        sum(if(coverage = 'very good', count_rows, 0)) as count_very_good,
        sum(if(coverage = 'good', count_rows, 0)) as count_good,
        sum(if(coverage = 'weak', count_rows, 0)) as count_weak,
        sum(if(coverage = 'none', count_rows, 0)) as count_none
    from hourly_quality
    where day between ? and ?
      and coverage is not null
    group by 1, 2

),

-- the share of weak rows is that of weak ones and of those that are worse
final as (

    select
        *,
        100e0 * count_very_good / count_dbm as share_very_good,
        100e0 * (count_weak + count_none) / count_dbm as share_weak,
        100e0 * count_none / count_dbm as share_none
    from by_network

)

select
    operator,
    technology,
    count_dbm,
    count_very_good,
    count_good,
    count_weak,
    count_none,
    share_very_good,
    share_weak,
    share_none
from final
order by count_dbm desc, operator, technology
limit 500
