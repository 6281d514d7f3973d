{{ config(tags=['checks_months']) }}

-- Landed = accepted + superseded + rejected, load by load, the landed rows counted
-- apart, from the raw relation itself; every rejected row is listed with its
-- reason, once; the accepted cases of a load are those of fct_cases.
{%- set is_month_to_check = is_month_to_check('landed_date') %}
with

load_summary as (select * from {{ ref('load_summary') }}),

rejected_rows as (select * from {{ ref('rejected_rows') }}),

case_loads as (select * from {{ ref('int_case_loads') }}),

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
        sum(landed_count) as landed_count
    from case_loads
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

loads_to_check as (
    select *
    from case_loads
    where {{ is_month_to_check | replace('landed_date', 'assessment_month') }}
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
    loads_to_check.superseded_count,
    loads_to_check.rejected_count,
    loads_to_check.accepted_count as listed_count
from landed_cases
full outer join loads_to_check
    on
        landed_cases.load_id = loads_to_check.load_id
        and landed_cases.landed_month = loads_to_check.landed_month
full outer join accepted_cases
    on
        loads_to_check.load_id = accepted_cases.load_id
        and loads_to_check.assessment_month = accepted_cases.assessment_month
where
    (
        landed_cases.landed_count = loads_to_check.landed_count
        and coalesce(accepted_cases.accepted_count, 0)
        = loads_to_check.accepted_count
    ) is not true
