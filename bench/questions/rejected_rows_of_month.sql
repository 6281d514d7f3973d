-- The rejected cases of a month, row by row, as they were delivered.
select
    rejected.load_id,
    rejected.row_number,
    rejected.natural_key,
    rejected.all_reasons,
    rejected.raw_row
from marts.rejected_rows as rejected
where
    rejected.dataset = 'cases'
    and rejected.folder_month = strftime(date '{month}', '%Y-%m')
order by rejected.load_id, rejected.row_number
limit 1000
