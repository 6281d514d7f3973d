{{ config(materialized='table') }}

-- One row per dataset that is built by month and landed month: the fingerprint
-- of all that its rows are made of, and the month's date where the folder is
-- named for one. The marts are one more dataset: a month of them is made of the
-- accepted rows of all datasets, and of the issued bulletin, of that month and
-- of those before.
with

landed_files as (select * from {{ ref('int_landed_files') }}),

repeated_keys as (select * from {{ ref('int_repeated_keys') }}),

assessment_periods as (select * from {{ ref('stg_assessment_periods') }}),

case_categories as (select * from {{ ref('stg_case_categories') }}),

case_sources as (select * from {{ ref('stg_case_sources') }}),

districts as (select * from {{ ref('stg_districts') }}),

rule_parameters as (select * from {{ ref('rule_parameters') }}),

working_calendar as (select * from {{ ref('stg_working_calendar') }}),

working_hours as (select * from {{ ref('stg_working_hours') }}),


file_hashes as (
    {{ month_file_hashes('landed_files') | indent(4) }}
),

-- The rows in other months of the keys that the month shares with them.
shared_hashes as (
    select
        repeated_keys.dataset,
        repeated_keys.landed_month,
        {{ unordered_hash(
            "concat_ws('|', elsewhere.landed_month, elsewhere.natural_key,"
            ~ " elsewhere.rows_hash)"
        ) }} as shared_rows
    from repeated_keys
    inner join repeated_keys as elsewhere
        on
            repeated_keys.dataset = elsewhere.dataset
            and repeated_keys.natural_key = elsewhere.natural_key
            and repeated_keys.landed_month <> elsewhere.landed_month
    group by
        repeated_keys.dataset,
        repeated_keys.landed_month
),

-- Reference rows that any row may meet.
reference_rows as (
    select
        concat_ws(
            '|', 'category', category_code, class_code, is_key,
            coalesce(cast(limit_value as string), ''), coalesce(limit_unit, '')
        ) as reference_row
    from case_categories
    union all
    select concat_ws('|', 'source', source_code) as reference_row
    from case_sources
    union all
    select
        concat_ws(
            '|', 'district', district_code, coalesce(assessment_group_code, '')
        ) as reference_row
    from districts
    union all
    select
        concat_ws(
            '|', 'hours', period_number, start_time, end_time
        ) as reference_row
    from working_hours
    union all
    -- A cutoff inside its own month rejects what is registered after it, also
    -- where that lies in the folder of another month.
    select concat_ws('|', 'until', assessment_month, cutoff_at) as reference_row
    from assessment_periods
    where cutoff_at < {{ add_months('assessment_month', 1) }}
    union all
    select
        concat_ws(
            '|', parameter_code, parameter_value, effective_from,
            coalesce(cast(effective_to as string), '')
        ) as reference_row
    from rule_parameters
    where
        parameter_code in ('default_cutoff_month_offset', 'default_cutoff_day')
    union all
    select concat_ws('|', 'day', calendar_date, is_working_day) as reference_row
    from working_calendar
),

reference_hash as (
    select {{ unordered_hash('reference_row') }} as reference_rows
    from reference_rows
),

big_datasets as (
    select
        file_hashes.dataset,
        file_hashes.landed_month,
        {{ month_as_date('file_hashes.landed_month') }} as assessment_month,
        md5(concat_ws(
            '|',
            file_hashes.files_hash,
            coalesce(cast(assessment_periods.cutoff_at as string), ''),
            coalesce(cast(shared_hashes.shared_rows as string), ''),
            reference_hash.reference_rows,
            '{{ code_version(datasets_by_month()) }}'
        )) as fingerprint
    from file_hashes
    cross join reference_hash
    left join shared_hashes
        on
            file_hashes.dataset = shared_hashes.dataset
            and file_hashes.landed_month = shared_hashes.landed_month
    left join assessment_periods
        on
            {{ month_as_date('file_hashes.landed_month') }}
            = assessment_periods.assessment_month
),

dataset_months as (
    select
        dataset,
        assessment_month,
        fingerprint
    from big_datasets
    {%- for dataset in var('raw_contract')
        if dataset not in datasets_by_month() %}
    union all
    select
        '{{ dataset }}' as dataset,
        assessment_month,
        cast({{ rows_hash_of('stg_' ~ dataset) | indent(8) }} as string)
            as fingerprint
    from {{ ref('stg_' ~ dataset) }}
    where row_status_code = 'accepted'
    group by assessment_month
    {%- endfor %}
    union all
    select
        'published_figures' as dataset,
        assessment_month,
        cast({{ rows_hash_of('published_figures') | indent(8) }} as string)
            as fingerprint
    from {{ ref('published_figures') }}
    group by assessment_month
),

month_hashes as (
    select
        assessment_month,
        md5({{ join_texts("concat(dataset, '=', fingerprint)", 'dataset') }})
            as month_hash
    from dataset_months
    where assessment_month is not null
    group by assessment_month
),

-- What any month of the marts may be made of.
whole_relations as (
    {%- for relation in [
        'stg_districts', 'stg_case_sources', 'stg_case_categories',
        'stg_mechanisms', 'stg_indicators', 'stg_working_calendar',
        'stg_working_hours', 'rule_parameters', 'backlog_age_bands',
        'figure_codes', 'figure_relations'
    ] %}
    select
        '{{ relation }}' as relation,
        {{ rows_hash_of(relation) | indent(8) }} as rows_hash
    from {{ ref(relation) }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

whole_hash as (
    select
        {{ join_texts("coalesce(cast(rows_hash as string), '')", 'relation') }}
            as whole_rows
    from whole_relations
)

select
    dataset,
    landed_month,
    assessment_month,
    fingerprint
from big_datasets
union all
select
    'marts' as dataset,
    substring(cast(months.assessment_month as string), 1, 7) as landed_month,
    months.assessment_month,
    md5(concat_ws(
        '|',
        {{ join_texts(
            "concat(earlier_months.assessment_month, '=',"
            ~ ' earlier_months.month_hash)',
            'earlier_months.assessment_month'
        ) | indent(8) }},
        max(whole_hash.whole_rows),
        '{{ code_version(['marts']) }}'
    )) as fingerprint
from month_hashes as months
inner join month_hashes as earlier_months
    on months.assessment_month >= earlier_months.assessment_month
cross join whole_hash
group by months.assessment_month
