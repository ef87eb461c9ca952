-- title: Uploads of these days
-- question: Whose rows do the reports of these days count?
-- chart: none
-- days: upload
-- rows: count_rows
-- order: 120

with by_upload as (

    select
        upload_id,
        sum(count_rows) as count_rows,
        min(day) as first_day,
        max(day) as last_day
    from hourly_quality
    where day between ? and ?
    group by 1

)

select
    upload_id,
    count_rows,
    first_day,
    last_day
from by_upload
order by count_rows desc, upload_id
