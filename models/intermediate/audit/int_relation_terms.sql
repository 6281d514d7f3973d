{{ config(materialized='table') }}

-- One row per edition, month, assessment group, rule, relation, side of it,
-- and figure (district and member) that stands on the side, with the instance
-- (district, member) at which it stands: figures that count together stand at
-- `all` and at the name of their set.
with

audited_figures as (select * from {{ ref('int_audited_figures') }}),

figure_members as (select * from {{ ref('int_figure_members') }}),

figure_relations as (select * from {{ ref('int_figure_relations') }}),

relation_sides as (
    select
        figure_relations.rule_code,
        figure_relations.relation_code,
        sides.side_code,
        case sides.side_code
            when 'part' then figure_relations.figure_code
            when 'numerator' then figure_relations.numerator_figure_code
            when 'whole' then figure_relations.of_figure_code
            when 'other_part' then figure_relations.other_figure_code
            when 'other_whole' then figure_relations.other_of_figure_code
        end as figure_code,
        case
            when sides.side_code = 'numerator'
                then figure_relations.numerator_member_set
            when sides.side_code in ('whole', 'other_whole')
                then figure_relations.of_member_set
            else figure_relations.member_set
        end as member_set,
        sides.side_code in ('part', 'other_part') as is_part,
        figure_relations.district_axis
    from figure_relations
    cross join
        {{ code_list('side_code', [
            'part', 'numerator', 'whole', 'other_part', 'other_whole'
        ]) }} as sides
),

terms as (
    select
        audited_figures.*,
        relation_sides.rule_code,
        relation_sides.relation_code,
        relation_sides.side_code,
        relation_sides.is_part,
        relation_sides.is_part
        and relation_sides.district_axis = 'districts' as is_by_district,
        relation_sides.member_set like '%categories' as is_long_list,
        case
            when relation_sides.member_set = '*'
                then audited_figures.member_code
            else relation_sides.member_set
        end as at_member_code,
        case
            when relation_sides.member_set = '*' then 1
            else coalesce(
                figure_members.member_count,
                length(relation_sides.member_set)
                - length(replace(relation_sides.member_set, ';', '')) + 1
            )
        end as member_count
    from audited_figures
    inner join relation_sides
        on audited_figures.figure_code = relation_sides.figure_code
    left join figure_members
        on
            relation_sides.member_set = figure_members.member_set
            and audited_figures.member_code = figure_members.member_code
    where
        case
            when relation_sides.district_axis = 'same' then true
            when relation_sides.is_part
                then audited_figures.district_code <> 'all'
            else audited_figures.district_code = 'all'
        end
        and (
            relation_sides.member_set in ('*', '+')
            or figure_members.member_code is not null
            or contains(
                concat(';', relation_sides.member_set, ';'),
                concat(';', audited_figures.member_code, ';')
            )
        )
),

counted_terms as (
    select
        *,
        count(*) over (
            partition by
                edition_code,
                assessment_month,
                assessment_group_code,
                rule_code,
                relation_code,
                district_code,
                member_code,
                is_part
        ) as pair_count
    from terms
)

-- A part of which only one of the two figures is printed is one of the rest.
select
    edition_code,
    assessment_month,
    assessment_group_code,
    rule_code,
    relation_code,
    side_code,
    figure_code,
    district_code,
    member_code,
    case when is_by_district then 'all' else district_code end
        as at_district_code,
    at_member_code,
    printed_figure_code,
    quantity_name,
    printed_unit,
    decimal_places,
    printed_step_millionths,
    member_count * case when is_by_district then district_count else 1 end
        as expected_count,
    ranked_count,
    figure_value,
    is_by_district,
    is_long_list
from counted_terms
where
    rule_code <> 'remainder_above_remainder'
    or not is_part
    or pair_count = 2
