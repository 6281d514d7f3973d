{{ config(tags=['checks_months']) }}

-- Landed = accepted + superseded + rejected, load by load, the landed rows
-- counted apart, from the raw relation itself; every rejected row is listed
-- with its reason, once; the accepted cases of a load are those of fct_cases.
{%- set is_month_to_check = is_month_to_check('landed_date') %}
with

load_summary as (select * from {{ ref('load_summary') }}),

rejected_rows as (select * from {{ ref('rejected_rows') }}),

landed_files as (select * from {{ ref('int_landed_files') }}),

case_versions as (select * from {{ ref('stg_case_versions') }}),

cases as (select * from {{ ref('fct_cases') }}),

landed_rows as (
    {%- for dataset in var('raw_contract') if dataset != 'cases' %}
    select
        '{{ dataset }}' as dataset,
        raw_rows.load_id,
        count(*) as landed_count
    from ({{ raw_rows(dataset) | indent(4) }}) as raw_rows
    group by raw_rows.load_id
    union all
    {%- endfor %}
    select
        'cases' as dataset,
        load_id,
        sum(row_count) as landed_count
    from landed_files
    where dataset = 'cases'
    group by load_id
),

listed_rows as (
    select
        dataset,
        load_id,
        count(reason_code) as listed_count
    from rejected_rows
    group by
        dataset,
        load_id
),

cases_not_accepted as (
    select
        load_id,
        landed_month,
        count(*) as row_count
    from case_versions
    where row_status_code <> 'accepted'
    group by
        load_id,
        landed_month
),

loads_to_check as (
    select
        landed_files.load_id,
        landed_files.landed_month,
        landed_files.row_count as landed_count,
        landed_files.row_count
        - coalesce(cases_not_accepted.row_count, 0) as accepted_count
    from landed_files
    left join cases_not_accepted
        on
            landed_files.load_id = cases_not_accepted.load_id
            and landed_files.landed_month = cases_not_accepted.landed_month
    where
        landed_files.dataset = 'cases'
        and landed_files.row_count > 0
        and {{ is_month_to_check | replace(
            'landed_date', month_as_date('landed_files.landed_month')
        ) }}
),

landed_cases as (
    select
        raw_rows.load_id,
        raw_rows.landed_month,
        count(*) as landed_count
    from ({{ raw_rows('cases') | indent(4) }}) as raw_rows
    where {{ is_month_to_check }}
    group by
        raw_rows.load_id,
        raw_rows.landed_month
),

accepted_cases as (
    select
        load_id,
        assessment_month,
        count(*) as accepted_count
    from cases
    where {{ is_month_to_check | replace('landed_date', 'assessment_month') }}
    group by
        load_id,
        assessment_month
)

select
    coalesce(landed_rows.dataset, load_summary.dataset) as dataset,
    coalesce(landed_rows.load_id, load_summary.load_id) as load_id,
    'all' as landed_month,
    landed_rows.landed_count,
    load_summary.accepted_count,
    load_summary.superseded_count,
    load_summary.rejected_count,
    listed_rows.listed_count
from landed_rows
full outer join load_summary
    on
        landed_rows.dataset = load_summary.dataset
        and landed_rows.load_id = load_summary.load_id
full outer join listed_rows
    on
        load_summary.dataset = listed_rows.dataset
        and load_summary.load_id = listed_rows.load_id
where
    (
        landed_rows.landed_count
        = load_summary.accepted_count
        + load_summary.superseded_count
        + load_summary.rejected_count
        and load_summary.rejected_count = coalesce(listed_rows.listed_count, 0)
    ) is not true
union all
select
    'cases' as dataset,
    coalesce(landed_cases.load_id, loads_to_check.load_id) as load_id,
    coalesce(landed_cases.landed_month, loads_to_check.landed_month)
        as landed_month,
    landed_cases.landed_count,
    accepted_cases.accepted_count,
    loads_to_check.landed_count
    - loads_to_check.accepted_count as superseded_count,
    null as rejected_count,
    loads_to_check.accepted_count as listed_count
from landed_cases
full outer join loads_to_check
    on
        landed_cases.load_id = loads_to_check.load_id
        and landed_cases.landed_month = loads_to_check.landed_month
full outer join accepted_cases
    on
        loads_to_check.load_id = accepted_cases.load_id
        and {{ month_as_date('loads_to_check.landed_month') }}
        = accepted_cases.assessment_month
where
    (
        landed_cases.landed_count = loads_to_check.landed_count
        and coalesce(accepted_cases.accepted_count, 0)
        = loads_to_check.accepted_count
    ) is not true
