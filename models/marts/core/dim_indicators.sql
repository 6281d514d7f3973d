-- One row per indicator and validity.
select
    indicator_code,
    indicator_name,
    mechanism_code,
    scoring_method,
    measure_code,
    when_no_data,
    basis,
    basis_note,
    full_marks,
    bonus_cap,
    target_value,
    unit_points,
    effective_from,
    effective_to
from {{ ref('int_indicators') }}
