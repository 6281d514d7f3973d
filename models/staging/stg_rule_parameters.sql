-- One row per rule parameter and validity.
select
    parameter_code,
    cast(parameter_value as decimal(18, 6)) as parameter_value,
    cast(effective_from as date) as effective_from,
    cast(effective_to as date) as effective_to
from {{ ref('rule_parameters') }}
