{{ config(
    materialized='incremental' if can_delete_rows() else 'table',
    incremental_strategy=add_months_strategy(),
    on_schema_change='fail',
    pre_hook="{{ drop_changed_keys() }}",
    post_hook=["{{ drop_single_keys() }}", "{{ record_read_months() }}"]
) }}

-- One row per dataset, landed month and natural key that several landed rows
-- have, in whatever months: only they can have versions. Months whose files are
-- the ones that were read for the table as it stands are not read again but for
-- the keys that the changed months share with them.
with

landed_files as (select * from {{ ref('int_landed_files') }}),

{% for dataset in datasets_by_month() -%}
{%- set key = key_text(dataset) %}
{%- set unchanged_months = months_read_before(dataset) %}
{%- set is_changed = is_month_to_read(dataset, unchanged_months) %}
{%- set months_to_search = months_within_bounds(dataset, unchanged_months) %}
landed_{{ dataset }} as {{ not_materialized() }} (
    select
        landed_month,
        folder_month,
        load_id,
        row_number,
        {{ key }} as natural_key
    from ({{ raw_rows(dataset) | indent(4) }}) as landed_rows
    where {{ are_known(var('raw_contract')[dataset].key) }}
),

-- All rows of the keys that a changed month has.
read_{{ dataset }} as {{ not_materialized() }} (
    select *
    from landed_{{ dataset }}
    where {{ is_changed }}
    {%- if months_to_search %}
    union all
    select *
    from landed_{{ dataset }}
    where
        {{ is_one_of_months('landed_month', months_to_search) }}
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
        {{ unordered_hash(
            "concat_ws('|', read_rows.row_number, landed_files.file_hash)"
        ) }} as rows_hash
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

-- Of keys that share a hash, those of one row.
single_{{ dataset }} as (
    select natural_key
    from found_{{ dataset }}
    group by natural_key
    having sum(row_count) = 1
),

-- What unchanged months hold already.
known_{{ dataset }} as (
    select
        landed_month,
        natural_key
    from {{ this if is_incremental() else 'found_' ~ dataset }}
    where {{ "dataset = '" ~ dataset ~ "'" if is_incremental() else 'false' }}
){{ ',' if not loop.last }}

{% endfor %}

{%- for dataset in datasets_by_month() %}
select
    '{{ dataset }}' as dataset,
    found.landed_month,
    found.natural_key,
    found.row_count,
    found.rows_hash
from found_{{ dataset }} as found
left join known_{{ dataset }} as known
    on
        found.landed_month = known.landed_month
        and found.natural_key = known.natural_key
where
    known.natural_key is null
    and found.natural_key not in (
        select single.natural_key from single_{{ dataset }} as single
    )
{{ 'union all' if not loop.last }}
{%- endfor %}
