"""Stages of ever harder tasks from other environments; see README.md in this folder."""

from rlvr_gym.envs.curriculum.controller import Controller, Rule
from rlvr_gym.envs.curriculum.env import domain
from rlvr_gym.envs.curriculum.stages import Entry, StagedSource, parse

__all__ = ["Controller", "Entry", "Rule", "StagedSource", "domain", "parse"]
