-- Rejected rows of all loads by dataset, month and reason.
select
    rejected.dataset,
    rejected.folder_month,
    rejected.reason_code,
    count(*) as rejected_count
from marts.rejected_rows as rejected
group by rejected.dataset, rejected.folder_month, rejected.reason_code
order by rejected.folder_month desc, rejected_count desc, rejected.reason_code
