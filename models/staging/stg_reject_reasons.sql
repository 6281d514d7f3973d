-- One row per reason that rejects a raw row.
select
    reason_code,
    reason_name,
    cast(priority as integer) as priority
from {{ ref('reject_reasons') }}
