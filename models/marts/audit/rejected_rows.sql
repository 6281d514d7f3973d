-- One row per rejected row: dataset, load, folder month and row number.
select
    dataset,
    load_id,
    folder_month,
    row_number,
    natural_key,
    reason_code,
    all_reasons,
    raw_row
from {{ ref('int_rejected_rows') }}
