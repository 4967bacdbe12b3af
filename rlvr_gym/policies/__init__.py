"""Policies: scripted ones, recorded ones, and models behind an HTTP server."""

from rlvr_gym.policies.base import Completion, Policy, Request
from rlvr_gym.policies.http_policy import HttpPolicy
from rlvr_gym.policies.replay import ReplayPolicy
from rlvr_gym.policies.scripted import SCRIPTED, scripted

__all__ = ["SCRIPTED", "Completion", "HttpPolicy", "Policy", "ReplayPolicy", "Request", "scripted"]
