"""Watch a curriculum follow a policy that learns.

The pretended policy solves a share of its tasks that grows with every step. It starts at stage 1 and is moved
on as soon as it solves enough of what it gets.

    python examples/curriculum.py --steps 40
"""

from __future__ import annotations

import argparse
import random

import gymnasium as gym

from rlvr_gym import TextVectorEnv
from rlvr_gym.envs.curriculum import Controller


def main() -> None:
    """Step a small batch and print the stage whenever it changes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=40)
    options = parser.parse_args()

    envs = gym.make_vec("rlvr/Curriculum-v0", num_envs=8, window=16)
    assert isinstance(envs, TextVectorEnv)
    controller = envs.envs[0].scheduler  # one for the whole batch
    assert isinstance(controller, Controller)
    envs.reset(seed=0)
    rng, stage = random.Random(0), 0
    for step in range(options.steps):
        if controller.stage != stage:
            stage = controller.stage
            print(f"step {step}: stage {stage}, for instance {envs.envs[-1].task.id}")
        skill = step / options.steps
        envs.step([env.domain.oracle(env.task) if rng.random() < skill else "?" for env in envs.envs])
    print(f"after {options.steps} steps: stage {controller.stage}")
    envs.close()


if __name__ == "__main__":
    main()
