-- The codes of the reference files are those of the rules; validities of one
-- code do not overlap; every indicator is of a mechanism; no total or rank is
-- of two cities.
with

case_categories as (select * from {{ ref('stg_case_categories') }}),

case_sources as (select * from {{ ref('stg_case_sources') }}),

districts as (select * from {{ ref('stg_districts') }}),

districts_of_groups as (select * from {{ ref('int_districts') }}),

indicators as (select * from {{ ref('stg_indicators') }}),

measures as (
    select measure_code
    from {{ code_list('measure_code', measure_codes()) }} as measure_codes
),

mechanisms as (select * from {{ ref('stg_mechanisms') }})

select
    'case_categories' as reference_file,
    category_code as code,
    'a limit_value is not negative and has one of the four units' as problem
from case_categories
where
    (
        limit_value is null
        or (
            limit_value >= 0
            and limit_unit in (
                'working_hours',
                'working_days',
                'calendar_hours',
                'calendar_days'
            )
        )
    ) is not true
union all
select
    'case_categories' as reference_file,
    category_code as code,
    'class_code is never none or all' as problem
from case_categories
where (class_code not in ('none', 'all')) is not true
union all
select
    'case_sources' as reference_file,
    source_code as code,
    'tier_code is municipal, district or empty' as problem
from case_sources
where
    (
        coalesce(tier_code, 'none') in ('municipal', 'district', 'none')
    ) is not true
union all
select
    'districts' as reference_file,
    district_code as code,
    'no code of a district, group or city is none or all' as problem
from districts
where
    (
        district_code not in ('none', 'all')
        and coalesce(assessment_group_code, 'unset') not in ('none', 'all')
        and coalesce(city_code, 'unset') not in ('none', 'all')
    ) is not true
union all
select
    'districts' as reference_file,
    assessment_group_code as code,
    'an assessment group, none included, is of one city' as problem
from districts_of_groups
group by assessment_group_code
having min(city_code) <> max(city_code)
union all
select
    'indicators' as reference_file,
    indicators.indicator_code as code,
    'scoring_method with what it needs, when_no_data, basis' as problem
from indicators
left join measures
    on indicators.measure_code = measures.measure_code
where
    (
        indicators.scoring_method in (
            'assessed', 'rate', 'inverse_rate', 'target_rate', 'unit_deduction'
        )
        and (
            indicators.scoring_method = 'assessed'
            or measures.measure_code is not null
        )
        and (
            indicators.scoring_method <> 'target_rate'
            or indicators.target_value > 0
        )
        and (
            indicators.scoring_method <> 'unit_deduction'
            or indicators.unit_points >= 0
        )
        and indicators.when_no_data in ('full_marks', 'zero', 'no_score')
        and indicators.basis in ('published', 'inferred', 'assumed')
    ) is not true
union all
select
    'indicators' as reference_file,
    indicators.indicator_code as code,
    'validities of one indicator overlap' as problem
from indicators
inner join indicators as later
    on
        indicators.indicator_code = later.indicator_code
        and indicators.effective_from < later.effective_from
        and coalesce(indicators.effective_to, later.effective_from)
        >= later.effective_from
union all
select
    'mechanisms' as reference_file,
    mechanisms.mechanism_code as code,
    'validities of one mechanism overlap' as problem
from mechanisms
inner join mechanisms as later
    on
        mechanisms.mechanism_code = later.mechanism_code
        and mechanisms.effective_from < later.effective_from
        and coalesce(mechanisms.effective_to, later.effective_from)
        >= later.effective_from
union all
select
    'indicators' as reference_file,
    indicators.indicator_code as code,
    'its mechanism is not in the file of mechanisms' as problem
from indicators
left join mechanisms
    on indicators.mechanism_code = mechanisms.mechanism_code
where mechanisms.mechanism_code is null
