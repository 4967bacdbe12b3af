"""What holds for every bundled environment, whatever a policy writes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rlvr_gym.env import judge
from rlvr_gym.registry import load, manifests
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Outcome
from tests.strategies import responses

BUNDLED = sorted(env_id for env_id in manifests() if env_id.startswith("rlvr/"))


@pytest.mark.parametrize("env_id", BUNDLED)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(responses(), min_size=1, max_size=6), start=st.integers(0, 1000))
def test_any_text_gets_a_verdict_that_no_order_changes(
    sandbox: Sandbox, env_id: str, texts: list[str], start: int
) -> None:
    """No response makes a checker raise or lose its verdict, and a batch turned round is judged alike."""
    domain = load(env_id)
    pairs = [(domain.source.task("train", 0, start + place), text) for place, text in enumerate(texts)]
    verdicts = judge(domain, pairs, sandbox)
    assert Outcome.NO_VERDICT not in {verdict.outcome for verdict in verdicts}
    assert judge(domain, pairs[::-1], sandbox) == verdicts[::-1]
