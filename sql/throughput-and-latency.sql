-- title: Throughput and latency by operator and technology
-- question: How fast were data, where the logs tell it?
-- chart: bar x=operator y=median_download_mbps,median_latency_ms series=technology
-- units: median_download_mbps=Mbit/s p10_download_mbps=Mbit/s average_download_mbps=Mbit/s median_upload_mbps=Mbit/s p10_upload_mbps=Mbit/s average_upload_mbps=Mbit/s median_latency_ms=ms p90_latency_ms=ms average_latency_ms=ms
-- days: upload
-- rows: count_rows
-- order: 97

with value_counts as (

    -- in whole kbit/s and tenths of a millisecond, rounded half up, so that sums and medians are exact
    select
        coalesce(operator, 'unknown') as operator,
        coalesce(technology, 'unknown') as technology,
        cast(floor(download_mbps * 1000 + 0.5e0) as bigint) as download_kbps,
        cast(floor(upload_mbps * 1000 + 0.5e0) as bigint) as upload_kbps,
        cast(floor(latency_ms * 10 + 0.5e0) as bigint) as latency_tenths,
        count(*) as count_rows,
        count(download_mbps) as count_download,
        count(upload_mbps) as count_upload,
        count(latency_ms) as count_latency
    from measurements
    where day between ? and ?
      and (download_mbps is not null or upload_mbps is not null or latency_ms is not null)
    group by 1, 2, 3, 4, 5

),

ranked as (

    select
        *,
        sum(count_download) over (
            partition by operator, technology
            order by download_kbps
            range between unbounded preceding and current row
        ) as count_download_up_to,
        sum(count_download) over (partition by operator, technology) as count_download_all,
        sum(count_upload) over (
            partition by operator, technology
            order by upload_kbps
            range between unbounded preceding and current row
        ) as count_upload_up_to,
        sum(count_upload) over (partition by operator, technology) as count_upload_all,
        sum(count_latency) over (
            partition by operator, technology
            order by latency_tenths
            range between unbounded preceding and current row
        ) as count_latency_up_to,
        sum(count_latency) over (partition by operator, technology) as count_latency_all
    from value_counts

),

-- the tenth that fares worst: the slowest rates, the longest times
final as (

    select
        operator,
        technology,
        sum(count_rows) as count_rows,
        sum(count_download) as count_download,
        min(if(count_download_up_to * 2 >= count_download_all, download_kbps)) / 1000e0 as median_download_mbps,
        min(if(count_download_up_to * 10 >= count_download_all, download_kbps)) / 1000e0 as p10_download_mbps,
        sum(download_kbps * count_download) / 1000e0 / nullif(sum(count_download), 0) as average_download_mbps,
        sum(count_upload) as count_upload,
        min(if(count_upload_up_to * 2 >= count_upload_all, upload_kbps)) / 1000e0 as median_upload_mbps,
        min(if(count_upload_up_to * 10 >= count_upload_all, upload_kbps)) / 1000e0 as p10_upload_mbps,
        sum(upload_kbps * count_upload) / 1000e0 / nullif(sum(count_upload), 0) as average_upload_mbps,
        sum(count_latency) as count_latency,
        min(if(count_latency_up_to * 2 >= count_latency_all, latency_tenths)) / 10e0 as median_latency_ms,
        min(if(count_latency_up_to * 10 >= count_latency_all * 9, latency_tenths)) / 10e0 as p90_latency_ms,
        sum(latency_tenths * count_latency) / 10e0 / nullif(sum(count_latency), 0) as average_latency_ms
    from ranked
    group by operator, technology

)

select
    operator,
    technology,
    count_rows,
    count_download,
    median_download_mbps,
    p10_download_mbps,
    average_download_mbps,
    count_upload,
    median_upload_mbps,
    p10_upload_mbps,
    average_upload_mbps,
    count_latency,
    median_latency_ms,
    p90_latency_ms,
    average_latency_ms
from final
order by count_rows desc, operator, technology
limit 500
