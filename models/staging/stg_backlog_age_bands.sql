-- One row per age band of open cases.
select
    age_band_code,
    age_band_name,
    cast(minimum_age_days as integer) as minimum_age_days,
    cast(maximum_age_days as integer) as maximum_age_days,
    cast(display_order as integer) as display_order
from {{ ref('backlog_age_bands') }}
