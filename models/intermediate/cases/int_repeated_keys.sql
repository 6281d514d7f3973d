{{ config(materialized='table', post_hook="{{ record_read_months() }}") }}

-- One row per dataset, landed month and natural key that several landed rows
-- have, in whatever months: only they can have versions. Months whose files are
-- the ones that were read for the table as it stands are not read again but for
-- the keys that the changed months share with them.
with

landed_files as (select * from {{ ref('int_landed_files') }}),

{% for dataset in datasets_across_months() -%}
{%- set key = var('raw_contract')[dataset].key[0] %}
{%- set unchanged_months = months_read_before(dataset) %}
{%- set is_unchanged = is_one_of_months('landed_month', unchanged_months) %}
{%- set is_changed = 'not (' ~ is_unchanged ~ ')' %}
landed_{{ dataset }} as {{ not_materialized() }} (
    select
        landed_month,
        folder_month,
        load_id,
        row_number,
        {{ key }} as natural_key
    from ({{ raw_rows(dataset) | indent(4) }}) as landed_rows
    where {{ key }} is not null
),

-- All rows of the keys that a changed month has.
read_{{ dataset }} as {{ not_materialized() }} (
    select *
    from landed_{{ dataset }}
    where {{ is_changed }}
    {%- if unchanged_months %}
    union all
    select *
    from landed_{{ dataset }}
    where
        {{ is_unchanged }}
        and natural_key in (
            select changed_keys.natural_key
            from landed_{{ dataset }} as changed_keys
            where {{ is_changed }}
        )
    {%- endif %}
),

repeated_hashes_{{ dataset }} as (
    select {{ value_hash('natural_key') }} as key_hash
    from read_{{ dataset }}
    group by {{ value_hash('natural_key') }}
    having count(*) > 1
),

found_{{ dataset }} as (
    select
        read_rows.landed_month,
        read_rows.natural_key,
        cast(count(*) as bigint) as row_count,
        cast({{ unordered_hash(
            "concat_ws('|', read_rows.row_number, landed_files.file_hash)"
        ) }} as varchar) as rows_hash
    from read_{{ dataset }} as read_rows
    inner join landed_files
        on
            landed_files.dataset = '{{ dataset }}'
            and read_rows.load_id = landed_files.load_id
            and read_rows.folder_month = landed_files.folder_month
            and read_rows.landed_month = landed_files.landed_month
    where
        {{ value_hash('read_rows.natural_key') }} in (
            select repeated_hashes.key_hash
            from repeated_hashes_{{ dataset }} as repeated_hashes
        )
    group by
        read_rows.landed_month,
        read_rows.natural_key
),

{%- if unchanged_months %}

-- Keys that a month had which changed or vanished: counted again in the others.
affected_{{ dataset }} as (
    select natural_key
    from {{ this }}
    where dataset = '{{ dataset }}' and {{ is_changed }}
),

recounted_{{ dataset }} as (
    select
        landed_month,
        natural_key,
        row_count,
        rows_hash
    from {{ this }}
    where
        dataset = '{{ dataset }}'
        and {{ is_unchanged }}
        and natural_key in (
            select affected.natural_key from affected_{{ dataset }} as affected
        )
        and natural_key not in (
            select found.natural_key from found_{{ dataset }} as found
        )
    union all
    select * from found_{{ dataset }}
),

kept_{{ dataset }} as (
    select
        landed_month,
        natural_key,
        row_count,
        rows_hash
    from {{ this }}
    where
        dataset = '{{ dataset }}'
        and {{ is_unchanged }}
        and natural_key not in (
            select recounted.natural_key
            from recounted_{{ dataset }} as recounted
        )
),

{%- else %}

recounted_{{ dataset }} as (
    select * from found_{{ dataset }}
),

{%- endif %}

totalled_{{ dataset }} as (
    select
        *,
        sum(row_count) over (partition by natural_key) as key_row_count
    from recounted_{{ dataset }}
),

all_{{ dataset }} as (
    select
        landed_month,
        natural_key,
        row_count,
        rows_hash
    from totalled_{{ dataset }}
    where key_row_count > 1
    {%- if unchanged_months %}
    union all
    select * from kept_{{ dataset }}
    {%- endif %}
){{ ',' if not loop.last }}

{% endfor %}

{%- for dataset in datasets_across_months() %}
select
    '{{ dataset }}' as dataset,
    landed_month,
    natural_key,
    row_count,
    rows_hash
from all_{{ dataset }}
{{ 'union all' if not loop.last }}
{%- endfor %}
