-- title: Service by place
-- question: Where do phones lose service, and where are they left with emergency calls?
-- chart: bar x=place stack=count_in_service,count_emergency_only,count_out_of_service
-- units: share_in_service=% share_emergency_only=% share_out_of_service=%
-- days: upload
-- rows: count_rows
-- order: 90

with by_place as (

    select
        coalesce(place, 'unknown') as place,
        count(*) as count_rows,
        sum(if(status = 0, 1, 0)) as count_in_service,
        sum(if(status = 1, 1, 0)) as count_out_of_service,
        sum(if(status = 2, 1, 0)) as count_emergency_only,
        sum(if(status = 3, 1, 0)) as count_radio_off,
        sum(if(status in (0, 1, 2), 1, 0)) as count_on,
        count(distinct operator) as count_operators
    from measurements
    where day between ? and ?
    group by 1

),

-- emergency calls are no loss of service: another operator's network was there
final as (

    select
        *,
        100e0 * count_in_service / nullif(count_on, 0) as share_in_service,
        100e0 * count_emergency_only / nullif(count_on, 0) as share_emergency_only,
        100e0 * count_out_of_service / nullif(count_on, 0) as share_out_of_service
    from by_place

)

-- most rows lost first: one failed row out of one is less of a finding than ten out of fifty
select
    place,
    count_rows,
    count_in_service,
    count_emergency_only,
    count_out_of_service,
    count_radio_off,
    share_in_service,
    share_emergency_only,
    share_out_of_service,
    count_operators
from final
order by count_out_of_service desc, count_emergency_only desc, count_rows desc, place
limit 10000
