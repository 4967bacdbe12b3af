"""Step many environments at once with a scripted policy; no model and no network needed.

The policy knows the answers and gives a wrong one every third time, so that the mean shows both. Where a
trainer would sample from a model, call it in place of `respond`.

    python examples/vector_loop.py --env rlvr/Code-v0 --envs 32 --steps 4
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import gymnasium as gym
import numpy as np

from rlvr_gym import TextVectorEnv


def respond(envs: TextVectorEnv, step: int) -> list[str]:
    """Return one response per environment: two of three solve their task."""
    return [
        env.domain.oracle(env.task) if (number + step) % 3 else "I do not know."
        for number, env in enumerate(envs.envs)
    ]


def main() -> None:
    """Run the loop and print what it earned."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--env", default="rlvr/Math-v0")
    parser.add_argument("--envs", type=int, default=32, help="environments in the batch")
    parser.add_argument("--steps", type=int, default=4, help="batches")
    parser.add_argument("--level", type=int, default=1, help="difficulty, 1 to 5")
    options = parser.parse_args()

    envs = gym.make_vec(options.env, num_envs=options.envs, level=options.level)
    assert isinstance(envs, TextVectorEnv)
    envs.reset(seed=0)
    outcomes: Counter[str] = Counter()
    rewards = []
    started = time.perf_counter()
    for step in range(options.steps):
        # With automatic reset the outcome of an ended episode stands in infos["final_info"].
        _, batch, _, _, infos = envs.step(respond(envs, step))
        rewards.append(batch)
        outcomes.update(str(outcome) for outcome in infos["final_info"]["outcome"])
    seconds = time.perf_counter() - started
    envs.close()

    earned = np.concatenate(rewards)
    # NaN is a response without a verdict: loud in a plain mean, counted here.
    print(f"{options.env}: mean reward {np.nanmean(earned):.3f}, without verdict {np.isnan(earned).sum()}")
    print(f"outcomes: {dict(outcomes)}")
    print(f"{len(earned) / seconds:.0f} responses/s, drawing of new tasks included")


if __name__ == "__main__":
    main()
