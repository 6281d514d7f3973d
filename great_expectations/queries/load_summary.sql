-- One row per dataset and load: its rejected rate, and that of its whole dataset. NULL below the
-- number of rows that makes a rate meaningful.
with

loads as (
    select
        *,
        sum(landed_count) over (partition by dataset) as dataset_landed_count,
        sum(rejected_count) over (partition by dataset)
            as dataset_rejected_count
    from marts.load_summary
)

select
    dataset,
    load_id,
    landed_count,
    rejected_count,
    dataset_landed_count,
    dataset_rejected_count,
    case
        when landed_count >= $minimum_landed_count then rejected_rate
    end as load_rejected_rate,
    case
        when dataset_landed_count >= $minimum_landed_count
            then dataset_rejected_count / dataset_landed_count
    end as dataset_rejected_rate
from loads
order by
    dataset,
    load_id
