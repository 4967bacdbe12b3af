"""The containerized checker service: hostile programs run here, and nowhere else."""

from rlvr_gym.sandbox.pool import Sandbox, default_sandbox

__all__ = ["Sandbox", "default_sandbox"]
