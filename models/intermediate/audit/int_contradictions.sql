{{ config(materialized='ephemeral') }}

-- One row per contradiction: sides of a relation that cannot all be right, at
-- one instance (district and member of the part). A rule is silent where a
-- figure that it needs is not printed.
with

relation_terms as (
    select * from {{ ref('int_relation_terms') }}
    where
        {{ is_month_to_build(
            'assessment_month', is_date=true, of='bulletin_audit_findings'
        ) }}
),

figure_relations as (select * from {{ ref('int_figure_relations') }}),

-- One side of one relation, once for each instance: its terms added up. Some
-- of the parts can be compared, an incomplete whole or numerator cannot.
sides as (
    select
        edition_code,
        assessment_month,
        assessment_group_code,
        rule_code,
        relation_code,
        side_code,
        at_district_code,
        at_member_code,
        max(ranked_count) as ranked_count,
        max(printed_step_millionths) as printed_step_millionths,
        count(*) >= max(expected_count) as is_complete,
        cast(sum(figure_value) as decimal(28, 8)) as side_value,
        min(figure_value) as lowest_value,
        max(figure_value) as highest_value,
        cast(
            sum(printed_step_millionths) * cast(0.0000005 as decimal(8, 7))
            as decimal(28, 8)
        ) as rounding_allowance
    from relation_terms
    group by
        edition_code,
        assessment_month,
        assessment_group_code,
        rule_code,
        relation_code,
        side_code,
        at_district_code,
        at_member_code
    having
        side_code in ('part', 'other_part')
        or count(*) >= max(expected_count)
),

-- The parts, and where the other sides of their instance stand. All parts make
-- up a whole that they partition, some of them are a lower bound.
parts as (
    select
        sides.edition_code,
        sides.assessment_month,
        sides.assessment_group_code,
        sides.rule_code,
        sides.relation_code,
        sides.at_district_code,
        sides.at_member_code,
        case
            when figure_relations.district_axis = 'same'
                then sides.at_district_code
            else 'all'
        end as whole_district_code,
        case
            when figure_relations.of_member_set = '*'
                then sides.at_member_code
            else figure_relations.of_member_set
        end as whole_member_code,
        case
            when figure_relations.numerator_member_set = '*'
                then sides.at_member_code
            else figure_relations.numerator_member_set
        end as numerator_member_code,
        case
            when
                figure_relations.comparison_code = 'equal'
                and not sides.is_complete
                then 'at_most'
            else figure_relations.comparison_code
        end as comparison_code,
        sides.is_complete,
        sides.is_complete and figure_relations.is_partition as is_whole,
        sides.ranked_count,
        sides.printed_step_millionths,
        sides.side_value as part_value,
        sides.lowest_value,
        sides.highest_value,
        figure_relations.of_value,
        case
            when figure_relations.tolerance_code = 'rounding'
                then sides.rounding_allowance
            else 0
        end as tolerance
    from sides
    inner join figure_relations
        on
            sides.rule_code = figure_relations.rule_code
            and sides.relation_code = figure_relations.relation_code
    where sides.side_code = 'part'
),

comparisons as (
    select
        parts.*,
        coalesce(wholes.side_value, parts.of_value) as whole_value,
        numerators.side_value as numerator_value,
        other_parts.side_value as other_part_value,
        other_wholes.side_value as other_whole_value
    from parts
    {{ join_side('whole', 'wholes', 'whole', 'whole') | indent(4) }}
    {{ join_side('numerator', 'numerators', 'whole', 'numerator')
        | indent(4) }}
    {{ join_side('other_part', 'other_parts', 'at', 'at') | indent(4) }}
    {{ join_side('other_whole', 'other_wholes', 'whole', 'whole')
        | indent(4) }}
    where coalesce(wholes.side_value, parts.of_value) is not null
),

-- A rank lies at least one place behind every higher total, and at most as far
-- down as the ranked districts that are not higher leave; with every total
-- printed the two are the same.
ranked_comparisons as (
    select
        *,
        rank() over (
            partition by
                edition_code,
                assessment_month,
                assessment_group_code,
                rule_code,
                relation_code
            order by whole_value desc
        ) as highest_rank,
        ranked_count + 1 - count(*) over (
            partition by
                edition_code,
                assessment_month,
                assessment_group_code,
                rule_code,
                relation_code
            order by whole_value asc
            range between unbounded preceding and current row
        ) as lowest_rank
    from comparisons
    where comparison_code = 'ranking'
    union all
    select
        *,
        cast(null as bigint) as highest_rank,
        cast(null as bigint) as lowest_rank
    from comparisons
    where comparison_code <> 'ranking'
),

-- What was found, and the nearest value that the other figures allow. Rounding
-- keeps the order, so that a mean and its parts need no allowance.
judged_comparisons as (
    select
        *,
        case comparison_code
            when 'range' then whole_value
            when 'remainder' then whole_value - part_value
            else part_value
        end as found,
        case comparison_code
            when 'ratio'
                then cast(
                    {{ divide_half_away(
                        millionths('numerator_value') ~ ' * 100',
                        '(cast(whole_value as bigint)'
                        ~ ' * printed_step_millionths)'
                    ) | indent(20) }} * printed_step_millionths
                    * cast(0.000001 as decimal(7, 6)) as decimal(28, 8)
                )
            when 'range'
                then least(greatest(whole_value, lowest_value), highest_value)
            when 'ranking'
                then cast(
                    case
                        when part_value < highest_rank then highest_rank
                        else least(part_value, lowest_rank)
                    end as decimal(28, 8)
                )
            when 'remainder' then other_whole_value - other_part_value
            else whole_value
        end as expected
    from ranked_comparisons
)

-- A rate may be rounded either way where its counts give a tie. With every
-- part printed nothing is left over to compare.
select
    concat_ws(
        ':',
        edition_code,
        assessment_month,
        assessment_group_code,
        rule_code,
        relation_code,
        at_district_code,
        at_member_code
    ) as finding_code,
    edition_code,
    assessment_month,
    assessment_group_code,
    rule_code,
    relation_code,
    comparison_code,
    at_district_code,
    at_member_code,
    whole_district_code,
    whole_member_code,
    numerator_member_code,
    cast(expected as decimal(28, 8)) as expected,
    cast(found as decimal(28, 8)) as found
from judged_comparisons
where
    case comparison_code
        when 'at_most' then found - expected > tolerance
        when 'ratio'
            then
                whole_value > 0
                and abs(
                    {{ millionths('numerator_value') }} * 200
                    - {{ millionths('part_value') }}
                    * cast(whole_value as bigint) * 2
                ) > printed_step_millionths * cast(whole_value as bigint)
        when 'range' then is_complete and found <> expected
        when 'ranking' then found <> expected
        when 'remainder' then not is_whole and found > expected
        else abs(found - expected) > tolerance
    end
