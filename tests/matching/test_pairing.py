"""Pairing: a matching, never of pairs that were shown, and close to the best there is."""

from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.pairing import Pair, best_pairs

KEYS = [UUID(int=number) for number in range(9)]
offers = st.lists(
    st.builds(Pair, st.sampled_from(KEYS), st.sampled_from(KEYS), st.floats(0.0, 1.0)), max_size=30
)
across = st.lists(
    st.builds(Pair, st.sampled_from(KEYS[:4]), st.sampled_from(KEYS[4:]), st.floats(0.01, 1.0)),
    max_size=20,
)

# Of these chances, as they are, the algorithm makes a circle without an end.
ENDLESS = """
10 16 0.7102696008158849
2 16 0.6457879464739122
6 10 0.5574330283288487
11 16 0.5320497977541861
12 16 0.52166845235668
15 16 0.5035721172311772
5 16 0.5011985735258927
1 10 0.4899810930112892
7 16 0.4872945838010309
2 6 0.4762018741253661
10 14 0.4303654417961304
2 14 0.4281257406056048
13 16 0.40214460795795237
10 17 0.3895959222178622
3 10 0.3880106416951056
2 3 0.383247810245212
9 10 0.3822275956393131
5 6 0.37358398818588834
0 10 0.36312648104387885
2 8 0.3599126426744198
5 14 0.33135165125092075
8 10 0.330220046765025
0 2 0.327169136280835
9 11 0.32207157652399515
11 14 0.3145237881756129
1 5 0.3128655670351803
7 14 0.31202003176505627
2 17 0.31190801076855895
1 12 0.2859615092930086
5 17 0.2854649998765603
4 7 0.2740808549033228
5 8 0.2719051388804981
4 15 0.26714031505386193
9 12 0.2662061335793517
3 11 0.2651099568439799
8 11 0.2646071370259816
0 5 0.25039662397482
3 15 0.24620819172899952
3 12 0.24089717787484588
"""


def ends(pair):
    return frozenset((pair.one, pair.other))


def weight(pairs):
    return sum(pair.weight for pair in pairs)


def best_weight(pairs):
    """By trying all: the weight of a best matching."""
    heaviest = {}
    for pair in pairs:
        if pair.one != pair.other:
            heaviest[ends(pair)] = max(pair.weight, heaviest.get(ends(pair), 0.0))

    def best(people):
        if not people:
            return 0.0
        first, *others = people
        options = [best(others)]
        for other in others:
            value = heaviest.get(frozenset((first, other)))
            if value is not None:
                options.append(value + best([one for one in others if one != other]))
        return max(options)

    return best(sorted({person for pair in heaviest for person in pair}))


@settings(deadline=None)
@given(offers, st.randoms())
def test_pairs_are_a_matching_of_what_was_offered(pairs, random):
    chosen = best_pairs(pairs)
    people = [person for pair in chosen for person in (pair.one, pair.other)]
    assert len(people) == len(set(people))
    assert {(ends(pair), pair.weight) for pair in chosen} <= {
        (ends(pair), pair.weight) for pair in pairs
    }
    assert all(pair.weight > 0 and pair.one < pair.other for pair in chosen)
    turned = [Pair(pair.other, pair.one, pair.weight) for pair in pairs]
    random.shuffle(turned)
    assert best_pairs(turned) == chosen


@settings(deadline=None)
@given(offers)
def test_no_matching_weighs_half_as_much_again(pairs):
    assert weight(best_pairs(pairs)) >= 2 / 3 * best_weight(pairs) - 1e-9


@settings(deadline=None)
@given(across)
def test_across_two_sides_no_matching_weighs_more(pairs):
    assert weight(best_pairs(pairs)) == pytest.approx(best_weight(pairs))


@settings(deadline=None)
@given(offers)
def test_nobody_is_left_alone_who_could_be_paired_with_somebody_left_alone(pairs):
    paired = {person for pair in best_pairs(pairs) for person in (pair.one, pair.other)}
    alone = [pair for pair in pairs if pair.weight > 0 and pair.one != pair.other]
    assert all(pair.one in paired or pair.other in paired for pair in alone)


@settings(deadline=None)
@given(offers, st.sets(st.frozensets(st.sampled_from(KEYS), min_size=2, max_size=2)))
def test_pairs_that_were_shown_are_left_out(pairs, shown):
    chosen = best_pairs(pairs, shown=shown)
    assert shown.isdisjoint(map(ends, chosen))
    assert chosen == best_pairs([pair for pair in pairs if ends(pair) not in shown])


def test_three_in_a_circle_leave_out_whoever_costs_least():
    a, b, c = KEYS[:3]
    circle = [Pair(a, b, 0.5), Pair(b, c, 0.6), Pair(c, a, 0.55)]
    assert best_pairs(circle) == [Pair(b, c, 0.6)]


def test_only_the_heaviest_of_each_are_looked_at():
    everybody = [Pair(one, other, 0.5) for one, other in combinations(KEYS[:8], 2)]
    assert len(best_pairs(everybody)) == 4
    # The first has weight with all, and all know nobody but the first.
    star = [Pair(KEYS[0], other, 0.9) for other in KEYS[1:4]]
    ring = [Pair(KEYS[1], KEYS[2], 0.1)]
    assert best_pairs([*star, *ring], edges_per_person=1) == [Pair(KEYS[0], KEYS[1], 0.9)]
    assert len(best_pairs([*star, *ring])) == 2


def test_nobody_makes_no_pairs():
    assert best_pairs([]) == []
    assert best_pairs([Pair(KEYS[0], KEYS[0], 1.0), Pair(KEYS[0], KEYS[1], 0.0)]) == []


def test_a_pair_that_was_shown_gives_way_to_the_next_best():
    a, b, c = KEYS[:3]
    pairs = [Pair(a, b, 0.9), Pair(a, c, 0.5)]
    assert best_pairs(pairs, shown=[frozenset((b, a))]) == [Pair(a, c, 0.5)]


def test_chances_that_rounding_would_lead_in_circles_come_to_an_end():
    lines = (line.split() for line in ENDLESS.split("\n") if line)
    offered = [Pair(UUID(int=int(a)), UUID(int=int(b)), float(w)) for a, b, w in lines]
    chosen = best_pairs(offered)
    assert len({person for pair in chosen for person in (pair.one, pair.other)}) == 2 * len(chosen)
    assert best_weight(offered) <= 1.5 * weight(chosen)
