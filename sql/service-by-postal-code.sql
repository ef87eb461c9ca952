-- title: Service status by postal code
-- question: In which postal codes do phones lose service, and in what way?
-- chart: bar x=postal_code y=share_without_service
-- units: share_in_service=% share_without_service=%
-- order: 90

with by_postal_code as (

    select
        coalesce(postal_code, 'unknown') as postal_code,
        sum(count_rows) as count_rows,
        sum(if(status is null, 0, count_rows)) as count_status,
        sum(if(status = 0, count_rows, 0)) as count_in_service,
        sum(if(status = 1, count_rows, 0)) as count_out_of_service,
        sum(if(status = 2, count_rows, 0)) as count_emergency_only,
        sum(if(status = 3, count_rows, 0)) as count_radio_off,
        count(distinct operator) as count_operators
    from hourly_quality
    where day between ? and ?
    group by 1

),

final as (

    select
        *,
        100e0 * count_in_service / nullif(count_status, 0) as share_in_service,
        100e0 * (count_status - count_in_service) / nullif(count_status, 0) as share_without_service
    from by_postal_code

)

-- most rows lost first: one failed row out of one is less of a finding than ten out of fifty
select
    postal_code,
    count_rows,
    count_in_service,
    count_out_of_service,
    count_emergency_only,
    count_radio_off,
    share_in_service,
    share_without_service,
    count_operators
from final
order by count_status - count_in_service desc, count_rows desc, postal_code
limit 200
