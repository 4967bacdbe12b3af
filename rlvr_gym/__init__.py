"""rlvr-gym: text environments whose reward is verified, not judged.

Example:
    import gymnasium as gym
    import rlvr_gym  # registers the environments

    env = gym.make("rlvr/Math-v0")
    observation, info = env.reset(seed=0)
    observation, reward, terminated, truncated, info = env.step("The answer is \\\\boxed{42}.")
"""

from rlvr_gym.env import Domain, TextEnv, judge
from rlvr_gym.registry import find, load, manifests, register, register_bundled
from rlvr_gym.sandbox import Sandbox
from rlvr_gym.types import Job, Limits, Outcome, Result, Task, Verdict
from rlvr_gym.vector import TextVectorEnv

__all__ = [
    "Domain",
    "Job",
    "Limits",
    "Outcome",
    "Result",
    "Sandbox",
    "Task",
    "TextEnv",
    "TextVectorEnv",
    "Verdict",
    "__version__",
    "find",
    "judge",
    "load",
    "manifests",
    "register",
]

__version__ = "0.1.0"

register_bundled()
