-- One row per rejected row: dataset, load, folder month and row number.
with

rejected_reasons as (select * from {{ ref('int_rejected_rows') }})

select
    dataset,
    load_id,
    folder_month,
    row_number,
    natural_key,
    max(case when reason_rank = 1 then reason_code end) as reason_code,
    {{ join_texts('reason_code', 'reason_rank') }} as all_reasons,
    max(raw_row) as raw_row
from rejected_reasons
group by
    dataset,
    load_id,
    folder_month,
    row_number,
    natural_key
