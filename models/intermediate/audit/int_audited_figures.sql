{{ config(materialized='ephemeral') }}

-- One row per edition, month, assessment group, figure, district and member:
-- every figure with a value of the issued bulletin (`published`) and of the
-- warehouse's own (`computed`), and what follows from them by the rules in
-- force.
with

published_figures as (select * from {{ ref('published_reconciliation') }}),

computed_figures as (select * from {{ ref('bulletin_figures_monthly') }}),

figure_codes as (select * from {{ ref('int_figure_codes') }}),

districts as (select * from {{ ref('dim_districts') }}),

indicators as (select * from {{ ref('dim_indicators') }}),

mechanism_scores as (select * from {{ ref('mechanism_scores_monthly') }}),

printed_figures as (
    {%- for edition_code, relation, value in [
        ('published', 'published_figures', 'published_value'),
        ('computed', 'computed_figures', 'printed_value'),
    ] %}
    select
        '{{ edition_code }}' as edition_code,
        assessment_month,
        assessment_group_code,
        figure_code,
        district_code,
        member_code,
        cast({{ value }} as decimal(28, 8)) as figure_value
    from {{ relation }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

-- What was derived from figures: as what it is printed (NULL: nowhere) and how
-- it is called.
derived_quantities as (
    select
        'mechanism_score_limit' as figure_code,
        'mechanism_full_marks' as printed_figure_code,
        '满分与附加分之和' as quantity_name
    union all
    select
        'indicator_score_limit' as figure_code,
        cast(null as string) as printed_figure_code,
        '指标满分' as quantity_name
    union all
    select
        'weighted_mechanism_score' as figure_code,
        'mechanism_score' as printed_figure_code,
        '按权重计的机制得分' as quantity_name
),

quantities as (
    select
        figure_code,
        figure_code as printed_figure_code,
        figure_name as quantity_name,
        printed_unit,
        decimal_places,
        printed_step_millionths
    from figure_codes
    union all
    select
        derived_quantities.figure_code,
        derived_quantities.printed_figure_code,
        derived_quantities.quantity_name,
        figure_codes.printed_unit,
        figure_codes.decimal_places,
        figure_codes.printed_step_millionths
    from derived_quantities
    cross join figure_codes
    where figure_codes.figure_code = 'mechanism_score'
),

group_sizes as (
    select
        assessment_group_code,
        count(*) as district_count,
        count(case when is_ranked is not false then 1 end) as ranked_count
    from districts
    group by assessment_group_code
),

-- A district that a bulletin names counts in it, known to the reference or
-- not.
named_districts as (
    select
        printed_figures.edition_code,
        printed_figures.assessment_month,
        printed_figures.assessment_group_code,
        printed_figures.district_code,
        (
            printed_figures.district_code <> 'all'
            and printed_figures.assessment_group_code
            <> coalesce(districts.assessment_group_code, '')
        ) as is_added,
        coalesce(districts.is_ranked, true) as is_ranked,
        (
            printed_figures.figure_code = 'district_rank'
            and printed_figures.figure_value is null
        ) as is_without_rank
    from printed_figures
    left join districts
        on printed_figures.district_code = districts.district_code
),

added_districts as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        count(distinct case when is_added then district_code end)
            as district_count,
        count(distinct case when is_added and is_ranked then district_code end)
            as ranked_count,
        count(case when is_without_rank then 1 end) as unranked_count
    from named_districts
    group by
        edition_code,
        assessment_month,
        assessment_group_code
),

bulletins as (
    select
        added_districts.edition_code,
        added_districts.assessment_month,
        added_districts.assessment_group_code,
        coalesce(group_sizes.district_count, 0)
        + added_districts.district_count as district_count,
        coalesce(group_sizes.ranked_count, 0)
        + added_districts.ranked_count
        - added_districts.unranked_count as ranked_count
    from added_districts
    left join group_sizes
        on
            added_districts.assessment_group_code
            = group_sizes.assessment_group_code
),

-- What a score may not exceed: the printed full marks and the bonus cap of the
-- mechanism's indicators, and the same of a single indicator.
indicator_limits as (
    select
        bulletins.*,
        indicators.mechanism_code,
        indicators.indicator_code,
        indicators.bonus_cap,
        indicators.full_marks + indicators.bonus_cap as score_limit
    from bulletins
    inner join indicators
        on {{ is_in_force('indicators', 'bulletins.assessment_month')
            | indent(8) }}
),

bonus_caps as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        mechanism_code,
        sum(bonus_cap) as bonus_cap
    from indicator_limits
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        mechanism_code
),

mechanism_weights as (
    select
        assessment_month,
        mechanism_code,
        total_weight,
        count(*) over (partition by assessment_month) as mechanism_count
    from mechanism_scores
    group by
        assessment_month,
        mechanism_code,
        total_weight
),

-- Only a district with the scores of all mechanisms in force has weighted
-- ones.
scores_by_mechanism as (
    select
        printed_figures.*,
        mechanism_weights.total_weight,
        mechanism_weights.mechanism_count,
        count(*) over (
            partition by
                printed_figures.edition_code,
                printed_figures.assessment_month,
                printed_figures.assessment_group_code,
                printed_figures.district_code
        ) as score_count
    from printed_figures
    inner join mechanism_weights
        on
            printed_figures.assessment_month
            = mechanism_weights.assessment_month
            and printed_figures.member_code = mechanism_weights.mechanism_code
    where
        printed_figures.figure_code = 'mechanism_score'
        and printed_figures.figure_value is not null
),

audited_figures as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        figure_code,
        district_code,
        member_code,
        figure_value
    from printed_figures
    where figure_value is not null
    union all
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        'weighted_mechanism_score' as figure_code,
        district_code,
        member_code,
        cast(
            cast(figure_value as decimal(9, 2)) * total_weight
            as decimal(28, 8)
        ) as figure_value
    from scores_by_mechanism
    where score_count = mechanism_count
    union all
    select
        printed_figures.edition_code,
        printed_figures.assessment_month,
        printed_figures.assessment_group_code,
        'mechanism_score_limit' as figure_code,
        printed_figures.district_code,
        printed_figures.member_code,
        cast(
            printed_figures.figure_value + coalesce(bonus_caps.bonus_cap, 0)
            as decimal(28, 8)
        ) as figure_value
    from printed_figures
    left join bonus_caps
        on
            {{ same_bulletin('printed_figures', 'bonus_caps') | indent(12) }}
            and printed_figures.member_code = bonus_caps.mechanism_code
    where
        printed_figures.figure_code = 'mechanism_full_marks'
        and printed_figures.figure_value is not null
    union all
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        'indicator_score_limit' as figure_code,
        'all' as district_code,
        indicator_code as member_code,
        cast(score_limit as decimal(28, 8)) as figure_value
    from indicator_limits
)

select
    audited_figures.edition_code,
    audited_figures.assessment_month,
    audited_figures.assessment_group_code,
    audited_figures.figure_code,
    audited_figures.district_code,
    audited_figures.member_code,
    quantities.printed_figure_code,
    quantities.quantity_name,
    quantities.printed_unit,
    quantities.decimal_places,
    quantities.printed_step_millionths,
    bulletins.district_count,
    bulletins.ranked_count,
    audited_figures.figure_value
from audited_figures
inner join quantities
    on audited_figures.figure_code = quantities.figure_code
inner join bulletins
    on {{ same_bulletin('audited_figures', 'bulletins') | indent(4) }}
