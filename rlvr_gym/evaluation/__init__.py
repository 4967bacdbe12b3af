"""Evaluation: draws, transcripts, scores with intervals, and records that anyone can recompute."""

from rlvr_gym.evaluation.manifest import RunManifest
from rlvr_gym.evaluation.recompute import recompute
from rlvr_gym.evaluation.runner import evaluate
from rlvr_gym.evaluation.statistics import Estimate, clustered_mean, pass_at_k
from rlvr_gym.evaluation.summary import Summary

__all__ = ["Estimate", "RunManifest", "Summary", "clustered_mean", "evaluate", "pass_at_k", "recompute"]
