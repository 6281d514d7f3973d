{#
    CTEs from the two editions of the bulletin to the terms of every relation. The
    model imports published_figures, computed_figures, figure_codes, relations,
    districts, case_sources, case_categories, indicators and mechanism_scores.
#}

{# Every figure of both editions, once; and those that follow from the rules in force. #}
{% macro audited_figure_ctes() -%}
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

bulletins as (
    select distinct
        edition_code,
        assessment_month,
        assessment_group_code
    from printed_figures
),

-- What a score may not exceed: the printed full marks and the bonus cap of the
-- mechanism's indicators, and the same of a single indicator.
indicator_limits as (
    select
        bulletins.edition_code,
        bulletins.assessment_month,
        bulletins.assessment_group_code,
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

month_mechanisms as (
    select distinct
        assessment_month,
        mechanism_code,
        mechanism_name,
        total_weight
    from mechanism_scores
),

mechanism_counts as (
    select
        assessment_month,
        count(*) as mechanism_count
    from month_mechanisms
    group by assessment_month
),

-- Only a district with the scores of all mechanisms in force has a sum.
weighted_scores as (
    select
        printed_figures.*,
        mechanism_counts.mechanism_count,
        cast(
            cast(printed_figures.figure_value as decimal(9, 2))
            * month_mechanisms.total_weight as decimal(28, 8)
        ) as weighted_score,
        count(*) over (
            partition by
                printed_figures.edition_code,
                printed_figures.assessment_month,
                printed_figures.assessment_group_code,
                printed_figures.district_code
        ) as score_count
    from printed_figures
    inner join month_mechanisms
        on
            printed_figures.assessment_month
            = month_mechanisms.assessment_month
            and printed_figures.member_code = month_mechanisms.mechanism_code
    inner join mechanism_counts
        on
            printed_figures.assessment_month
            = mechanism_counts.assessment_month
    where
        printed_figures.figure_code = 'mechanism_score'
        and printed_figures.figure_value is not null
),

audited_figures as (
    select * from printed_figures
    where figure_value is not null
    union all
    select
        printed_figures.edition_code,
        printed_figures.assessment_month,
        printed_figures.assessment_group_code,
        'mechanism_score_limit' as figure_code,
        printed_figures.district_code,
        printed_figures.member_code,
        printed_figures.figure_value
        + coalesce(bonus_caps.bonus_cap, 0) as figure_value
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
    union all
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        'weighted_mechanism_score' as figure_code,
        district_code,
        member_code,
        weighted_score as figure_value
    from weighted_scores
    where score_count = mechanism_count
),

-- The figure codes and what was derived from figures: as what it is printed
-- (NULL: nowhere) and how it is called.
quantities as (
    select
        figure_code,
        figure_code as printed_figure_code,
        figure_name as quantity_name,
        printed_unit,
        decimal_places,
        printed_step_millionths
    from figure_codes
    {%- for derived_code, printed_code, name in [
        ('mechanism_score_limit', "'mechanism_full_marks'", '满分与附加分之和'),
        ('indicator_score_limit', 'cast(null as string)', '指标满分'),
        ('weighted_mechanism_score', 'figure_code', '按权重计的机制得分'),
    ] %}
    union all
    select
        '{{ derived_code }}' as figure_code,
        {{ printed_code }} as printed_figure_code,
        '{{ name }}' as quantity_name,
        printed_unit,
        decimal_places,
        printed_step_millionths
    from figure_codes
    where figure_code = 'mechanism_score'
    {%- endfor %}
)
{%- endmacro %}

{# A condition: two relations have figures of the same edition, month and group. #}
{% macro same_bulletin(one, other) -%}
    {{ one }}.edition_code = {{ other }}.edition_code
    and {{ one }}.assessment_month = {{ other }}.assessment_month
    and {{ one }}.assessment_group_code = {{ other }}.assessment_group_code
{%- endmacro %}

{# The members of the sets whose names begin with @, and the names of members. #}
{% macro member_ctes() -%}
set_members as (
    select
        '@sources' as member_set,
        source_code as member_code,
        source_name as member_name
    from case_sources
    union all
    select
        '@municipal_sources' as member_set,
        source_code as member_code,
        source_name as member_name
    from case_sources
    where tier_code = 'municipal'
    union all
    select
        '@categories' as member_set,
        category_code as member_code,
        category_name as member_name
    from case_categories
    {%- for class_code in ['event', 'component', 'complaint_response'] %}
    union all
    select
        '@{{ class_code }}_categories' as member_set,
        concat('{{ class_code }}|', category_code) as member_code,
        category_name as member_name
    from case_categories
    where '{{ class_code }}' in ('complaint_response', class_code)
    {%- endfor %}
    union all
    select
        '@mechanisms' as member_set,
        mechanism_code as member_code,
        max(mechanism_name) as member_name
    from month_mechanisms
    group by mechanism_code
),

member_names as (
    select
        member_code,
        max(member_name) as member_name
    from set_members
    group by member_code
),

set_sizes as (
    select
        member_set,
        count(*) as member_count
    from set_members
    group by member_set
),

-- A district that a bulletin names counts in it, known to the reference or not.
bulletin_districts as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        district_code
    from printed_figures
    where district_code <> 'all'
    union distinct
    select
        bulletins.edition_code,
        bulletins.assessment_month,
        bulletins.assessment_group_code,
        districts.district_code
    from bulletins
    inner join districts
        on bulletins.assessment_group_code = districts.assessment_group_code
),

bulletin_sizes as (
    select
        bulletin_districts.edition_code,
        bulletin_districts.assessment_month,
        bulletin_districts.assessment_group_code,
        count(*) as district_count,
        count(case when districts.is_ranked is not false then 1 end)
            as ranked_count
    from bulletin_districts
    left join districts
        on bulletin_districts.district_code = districts.district_code
    group by
        bulletin_districts.edition_code,
        bulletin_districts.assessment_month,
        bulletin_districts.assessment_group_code
)
{%- endmacro %}
