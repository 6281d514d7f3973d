-- One row per finding: a figure of a bulletin that contradicts others of it, in
-- the issued edition (`published`) or in the warehouse's own (`computed`). The
-- relations between figures are rows of a seed and the rules know none of them.
with

published_figures as (select * from {{ ref('int_published_figures') }}),

computed_figures as (select * from {{ ref('bulletin_figures_monthly') }}),

figure_codes as (select * from {{ ref('int_figure_codes') }}),

figure_relations as (select * from {{ ref('figure_relations') }}),

districts as (select * from {{ ref('dim_districts') }}),

case_sources as (select * from {{ ref('dim_case_sources') }}),

case_categories as (select * from {{ ref('dim_case_categories') }}),

indicators as (select * from {{ ref('dim_indicators') }}),

mechanisms as (select * from {{ ref('int_mechanisms') }}),

relations as (
    select * from figure_relations
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
        cast(null as varchar(30)) as numerator_figure_code,
        cast(null as varchar(30)) as numerator_member_set
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

{{ sentence_ctes() }},

worded_contradictions as (
    select
        keyed_contradictions.*,
        finding_texts.* exclude (finding_code)
    from keyed_contradictions
    inner join finding_texts
        on keyed_contradictions.finding_code = finding_texts.finding_code
)

select
    finding_code,
    edition_code,
    assessment_month,
    assessment_group_code,
    rule_code,
    figure_codes,
    printed_unit as unit,
    {{ explanation() }} as explanation,
    cast(expected as decimal(18, 6)) as expected,
    cast(found as decimal(18, 6)) as found,
    cast(found - expected as decimal(18, 6)) as difference
from worded_contradictions
