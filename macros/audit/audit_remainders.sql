{#
    What the printed parts leave of the whole: the numerators left may not exceed
    the denominators left. It follows from two relations of parts and whole over
    the same instances, whose figures are pairs of numerator and denominator. With
    every part printed nothing is left to compare.
#}
{% macro remainder_ctes() -%}
paired_relations as (
    select
        numerators.relation_code,
        denominators.relation_code as other_relation_code,
        numerators.comparison_code,
        numerators.district_axis,
        numerators.of_member_set
    from relations as numerators
    inner join relations as denominators
        on
            numerators.rule_code = denominators.rule_code
            and numerators.district_axis = denominators.district_axis
            and numerators.member_set = denominators.member_set
            and numerators.of_member_set = denominators.of_member_set
    inner join relations as part_pairs
        on
            numerators.figure_code = part_pairs.figure_code
            and denominators.figure_code = part_pairs.of_figure_code
            and part_pairs.rule_code in (
                'numerator_above_denominator', 'cases_above_base_cases'
            )
    inner join relations as whole_pairs
        on
            numerators.of_figure_code = whole_pairs.figure_code
            and denominators.of_figure_code = whole_pairs.of_figure_code
            and part_pairs.rule_code = whole_pairs.rule_code
    where numerators.rule_code = 'parts_against_whole'
),

paired_terms as (
    select
        numerators.*,
        paired_relations.other_relation_code,
        paired_relations.comparison_code,
        {{ other_district('paired_relations', 'numerators') | indent(8) }}
            as whole_district_code,
        {{ other_member('paired_relations', 'numerators') | indent(8) }}
            as whole_member_code,
        denominators.figure_value as other_value
    from paired_relations
    inner join terms as numerators
        on
            paired_relations.relation_code = numerators.relation_code
            and numerators.side_code = 'part'
    inner join terms as denominators
        on
            {{ same_bulletin('numerators', 'denominators') | indent(12) }}
            and paired_relations.other_relation_code
            = denominators.relation_code
            and denominators.side_code = 'part'
            and numerators.district_code = denominators.district_code
            and numerators.member_code = denominators.member_code
),

paired_parts as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        other_relation_code,
        at_district_code,
        at_member_code,
        whole_district_code,
        whole_member_code,
        sum(figure_value) as part_value,
        sum(other_value) as other_part_value
    from paired_terms
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        relation_code,
        other_relation_code,
        comparison_code,
        at_district_code,
        at_member_code,
        whole_district_code,
        whole_member_code
    having
        comparison_code = 'at_most'
        or count(*) < max(expected_count)
)
{%- endmacro %}

{# Remainders of which the numerator exceeds the denominator. #}
{% macro contradicting_remainders() -%}
    select
        paired_parts.edition_code,
        paired_parts.assessment_month,
        paired_parts.assessment_group_code,
        'remainder_above_remainder' as rule_code,
        'remainder' as comparison_code,
        paired_parts.relation_code,
        paired_parts.other_relation_code,
        paired_parts.at_district_code,
        paired_parts.at_member_code,
        paired_parts.whole_district_code,
        paired_parts.whole_member_code,
        cast(null as string) as numerator_member_code,
        denominators.side_value - paired_parts.other_part_value as expected,
        numerators.side_value - paired_parts.part_value as found
    from paired_parts
    {%- for side, prefix in [('numerators', ''), ('denominators', 'other_')] %}
    inner join sides as {{ side }}
        on
            {{ same_bulletin('paired_parts', side) | indent(12) }}
            and paired_parts.{{ prefix }}relation_code
            = {{ side }}.relation_code
            and {{ side }}.side_code = 'whole'
            and paired_parts.whole_district_code = {{ side }}.at_district_code
            and paired_parts.whole_member_code = {{ side }}.at_member_code
    {%- endfor %}
    where
        numerators.side_value - paired_parts.part_value
        > denominators.side_value - paired_parts.other_part_value
{%- endmacro %}
