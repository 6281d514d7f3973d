-- A district's rank is one more than the number of districts of its group with
-- a higher total; equal totals share a rank; the previous month is carried
-- right; the rank lies between its ends.
with

rankings as (select * from {{ ref('district_ranking_monthly') }}),

counted_better as (
    select
        rankings.assessment_month,
        rankings.district_code,
        1 + count(better.district_code) as expected_rank
    from rankings
    left join rankings as better
        on
            rankings.assessment_month = better.assessment_month
            and rankings.assessment_group_code = better.assessment_group_code
            and rankings.total_score < better.total_score
    where rankings.total_score is not null
    group by
        rankings.assessment_month,
        rankings.district_code
)

select
    rankings.assessment_month,
    rankings.district_code,
    rankings.total_score,
    rankings.district_rank,
    counted_better.expected_rank
from rankings
left join counted_better
    on
        rankings.assessment_month = counted_better.assessment_month
        and rankings.district_code = counted_better.district_code
left join rankings as previous
    on
        {{ add_months('rankings.assessment_month', -1) }}
        = previous.assessment_month
        and rankings.district_code = previous.district_code
where
    rankings.district_rank is distinct from counted_better.expected_rank
    or rankings.previous_rank is distinct from previous.district_rank
    or rankings.previous_total_score is distinct from previous.total_score
    or rankings.rank_change
    is distinct from previous.district_rank - rankings.district_rank
    or (
        (
            rankings.district_rank is null
            and rankings.rank_low is null
            and rankings.rank_high is null
        )
        or rankings.district_rank between rankings.rank_low
        and rankings.rank_high
    ) is not true
