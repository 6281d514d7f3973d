-- One row per figure code. A printed percentage is kept as a fraction, unit
-- `ratio`; printed_step_millionths is one unit of the last printed digit.
with

figure_codes as (select * from {{ ref('figure_codes') }})

select
    figure_code,
    figure_name,
    restates_figure_code,
    section,
    case when unit = 'percent' then 'ratio' else unit end as unit,
    unit as printed_unit,
    district_scope_code,
    cast(decimal_places as integer) as decimal_places,
    cast(
        power(10, 6 - cast(decimal_places as integer)) as bigint
    ) as printed_step_millionths,
    source_mart in (
        'indicator_scores_monthly',
        'mechanism_scores_monthly',
        'district_ranking_monthly'
    ) as depends_on_rules
from figure_codes
