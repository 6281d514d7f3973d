-- One row per finding: a figure of a bulletin that contradicts others of it, in
-- the issued edition (`published`) or in the warehouse's own (`computed`). The
-- relations between figures are rows of a seed and the rules know none of them.
with

published_figures as (select * from {{ ref('published_reconciliation') }}),

computed_figures as (select * from {{ ref('bulletin_figures_monthly') }}),

figure_codes as (select * from {{ ref('int_figure_codes') }}),

figure_relations as (select * from {{ ref('figure_relations') }}),

districts as (select * from {{ ref('dim_districts') }}),

case_sources as (select * from {{ ref('dim_case_sources') }}),

case_categories as (select * from {{ ref('dim_case_categories') }}),

indicators as (select * from {{ ref('dim_indicators') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

relations as (
    select
        relation_code,
        rule_code,
        figure_code,
        member_set,
        district_axis,
        comparison_code,
        tolerance_code,
        of_figure_code,
        of_member_set,
        of_value,
        numerator_figure_code,
        numerator_member_set
    from figure_relations
    union all
    select
        concat(figure_code, '_restated') as relation_code,
        'stated_twice' as rule_code,
        figure_code,
        '*' as member_set,
        'same' as district_axis,
        'same' as comparison_code,
        'exact' as tolerance_code,
        restates_figure_code as of_figure_code,
        '*' as of_member_set,
        cast(null as decimal(18, 6)) as of_value,
        cast(null as string) as numerator_figure_code,
        cast(null as string) as numerator_member_set
    from figure_codes
    where restates_figure_code is not null
),

{{ audited_figure_ctes() }},

{{ member_ctes() }},

{{ term_ctes() }},

{{ rank_ctes() }},

{{ remainder_ctes() }},

contradictions as (
    {{ contradicting_sums() }}
    union all
    {{ contradicting_rates() }}
    union all
    {{ contradicting_means() }}
    union all
    {{ contradicting_ranks() }}
    union all
    {{ contradicting_remainders() }}
),

{{ sentence_ctes() }}

select
    keyed_contradictions.finding_code,
    keyed_contradictions.edition_code,
    keyed_contradictions.assessment_month,
    keyed_contradictions.assessment_group_code,
    keyed_contradictions.rule_code,
    finding_texts.figure_codes,
    finding_texts.printed_unit as unit,
    {{ explanation() }} as explanation,
    cast(keyed_contradictions.expected as decimal(18, 6)) as expected,
    cast(keyed_contradictions.found as decimal(18, 6)) as found,
    cast(
        keyed_contradictions.found - keyed_contradictions.expected
        as decimal(18, 6)
    ) as difference
from keyed_contradictions
inner join finding_texts
    on keyed_contradictions.finding_code = finding_texts.finding_code
