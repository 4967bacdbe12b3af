"""The mathematics environment: exact answers, checked by arithmetic or, inside the walls, by algebra."""

from rlvr_gym.envs.math.policy import AnswerPolicy
from rlvr_gym.envs.math.verifying import averify, verify, verify_batch

__all__ = ["AnswerPolicy", "averify", "verify", "verify_batch"]
