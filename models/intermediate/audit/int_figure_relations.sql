{{ config(materialized='ephemeral') }}

-- One row per rule and relation that figures of a bulletin must keep: the rows
-- of the seed, those that follow from two of them, and the figures printed
-- twice.
with

figure_codes as (select * from {{ ref('int_figure_codes') }}),

figure_relations as (select * from {{ ref('figure_relations') }}),

-- What the printed parts leave of the whole: the numerators left may not
-- exceed the denominators left. It follows from two relations of parts and
-- whole over the same instances, whose figures are pairs of numerator and
-- denominator.
remainder_pairs as (
    select
        numerators.*,
        denominators.figure_code as other_figure_code,
        denominators.of_figure_code as other_of_figure_code
    from figure_relations as numerators
    inner join figure_relations as denominators
        on
            numerators.rule_code = denominators.rule_code
            and numerators.district_axis = denominators.district_axis
            and numerators.member_set = denominators.member_set
            and numerators.of_member_set = denominators.of_member_set
    inner join figure_relations as part_pairs
        on
            numerators.figure_code = part_pairs.figure_code
            and denominators.figure_code = part_pairs.of_figure_code
            and part_pairs.rule_code in (
                'numerator_above_denominator', 'cases_above_base_cases'
            )
    inner join figure_relations as whole_pairs
        on
            numerators.of_figure_code = whole_pairs.figure_code
            and denominators.of_figure_code = whole_pairs.of_figure_code
            and part_pairs.rule_code = whole_pairs.rule_code
    where numerators.rule_code = 'parts_against_whole'
)

select
    rule_code,
    relation_code,
    comparison_code,
    tolerance_code,
    district_axis,
    figure_code,
    member_set,
    of_figure_code,
    of_member_set,
    numerator_figure_code,
    numerator_member_set,
    cast(null as string) as other_figure_code,
    cast(null as string) as other_of_figure_code,
    of_value,
    comparison_code = 'equal' as is_partition
from figure_relations
union all
select
    'remainder_above_remainder' as rule_code,
    relation_code,
    'remainder' as comparison_code,
    'exact' as tolerance_code,
    district_axis,
    figure_code,
    member_set,
    of_figure_code,
    of_member_set,
    cast(null as string) as numerator_figure_code,
    cast(null as string) as numerator_member_set,
    other_figure_code,
    other_of_figure_code,
    cast(null as decimal(18, 6)) as of_value,
    comparison_code = 'equal' as is_partition
from remainder_pairs
union all
select
    'stated_twice' as rule_code,
    concat(figure_code, '_restated') as relation_code,
    'same' as comparison_code,
    'exact' as tolerance_code,
    'same' as district_axis,
    figure_code,
    '*' as member_set,
    restates_figure_code as of_figure_code,
    '*' as of_member_set,
    cast(null as string) as numerator_figure_code,
    cast(null as string) as numerator_member_set,
    cast(null as string) as other_figure_code,
    cast(null as string) as other_of_figure_code,
    cast(null as decimal(18, 6)) as of_value,
    false as is_partition
from figure_codes
where restates_figure_code is not null
