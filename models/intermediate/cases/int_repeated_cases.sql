{{ config(materialized='table', post_hook="{{ record_read_months() }}") }}

-- One row per landed month and case that has several landed rows, in whatever
-- months: only they can have versions. Months whose files are the ones that were
-- read for the table as it stands are not read again but for the cases that the
-- changed months share with them.
{%- set unchanged_months = months_read_before() %}
{%- set is_changed = (
    'not (' ~ is_one_of_months('landed_month', unchanged_months) ~ ')'
) %}
{%- set is_unchanged = is_one_of_months('landed_month', unchanged_months) %}
with

case_files as (select * from {{ ref('int_case_files') }}),

landed_cases as {{ not_materialized() }} (
    select
        landed_month,
        folder_month,
        load_id,
        row_number,
        case_id
    from ({{ raw_rows('cases') | indent(4) }}) as landed_rows
    where case_id is not null
),

-- All rows of the cases that a changed month has.
read_cases as {{ not_materialized() }} (
    select *
    from landed_cases
    where {{ is_changed }}
    {%- if unchanged_months %}
    union all
    select *
    from landed_cases
    where
        {{ is_unchanged }}
        and case_id in (
            select changed_cases.case_id
            from landed_cases as changed_cases
            where {{ is_changed }}
        )
    {%- endif %}
),

repeated_hashes as (
    select {{ value_hash('case_id') }} as case_hash
    from read_cases
    group by {{ value_hash('case_id') }}
    having count(*) > 1
),

suspected_cases as (
    select
        read_cases.landed_month,
        read_cases.case_id,
        count(*) as row_count,
        {{ unordered_hash(
            "concat_ws('|', read_cases.row_number, case_files.file_hash)"
        ) }} as rows_hash
    from read_cases
    inner join case_files
        on
            read_cases.load_id = case_files.load_id
            and read_cases.folder_month = case_files.folder_month
            and read_cases.landed_month = case_files.landed_month
    where
        {{ value_hash('read_cases.case_id') }} in (
            select repeated_hashes.case_hash from repeated_hashes
        )
    group by
        read_cases.landed_month,
        read_cases.case_id
),

{%- if unchanged_months %}

-- Cases that the unchanged months repeat without the changed ones.
known_cases as (
    select
        landed_month,
        case_id,
        row_count,
        rows_hash
    from {{ this }}
    where
        {{ is_unchanged }}
        and case_id not in (
            select suspected_cases.case_id from suspected_cases
        )
),

{%- endif %}

counted_cases as (
    select * from suspected_cases
    {%- if unchanged_months %}
    union all
    select * from known_cases
    {%- endif %}
),

cases_with_total as (
    select
        *,
        sum(row_count) over (partition by case_id) as case_row_count
    from counted_cases
)

select
    landed_month,
    case_id,
    cast(row_count as bigint) as row_count,
    cast(rows_hash as varchar) as rows_hash
from cases_with_total
where case_row_count > 1
