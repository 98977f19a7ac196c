"""Timelines: what falls due happens in order, each thing at its own instant."""

import pytest

from stripe_sandbox.clock import Timeline, wall_time


def test_a_jump_leaves_the_same_instants_as_waiting():
    timeline, seen = Timeline(100), []
    timeline.at(130, lambda: seen.append(("c", timeline.now)))
    timeline.at(110, lambda: seen.append(("a", timeline.now)))
    timeline.at(110, lambda: seen.append(("b", timeline.now)))
    timeline.at(111, lambda: timeline.at(120, lambda: seen.append(("late", timeline.now))))
    timeline.at(300, lambda: seen.append(("never", timeline.now)))
    timeline.advance_to(200)
    assert seen == [("a", 110), ("b", 110), ("late", 120), ("c", 130)]
    assert (timeline.now, timeline.next_due) == (200, 300)


def test_a_failing_action_leaves_the_rest_to_happen():
    timeline, seen = Timeline(0), []
    timeline.at(1, lambda: 1 / 0)
    timeline.at(2, lambda: seen.append(timeline.now))
    with pytest.raises(ZeroDivisionError):
        timeline.advance_to(5)
    timeline.advance_to(5)
    assert seen == [2]


def test_what_was_due_before_now_happens_now():
    timeline, seen = Timeline(100), []
    timeline.at(50, lambda: seen.append(timeline.now))
    timeline.catch_up()
    assert seen == [100], "no time lies before now"


def test_a_timeline_without_start_follows_the_machine_and_can_be_put_ahead():
    timeline = Timeline()
    assert abs(timeline.exact - wall_time()) < 1
    timeline.advance_to(timeline.exact + 3600)
    assert 3599 < timeline.exact - wall_time() < 3601
    with pytest.raises(ValueError, match="only moves forward"):
        timeline.advance_to(wall_time())
