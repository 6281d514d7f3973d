-- One row per figure of an issued bulletin: what was printed against what the
-- warehouse computes, both with the printed digits.
with

computed_figures as (select * from {{ ref('bulletin_figures_monthly') }}),

figure_codes as (select * from {{ ref('int_figure_codes') }}),

published_figures as (select * from {{ ref('int_published_figures') }})

select
    published_figures.assessment_month,
    published_figures.figure_code,
    published_figures.district_code,
    published_figures.member_code,
    published_figures.assessment_group_code,
    published_figures.section,
    published_figures.printed_name,
    published_figures.printed_text,
    figure_codes.printed_unit,
    published_figures.value as published_value,
    computed_figures.printed_value as computed_value,
    cast(
        published_figures.value - computed_figures.printed_value
        as decimal(18, 6)
    ) as difference,
    case
        when computed_figures.printed_value is null then 'not_computable'
        when published_figures.value = computed_figures.printed_value
            then 'match'
        else 'differs'
    end as status_code
from published_figures
left join figure_codes
    on published_figures.figure_code = figure_codes.figure_code
left join computed_figures
    on
        published_figures.assessment_month = computed_figures.assessment_month
        and published_figures.assessment_group_code
        = computed_figures.assessment_group_code
        and published_figures.figure_code = computed_figures.figure_code
        and published_figures.district_code = computed_figures.district_code
        and published_figures.member_code = computed_figures.member_code
