-- One row per case source.
select
    source_code,
    source_name,
    tier_code
from {{ ref('int_case_sources') }}
